"""Answers about a topic: what was decided, how it developed, and the sentences that answer a direct question."""

from bot.answer.draft import Draft, flat
from bot.answer.evidence import Evidence, by_body
from bot.answer.select import FOCUS, UNSURE, about, rank
from bot.answer.spans import (
    SHORT,
    answers_kind,
    best_spans,
    fit_kind,
    is_lead,
    is_other_fact,
    is_presenters,
    joined,
    key_fact,
    sentence_spans,
    whole_if_short,
)
from bot.answer.wording import word
from bot.records import Answer
from bot.relevance import Candidate, coverage
from indexer.records import AgendaItem, Decision, Meeting

_KINDS = ("substantive", "consultation", "deferred", "noted", "formal")
ALIKE = 0.5
"""Least support of an item that is quoted because it answers otherwise than the best one."""
SAME_MATTER = 0.6
"""Least share of the topic that two sentences must have to contradict each other."""
SURE = 0.8
"""Least support of an item of another body that is quoted beside the best one."""
MANY = 3
"""Decisions of an item from which on those that do not touch the topic are left out."""
IN_TITLE, IN_DECISION = 0.3, 0.5
"""Shares of the topic from which on a title, or a decision, touches it."""
ALSO_ABOUT = 0.75
"""Least share of the best item's words about the topic, and of those in its title, that a later item must have."""
ALSO_SURE = 0.6
"""Least share of the best item's support that a later item must have."""
CLOSE = 0.92
"""Least share of the best item's rank that it must have."""


def answer_decisions(evidence: Evidence, draft: Draft, chosen: list[Candidate]) -> None:
    """Per body, newest meeting first: each item's decisions word for word, substantive before noted, or that it has
    none.
    """
    items: dict[str, list[Candidate]] = {}
    for candidate in chosen:
        items.setdefault(candidate.meeting.id, []).append(candidate)
    meetings = {c.meeting.id: c.meeting for c in chosen}
    for body, group in by_body(tuple(meetings.values())):
        draft.head(f"{_unsure(evidence, draft, chosen)}{body}")
        entries = [(meeting, c) for meeting in group for c in sorted(items[meeting.id], key=lambda c: c.item.start)]
        entries.sort(
            key=lambda e: min((_KINDS.index(d.kind) for d in e[1].item.decisions), default=9) >= _KINDS.index("noted")
        )
        for meeting, candidate in entries:
            say_decisions(evidence, draft, meeting, candidate.item)


def say_decisions(evidence: Evidence, draft: Draft, meeting: Meeting, item: AgendaItem) -> None:
    """One item: its decisions, each with its citation; else what deferred it; else its best sentence and that nothing
    was decided.
    """
    place = draft.place(meeting, item)
    decisions = sorted(_on_topic(evidence, item), key=lambda d: (_KINDS.index(d.kind), d.start))
    if decisions:
        labels = {
            "substantive": "decided",
            "noted": "noted",
            "consultation": "replied",
            "deferred": "deferred",
            "formal": "formal",
        }
        for n, decision in enumerate(decisions):
            number = draft.cite(meeting, item, decision.start, decision.end, decision.kind)
            label = word(draft.language, labels[decision.kind]) if decision.kind in ("noted", "consultation") else ""
            lead = f"{place}: {label} " if n == 0 else f"{label} "
            draft.say(f"- {lead}{draft.quoted(decision.start, decision.end, meeting)}".replace("  ", " "), number)
        return
    if item.deferrals:
        one = item.deferrals[0]
        number = draft.cite(meeting, item, one.start, one.end, "deferred")
        draft.say(f"- {place}: {word(draft.language, 'deferred')} {draft.quoted(one.start, one.end, meeting)}", number)
        return
    for n, (start, end) in enumerate(_told(evidence, meeting, item, 2)):
        lead = f"{place}: {word(draft.language, 'no_decision')} " if n == 0 else ""
        draft.say(f"- {lead}{draft.quoted(start, end, meeting)}", draft.cite(meeting, item, start, end))


def _on_topic(evidence: Evidence, item: AgendaItem) -> list[Decision]:
    """The item's decisions; of many under a title that has nothing of the topic, those that have."""
    decisions = list(item.decisions)
    if len(decisions) < MANY or coverage(evidence.weights, item.title) >= IN_TITLE:
        return decisions
    return [d for d in decisions if coverage(evidence.weights, d.text) >= IN_DECISION] or decisions


def answer_timeline(evidence: Evidence, draft: Draft, chosen: list[Candidate]) -> None:
    """Oldest first: what each item tells, whole where it is short, else its most telling sentences; then what it
    decided.
    """
    for candidate in sorted(chosen, key=lambda c: (c.meeting.date or "", c.item.start)):
        meeting, item = candidate.meeting, candidate.item
        draft.head(f"{_unsure(evidence, draft, chosen)}{meeting.body}, {draft.place(meeting, item)}")
        for start, end in _told(evidence, meeting, item):
            if not any(d.start < end and start < d.end for d in item.decisions):
                draft.say(f"- {draft.quoted(start, end, meeting)}", draft.cite(meeting, item, start, end))
        for decision in sorted(item.decisions, key=lambda d: _KINDS.index(d.kind)):
            number = draft.cite(meeting, item, decision.start, decision.end, decision.kind)
            label = word(draft.language, "noted" if decision.kind == "noted" else "decided")
            draft.say(f"- {label[:1].upper()}{label[1:]} {draft.quoted(decision.start, decision.end, meeting)}", number)


