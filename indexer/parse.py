"""Document -> meetings: items as spans, date, body, attendees, decisions and assignments."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from indexer.assignments import find_assignments, resolve, ties
from indexer.attachments import find_attachments
from indexer.attendance import TextLine, attendees, roll, signers
from indexer.bodies import Body, body_name
from indexer.columns import decision_column
from indexer.decisions import find_decisions, find_deferrals, find_elected
from indexer.headings import Heading
from indexer.item_rows import item_rows
from indexer.kinds import kind_in
from indexer.meeting_dates import MeetingDate, date_lines, meeting_date
from indexer.officers import find_officers, with_officers
from indexer.people import presenters
from indexer.problems import agenda_problems, find_problems, unowned_problems
from indexer.records import AgendaItem, Assignment, Attendee, Decision, Document, Line, Meeting
from indexer.sections import Section, closing_line, find_sections

PARSER_VERSION = "6"

_COLUMN = re.compile(r"(?i)\b(?:ärende|punkt|rubrik)\b.*\bansvarig\w*\s*$")
_PLACE = re.compile(r"(?i)^\W*(?:plats(?: och lokal)?|lokal)\s*[:|\t]\s*(?P<value>\S.*)$")
_TIME = re.compile(r"(?i)^\W*(?:tid|mötestid|klockslag)\s*[:|\t]\s*(?P<value>\S.*)$")
_ELECTION = re.compile(r"(?i)(?:(?:fyllnads)?val(?:et)?|utseende)\s(?:av|till)\b")
_TAIL = 12
"""Where nothing marks the end of the last item, so many lines are looked at for signatures."""
_BODIES = (
    "rådet",
    "nätverket",
    "styrelsen",
    "nämnden",
    "gruppen",
    "mötet",
    "föreningen",
    "kommittén",
    "utskottet",
    "stämman",
)
_DIGITAL = re.compile(r"(?i)\b(?:digital\w*|teams\w*|zoom|skype|distans|online)\b")


def _text(document: Document, line: Line) -> str:
    return document.text[line.start : line.end]


def _item_id(document: Document, number: str, taken: set[str], prefix: str) -> str:
    digits = re.sub(r"^\D+", "", number).replace(" ", "") or number
    base = f"{document.id}{prefix}#{digits}"
    name, n = base, 2
    while name in taken:
        name, n = f"{base}-{n}", n + 1
    taken.add(name)
    return name


def _item(
    document: Document, heading: Heading, stop: int, ordinal: int, own: Body, known: Collection[str]
) -> AgendaItem:
    """The item that a heading opens and that ends before the line `stop`, without what needs the whole meeting."""
    text = document.text
    lines = document.lines[heading.last_line + (0 if heading.body else 1) : stop]
    head_end = document.lines[heading.last_line].end
    in_table = document.lines[heading.line].table
    column = decision_column(text, document.lines[: heading.line]) if in_table else 0
    decisions = find_decisions(text, lines, own, heading.body, column)
    if not decisions and _ELECTION.match(heading.title):
        decisions = find_elected(text, lines, heading.body)
    decisions = tuple(
        one if one.kind == "consultation" else replace(one, kind=kind_in(heading.title, one.text)) for one in decisions
    )
    return AgendaItem(
        id="",
        number=heading.number or str(ordinal),
        number_printed=bool(heading.number),
        title=heading.title,
        start=document.lines[heading.line].start,
        end=document.lines[max(stop - 1, heading.last_line)].end,
        body_start=heading.body or (lines[0].start if lines else head_end),
        decisions=decisions,
        assignments=tuple(
            one
            for one in find_assignments(text, lines, heading.body, decisions, known)
            if not _is_own_act(one, decisions, own)
        ),
        attachments=find_attachments(text, lines, heading.body),
        deferrals=find_deferrals(text, lines, decisions, heading.body),
        ocr=any(line.ocr for line in document.lines[heading.line : stop]),
    )


def _is_own_act(one: Assignment, decisions: Sequence[Decision], own: Body) -> bool:
    """Whether what looks like a task is what the body itself decides to do ("Rådet köper en grill")."""
    decided = any(decision.start < one.end and one.start < decision.end for decision in decisions)
    itself = one.who.casefold().endswith(_BODIES) and own.is_subject(one.who)
    return decided and itself and "uppdra" not in one.text.casefold()


def _items(
    document: Document, section: Section, stop: int, own: Body, people: Sequence[Attendee], prefix: str
) -> tuple[AgendaItem, ...]:
    """The section's items, with ids, presenters, and assignments that fall to persons by name."""
    known = [person.name for person in people]
    first_names = {person.name.split()[0] for person in people}
    tied = ties(document.text, people)
    front = document.lines[section.first : section.headings[0].line] if section.headings else ()
    column = any(_COLUMN.search(_text(document, line)) for line in front)
    stops = [*(heading.line for heading in section.headings[1:]), stop]
    taken: set[str] = set()
    result = []
    for ordinal, (heading, until) in enumerate(zip(section.headings, stops, strict=False), 1):
        item = _item(document, heading, until, ordinal, own, first_names)
        body = document.lines[heading.last_line + (0 if heading.body else 1) : until]
        shown = [row.text for row in item_rows(document.text, body, heading.body)]
        result.append(
            replace(
                item,
                id=_item_id(document, item.number, taken, prefix),
                presenters=presenters(shown, known, column, _ELECTION.match(item.title) is not None),
                assignments=tuple(resolve(one, tied, known) for one in item.assignments),
            )
        )
    return tuple(result)


