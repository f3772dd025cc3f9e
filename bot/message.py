"""An answer as a Teams message: plain dicts, within Teams' limits.

`Incoming` and `Outgoing` are the seam towards the chat service; nothing here knows botbuilder.
"""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.answer import FIRST_LINES, SPARE
from bot.markdown import Line, join_lines, printable, render_lines
from bot.records import Answer, Citation
from indexer.dates import english_date, swedish_date

MAX_CITATIONS = 10  # Teams shows 20, the Playground 10: the smaller number is safe in both
MAX_NAME = 80
MAX_ABSTRACT = 160
MAX_URL = 2_000
MESSAGE_BYTES = 18_000  # with 2 KB of addresses: under Teams' 28 KB, and under 40 KB when Teams counts UTF-16
ENTITY_BYTES = 9_000
SENTENCE_BYTES = 500  # kept free for the sentence that tells what is left out

KEYWORDS = {
    "sv": {
        "substantive": "Beslut",
        "noted": "Noterat",
        "formal": "Formalia",
        "deferred": "Bordlagt",
        "consultation": "Svar",
    },
    "en": {
        "substantive": "Decision",
        "noted": "Noted",
        "formal": "Formality",
        "deferred": "Deferred",
        "consultation": "Reply",
    },
}
WORDS = {
    "sv": {
        "item": "punkt",
        "titled": "punkten",
        "left_out": "Här visas {shown} av svarets {total} källor. Fråga snävare, till exempel om ett nätverk eller "
        "ett år, för att se resten.",
        "more": "Och {n} till – skriv ”visa alla” för att se dem.",
        "shortened": "Svaret är kortat: hela ryms inte i ett meddelande. Fråga snävare för att se resten.",
    },
    "en": {
        "item": "item",
        "titled": "the item",
        "left_out": "Showing {shown} of the answer's {total} sources. Ask about one network or one year to see the "
        "rest.",
        "more": "And {n} more – write “show all” to see them.",
        "shortened": "The answer is cut short to fit in a message. Ask a narrower question to see the rest.",
    },
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message to the bot: `text` is the question, free of the bot's own mention.

    `scope` is personal | groupChat | channel; a channel's `conversation` id carries its thread.
    """

    id: str
    text: str
    conversation: str
    scope: str
    sender: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message from the bot, as the plain dict that `render_message` and `plain_message` give."""

    message: Mapping[str, Any]


Ask = Callable[[Incoming], Awaitable[Answer]]
"""What answers: it may look at the conversation and the sender too, not only at the question."""


def render_message(answer: Answer, limit: int = MAX_CITATIONS, whole: bool = False) -> dict[str, Any]:
    """The Teams message of an answer: `type`, `textFormat`, `text`, `entities`.

    At most `limit` citations are shown, and of a long list its first lines; lines that rest only on further citations
    are left out, and a sentence says how many and what to write to see them. `whole` shows those too, without a marker.
    What would make the message too big is left out all the same: an answer is cut between lines, and inside one only
    when its first cited line is too long by itself.
    """
    shown = _affordable(answer, _first_cited(answer)[:limit])
    lines = render_lines(answer, {c.n for c in shown})
    budget = MESSAGE_BYTES - SENTENCE_BYTES - wire_size([_entity(answer, shown)])
    most = _fit(lines, {c.n for c in shown}, budget, whole=True)
    kept = most if whole else _fit(_first_lines(most), {c.n for c in shown}, budget)
    cited = {n for line in kept for n in line.cited}
    visible = tuple(c for c in shown if c.n in cited)
    sentence = _sentence(answer, lines, kept, len(visible), whole=len(kept) == len(most))
    message = plain_message(join_lines([*kept, *sentence]))
    if visible or answer.mode == "llm":
        message["entities"] = [_entity(answer, visible)]
    return message


def plain_message(text: str) -> dict[str, Any]:
    """A message of our own words (markdown allowed), without citations."""
    return {"type": "message", "textFormat": "markdown", "text": text, "entities": []}


def wire_size(value: object) -> int:
    """Bytes of the value as JSON the way the SDK sends it: ASCII, so that an å counts six."""
    return len(json.dumps(value))


def clip(text: str, limit: int) -> str:
    """The text within `limit` UTF-16 units (Teams counts as JavaScript does), cut at a word and marked with "…".

    >>> clip("Nätverket ställer sig bakom förslaget", 20)
    'Nätverket ställer…'
    """
    if _units(text) <= limit:
        return text
    while _units(text) > limit - 1:
        text = text[: min(len(text) - 1, limit - 1)]
    head, space, _ = text.rpartition(" ")
    return (head if space and len(head) > len(text) // 2 else text).rstrip(" ,.;:–-") + "…"


def citation_name(citation: Citation, language: str) -> str:
    """ "Fyrbodal 4 mars 2022, punkt 10", at most 80 characters; a long body gives way before date and item do."""
    write = english_date if language == "en" else swedish_date
    tail = f" {write(citation.date, citation.date_precision)}"
    if citation.item is not None:
        tail += f", {_item_label(citation, WORDS[_known(language)])}"
    return clip(_plain(citation.body), MAX_NAME - _units(tail)) + tail


def _item_label(citation: Citation, words: Mapping[str, str]) -> str:
    number = _plain(citation.number or "")
    if citation.title and (not number or citation.number_printed is False):
        return f"{words['titled']} {clip(_plain(citation.title), 36)}"
    return clip(number if number.startswith("§") else f"{words['item']} {number}", 44)


def _entity(answer: Answer, citations: Iterable[Citation]) -> dict[str, Any]:
    """Teams' citation entity; labelled "AI generated" only where a language model wrote the answer."""
    entity: dict[str, Any] = {
        "type": "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "@id": "",
    }
    if answer.mode == "llm":
        entity["additionalType"] = ["AIGeneratedContent"]
    entity["citation"] = [_claim(c, _known(answer.language)) for c in citations]
    return entity


def _claim(citation: Citation, language: str) -> dict[str, Any]:
    appearance: dict[str, Any] = {
        "@type": "DigitalDocument",
        "name": citation_name(citation, language),
        "abstract": clip(_plain(citation.quote), MAX_ABSTRACT),
    }
    if _is_web_address(citation.url):
        appearance["url"] = citation.url
    if citation.kind in KEYWORDS[language]:
        appearance["keywords"] = [KEYWORDS[language][citation.kind]]
    return {"@type": "Claim", "position": citation.n, "appearance": appearance}


def _is_web_address(url: str | None) -> bool:
    """Whether a citation may carry the url: http(s), a host, and no name before it that poses as the host."""
    if not url or len(url) > MAX_URL or not url.isprintable() or re.search(r"[\s\\<>\"]", url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:  # an unclosed bracket, say
        return False


def _first_cited(answer: Answer) -> tuple[Citation, ...]:
    """The citations in the order that the answer's text brings them up; one without a marker is left out."""
    by_number = {c.n: c for c in answer.citations}
    lines = render_lines(answer, by_number)
    return tuple(by_number[n] for n in dict.fromkeys(n for line in lines for n in line.cited))


def _affordable(answer: Answer, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """The citations from the first whose entity stays within its share of a message (long addresses take more)."""
    while len(citations) > 1 and wire_size(_entity(answer, citations)) > ENTITY_BYTES:
        citations = citations[:-1]
    return citations


def _first_lines(lines: list[Line]) -> list[Line]:
    """A long list's first lines; any other answer's all."""
    cited = [place for place, line in enumerate(lines) if line.cited]
    return lines if len(cited) <= FIRST_LINES + SPARE else lines[: cited[FIRST_LINES - 1] + 1]


def _fit(lines: list[Line], shown: Collection[int], budget: int, whole: bool = False) -> list[Line]:
    """The lines from the first that fit in the budget (bytes on the wire) and, unless `whole`, have a source that is
    shown.

    Everything after the first line left out goes too: a later one would stand under the wrong heading.
    """
    kept: list[Line] = []
    for line in lines:
        if not whole and line.cited and not any(n in shown for n in line.cited):
            return _without_loose_ends(kept)
        room = budget - wire_size(join_lines([*kept, line]))
        if room < 0:
            if any(k.cited for k in kept):
                return _without_loose_ends(kept)
            return [*kept, _shorten(line, shown, wire_size(line.text) + room)]
        kept.append(line)
    return kept


def _without_loose_ends(lines: list[Line]) -> list[Line]:
    """The lines up to the last that is cited: what follows it led up to something that is left out."""
    last = max((i for i, line in enumerate(lines) if line.cited), default=len(lines) - 1)
    return lines[: last + 1]


def _shorten(line: Line, shown: Collection[int], size: int) -> Line:
    """The line cut at a word to about `size` bytes on the wire, its markers set anew at the end."""
    markers = "".join(f"[{n}]" for n in dict.fromkeys(line.cited) if n in shown)
    text = re.sub(r"(?<!\\)\[\d+\]", "", line.text) if markers else line.text
    while text and wire_size(text) > size - wire_size(markers) - 20:
        text = text[: len(text) * 9 // 10]
    head = text.rpartition(" ")[0]
    head = head if len(head) > len(text) // 2 else text
    bold = "**" if len(re.findall(r"(?<!\\)\*\*", head)) % 2 else ""
    return Line(f"{head.rstrip(chr(92))}…{bold} {markers}".rstrip(), line.cited, line.quoted)


def _sentence(answer: Answer, lines: list[Line], kept: list[Line], shown: int, whole: bool) -> list[Line]:
    """What is left out of the answer, told in a sentence; nothing where nothing is. `whole`: asking for all of it
    would show no more lines.
    """
    words = WORDS[_known(answer.language)]
    left = sum(bool(line.cited) for line in lines) - sum(bool(line.cited) for line in kept)
    total = len({n for line in lines for n in line.cited})
    if left and not whole:
        return [Line(words["more"].format(n=left + answer.left_out))]
    if kept != lines:
        return [Line(words["shortened"])]
    return [Line(words["left_out"].format(shown=shown, total=total))] if shown < total else []


def _known(language: str) -> str:
    return "en" if language == "en" else "sv"


def _plain(text: str) -> str:
    """The text for a field that Teams shows as plain text: one line, and no markup for a client that reads some."""
    text = " ".join(printable(text).split())
    return text.replace("<", "‹").replace(">", "›").replace("](", "] (")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
