"""Agenda items cut into chunks that carry their heading with them."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from indexer.records import AgendaItem, Chunk, Meeting

CHUNKER_VERSION = "1"
TARGET = 600
"""A chunk is closed at the first boundary after this many characters."""
LIMIT = 900
"""No chunk is longer, in characters, unless overlapping decisions force it."""
TAIL = 150
"""A last chunk shorter than this joins the one before it, where the limit allows."""

UNKNOWN_BODY = "okänt"

_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
# A sentence ends at . ! ? before a capital, unless the word is an initial, a number ("den 3. Maj") or an abbreviation.
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3}[.!?])\s+(?=[\"”»(–-]?\s?[A-ZÅÄÖÉ0-9])")
_WORD = re.compile(r"\s+")
_BREAKS = (_PARAGRAPH, _LINE, _SENTENCE, _WORD)

Span = tuple[int, int]


def chunk_item(meeting: Meeting, item: AgendaItem, text: str) -> tuple[Chunk, ...]:
    """The chunks of one agenda item, in order; at least one, the heading alone where the item has no body.

    `text` is the document's canonical text: `text[chunk.start:chunk.end] == chunk.text`.
    A decision is never split over two chunks unless it is longer than LIMIT.
    """
    context = chunk_context(meeting, item)
    body = _stripped(text, item.body_start, item.end)
    spans = _pack(_split(text, body, item)) if body[0] < body[1] else [_title_span(text, item)]
    return tuple(
        Chunk(f"{item.id}.{position}", item.id, meeting.id, text[start:end], context, start, end)
        for position, (start, end) in enumerate(spans, start=1)
    )


def chunk_context(meeting: Meeting, item: AgendaItem) -> str:
    """Body, date, number and title, as a Swedish reader would say them: "Nätverket X, 4 mars 2022. 10) Titel"."""
    head = ", ".join(part for part in (_body_words(meeting), date_words(meeting.date)) if part)
    title = " ".join(item.title.split())
    if item.number_printed:
        title = f"{item.number} {title}" if "§" in item.number else f"{item.number}) {title}"
    return f"{head}. {title}".strip() if head else title.strip()


def date_words(date: str | None) -> str:
    """The date in Swedish words, to its precision.

    >>> date_words("2022-03-04"), date_words("2020-12"), date_words("2021"), date_words(None)
    ('4 mars 2022', 'december 2020', '2021', '')
    """
    if not date:
        return ""
    year, *rest = date.split("-")
    words = [_MONTHS[int(rest[0]) - 1], year] if rest else [year]
    return " ".join([str(int(rest[1])), *words] if len(rest) > 1 else words)


def embedding_text(chunk: Chunk) -> str:
    """What is embedded for a chunk: its context, then its text."""
    return f"{chunk.context}\n{chunk.text}"


def content_hash(chunk: Chunk, model_id: str) -> str:
    """The sha256 (hex) of everything a chunk's vector depends on, the model and what it is given: two chunks that share
    it share a vector.
    """
    digest = hashlib.sha256()
    for part in (model_id, embedding_text(chunk)):
        data = part.encode()
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


def _body_words(meeting: Meeting) -> str:
    return "" if meeting.body == UNKNOWN_BODY else meeting.body


def _stripped(text: str, start: int, end: int) -> Span:
    """The span without white space at either end."""
    piece = text[start:end]
    kept = piece.strip()
    start += len(piece) - len(piece.lstrip()) if kept else 0
    return start, start + len(kept)


def _title_span(text: str, item: AgendaItem) -> Span:
    """The title inside the heading, or the whole heading where the title is not there word for word."""
    found = text.find(item.title, item.start, item.end) if item.title else -1
    return (found, found + len(item.title)) if found >= 0 else _stripped(text, item.start, item.end)


def _split(text: str, span: Span, item: AgendaItem, breaks: Sequence[re.Pattern[str]] = _BREAKS) -> list[Span]:
    """Spans of at most LIMIT characters where that can be, cut at the strongest break that does it."""
    if span[1] - span[0] <= LIMIT and breaks is not _BREAKS:
        return [span]
    if not breaks:
        return _cut(span, _allowed(range(span[0] + LIMIT, span[1], LIMIT), item))
    inside = (found.end() for found in breaks[0].finditer(text, *span) if found.end() < span[1])
    pieces = _cut(span, _allowed(inside, item))
    return [part for piece in pieces for part in _split(text, _stripped(text, *piece), item, breaks[1:])]


def _cut(span: Span, cuts: Iterable[int]) -> list[Span]:
    edges = [span[0], *cuts, span[1]]
    return [(start, end) for start, end in pairwise(edges) if start < end]


def _allowed(cuts: Iterable[int], item: AgendaItem) -> list[int]:
    """The cuts that fall inside no decision short enough to be kept whole."""
    whole = [(one.start, one.end) for one in item.decisions if one.end - one.start <= LIMIT]
    return [cut for cut in cuts if not any(start < cut < end for start, end in whole)]


def _pack(pieces: Sequence[Span]) -> list[Span]:
    """Neighbouring pieces joined into chunks of TARGET to LIMIT characters."""
    chunks: list[Span] = []
    for start, end in pieces:
        if chunks and _joins(chunks[-1], end):
            chunks[-1] = (chunks[-1][0], end)
        else:
            chunks.append((start, end))
    if len(chunks) > 1 and chunks[-1][1] - chunks[-1][0] < TAIL and chunks[-1][1] - chunks[-2][0] <= LIMIT:
        chunks[-2:] = [(chunks[-2][0], chunks[-1][1])]
    return chunks


def _joins(chunk: Span, end: int) -> bool:
    return chunk[1] - chunk[0] < TARGET and end - chunk[0] <= LIMIT
