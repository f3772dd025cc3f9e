"""The rows of an agenda item's body: its lines cut where a new statement begins, each with its offset in the document.

A row is a paragraph, a list entry or a table cell. A label or the head of a list that stands in the middle of a
paragraph ("... i maj. Nätverket beslutade") begins a row of its own, so that all others can look at a row's start.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.columns import head_columns
from indexer.records import Line

BULLET = re.compile(r"^\s*(?:[-–—•*·▪●○‣\uf0b7]|\(?\d{1,2}[.)]|\(?[a-zåäö][.)]|o(?=\s))\s+(?:\[[ xX]?\]\s+)?")
ATT = re.compile(r"(?i)^\s*(?:[-–•*·]\s*|\(?\d{1,2}[.)]\s*|\(?[a-zåäö][.)]\s*)?att\b\s*(?=\S)")
DECIDE = r"(?:beslut(?:ar|ade|at|ades|as)|beslöts?|beslutas)"

_LABEL_WITHIN = re.compile(r"(?<=[.!?)])\s+(?=(?:Beslut(?:ades|et)?|Svar|Åtgärd|Ansvarig)\s?:\s)")
_HEAD_WITHIN = re.compile(
    rf"(?<=[.!?])\s+(?=[A-ZÅÄÖ][^.:;!?]{{1,70}}\s{DECIDE}(?:\s(?:därför|följande))?(?:\satt)?\s?:?\s*$)"
)
_SENTENCE_END = re.compile(r"[.!?]+[”\")]?(?=\s+[A-ZÅÄÖÉ”\"–-]|\s*$)|(?<=[a-zåäö]{4})[.!?]+(?=\s+\d+\s[a-zåäö])")
_ABBREVIATION = re.compile(
    r"(?i)\b(?:kl|nr|ca|dr|st|bl\.\s?a|t\.\s?ex|d\.\s?v\.\s?s|m\.\s?m|f\.\s?d|fr\.\s?o\.\s?m|"
    r"t\.\s?o\.\s?m|tel|resp|ev|inkl|"
    r"exkl|etc|dvs|ordf|sekr|tf|v|[A-ZÅÄÖ])\.$"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row's text and offset in the document, its line's typography, and whether an empty line stands before it.

    `column` is the column, from 1, of a table that the row stands in, 0 outside tables.
    """

    text: str
    start: int
    line: Line
    gap: bool = False
    column: int = 0

    @property
    def end(self) -> int:
        """The offset after the row's last character."""
        return self.start + len(self.text)


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences of a paragraph; an abbreviation's full stop ends none.

    >>> text = "Kl. 9 bl.a. Bo. Sedan Eva."
    >>> [text[a:b] for a, b in sentences(text)]
    ['Kl. 9 bl.a. Bo.', 'Sedan Eva.']
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _SENTENCE_END.finditer(text):
        tail = text[max(at, match.end() - 24) : match.end()].rstrip('”")')
        if _ABBREVIATION.search(tail) and text[match.end() :].strip():
            continue
        spans.append((at, match.end()))
        at = match.end()
    if text[at:].strip():
        spans.append((at, len(text)))
    return [_stripped(text, start, end) for start, end in spans]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def row_sentences(row: Row) -> Iterator[tuple[str, int, int]]:
    """Each sentence of a row: its text and its span in the document."""
    for start, end in sentences(row.text):
        yield row.text[start:end], row.start + start, row.start + end


def _cuts(shown: str, line: Line) -> list[tuple[int, int]]:
    """The spans of a line's rows: cells of a table row, then what a label or the head of a list begins."""
    spans: list[tuple[int, int]] = []
    at = 0
    for cell in shown.split("|") if line.table else [shown]:
        edges = [0, *sorted(m.end() for p in (_LABEL_WITHIN, _HEAD_WITHIN) for m in p.finditer(cell)), len(cell)]
        spans += [(at + a, at + b) for a, b in pairwise(edges)]
        at += len(cell) + 1
    return [span for a, b in spans if (span := _stripped(shown, a, b))[0] < span[1]]


def item_rows(text: str, lines: Sequence[Line], start: int = 0) -> list[Row]:
    """The rows of the lines, without page furniture and the names of a table's columns.

    Of the first line only what stands at `start` or after.
    """
    rows: list[Row] = []
    before: Line | None = None
    for line in lines:
        low = max(line.start, start)
        shown = text[low : line.end]
        named = line.table and low == line.start and head_columns(shown)
        if shown and not line.furniture and not named:
            gap = before is not None and line.start - before.end > 1
            for n, (a, b) in enumerate(_cuts(shown, line)):
                column = text.count("|", line.start, low + a) + 1 if line.table else line.column
                rows.append(Row(shown[a:b], low + a, line, gap if n == 0 else line.table, column))
        before = line
    return rows
