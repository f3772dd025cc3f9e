"""A pdf -> raw lines with page, font size and weight; gaps between paragraphs become empty lines."""

import ctypes
import re
from typing import Any

from indexer.layout import RawLine
from indexer.reading import Patience, Reading, no_patience
from indexer.records import IndexerError


class PdfError(IndexerError):
    """A pdf that cannot be read."""


_COMBINING = re.compile(r"([\u00a8\u02da])\s?([aAoO])|([aAoO])\s?([\u00a8\u02da])")
_COMPOSED = {"¨a": "ä", "¨A": "Ä", "¨o": "ö", "¨O": "Ö", "˚a": "å", "˚A": "Å"}
_BOLD = re.compile(r"bold|black|heavy|semib|demi|[-,]bd\b|cmbx|sfbx", re.I)
_ITALIC = re.compile(r"italic|oblique|cmti|sfti", re.I)


def _compose(text: str) -> str:
    """A ring or dots set beside their letter, as LaTeX does, put on it."""

    def one(match: re.Match[str]) -> str:
        mark, letter = (match[1], match[2]) if match[1] else (match[4], match[3])
        return _COMPOSED.get(mark + letter, match[0])

    return _COMBINING.sub(one, text)


def _style(page: Any, raw: Any, index: int) -> tuple[float, bool, bool]:
    """Font size in points, bold, italic of one character."""
    flags = ctypes.c_int()
    size = raw.FPDFText_GetFontSize(page, index)
    name = ctypes.create_string_buffer(128)
    length = raw.FPDFText_GetFontInfo(page, index, name, 128, ctypes.byref(flags))
    font = name.value.decode("utf-8", errors="replace") if length else ""
    bold = bool(_BOLD.search(font)) or bool(flags.value & (1 << 18))  # pdfium's weight is derived from stem width: unfit
    return float(size), bold, bool(_ITALIC.search(font)) or bool(flags.value & (1 << 6))


def _box(page: Any, raw: Any, index: int) -> tuple[float, float]:
    """Bottom and top of one character, in points from the bottom of the page."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(page, index, left, right, bottom, top)
    return bottom.value, top.value


def _lines_of(text_page: Any, number: int) -> list[RawLine]:
    import pypdfium2.raw as raw

    text = text_page.get_text_range()
    lines: list[RawLine] = []
    at, last_bottom = 0, None
    for piece in re.split(r"(\r\n|\n|\r)", text):
        if re.fullmatch(r"\r\n|\n|\r|", piece):
            at += len(piece)
            continue
        inked = [at + i for i, c in enumerate(piece) if not c.isspace()]
        if not inked:
            at += len(piece)
            continue
        samples = [_style(text_page, raw, inked[k]) for k in sorted({0, len(inked) // 2, len(inked) - 1})]
        size = round(max(s[0] for s in samples), 1)
        bottom, top = _box(text_page, raw, inked[0])
        if last_bottom is not None and (last_bottom - top > 0.75 * max(size, 6) or top - last_bottom > 3 * max(size, 6)):
            lines.append(RawLine("", page=number))
        bold, italic = all(s[1] for s in samples), all(s[2] for s in samples)
        shown = _compose(piece.replace("\ufffe", "-").replace("\x02", "-"))
        lines.append(RawLine(shown, bold=bold, italic=italic, size=size, page=number))
        last_bottom = bottom
        at += len(piece)
    return lines


def read_pdf(data: bytes, patience: Patience = no_patience) -> Reading:
    """The lines of a pdf, page by page, in the order of its text.

    Raises PdfError where the bytes are no pdf, are locked with a password, or carry no text on any page.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        reason = "är låst med lösenord. Spara en olåst kopia" if locked else "är ingen giltig pdf. Exportera den på nytt"
        raise PdfError(f"filen {reason}.") from error
    lines: list[RawLine] = []
    empty = 0
    try:
        for number in range(1, len(document) + 1):
            page = document[number - 1]
            text_page = page.get_textpage()
            found = _lines_of(text_page, number)
            empty += not found
            lines += [*found, RawLine("", page=number)]
            text_page.close()
            page.close()
        pages = len(document)
    finally:
        document.close()
    if pages and empty == pages:
        raise PdfError(f"{empty} av {pages} sidor saknar text: filen är inskannad. Spara den med text (OCR).")
    return Reading(lines)
