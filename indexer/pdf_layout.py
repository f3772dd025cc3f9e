"""The segments of a pdf page -> raw lines: columns one after the other, table rows on a line, margin numbers by their title.

The order in which a page is drawn tells columns (one whole, then the next) from table rows (cell by cell); positions
alone do not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from indexer.layout import RawLine
from indexer.pdf_text import Segment, Style, compose
from indexer.rows import row_lines

_MARK = re.compile(r"(?:§+\s?\d+(?:\.\d+)?(?:\s?[a-z])?|\d{1,3}\s?§|\(?\d{1,3}(?:\.\d{1,2})*[.):]?|[a-zåäö][.)]|[-–•*·▪●○‣►◦\uf0b7])$")
_NUMBER = re.compile(r"(?:§+\s?\d+|\d{1,3}\s?§|\d{1,3}(?:\.\d{1,2})?[.):])$")
_SIDE_HEADING = re.compile(r"(?i)(?:.*\bbeslut(?:ar|ade)?|bakgrund|ärende\w*|yrkande\w*|sammanfattning|.*underlag|reservation\w*)\W*$")
_PEOPLE = re.compile(r"(?i)\W*(?:(?:ej |icke )?(?:när|från)varande|för arbets\w+|deltag\w+|(?:anmält )?förhinder|ersättare|ledamöter|beslutande|gäster|övriga)\b")
_RUN_IN = re.compile(r"(?:§+\s?\d|\d{1,3}(?:\.\d+)?[.):]?\s|punkt\s\d|ärende\s\d)", re.I)
_FAR = 2.3
"""In font sizes: lines further apart than that are not of one cell."""


@dataclass(slots=True)
class Cell:
    """Lines under each other in one column, from the top."""

    lines: list[Segment]

    @property
    def left(self) -> float:
        return min(line.left for line in self.lines)

    @property
    def right(self) -> float:
        return max(line.right for line in self.lines)


@dataclass(slots=True)
class Block:
    """Cells side by side; most blocks have one."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def top(self) -> float:
        return max(cell.lines[0].y for cell in self.cells)

    @property
    def bottom(self) -> float:
        return min(cell.lines[-1].y for cell in self.cells)


def page_lines(segments: Sequence[Segment], page: int) -> list[RawLine]:
    """The lines of a page in reading order; an empty line stands where the gap says that a paragraph ends."""
    blocks = _with_margin_numbers(_in_order(_blocks(segments)))
    writer = _Writer(page, _leading(segments))
    at = 0
    while at < len(blocks):
        run = _table_run(blocks, at)
        below = _below(run, blocks[at + len(run) :]) if len(blocks[at].cells) == 2 else []
        if len(run) > 1 or below:
            writer.table([*run, *below])
        else:
            writer.block(blocks[at])
        at += len(run) + len(below)
    return writer.lines


# Segments to blocks


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
            like = any(len(one.cells) > 2 and abs(one.cells[-1].left - segment.left) < 4 for one in blocks[max(0, n - 4) : n])
            return n if level and like and n + 1 < len(blocks) else None
        if block.cells[0].right > segment.left:
            return None
    return None


