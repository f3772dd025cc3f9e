"""The segments of a pdf page -> raw lines: columns one after the other, table rows on a line each."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.layout import RawLine
from indexer.pdf_blocks import (
    Block,
    Cell,
    column_of,
    column_text,
    columns_of,
    lists_below,
    ordered_blocks,
    reads_down,
    table_run,
)
from indexer.pdf_text import Segment, Style, compose
from indexer.rows import row_lines

_MARK = re.compile(
    r"(?:§+\s?\d+(?:\.\d+)?(?:\s?[a-z])?|\d{1,3}\s?§|\(?\d{1,3}(?:\.\d{1,2})*[.):]?|[a-zåäö][.)]|[-–•*·▪●○‣►◦\uf0b7])$"
)
_SIDE_HEADING = re.compile(
    r"(?i)(?:.*\bbeslut(?:ar|ade)?|bakgrund|ärende\w*|yrkande\w*|sammanfattning|.*underlag|reservation\w*)\W*$"
)
_FIGURE = re.compile(r"\d[\d,.:]*(?<![.:]) (?:[a-zåäö%]|\d{3}\b)")
_RUN_IN = re.compile(r"(?:§+\s?\d|\d{1,3}(?:\.\d+)?[.):]?\s|punkt\s\d|ärende\s\d|beslut$)", re.I)


def page_lines(segments: Sequence[Segment], page: int) -> list[RawLine]:
    """The lines of a page in reading order; an empty line stands where the gap says that a paragraph ends."""
    blocks = ordered_blocks(segments)
    writer = _Writer(page, _leading(segments), _edge(segments))
    at = 0
    while at < len(blocks):
        run = table_run(blocks, at)
        below = lists_below(run, blocks[at + len(run) :]) if len(blocks[at].cells) == 2 else []
        if len(run) > 1 or below:
            writer.table([*run, *below])
        else:
            writer.block(blocks[at])
        at += len(run) + len(below)
    return writer.lines


# Blocks to lines


def _edge(segments: Sequence[Segment]) -> float:
    """Where the longest line of the page's body text ends."""
    weights: Counter[float] = Counter()
    for one in segments:
        weights[one.size] += len(one.words)
    body = max(weights, key=lambda size: weights[size], default=0.0)
    return max((one.right for one in segments if one.size == body), default=0.0)


def _leading(segments: Sequence[Segment]) -> float:
    """The distance of wrapped lines in font sizes: the median over lines that go on with a small letter."""
    found = sorted(
        (a.y - b.y) / b.size
        for a, b in pairwise(segments)
        if b.text[:1].islower() and 0.8 * b.size < a.y - b.y < 2.4 * b.size
    )
    return min(1.9, found[len(found) // 2]) if len(found) >= 3 else 1.2


class _Writer:
    """Turns blocks into raw lines, with an empty line for each gap."""

    def __init__(self, page: int, leading: float, edge: float) -> None:
        self.page = page
        self.edge = edge
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
        columns = columns_of(run)
        if reads_down(run, columns):
            for at in (0, 1):
                self._plain(column_text(run, columns, at))
                self.lines.append(RawLine("", page=self.page))
            return
        self._space(run[0].top, run[0].cells[0].lines[0].size)
        for block in run:
            cells: list[list[RawLine]] = [[] for _ in columns]
            for cell in block.cells:
                at = column_of(columns, cell)
                end = columns[at + 1][0] if at + 1 < len(columns) else self.edge
                cells[at] += self._cell(cell, end)
            self.lines += row_lines(cells)
        self._y = run[-1].bottom

    @staticmethod
    def _is_marked(block: Block) -> bool:
        return bool(_MARK.match(block.cells[0].lines[0].text) or _SIDE_HEADING.match(block.cells[0].lines[0].text))

    def _plain(self, lines: Sequence[Segment]) -> None:
        last: Segment | None = None
        joined = False
        for line in lines:
            if last is not None and self._goes_on(last, line, joined):
                text = f"{self.lines[-1].text} {line.text}"
                self.lines[-1] = self._raw([*last.words, *line.words], text)
                joined = True
            else:
                if joined:
                    self.lines.append(RawLine("", page=self.page))
                self._space(line.y, line.size)
                self.lines += self._run_in(line)
                self.lines[-1] = replace(self.lines[-1], room=max(0.0, (self.edge - line.right) / (0.5 * line.size)))
                joined = False
            last, self._y = line, line.y
        if joined:
            self.lines.append(RawLine("", page=self.page))

    def _goes_on(self, last: Segment, line: Segment, joined: bool) -> bool:
        """Whether a line that begins with a figure ("410 000 kronor"), or one below it, goes on with a full line.

        By its words alone such a line could be a numbered heading; where it stands tells.
        """
        if not joined and not (_FIGURE.match(line.text) and re.search(r"[\w,]$", last.text)):
            return False
        same = last.words[-1][1] == line.words[0][1] and abs(last.left - line.left) < 1.5 * line.size
        room = self.edge - last.right - (0.5 * len(line.words[0][0]) + 0.25) * line.size
        return same and room < 0 < last.y - line.y <= self.gap * line.size

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
        for a, b in pairwise(segments):
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
                result.append(
                    RawLine(one.text, bold=one.bold, italic=one.italic, hard=True, size=one.size, page=self.page)
                )
            last = line
        return result

    def _wraps(self, last: Segment, line: Segment, end: float) -> bool:
        first = line.words[0][0]
        bold = last.words[-1][1].bold == line.words[0][1].bold
        if (
            not bold
            or last.y - line.y > self.gap * line.size
            or re.match(r"(?:[-–•·]|\d+[.)])$|(?:att|Beslut:)$", first)
        ):
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
        if plain:
            head, rest = (compose(" ".join(word for word, _ in part)) for part in (words[:plain], words[plain:]))
            named = re.search(r"[^\W\d_]{3}", head) and not re.search(r"[,(]$", head)
            if _RUN_IN.match(head) and named and re.match(r"[A-ZÅÄÖ”\"]", rest):
                return [self._raw(words[:plain], head), self._raw(words[plain:], rest)]
        return [self._raw(words, line.text)]
