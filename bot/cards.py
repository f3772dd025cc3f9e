"""Adaptive Cards as plain dicts: the items behind a list, one item whole, and the buttons that lead there.

What a document says stands in text runs only: they show it letter for letter, without markdown or html. A button
carries the question or an item's id, and what it brings back is checked like any other request.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.markdown import printable
from bot.records import Answer, Citation
from bot.suggestions import Suggestion
from indexer.dates import english_date, swedish_date
from indexer.records import AgendaItem, Document, Meeting

CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
LISTS = frozenset(("list", "agenda", "timeline", "action", "deferred"))
"""The intents whose answers are lists of items."""
ROWS = 4
"""Items in the card under an answer; "visa alla" shows the rest."""
ALL_ROWS = 40
CARD_BYTES = 5_000
"""Of the card under an answer: with its text the message stays under Teams' limit."""
LARGE_BYTES = 20_000
"""Of a card that stands alone."""
MAX_QUESTION = 300
"""Characters of a question that a button carries; a longer one gets no buttons."""
QUOTE = 160
"""Characters of a quote in the whole list."""

WORDS = {
    "sv": {
        "item": "punkt",
        "show_item": "Visa hela punkten",
        "show_all": "Visa alla ({count})",
        "show_more": "Visa fler källor",
        "left": "Källor kvar att visa: {count}",
        "next": "Fråga vidare",
        "next_about": "Fråga vidare om mötet i {about}",
        "back": "Tillbaka",
        "source": "Öppna källan",
        "items": "{count} punkter",
        "rest": "Ytterligare {count} punkter ryms inte. Fråga snävare, till exempel om ett nätverk eller ett år.",
        "cut": "Punkten är kortad: hela ryms inte här.",
        "empty": "Punkten har ingen text utöver rubriken.",
    },
    "en": {
        "item": "item",
        "show_item": "Show the whole item",
        "show_all": "Show all ({count})",
        "show_more": "Show more sources",
        "left": "Sources left to show: {count}",
        "next": "Ask next",
        "next_about": "Ask next about the meeting in {about}",
        "back": "Back",
        "source": "Open the source",
        "items": "{count} items",
        "rest": "{count} more items do not fit. Ask about one network or one year.",
        "cut": "The item is cut short to fit here.",
        "empty": "The item has no text beside its heading.",
    },
}

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WholeItem:
    """An agenda item with its meeting and the document it stands in."""

    document: Document
    meeting: Meeting
    item: AgendaItem


def attachment(card: Card) -> dict[str, Any]:
    """The card as an attachment of a message."""
    return {"contentType": CONTENT_TYPE, "content": card}


def answer_digest(answer: Answer) -> str:
    """A few characters that change when an answer's sources do: a button may be pressed long after its answer."""
    places = [[c.document, c.start, c.end] for c in answer.citations]
    return hashlib.sha256(json.dumps(places).encode()).hexdigest()[:12]


def fits_button(answer: Answer) -> bool:
    """Whether there is an answer to show more of, and its question is short enough for a button to carry."""
    return len(answer.full or answer.question) <= MAX_QUESTION and not answer.refused


def answer_card(answer: Answer, left: int, after: int, *, first: bool = True) -> Card | None:
    """The card under an answer whose lines from `after` on, with `left` sources, are not shown: the first items of a
    list (only under the `first` message of the answer), and buttons for what is left out. None where there is nothing
    to press.
    """
    if not fits_button(answer):
        return None
    rows = _rows(answer) if first and answer.intent in LISTS else []
    buttons = [_more_button(answer, after)] if left else []
    for count in range(min(ROWS, len(rows)), 1, -1):
        all_of_them = [_all_button(answer, len(rows))] if count < len(rows) else []
        card = _list_card(answer, rows[:count], [*all_of_them, *buttons], quotes=False)
        if _size(card) <= CARD_BYTES:
            return card
    if not buttons:
        return None
    return _card(answer.language, [_note(_words(answer.language)["left"].format(count=left))], buttons)


def suggestion_card(suggestions: Sequence[Suggestion], language: str) -> Card:
    """The card that offers questions to ask next, with the meeting that they are about."""
    buttons = [_button(one.title, "ask", {"q": one.question}) for one in suggestions]
    about = next((one.about for one in suggestions if one.about), "")
    words = _words(language)
    return _card(language, [_note(words["next_about"].format(about=about) if about else words["next"])], buttons)


def all_card(answer: Answer) -> Card | None:
    """All items behind the answer, each with what it is cited for; None where it cites no item."""
    rows, back = _rows(answer), [_back_button(answer.full or answer.question, answer.language)]
    for count in range(min(ALL_ROWS, len(rows)), 0, -1):
        card = _list_card(answer, rows[:count], back, quotes=True)
        if count < len(rows):
            card["body"].append(_note(_words(answer.language)["rest"].format(count=len(rows) - count)))
        if _size(card) <= LARGE_BYTES:
            return card
    return None


