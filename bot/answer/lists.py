"""Answers straight from the register: a meeting's decisions, an item, attendance, assignments, what was deferred,
meetings.
"""

import re
from collections.abc import Sequence

from bot.answer.draft import Draft
from bot.answer.evidence import Evidence, by_body
from bot.answer.spans import best_spans, sentence_spans
from bot.answer.topic import say_decisions
from bot.answer.wording import count_meetings, item_name, word
from bot.relevance import coverage
from indexer.dates import find_dates
from indexer.records import AgendaItem, Attendee, Meeting

LIST_LENGTH = 2_000
"""Characters of a list of attendees that is cited whole."""

SEVERAL = 3
"""With an item of that number in more meetings than this, a question must say which meeting."""


def answer_list(evidence: Evidence, draft: Draft) -> None:
    """All decisions of the meetings within the filters, by body, newest meeting first, in the order of the agenda."""
    for body, meetings in by_body(evidence.meetings):
        for meeting in meetings:
            if any(item.decisions for item in meeting.items):
                draft.head(f"{body}, {draft.date(meeting)}")
                for item in meeting.items:
                    if item.decisions:
                        _say_item_decisions(draft, meeting, item)


def answer_agenda(evidence: Evidence, draft: Draft) -> None:
    """The items of the meetings in order, each with what it decided; without a date, of each body's newest meeting."""
    filtered = evidence.asked.query.meetings is not None or evidence.asked.query.since is not None
    for body, meetings in by_body(evidence.meetings):
        for meeting in meetings if filtered else meetings[:1]:
            draft.head(f"{body}, {draft.date(meeting)}")
            for item in meeting.items:
                if item.decisions:
                    _say_item_decisions(draft, meeting, item)
                else:
                    _say_title(evidence, draft, meeting, item)


def _say_title(evidence: Evidence, draft: Draft, meeting: Meeting, item: AgendaItem) -> None:
    text = evidence.documents(meeting.document).text
    start = text.find(item.title, item.start, item.end)
    span = (start, start + len(item.title)) if start >= 0 else (item.start, item.body_start)
    name = item_name(item.number, item.number_printed, item.title, draft.language)
    title = f": {item.title}" if item.number_printed else ""
    draft.say(f"- {name[:1].upper()}{name[1:]}{title}", draft.cite(meeting, item, *span))


def _say_item_decisions(draft: Draft, meeting: Meeting, item: AgendaItem) -> None:
    name = item_name(item.number, item.number_printed, item.title, draft.language)
    title = f" ({item.title})" if item.number_printed else ""
    for n, decision in enumerate(item.decisions):
        number = draft.cite(meeting, item, decision.start, decision.end, decision.kind)
        label = f"{word(draft.language, 'noted')} " if decision.kind == "noted" else ""
        lead = f"{name[:1].upper()}{name[1:]}{title}: " if n == 0 else ""
        draft.say(f"- {lead}{label}{draft.quoted(decision.start, decision.end, meeting)}", number)


def answer_item(evidence: Evidence, draft: Draft) -> None:
    """The items with the number asked for: what they say first, who presented, and what they decided."""
    wanted = set(evidence.asked.query.numbers)
    filtered = evidence.asked.query.bodies or evidence.asked.query.meetings or evidence.asked.query.since
    holders = [m for m in evidence.meetings if any(_digits(i.number) in wanted for i in m.items)]
    if len(holders) > SEVERAL and not filtered:
        return  # which meeting is meant cannot be told: the refusal asks
    for _, meetings in by_body(evidence.meetings):
        for meeting in meetings:
            for item in meeting.items:
                if _digits(item.number) in wanted:
                    _say_item(evidence, draft, meeting, item)


def _digits(number: str) -> str:
    return re.sub(r"^\D+", "", number)


def _say_item(evidence: Evidence, draft: Draft, meeting: Meeting, item: AgendaItem) -> None:
    draft.head(f"{meeting.body}, {draft.place(meeting, item)}")
    text = evidence.documents(meeting.document).text
    title = text.find(item.title, item.start, item.end)
    spans = best_spans(evidence, meeting, item, evidence.weights, "", 3) if item.end > item.body_start else []
    decided = [(d.start, d.end) for d in (*item.decisions, *item.deferrals)]
    if not spans and not decided and title >= 0:
        spans = [(title, title + len(item.title))]
    for start, end in spans:
        if not any(a < end and start < b for a, b in decided):
            draft.say(f"- {draft.quoted(start, end, meeting)}", draft.cite(meeting, item, start, end))
    if item.decisions or item.deferrals:
        say_decisions(evidence, draft, meeting, item)


