"""Draws color.png and outline.png: minutes with one marked line. `python manifest/draw_icons.py`, with Pillow."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent
FINE = 8
"""How many times larger than its file an icon is drawn, so that its edges come out smooth."""
PETROL, PETROL_LIGHT, WHITE, FOLD = (15, 76, 92, 255), (86, 133, 145, 255), (255, 255, 255, 255), (198, 217, 222, 255)
MARK, CLEAR = (242, 177, 52, 255), (255, 255, 255, 0)

Colour = tuple[int, int, int, int]
Box = tuple[float, float, float, float]


class Pen:
    """Draws on one image in the measures of its file."""

    def __init__(self, size: int, ground: Colour) -> None:
        self._size = size
        self._image = Image.new("RGBA", (size * FINE, size * FINE), ground)
        self._draw = ImageDraw.Draw(self._image)

    def bar(self, box: Box, radius: float, fill: Colour) -> None:
        x1, y1, x2, y2 = (FINE * edge for edge in box)
        self._draw.rounded_rectangle((x1, y1, x2 - 1, y2 - 1), FINE * radius, fill)  # Pillow draws the last pixel too

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self._draw.polygon([(FINE * x, FINE * y) for x, y in points], fill)

    def save(self, path: Path) -> None:
        self._image.resize((self._size, self._size), Image.Resampling.BOX).save(path, optimize=True)


def color(pen: Pen) -> None:
    """A white page with a folded corner on petrol; its marked line is the decision."""
    left, top, right, bottom, fold = 54, 40, 138, 152, 26
    pen.bar((left, top, right, bottom), 8, WHITE)
    pen.shape([(right - fold, top - 1), (right + 1, top - 1), (right + 1, top + fold)], PETROL)
    pen.shape([(right - fold, top), (right - fold, top + fold), (right, top + fold)], FOLD)
    pen.bar((68, 60, 98, 67), 3.5, PETROL_LIGHT)
    pen.bar((68, 79, 124, 86), 3.5, PETROL_LIGHT)
    pen.bar((46, 97, 146, 115), 5, MARK)
    pen.bar((68, 102.5, 124, 109.5), 3.5, PETROL)
    pen.bar((68, 126, 106, 133), 3.5, PETROL_LIGHT)


def outline(pen: Pen) -> None:
    """The same page in white lines; what Teams shows through is left clear."""
    left, top, right, bottom, fold, line = 6, 2, 26, 30, 7, 2
    pen.bar((left, top, right, bottom), 3, WHITE)
    pen.bar((left + line, top + line, right - line, bottom - line), 1, CLEAR)
    pen.shape([(right - fold - line, top), (right, top), (right, top + fold + line)], CLEAR)
    corner = [(right - fold - line, top), (right - fold, top), (right, top + fold), (right, top + fold + line)]
    pen.shape([*corner, (right - fold - line, top + fold + line)], WHITE)
    pen.bar((11, 13, 16, 15), 1, WHITE)
    pen.bar((3, 17, 29, 22), 1.5, WHITE)
    pen.bar((11, 24, 18, 26), 1, WHITE)


def draw(name: str, size: int, ground: Colour, motif: Callable[[Pen], None]) -> None:
    pen = Pen(size, ground)
    motif(pen)
    pen.save(HERE / name)


if __name__ == "__main__":
    draw("color.png", 192, PETROL, color)
    draw("outline.png", 32, CLEAR, outline)
