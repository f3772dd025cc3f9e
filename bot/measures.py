"""Numbers, dates and item numbers of a claim, held against its source."""

import re
from collections.abc import Sequence
from datetime import date

from bot.cited import DECIDES, Source
from bot.figures import (
    Day,
    Figure,
    find_days,
    find_figures,
    is_same_day,
    is_same_figure,
    says_one,
    without_days,
    words_beside,
)
from bot.paraphrase import FRAME, content, is_same_word, key
from indexer.dates import ENGLISH_MONTHS, MONTHS, WEEKDAYS, FoundDate
from indexer.lexical import words

_ITEM = re.compile(
    r"(?i)(?:\bpunkt(?:en)?|§+|\bparagraf|\bitem|\bp\.)\s*(?P<number>\d+(?:\.\d+)*\s?[a-z]?)(?![\w.]*\d)\b"
)
_MEETING_BEFORE = re.compile(
    r"(?i)(?:möte\w*|möttes|träffades|sammanträdde|hölls|\bmet|sammanträde\w*|meeting|protokoll\w*|minutes|"
    r"anteckning\w*|"
    r"beslut\w*|beslöt\w*|noter\w*|godkän\w*|decided|noted|approved|\(|,)\s*(?:(?:den|on|of|från|held|som|hölls|"
    r"datum|från den|"
    r"i|in|of the)\s+)*$"
)
_RANGE = re.compile(r"^\D*\d\d?\s?(?:[–-]|och|till)\s?\d\d?\D")
_MINUTES_OF = re.compile(
    r"(?i)\b(?:möte|sammanträde|protokoll|\w*anteckning|minutes|meeting)\w*\s+(?:från|from)\s+(?:den\s+)?$"
)
"""What a "from" stands after that tells when a meeting was, not when something begins."""
_YEARS = range(1900, 2101)
_MONTH_NUMBER = {name: n for names in (MONTHS, ENGLISH_MONTHS) for n, name in enumerate(names, 1) if name != "may"}


def wrong_item(claim: str, source: Source) -> str:
    """ "item" where the claim names another item than the source's; "" where not."""
    own = {_bare_number(source.item), *(_bare_number(m["number"]) for m in _ITEM.finditer(source.told))}
    return "" if all(_bare_number(match["number"]) in own for match in _ITEM.finditer(claim)) else "item"


def _bare_number(number: str) -> str:
    return re.sub(r"[^\w.]", "", number).strip(".").casefold()


def _meeting_day(source: Source) -> FoundDate | None:
    parts = [int(part) for part in source.date.split("-")] if source.date else []
    return FoundDate(0, 0, parts[0], parts[1], parts[2] if len(parts) > 2 else None) if len(parts) > 1 else None


def _tells_meeting(claim: str, start: int, source: Source) -> bool:
    """Whether a date at this place of the claim is the meeting's: at its beginning, or after its verb or name."""
    before = claim[:start]
    if _stands_for_own(claim, start, source):
        return False
    if set(content(before)) <= source.named:
        return True
    match = _MEETING_BEFORE.search(before)
    return match is not None and (not find_days(source.sentence) or DECIDES.match(match[0]) is not None)


def _stands_for_own(claim: str, start: int, source: Source) -> bool:
    """Whether a date stands where the source has a date of its own, after the same word or at the beginning, which the
    claim does not tell after it.
    """
    told = source.sentence
    days = find_days(told)
    if not any(_word_before(told[: day.found.start]) == _word_before(claim[:start]) for day in days):
        return False
    return not any(is_same_day(one.found, day.found) for one in find_days(claim[start + 1 :]) for day in days)


def _word_before(text: str) -> str:
    """The stem of the last word of a text that says something; "" where none does."""
    found = [word for word in words(text) if word not in _LINKS and not word[0].isdigit()]
    return key(found[-1]) if found else ""


_LINKS = frozenset("den på till från vid i senast the on of at to from by".split()) | {
    form for day in WEEKDAYS for form in (day, f"{day}en")
}