def _goes_on(cell: Cell, segment: Segment) -> bool:
    """Whether the segment is the next line of the cell."""
    last = cell.lines[-1]
    size = min(last.size, segment.size)
    shift = segment.left - cell.left
    return 0.5 * size < last.y - segment.y < _FAR * size and -3 * size < shift and (
        shift < 2 * size or segment.left < last.right
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


def _table_run(blocks: list[Block], at: int) -> list[Block]:
    """The rows of the table that begins with the block: blocks of several cells whose columns stand under each other."""
    run = [blocks[at]]
    for block in blocks[at + 1 :]:
        last = run[-1]
        far = last.bottom - block.top > 3 * block.cells[0].lines[0].size
        if min(len(last.cells), len(block.cells)) < 2 or block.top > last.bottom or far or not _aligned(last, block):
            break
        run.append(block)
    return run


def _below(run: list[Block], blocks: list[Block]) -> list[Block]:
    """The blocks that go on with one column of two lists of people after the other has ended."""
    result: list[Block] = []
    if not _people(run):
        return result
    columns = _columns(run)
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


def _columns(run: list[Block]) -> list[tuple[float, float]]:
    """The extents of a table's columns: cells that overlap are in one."""
    spans = sorted((cell.left, cell.right) for block in run for cell in block.cells)
    columns = [spans[0]]
    for left, right in spans[1:]:
        if left < columns[-1][1] - 1:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    return columns


def _column_text(run: list[Block], columns: list[tuple[float, float]], at: int) -> list[Segment]:
    low, high = columns[at]
    return [line for block in run for cell in block.cells if low - 1 <= cell.left <= high for line in cell.lines]


def _reads_down(run: list[Block], columns: list[tuple[float, float]]) -> bool:
    """Whether two columns are read one after the other: lists of people side by side, or running text drawn across."""
    if len(columns) != 2:
        return False
    left, right = (_column_text(run, columns, at) for at in (0, 1))
    if _people(run):
        return True
    running = [sum(line.text[:1].islower() for line in lines) >= 0.25 * len(lines) for lines in (left, right)]
    words = [sum(len(line.words) for line in lines) / len(lines) for lines in (left, right)]
    return len(run) >= 6 and all(running) and min(words) >= 3.5


# Blocks to lines


def _leading(segments: Sequence[Segment]) -> float:
    """The distance of wrapped lines in font sizes: the median over lines that go on with a small letter."""
    found = sorted(
        (a.y - b.y) / b.size
        for a, b in zip(segments, segments[1:], strict=False)
        if b.text[:1].islower() and 0.8 * b.size < a.y - b.y < 2.4 * b.size
    )
    return min(1.9, found[len(found) // 2]) if len(found) >= 3 else 1.2


class _Writer:
    """Turns blocks into raw lines, with an empty line for each gap."""

    def __init__(self, page: int, leading: float) -> None:
        self.page = page
        self.gap = max(1.45, 1.25 * leading)
        self.lines: list[RawLine] = []
        self._y: float | None = None

    def block(self, block: Block) -> None:
        """Writes a block that stands alone."""
        first, *others = block.cells
        if not others:
            self._plain(first.lines)
        elif len(others) == 1 and len(first.lines) == 1 and _MARK.match(first.lines[0].text):
            self._marked(first.lines[0], others[0].lines)
        elif all(len(cell.lines) == 1 for cell in block.cells):
            self._across([cell.lines[0] for cell in block.cells])
        elif all(len(cell.lines) > 2 for cell in block.cells):
            for cell in block.cells:
                self._plain(cell.lines)
        elif len(others) == 1 and len(first.lines) == 1 and _SIDE_HEADING.match(first.lines[0].text):
            self._plain(first.lines)
            self.lines.append(RawLine("", page=self.page))
            self._y = None
            self._plain(others[0].lines)
        else:
            self.table([block])

    def table(self, run: list[Block]) -> None:
        """Writes rows whose columns stand under each other."""
        if all(len(one.cells) == 2 and len(one.cells[0].lines) == 1 and self._is_marked(one) for one in run):
            for one in run:
                self._marked(one.cells[0].lines[0], one.cells[1].lines)
            return
        columns = _columns(run)
        if _reads_down(run, columns):
            for at in (0, 1):
                self._plain(_column_text(run, columns, at))
                self.lines.append(RawLine("", page=self.page))
            return
        self._space(run[0].top, run[0].cells[0].lines[0].size)
        for block in run:
            cells: list[list[RawLine]] = [[] for _ in columns]
            for cell in block.cells:
                at = next((n for n, (left, right) in enumerate(columns) if left - 1 <= cell.left <= right), 0)
                end = columns[at + 1][0] if at + 1 < len(columns) else columns[at][1]
                cells[at] += self._cell(cell, end)
            self.lines += row_lines(cells)
        self._y = run[-1].bottom

    @staticmethod
    def _is_marked(block: Block) -> bool:
        return bool(_MARK.match(block.cells[0].lines[0].text) or _SIDE_HEADING.match(block.cells[0].lines[0].text))

    def _plain(self, lines: Sequence[Segment]) -> None:
        for line in lines:
            self._space(line.y, line.size)
            self.lines += self._run_in(line)
            self._y = line.y

    def _marked(self, mark: Segment, lines: list[Segment]) -> None:
        """A number, bullet or side heading and the text to the right of it."""
        if _SIDE_HEADING.match(mark.text):
            self.block(Block([Cell([mark])]))
            self._y = mark.y + 2 * self.gap * mark.size
            self._plain(lines)
            return
        first = Segment(mark.left, lines[0].right, mark.y, [*mark.words, *lines[0].words])
        self._plain([first, *lines[1:]])

    def _across(self, segments: list[Segment]) -> None:
        """Pieces of one line: a tab stands for a wide gap."""
        self._space(segments[0].y, segments[0].size)
        text = segments[0].text
        for a, b in zip(segments, segments[1:], strict=False):
            wide = b.left - a.right > 3 * a.size and not _MARK.match(a.text)
            text += ("\t" if wide else " ") + b.text
        words = [word for segment in segments for word in segment.words]
        self.lines.append(self._raw(words, text))
        self._y = segments[0].y

    def _cell(self, cell: Cell, end: float) -> list[RawLine]:
        """The paragraphs of a table cell that reaches to `end`."""
        result: list[RawLine] = []
        last: Segment | None = None
        for line in cell.lines:
            if last is not None and self._wraps(last, line, end):
                text = result[-1].text
                hyphened = re.search(r"[^\W\d]-$", text) and line.text[:1].islower()
                joined = text[:-1] + line.text if hyphened else f"{text} {line.text}"
                result[-1] = RawLine(joined, bold=result[-1].bold, hard=True, size=result[-1].size, page=self.page)
            else:
                one = self._raw(line.words, line.text)
                result.append(RawLine(one.text, bold=one.bold, italic=one.italic, hard=True, size=one.size, page=self.page))
            last = line
        return result

    def _wraps(self, last: Segment, line: Segment, end: float) -> bool:
        first = line.words[0][0]
        bold = last.words[-1][1].bold == line.words[0][1].bold
        if not bold or last.y - line.y > self.gap * line.size or re.match(r"(?:[-–•·]|\d+[.)])$|(?:att|Beslut:)$", first):
            return False
        return first[0].islower() or last.right + (len(first) * 0.5 + 0.3) * line.size > end - 1.2 * line.size

    def _space(self, y: float, size: float) -> None:
        """An empty line where the next one stands further down than lines of a paragraph do, or higher up."""
        if self._y is not None and not -1 < self._y - y <= self.gap * max(size, 6):
            self.lines.append(RawLine("", page=self.page))

    def _raw(self, words: list[tuple[str, Style]], text: str) -> RawLine:
        styles = [style for word, style in words if re.search(r"\w", word)] or [style for _, style in words]
        return RawLine(
            text,
            bold=all(style.bold for style in styles),
            italic=all(style.italic for style in styles),
            size=max(style.size for style in styles),
            page=self.page,
        )

    def _run_in(self, line: Segment) -> list[RawLine]:
        """A line as it is, or as two where it begins with a bold numbered heading and goes on in plain text."""
        words = line.words
        plain = next((n for n, (_, style) in enumerate(words) if not style.bold), 0)
        if plain > 1:
            head, rest = (compose(" ".join(word for word, _ in part)) for part in (words[:plain], words[plain:]))
            named = re.search(r"[^\W\d_]{3}", head) and not re.search(r"[,(]$", head)
            if _RUN_IN.match(head) and named and re.match(r"[A-ZÅÄÖ”\"]", rest):
                return [self._raw(words[:plain], head), self._raw(words[plain:], rest)]
        return [self._raw(words, line.text)]