def item_card(whole: WholeItem, language: str, url: str | None, question: str) -> Card:
    """One item from its heading to its end, its decisions highlighted; `question` is where its way back leads ("":
    none).
    """
    words = _words(language)
    head = [_text(_meeting_name(whole.meeting, language), isSubtle=True, size="Small")]
    head.append(_text(_heading(whole), weight="Bolder", size="Medium"))
    buttons: list[Card] = [{"type": "Action.OpenUrl", "title": words["source"], "url": url}] if url else []
    buttons += [_back_button(question, language)] if question else []
    lines = _lines(whole) or [_note(words["empty"])]
    card = _card(language, [*head, *lines], buttons)
    if _size(card) > LARGE_BYTES:
        while len(lines) > 1 and _size(card) > LARGE_BYTES:
            lines = lines[: max(1, len(lines) * 9 // 10)]
            card = _card(language, [*head, *lines, _note(words["cut"])], buttons)
    return card


def _list_card(answer: Answer, rows: list[Citation], buttons: list[Card], *, quotes: bool) -> Card:
    body: list[Card] = [_note(_words(answer.language)["items"].format(count=len(_rows(answer))))]
    for before, row in zip([None, *rows], rows, strict=False):
        if before is None or before.meeting != row.meeting:
            body.append(_text(_meeting_of(row, answer.language), weight="Bolder", spacing="Medium"))
        body.append(_row(answer, row, quotes=quotes))
    return _card(answer.language, body, buttons)


def _row(answer: Answer, row: Citation, *, quotes: bool) -> Card:
    """An item: its name, what it is cited for, and the button that shows all of it."""
    words = _words(answer.language)
    name = _item_name(row.number or "", bool(row.number_printed), row.title or "", words["item"])
    texts = [_text(_clipped(name, QUOTE))]
    if quotes:
        quoted = _clipped(row.quote, QUOTE)
        texts.append(_text(f"”{quoted}”", isSubtle=True, size="Small", spacing="None"))
    button = _button(words["show_item"], "item", {"item": row.item, "q": answer.full or answer.question})
    button["tooltip"] = _inert(_clipped(f"{words['show_item']}: {name}", QUOTE))
    return {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": "stretch", "verticalContentAlignment": "Center", "items": texts},
            {"type": "Column", "width": "auto", "items": [{"type": "ActionSet", "actions": [button]}]},
        ],
    }


def _rows(answer: Answer) -> list[Citation]:
    """The first citation of each item, in the answer's order."""
    first: dict[str, Citation] = {}
    for citation in answer.citations:
        if citation.item is not None:
            first.setdefault(citation.item, citation)
    return list(first.values())


def _lines(whole: WholeItem) -> list[Card]:
    """The item's text under its heading, a block a line, decisions highlighted."""
    text, at, blocks = whole.document.text, whole.item.body_start, list[Card]()
    spans = [(one.start, one.end) for one in whole.item.decisions]
    for line in text[at : whole.item.end].split("\n"):
        runs = [
            _run(text[a:b], highlight=True) if lit else _run(text[a:b]) for a, b, lit in _cut(at, at + len(line), spans)
        ]
        if line.strip():
            blocks.append({"type": "RichTextBlock", "inlines": runs, "spacing": "Small"})
        at += len(line) + 1
    return blocks


def _cut(start: int, end: int, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int, bool]]:
    """The stretch in pieces: those inside one of the spans (in order), and those between them."""
    pieces, at = list[tuple[int, int, bool]](), start
    for first, last in sorted(spans):
        a, b = max(first, at), min(last, end)
        if a < b:
            pieces += [(at, a, False), (a, b, True)]
            at = b
    return [piece for piece in [*pieces, (at, end, False)] if piece[0] < piece[1]]


def _heading(whole: WholeItem) -> str:
    own = whole.document.text[whole.item.start : whole.item.body_start]
    return " ".join(own.split()) or whole.item.title


def _meeting_name(meeting: Meeting, language: str) -> str:
    write = english_date if language == "en" else swedish_date
    return f"{meeting.body}, {write(meeting.date, meeting.date_precision)}"


def _meeting_of(citation: Citation, language: str) -> str:
    write = english_date if language == "en" else swedish_date
    return f"{citation.body}, {write(citation.date, citation.date_precision)}"


def _item_name(number: str, printed: bool, title: str, word: str) -> str:
    """ "Punkt 10 Yrkesresan", "§ 45 Budget", or the title alone where no number is printed."""
    if not printed or not number:
        return title or f"{word} {number}".capitalize()
    named = f"{word.capitalize()} {number}" if number[:1].isdigit() else number
    return f"{named} {title}".strip()


def _more_button(answer: Answer, after: int) -> Card:
    data = {"q": answer.full or answer.question, "after": after, "digest": answer_digest(answer)}
    return _button(_words(answer.language)["show_more"], "more", data)


def _all_button(answer: Answer, count: int) -> Card:
    return _button(
        _words(answer.language)["show_all"].format(count=count), "all", {"q": answer.full or answer.question}
    )


def _back_button(question: str, language: str) -> Card:
    """The way back to the card of a list as it stood under its answer."""
    return _button(_words(language)["back"], "list", {"q": question})


# No field of a button's data may be called "key": the card library of the Playground fails on it.
def _button(title: str, verb: str, data: Mapping[str, object]) -> Card:
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": dict(data)}


def _card(language: str, body: list[Card], actions: list[Card]) -> Card:
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "lang": "en" if language == "en" else "sv",
        "body": body,
    }
    return card | ({"actions": actions} if actions else {})


def _note(text: str) -> Card:
    return _text(text, isSubtle=True, size="Small")


def _text(text: str, spacing: str = "Small", **style: object) -> Card:
    return {"type": "RichTextBlock", "inlines": [_run(text, **style)], "spacing": spacing}


def _run(text: str, **style: object) -> Card:
    return {"type": "TextRun", "text": _inert(text), **style}


def _inert(text: str) -> str:
    """The text as it is shown. Cards turn {{DATE(...)}} into a date even in a text run, and ${...} is how templates
    name data, so the braces are parted from what goes before.
    """
    return re.sub(r"(?<=[{$])(?=\{)", "\u2060", printable(text))


def _clipped(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"


def _words(language: str) -> Mapping[str, str]:
    return WORDS["en" if language == "en" else "sv"]


def _size(card: Card) -> int:
    return len(json.dumps(card))
