"""A curve on two logarithmic axes as SVG, without a drawing library."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 70, 210, 40, 50
COLOURS = ("#1b6ca8", "#c1440e", "#2e7d32", "#6a3d9a", "#8d6e00")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and its points as (x, y), both above 0, in order of x."""

    name: str
    points: tuple[tuple[float, float], ...]


def draw(title: str, x_name: str, y_name: str, series: Sequence[Series]) -> str:
    """The picture as the text of an SVG file."""
    xs, ys = [x for one in series for x, _ in one.points], [y for one in series for _, y in one.points]
    left, right, low, high = *_decades(xs), *_decades(ys)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - left) / (right - left) * (WIDTH - LEFT - RIGHT) + LEFT
        up = (math.log10(y) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
        return round(across, 1), round(HEIGHT - BOTTOM - up, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        ' font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x_name)}</text>',
        f'<text x="12" y="{TOP - 6}">{escape(y_name)}</text>',
    ]
    for power in range(left, right + 1):
        x, _ = place(10**power, 10**low)
        parts.append(_line(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_number(power)}</text>')
    for power in range(low, high + 1):
        _, y = place(10**left, 10**power)
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y))
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{_number(power)}</text>')
    for one, colour, row in zip(series, COLOURS, range(len(series)), strict=False):
        dots = [place(x, y) for x, y in one.points]
        joined = " ".join(f"{x},{y}" for x, y in dots)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>' for x, y in dots]
        height = TOP + 12 + 20 * row
        parts.append(f'<text x="{WIDTH - RIGHT + 14}" y="{height}" fill="{colour}">{escape(one.name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten that enclose the values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#ddd"/>'


def _number(power: int) -> str:
    return f"{10**power:,}".replace(",", " ") if power >= 0 else f"{10**power:g}"