def _told(evidence: Evidence, meeting: Meeting, item: AgendaItem, most: int = 4) -> list[tuple[int, int]]:
    """What an item tells beside its decisions where that is short; else its sentences that say most of the topic."""
    text = evidence.documents(meeting.document).text
    body = [
        (start, end)
        for start, end in sentence_spans(text[item.body_start : item.end], item.body_start)
        if not any(d.start < end and start < d.end for d in item.decisions)
        and not is_presenters(text[start:end], item)
        and not is_lead(text[start:end])
    ]
    if body and sum(end - start for start, end in body) <= SHORT:
        return joined(text, set(body))
    return best_spans(evidence, meeting, item, evidence.weights, "", most, context=most > 2)


def answer_direct(evidence: Evidence, draft: Draft, chosen: list[Candidate]) -> None:
    """The sentences that hold the answer, from each of the chosen items; said to be uncertain where it is."""
    for candidate in chosen:
        meeting, item = candidate.meeting, candidate.item
        asks = fit_kind(evidence.asked.asks, evidence.asked.query.question)
        spans = best_spans(evidence, meeting, item, evidence.weights, asks, 4, context=True)
        text = evidence.documents(meeting.document).text
        if not answers_kind(evidence, meeting, item, spans):
            continue
        draft.head(f"{_warning(evidence, draft, chosen)}{meeting.body}, {draft.place(meeting, item)}")
        fact = key_fact(evidence, meeting, item)
        for start, end in whole_if_short(text, item, spans):
            kind = next((d.kind for d in item.decisions if d.start < end and start < d.end), None)
            lead = f"**{flat(fact.text)}:** " if fact is not None and start <= fact.start < end else ""
            draft.say(f"- {lead}{draft.quoted(start, end, meeting)}", draft.cite(meeting, item, start, end, kind))


def _warning(evidence: Evidence, draft: Draft, chosen: list[Candidate]) -> str:
    """What goes before the first heading: that the answer is uncertain, or that the minutes differ; "" else."""
    if draft.statements:
        return ""
    if len(chosen) > 1 and _told_otherwise(evidence, chosen[0], chosen) is not None:
        return f"{word(draft.language, 'differ')} "
    return _unsure(evidence, draft, chosen)


def _unsure(evidence: Evidence, draft: Draft, chosen: list[Candidate]) -> str:
    """What goes before the first heading where no item surely is about the question; "" else."""
    sure = draft.statements or len(evidence.asked.query.bodies) > 1 or max(c.support for c in chosen) >= UNSURE
    return "" if sure else f"{word(draft.language, 'unsure')} "


def is_unsure(answer: Answer) -> bool:
    """Whether the answer says that it may be none."""
    mark = f"**{word(answer.language, 'unsure')}"
    return any(one.text.startswith(mark) for one in answer.statements)


def pick_direct(evidence: Evidence, candidates: list[Candidate]) -> list[Candidate]:
    """The best item, and one of the same body that says otherwise; the best of each body where several are named; the
    two best where neither is sure; else also those of other bodies that answer as surely.
    """
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        best.setdefault(candidate.meeting.body, candidate)
    top = candidates[0]
    other = _told_otherwise(evidence, top, candidates)
    if other is not None:
        return sorted((top, other), key=lambda c: c.meeting.date or "", reverse=True)
    if len(evidence.asked.query.bodies) > 1:
        chosen = list(best.values())
    elif top.support < UNSURE:
        chosen = candidates[:2]
    else:
        sure = [c for c in best.values() if c is not top and c.support >= SURE and rank(c) >= CLOSE * rank(top)]
        chosen = [top, *sure[:2]]
    newest = _newest(top, candidates)
    return [newest, *chosen] if newest is not None and newest not in chosen else chosen


def _newest(top: Candidate, candidates: list[Candidate]) -> Candidate | None:
    """The newest item of the body of the best one that is about the same, where a later meeting has one."""
    later = [
        c
        for c in candidates
        if c.meeting.body == top.meeting.body
        and (c.meeting.date or "") > (top.meeting.date or "")
        and c.focus >= FOCUS
        and c.support >= ALSO_SURE * top.support
        and c.about >= ALSO_ABOUT * top.about
        and c.title >= ALSO_ABOUT * top.title
    ]
    return max(later, key=lambda c: (c.meeting.date or "", rank(c)), default=None)


def _told_otherwise(evidence: Evidence, top: Candidate, candidates: list[Candidate]) -> Candidate | None:
    """An item of the same body, another meeting's, that answers the question with another date, amount or name."""
    fact = key_fact(evidence, top.meeting, top.item)
    if fact is None:
        return None
    for candidate in candidates[1:]:
        if candidate.meeting.body != top.meeting.body or candidate.meeting.id == top.meeting.id:
            continue
        told = key_fact(evidence, candidate.meeting, candidate.item) if candidate.support >= ALIKE else None
        if told is None or candidate.focus < FOCUS or min(told.share, fact.share) < SAME_MATTER:
            continue
        if is_other_fact(fact.text, told.text):
            return candidate
    return None


def choose_about(evidence: Evidence, candidates: list[Candidate]) -> list[Candidate]:
    """All items about the topic, for decisions and timelines."""
    texts = {c.item.id: evidence.titled_text(c.meeting, c.item) for c in candidates}
    return about(candidates, texts, dict(evidence.weights))
