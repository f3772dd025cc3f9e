"""The numbers and dates of a text, so that two texts can be compared: "1,2 miljoner kronor" is 1 200 000 kr."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.dates import FoundDate, find_dates

_NUMBER_WORDS = {
    word: value
    for value, names in {
        2: "två two", 3: "tre three", 4: "fyra four", 5: "fem five", 6: "sex six", 7: "sju seven", 8: "åtta eight",
        9: "nio nine", 10: "tio ten", 11: "elva eleven", 12: "tolv twelve", 13: "tretton thirteen",
        14: "fjorton fourteen", 15: "femton fifteen", 16: "sexton sixteen", 17: "sjutton seventeen",
        18: "arton eighteen", 19: "nitton nineteen", 20: "tjugo twenty", 30: "trettio thirty", 40: "fyrtio forty",
        50: "femtio fifty", 60: "sextio sixty", 70: "sjuttio seventy", 80: "åttio eighty", 90: "nittio ninety",
        100: "hundra hundred", 1000: "tusen thousand",
    }.items()
    for word in names.split()
}  # fmt: skip
_ONES = frozenset(("en", "ett", "one"))
_SCALE = {
    "tusen": 1e3, "thousand": 1e3, "tkr": 1e3, "miljon": 1e6, "miljoner": 1e6, "mkr": 1e6, "mnkr": 1e6, "million": 1e6,
    "miljard": 1e9, "miljarder": 1e9, "billion": 1e9,
}  # fmt: skip
_UNITS = {
    word: unit
    for unit, names in {
        "year": "år year years", "month": "månad månader month months", "week": "vecka veckor week weeks",
        "day": "dag dagar dygn day days", "hour": "timme timmar hour hours", "minute": "minut minuter minutes",
        "euro": "euro euros eur", "dollar": "dollar dollars usd",
    }.items()
    for word in names.split()
}  # fmt: skip
"""What is counted and must not be exchanged for another."""
_MONEY = frozenset(("kr", "kronor", "krona", "sek", "tkr", "mkr", "mnkr"))
_FIGURE = re.compile(
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?(?!\d)|\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?:[.,:]\d+)?)"
    rf"|\b(?P<word>{'|'.join(sorted((*_NUMBER_WORDS, *_ONES), key=len, reverse=True))})\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?i)\s?(?P<scale>tusen|thousand|miljon(?:er)?|million|miljard(?:er)?|billion|tkr|mkr|mnkr)?\b\s?"
    r"(?P<unit>%|procent\b|per ?cent\b|kr\b|kronor\b|krona\b|sek\b|"
    rf"(?:{'|'.join(_UNITS)})\b)?"
)
_WORD = re.compile(r"[^\W\d_][\w-]*")
_SINCE = r"från|from|since|starting|effect|as of"
_UNTIL = r"senast|till|t\.?o\.?m|by|until|före|innan|before|latest|to|no later than"
_STOP = re.compile(r"[,;:()](?!\d)|\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ROLE = re.compile(
    rf"(?i)\b(?:(?P<since>{_SINCE})|(?P<until>{_UNTIL})|(?P<after>efter|after))"
    rf"(?:\s+(?:och|and|den|the|mötet|on|med|latest|of|datum))*\s*$"
)
_TO_AND_WITH = re.compile(r"(?i)(?:till och med|t\.?\s?o\.?\s?m\.?)(?:\s+den)?\s*$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at [start, end) of its text. `unit` is "kr", "%", a unit of time, a currency or "" for anything else;
    `written`: in digits.
    """

    value: float
    unit: str
    start: int
    end: int
    written: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a text, and whether it is one that something begins or ends with: since | until | after | ""."""

    found: FoundDate
    role: str


def find_days(text: str) -> list[Day]:
    """The dates of a text in order; see `Day`.

    >>> [(day.found.iso, day.role) for day in find_days("från och med den 1 juli 2024")]
    [('2024-07-01', 'since')]
    """
    return [Day(found, _role(text[: found.start])) for found in find_dates(text, short=False)]


def _role(before: str) -> str:
    if _TO_AND_WITH.search(before):
        return "until"
    match = _ROLE.search(before)
    return str(match.lastgroup) if match else ""


def is_same_day(claim: FoundDate, source: FoundDate) -> bool:
    """Whether a date says nothing but what the other does: as precise or less, the year only where the other has it."""
    same_year = claim.year is None or claim.year == source.year
    return same_year and claim.month == source.month and claim.day in (None, source.day)


def without_days(text: str, days: Sequence[Day]) -> str:
    """The text with its dates blanked out, of the same length."""
    for day in days:
        low, high = day.found.start, day.found.end
        text = text[:low] + " " * (high - low) + text[high:]
    return text


def find_figures(text: str) -> list[Figure]:
    """The numbers of a text in order, digits and words; take the dates out first.

    >>> [(f.value, f.unit) for f in find_figures("1,2 miljoner kronor, 40 000 kr, 3 % och sju kommuner")]
    [(1200000.0, 'kr'), (40000.0, 'kr'), (3.0, '%'), (7.0, '')]
    """
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        if found and match.start() < found[-1].end:
            continue
        after = _AFTER.match(text, match.end())
        scale, unit = (after["scale"], after["unit"]) if after else (None, None)
        value = _value(match) * _SCALE.get((scale or "").lower(), 1.0)
        end = after.end() if after and (scale or unit) else match.end()
        found.append(Figure(value, _unit(scale, unit), match.start(), end, bool(match["number"])))
    return [figure for figure in found if figure.written or figure.value != 1.0]


def says_one(text: str) -> bool:
    """Whether the text has an article or a one, which a digit 1 may stand for."""
    return any(match[0].lower() in _ONES for match in _WORD.finditer(text))


def _unit(scale: str | None, unit: str | None) -> str:
    if (unit or "").lower() in _MONEY or (scale or "").lower() in _MONEY:
        return "kr"
    return _UNITS.get((unit or "").lower(), "%" if unit else "")


def _value(match: re.Match[str]) -> float:
    if word := match["word"]:
        return float(_NUMBER_WORDS.get(word.lower(), 1))
    number = re.sub(r"\s", "", match["number"])
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", number):  # English thousands
        return float(number.replace(",", ""))
    return float(number.replace(",", ".").replace(":", "."))


def is_same_figure(claim: Figure, source: Figure) -> bool:
    """Whether two numbers are one: the same value, and no other unit."""
    bare = not (claim.unit and source.unit) and claim.unit not in _UNITS.values()
    same_unit = claim.unit == source.unit or bare
    return same_unit and abs(claim.value - source.value) <= 1e-9 * max(1.0, abs(source.value))


def words_beside(text: str, figure: Figure) -> tuple[list[str], list[str]]:
    """The words of the same clause before a number, the nearest first, and those after it."""
    before = [match[0] for match in _WORD.finditer(_STOP.split(_YEAR.sub(" ", text[: figure.start]))[-1])]
    after = [match[0] for match in _WORD.finditer(_STOP.split(text[figure.end :])[0])]
    return before[::-1], after
