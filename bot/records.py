"""The records of an answer: what is said, and what each sentence rests on."""

from dataclasses import dataclass


class BotError(Exception):
    """A failure a person can act on; the message names the thing, the value and the next step."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One source of an answer. `quote` equals the document's text at [start, end).

    `item`, `number`, `number_printed` and `title` are None where the citation is to the meeting itself.
    """

    n: int
    document: str
    document_name: str
    meeting: str
    body: str
    date: str | None
    date_precision: str
    quote: str
    start: int
    end: int
    item: str | None = None
    number: str | None = None
    number_printed: bool | None = None
    title: str | None = None
    kind: str | None = None
    url: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A line of an answer in its final words (markdown bold allowed), and the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question. `text` is the whole answer with [n] markers, as markdown.

    `mode` is extractive | llm; `language` sv | en; `generation` the number of the index generation that was asked;
    `ms` milliseconds spent in embed, search, answer, total; `left_out` how many cited lines were cut from a long list.
    A refusal has no citations.
    """

    question: str
    text: str
    refused: bool
    intent: str
    language: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    mode: str = "extractive"
    generation: int = 0
    ms: tuple[tuple[str, float], ...] = ()
    left_out: int = 0
