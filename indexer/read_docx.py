"""A Word document -> raw lines: paragraphs, tables and text boxes in order, as Word shows them.

Tracked changes are read as accepted; headers and footers are furniture.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from indexer.docx_numbering import Numbering
from indexer.layout import RawLine
from indexer.reading import ReadError
from indexer.rows import row_lines

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WRAPPERS = frozenset(
    f"{_W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink")
)
_GONE = frozenset(f"{_W}{tag}" for tag in ("del", "moveFrom", "txbxContent", "rPr", "pPr", "delText", "instrText"))
_MARKS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "softHyphen": "\u00ad", "br": "\n", "cr": "\n"}
_RUN_IN = re.compile(r"\s*(?:§+\s?\d|\d{1,3}(?:\.\d+)?[.):]?\s|punkt\s\d|ärende\s\d|beslut$)", re.I)
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text in one type; "\\n" and "\\t" stand in pieces of text as they are."""

    text: str
    bold: bool
    italic: bool
    size: float


def read_docx(data: bytes) -> list[RawLine]:
    """The lines of a Word file: its page headers and footers (furniture), then body text and tables in order.

    Raises ReadError where the bytes are no Word document.
    """
    import docx
    from lxml import etree

    try:
        document = docx.Document(io.BytesIO(data))
        reader = _Reader(document)
        furniture = [*reader.furniture("header"), *reader.furniture("footer")]
        return [*furniture, *reader.blocks(document.element.body, 0)]
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        IndexError,
        AttributeError,
        EOFError,
        OSError,
    ) as error:
        raise ReadError("filen är inget giltigt Word-dokument (docx). Öppna och spara om den i Word.") from error
    except (docx.exceptions.PythonDocxError, etree.XMLSyntaxError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RecursionError):
            raise
        raise ReadError("filen är skadad eller inget Word-dokument (docx). Öppna och spara om den i Word.") from error


class _Reader:
    """Walks the XML of one document; styles are looked up once each."""

    def __init__(self, document: Any) -> None:  # noqa: ANN401 - python-docx has no types
        self.document = document
        self.numbering = Numbering(document)
        self.styles: dict[str, Any] = {style.style_id: style for style in document.styles}
        default = document.styles.element.find(f"{_W}style[@{_W}default='1'][@{_W}type='paragraph']")
        self.default = None if default is None else default.get(f"{_W}styleId")

    # Blocks

    def furniture(self, kind: str) -> Iterator[RawLine]:
        """The lines of the first section's page headers (or footers), those of its first page before the others."""
        for section in list(self.document.sections)[:1]:
            seen = set()
            for name in (f"first_page_{kind}", kind):
                if name.startswith("first") and not section.different_first_page_header_footer:
                    continue
                for line in self.blocks(getattr(section, name)._element, 0):
                    if line.text.strip() and line.text not in seen:
                        seen.add(line.text)
                        yield RawLine(line.text, furniture=True, hard=True)

    def blocks(self, parent: Any, depth: int) -> Iterator[RawLine]:  # noqa: ANN401
        """The lines of the paragraphs and tables in an element."""
        if depth > _MAX_DEPTH:
            raise ReadError(f"tabeller ligger mer än {_MAX_DEPTH} nivåer inuti varandra. Spara om filen.")
        for element in parent:
            if element.tag == f"{_W}p":
                yield from self.paragraph(element, depth)
            elif element.tag == f"{_W}tbl":
                yield from self.table(element, depth)
            elif element.tag in _WRAPPERS:
                yield from self.blocks(element, depth + 1)

    def table(self, table: Any, depth: int) -> Iterator[RawLine]:  # noqa: ANN401
        """A line for each row, its cells joined by " | "; what a cell holds beyond its first line follows the row."""
        for row in _children(table, "tr"):
            cells = [
                [line for line in self.blocks(cell, depth + 1) if line.text.strip()]
                for cell in _children(row, "tc")
                if not _continues(cell)
            ]
            yield from row_lines(cells)
        yield RawLine("")

    def paragraph(self, element: Any, depth: int) -> Iterator[RawLine]:  # noqa: ANN401
        """The lines of a paragraph and of the text boxes anchored in it; an empty line ends it."""
        pieces = list(self.pieces(element))
        text = "".join(piece.text for piece in pieces)
        style = self._chain(element)
        level = _heading_level(element, style)
        label = self.numbering.label(element, [one.element for one in style])
        for n, line in enumerate(_lines(pieces, bool(label), level)):
            yield self._raw(line, label if n == 0 else "", level if n == 0 else 0)
        if label and depth and not text.strip():
            yield RawLine(label, hard=True)  # a column of automatic numbers
        yield RawLine("")
        for box in element.iter(f"{_W}txbxContent"):
            if not any(a.tag == f"{_MC}Fallback" or a.tag == f"{_W}txbxContent" for a in _above(box, element)):
                yield from self.blocks(box, depth + 1)

    @staticmethod
    def _raw(line: list[_Piece], label: str, level: int) -> RawLine:
        inked = [piece for piece in line if piece.text.strip()]
        text = "".join(piece.text for piece in line)
        size = max((piece.size for piece in inked), default=0.0)
        bold, italic = (bool(inked) and all(getattr(piece, one) for piece in inked) for one in ("bold", "italic"))
        shown = f"{label} {text.strip()}" if label else text.strip()
        return RawLine(shown, heading=level, bold=bold, italic=italic, size=size, hard=True)

    # Runs

    def _chain(self, element: Any) -> list[Any]:  # noqa: ANN401
        """The paragraph's style and those that it is based on, nearest first."""
        named = element.find(f"{_W}pPr/{_W}pStyle")
        style = self.styles.get(str(self.default if named is None else named.get(f"{_W}val")))
        chain: list[Any] = []
        while style is not None and len(chain) < 20:
            chain.append(style)
            style = style.base_style
        return chain

    def pieces(self, paragraph: Any) -> Iterator[_Piece]:  # noqa: ANN401
        """The text of a paragraph by type: without text boxes, deletions and field codes."""
        styles = [style.element for style in self._chain(paragraph)]
        for run in _runs(paragraph):
            text = "".join(_run_text(run))
            if not text:
                continue
            own = run.find(f"{_W}rPr")
            named = None if own is None else own.find(f"{_W}rStyle")
            char = self.styles.get(named.get(f"{_W}val")) if named is not None else None
            sources = [one.find(f"{_W}rPr") for one in ([char.element] if char is not None else []) + styles]
            types = [one for one in (own, *sources) if one is not None]
            if _flag(types, "vanish"):
                continue
            yield _Piece(text, _flag(types, "b"), _flag(types, "i"), _size(types))


