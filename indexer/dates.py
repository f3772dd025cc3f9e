"""Dates in Swedish minutes: finding them and writing them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_MONTH = {name[:3]: n for names in (MONTHS, ENGLISH_MONTHS) for n, name in enumerate(names, 1)}
_MONTH_RE = (
    r"(?P<month>jan(?:uari|uary)?|feb(?:ruari|ruary)?|mar(?:s|ch)?|apr(?:il)?|maj|may|jun[ie]?|"
    r"jul[iy]?|aug(?:usti|ust)?|"
    r"sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = r"(?::?e|:a|th|st|nd|rd)?"
_UNTIL = r"(?:\s?[-–]\s?[0-3]?\d|\s(?:och|till)\s[0-3]?\d)?"  # "3–4 maj" is held on the 3rd
_NAMED = re.compile(
    rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)})(?:en)?,?\s+)?(?:\bden\s+)?\b(?P<day>[0-3]?\d){_UNTIL}{_ORDINAL}\.?\s+(?:of\s+)?"
    rf"{_MONTH_RE}\b\.?,?(?:\s+(?:år\s+)?(?P<year>(?:19|20)\d\d)\b)?",
    re.I,
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH_RE}\s+(?P<day>[0-3]?\d)(?:th|st|nd|rd)?,\s+(?P<year>(?:19|20)\d\d)\b", re.I)
_ISO = re.compile(r"(?<![\d:/-])(?P<year>(?:19|20)\d\d)[-./](?P<month>[01]?\d)[-./](?P<day>[0-3]?\d)(?![\d:-])")
_COMPACT = re.compile(r"(?<![\d-])(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d|-\d{4})")
_SHORT_ISO = re.compile(r"(?<![\d:/-])(?P<year>\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\d-])")
_SHORT = re.compile(r"(?<![\d:/-])(?P<year>[0-3]\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?![\d-])")
_SLASH = re.compile(
    r"(?<![\d/:.-])(?P<day>[0-3]?\d)/(?P<month>1[0-2]|0?[1-9])"
    r"(?:(?:\s?[-–/]\s?|,\s?|\s)(?P<year>(?:19|20)\d\d)|(?:\s?[-–/]|\s?[’'])(?P<short>\d\d)(?![\d/.:]))?(?![\d/])"
)
_DOTTED = re.compile(r"(?<![\d.])(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?P<year>(?:19|20)\d\d)(?![\d.])")
_MONTH_YEAR = re.compile(rf"\b{_MONTH_RE}\s+(?P<year>(?:19|20)\d\d)\b", re.I)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text. `day` is None where only month and year are given, `year` None where no year is given."""

    start: int
    end: int
    year: int | None
    month: int
    day: int | None
    weekday: int | None = None

    @property
    def iso(self) -> str | None:
        """The date as ISO to its precision, or None without a year."""
        if self.year is None:
            return None
        return f"{self.year:04}-{self.month:02}" + (f"-{self.day:02}" if self.day else "")


def swedish_date(iso: str | None, precision: str) -> str:
    """A date as a Swede writes it: "4 mars 2022", "december 2020", "2021", "utan datum".

    >>> swedish_date("2022-03-04", "day"), swedish_date("2020-12", "month"), swedish_date(None, "unknown")
    ('4 mars 2022', 'december 2020', 'utan datum')
    """
    if not iso:
        return "utan datum"
    parts = [int(p) for p in iso.split("-")]
    if precision == "year" or len(parts) == 1:
        return str(parts[0])
    if precision == "month" or len(parts) == 2:
        return f"{MONTHS[parts[1] - 1]} {parts[0]}"
    return f"{parts[2]} {MONTHS[parts[1] - 1]} {parts[0]}"


def english_date(iso: str | None, precision: str) -> str:
    """A date in English: "4 March 2022", "December 2020", "2021", "undated"."""
    if not iso:
        return "undated"
    parts = [int(p) for p in iso.split("-")]
    month = ENGLISH_MONTHS[parts[1] - 1].capitalize() if len(parts) > 1 else ""
    return " ".join(str(p) for p in (parts[2] if len(parts) > 2 else "", month, parts[0]) if p)


def bounds(iso: str) -> tuple[date, date]:
    """The first and last day that an ISO date of any precision covers.

    >>> bounds("2020-12")
    (datetime.date(2020, 12, 1), datetime.date(2020, 12, 31))
    """
    parts = [int(p) for p in iso.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else None
    if len(parts) == 3:
        return date(year, parts[1], parts[2]), date(year, parts[1], parts[2])
    if month:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def _found(match: re.Match[str]) -> FoundDate | None:
    parts = match.groupdict()
    text = parts["month"].lower()
    month = int(text) if text.isdigit() else _MONTH[text[:3]]
    day = int(parts["day"]) if parts.get("day") else None
    shown = parts.get("year") or parts.get("short")
    year = int(shown) if shown else None
    if year is not None and year < 100:
        year += 2000
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= monthrange(year or 2024, month)[1]):
        return None
    weekday = parts.get("weekday")
    return FoundDate(match.start(), match.end(), year, month, day, WEEKDAYS.index(weekday.lower()) if weekday else None)


def find_dates(text: str, short: bool = True) -> list[FoundDate]:
    """Every date in the text, in order, without overlaps; the most explicit form wins at each place.

    `short` also takes six digits ("220304") as a date.
    """
    explicit = (_NAMED, _MONTH_FIRST, _ISO, _COMPACT, _SHORT_ISO, _DOTTED, _SLASH)
    patterns = (*explicit, _SHORT, _MONTH_YEAR) if short else (*explicit, _MONTH_YEAR)
    found: list[FoundDate] = []
    taken = bytearray(len(text))
    for pattern in patterns:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            if (one := _found(match)) is not None:  # "31 februari 2022" is no date, and no "februari 2022" either
                found.append(one)
    return sorted(found, key=lambda f: f.start)
