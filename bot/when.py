"""Which meetings the dates in a question restrict to. The clock is passed in."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.catalog import Catalog, MeetingEntry
from indexer.dates import MONTHS, FoundDate, bounds, find_dates


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
    first, last = bounds(entry.date)
    return since <= first and last <= until


def _relative(text: str, today: date) -> tuple[date, date, str] | None:
    """The range that a relative or seasonal expression means."""
    low = text.casefold()
    year = next((int(y) for y in re.findall(r"\b(20\d\d|19\d\d)\b", low)), None)
    if (
        season := re.search(r"\b(våren|vår|hösten|höst|sommaren|sommar|vintern|vinter)(?:\s*-?\s*(?:20\d\d))?\b", low)
    ) is not None and (year or season[1].endswith("en")):
        y = year or today.year
        months = {"v": (1, 6), "h": (7, 12), "s": (6, 8)}
        lo, hi = (12, 12) if season[1].startswith("vint") else months[season[1][0]]
        return date(y, lo, 1), date(y, hi, monthrange(y, hi)[1]), season[0]
    for words, (first, last) in {
        r"i fjol|förra året|last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        r"i år|det här året|this year": (date(today.year, 1, 1), date(today.year, 12, 31)),
        r"förra månaden": (
            (today.replace(day=1) - timedelta(days=1)).replace(day=1),
            today.replace(day=1) - timedelta(days=1),
        ),
        r"den här månaden": (today.replace(day=1), today),
    }.items():
        if (match := re.search(rf"\b(?:{words})\b", low)) is not None:
            return first, last, match[0]
    return None


def _day_filter(found: FoundDate, catalog: Catalog) -> tuple[str, ...]:
    """The meetings held on a day, its year given or not."""
    hits = []
    for entry in catalog.meetings:
        parts = (entry.date or "").split("-")
        if (
            len(parts) == 3
            and int(parts[1]) == found.month
            and int(parts[2]) == found.day
            and (found.year in (None, int(parts[0])))
        ):
            hits.append(entry.id)
    return tuple(hits)


def find_when(text: str, catalog: Catalog, today: date, about_meeting: bool) -> When:
    """The meetings that a question's dates restrict to. A date that is no meeting's is a word of the topic, unless a
    meeting is asked for.
    """
    if (between := re.search(r"(?i)\bmellan\s+(.+?)\s+och\s+(.+?)(?:\?|$)", text)) is not None:
        first, last = _edge(between[1], False), _edge(between[2], True)
        if first and last:
            return When(first, last, words=(between[0],))
    found = find_dates(text, short=False)
    days = [f for f in found if f.day]
    if days:
        meetings = tuple(m for f in days for m in _day_filter(f, catalog))
        words = tuple(text[f.start : f.end] for f in days)
        if meetings:
            return When(meetings=meetings, words=words)
        if about_meeting:
            return When(meetings=(), words=words, missing=words)
        return When(required=words)
    if len(months := [f for f in found if f.iso]) > 1:
        spans = [bounds(f.iso) for f in months if f.iso]
        hits = tuple(e.id for e in catalog.meetings if any(is_inside(e, *span) for span in spans))
        if hits:
            return When(meetings=hits, words=tuple(text[f.start : f.end] for f in months))
    if found and found[0].iso:
        since, until = bounds(found[0].iso)
        return _range(since, until, text[found[0].start : found[0].end], catalog, about_meeting)
    if (relative := _relative(text, today)) is not None:
        first, last, said = relative
        if not about_meeting and not any(is_inside(e, first, last) for e in catalog.meetings):
            return When()  # a season to come: the dates in it are what is asked for
        return _range(first, last, said, catalog, about_meeting)
    if (month := re.search(rf"(?i)\b(?:i|under|från|mötet i)\s+({'|'.join(MONTHS)})\b", text)) is not None:
        number = MONTHS.index(month[1].casefold()) + 1
        hits = tuple(e.id for e in catalog.meetings if e.date and e.date[5:7] == f"{number:02}")
        return (
            When(meetings=hits, words=(month[1],), missing=() if hits else (month[1],))
            if hits or about_meeting
            else When(required=(month[1],))
        )
    if (year := re.search(r"(?<![\d:/-])\b((?:19|20)\d\d)\b(?![:/-]\d)", text)) is not None:
        y = int(year[1])
        return _range(date(y, 1, 1), date(y, 12, 31), year[1], catalog, about_meeting)
    return When()


def _range(since: date, until: date, words: str, catalog: Catalog, about_meeting: bool) -> When:
    if any(is_inside(e, since, until) for e in catalog.meetings):
        return When(since, until, words=(words,))
    if about_meeting:
        return When(since, until, words=(words,), missing=(words,))
    return When(required=(words,))


def _edge(text: str, last: bool) -> date | None:
    found = [f for f in find_dates(text) if f.iso]
    if found and found[0].iso:
        return bounds(found[0].iso)[1 if last else 0]
    if (year := re.search(r"\b((?:19|20)\d\d)\b", text)) is not None:
        return date(int(year[1]), 12, 31) if last else date(int(year[1]), 1, 1)
    return None


def latest_meetings(scope: Iterable[MeetingEntry], when: When) -> tuple[str, ...]:
    """The latest dated meeting of each body in the scope."""
    newest: dict[str, MeetingEntry] = {}
    for entry in scope:
        if entry.date is None or (when.since and when.until and not is_inside(entry, when.since, when.until)):
            continue
        if entry.body not in newest or entry.date > (newest[entry.body].date or ""):
            newest[entry.body] = entry
    return tuple(e.id for e in newest.values())