def _text_lines(document: Document, lines: Sequence[Line]) -> list[TextLine]:
    return [TextLine(line.start, _text(document, line), line.table, bool(line.heading)) for line in lines]


def _attendees(document: Document, section: Section, opening: int, stop: int) -> list[Attendee]:
    """Who attended: by the lists in front, else at the end, else inside an item ("Upprop"); and who signs."""
    people = attendees(_text_lines(document, document.lines[section.first : opening]))
    front = _text_lines(document, document.lines[section.first : opening])
    after = _text_lines(document, document.lines[stop : section.end])
    inside = _inside(document, section, stop)
    if len(people) < 2:
        others = attendees(after) or attendees([line for title, lines in inside for line in roll(title, lines)])
        people += [p for p in others if p.name not in {q.name for q in people}]
    names = {person.name for person in people}
    people += [person for person in signers(after) if person.name not in names]
    closing = after or _text_lines(document, document.lines[max(opening, section.end - _TAIL) : section.end])
    return with_officers(people, find_officers(front, inside, closing))


def _inside(document: Document, section: Section, stop: int) -> list[tuple[str, list[TextLine]]]:
    """The title and the lines of each item; what stands on the heading's own line after the title is a line."""
    result = []
    stops = [*(heading.line for heading in section.headings[1:]), stop]
    for heading, until in zip(section.headings, stops, strict=False):
        lines = _text_lines(document, document.lines[heading.last_line + 1 : until])
        if heading.body:
            end = document.lines[heading.last_line].end
            lines.insert(0, TextLine(heading.body, document.text[heading.body : end]))
        result.append((heading.title, lines))
    return result


def _value(pattern: re.Pattern[str], shown: Sequence[str]) -> str | None:
    return next((match["value"].strip() for one in shown[:30] if (match := pattern.match(one)) is not None), None)


def _date(document: Document, section: Section, front: Sequence[Line], first: bool) -> MeetingDate:
    """The meeting's date: the sidecar's, or the best witness's; the file name speaks for the first meeting only."""
    if document.sidecar.date and first:
        precision = ("year", "month", "day")[min(document.sidecar.date.count("-"), 2)]
        return MeetingDate(document.sidecar.date, precision, "sidofilen (.meta.toml)")
    lines = document.lines[section.first : section.end]
    whole = document.text[lines[0].start : lines[-1].end] if lines else ""
    return meeting_date(date_lines(document.text, front), whole, document.id if first else "")


def _meeting(document: Document, section: Section, n: int) -> Meeting:
    opening = section.headings[0].line if section.headings else section.end
    stop = closing_line(document, section)
    front = document.lines[section.first : opening]
    shown = [_text(document, line) for line in front]
    people = _attendees(document, section, opening, stop)
    name = body_name(document, front, people)
    settled = _date(document, section, front, n == 0)
    prefix = "" if n == 0 else f"@{n + 1}"
    items = _items(document, section, stop, Body(f"{name} {' '.join(shown[:4])}"), people, prefix)
    problems = find_problems(items, settled.date, settled.basis, name, people)
    agenda = document.lines[0 if n == 0 else section.first : section.end]
    problems += agenda_problems(document.text, agenda, items)
    return Meeting(
        id=document.id + prefix,
        document=document.id,
        body=name,
        date=settled.date,
        date_precision=settled.precision if settled.date else "unknown",
        date_basis=settled.basis,
        items=items,
        attendees=tuple(people),
        date_start=settled.start,
        date_end=settled.end,
        time=_value(_TIME, shown),
        place=_value(_PLACE, shown),
        form="digital" if _DIGITAL.search(" ".join(shown[:15])) else None,
        problems=tuple(problems),
    )


def parse_document(document: Document) -> tuple[Meeting, ...]:
    """The meetings in a document, in order; one meeting without items where no agenda is found.

    Every span is an offset into `document.text`; items are in order and do not overlap.
    """
    meetings = [_meeting(document, section, n) for n, section in enumerate(find_sections(document))]
    unowned = unowned_problems(document.text, document.lines, meetings)
    meetings[0] = replace(meetings[0], problems=(*meetings[0].problems, *unowned))
    return tuple(meetings)
