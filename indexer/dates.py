"""Dates in Swedish minutes: finding them, writing them, and settling the meeting's own date by evidence."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
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
_MONTH_RE = r"(?P<month>jan(?:uari|uary)?|feb(?:ruari|ruary)?|mar(?:s|ch)?|apr(?:il)?|maj|may|jun[ie]?|jul[iy]?|aug(?:usti|ust)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_NAMED = re.compile(
    rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)})(?:en)?,?\s+)?(?:den\s+)?\b(?P<day>[0-3]?\d)(?:\s?[-–]\s?[0-3]?\d|\s(?:och|till)\s[0-3]?\d)?(?::?e|:a|th|st|nd|rd)?\.?\s+(?:of\s+)?{_MONTH_RE}\b\.?,?(?:\s+(?:år\s+)?(?P<year>(?:19|20)\d\d)\b)?",
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
_YEAR = re.compile(r"(?<![\d:/.,-])((?:19|20)\d\d)(?!\d|:\d|[.,]\d|\s?kr)")
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})", re.I)


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
    return FoundDate(
        match.start(), match.end(), year, month, day, WEEKDAYS.index(weekday.lower()) if weekday else None
    )


def find_dates(text: str, short: bool = True) -> list[FoundDate]:
    """Every date in the text, in order, without overlaps; the most explicit form wins at each place.

    `short` also takes six digits ("220304") as a date.
    """
    patterns = [_NAMED, _MONTH_FIRST, _ISO, _COMPACT, _SHORT_ISO, _DOTTED, _SLASH] + ([_SHORT] if short else []) + [_MONTH_YEAR]
    found: list[FoundDate] = []
    taken = bytearray(len(text))
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not any(taken[match.start() : match.end()]) and (one := _found(match)) is not None:
                found.append(one)
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return sorted(found, key=lambda f: f.start)


def years_in(text: str) -> list[int]:
    """The years that the text names, most often named first; decision and law numbers ("2020:47") do not count."""
    counts: dict[int, int] = {}
    for match in _YEAR.finditer(text):
        counts[int(match[1])] = counts.get(int(match[1]), 0) + 1
    for found in find_dates(text):
        if found.year and found.day:
            counts[found.year] = counts.get(found.year, 0) + 1
    return sorted(counts, key=lambda y: (-counts[y], -y))


@dataclass(frozen=True, slots=True)
class MeetingDate:
    """When a meeting was held, and the evidence in a few Swedish words; the span is (0, 0) where no line says it."""

    date: str | None
    precision: str
    basis: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line at the front of the minutes that may carry the date: offset, text, and how strong a witness it is.

    `labelled`: a date label ("Datum:", "Tid:") or the minutes' own title stands on it; `repeated`: a page header.
    """

    start: int
    text: str
    labelled: bool
    repeated: bool


def _falls_on(year: int, found: FoundDate) -> bool:
    """Whether the date exists in the year, and on its weekday where one is given."""
    if found.day is None or found.day > monthrange(year, found.month)[1]:
        return False
    return found.weekday is None or date(year, found.month, found.day).weekday() == found.weekday


def _near_years(found: FoundDate, dates: Iterable[FoundDate]) -> set[int]:
    """The years in which the text has a full date within a hundred days of the date."""
    near = set()
    for other in dates:
        if other.year is None or other.day is None:
            continue
        for year in (other.year - 1, other.year, other.year + 1):
            if _falls_on(year, found) and abs((date(year, found.month, found.day or 1) - date(other.year, other.month, other.day)).days) <= 100:
                near.add(year)
    return near


def _settle_year(found: FoundDate, years: Sequence[int], whole: str) -> tuple[int, str] | None:
    """The year of a date without one, and the evidence in words: the weekday, the years that the text names, dates near it."""
    fits = [year for year in dict.fromkeys(years) if _falls_on(year, found)]
    evidence = "veckodag + årtal" if found.weekday is not None else "årtal"
    if len(fits) == 1:
        return fits[0], evidence
    if fits:
        near = _near_years(found, find_dates(whole, short=False)) & set(fits)
        return (near.pop(), "datum i närheten") if len(near) == 1 else None
    if found.weekday is None or not years:
        return None
    around = [year for year in range(min(years) - 1, max(years) + 2) if _falls_on(year, found)]
    named = f"{min(years)}–{max(years)}" if min(years) != max(years) else str(years[0])
    return (around[0], f"veckodag, nära årtalen {named}") if len(around) == 1 and max(years) - min(years) <= 5 else None


