"""What to ask next: a few questions that the minutes behind an answer can answer, each complete in itself.

Pure: an answer and the meeting it cites first in, questions out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.records import Answer, Citation
from indexer.dates import english_date, swedish_date
from indexer.records import Meeting

AT_MOST = 3
LONGEST = 250
"""Characters of a question to offer; a body's name may be of any length."""

_WORDS = {
    "sv": {
        "item": ("Visa hela punkten", "Visa punkt {number} i {body} den {date}"),
        "action": ("Vem gör vad?", "Vilka uppdrag gavs i {body} den {date}?"),
        "attendance": ("Vilka deltog?", "Vilka deltog i {body} den {date}?"),
        "list": ("Vilka beslut fattades?", "Vilka beslut fattades i {body} den {date}?"),
        "deferred": ("Vad sköts upp?", "Vad sköts upp i {body} den {date}?"),
        "meetings": ("Vilka möten har hållits?", "Vilka möten har hållits?"),
    },
    "en": {
        "item": ("Show the whole item", "Show item {number} in {body} on {date}"),
        "action": ("Who does what?", "What assignments were given in {body} on {date}?"),
        "attendance": ("Who attended?", "Who attended in {body} on {date}?"),
        "list": ("What was decided?", "Which decisions were made in {body} on {date}?"),
        "deferred": ("What was put off?", "What was postponed in {body} on {date}?"),
        "meetings": ("Which meetings are there?", "Which meetings have been held?"),
    },
}
_ALIKE = {"agenda": "list"}
"""Answers that hold what another question would bring."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question to ask next: a few words for a button, the whole question that it asks, and the meeting that it is
    about ("": none).
    """

    title: str
    question: str
    about: str = ""


def suggest(answer: Answer, meeting: Meeting | None) -> tuple[Suggestion, ...]:
    """At most three questions to ask after this answer; `meeting` is the whole meeting that it cites first.

    Only what the meeting's minutes hold is offered. After a refusal that is which meetings there are.
    """
    words = _WORDS["en" if answer.language == "en" else "sv"]
    if answer.intent == "help":
        return ()  # the help gives its own examples
    if answer.refused or not answer.citations or meeting is None or meeting.date_precision != "day":
        return (Suggestion(*words["meetings"]),) if answer.intent != "meetings" else ()
    cited = answer.citations[0]
    asked = _ALIKE.get(answer.intent, answer.intent)
    kinds = [kind for kind in _offered(answer, cited, meeting) if kind != asked]
    write = english_date if answer.language == "en" else swedish_date
    values = {"number": cited.number or "", "body": cited.body, "date": write(cited.date, cited.date_precision)}
    about = f"{cited.body}, {values['date']}"
    made = [Suggestion(words[kind][0], words[kind][1].format_map(values), about) for kind in kinds]
    return tuple(one for one in made if len(one.question) <= LONGEST)[:AT_MOST]


def _offered(answer: Answer, cited: Citation, meeting: Meeting) -> Iterator[str]:
    """The kinds of questions that the meeting's minutes can answer, the likeliest first."""
    items = meeting.items
    if cited.item is not None and cited.number_printed and len({c.item for c in answer.citations}) == 1:
        yield "item"
    if any(item.assignments for item in items):
        yield "action"
    if meeting.attendees:
        yield "attendance"
    if any(item.decisions for item in items):
        yield "list"
    if any(item.deferrals or any(d.kind == "deferred" for d in item.decisions) for item in items):
        yield "deferred"
