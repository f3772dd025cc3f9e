"""A question that takes for granted what the minutes do not say: corrected with the citation that shows it, or left
without an answer.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bot.acts import (
    Presumed,
    find_amounts,
    find_presumed,
    is_its_word,
    is_postponed,
    is_same_amount,
    needs_words,
    tells,
    tells_otherwise,
)
from bot.answer.draft import Draft
from bot.answer.evidence import Evidence
from bot.answer.lists import say_attendance
from bot.answer.select import supported
from bot.answer.spans import sentence_spans
from bot.answer.support import MATCHED
from bot.answer.topic import answer_decisions, answer_direct, choose_about
from bot.answer.wording import word
from bot.relevance import Candidate, best_strength, coverage, weigh, word_set
from indexer.records import AgendaItem, Decision

IN_PLACE = 0.6
"""Least share of what the question is about that a title, or a decision, must have to tell it otherwise."""
MOST_PEOPLE = 2
"""With more people named than this, who said what is not looked into."""
_DECIDED = ("substantive", "consultation")
_SPOKE = re.compile(
    r"(?i)\b(?:sa|sade|säger|tyckte|tycker|ansåg|anser|föreslog|lovade|svarade|invände|menade|framförde|berättade|"
    r"said|say|says|thinks?|thought|suggest\w*|propose\w*|promised?)\b"
)


def deny_premise(evidence: Evidence, draft: Draft) -> bool:
    """Whether the question takes for granted what the minutes do not say; the draft then has what they say instead, or
    nothing, which makes a refusal.
    """
    if evidence.asked.intent not in ("direct", "decision", "deferred") or evidence.asked.query.items is not None:
        return False
    return _deny_act(evidence, draft) or _deny_speaker(evidence, draft) or _deny_amount(evidence, draft)


def _deny_act(evidence: Evidence, draft: Draft) -> bool:
    presumed = find_presumed(evidence.asked.query.question)
    if presumed is None or evidence.asked.intent == "decision":
        return False
    about = _without(evidence, lambda term: is_its_word(presumed, term))
    if about is None:
        return False
    found = supported(about)
    told = [
        one for one in (*found, *supported(evidence)) if _is_about(about, evidence.titled_text(one.meeting, one.item))
    ]
    if any(_is_told(about, presumed, one) for one in told):
        return False
    against = _told_otherwise(about, presumed, choose_about(about, found))
    if against:
        draft.head(word(draft.language, "premise"))
        answer_decisions(about, draft, against)
    return bool(against) or needs_words(presumed)


def _without(evidence: Evidence, is_dropped: Callable[[str], bool]) -> Evidence | None:
    """The evidence for the same question without some of its words; None where no other is left."""
    rest = {term: weight for term, weight in evidence.weights.items() if not is_dropped(term)}
    if not rest:
        return None
    items = {one.item.id: (one.meeting, one.item) for one in evidence.candidates}
    candidates = weigh([one.hit for one in evidence.candidates], items, evidence.titled_text, rest)
    asked = replace(evidence.asked, intent="decision", asks="")
    return replace(evidence, asked=asked, weights=rest, candidates=tuple(candidates))


def _is_told(evidence: Evidence, presumed: Presumed, candidate: Candidate) -> bool:
    """Whether a sentence of the item tells what is presumed."""
    if is_postponed(presumed) and (
        candidate.item.deferrals or any(d.kind == "deferred" for d in candidate.item.decisions)
    ):
        return True
    text = evidence.titled_text(candidate.meeting, candidate.item)
    return any(tells(presumed, text[start:end]) for start, end in sentence_spans(text, 0))


def _is_about(evidence: Evidence, text: str) -> bool:
    return coverage(evidence.weights, text) >= IN_PLACE


def _told_otherwise(evidence: Evidence, presumed: Presumed, items: Sequence[Candidate]) -> list[Candidate]:
    """The items of which a decision in the matter says the opposite; where none of them decides, those put off."""

    def of_matter(item: AgendaItem, kinds: Collection[str]) -> list[Decision]:
        told = [one for one in (*item.decisions, *item.deferrals) if one.kind in kinds]
        return [one for one in told if _is_about(evidence, f"{item.title}\n{one.text}")]

    decided = [one for one in items if of_matter(one.item, _DECIDED)]
    if is_postponed(presumed):
        return decided
    kinds = _DECIDED if decided else ("deferred",)
    return [one for one in items if any(tells_otherwise(presumed, d.text) for d in of_matter(one.item, kinds))]


def _deny_speaker(evidence: Evidence, draft: Draft) -> bool:
    """Where somebody is said to have spoken of a matter whose items do not name them: that they were absent, if so."""
    asked = evidence.asked
    if not 0 < len(asked.people) <= MOST_PEOPLE or asked.required or not _SPOKE.search(asked.query.question):
        return False  # with a place in the question, the name may be the place's
    names = {part.casefold() for person in asked.people for part in person.split()}
    about = _without(evidence, lambda term: term.removesuffix("s") in names or term in names)
    found = choose_about(about, supported(about)) if about is not None else []
    if not found or about is None or any(_is_named(about, one, asked.people) for one in found):
        return False
    held = {one.meeting.id for one in found}
    for meeting in (one for one in evidence.meetings if one.id in held):
        for person in meeting.attendees:
            if person.name in asked.people and person.status == "absent":
                if not draft.statements:
                    draft.head(word(draft.language, "premise"))
                say_attendance(evidence, draft, meeting, person)
    return True


def _is_named(evidence: Evidence, candidate: Candidate, people: Sequence[str]) -> bool:
    """Whether the item names one of the people, by any part of the name, or by a role that the list gives them."""
    held = word_set(evidence.titled_text(candidate.meeting, candidate.item))
    roles = {
        one.role.casefold()
        for meeting in evidence.meetings
        if meeting.id == candidate.meeting.id
        for one in meeting.attendees
        if one.name in people and one.role
    }
    parts = {part.casefold() for person in people for part in person.split()}
    return any(best_strength(name, held) >= MATCHED for name in (*parts, *roles))


def _deny_amount(evidence: Evidence, draft: Draft) -> bool:
    """Where the question has an amount that no item about the topic has: the sentences with another of its kind."""
    asked = find_amounts(evidence.asked.query.question)
    if not asked:
        return False
    about = _without(evidence, lambda term: term.isdigit())
    found = choose_about(about, supported(about)) if about is not None else []
    told = {one.item.id: find_amounts(evidence.titled_text(one.meeting, one.item)) for one in found}
    if about is None or any(is_same_amount(a, b) for a in asked for amounts in told.values() for b in amounts):
        return False
    kinds = {amount.percent for amount in asked}
    other = [one for one in found if any(amount.percent in kinds for amount in told[one.item.id])]
    if other:
        draft.head(word(draft.language, "premise"))
        answer_direct(replace(about, asked=replace(about.asked, asks="how_much")), draft, other)
    return bool(other)
