"""A table row -> raw lines, the same for every format that has tables."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.layout import RawLine


def row_lines(cells: Sequence[Sequence[RawLine]]) -> Iterator[RawLine]:
    """The lines of a table row: one with the cells' first lines joined by " | ", then the cells' other lines.

    A row with a single cell, or a single filled one that has several lines, is a frame: its lines are lines as any.
    """
    filled = [cell for cell in cells if cell]
    if not filled:
        return
    if len(cells) == 1 or (len(filled) == 1 and len(filled[0]) > 1):
        yield from filled[0]
        return
    first = filled[0][0]
    text = " | ".join(" ".join(cell[0].text.split()) if cell else "" for cell in cells)
    yield RawLine(text, table=True, hard=True, bold=first.bold, page=first.page, size=first.size)
    for n, cell in enumerate(cells, 1):
        for line in cell[1:]:
            yield replace(line, column=n)
