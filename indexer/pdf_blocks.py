"""The segments of a pdf page -> blocks of cells in reading order.

The order in which a page is drawn tells columns (one whole, then the next) from table rows (cell by cell); positions
alone do not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.pdf_text import Segment

_NUMBER = re.compile(r"(?:§+\s?\d+|\d{1,3}\s?§|\d{1,3}(?:\.\d{1,2})?[.):])$")
_PEOPLE = re.compile(
    r"(?i)\W*(?:(?:ej |icke )?(?:när|från)varande|för arbets\w+|deltag\w+|(?:anmält )?förhinder|ersättare|ledamöter|"
    r"beslutande|gäster|övriga)\b"
)
_FAR = 2.3
"""In font sizes: lines further apart than that are not of one cell."""


@dataclass(slots=True)
class Cell:
    """Lines under each other in one column, from the top."""

    lines: list[Segment]

    @property
    def left(self) -> float:
        """Where its leftmost line begins."""
        return min(line.left for line in self.lines)

    @property
    def right(self) -> float:
        """Where its longest line ends."""
        return max(line.right for line in self.lines)


@dataclass(slots=True)
class Block:
    """Cells side by side; most blocks have one."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def top(self) -> float:
        """The baseline of its first line."""
        return max(cell.lines[0].y for cell in self.cells)

    @property
    def bottom(self) -> float:
        """The baseline of its last line."""
        return min(cell.lines[-1].y for cell in self.cells)


def ordered_blocks(segments: Sequence[Segment]) -> list[Block]:
    """The blocks of a page in reading order, a number in the margin put before the line that it belongs to."""
    return _with_margin_numbers(_in_order(_blocks(segments)))


def _blocks(segments: Sequence[Segment]) -> list[Block]:
    blocks: list[Block] = []
    for segment in segments:
        last = blocks[-1] if blocks else None
        if last is not None and _goes_on(last.cells[-1], segment):
            last.cells[-1].lines.append(segment)
        elif last is not None and (at := _beside(last, segment)) is not None:
            if at:
                head, last.cells[0].lines = last.cells[0].lines[:at], last.cells[0].lines[at:]
                blocks.insert(-1, Block([Cell(head)]))
            last.cells.append(Cell([segment]))
        elif (row := _row_of(blocks, segment)) is not None:
            blocks[row].cells[-1].lines += [line for block in blocks[row + 1 :] for line in block.cells[0].lines]
            del blocks[row + 1 :]
            blocks[row].cells.append(Cell([segment]))
        else:
            blocks.append(Block([Cell([segment])]))
    return blocks


def _row_of(blocks: list[Block], segment: Segment) -> int | None:
    """The block, before the last one, that the segment ends as the last cell of a table's row: one above it shows so.

    The blocks in between are then the rest of the cell before, which has a gap in it.
    """
    for n in range(len(blocks) - 1, max(-1, len(blocks) - 8), -1):
        block = blocks[n]
        if len(block.cells) > 1:
            level = abs(block.top - segment.y) <= 0.5 * segment.size and block.cells[-1].right < segment.left
            like = any(
                len(one.cells) > 2 and abs(one.cells[-1].left - segment.left) < 4 for one in blocks[max(0, n - 4) : n]
            )
            return n if level and like and n + 1 < len(blocks) else None
        if block.cells[0].right > segment.left:
            return None
    return None


def _goes_on(cell: Cell, segment: Segment) -> bool:
    """Whether the segment is the next line of the cell."""
    last = cell.lines[-1]
    size = min(last.size, segment.size)
    shift = segment.left - cell.left
    return (
        0.5 * size < last.y - segment.y < _FAR * size
        and -3 * size < shift
        and (shift < 2 * size or segment.left < last.right)
    )


def _beside(block: Block, segment: Segment) -> int | None:
    """The line of the block that the segment stands to the right of, in a cell of its own; None where it does not."""
    size = segment.size
    if segment.left < block.cells[-1].right - 0.3 * size and len(block.cells) > 1:
        return None
    lines = block.cells[0].lines if len(block.cells) == 1 else block.cells[0].lines[:1]
    for n, line in enumerate(lines):
        below = lines[n + 1].y if n + 1 < len(lines) else None
        level = abs(line.y - segment.y) <= 0.5 * size or (below is not None and line.y > segment.y > below + 0.5 * size)
        if level and all(one.right < segment.left + 0.3 * size for one in block.cells[0].lines[n:]):
            return n
    if len(block.cells) > 1 and block.bottom < segment.y < block.top:
        return 0  # centred beside taller cells
    return None


