"""The meeting's own date, settled by evidence: labelled lines, weekdays, years in the text, the file name."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from indexer.dates import WEEKDAYS, FoundDate, find_dates
from indexer.records import Line

_YEAR = re.compile(r"(?<![\d:/.,-])((?:19|20)\d\d)(?!\d|:\d|[.,]\d|\s?kr)")
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})", re.I)


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
            if (
                _falls_on(year, found)
                and abs((date(year, found.month, found.day or 1) - date(other.year, other.month, other.day)).days)
                <= 100
            ):
                near.add(year)
    return near


def _settle_year(found: FoundDate, years: Sequence[int], whole: str) -> tuple[int, str] | None:
    """The year of a date without one, and the evidence: the weekday, the years that the text names, dates near it."""
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
    for years, source in ((years_in(_spaced(name)), "filnamnet"), (years_in(whole), "texten")):
        if years and (year := _settle_year(found, years, whole)) is not None:
            iso = f"{year[0]:04}-{found.month:02}-{found.day:02}"
            return MeetingDate(iso, "day", f"{words} + {year[0]} i {source} ({year[1]})", start, end)
    return None


def _spaced(name: str) -> str:
    """A file name with spaces for what joins its words: "natverk-2022-03-04" -> "natverk 2022-03-04"."""
    return re.sub(r"(?<=[^\W\d_])-(?=\d)|_", " ", name)


def told_by_name(name: str) -> tuple[str | None, tuple[int, ...]]:
    """All that a file name can tell of a meeting's date: the day in it, and its years.

    >>> told_by_name("natverk-2022-03-04"), told_by_name("bilaga 3")
    (('2022-03-04', (2022,)), (None, ()))
    """
    return name_date(name), tuple(years_in(_spaced(name)))


def name_date(name: str) -> str | None:
    """The day in a file name ("natverk-2022-03-04", "SC 220304"), ISO, or None.

    >>> name_date("protokoll_20231205_justerat"), name_date("natverk-2022-03-04"), name_date("möte 4 mars")
    ('2023-12-05', '2022-03-04', None)
    """
    for found in find_dates(_spaced(name)):
        if found.year and found.day and 1990 <= found.year <= 2090:
            return found.iso
    return None


_PAST = re.compile(
    r"""(?ix)\b(?:mejl|mail|har|hade|beslutat|beslutade|skickades|utskick|inhämtade|workshop|hölls|var\ uppe
    |gick|gått|genomfördes
      |protokoll\ från|möte[nt]?)\b"""
)
_FUTURE = re.compile(
    r"""(?ix)\b(?:senast|först|kommer|ska|skall|nästa|startar|start|inför|fr\.?o\.?m|från\ och\ med|deadline
    |återkommer)\b"""
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


_YEAR_TITLE = re.compile(
    r"(?i)\b(?:års|höst|vår)?(?:möte|stämma|protokoll)\w*\s(?:för\s|från\s|år\s)?((?:19|20)\d\d)\W*$"
)


def _titled_year(lines: Sequence[DateLine]) -> MeetingDate | None:
    """The year that the minutes' own title ends with ("Protokoll från årsmötet 2017"), where no date is given."""
    for line in lines:
        if (match := _YEAR_TITLE.search(line.text)) is not None:
            start, end = line.start + match.start(1), line.start + match.end(1)
            return MeetingDate(match[1], "year", f"”{match[1]}” i rubriken", start, end)
    return None


def meeting_date(lines: Sequence[DateLine], whole: str, name: str) -> MeetingDate:
    """The meeting's date with precision and basis, from the best witness; never a guess.

    Order: a labelled line, the file name, any line at the front, a page header, then a range from what the text tells.
    `name` is the file name's stem. Where the file name or the page header contradicts the text, the basis says so.
    """
    in_name = name_date(name)
    labelled = [line for line in lines if line.labelled and not line.repeated]
    others = [line for line in lines if not line.labelled and not line.repeated]
    repeated = [line for line in lines if line.repeated]
    for group in (labelled, [] if in_name else others, [] if in_name else repeated):
        settled = next((found for line in group if (found := _from_line(line, whole, name)) is not None), None)
        if settled is not None:
            return _with_doubts(settled, in_name, repeated if group is not repeated else [], whole, name)
    if in_name:
        return MeetingDate(in_name, "day", "filnamnet")
    undated = any(f.day for line in lines for f in find_dates(line.text))
    if not undated and (settled := _range(whole) or _titled_year(labelled)) is not None:
        return settled
    return MeetingDate(
        None, "unknown", "årtalet går inte att avgöra" if undated else "inget datum i texten eller filnamnet"
    )


def _with_doubts(
    settled: MeetingDate, in_name: str | None, repeated: Sequence[DateLine], whole: str, name: str
) -> MeetingDate:
    """The date with what contradicts it said in its basis: the file name, the page header."""
    basis = settled.basis
    if in_name and settled.precision == "day" and in_name != settled.date:
        basis += f"; filnamnet säger {in_name}"
    header = next((found for line in repeated if (found := _from_line(line, whole, name)) is not None), None)
    if header is not None and header.precision == settled.precision and header.date != settled.date:
        basis += f"; sidhuvudet säger {header.date}"
    return replace(settled, basis=basis)


_DATE_LABEL = re.compile(
    r"""(?ix)^\W*(?:
        datum(?:\ och\ tid|\ &\ tid)? | tid(?:punkt)?(?:\ och\ plats)? | mötesdatum | mötestid | mötesdag | när
      | sammanträdesdatum | sammanträdestid | plats\ och\ tid | tid/plats | tid,\ plats | dag | date
      | möte(?:t)?\ (?:den|hölls)
    )\b[^:|\t\d]{0,25}[:|\t]?"""
)
_TITLE_LINE = re.compile(r"(?i)\b(?:(?:minnes|mötes)?anteckn|protokoll|sammanträde|möte\b|stämma|styrelsemöte)\w*")
_HELD = re.compile(r"(?i)\b(?:sammanträdes|mötes)(?:datum|dag)\b")
_NOT_HELD = re.compile(
    r"""(?ix)^\W*(?:närvarande|frånvarande|deltagare|medverkande|nästa|föregående|nästkommande|nedtag\w*|datum\ för
      |protokollet\ är|justera\w*|justering\w*|utskrift\w*|upprättad|reviderad|version|anslag\w*|kallad\w*)\b"""
)


def date_lines(text: str, lines: Sequence[Line]) -> list[DateLine]:
    """The lines at the front that may carry the meeting's date, with how strong a witness each is."""
    result = []
    before = ""
    for i, line in enumerate(lines[:40]):
        shown = text[line.start : line.end]
        if len(shown) <= 160 and not _NOT_HELD.match(shown):
            held = bool(_HELD.search(shown)) or before.casefold().endswith(
                ("sammanträdesdatum", "mötesdatum", "mötesdag")
            )
            titled = i < 12 and bool(_TITLE_LINE.search(shown))
            below = len(shown) < 100 and bool(_DATE_LABEL.match(before)) and not find_dates(before)
            labelled = held or titled or below or bool(_DATE_LABEL.match(shown))
            result.append(DateLine(line.start, shown, labelled, line.furniture and not held))
        before = shown
    return result
