"""What a coordinator should look at in a meeting as parsed: sentences in Swedish."""

import re
from collections.abc import Sequence
from itertools import pairwise

from indexer.bodies import UNKNOWN
from indexer.numbering import agenda_runs, find_candidates, plain_title
from indexer.records import AgendaItem, Attendee, Line

_SHOWN = 3
"""At most so many contradictions of one kind are spelled out."""


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


def _plain(title: str) -> str:
    return re.sub(r"[\W\d_]+", " ", title.casefold()).strip()
