"""Several sets of minutes in one file: where each begins, and which of them are meetings of their own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.dates import find_dates
from indexer.headings import Heading, find_headings
from indexer.labels import APPENDIX, SIGNATURE
from indexer.people import only_names
from indexer.records import Document, Line

_TITLE = re.compile(
    r"(?i)^\W*(?:(?:[\wåäö&,.-]+\s){0,8}?)(?:\w*protokoll|(?:minnes|"
    r"mötes)?anteckning(?:ar)?)\b(?!s)(?! (?:från|av) (?:förra|föregående))"
)
_CALL = re.compile(r"(?i)^\W*(?:kallelse|föredragningslista|dagordning)\b")
_NUMBERED = re.compile(r"(?i)^\W*(?:§|\d|punkt\b|bilaga\b|[-–•*])")
_EARLIER = re.compile(r"(?i)\b(?:föregående|tidigare|förra|bilaga|bifog\w+|motion)\b")
_PRESENT = re.compile(
    r"(?i)^\W*(?:närvarande|närvaro|närv\.?|deltagare|deltagande|medverkande|beslutande|på plats|deltog)\b"
)
_SENTENCE = re.compile(r"[a-zåäö]{3}\.$|^.{100}")
_FIRST = re.compile(r"(?i)^\W*(?:§\s?|punkt\s|ärende\s)?1(?:[.):\s]|$)")


@dataclass(frozen=True, slots=True)
class Section:
    """A set of minutes: from line `first` up to line `end`, with its headings (line numbers are the document's)."""

    first: int
    end: int
    headings: tuple[Heading, ...]


def find_sections(document: Document) -> list[Section]:
    """The sets of minutes in a document that are meetings of their own; one, without headings, where none shows.

    A call to the meeting and its agenda before the minutes, and older minutes that are appended, are left out.
    """
    lines = document.lines
    starts = [0]
    for i in range(4, len(lines)):
        if i - starts[-1] >= 4 and _opens(document, i) and len(_headings(document, starts[-1], i)) >= 2:
            starts.append(_with_body(document, i, starts[-1]))
    sections = [_section(document, a, b) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
    kept = [s for n, s in enumerate(sections) if s.headings and not _is_left_out(document, s, n, len(sections))]
    return kept or sections[:1]


def _shown(document: Document, i: int) -> str:
    return document.text[document.lines[i].start : document.lines[i].end]


def _headings(document: Document, first: int, end: int) -> list[Heading]:
    found = find_headings(document.text, document.lines[first:end])
    return [replace(h, line=h.line + first, last_line=h.last_line + first) for h in found]


def _section(document: Document, first: int, end: int) -> Section:
    return Section(first, end, tuple(_headings(document, first, end)))


def _opens(document: Document, i: int) -> bool:
    """Whether a title of minutes stands on the line, with a date near it and a list of people or an item 1 below."""
    line, shown = document.lines[i], _shown(document, i)
    if line.furniture or line.table or len(shown) > 110 or _NUMBERED.match(shown) or not _TITLE.match(shown):
        return False
    if re.search(r"(?i)[a-zåäö][.:]$|\b(?:godkän|läggs|lades|justera|föregående|förra|senaste|tidigare)", shown):
        return False
    near = [one for k in range(i, min(i + 5, len(document.lines))) if not _SENTENCE.search(one := _shown(document, k))]
    below = [_shown(document, k) for k in range(i + 1, min(i + 12, len(document.lines)))]
    listed = any(_PRESENT.match(one) or _FIRST.match(one) for one in below)
    return listed and bool(find_dates(" ".join(near)))


def _with_body(document: Document, i: int, floor: int) -> int:
    """The line where the set of minutes begins: the body's name, or a word on appendices, may stand above its title."""
    while i - 1 > floor + 1 and document.lines[i - 1].end - document.lines[i - 1].start < 70:
        above = _shown(document, i - 1)
        named = any(above == _shown(document, k) for k in range(min(3, len(document.lines))))
        if not named and not APPENDIX.match(above):
            break
        i -= 1
    return i


def _is_left_out(document: Document, section: Section, n: int, total: int) -> bool:
    """Whether a set of minutes is a call before the minutes, or older minutes appended to them."""
    top = [_shown(document, k) for k in range(section.first, min(section.first + 4, section.end))]
    if n + 1 < total and any(_CALL.match(one) for one in top):
        return True
    above = [_shown(document, k) for k in range(max(section.first - 1, 0), section.first)]
    return n > 0 and any(_EARLIER.search(one) and len(one) < 90 for one in [*above, *top[:2]])


def closing_line(document: Document, section: Section) -> int:
    """The line after the last item's own: where the signature, the appendix or the notice of approval begins."""
    if not section.headings:
        return section.end
    lines: Sequence[Line] = document.lines
    for i in range(section.headings[-1].last_line + 1, section.end):
        shown = _shown(document, i)
        apart = lines[i].start - lines[i - 1].end > 1
        if SIGNATURE.match(shown) or (APPENDIX.match(shown) and len(shown) < 90 and apart):
            above = i - 1 > section.headings[-1].last_line and only_names(_shown(document, i - 1))
            return i - 1 if above and len(shown) < 40 else i  # the name stands over "Ordförande"
    return section.end
