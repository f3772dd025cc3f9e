"""Text cut by length, and the item numbers that can be read in it. Imports nothing but the standard library, for the
environments of the peers."""

import re

SIZE = 1000
"""Characters in a chunk."""
HEADING = re.compile(r"(?m)^[ \t]*(§)?\s?(\d{1,3}(?:\.\d{1,2})?)[.)]?[ \t]+[\"”»]?(?=[A-ZÅÄÖ])")
"""A line that begins with a number, with or without a §, a full stop or a bracket, before a capital: "8) Remiss"."""


def cut(text: str, size: int = SIZE, overlap: int = 0) -> list[tuple[int, int]]:
    """Spans of at most `size` characters that end at white space, each from `overlap` before the last one's end.

    >>> cut("ett två tre fyra", 8), cut("ett två tre fyra", 8, 4)
    ([(0, 8), (8, 16)], [(0, 8), (4, 12), (8, 16)])
    """
    spans, start = [], 0
    while start < len(text):
        end = min(start + size, len(text))
        if end < len(text):
            end = max((at.end() for at in re.finditer(r"\s", text[start:end])), default=size) + start
        spans.append((start, end))
        if end == len(text):
            break
        start = max(end - overlap, start + 1)
    return spans


def heading_number(match: re.Match[str]) -> str:
    """The number of a `HEADING`, as gold and citations write it: "8", "§ 45"."""
    return f"{'§ ' if match[1] else ''}{match[2]}"