def _in_order(blocks: list[Block]) -> list[Block]:
    """Blocks with a page header that is drawn last, or a footer drawn first, where it stands on the page."""
    flows: list[list[Block]] = []
    for block in blocks:
        if flows and block.top <= flows[-1][-1].top + 1:
            flows[-1].append(block)
        else:
            flows.append([block])
    ordered: list[list[Block]] = []
    for flow in flows:
        low = min(block.bottom for block in flow)
        at = len(ordered)
        while at and max(block.top for block in ordered[at - 1]) < low:
            at -= 1
        ordered.insert(at, flow)
    return [block for flow in ordered for block in flow]


def _with_margin_numbers(blocks: list[Block]) -> list[Block]:
    """Blocks where a number that is drawn apart from its line stands before it."""
    lines = [line for block in blocks for cell in block.cells for line in cell.lines]
    result = []
    for block in blocks:
        alone = block.cells[0].lines[0] if len(block.cells) == 1 and len(block.cells[0].lines) == 1 else None
        if alone is None or not _NUMBER.match(alone.text):
            result.append(block)
            continue
        right = [line for line in lines if abs(line.y - alone.y) < 0.4 * line.size and line.left > alone.right]
        if not right:
            result.append(block)
            continue
        nearest = min(right, key=lambda line: line.left)
        nearest.words[:0], nearest.left = alone.words, alone.left
    return result


# Tables


def table_run(blocks: list[Block], at: int) -> list[Block]:
    """The rows of the table that begins with the block: blocks of cells whose columns stand under each other."""
    run = [blocks[at]]
    for block in blocks[at + 1 :]:
        last = run[-1]
        far = last.bottom - block.top > 3 * block.cells[0].lines[0].size
        if min(len(last.cells), len(block.cells)) < 2 or block.top > last.bottom or far or not _aligned(last, block):
            break
        run.append(block)
    return run


def lists_below(run: list[Block], blocks: list[Block]) -> list[Block]:
    """The blocks that go on with one column of two lists of people after the other has ended."""
    result: list[Block] = []
    if not _people(run):
        return result
    columns = columns_of(run)
    for block in blocks:
        last = [*run, *result][-1]
        close = 0 < last.bottom - block.top < _FAR * block.cells[0].lines[0].size
        under = any(abs(block.cells[0].left - left) < 4 for left, _ in columns)
        inside = block.cells[0].left >= columns[-1][0] - 4 or block.cells[0].right < columns[-1][0]
        if len(block.cells) > 1 or not (close and under and inside):
            break
        result.append(block)
    return result


def _people(run: list[Block]) -> bool:
    """Whether two lists of people stand side by side."""
    return len(run[0].cells) == 2 and all(_PEOPLE.match(cell.lines[0].text) for cell in run[0].cells)


def _aligned(one: Block, other: Block) -> bool:
    """Whether every cell of the block with fewer stands under one of the other, by its left, right or middle."""
    few, many = sorted((one.cells, other.cells), key=len)
    return all(any(_under(x, y) for y in many) for x in few)


def _under(one: Cell, other: Cell) -> bool:
    middle = (one.left + one.right) / 2 - (other.left + other.right) / 2
    return min(abs(one.left - other.left), abs(one.right - other.right), abs(middle)) < 4


def columns_of(run: list[Block]) -> list[tuple[float, float]]:
    """The extents of a table's columns: cells in one begin together, or overlap without ever sharing a row."""
    columns: list[tuple[float, float]] = []
    rows: list[set[int]] = []  # where each column has a cell
    for left, right, row in sorted((cell.left, cell.right, n) for n, block in enumerate(run) for cell in block.cells):
        if columns and (left - columns[-1][0] < 4 or (left < columns[-1][1] - 1 and row not in rows[-1])):
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
            rows[-1].add(row)
        else:
            columns.append((left, right))
            rows.append({row})
    return columns


def column_of(columns: list[tuple[float, float]], cell: Cell) -> int:
    """The column that a cell stands in, counted from 0."""
    return max((n for n, (left, _) in enumerate(columns) if left - 1 <= cell.left), default=0)


def column_text(run: list[Block], columns: list[tuple[float, float]], at: int) -> list[Segment]:
    """The lines of one column, from the top."""
    return [line for block in run for cell in block.cells if column_of(columns, cell) == at for line in cell.lines]


def reads_down(run: list[Block], columns: list[tuple[float, float]]) -> bool:
    """Whether two columns are read one after the other: lists of people side by side, or running text drawn across."""
    if len(columns) != 2:
        return False
    left, right = (column_text(run, columns, at) for at in (0, 1))
    if _people(run):
        return True
    running = [sum(line.text[:1].islower() for line in lines) >= 0.25 * len(lines) for lines in (left, right)]
    words = [sum(len(line.words) for line in lines) / len(lines) for lines in (left, right)]
    return len(run) >= 6 and all(running) and min(words) >= 3.5
