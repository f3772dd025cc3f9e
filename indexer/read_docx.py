"""A Word document -> raw lines: paragraphs and tables in order, with the automatic numbers that stand only in the XML."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from indexer.layout import RawLine
from indexer.records import IndexerError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class DocxError(IndexerError):
    """A Word file that cannot be read."""


class _Numbering:
    """The automatic numbers of a document, counted as Word counts them: per list, a level resets the deeper ones."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self.abstract: dict[str, str] = {}
        self.counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in root.iter(f"{_W}abstractNum"):
            for level in abstract.iter(f"{_W}lvl"):
                self._add_level(abstract.get(f"{_W}abstractNumId"), level)
        for num in root.iter(f"{_W}num"):
            link = num.find(f"{_W}abstractNumId")
            if link is not None:
                self.abstract[num.get(f"{_W}numId")] = link.get(f"{_W}val")

    def _add_level(self, abstract: str, level: Any) -> None:
        def value(tag: str, default: str) -> str:
            found = level.find(f"{_W}{tag}")
            return default if found is None else found.get(f"{_W}val", default)

        key = (abstract, int(level.get(f"{_W}ilvl")))
        self.levels[key] = (value("lvlText", ""), value("numFmt", "decimal"), int(value("start", "1")))

    def label(self, num_id: str, level: int) -> str:
        """The label that Word prints before a paragraph: "3.", "2.1", "a)", "-" for a bullet, "" for none."""
        abstract = self.abstract.get(num_id, "")
        if (abstract, level) not in self.levels:
            return ""
        pattern, form, start = self.levels[abstract, level]
        if form == "bullet":
            return "-"
        if form == "none":
            return ""
        counts = self.counts.setdefault(abstract, {})
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]

        def number(match: re.Match[str]) -> str:
            n = int(match[1]) - 1
            _, fmt, first = self.levels.get((abstract, n), ("", "decimal", 1))
            return _format(counts.get(n, first), fmt)

        return re.sub(r"%(\d)", number, pattern)


def _format(n: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and 1 <= n <= 26:
        letter = chr(96 + n)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman"):
        text = "".join(
            s * (n // v % {1000: 9}.get(v, 10) if v == 1000 else 0) for v, s in ((1000, "M"),)
        ) + _roman(n % 1000)
        return text.lower() if form == "lowerRoman" else text
    return str(n)


def _roman(n: int) -> str:
    parts = ((900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    text = ""
    for value, symbol in parts:
        while n >= value:
            text, n = text + symbol, n - value
    return text


def _heading_level(paragraph: Any) -> int:
    style = paragraph.style
    while style is not None:
        name = (style.name or "").lower()
        if (match := re.match(r"(?:heading|rubrik) (\d)", name)) is not None:
            return min(6, int(match[1]))
        if name in ("title", "rubrik"):
            return 1
        style = style.base_style
    return 0


def _num_pr(paragraph: Any) -> tuple[str, int] | None:
    """The list and level of a paragraph, its own or its style's."""
    sources = [paragraph._p.pPr]
    style = paragraph.style
    while style is not None:
        sources.append(style.element.pPr)
        style = style.base_style
    level = None
    for properties in sources:
        num = None if properties is None else properties.find(f"{_W}numPr")
        if num is None:
            continue
        if level is None and (ilvl := num.find(f"{_W}ilvl")) is not None:
            level = int(ilvl.get(f"{_W}val"))
        if (num_id := num.find(f"{_W}numId")) is not None:
            found = num_id.get(f"{_W}val")
            return None if found == "0" else (found, level or 0)
    return None


def _all(paragraph: Any, attribute: str) -> bool:
    """Whether every run with text is bold (or italic), by itself or by the paragraph's style."""
    style = getattr(paragraph.style.font, attribute, None) if paragraph.style is not None else None
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(bool(getattr(run, attribute) if getattr(run, attribute) is not None else style) for run in runs)


def _size(paragraph: Any) -> float:
    sizes = [run.font.size.pt for run in paragraph.runs if run.text.strip() and run.font.size is not None]
    if sizes:
        return float(max(sizes))
    style = paragraph.style
    while style is not None:
        if style.font.size is not None:
            return float(style.font.size.pt)
        style = style.base_style
    return 0.0


def _text(element: Any) -> str:
    """The text of a paragraph element, text boxes apart; tracked deletions are left out."""
    parts = []
    for node in element.iter():
        if any(a.tag in (f"{_W}txbxContent", f"{_W}del") for a in node.iterancestors() if a is not element):
            continue
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag == f"{_W}tab" and node.getparent().tag == f"{_W}r":
            parts.append("\t")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif node.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts)


def _paragraph(paragraph: Any, numbering: _Numbering) -> Iterator[RawLine]:
    from docx.text.paragraph import Paragraph

    text = _text(paragraph._p)
    heading, bold, italic = _heading_level(paragraph), _all(paragraph, "bold"), _all(paragraph, "italic")
    label = ""
    if text.strip() and (num := _num_pr(paragraph)) is not None:
        label = numbering.label(*num)
    for n, line in enumerate(text.split("\n")):
        shown = f"{label} {line}" if label and n == 0 else line
        yield RawLine(shown, heading=heading if n == 0 else 0, bold=bold, italic=italic, size=_size(paragraph), hard=True)
    yield RawLine("")
    for box in paragraph._p.iter(f"{_W}txbxContent"):
        if not any(a.tag.endswith("}Fallback") for a in box.iterancestors()):
            for inner in box.iter(f"{_W}p"):
                yield from _paragraph(Paragraph(inner, paragraph._parent), numbering)


def _table(table: Any) -> Iterator[RawLine]:
    for row in table.rows:
        cells = []
        for cell in row.cells:
            if not cells or cell._tc is not cells[-1]._tc:
                cells.append(cell)
        texts = [" ".join(p.text.strip() for p in cell.paragraphs if p.text.strip()) for cell in cells]
        if len(texts) == 1:
            for paragraph in cells[0].paragraphs:
                yield RawLine(paragraph.text, bold=_all(paragraph, "bold"), hard=True)
        elif any(texts):
            first = [p for p in cells[0].paragraphs if p.text.strip()]
            yield RawLine(" | ".join(texts), table=True, hard=True, bold=bool(first) and _all(first[0], "bold"))
    yield RawLine("")


def read_docx(data: bytes) -> list[RawLine]:
    """The lines of a Word file: its first page header (marked as furniture), then body text and tables in order.

    Raises DocxError where the bytes are no Word document.
    """
    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    try:
        document = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, KeyError, ValueError, docx.exceptions.PythonDocxError) as error:  # type: ignore[attr-defined]
        raise DocxError("filen är inget giltigt Word-dokument (docx). Öppna och spara om den i Word.") from error
    numbering = _Numbering(document)
    lines: list[RawLine] = []
    for section in document.sections[:1]:
        lines += [RawLine(p.text, furniture=True, hard=True) for p in section.header.paragraphs if p.text.strip()]
    for element in document.element.body.iterchildren():
        if element.tag == f"{_W}p":
            lines += _paragraph(Paragraph(element, document), numbering)
        elif element.tag == f"{_W}tbl":
            lines += _table(Table(element, document))
        elif element.tag == f"{_W}sdt":
            for inner in element.iter(f"{_W}p"):
                lines += _paragraph(Paragraph(inner, document), numbering)
    return lines
