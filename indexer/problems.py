"""What a coordinator should look at in a meeting as parsed: sentences in Swedish."""

import re
from collections.abc import Sequence
from itertools import pairwise

from indexer.bodies import UNKNOWN
from indexer.numbering import agenda_runs, find_candidates, plain_title
from indexer.records import AgendaItem, Attendee, Line, Meeting

_SHOWN = 3
"""At most so many contradictions of one kind are spelled out."""

_PROSE = re.compile(r"[a-zåäö]{3}[.!?](?:\s|$)")
_LONG_LINE = 55
_LONG_TEXT = 300
"""Running text of so many characters outside every item is worth a look; shorter is a greeting or a signature."""


def find_problems(
    items: Sequence[AgendaItem], date: str | None, basis: str, body: str, people: Sequence[Attendee]
) -> list[str]:
    """What could not be told about a meeting, and what contradicts."""
    found = []
    if date is None:
        found.append("Mötets datum går inte att avgöra. Ange det i en .meta.toml-fil.")
    elif re.search(r"(?:filnamnet|sidhuvudet) säger", basis):
        found.append(f"Datumen säger emot varandra: {basis}.")
    if not items:
        found.append("Inga punkter hittades.")
    if body == UNKNOWN:
        found.append("Det framgår inte vilket nätverk eller organ som möttes.")
    if not people:
        found.append("Ingen närvarolista hittades.")
    return found + _numbers(items)


def _numbers(items: Sequence[AgendaItem]) -> list[str]:
    """Numbers printed twice, left out, or going backwards."""
    printed = [(item.number, int(digits[0])) for item in items if (digits := _top(item))]
    tops = [n for n, (a, _) in enumerate(printed) if "." not in a]
    order = [printed[n] for n in tops]
    found = []
    for (shown, before), (later, after) in pairwise(order):
        if after == before:
            found.append(f"Nummer {shown} är tryckt två gånger.")
        elif after < before:
            found.append(f"Numren går bakåt: {later} står efter {shown}.")
        elif after > before + 1:
            missing = str(before + 1) if after == before + 2 else f"{before + 1}–{after - 1}"
            found.append(f"Nummer saknas: {missing} (mellan {shown} och {later}).")
    return found[:_SHOWN]


def _top(item: AgendaItem) -> list[str]:
    return re.findall(r"\d+", item.number)[:1] if item.number_printed else []


def agenda_problems(text: str, lines: Sequence[Line], items: Sequence[AgendaItem]) -> list[str]:
    """Where the agenda at the front and the items contradict: an item left out, or under another title."""
    families: dict[str, list[int]] = {}
    candidates = find_candidates(text, lines)
    for i, one in enumerate(candidates):
        families.setdefault(one.family, []).append(i)
    titles = {re.sub(r"\D+", " ", item.number).strip(): item.title for item in items if item.number_printed}
    found = []
    for members in families.values():
        own = [candidates[i] for i in members]
        for start, end in agenda_runs(own, text, lines):
            for one in own[start:end]:
                title = titles.get(re.sub(r"\D+", " ", one.printed).strip())
                planned = re.sub(r"[\s.]*\d*\s*$", "", one.title.split("\t")[0]).strip()
                if title is None:
                    found.append(f"Dagordningens punkt {one.printed} ({planned}) saknas bland punkterna.")
                elif planned and plain_title(one, text, lines)[:8] != _plain(title)[:8]:
                    found.append(
                        f"Punkt {one.printed} heter ”{planned}” i dagordningen men ”{title}” i anteckningarna."
                    )
    return found[:_SHOWN]


def unowned_problems(text: str, lines: Sequence[Line], meetings: Sequence[Meeting]) -> list[str]:
    """Running text that no item owns, so that no question finds it: before the items, or after them.

    Lists, tables, page headers and lines that name who attended are the meeting's own and are not counted.
    """
    items = [item for meeting in meetings for item in meeting.items]
    if not items:
        return []
    people = [person.start for meeting in meetings for person in meeting.attendees]
    found: dict[str, list[str]] = {"före första punkten": [], "efter sista punkten": [], "mellan två möten": []}
    for line in lines:
        shown = text[line.start : line.end]
        if len(shown) < _LONG_LINE or line.table or line.furniture:
            continue
        if any(item.start <= line.start < item.end for item in items):
            continue
        if any(line.start <= start < line.end for start in people):
            continue
        before, after = line.start < items[0].start, line.start >= items[-1].end
        found[[*found][0 if before else 1 if after else 2]].append(shown)
    return [
        f"Text {where} hör inte till någon punkt och hittas inte av frågor: ”{_opening(shown)} …”."
        for where, shown in found.items()
        if sum(map(len, shown)) >= _LONG_TEXT and _PROSE.search(" ".join(shown))
    ]


def _opening(shown: Sequence[str]) -> str:
    """The first words of the first line that begins a sentence."""
    return next((one for one in shown if one[0].isupper()), shown[0])[:60].rstrip()


def _plain(title: str) -> str:
    return re.sub(r"[\W\d_]+", " ", title.casefold()).strip()
