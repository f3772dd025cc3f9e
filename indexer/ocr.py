"""A page that is only a picture -> raw lines, through the program tesseract, where it is installed."""

import csv
import functools
import io
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from typing import Any

from indexer.layout import RawLine

MAX_PAGES = 60
_DPI = 300
_SECONDS = 60
_COLUMN_GAP = 3.0
"""A gap between two words of a line that is wider than so many heights of the word parts columns."""
_MAX_PIXELS = 25_000_000
_SECTION = re.compile(r"([$8&S])\s?(\d{1,3}[.:]?)(?=\s|$)")
_INSTALL = "Installera OCR (apt install tesseract-ocr tesseract-ocr-swe) eller spara filen med text."


@dataclass(frozen=True, slots=True)
class Recognised:
    """The lines of a page, and how sure tesseract is of its words on average (0-100)."""

    lines: list[RawLine]
    confidence: float


@functools.cache
def missing_tool() -> str:
    """What to do for OCR to work, in Swedish; "" where it does: tesseract is there and knows Swedish."""
    program = shutil.which("tesseract")
    if program is None:
        return _INSTALL
    try:
        found = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return _INSTALL
    return "" if "swe" in found.stdout.split() else _INSTALL


def recognise(page: Any, number: int) -> Recognised:  # noqa: ANN401 - pypdfium2 has no types
    """What tesseract reads on a page of a pdf; nothing where it fails or takes too long."""
    command = ["tesseract", "stdin", "stdout", "-l", "swe", "--dpi", str(_DPI), "--psm", "3", "tsv"]
    try:
        found = subprocess.run(command, input=_picture(page), capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return Recognised([], 0.0)
    return read_tsv(found.stdout.decode("utf-8", errors="replace"), number)


def _picture(page: Any) -> bytes:  # noqa: ANN401
    """The page as a grey portable graymap, which needs no imaging library."""
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        rows = bytes(bitmap.buffer)
        lines = (rows[n * bitmap.stride : n * bitmap.stride + bitmap.width] for n in range(bitmap.height))
        return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)
    finally:
        bitmap.close()


def read_tsv(text: str, page: int) -> Recognised:
    """Lines and confidence from tesseract's table of words; an empty line parts its paragraphs.

    Source: the columns are those of tesseract's tsv output (level 4 is a line, 5 a word).
    """
    lines: list[RawLine] = []
    scores: list[float] = []
    words: list[str] = []
    last: tuple[str, ...] = ()
    edge = 0  # where the last word ended, in pixels

    def close() -> None:
        if words:
            lines.append(RawLine(" ".join(words).replace(" \t ", "\t"), page=page, ocr=True))
        words.clear()

    for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row.get("level") != "5" or not (row.get("text") or "").strip() or float(row["conf"]) < 0:
            continue
        at = (row["block_num"], row["par_num"], row["line_num"])
        if at != last:
            close()
            if last and at[:2] != last[:2]:
                lines.append(RawLine("", page=page))
        left, width, height = (int(row.get(name) or 0) for name in ("left", "width", "height"))
        if at == last and left - edge > _COLUMN_GAP * max(height, 1):
            words.append("\t")
        last, edge = at, left + width
        words.append(row["text"].strip())
        scores.append(float(row["conf"]))
    close()
    return Recognised(mend_sections(lines), sum(scores) / len(scores) if scores else 0.0)


def mend_sections(lines: list[RawLine]) -> list[RawLine]:
    """Lines with "§" where tesseract, which does not know the sign, reads "$", "8", "&" or "S" before a number.

    >>> [line.text for line in mend_sections([RawLine("8 1. Mötet öppnas"), RawLine("$ 2. Budget"), RawLine("8 st.")])]
    ['§ 1. Mötet öppnas', '§ 2. Budget', '8 st.']
    """
    found = [match for line in lines if (match := _SECTION.match(line.text)) is not None]
    if len(found) < 2 and not any(match[1] == "$" for match in found):
        return lines
    return [
        replace(line, text=_SECTION.sub(r"§ \2", line.text, count=1)) if _SECTION.match(line.text) else line
        for line in lines
    ]
