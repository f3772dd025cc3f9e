"""Whether what a peer shows is right, and whether it names meeting and item. Pure.

A hit is what a person gets to see: `source`, the line that says where it comes from, and `text`. The same rules judge
all peers and ourselves.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bench.chunks import HEADING, heading_number
from indexer.dates import english_date, swedish_date

KS = (1, 3, 5)
ENOUGH = 0.5
"""How much of the shorter one, hit or item, the two must share for the hit to be of the item."""
BEGINNING = 200
"""Characters without white space that find a hit in its document where all of it is not there word for word."""


@dataclass(frozen=True, slots=True)
class Item:
    """An agenda item that answers a question: text[start:end] of its document."""

    document: str
    number: str
    title: str
    number_printed: bool
    date: str | None
    date_precision: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """What a peer shows: the document's file name without its ending, what it says of the source, and the text."""

    document: str
    source: str
    text: str


def squeeze(text: str) -> str:
    """The text without white space, which splitters change.

    >>> squeeze("ett  två\\n tre")
    'etttvåtre'
    """
    return "".join(text.split())


@lru_cache(maxsize=64)
def _squeezed(text: str) -> str:
    return squeeze(text)


def is_of(hit: Hit, item: Item, text: str) -> bool:
    """Whether the hit shows the item, out of its document's text: they share half of the shorter one, or more.

    What stands in several places ("Nätverket noterar informationen.") is of each of them.
    """
    shown = squeeze(hit.text)
    if hit.document != item.document or not shown:
        return False
    first, last = len(squeeze(text[: item.start])), len(squeeze(text[: item.end]))
    shared = [min(begin + len(shown), last) - max(begin, first) for begin in _places(shown, _squeezed(text))]
    return max(shared, default=0) >= ENOUGH * min(len(shown), last - first)


def _places(shown: str, document: str) -> list[int]:
    """Where the shown text begins in the document, both squeezed; by its beginning where all of it is nowhere."""
    for sought in (shown, shown[:BEGINNING]):
        places = [match.start() for match in re.finditer(f"(?={re.escape(sought)})", document)]
        if places:
            return places
    return []


def names_date(hit: Hit, item: Item) -> bool:
    """Whether the meeting's date can be read in what is shown: "2022-03-04", "4 mars 2022" or "4 March 2022".

    An unknown date is asked of nobody.
    """
    if item.date is None:
        return True
    forms = (item.date, swedish_date(item.date, item.date_precision), english_date(item.date, item.date_precision))
    either = "|".join(map(re.escape, forms))
    return re.search(rf"(?<!\d)(?:{either})(?!\d)", f"{hit.source}\n{hit.text}", re.IGNORECASE) is not None


def names_item(hit: Hit, item: Item) -> bool:
    """Whether the item's number can be read: in the source as "punkt 8" or "§ 45", in the text at the head of a line.

    An item without a printed number is named by its title.
    """
    if not item.number_printed:
        return squeeze(item.title).casefold() in squeeze(f"{hit.source} {hit.text}").casefold()
    said = re.findall(r"(?:punkt|item) (\d[\d.]*\d|\d)|(§ \d+)", hit.source)
    headings = [heading_number(match) for match in HEADING.finditer(hit.text)]
    return item.number in [*(one for pair in said for one in pair if one), *headings]


def score(
    questions: Sequence[Sequence[Item]], answers: Sequence[Sequence[Hit]], texts: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """For each k the shares of the questions with such a hit among the first k; `questions` are the items that answer
    each, `texts` the documents' by their name.

    meeting: of a document that has such an item; passage: of such an item; citation: of such an item, and it names the
    meeting's date and the item. Empty where there are no questions.
    """
    figures = {}
    for k in KS if questions else ():
        rows = [_row(items, hits[:k], texts) for items, hits in zip(questions, answers, strict=True)]
        figures[str(k)] = {
            name: sum(row[place] for row in rows) / len(rows)
            for place, name in enumerate(("meeting", "passage", "citation"))
        }
    return figures


def _row(items: Sequence[Item], hits: Sequence[Hit], texts: Mapping[str, str]) -> tuple[bool, bool, bool]:
    of_meeting = [hit for hit in hits for item in items if hit.document == item.document]
    of_item = [(hit, item) for hit in hits for item in items if is_of(hit, item, texts[item.document])]
    named = [hit for hit, item in of_item if names_date(hit, item) and names_item(hit, item)]
    return bool(of_meeting), bool(of_item), bool(named)
