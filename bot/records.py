"""The records of an answer, what is said and what each sentence rests on; and of a conversation."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


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
    `full` is the question in full, where it leant on the conversation before it.
    `ms` milliseconds spent in embed, search, answer, total; `reused` tells that the answer had been kept from an
    earlier question (then only the total is known); `left_out` how many cited lines were cut from a long list.
    `updated` tells when the index was last up to date, where that is long ago. A refusal has no citations.
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
    full: str = ""
    reused: bool = False
    updated: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a follow-up question takes from the turns before it.

    `subject` tells it in words ("yrkesresan, Dalarna"), for the answer's first line. `own`: the words that a sentence
    must hold to answer what is asked of a known topic, None where something else is asked. `whole`: an item is to be
    shown from end to end. `skip`: the cited lines of a long answer that have been shown. `lacks`: the key of the
    sentence that says why a command has nothing to show.
    """

    subject: str = ""
    own: tuple[str, ...] | None = None
    whole: bool = False
    skip: int = 0
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a follow-up question leans on: one question as it was understood, and what its answer cited.

    `question` is what was typed; `wording` the same in full without its filters, `topic` the words that say what it is
    about. The filters are `bodies`, `where` (other places) and `when` (dates, as typed). `people` are those
    asked about, else those whom the answer's quotes name. `meetings` and `items` are what it cites, in order: each
    meeting once, an item for each citation ("" where a meeting itself is cited). `mentioned` are the stems of the words
    that its first quotes hold. `shown` and `left` count its cited lines.
    """

    question: str
    intent: str
    asks: str
    language: str
    wording: str = ""
    topic: str = ""
    bodies: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    meetings: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    shown: int = 0
    left: int = 0

    def to_json(self) -> str:
        """The turn as one line of JSON; of an answer at its longest about 10 KB."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Turn":
        """The turn that `to_json` wrote. Raises ValueError for anything else."""
        value: Any = json.loads(text)
        if not isinstance(value, dict) or set(value) != {field.name for field in fields(cls)}:
            raise ValueError("not a turn")
        kept: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in value.items()}
        return cls(**kept)
