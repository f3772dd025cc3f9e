"""A pdf page -> segments: stretches of text on one baseline without a wide gap, in the order the page draws them."""

import ctypes
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from math import atan2, degrees, hypot
from typing import Any

import pypdfium2.raw as raw

_BOLD = re.compile(r"bold|black|heavy|semib|demi|[-,]bd\b|cmbx|sfbx|ec[a-z]*bx", re.I)
_ITALIC = re.compile(r"italic|oblique|cmti|sfti|ec[a-z]*ti|[-,]it\b", re.I)
_ACCENTS = {"\u00a8": "\u0308", "\u02da": "\u030a", "\u00b4": "\u0301", "\u02d9": "\u0307", "\u02c7": "\u030c"}
_ACCENT = re.compile(
    r"([\u00a8\u02da\u00b4\u02c7])\s?([aouAOUeEEyszSZ])|([aouAOUeE])\s?([\u00a8\u02da\u00b4])(?=\w|\s|$)"
)
_HYPHENS = "\ufffe\x02\u00ad"
_WIDE_GAP = 1.6
"""In font sizes: a gap that wide parts two segments."""


@dataclass(frozen=True, slots=True)
class Style:
    """The type that a text is set in; `size` in points as shown."""

    size: float
    bold: bool
    italic: bool
    angle: int = 0


@dataclass(slots=True)
class Segment:
    """A stretch of text: from `left` to `right` on the baseline `y`, in points; `words` with the style of each."""

    left: float
    right: float
    y: float
    words: list[tuple[str, Style]] = field(default_factory=list)

    @property
    def size(self) -> float:
        """The size that most of its characters have."""
        weights: Counter[float] = Counter()
        for word, style in self.words:
            weights[style.size] += len(word)
        return weights.most_common(1)[0][0]

    @property
    def text(self) -> str:
        """The words with a space between them, accents put on their letters."""
        return compose(" ".join(word for word, _ in self.words))


def compose(text: str) -> str:
    """Text with an accent that is set beside its letter put on it, as LaTeX and some exporters write them.

    >>> compose("f¨or n˚agra M˚Al, a\\u030a")
    'för några MÅl, å'
    """

    def one(match: re.Match[str]) -> str:
        mark, letter = (match[1], match[2]) if match[1] else (match[4], match[3])
        made = unicodedata.normalize("NFC", letter + _ACCENTS[mark])
        return made if len(made) == 1 else match[0]

    return unicodedata.normalize(
        "NFC", _ACCENT.sub(one, text).replace(" \u030a", "\u030a").replace(" \u0308", "\u0308")
    )


class _Page:
    """The characters of one text page, through pdfium's raw interface."""

    def __init__(self, text_page: Any) -> None:  # noqa: ANN401 - pypdfium2 has no types
        self.page = text_page
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._to_x, self._to_y, self._to_box = (ctypes.byref(one) for one in (self._x, self._y, self._box))
        self._styles: dict[int, Style] = {}
        self._fonts: dict[int, tuple[bool, bool]] = {}

    def box(self, index: int, angle: int) -> tuple[float, float, float]:
        """Start, end and lower edge of a character, seen along text that runs at the angle."""
        raw.FPDFText_GetLooseCharBox(self.page, index, self._to_box)
        box = self._box
        if angle == 0:
            return box.left, box.right, box.bottom
        if angle == 90:
            return box.bottom, box.top, -box.right
        if angle == 180:
            return -box.right, -box.left, -box.top
        return -box.top, -box.bottom, box.left

    def baseline(self, index: int, angle: int) -> float:
        """The baseline of a character, seen in the same way."""
        raw.FPDFText_GetCharOrigin(self.page, index, self._to_x, self._to_y)
        return {0: self._y.value, 90: -self._x.value, 180: -self._y.value}.get(angle, self._x.value)

    def style(self, index: int) -> Style:
        """The style of a character, looked up once for each text object."""
        found = raw.FPDFText_GetTextObject(self.page, index)
        key = ctypes.cast(found, ctypes.c_void_p).value or 0
        if key not in self._styles:
            self._styles[key] = self._look_up(found, index)
        return self._styles[key]

    def _look_up(self, found: Any, index: int) -> Style:  # noqa: ANN401
        raw.FPDFText_GetMatrix(self.page, index, self._matrix)
        scale = hypot(self._matrix.c, self._matrix.d) or 1.0
        size = round(raw.FPDFText_GetFontSize(self.page, index) * scale, 1)
        angle = round(degrees(atan2(self._matrix.b, self._matrix.a)) / 90) * 90 % 360
        font = raw.FPDFTextObj_GetFont(found) if found else None
        key = ctypes.cast(font, ctypes.c_void_p).value or 0 if font else 0
        if key not in self._fonts:
            self._fonts[key] = self._face(index)
        bold, italic = self._fonts[key]
        stroked = bool(found) and raw.FPDFTextObj_GetTextRenderMode(found) == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
        return Style(max(size, 0.1), bold or stroked, italic, angle)

    def _face(self, index: int) -> tuple[bool, bool]:
        """Bold and italic by the font's name and flags; pdfium's weight comes from stem widths and is unfit."""
        flags, name = ctypes.c_int(), ctypes.create_string_buffer(256)
        length = raw.FPDFText_GetFontInfo(self.page, index, name, 256, flags)
        font = name.value.decode("utf-8", errors="replace") if length else ""
        return bool(_BOLD.search(font) or flags.value & 1 << 18), bool(_ITALIC.search(font) or flags.value & 1 << 6)