def answer_attendance(evidence: Evidence, draft: Draft) -> None:
    """Who was present, absent or a guest, by meeting; of the organisations, people or role asked for, where any are."""
    asked = evidence.asked
    question = asked.query.question
    wanted: tuple[str, ...] = ("present", "partial", "guest")
    if asked.absent:
        wanted = ("absent",)
    elif _GUEST.search(question):
        wanted = ("guest",)
    elif _PART.search(question):
        wanted = ("partial",)
    role = _ROLE_ASKED.search(question)
    for _, meetings in by_body(evidence.meetings):
        for meeting in meetings:
            people = _asked_people(meeting, asked.people, asked.organisations)
            if asked.people and len(asked.people) <= 2 and not role:
                for person in people:
                    if _WHO_CAME_INSTEAD.search(question):
                        _say_substitute(evidence, draft, meeting, person)
                    say_attendance(evidence, draft, meeting, person)
                continue
            shown = [p for p in people if p.status in wanted]
            if role is not None:
                shown = [p for p in people if role[0].casefold() in (p.role or "").casefold()]
            if shown:
                count = f": {_count(shown, question, draft.language)}" if asked.asks == "how_many" else ""
                draft.head(f"{meeting.body}, {draft.date(meeting)}{count}")
                _say_people(draft, meeting, shown)


_ROLE_ASKED = re.compile(r"(?i)\b(?:ordförande|sekreterare|justerare)\b")
_PART = re.compile(r"(?i)\b(?:del|delar) av\b|\bpart of\b")
_GUEST = re.compile(r"(?i)\bgäst\w*|\binbjud\w*|\bguests?\b")


_PLACES_ASKED = re.compile(
    r"(?i)\b(?:hur många|antal\w*|how many) (?:\w+ )?(?:kommuner|städer|organisationer|regioner|verksamheter|"
    r"municipalities|organi[sz]ations)\b"
)


def _count(shown: Sequence[Attendee], question: str, language: str) -> str:
    """How many these people are, or the places they are from where those are asked for and the list tells them."""
    if not _PLACES_ASKED.search(question):
        return str(len(shown))
    places = {one.organisation for one in shown if one.organisation}
    whole = all(one.organisation for one in shown)
    key = "from_places" if whole else "from_places_at_least" if places else "places_unknown"
    return word(language, key).format(n=len(places), people=len(shown))


def _asked_people(meeting: Meeting, people: Sequence[str], organisations: Sequence[str]) -> list[Attendee]:
    if people:
        return [a for a in meeting.attendees if a.name in people]
    if organisations:
        return [a for a in meeting.attendees if any(_of(a, o) for o in organisations)]
    return list(meeting.attendees)


def _of(attendee: Attendee, organisation: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(organisation)}(?!\w)", attendee.organisation or "") is not None


def say_attendance(evidence: Evidence, draft: Draft, meeting: Meeting, person: Attendee) -> None:
    """Yes or no for one person, with the words of the list around the name: they tell until when, or which items."""
    text = evidence.documents(meeting.document).text
    start, end = _clause(text, person.start, person.end)
    came = person.status != "absent"
    attended = word(draft.language, "attended").lower()
    verb = {
        "absent": word(draft.language, "absent_one"),
        "partial": word(draft.language, "partial"),
        "guest": f"{attended} ({word(draft.language, 'guest')})",
    }.get(person.status, attended)
    yes = word(draft.language, "no" if came == evidence.asked.absent else "yes")
    draft.say(
        f"- {yes}, {person.name} {verb}: {meeting.body}, {draft.date(meeting)}. {draft.quoted(start, end, meeting)}",
        draft.cite(meeting, None, start, end),
    )


_WHO_CAME_INSTEAD = re.compile(r"(?i)\bersatte\b|\bersättare för\b|\bi ?stället för\b|\breplaced\b|\bin place of\b")


def _say_substitute(evidence: Evidence, draft: Draft, meeting: Meeting, person: Attendee) -> None:
    """The line of the list that says who came in place of a person, where there is one."""
    text = evidence.documents(meeting.document).text
    named = r"\s+".join(map(re.escape, text[person.start : person.end].split()))
    instead = re.compile(rf"(?im)^.*\b(?:ersätt\w*(?: för)?|i ?stället för|för)[\s:]+{named}\b.*$")
    if (line := instead.search(text, 0, meeting.items[0].start if meeting.items else len(text))) is not None:
        draft.say(
            f"- {meeting.body}, {draft.date(meeting)}: {draft.quoted(line.start(), line.end(), meeting)}",
            draft.cite(meeting, None, line.start(), line.end()),
        )


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The line around a span, or where it is long the sentence's part of at most 160 characters."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    last = len(text) if last < 0 else last
    if last - first <= 200:
        return first, last
    until = re.compile(r"(?<=;)\s|(?<=\.)\s(?=[A-ZÅÄÖ])|$").search(text, end, min(last, end + 160))
    return start, until.start() if until else min(last, end + 160)


def _say_people(draft: Draft, meeting: Meeting, people: Sequence[Attendee]) -> None:
    """One line a person; one citation to the list where the names stand close, else one for each name."""
    start, end = min(p.start for p in people), max(p.end for p in people)
    whole = end - start <= LIST_LENGTH
    for person in people:
        span = (start, end) if whole else (person.start, person.end)
        organisation = f", {person.organisation}" if person.organisation else ""
        note = f" ({word(draft.language, person.status)})" if person.status in ("partial", "guest") else ""
        draft.say(f"- {person.name}{organisation}{note}", draft.cite(meeting, None, *span))


