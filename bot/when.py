"""Which meetings the dates in a question restrict to. The clock is passed in."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.catalog import Catalog, MeetingEntry
from indexer.dates import ENGLISH_MONTHS, MONTHS, FoundDate, bounds, find_dates


@dataclass(frozen=True, slots=True)
class When:
    """The dates a question restricts to, the words that said so, and those that match no meeting."""

    since: date | None = None
    until: date | None = None
    meetings: tuple[str, ...] | None = None
    words: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def is_inside(entry: MeetingEntry, since: date, until: date) -> bool:
    if entry.date is None:
        return False
    if len(entry.date) == 10:  # as bounds would say: a large index has a hundred thousand of them
        return since.isoformat() <= entry.date <= until.isoformat()
    first, last = bounds(entry.date)
    return since <= first and last <= until


_SEASONS = {"vår": (1, 6), "höst": (7, 12), "sommar": (6, 8), "somr": (6, 8)}
_PAST_SEASON = re.compile(r"\bi (?P<season>vå|hö|so|vi)(?:ras|stas|mras|ntras)\b")
_SEASON = re.compile(r"\b(?P<season>vår|höst|sommar|vinter|vintr)(?P<definite>en|n)?(?:\s*-?\s*(?P<year>20\d\d))?\b")


def _relative(text: str, today: date) -> tuple[date, date, str] | None:
    """The range that a relative or seasonal expression means."""
    low = text.casefold()
    if (past := _PAST_SEASON.search(low)) is not None:
        return (*_past_season(past["season"], today), past[0])
    season = _SEASON.search(low)
    if season is not None and (season["year"] or season["definite"]):
        year = int(season["year"]) if season["year"] else today.year
        if season["season"].startswith("vint"):
            return date(year - 1, 12, 1), date(year, 3, 31), season[0]
        first, last = _SEASONS[season["season"]]
        return date(year, first, 1), date(year, last, monthrange(year, last)[1]), season[0]
    this_month = today.replace(day=1)
    monday = today - timedelta(days=today.weekday())
    for words, (since, until) in {
        r"i\s?fjol|förra året|last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        r"i år|det här året|this year": (date(today.year, 1, 1), date(today.year, 12, 31)),
        r"förra månaden|last month": ((this_month - timedelta(days=1)).replace(day=1), this_month - timedelta(days=1)),
        r"den här månaden|this month": (this_month, today),
        r"förra veckan|last week": (monday - timedelta(days=7), monday - timedelta(days=1)),
    }.items():
        if (match := re.search(rf"\b(?:{words})\b", low)) is not None:
            return since, until, match[0]
    return None


def _past_season(season: str, today: date) -> tuple[date, date]:
    """The spring, summer, autumn or winter that "i våras", "i somras", "i höstas", "i vintras" means."""
    if season == "vi":
        year = today.year if today.month > 1 else today.year - 1
        return date(year - 1, 12, 1), date(year, 3, 31)
    first, last, over = {"vå": (1, 6, 3), "so": (6, 8, 7), "hö": (7, 12, 12)}[season]
    year = today.year if today.month >= over else today.year - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _day_filter(found: FoundDate, catalog: Catalog) -> tuple[str, ...]:
    """The meetings held on a day, its year given or not."""
    end = f"-{found.month:02}-{found.day:02}"
    on_day = [entry for entry in catalog.meetings if (entry.date or "").endswith(end)]
    year = "" if found.year is None else f"{found.year:04}"
    return tuple(entry.id for entry in on_day if (entry.date or "").startswith(year))


_ALL_MONTHS = {name: n for names in (MONTHS, ENGLISH_MONTHS) for n, name in enumerate(names, 1)}
_MONTH = "|".join(_ALL_MONTHS)
_MONTHS_SAID = re.compile(
    rf"(?i)\b(?:i|under|från|mellan|in|of|between|from)\s+"
    rf"((?:{_MONTH})(?:(?:\s*,\s*|\s+(?:och|o|and|till|to)\s+)(?:i\s+)?(?:{_MONTH}))*)\b|"
    rf"\b((?:{_MONTH})\s*(?:till|to|-|–)\s*(?:{_MONTH}))\b"
)
_MONTHS_OF_YEAR = re.compile(
    rf"(?i)\b(?P<first>(?:{_MONTH})(?:(?:\s*,\s*|\s+(?:och|o|and)\s+)(?:{_MONTH}))+)\s+(?P<year>(?:19|20)\d\d)\b"
)
_YEAR = re.compile(r"(?<![\d:/-])\b((?:19|20)\d\d)\b(?![:/-]\d|\s?(?:kr|kronor|tkr|mkr)\b)")
_BETWEEN = re.compile(r"(?i)\b(?:mellan|från|between|from)\s+(.{3,30}?)\s+(?:och|till|and|to)\s+(.{3,30}?)(?=[?,]|$)")
_YEARS = re.compile(r"\b((?:19|20)\d\d)\s?[-–]\s?((?:19|20)\d\d)\b")
_SINCE = re.compile(
    r"(?i)\b(?:sedan|efter|från och med|fr\.?o\.?m\.?|since|after)\s+(.{3,24}?)(?=[?,]|$|\s(?:om|i|på|hos)\s)"
)
_UNTIL = re.compile(
    r"(?i)\b(?P<how>före|innan|till och med|t\.?o\.?m\.?|fram till|before)\s+"
    r"(?P<edge>.{3,24}?)(?=[?,]|$|\s(?:om|i|på|hos)\s)"
)


def find_when(text: str, catalog: Catalog, today: date, about_meeting: bool) -> When:
    """The meetings that a question's dates restrict to. A date that is no meeting's is a word of the topic, unless a
    meeting is asked for.
    """
    if (ranged := _ranged(text)) is not None:
        since, until, said = ranged
        return _range(since, until, said, catalog, True)
    if (listed := _MONTHS_OF_YEAR.search(text)) is not None:
        spans = [bounds(f"{listed['year']}-{number}") for number in _month_numbers(listed["first"])]
        return _union(spans, [listed[0]], catalog, about_meeting)
    found = find_dates(text, short=False)
    days = [f for f in found if f.day]
    if days:
        return _on_days(days, text, catalog, about_meeting)
    if len(months := [f for f in found if f.iso]) > 1:
        spans = [bounds(f.iso) for f in months if f.iso]
        return _union(spans, [text[f.start : f.end] for f in months], catalog, about_meeting)
    if found and found[0].iso:
        since, until = bounds(found[0].iso)
        return _range(since, until, text[found[0].start : found[0].end], catalog, about_meeting)
    if (relative := _relative(text, today)) is not None:
        since, until, said = relative
        if not about_meeting and not any(is_inside(e, since, until) for e in catalog.meetings):
            return When()  # a season to come: the dates in it are what is asked for
        return _range(since, until, said, catalog, about_meeting)
    if named := [str(match[1] or match[2]) for match in _MONTHS_SAID.finditer(text)]:
        return _in_months(named, catalog, about_meeting)
    if years := _YEAR.findall(text):
        spans = [(date(int(y), 1, 1), date(int(y), 12, 31)) for y in years]
        return (
            _union(spans, years, catalog, about_meeting)
            if len(years) > 1
            else _range(*spans[0], years[0], catalog, about_meeting)
        )
    return When()


def _ranged(text: str) -> tuple[date, date, str] | None:
    """The two ends that "mellan ... och ...", "2022-2023", "sedan ..." or "före ..." name, and the words."""
    for pattern in (_BETWEEN, _YEARS):
        if (match := pattern.search(text)) is not None:
            last = _edge(match[2], None)
            first = _edge(match[1], last[0].year if last else None)
            if first and last:
                return first[0], last[1], match[0]
    if (since := _SINCE.search(text)) is not None and (edge := _edge(since[1], None)) is not None:
        after = since[0].casefold().startswith(("efter", "after"))
        return (edge[1] + timedelta(days=1) if after else edge[0]), date.max, since[0]
    if (until := _UNTIL.search(text)) is not None and (edge := _edge(until["edge"], None)) is not None:
        before = until["how"].casefold() in ("före", "innan", "before")
        return date.min, (edge[0] - timedelta(days=1) if before else edge[1]), until[0]
    return None


def _edge(text: str, year: int | None) -> tuple[date, date] | None:
    """The first and last day of the date, month or year that a text names; a month takes `year` where it has none."""
    found = next((f for f in find_dates(text) if f.iso), None)
    if found is not None and found.iso:
        return bounds(found.iso)
    month = next((n for name, n in _ALL_MONTHS.items() if re.search(rf"(?i)\b{name}\b", text)), None)
    if month is not None:
        return bounds(f"{year:04}-{month:02}") if year else None
    said = _YEAR.search(text)
    return bounds(said[1]) if said else None


def _on_days(days: list[FoundDate], text: str, catalog: Catalog, about_meeting: bool) -> When:
    meetings = tuple(m for f in days for m in _day_filter(f, catalog))
    words = tuple(text[f.start : f.end] for f in days)
    if meetings:
        return When(meetings=meetings, words=words)
    return When(meetings=(), words=words, missing=words) if about_meeting else When(required=words)


def _in_months(said: list[str], catalog: Catalog, about_meeting: bool) -> When:
    """The meetings of whatever year held in one of the months."""
    numbers = {number for one in said for number in _month_numbers(one)}
    hits = tuple(e.id for e in catalog.meetings if e.date and e.date[5:7] in numbers)
    names = tuple(said)
    if hits or about_meeting:
        return When(meetings=hits, words=names, missing=() if hits else names)
    return When(required=names)


def _month_numbers(said: str) -> list[str]:
    """The months that a text names, "01" to "12"; all from the first to the last where it is a range."""
    numbers = [_ALL_MONTHS[name.casefold()] for name in re.findall(rf"(?i)\b(?:{_MONTH})\b", said)]
    if len(numbers) == 2 and numbers[0] < numbers[1] and re.search(r"(?i)\b(?:till|to)\b|[-–]", said):
        numbers = list(range(numbers[0], numbers[1] + 1))
    return [f"{number:02}" for number in numbers]


def _union(spans: list[tuple[date, date]], words: list[str], catalog: Catalog, about_meeting: bool) -> When:
    hits = tuple(e.id for e in catalog.meetings if any(is_inside(e, *span) for span in spans))
    if hits or about_meeting:
        return When(meetings=hits, words=tuple(words), missing=() if hits else tuple(words))
    return When(required=tuple(words))


def _range(since: date, until: date, words: str, catalog: Catalog, about_meeting: bool) -> When:
    if any(is_inside(e, since, until) for e in catalog.meetings):
        return When(since, until, words=(words,))
    if about_meeting:
        return When(since, until, words=(words,), missing=(words,))
    return When(required=(words,))


def latest_meetings(scope: Iterable[MeetingEntry], when: When) -> tuple[str, ...]:
    """The latest dated meeting of each body in the scope."""
    newest: dict[str, MeetingEntry] = {}
    for entry in scope:
        if entry.date is None or (when.since and when.until and not is_inside(entry, when.since, when.until)):
            continue
        if entry.body not in newest or entry.date > (newest[entry.body].date or ""):
            newest[entry.body] = entry
    return tuple(e.id for e in newest.values())
