"""A pdf -> raw lines with page, font size and weight; pages without text are read by OCR where that is installed."""

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from indexer.layout import RawLine
from indexer.reading import Patience, ReadError, Reading, no_patience

_MAX_PAGES = 3_000
_DECIDES = re.compile(r"\bbeslut(?:ar|ade)?:?\s*$", re.I)


def read_pdf(data: bytes, patience: Patience = no_patience) -> Reading:
    """The lines of a pdf, page by page, in reading order; its problems name the pages that could not be read.

    Raises ReadError where the bytes are no pdf, are locked with a password, or carry no text on any page.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        reason = (
            "är låst med lösenord. Spara en olåst kopia" if locked else "är ingen giltig pdf. Exportera den på nytt"
        )
        raise ReadError(f"filen {reason}.") from error
    try:
        if not 0 < count <= _MAX_PAGES:
            raise ReadError(f"filen har {count} sidor; det ska vara 1 till {_MAX_PAGES}.")
        return _read(document, count, patience)
    finally:
        document.close()


def _read(document: Any, count: int, patience: Patience) -> Reading:  # noqa: ANN401 - pypdfium2 has no types
    pages: dict[int, list[RawLine]] = {}
    broken: list[int] = []
    missing: list[int] = []
    for number in range(1, count + 1):
        found = _page(document, number)
        if found is None:
            broken.append(number)
        elif not any(line.text.strip() for line in found) and _has_ink(document, number):
            missing.append(number)
        else:
            pages[number] = found
    problems = [f"{len(broken)} av {count} sidor är skadade och saknas i texten ({_listed(broken)})."] if broken else []
    if missing:
        problems += _recognise(document, missing, count, pages, patience)
    if not any(line.text.strip() for lines in pages.values() for line in lines):
        raise ReadError(problems[0] if problems else f"ingen av filens {count} sidor har någon text.")
    _loosen_headers(list(pages.values()))
    for page in pages.values():
        _keep_labels(page)
    lines = [line for number in sorted(pages) for line in (*pages[number], RawLine("", page=number))]
    return Reading(lines, tuple(problems))


def _loosen_headers(pages: list[list[RawLine]]) -> None:
    """Makes plain lines of table rows that return at the edges of most pages: they are headers set in columns."""
    edges = [_edge_rows(lines) for lines in pages]
    counts = Counter(shape for rows in edges for shape in {_shape(lines[n]) for lines, n in rows})
    for rows in edges:
        for lines, n in rows:
            if len(pages) > 1 and counts[_shape(lines[n])] >= max(2, 0.6 * (len(pages) - 1)):
                lines[n] = replace(lines[n], text=lines[n].text.replace(" | ", "\t"), table=False, hard=False)


def _keep_labels(lines: list[RawLine]) -> None:
    """Keeps "Nämnden beslutar", which returns at the edges of pages by chance, from being taken for a page header."""
    full = [n for n, line in enumerate(lines) if line.text.strip()]
    for n in {*full[:4], *full[-4:]}:
        if len(lines[n].text) < 50 and _DECIDES.search(lines[n].text):
            lines[n] = replace(lines[n], hard=True)


def _edge_rows(lines: list[RawLine]) -> list[tuple[list[RawLine], int]]:
    """The table rows among a page's first and last three lines, each with the lines that it is one of."""
    full = [n for n, line in enumerate(lines) if line.text.strip()]
    return [(lines, n) for n in dict.fromkeys(full[:3] + full[-3:]) if lines[n].table]


def _shape(line: RawLine) -> str:
    return re.sub(r"\d+", "#", line.text).casefold()


def _page(document: Any, number: int) -> list[RawLine] | None:  # noqa: ANN401
    """The lines of a page; None where it cannot be loaded."""
    import pypdfium2 as pdfium

    from indexer.pdf_layout import page_lines
    from indexer.pdf_text import segments_of

    try:
        page = document[number - 1]
        text_page = page.get_textpage()
    except pdfium.PdfiumError:
        return None
    try:
        return page_lines(segments_of(text_page), number)
    finally:
        text_page.close()
        page.close()


def _has_ink(document: Any, number: int) -> bool:  # noqa: ANN401
    """Whether a page without text shows anything, so that it is a scanned one and not a blank one."""
    page = document[number - 1]
    try:
        return any(True for _ in page.get_objects(max_depth=2))
    finally:
        page.close()


def _recognise(
    document: Any,  # noqa: ANN401
    missing: list[int],
    count: int,
    pages: dict[int, list[RawLine]],
    patience: Patience,
) -> list[str]:
    """Adds the missing pages as OCR reads them, and tells what it did."""
    from indexer.ocr import MAX_PAGES, missing_tool, recognise

    without = f"{len(missing)} av {count} sidor saknar text"
    which = "" if len(missing) == count else f" ({_listed(missing)})"
    if tool := missing_tool():
        return [f"{without}{which}: de är inskannade. {tool}"]
    patience()
    doubtful = []
    for number in missing[:MAX_PAGES]:
        page = recognise(document[number - 1], number)
        if page.lines:
            pages[number] = page.lines
        if not page.lines or page.confidence < 70:
            doubtful.append(number)
    problems = [f"{without}{which} och är lästa med OCR: jämför citat därifrån med originalet."]
    if doubtful:
        problems.append(f"OCR-läsningen av {_listed(doubtful)} är osäker.")
    if len(missing) > MAX_PAGES:
        problems.append(f"Bara de första {MAX_PAGES} inskannade sidorna är lästa.")
    return problems


def _listed(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:10]) + (" …" if len(pages) > 10 else "")
    return f"sida {shown}" if len(pages) == 1 else f"sidorna {shown}"
