"""The sides of a question that sets bodies, places or meetings beside each other: what each has, who has nothing."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bot.answer.draft import Draft
from bot.answer.evidence import Evidence, by_body
from bot.answer.select import ALSO, ANSWERS, rank, supported, weighed
from bot.answer.spans import best_spans, fit_kind
from bot.answer.topic import choose_about, say_decisions
from bot.answer.wording import format_date, join, word
from bot.body_names import base_of, fold, names_of, said_words
from bot.relevance import Candidate
from indexer.records import AgendaItem, Meeting

WEIGHED_EACH = 4
"""Items of each side whose support is weighed."""
WORDED, IN_WORDS = 0.8, 0.5
"""Share of the surest item's words about the topic, and least share of them, with which another side's item is about it
too, however sure."""
MOST_MEETINGS = 6
"""With more meetings within the dates than this, a question does not set them beside each other."""
SENTENCES = 2
"""Sentences that are quoted from an item beside what it decided."""


@dataclass(frozen=True, slots=True)
class Side:
    """A body (or bodies of one name), a place or a meeting; `holds` tells whether an item is its."""

    name: str
    holds: Callable[[Candidate], bool]


def body_sides(evidence: Evidence) -> tuple[Side, ...]:
    """A side for each name of a body in the question: all bodies that a name may mean ("Dalarna") are one."""
    asked, aliases = evidence.asked, evidence.catalog.aliases
    words = said_words(fold(asked.query.question))
    said = words | {base_of(word) for word in words}
    groups: dict[frozenset[str], list[str]] = {}
    for body in asked.query.bodies:
        own = names_of(body, aliases.get(body, ()))
        groups.setdefault(frozenset(said & {*own.proper, *own.phrases}), []).append(body)
    return tuple(_of_bodies(names, bodies) for names, bodies in groups.items())


def find_sides(evidence: Evidence) -> tuple[Side, ...]:
    """The sides of a comparison: the bodies and places it names, or the meetings within its dates; () for none."""
    asked = evidence.asked
    named = (*body_sides(evidence), *(_of_place(evidence, p) for p in asked.required if not p.isdigit()))
    if len(named) > 1:
        return named
    dated = asked.query.meetings is not None or asked.query.since is not None
    if dated and 1 < len(evidence.meetings) <= MOST_MEETINGS:
        return tuple(_of_meeting(meeting, asked.language) for meeting in evidence.meetings)
    return ()


def _of_bodies(names: Collection[str], bodies: Sequence[str]) -> Side:
    """The side of bodies; of several it is called by the word they share, as they write it."""
    shared = (w for w in re.findall(r"\w+", bodies[0]) if fold(base_of(w)) in names)
    name = bodies[0] if len(bodies) == 1 else next(shared, bodies[0])
    return Side(name, lambda c: c.meeting.body in bodies)


def _of_place(evidence: Evidence, place: str) -> Side:
    low = place.casefold()
    return Side(place, lambda c: low in evidence.titled_text(c.meeting, c.item).casefold())


def _of_meeting(meeting: Meeting, language: str) -> Side:
    name = f"{meeting.body} {format_date(meeting.date, meeting.date_precision, language)}"
    return Side(name, lambda c: c.meeting.id == meeting.id)


def choose_sides(evidence: Evidence, sides: tuple[Side, ...]) -> tuple[list[Candidate], list[str]]:
    """The items about the topic on each side, each once; and the names of the sides that have none.

    A side is weighed by itself: that another answers more surely does not leave it out.
    """
    years = tuple(w for w in evidence.asked.required if w.isdigit())
    free = replace(evidence, asked=replace(evidence.asked, required=years))
    ranked = sorted(evidence.candidates, key=rank, reverse=True)
    chosen: dict[str, Candidate] = {}
    lacking = []
    each = [weighed(free, [c for c in ranked if side.holds(c)][:WEIGHED_EACH], ranked) for side in sides]
    every = [c for own in each for c in own]
    if max((c.support for c in every), default=0.0) < ANSWERS:
        return [], []
    least = max(WORDED * max(c.about for c in every if c.support >= ALSO), IN_WORDS)
    for side, own in zip(sides, each, strict=True):
        good = [c for c in own if c.support >= ALSO or c.about >= least]
        chosen |= {c.item.id: c for c in (choose_about(free, good) if good else ())}
        lacking += [] if good else [side.name]
    return list(chosen.values()), lacking


def answer_comparison(evidence: Evidence, draft: Draft) -> None:
    """Side by side what each has: its decisions, and the sentences that say most of what is compared; the sides that
    have nothing are named first.
    """
    sides = find_sides(evidence)
    if sides:
        chosen, lacking = choose_sides(evidence, sides)
    else:
        good = supported(evidence)
        chosen, lacking = (choose_about(evidence, good) if good else []), []
    if chosen:
        say_lacking(draft, (*evidence.asked.no_body, *lacking))
    shown = sorted(stands(chosen), key=lambda c: c.item.start)
    for body, meetings in by_body(tuple({c.meeting.id: c.meeting for c in shown}.values())):
        draft.head(body)
        for meeting in meetings:
            for candidate in (c for c in shown if c.meeting.id == meeting.id):
                _say_compared(evidence, draft, meeting, candidate.item)


def say_lacking(draft: Draft, names: tuple[str, ...]) -> None:
    """A first line that names who has nothing about the topic; none where all have something."""
    if names:
        draft.head(word(draft.language, "lacking").format(names=join(list(names), draft.language)))


def stands(chosen: list[Candidate]) -> list[Candidate]:
    """The items that tell where each body stands: those that decided, where any of the body's did; else all."""
    decided = [c for c in chosen if any(d.kind not in ("deferred", "formal") for d in c.item.decisions)]
    bodies = {c.meeting.body for c in decided}
    return [c for c in chosen if c in decided or c.meeting.body not in bodies]


def _say_compared(evidence: Evidence, draft: Draft, meeting: Meeting, item: AgendaItem) -> None:
    """What an item decided, and its best sentences beside it; an item that decided nothing says that by itself."""
    say_decisions(evidence, draft, meeting, item)
    if not item.decisions:
        return
    for start, end in _beside(evidence, meeting, item):
        draft.say(f"- {draft.quoted(start, end, meeting)}", draft.cite(meeting, item, start, end))


def _beside(evidence: Evidence, meeting: Meeting, item: AgendaItem) -> list[tuple[int, int]]:
    """The sentences that say most of what is compared, apart from the decisions."""
    asks = fit_kind(evidence.asked.asks, evidence.asked.query.question)
    decided = [(d.start, d.end) for d in item.decisions]
    return best_spans(evidence, meeting, item, evidence.weights, asks, SENTENCES, apart=decided)