def _children(element: Any, tag: str) -> Iterator[Any]:  # noqa: ANN401
    """The rows of a table or cells of a row, those in content controls and insertions too; no deleted ones."""
    for child in element:
        if child.tag == f"{_W}{tag}":
            if child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _continues(cell: Any) -> bool:  # noqa: ANN401
    """Whether a cell only continues the one above it."""
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val", "continue") == "continue"


def _above(element: Any, top: Any) -> Iterator[Any]:  # noqa: ANN401
    for one in element.iterancestors():
        if one is top:
            return
        yield one


def _runs(element: Any) -> Iterator[Any]:  # noqa: ANN401
    """The runs of a paragraph that Word shows, in order."""
    for child in element:
        if child.tag == f"{_W}r":
            yield child
        elif isinstance(child.tag, str) and child.tag not in _GONE:
            yield from _runs(child)


def _run_text(run: Any) -> Iterator[str]:  # noqa: ANN401
    for node in run:
        if node.tag == f"{_W}t":
            yield node.text or ""
        elif isinstance(node.tag, str) and node.tag.startswith(_W):
            yield _MARKS.get(node.tag.removeprefix(_W), "")


def _flag(types: Iterable[Any], name: str) -> bool:
    """Whether the nearest type that says anything about it switches the property on."""
    for one in types:
        if (found := one.find(f"{_W}{name}")) is not None:
            return found.get(f"{_W}val", "true") not in ("0", "false", "off", "none")
    return False


def _size(types: Iterable[Any]) -> float:
    for one in types:
        if (found := one.find(f"{_W}sz")) is not None and (half := found.get(f"{_W}val", "")).isdigit():
            return int(half) / 2
    return 0.0


def _heading_level(element: Any, chain: list[Any]) -> int:  # noqa: ANN401
    """1-6 for a heading: by the name of its style or its outline level; else 0."""
    for style in chain:
        name = (style.name or "").lower()
        if (match := re.match(r"(?:heading|rubrik|überschrift) (\d)", name)) is not None:
            return min(6, int(match[1]))
        if name in ("title", "rubrik"):
            return 1
    for source in (element, *(style.element for style in chain)):
        level = source.find(f"{_W}pPr/{_W}outlineLvl")
        if level is not None and (value := level.get(f"{_W}val", "")).isdigit():
            return int(value) + 1 if int(value) < 6 else 0
    return 0


def _lines(pieces: list[_Piece], numbered: bool, level: int) -> list[list[_Piece]]:
    """The pieces of each line: broken at the paragraph's line breaks, and after a numbered heading run in with text.

    A break inside a heading is none: "§ 45<br/>Yrkesresan" is one heading, and so is a bold line broken in two.
    """
    lines: list[list[_Piece]] = [[]]
    for piece in pieces:
        for n, part in enumerate(piece.text.split("\n")):
            if n:
                lines.append([])
            if part:
                lines[-1].append(_Piece(part, piece.bold, piece.italic, piece.size))
    lines = [line for line in lines if any(piece.text.strip() for piece in line)]
    if len(lines) > 1 and level:
        space = _Piece(" ", False, False, 0.0)
        return [[piece for line in lines for piece in (*line, space)][:-1]]
    return [part for n, line in enumerate(lines) for part in _run_in(line, numbered and n == 0, level)]


def _run_in(line: list[_Piece], numbered: bool, level: int) -> list[list[_Piece]]:
    """A line that begins with a bold numbered heading and goes on in plain text, as two."""
    inked = [n for n, piece in enumerate(line) if piece.text.strip()]
    plain = next((n for n in inked if not line[n].bold), len(line))
    head = "".join(piece.text for piece in line[:plain]).strip()
    rest = "".join(piece.text for piece in line[plain:]).strip()
    if level or not head or not rest or not (numbered or _RUN_IN.match(head)) or len(head) > 120:
        return [line]
    words = re.search(r"[^\W\d_]{3}", head)
    if not words or not re.match(r"[A-ZÅÄÖ”\"0-9]", rest) or re.search(r"[,(]$|\b(?:och|av|i|på|för|med)$", head):
        return [line]
    return [line[:plain], line[plain:]]