def segments_of(text_page: Any) -> list[Segment]:  # noqa: ANN401
    """The segments of a page in drawing order; text that runs across the others' direction (margin stamps) is left out.

    A page set sideways comes out upright.
    """
    words = list(_words(_Page(text_page)))
    angles: Counter[int] = Counter()
    for word in words:
        angles[word.words[0][1].angle] += len(word.words[0][0])
    if not angles:
        return []
    main = angles.most_common(1)[0][0]
    return list(_joined([word for word in words if word.words[0][1].angle == main]))


def _words(page: _Page) -> Iterator[Segment]:
    """Each word of the page as a segment of its own."""
    text: list[str] = []
    left = right = low = y = 0.0
    style = Style(0.0, False, False)
    for index in range(raw.FPDFText_CountChars(page.page)):
        char = _character(raw.FPDFText_GetUnicode(page.page, index))
        space = not char or char.isspace()
        start, end, bottom = page.box(index, style.angle) if text and not space else (0.0, 0.0, 0.0)
        gap = (start - right) / style.size if text else 0.0  # far below 0 inside a ligature, whose letters share a box
        apart = abs(bottom - low) > 0.35 * style.size or not -1.3 <= gap <= 0.6
        accented = bool(text) and (char in _ACCENTS or text[-1] in _ACCENTS)
        if text and (space or (apart and not accented)):
            yield Segment(left, right, y, [("".join(text), style)])
            text = []
        if space:
            continue
        if not text:
            style = page.style(index)
            start, end, low = page.box(index, style.angle)
            left, right, y = start, end, page.baseline(index, style.angle)
        elif text[-1] in _ACCENTS:
            low, y = bottom, page.baseline(index, style.angle)
        right = max(right, end)
        text.append(char)
    if text:
        yield Segment(left, right, y, [("".join(text), style)])


@cache
def _character(code: int) -> str:
    """The character of a code; "" for none, a plain hyphen where pdfium marks one at a line's end."""
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code == 0xFFFF:
        return ""
    char = chr(code)
    if char in _HYPHENS:
        return "-"
    if "\ue000" <= char <= "\uf8ff":
        return "•"  # a symbol font's own code: in minutes, a bullet
    return " " if char < " " else char


def _joined(words: list[Segment]) -> Iterator[Segment]:
    """Words that follow each other on a baseline as one segment."""
    current: Segment | None = None
    for word in words:
        size = word.words[0][1].size
        if current is not None:
            last = max(current.words[-1][1].size, size)
            same = abs(word.y - current.y) <= 0.4 * last
            gap = word.left - current.right
            if same and -0.6 * last < gap < _WIDE_GAP * last:
                current.right = max(current.right, word.right)
                current.words += word.words
                continue
            yield current
        current = Segment(word.left, word.right, word.y, list(word.words))
    if current is not None:
        yield current
