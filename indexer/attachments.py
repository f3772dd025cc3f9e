"""Attachments that minutes mention: file names and numbered appendices."""

import re
from collections.abc import Iterator, Sequence

from indexer.records import Attachment, Line

_EXTENSION = re.compile(r"(?i)\s?\.(?:docx?|pptx?|xlsx?|pdf|odt|msg|png|jpe?g)\b")
_STEM = re.compile(r"[\w][\w ,()&_–-]*$")
_APPENDIX_NAME = re.compile(r"\b[Bb]il(?:aga)?\.?\s(?:\d{1,2}|[A-Z])\b")
_LONGEST = 100
"""No file name is longer, in characters before its extension: the stem is looked for no further back."""


def find_attachments(text: str, lines: Sequence[Line], start: int = 0) -> tuple[Attachment, ...]:
    """File names and appendices in these lines from the offset `start` on, each name once.

    A file name that is broken over two lines is put together.
    """
    found: dict[str, Attachment] = {}
    for i, line in enumerate(lines):
        before = lines[i - 1] if i else None
        for low, high in _spans(text, line, before, start):
            name = " ".join(text[low:high].split())
            found.setdefault(name, Attachment(name, low, high))
    return tuple(found.values())


def _spans(text: str, line: Line, before: Line | None, start: int) -> Iterator[tuple[int, int]]:
    at = max(line.start, start)
    for match in _EXTENSION.finditer(text, at, line.end):
        stem = _STEM.search(text[max(at, match.start() - _LONGEST) : match.start()])
        if stem is None:
            continue
        low = match.start() - len(stem[0])
        if low == line.start and before is not None and before.start >= start and _breaks_name(text, before, line):
            low = before.start
        yield low, match.end()
        at = match.end()
    for match in _APPENDIX_NAME.finditer(text, max(line.start, start), line.end):
        yield match.start(), match.end()


def _breaks_name(text: str, before: Line, line: Line) -> bool:
    """Whether a short line right above, without a full stop, begins the file name that this line ends."""
    short = before.end - before.start < 40 and line.start - before.end == 1
    return short and text[before.end - 1] not in ".:!?"
