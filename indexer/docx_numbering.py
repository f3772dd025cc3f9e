"""The automatic numbers of a Word document, which stand only in its XML, counted as Word counts them."""

import re
from dataclasses import dataclass, replace
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered: `pattern` such as "%1.%2"; `restart` the level that resets it (from 1)."""

    pattern: str = ""
    form: str = "decimal"
    start: int = 1
    restart: int | None = None
    legal: bool = False


class Numbering:
    """The lists of a document and how far each has been counted.

    Lists that share an abstract list go on with its numbers; one that overrides a start begins anew, once.
    """

    def __init__(self, document: Any) -> None:  # noqa: ANN401 - python-docx has no types
        self._abstract: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._by_style: dict[str, int] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        linked = {}
        for abstract in root.iter(f"{_W}abstractNum"):
            name = abstract.get(f"{_W}abstractNumId")
            self._abstract[name] = dict(self._level(level) for level in abstract.iter(f"{_W}lvl"))
            for tag in ("styleLink", "numStyleLink"):
                if (link := _value(abstract, tag)) is not None:
                    linked[tag, link] = name
        for (tag, link), name in linked.items():
            if tag == "numStyleLink" and ("styleLink", link) in linked:
                self._abstract[name] = self._abstract[linked["styleLink", link]]
        for num in root.iter(f"{_W}num"):
            self._add_list(num)

    def label(self, paragraph: Any, styles: list[Any]) -> str:  # noqa: ANN401
        """The label that Word prints before a paragraph: "3.", "2.1", "a)", "-" for a bullet, "" for none.

        `styles` are the elements of its style and of those it is based on. Counts on: call it once a paragraph.
        """
        found = self._of(paragraph, styles)
        if found is None or found[0] not in self._lists:
            return ""
        num, at = found
        abstract, levels = self._lists[num]
        level = levels.get(at)
        if level is None or not level.pattern.strip():
            return ""  # pandoc numbers the further paragraphs of an item with a blank
        if level.form == "bullet":
            return "-"
        self._count(num, abstract, at, levels)
        return re.sub(
            r"%([1-9])", lambda match: self._number(abstract, levels, level, int(match[1]) - 1), level.pattern
        ).strip()

    def _of(self, paragraph: Any, styles: list[Any]) -> tuple[str, int] | None:  # noqa: ANN401
        """The list and level of a paragraph: its own, else its style's."""
        num = at = None
        for n, source in enumerate((paragraph, *styles)):
            properties = source.find(f"{_W}pPr/{_W}numPr")
            if properties is None:
                continue
            if at is None and (own := _value(properties, "ilvl")) is not None:
                at = _whole(own)
            if (num := _value(properties, "numId")) is not None:
                if at is None and n:
                    at = self._by_style.get(source.get(f"{_W}styleId"))
                break
        return None if num in (None, "0") else (str(num), at or 0)

    def _count(self, num: str, abstract: str, at: int, levels: dict[int, Level]) -> None:
        counts = self._counts.setdefault(abstract, {})
        if self._starts.get(num, {}).pop(at, None) is not None:
            counts.pop(at, None)  # the override's start holds the first time that the list is used on this level
        for upper in range(at):
            if upper not in counts and upper in levels:
                counts[upper] = levels[upper].start
        counts[at] = counts[at] + 1 if at in counts else levels[at].start
        for deeper in [n for n in counts if n > at]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or restart > at:
                del counts[deeper]

    def _number(self, abstract: str, levels: dict[int, Level], own: Level, at: int) -> str:
        level = levels.get(at, Level())
        return number(self._counts[abstract].get(at, level.start), "decimal" if own.legal else level.form)

    def _add_list(self, num: Any) -> None:  # noqa: ANN401
        name, abstract = num.get(f"{_W}numId"), _value(num, "abstractNumId")
        if abstract not in self._abstract:
            return
        levels = dict(self._abstract[abstract])
        for override in num.iter(f"{_W}lvlOverride"):
            at = _whole(override.get(f"{_W}ilvl"))
            if (own := override.find(f"{_W}lvl")) is not None:
                levels[at] = self._level(own)[1]
            if (start := _value(override, "startOverride")) is not None:
                levels[at] = replace(levels.get(at, Level()), start=_whole(start))
                self._starts.setdefault(name, {})[at] = _whole(start)
        self._lists[name] = (abstract, levels)

    def _level(self, level: Any) -> tuple[int, Level]:  # noqa: ANN401
        at = _whole(level.get(f"{_W}ilvl"))
        if (style := _value(level, "pStyle")) is not None:
            self._by_style.setdefault(style, at)
        restart = _value(level, "lvlRestart")
        return at, Level(
            pattern=_value(level, "lvlText") or "",
            form=_value(level, "numFmt") or "decimal",
            start=_whole(_value(level, "start"), 1),
            restart=None if restart is None else _whole(restart),
            legal=level.find(f"{_W}isLgl") is not None,
        )


def _value(element: Any, tag: str) -> str | None:  # noqa: ANN401
    found = element.find(f"{_W}{tag}")
    return None if found is None else str(found.get(f"{_W}val", ""))


def _whole(text: str | None, default: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def number(n: int, form: str) -> str:
    """A number in one of Word's forms.

    >>> number(4, "lowerRoman"), number(28, "upperLetter"), number(7, "decimalZero"), number(12, "decimal")
    ('iv', 'BB', '07', '12')
    """
    kind = form.removeprefix("lower").removeprefix("upper")
    if kind == "Letter" and 1 <= n <= 780:  # Word doubles the letter after z: aa, bb
        text = chr(97 + (n - 1) % 26) * ((n - 1) // 26 + 1)
    elif kind == "Roman" and 1 <= n < 5000:
        text = roman(n)
    else:
        return f"{n:02}" if form == "decimalZero" else str(n)
    return text.upper() if form.startswith("upper") else text


def roman(n: int) -> str:
    """A number from 1 in Roman numerals, lower case.

    >>> roman(1994), roman(49)
    ('mcmxciv', 'xlix')
    """
    text = ""
    for value, symbol in _ROMAN:
        times, n = divmod(n, value)
        text += symbol * times
    return text
