"""An answer as a Teams message: plain dicts, within Teams' limits.

`Incoming` and `Outgoing` are the seam towards the chat service; nothing here knows botbuilder.
"""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from bot.access import ANYONE, Reader
from bot.cards import answer_card, attachment, fits_button, suggestion_card
from bot.links import is_web_address
from bot.markdown import Line, escape, join_lines, printable, render_lines, unlink
from bot.presentation import Presentation
from bot.records import Answer, Citation
from bot.suggestions import Suggestion
from indexer.dates import english_date, swedish_date

MAX_CITATIONS = 10  # Teams shows 20, the Playground 10: the smaller number is safe in both
MAX_NAME = 80
MAX_ABSTRACT = 160
MESSAGE_BYTES = 18_000  # with 2 KB of addresses: under Teams' 28 KB, and under 40 KB when Teams counts UTF-16
ENTITY_BYTES = 9_000
SENTENCE_BYTES = 500  # kept free for the sentence that tells what is left out

DEFAULT = Presentation()
_MARKER = re.compile(r"( *)(?<!\\)\[(\d+)\]")
_MARKERS = re.compile(rf"{_MARKER.pattern}(?:{_MARKER.pattern})*")
"""Markers of the answer's own, side by side; a document's brackets are escaped."""

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
        "left_out": "Här visas {shown} av svarets {total} källor. Tryck på Visa fler källor för att se resten.",
        "no_button": "Här visas {shown} av svarets {total} källor. Fråga snävare, till exempel om ett nätverk eller "
        "ett år, för att se resten.",
        "rest": "Här visas {shown} av de {total} källor som var kvar.",
        "more": "Fortsättning:",
        "shortened": "Svaret är kortat: hela ryms inte i ett meddelande. Fråga snävare för att se resten.",
    },
    "en": {
        "item": "item",
        "titled": "the item",
        "left_out": "Showing {shown} of the answer's {total} sources. Press Show more sources to see the rest.",
        "no_button": "Showing {shown} of the answer's {total} sources. Ask about one network or one year to see the "
        "rest.",
        "rest": "Showing {shown} of the {total} sources that were left.",
        "more": "Continued:",
        "shortened": "The answer is cut short to fit in a message. Ask a narrower question to see the rest.",
    },
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message to the bot: `text` is the question, free of the bot's own mention.

    `scope` is personal | groupChat | channel; a channel's `conversation` id carries its thread. `alone`: the
    question stands outside the conversation, leans on nothing in it, and nothing will lean on it. `reader` is whose
    rights count: by default anyone's, who may see what is public.
    """

    id: str
    text: str
    conversation: str
    scope: str
    sender: str
    alone: bool = False
    reader: Reader = ANYONE


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message from the bot, as the plain dict that `render_message` and `plain_message` give."""

    message: Mapping[str, Any]


Ask = Callable[[Incoming], Awaitable[Answer]]
"""What answers: it may look at the conversation and the sender too, not only at the question."""