def wrong_days(claim: str, source: Source) -> str:
    """ "date" where a date, month or weekday of the claim is not the source's, or the meeting's in its place."""
    days, known = find_days(claim), find_days(source.told)
    titled = find_days(source.title)
    meeting = _meeting_day(source)
    for day in days:
        if not _is_weekday_right(day.found):
            return "date"
        if any(_says_day(day, claim, other, source.told) for other in known) or any(
            is_same_day(day.found, other.found) for other in titled
        ):
            continue
        own = meeting is not None and is_same_day(day.found, meeting)
        before = claim[: day.found.start]
        dated = day.role == "since" and _MINUTES_OF.search(before) is not None
        dated = dated and not _stands_for_own(claim, day.found.start, source)
        if not (own and (dated or (day.role == "" and _tells_meeting(claim, day.found.start, source)))):
            return "date"
    return "" if _loose_months_known(claim, days, known, source) else "date"


def _says_day(day: Day, claim: str, other: Day, told: str) -> bool:
    """Whether a date of the claim says nothing but the source's does: the same day, beginning or end, and last day."""
    if not is_same_day(day.found, other.found) or day.role not in ("", other.role):
        return False
    ours, theirs = claim[day.found.start : day.found.end], told[other.found.start : other.found.end]
    return _RANGE.search(ours) is None or set(re.findall(r"\d+", ours)) <= set(re.findall(r"\d+", theirs))


def _is_weekday_right(day: FoundDate) -> bool:
    if day.weekday is None or day.year is None or day.day is None:
        return True
    return date(day.year, day.month, day.day).weekday() == day.weekday


def _loose_months_known(claim: str, days: Sequence[Day], known: Sequence[Day], source: Source) -> bool:
    """Whether months and weekdays that stand without a day are the source's, or the meeting's at the beginning."""
    rest = without_days(claim, days)
    months = {day.found.month for day in known} | {_MONTH_NUMBER[w] for w in source.pool if w in _MONTH_NUMBER}
    meeting = _meeting_day(source)
    for match in re.finditer(r"[^\W\d_]+", rest):
        word = match[0].casefold()
        if word in WEEKDAYS and word not in source.pool:
            return False
        month = _MONTH_NUMBER.get(word)
        if word == "march" and match[0] != "March":
            continue
        if month is None or month in months:
            continue
        if not (meeting and meeting.month == month and _tells_meeting(rest, match.start(), source)):
            return False
    return True


def wrong_figures(claim: str, source: Source) -> str:
    """ "number" where a number of the claim is not the source's, or is said of something else there; "" where not."""
    bare = _ITEM.sub(lambda m: " " * len(m[0]), without_days(claim, find_days(claim)))
    days = find_days(source.told)
    text = without_days(source.told, days)
    known = find_figures(text)
    titled = find_figures(source.title)
    if not _rates(bare) <= _rates(f"{source.told} {source.title}"):
        return "number"
    if any(not _is_counted_by(word, source) for word in _PER.findall(bare)):
        return "number"
    years = {day.found.year for day in days}
    for figure in find_figures(bare):
        if figure.value in _YEARS and figure.unit == "" and figure.written:
            if figure.value in years or any(is_same_figure(figure, other) for other in (*known, *titled)):
                continue
            if source.date[:4] == str(int(figure.value)) and _tells_meeting(bare, figure.start, source):
                continue
            return "number"
        if figure.value == 1.0 and not figure.unit and says_one(source.told):
            continue
        same = [other for other in known if is_same_figure(figure, other)]
        if same:
            if not _is_bound_alike(bare, figure, text, known) or not _is_led_alike(bare, figure, text, same, known):
                return "number"
        elif not any(is_same_figure(figure, other) for other in titled):
            return "number"
    return ""


def _rates(text: str) -> set[str]:
    """The units that something is counted by ("i månaden", "per år", "årlig")."""
    found = (match["unit"] or match["kind"] for match in _RATE.finditer(text))
    return {_RATE_UNITS[word[:2].casefold()] for word in found}


