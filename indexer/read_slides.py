"""A presentation (pptx, odp) -> raw lines: slide by slide, the title as a heading, then the text boxes and tables."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from indexer.layout import RawLine
from indexer.reading import ReadError
from indexer.rows import row_lines

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SHOW = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_FURNITURE = ("sldNum", "dt", "ftr", "hdr")
_TITLES = ("title", "ctrTitle")
_AGAIN = re.compile(r"(?i)\s*[(,–-]?\s*(?:forts(?:ättning)?\.?|\d\s?/\s?\d|\(\d\))\)?\s*$")
_MAX_SLIDES = 500


def read_pptx(data: bytes) -> list[RawLine]:
    """The lines of a PowerPoint file, in the order of its slides; hidden slides and speaker's notes are left out.

    Raises ReadError where the bytes are no presentation.
    """
    return _read(data, _pptx_slides)


def read_odp(data: bytes) -> list[RawLine]:
    """The lines of an OpenDocument presentation; otherwise as `read_pptx`."""
    return _read(data, _odp_slides)


def _read(data: bytes, slides_of: Any) -> list[RawLine]:  # noqa: ANN401 - a function of an archive
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return list(_lines(slides_of(archive)))
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, EOFError, OSError) as error:
        raise ReadError("presentationen är skadad. Öppna och spara om den, eller spara den som pdf.") from error


def _lines(slides: Iterator[tuple[list[str], list[RawLine]]]) -> Iterator[RawLine]:
    """The lines of the slides, each a title and what stands below it; a title that goes on is written once."""
    before = ""
    for n, (titles, body) in enumerate(slides, 1):
        if n > _MAX_SLIDES:
            raise ReadError(f"presentationen har mer än {_MAX_SLIDES} bilder. Dela upp den.")
        title = " ".join(" ".join(titles).split())
        plain = _AGAIN.sub("", title)
        if title and plain != before:
            yield RawLine(title, heading=1 if n == 1 else 2, hard=True, page=n)
        before = plain or before
        for line in body:
            yield RawLine(line.text, table=line.table, column=line.column, hard=True, page=n)
        yield RawLine("", page=n)


def _xml(archive: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401 - lxml's types are an extra
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(name), parser)


# PowerPoint


def _pptx_slides(archive: zipfile.ZipFile) -> Iterator[tuple[list[str], list[RawLine]]]:
    places = {
        one.get("Id"): posixpath.normpath(posixpath.join("ppt", one.get("Target", "")))
        for one in _xml(archive, "ppt/_rels/presentation.xml.rels")
    }
    for one in _xml(archive, "ppt/presentation.xml").iter(f"{_P}sldId"):
        slide = _xml(archive, places[one.get(f"{_R}id")])
        if slide.get("show") not in ("0", "false"):
            yield _pptx_slide(slide)


def _pptx_slide(slide: Any) -> tuple[list[str], list[RawLine]]:  # noqa: ANN401
    titles: list[str] = []
    body: list[RawLine] = []
    for shape in slide.iter(f"{_P}sp", f"{_A}tbl"):
        if shape.tag == f"{_A}tbl":
            for row in shape.iter(f"{_A}tr"):
                body += row_lines([[*_pptx_paragraphs(cell)] for cell in row.iter(f"{_A}tc")])
            continue
        holder = shape.find(f".//{_P}nvPr/{_P}ph")
        kind = "" if holder is None else holder.get("type", "body")
        if kind in _TITLES and not titles:
            titles = [line.text for line in _pptx_paragraphs(shape)]
        elif kind not in _FURNITURE:
            body += _pptx_paragraphs(shape)
    return titles, body


def _pptx_paragraphs(shape: Any) -> Iterator[RawLine]:  # noqa: ANN401
    """The lines of a shape's text; what is indented below another line is a list entry."""
    for paragraph in shape.iter(f"{_A}p"):
        level = paragraph.find(f"{_A}pPr")
        mark = "- " if level is not None and level.get("lvl", "0") != "0" else ""
        text = "".join(
            (part.text or "") if part.tag == f"{_A}t" else "\n"
            for part in paragraph.iter(f"{_A}t", f"{_A}br")
            if part.getparent().tag != f"{_A}fld"
        )
        for line in text.split("\n"):
            if line.strip():
                yield RawLine(mark + line.strip(), hard=True)


# OpenDocument


def _odp_slides(archive: zipfile.ZipFile) -> Iterator[tuple[list[str], list[RawLine]]]:
    for page in _xml(archive, "content.xml").iter(f"{_DRAW}page"):
        titles: list[str] = []
        body: list[RawLine] = []
        for frame in page:
            kind = frame.get(f"{_SHOW}class", "")
            if frame.tag == f"{_SHOW}notes" or kind in ("page-number", "date-time", "footer", "header"):
                continue
            if kind == "title" and not titles:
                titles = [line.text for line in _odp_paragraphs(frame, 0)]
            else:
                body += _odp_paragraphs(frame, 0)
        yield titles, body


def _odp_paragraphs(element: Any, depth: int) -> Iterator[RawLine]:  # noqa: ANN401
    """The lines of an element; an entry of a list inside another is marked as one."""
    if element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
        for line in _odp_text(element).split("\n"):
            if line.strip():
                yield RawLine(("- " if depth > 1 else "") + line.strip(), hard=True)
        return
    if element.tag == f"{_TABLE}table-row":
        yield from row_lines([[*_odp_paragraphs(cell, 0)] for cell in element.iter(f"{_TABLE}table-cell")])
        return
    for child in element:
        if isinstance(child.tag, str):
            yield from _odp_paragraphs(child, depth + (child.tag == f"{_TEXT}list"))


def _odp_text(element: Any) -> str:  # noqa: ANN401
    """The text of a paragraph, with its tabs, spaces and line breaks."""
    marks = {f"{_TEXT}tab": "\t", f"{_TEXT}s": " ", f"{_TEXT}line-break": "\n"}
    text = element.text or ""
    for child in element:
        text += marks.get(child.tag, "") + (_odp_text(child) if child.tag not in marks else "") + (child.tail or "")
    return text