def render_message(
    answer: Answer,
    shown_as: Presentation = DEFAULT,
    *,
    after: int = 0,
    echo: str = "",
    suggestions: Sequence[Suggestion] = (),
    limit: int = MAX_CITATIONS,
) -> dict[str, Any]:
    """The Teams message of an answer: `type`, `textFormat`, `text`, `entities`, and where they apply `channelData`
    (feedback) and `attachments` (a card).

    `after` is the number of the answer's lines that have been shown already; `echo` a question to set before it. At
    most `limit` citations are shown; lines that rest only on further ones are left out, and a sentence and a button
    say so. The same holds for what would make the message too big: an answer is cut between lines, and inside one only
    when its first cited line is too long by itself.
    """
    page = _page(answer, after)
    shown = _affordable(answer, page.citations[:limit], shown_as)
    offers = () if page.start else suggestions
    lead = [*([Line(f"**{escape(echo)}**")] if escape(echo).strip() else []), *page.lead]
    room = MESSAGE_BYTES - SENTENCE_BYTES - wire_size(join_lines(lead)) - wire_size(_entity(answer, shown, shown_as))
    room -= max(wire_size(_extras(answer, page, left, len(page.lines), offers)) for left in (0, len(page.citations)))
    numbers = {c.n: i if page.start else c.n for i, c in enumerate(shown, 1)}
    lines = [_set_markers(line, numbers) for line in page.lines]
    kept = _fit(lines, numbers, room)
    cited = {n for line in kept for n in line.cited}
    visible = tuple(replace(c, n=numbers[c.n]) for c in shown if c.n in cited)
    beyond = {n for line in page.lines[len(kept) :] for n in line.cited}
    told = _sentence(answer, page, len(visible), kept != lines, bool(beyond) and fits_button(answer))
    told += [Line(answer.updated)] if answer.updated else []
    message = plain_message(join_lines([*lead, *kept, *told]))
    if visible or answer.mode == "llm" or shown_as.label:
        message["entities"] = [_entity(answer, visible, shown_as)]
    if shown_as.feedback and answer.intent != "help":
        message["channelData"] = {"feedbackLoop": {"type": "default"}}
    return message | _extras(answer, page, len(beyond), page.start + len(kept) - page.repeated, offers)


def count_hidden(answer: Answer, message: Mapping[str, Any]) -> int:
    """How many of the answer's cited lines are not in this message, the first of it."""
    shown = {claim["position"] for entity in message["entities"] for claim in entity.get("citation", ())}
    cited = [line.citations for line in answer.statements if line.citations]
    return len(cited) - sum(1 for _ in takewhile(shown.intersection, cited))


@dataclass(frozen=True, slots=True)
class _Page:
    """The answer's lines from `start` on, with the citations they bring up, in order; `repeated` of the lines is the
    heading over the first. `lead` goes before them all.
    """

    start: int
    lines: list[Line]
    citations: tuple[Citation, ...]
    repeated: int = 0
    lead: tuple[Line, ...] = ()


def _page(answer: Answer, after: int) -> _Page:
    """What is left of the answer after so many of its lines; all of it where that makes no sense."""
    by_number = {c.n: c for c in answer.citations}
    lines = render_lines(answer, by_number)
    start = after if 0 < after < len(lines) else 0
    rest = lines[start:]
    cited = dict.fromkeys(n for line in rest for n in line.cited)
    citations = tuple(by_number[n] for n in cited)
    if not start:
        return _Page(0, rest, citations)
    above = [line for line in lines[:start] if _is_heading(line)][-1:] if rest[0].cited else []
    lead = Line(WORDS[_known(answer.language)]["more"])
    return _Page(start, [*above, *rest], citations, len(above), (lead,))


def _is_heading(line: Line) -> bool:
    return not line.cited and line.text.startswith("**")


def _set_markers(line: Line, numbers: Mapping[int, int]) -> Line:
    """The line with the markers of these citations under their new numbers, and without all others."""

    def set_run(run: re.Match[str]) -> str:
        kept = [(gap, numbers[int(n)]) for gap, n in _MARKER.findall(run[0]) if int(n) in numbers]
        gaps = [_MARKER.match(run[0])[1], *(gap for gap, _ in kept[1:])]  # type: ignore[index]
        return "".join(f"{gap}[{number}]" for gap, (_, number) in zip(gaps, kept, strict=False))

    return Line(_MARKERS.sub(set_run, line.text).rstrip(), line.cited, line.quoted)


def _extras(answer: Answer, page: _Page, left: int, after: int, suggestions: Sequence[Suggestion]) -> dict[str, Any]:
    """The card that comes with the text, if any: a list's, else the rest's, else questions to ask next.

    Questions come in a card, too: the Playground shows a message with `suggestedActions` without its citations.
    """
    card = answer_card(answer, left, after, first=not page.start)
    if card is None and suggestions:
        card = suggestion_card(suggestions, answer.language)
    return {} if card is None else {"attachments": [attachment(card)]}


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


