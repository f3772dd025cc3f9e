"""Who is to do what: the assignments of a person, of an office or group, of a meeting, or on a topic."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.akin import strength
from bot.answer.draft import Draft
from bot.answer.evidence import Evidence, by_body
from bot.answer.spans import sentence_spans
from bot.relevance import coverage
from indexer.lexical import query_words, words
from indexer.records import AgendaItem, Assignment, Meeting

_HOLDER = re.compile(
    r"(?i)\b(?:vad|what)\s(?:ska|skall|skulle|fick|har|hade|lovade|should|will|is|was|must)\s(?P<does>.{3,60}?)\s"
    r"(?:göra\b|(?:fått )?i uppdrag\b|lova(?:t|de)\b|åtagit\b|do\b|to do\b|assigned\b)|"
    r"\b(?:vilka|vilket|which)\s(?:\w+\s)?(?:uppdrag|uppgifter|assignments|tasks)\s(?:har|hade|fick|gick till|"
    r"gavs till|does|did|has|were given to)\s(?P<has>.{3,60}?)"
    r"(?=\s(?:om|kring|för|i|på|den|under|fått|have|get|on|in|about)\b|\W*$)"
)
"""Whom a question asks the assignments of."""
_ONLY_ASKS = re.compile(
    r"(?:assign|task|uppdrag|uppgift|åtag|lova|todo|do\b|göra|ansvar(?:ar|ade|at|iga?)?$|responsible)"
)
PART_OF_TOPIC, SAME_WORD = 0.34, 0.75
"""Least share of a topic that an assignment must have: of several words one or two, of a single word that word."""
_SPELT = 0.8
"""Least strength between two words that are one, misspelt or in another form."""
_DUE = re.compile(
    r"(?i)\b(?:ska|skall|bör|behöver|beräknas)\s(?:\w+\s){0,2}?(?:klar\w*|färdig\w*|redovisas|lämnas|presenteras|"
    r"återrapporteras)\b|\bklart? (?:senast|till|den|i)\b"
)
"""A sentence that tells by when what stands before it is to be done."""


@dataclass(frozen=True, slots=True)
class _Row:
    """An assignment and where it stands; `share` of the topic that it has."""

    meeting: Meeting
    item: AgendaItem
    one: Assignment
    share: float = 0.0


def answer_assignments(evidence: Evidence, draft: Draft) -> None:
    """The assignments within the filters, of the person, office or group asked for; where the question has a topic,
    those that touch it.
    """
    for row in _chosen(evidence):
        start, end = row.one.start, _end_with_due(evidence, row)
        number = draft.cite(row.meeting, row.item, start, end)
        who = row.one.person if row.one.person and row.one.person != row.one.who else ""
        lead = f"{who} ({row.one.who}), " if who else ""
        quote = draft.quoted(start, end, row.meeting)
        draft.say(f"- {lead}{row.meeting.body}, {draft.place(row.meeting, row.item)}: {quote}", number)


def asks_only_whose(evidence: Evidence) -> bool:
    """Whether a question for assignments names people and no topic: without any of theirs there is no answer."""
    return evidence.asked.intent == "action" and bool(evidence.asked.people) and not _topic(evidence)


def _topic(evidence: Evidence) -> dict[str, float]:
    """The weights of the topic's words, without the names of people and the words that ask for assignments."""
    names = {part for person in evidence.asked.people for part in person.casefold().split()}
    return {w: v for w, v in evidence.weights.items() if w not in names and not _ONLY_ASKS.match(w)}


def _chosen(evidence: Evidence) -> list[_Row]:
    asked, topic = evidence.asked, _topic(evidence)
    every = [
        _Row(meeting, item, one, coverage(topic, f"{one.text} {item.title}"))
        for _, meetings in by_body(evidence.meetings)
        for meeting in meetings
        for item in meeting.items
        for one in item.assignments
    ]
    rows = [row for row in every if _is_of(row.one, asked.people)] if asked.people else _of_holder(every, evidence)
    best = max((row.share for row in rows), default=0.0)
    if not topic or (len(rows) < len(every) and best < 0.5):  # the rest of the topic says whose they are
        return rows
    floor = max((1.0 if best >= 1.0 else 0.5) * best, PART_OF_TOPIC if len(topic) > 1 else SAME_WORD)
    return [row for row in rows if row.share >= floor]


def _of_holder(rows: list[_Row], evidence: Evidence) -> list[_Row]:
    """The rows of the office or group that the question names, by itself; all rows where it names none that has any."""
    question = evidence.asked.query.question
    match = _HOLDER.search(question)
    holder = query_words((match["does"] or match["has"]) if match is not None else "")
    own = [row for row in rows if holder and _is_holder(row, holder)]
    return own or [row for row in rows if _names_role(row.one, question)] or rows


def _is_holder(row: _Row, holder: Sequence[str]) -> bool:
    """Whether an assignment is the holder's: by its words, or by a role that the list of the meeting ties to a name."""
    roles = [one.role for one in row.meeting.attendees if one.role and one.name == row.one.person]
    rest = [word for word in holder if not _is_among(word, words(row.meeting.body))]
    return bool(rest) and any(all(_is_among(word, words(who)) for word in rest) for who in (row.one.who, *roles))


def _is_among(word: str, others: Iterable[str]) -> bool:
    """Whether a word is one of the others in any form or spelling; "förvaltningschefen" is not "förvaltningen"."""
    return any(strength(word, other) >= _SPELT and abs(len(word) - len(other)) <= 3 for other in others)


def _names_role(assignment: Assignment, question: str) -> bool:
    """Whether the question names the role by itself, whatever else it asks."""
    who, question = re.sub(r"(?i)(?:en|n|et|t)$", "", assignment.who.casefold()), question.casefold()
    if len(who) <= 5 or who not in question:  # quick: a pattern for each of a thousand assignments takes 0.1 s
        return False
    return re.search(rf"(?<!\w){re.escape(who)}(?:en|n|et|t)?s?(?!\w)", question) is not None


def _is_of(assignment: Assignment, people: Sequence[str]) -> bool:
    """Whether the assignment is a person's: by the name the minutes tie it to, or by a name that stands in `who`."""
    names = {assignment.person, assignment.who}
    return any(
        p in names or p in assignment.who or (len(assignment.who.split()) == 1 and assignment.who in p.split())
        for p in people
    )


def _end_with_due(evidence: Evidence, row: _Row) -> int:
    """Where the quote of an assignment ends: after the next sentence of its line where that tells by when."""
    if row.one.due is not None:
        return row.one.end
    text = evidence.documents(row.meeting.document).text
    stop = text.find("\n", row.one.end)
    stop = min(row.item.end, len(text) if stop < 0 else stop)
    after = sentence_spans(text[row.one.end : stop], row.one.end)
    taken = [one.start for one in row.item.assignments]
    if (
        after
        and _DUE.search(text[after[0][0] : after[0][1]])
        and not any(a <= s < b for s in taken for a, b in after[:1])
    ):
        return after[0][1]
    return row.one.end