def _from_line(line: DateLine, whole: str, name: str) -> MeetingDate | None:
    """The date a line gives, its year settled by the weekday and the years that the text and the file name hold."""
    found_all = find_dates(line.text, short=line.labelled)
    with_day = [f for f in found_all if f.day] or found_all
    if not with_day:
        return None
    found = with_day[0]
    weekday = _WEEKDAY.search(line.text[: found.start])
    if weekday and found.weekday is None and found.start - weekday.end() < 12:
        found = FoundDate(
            found.start, found.end, found.year, found.month, found.day, WEEKDAYS.index(weekday[1].lower())
        )
    start, end = line.start + found.start, line.start + found.end
    words = " ".join(line.text[found.start : found.end].split())
    if found.year:
        return MeetingDate(found.iso, "day" if found.day else "month", f"”{words}” i texten", start, end)
    if found.day is None:
        return None
    for years, source in ((years_in(name.replace("_", " ")), "filnamnet"), (years_in(whole), "texten")):
        if years and (year := _settle_year(found, years, whole)) is not None:
            iso = f"{year[0]:04}-{found.month:02}-{found.day:02}"
            return MeetingDate(iso, "day", f"{words} + {year[0]} i {source} ({year[1]})", start, end)
    return None


def name_date(name: str) -> str | None:
    """The day in a file name ("natverk-2022-03-04", "SC 220304"), ISO, or None.

    >>> name_date("protokoll_20231205_justerat"), name_date("möte 4 mars")
    ('2023-12-05', None)
    """
    for found in find_dates(name.replace("_", " ")):
        if found.year and found.day and 1990 <= found.year <= 2090:
            return found.iso
    return None


_PAST = re.compile(
    r"\b(mejl|mail|har|hade|beslutat|beslutade|skickades|utskick|inhämtade|workshop|hölls|var uppe|gick|gått|genomfördes|protokoll från|möte[nt]?)\b",
    re.I,
)
_FUTURE = re.compile(
    r"\b(senast|först|kommer|ska|skall|nästa|startar|start|inför|fr\.?o\.?m|från och med|deadline|återkommer)\b", re.I
)


def _range(whole: str) -> MeetingDate | None:
    """A month or year bounded by the last event told as past and the first told as coming, else None."""
    past: list[str] = []
    coming: list[str] = []
    for found in find_dates(whole, short=False):
        if not (found.year and found.day and found.iso):
            continue
        before = re.split(r"[.!?;(]\s", whole[max(0, found.start - 90) : found.start])[-1]
        if _FUTURE.search(before[-40:]):
            coming.append(found.iso)
        elif _PAST.search(before):
            past.append(found.iso)
    if not past:
        return None
    after = max(past)
    before_ = min((c for c in coming if c > after), default=None)
    if before_ is None:
        return None
    basis = f"inget datum i texten; efter {after}, före {before_}"
    if after[:7] == before_[:7]:
        return MeetingDate(after[:7], "month", basis)
    if after[:4] == before_[:4]:
        return MeetingDate(after[:4], "year", basis)
    return None


def meeting_date(lines: Sequence[DateLine], whole: str, name: str) -> MeetingDate:
    """The meeting's date with precision and basis, from the best witness; never a guess.

    Order: a labelled line, the file name, any line at the front, a page header, then a range from what the text tells.
    `name` is the file name's stem. Where the file name contradicts the text, the basis says so.
    """
    in_name = name_date(name)
    groups = (
        [line for line in lines if line.labelled and not line.repeated],
        [line for line in lines if not line.labelled and not line.repeated],
        [line for line in lines if line.repeated],
    )
    for n, group in enumerate(groups):
        if n == 1 and in_name:
            break
        for line in group:
            if (settled := _from_line(line, whole, name)) is not None:
                if in_name and settled.precision == "day" and in_name != settled.date:
                    basis = f"{settled.basis}; filnamnet säger {in_name}"
                    return MeetingDate(settled.date, settled.precision, basis, settled.start, settled.end)
                return settled
    if in_name:
        return MeetingDate(in_name, "day", "filnamnet")
    undated = next((f for g in groups for line in g for f in find_dates(line.text) if f.day), None)
    if undated is None and (settled := _range(whole)) is not None:
        return settled
    reason = "årtalet går inte att avgöra" if undated else "inget datum i texten eller filnamnet"
    return MeetingDate(None, "unknown", reason)