def _entity(answer: Answer, citations: Iterable[Citation], shown_as: Presentation) -> dict[str, Any]:
    """Teams' citation entity; labelled "AI generated" only where a language model wrote the answer."""
    entity: dict[str, Any] = {
        "type": "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "@id": "",
    }
    if answer.mode == "llm":
        entity["additionalType"] = ["AIGeneratedContent"]
    if shown_as.label is not None:
        label = {"name": shown_as.label.name, "description": shown_as.label.description}
        entity["usageInfo"] = {"@type": "CreativeWork", **{name: value for name, value in label.items() if value}}
    entity["citation"] = [_claim(c, _known(answer.language), shown_as.link(c)) for c in citations]
    return entity


def _claim(citation: Citation, language: str, url: str | None) -> dict[str, Any]:
    appearance: dict[str, Any] = {
        "@type": "DigitalDocument",
        "name": citation_name(citation, language),
        "abstract": clip(_plain(citation.quote), MAX_ABSTRACT),
    }
    if is_web_address(url):
        appearance["url"] = url
    if citation.kind in KEYWORDS[language]:
        appearance["keywords"] = [KEYWORDS[language][citation.kind]]
    return {"@type": "Claim", "position": citation.n, "appearance": appearance}


def _affordable(answer: Answer, citations: tuple[Citation, ...], shown_as: Presentation) -> tuple[Citation, ...]:
    """The citations from the first whose entity stays within its share of a message (long addresses take more)."""
    while len(citations) > 1 and wire_size(_entity(answer, citations, shown_as)) > ENTITY_BYTES:
        citations = citations[:-1]
    return citations


def _fit(lines: list[Line], shown: Collection[int], budget: int) -> list[Line]:
    """The lines from the first that fit in the budget (bytes on the wire) and have a source that is shown.

    Everything after the first line left out goes too: a later one would stand under the wrong heading.
    """
    kept: list[Line] = []
    for line in lines:
        if line.cited and not any(n in shown for n in line.cited):
            return _without_loose_ends(kept)
        room = budget - wire_size(join_lines([*kept, line]))
        if room < 0:
            if any(k.cited for k in kept):
                return _without_loose_ends(kept)
            return [*kept, _shorten(line, wire_size(line.text) + room)]
        kept.append(line)
    return kept


def _without_loose_ends(lines: list[Line]) -> list[Line]:
    """The lines up to the last that is cited: what follows it led up to something that is left out."""
    last = max((i for i, line in enumerate(lines) if line.cited), default=len(lines) - 1)
    return lines[: last + 1]


def _shorten(line: Line, size: int) -> Line:
    """The line cut at a word to about `size` bytes on the wire, its markers set anew at the end."""
    markers = "".join(dict.fromkeys(f"[{m[2]}]" for m in _MARKER.finditer(line.text)))
    text = _MARKER.sub("", line.text)
    while text and wire_size(text) > size - wire_size(markers) - 20:
        text = text[: len(text) * 9 // 10]
    head = text.rpartition(" ")[0]
    head = head if len(head) > len(text) // 2 else text
    bold = "**" if len(re.findall(r"(?<!\\)\*\*", head)) % 2 else ""
    return Line(f"{head.rstrip(chr(92))}…{bold} {markers}".rstrip(), line.cited, line.quoted)


def _sentence(answer: Answer, page: _Page, shown: int, cut: bool, button: bool) -> list[Line]:
    """What is left out, told in a sentence (`button`: one for the rest comes with it); nothing where nothing is."""
    words, total = WORDS[_known(answer.language)], len(page.citations)
    if shown < total:
        key = "rest" if page.start else "left_out" if button else "no_button"
        return [Line(words[key].format(shown=shown, total=total))]
    return [Line(words["shortened"])] if cut else []


def _known(language: str) -> str:
    return "en" if language == "en" else "sv"


def _plain(text: str) -> str:
    """The text for a field that Teams shows as plain text: one line, and no markup for a client that reads some."""
    text = " ".join(printable(text).split())
    return unlink(text.replace("<", "‹").replace(">", "›").replace("](", "] ("))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
