"""What a web page's tags, styles and class names say about its text: weight, slant, size, heading."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]*)?(?:\.[\w-]+)?$", re.I)
_HEADING_CLASS = re.compile(r"(?i)(?:mso)?(?:heading|rubrik|h)[-_]?([1-6])$")
_POINTS = {"pt": 1.0, "px": 0.75, "em": 12.0, "rem": 12.0, "%": 0.12}
_BOLD, _ITALIC = frozenset(("b", "strong", "th")), frozenset(("i", "em", "cite", "dfn"))
_MAX_RULES = 5_000


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a stretch of text; `heading` 1-6 where it stands in a heading, `size` in points, 0.0 if unsaid."""

    bold: bool = False
    italic: bool = False
    size: float = 0.0
    heading: int = 0
    quoted: bool = False
    hidden: bool = False


class Rules:
    """The rules of a page's style sheets that name a tag, a class, or a tag with a class; others are passed over."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._rules: dict[str, str] = {}
        for sheet in sheets:
            plain = re.sub(r"/\*.*?\*/|<!--|-->|@import[^;]*;", "", sheet[:500_000], flags=re.S)
            for match in _RULE.finditer(plain):
                for selector in match[1].split(","):
                    name = selector.strip().lower()
                    if name and _SIMPLE.match(name) and len(self._rules) < _MAX_RULES:
                        self._rules[name] = self._rules.get(name, "") + ";" + match[2]

    def style(self, element: Any, outer: Style) -> Style:  # noqa: ANN401 - lxml's types are an extra
        """The style of an element inside text of the style `outer`."""
        tag, classes = str(element.tag), element.get("class", "").lower().split()
        names = [tag, *(f".{one}" for one in classes), *(f"{tag}.{one}" for one in classes)]
        said = ";".join(self._rules[name] for name in names if name in self._rules)
        found = replace(
            outer,
            bold=outer.bold or tag in _BOLD,
            italic=outer.italic or tag in _ITALIC,
            quoted=outer.quoted or tag == "blockquote",
            heading=_heading(element, tag, classes) or outer.heading,
            hidden=element.get("hidden") is not None or element.get("aria-hidden") == "true",
        )
        return _declared(found, f"{said};{element.get('style', '')}".lower())


def _heading(element: Any, tag: str, classes: list[str]) -> int:  # noqa: ANN401
    """The level of a heading: by its tag, its role or the name of its class; 0 for other elements."""
    if re.fullmatch(r"h[1-6]", tag):
        return int(tag[1])
    if element.get("role") == "heading":
        level = element.get("aria-level", "2")
        return int(level) if level in "123456" else 2
    if tag in ("p", "div", "span", "td"):
        for one in classes:
            if (match := _HEADING_CLASS.match(one)) is not None:
                return int(match[1])
            if one in ("title", "msotitle", "rubrik", "heading"):
                return 1 if "title" in one else 2
    return 0


def _declared(style: Style, text: str) -> Style:
    """The style with what declarations ("font-weight:700;...") change."""
    for declaration in text.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font-weight":
            style = replace(style, bold=value.startswith(("bold", "6", "7", "8", "9")))
        elif name == "font-style":
            style = replace(style, italic=value.startswith(("italic", "oblique")))
        elif name == "font-size" and (match := re.match(r"(\d+(?:\.\d+)?)(pt|px|em|rem|%)", value)) is not None:
            style = replace(style, size=round(float(match[1]) * _POINTS[match[2]], 1))
        elif (name == "display" and value.startswith("none")) or (name == "mso-hide" and value.startswith("all")):
            style = replace(style, hidden=True)
    return style