_HOW_DEFERRED: tuple[tuple[str, str], ...] = (
    (r"återremi", r"återremi"),
    (r"bordl", r"bordl"),
    (r"strukit|ströks|utg(?:ick|ått|år)", r"utg(?:ick|ått|år)|struk|ströks"),
)


ASKS_DEFERRED = re.compile(
    r"flytta|återstå|kvarstå|skjut|skut|upp$|punkt|ärende|möte|\w*mötet$|\d+$|framtid|tillsvidare"
)


def answer_deferred(evidence: Evidence, draft: Draft) -> None:
    """What was put off, within the filters and in the way asked for; of the topic asked for, where there is one."""
    question = evidence.asked.query.question.casefold()
    ways = [how for asked, how in _HOW_DEFERRED if re.search(asked, question)]
    topic = {t: w for t, w in evidence.weights.items() if t in evidence.known and not ASKS_DEFERRED.match(t)}
    rows = []
    for _, meetings in by_body(evidence.meetings):
        for meeting in meetings:
            for item in meeting.items:
                for one in (*[d for d in item.decisions if d.kind == "deferred"], *item.deferrals):
                    if not ways or re.search("|".join(ways), one.text.casefold()):
                        rows.append((coverage(topic, f"{item.title} {one.text}"), meeting, item, one))
    floor = 0.5 if topic else 0.0
    for value, meeting, item, one in rows:
        if value >= floor:
            number = draft.cite(meeting, item, one.start, one.end, "deferred")
            quote = draft.quoted(one.start, one.end, meeting)
            draft.say(f"- {meeting.body}, {draft.place(meeting, item)}: {quote}", number)


_NEXT = re.compile(r"(?i)\bnästa \w*(?:möte|sammanträde|träff|gång)\w*|^\W*nästa\b|\bmötestider\b|\bkommande möten\b")


def answer_next(evidence: Evidence, draft: Draft) -> None:
    """When the next meeting is, as the latest minutes of each body within the filters say."""
    for _, meetings in by_body(evidence.meetings):
        meeting = meetings[0]
        text = evidence.documents(meeting.document).text
        named = [i for i in meeting.items if _NEXT.search(i.title)]
        spans = [(i, *span) for i in named for span in best_spans(evidence, meeting, i, {}, "when", 2)]
        if not spans:
            spans = [(i, *span) for i in meeting.items for span in _sentences_with(_NEXT, text, i)]
        if spans:
            draft.head(f"{meeting.body}, {draft.date(meeting)}")
        for item, start, end in spans[:3]:
            draft.say(f"- {draft.quoted(start, end, meeting)}", draft.cite(meeting, item, start, end))


def _sentences_with(pattern: re.Pattern[str], text: str, item: AgendaItem) -> list[tuple[int, int]]:
    """The spans of the item's sentences that hold the pattern and a date."""
    spans = sentence_spans(text[item.body_start : item.end], item.body_start)
    return [(a, b) for a, b in spans if pattern.search(text[a:b]) and find_dates(text[a:b], short=False)]


ATTACHED = re.compile(r"(?:bilag|bifog|filer?n?a?$|dokument|ligg|attach|document)")


def answer_attachments(evidence: Evidence, draft: Draft) -> None:
    """The attachments that the minutes within the filters name; of the items that touch the topic, where any do."""
    topic = {term: weight for term, weight in evidence.weights.items() if not ATTACHED.match(term)}
    rows = [
        (coverage(topic, f"{item.title} {one.name}"), meeting, item, one)
        for _, meetings in by_body(evidence.meetings)
        for meeting in meetings
        for item in meeting.items
        for one in item.attachments
    ]
    best = max((row[0] for row in rows), default=0.0)
    for value, meeting, item, one in rows:
        if value >= 0.8 * best or best < 0.34:
            number = draft.cite(meeting, item, one.start, one.end)
            draft.say(f"- {one.name}: {meeting.body}, {draft.place(meeting, item)}", number)


def _came(attendee: Attendee, people: set[str]) -> bool:
    return attendee.name in people and attendee.status != "absent"


def answer_meetings(evidence: Evidence, draft: Draft) -> None:
    """The meetings within the filters, by body, newest first; each cited at its date, or at its first words."""
    people = set(evidence.asked.people)
    held = tuple(m for m in evidence.meetings if not people or any(_came(a, people) for a in m.attendees))
    for body, meetings in by_body(held):
        draft.head(body if evidence.cut else f"{body}: {count_meetings(len(meetings), draft.language)}")
        for meeting in meetings:
            text = evidence.documents(meeting.document).text
            start, end = meeting.date_start, meeting.date_end
            if start >= end:
                start, end = 0, len(text.split("\n", 1)[0]) or 1
            draft.say(f"- {draft.date(meeting)}", draft.cite(meeting, None, start, end))