def _is_counted_by(word: str, source: Source) -> bool:
    """Whether something is counted by such a word in the source too ("per invånare och år")."""
    found = re.findall(r"(?:\b(?:per|varje|och|i|om)\s+|/)([^\W\d_]+)", source.told)
    return any(is_same_word(word.casefold(), other.casefold()) for other in found)


def _is_led_alike(claim: str, figure: Figure, text: str, same: Sequence[Figure], known: Sequence[Figure]) -> bool:
    """Whether "med", "till" or "från" before a number is not what the source has before another number only; and what
    the source gives as the number before a change is not told as the one that is.
    """
    own, theirs = _led_by(claim, figure), {_led_by(text, one) for one in same}
    if own in _LEADS and own not in theirs and any(_led_by(text, one) == own for one in known):
        return False
    changed = theirs <= {"från", "from"} and any(_led_by(text, one) in ("till", "to") for one in known)
    return not changed or own in _BEFORE_CHANGE


def _led_by(text: str, figure: Figure) -> str:
    return next(iter(words(text[: figure.start])[-1:]), "")


_PER = re.compile(r"\b(?:per|varje)\s+([a-zåäöé]+)")
_LEADS = frozenset("med till från by to from".split())
_BEFORE_CHANGE = frozenset("från from mot än tidigare förut than earlier".split())
_RATE = re.compile(
    r"(?i)(?:\b(?:per|varje|each|every|a)\s+|/)(?P<unit>år|månad|vecka|dag|dygn|timme|kvartal|termin|year|month|week|day|"
    r"hour)|\b(?:i|om)\s+(?P<kind>året|månaden|veckan|dagen|dygnet|timmen|kvartalet|terminen)\b"
)
_RATE_UNITS = {
    "år": "year", "ye": "year", "må": "month", "mo": "month", "ve": "week", "we": "week", "da": "day", "dy": "day",
    "ti": "hour", "ho": "hour", "kv": "quarter", "te": "term",
}  # fmt: skip


def _is_bound_alike(claim: str, figure: Figure, text: str, known: Sequence[Figure]) -> bool:
    """Whether a number says of the words beside it what the source's does: of several numbers, the nearest to them."""
    known = [other for other in known if other.unit or other.value not in _YEARS]
    if len({(other.value, other.unit) for other in known}) < 2:
        return True
    before, after = ([word for word in side if word.casefold() not in FRAME] for side in words_beside(claim, figure))
    if _same_preposition(claim, figure, text, known) and before[:1] and not after[:1]:
        near = _nearest(before[0], text, known)
        return not near or any(other.unit in ("", figure.unit) for other in near)
    names = [word for word in (*after[:1], *before[:1]) if word[0].isupper()]
    beside = names or after[:1] or before[:1]
    return all(_nearest_is(word, figure, text, known) for word in beside)


def _same_preposition(claim: str, figure: Figure, text: str, known: Sequence[Figure]) -> bool:
    """Whether the word right before a number ("till 110") is the one before the same number in the source."""
    own = words(claim[: figure.start])[-1:]
    return any(is_same_figure(figure, other) and words(text[: other.start])[-1:] == own for other in known)


def _nearest_is(word: str, figure: Figure, text: str, known: Sequence[Figure]) -> bool:
    near = _nearest(word, text, known)
    return not near or any(is_same_figure(figure, other) for other in near)


def _nearest(word: str, text: str, known: Sequence[Figure]) -> list[Figure]:
    """The numbers nearest to a word of the source; none where it lacks the word."""
    gaps = []
    for match in re.finditer(r"[^\W\d_][\w-]*", text):
        if is_same_word(match[0].casefold(), word.casefold()):
            gaps += [(_gap(text, match.start(), match.end(), other), other) for other in known]
    least = min((gap for gap, _ in gaps), default=0)
    return [other for gap, other in gaps if gap == least]


def _gap(text: str, start: int, end: int, figure: Figure) -> int:
    """How many words stand between a word and a number."""
    between = text[end : figure.start] if figure.start >= end else text[figure.end : start]
    return len(between.split())
