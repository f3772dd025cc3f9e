"""Document -> meetings: items as spans, date, body, attendees, decisions and assignments."""

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.dates import DateLine, find_dates, meeting_date
from indexer.assignments import find_assignments
from indexer.bodies import UNKNOWN, Body, body_name
from indexer.decisions import find_decisions, find_deferrals
from indexer.headings import APPENDIX, SIGNATURE, Heading, find_headings
from indexer.attachments import find_attachments
from indexer.attendance import TextLine, attendees, signers
from indexer.people import NAME, is_name, presenters
from indexer.item_rows import item_rows
from indexer.records import AgendaItem, Assignment, Attendee, Document, Line, Meeting

PARSER_VERSION = "1"

_DATE_LABEL = re.compile(
    r"(?i)^\W*(?:datum(?: och tid| & tid)?|tid(?:punkt)?(?: och plats)?|mötesdatum|mötestid|när|sammanträdesdatum|sammanträdestid|plats och tid|tid/plats|tid, plats|dag|date|möte(?:t)? (?:den|hölls))\b[^:|\t\d]{0,25}[:|\t]?"
)
_TITLE_LINE = re.compile(r"(?i)\b(?:(?:minnes|mötes)?anteckn|protokoll|sammanträde|möte\b|stämma|styrelsemöte)\w*")


def _text(document: Document, line: Line) -> str:
    return document.text[line.start : line.end]


def _sections(document: Document, headings: Sequence[Heading]) -> list[tuple[int, int, list[Heading]]]:
    """Meetings in the file: first line, line after the last, headings. Mostly one; a second begins with its own title and agenda.

    Minutes of an earlier meeting that are appended are left out: they have a document of their own.
    """
    if not headings:
        return [(0, len(document.lines), [])]
    result: list[tuple[int, int, list[Heading]]] = []
    first, current = 0, list(headings)
    total = len(document.lines)
    if not current[0].number:
        return [(0, total, current)]
    last = current[-1].last_line
    tail = find_headings(document.text, document.lines[last + 1 :])
    numbered = [replace(h, line=h.line + last + 1, last_line=h.last_line + last + 1) for h in tail if h.number]
    if len(numbered) < 3 or not _restarts(current, numbered):
        return [(first, total, current)]
    cut = _title_before(document, last + 1, numbered[0].line)
    if cut is None:
        return [(first, total, current)]
    result.append((first, cut, current))
    opening = " ".join(_text(document, line) for line in document.lines[cut : numbered[0].line][:6])
    appended = re.search(r"(?i)\b(?:föregående|tidigare|förra|bilaga|bifog\w+|motion)\b", opening)
    if not appended:
        rest = [h for h in numbered]
        result.append((cut, total, rest))
    return result


def _restarts(current: Sequence[Heading], numbered: Sequence[Heading]) -> bool:
    def first_number(heading: Heading) -> int:
        return int(re.findall(r"\d+", heading.number)[0])

    return first_number(numbered[0]) <= first_number(current[0]) or first_number(numbered[0]) == first_number(current[-1]) + 1


def _title_before(document: Document, low: int, high: int) -> int | None:
    """The line where a new set of minutes opens between two lines: a title of minutes with a date near it, or an appendix."""
    for i in range(low, high):
        shown = _text(document, document.lines[i])
        near = " ".join(_text(document, line) for line in document.lines[i : min(i + 5, high)])
        if len(shown) < 120 and _TITLE_LINE.search(shown) and not re.search(r"[.]\s*$", shown) and (find_dates(near) or APPENDIX.match(shown)):
            return i
        if APPENDIX.match(shown) and len(shown) < 90:
            return i
    return None


def _last_line(document: Document, heading: Heading, end: int) -> int:
    """The line after the last item's own: where the signature, the appendix or the notice of approval begins."""
    for i in range(heading.last_line + 1, end):
        shown = _text(document, document.lines[i])
        if SIGNATURE.match(shown) or (APPENDIX.match(shown) and len(shown) < 90 and document.lines[i].start - document.lines[i - 1].end > 1):
            return i
    return end


def _item_id(document: Document, number: str, taken: set[str], prefix: str) -> str:
    digits = re.sub(r"^\D+", "", number).replace(" ", "") or number
    base = f"{document.id}{prefix}#{digits}"
    name, n = base, 2
    while name in taken:
        name, n = f"{base}-{n}", n + 1
    taken.add(name)
    return name


def _item(document: Document, heading: Heading, stop: int, ordinal: int, body: Body, known: Sequence[str], column: bool = False) -> AgendaItem:
    """The item that a heading opens and that ends before the line `stop`; its id is set by the caller."""
    lines = document.lines[heading.last_line + (0 if heading.body else 1) : stop]
    start = document.lines[heading.line].start
    last = document.lines[max(stop - 1, heading.last_line)]
    head_end = document.lines[heading.last_line].end
    decisions = find_decisions(document.text, lines, body, heading.body)
    shown = [row.text for row in item_rows(document.text, lines, heading.body)]
    return AgendaItem(
        id="",
        number=heading.number or str(ordinal),
        number_printed=bool(heading.number),
        title=heading.title,
        start=start,
        end=last.end,
        body_start=heading.body or (lines[0].start if lines else head_end),
        presenters=presenters(shown, known, column),
        decisions=decisions,
        assignments=find_assignments(document.text, lines, heading.body),
        attachments=find_attachments(document.text, lines, heading.body),
        deferrals=find_deferrals(document.text, lines, decisions, heading.body),
    )


def _date_lines(document: Document, lines: Sequence[Line]) -> list[DateLine]:
    result = []
    for i, line in enumerate(lines[:40]):
        shown = _text(document, line)
        labelled = bool(_DATE_LABEL.match(shown) or (i < 12 and len(shown) < 160 and _TITLE_LINE.search(shown)))
        if not labelled and i and re.search(r"(?i)\b(?:sammanträdes|mötes)(?:datum|dag)\s*$", _text(document, lines[i - 1])):
            labelled = True
        if not labelled and i and _DATE_LABEL.match(_text(document, lines[i - 1])) and not find_dates(_text(document, lines[i - 1])):
            labelled = len(shown) < 100
        if re.match(r"(?i)^\W*(?:närvarande|frånvarande|deltagare|medverkande|nästa|föregående|nästkommande|nedtag\w*|datum för|protokollet är|justera\w*|utskrift\w*|upprättad|reviderad|version|anslag\w*|kallad\w*)\b", shown):
            continue
        if len(shown) <= 160:
            explicit = re.search(r"(?i)\b(?:sammanträdes|mötes)(?:datum|dag)\b", shown) or (i and re.search(r"(?i)\b(?:sammanträdes|mötes)(?:datum|dag)\s*$", _text(document, lines[i - 1])))
            result.append(DateLine(line.start, shown, labelled or bool(explicit), line.furniture and not explicit))
    return result


def _labelled_value(document: Document, lines: Sequence[Line], label: str) -> str | None:
    for line in lines[:30]:
        match = re.match(rf"(?i)^\W*(?:{label})\s*(?:[:|\t])\s*(?P<value>\S.*)$", _text(document, line))
        if match is not None:
            return match["value"].strip()
    return None


def _ties(document: Document, people: Sequence[Attendee]) -> dict[str, str]:
    """Roles and first names -> full name, only where these minutes tie them to one person."""
    seen: dict[str, set[str]] = {}
    for person in people:
        if person.role:
            seen.setdefault(person.role.casefold(), set()).add(person.name)
    pairs = rf"({NAME.pattern}),\s+(?:[\w-]+\s){{0,2}}?([a-zåäöA-ZÅÄÖ-]*(?:strateg|chef|direktör|ledare|samordnare|sekreterare|ordförande|utvecklare|kassör|koordinator|handläggare|rektor))\b"
    for match in re.finditer(pairs, document.text):
        if is_name(match[1]):
            seen.setdefault(match[2].casefold(), set()).add(match[1])
    for match in re.finditer(rf"\b([A-Za-zåäöÅÄÖ-]*(?:strateg|ledare|samordnare|sekreterare|ordförande|kassör))\s*:?\s+({NAME.pattern})", document.text):
        if is_name(match[2]):
            seen.setdefault(match[1].casefold(), set()).add(match[2])
    for person in people:
        seen.setdefault(person.name.split()[0].casefold(), set()).add(person.name)
    return {key: next(iter(names)) for key, names in seen.items() if len(names) == 1}


def _resolve(assignment: Assignment, ties: dict[str, str], known: Sequence[str]) -> Assignment:
    who = assignment.who
    if who in known:
        return replace(assignment, person=who)
    for form in (who.casefold(), who.casefold().removesuffix("en"), who.casefold().removesuffix("n")):
        if form in ties:
            return replace(assignment, person=ties[form])
    return assignment


def _problems(meeting_items: Sequence[AgendaItem], date: str | None, body: str, people: Sequence[Attendee]) -> tuple[str, ...]:
    found = []
    if date is None:
        found.append("Mötets datum går inte att avgöra. Ange det i en .meta.toml-fil.")
    if not meeting_items:
        found.append("Inga punkter hittades.")
    if body == UNKNOWN:
        found.append("Det framgår inte vilket nätverk eller organ som möttes.")
    if not people:
        found.append("Ingen närvarolista hittades.")
    numbers = [int(re.findall(r"\d+", i.number)[0]) for i in meeting_items if i.number_printed and re.findall(r"\d+", i.number)]
    gaps = [f"{a}–{b}" for a, b in zip(numbers, numbers[1:], strict=False) if b > a + 1 or b < a]
    if gaps:
        found.append(f"Punkternas nummer hoppar: {', '.join(gaps)}.")
    return tuple(found)


def _attendees(document: Document, front: Sequence[TextLine], back: Sequence[Line], body: Sequence[Line]) -> list[Attendee]:
    """Who attended: by the lists in front, else at the end, else inside an item ("Upprop"); and who signs the minutes."""
    after = [TextLine(line.start, _text(document, line), line.table) for line in back]
    people = attendees(front)
    if len(people) < 2:
        within = [TextLine(line.start, _text(document, line), line.table, bool(line.heading)) for line in body]
        people += [p for p in attendees(after) or attendees(within) if p.name not in {q.name for q in people}]
    names = {p.name for p in people}
    return people + [p for p in signers(after) if p.name not in names]


def _meeting(document: Document, first: int, end: int, headings: Sequence[Heading], prefix: str) -> Meeting:
    opening = headings[0].line if headings else end
    stop = _last_line(document, headings[-1], end) if headings else end
    front, back = document.lines[first:opening], document.lines[stop:end]
    people_lines = [TextLine(line.start, _text(document, line), line.table, bool(line.heading)) for line in front]
    people = _attendees(document, people_lines, back, document.lines[opening:stop])
    name = body_name(document, front, people)
    sidecar = document.sidecar
    settled = meeting_date(_date_lines(document, front), document.text, document.id)
    date, precision, basis = settled.date, settled.precision, settled.basis
    if sidecar.date:
        date, precision, basis = sidecar.date, ("year", "month", "day")[min(sidecar.date.count("-"), 2)], "sidofilen (.meta.toml)"
    known = [p.name for p in people]
    own = Body(f"{name} {' '.join(_text(document, line) for line in front[:4])}")
    ties = _ties(document, people)
    column = any(re.search(r"(?i)\b(?:ärende|punkt|rubrik)\b.*\bansvarig\w*\s*$", _text(document, line)) for line in front)
    items: list[AgendaItem] = []
    taken: set[str] = set()
    bounds = [h.line for h in headings[1:]] + [stop] if headings else []
    for ordinal, (heading, until) in enumerate(zip(headings, bounds, strict=True), 1):
        item = _item(document, heading, until, ordinal, own, known, column)
        items.append(
            replace(
                item,
                id=_item_id(document, item.number, taken, prefix),
                assignments=tuple(_resolve(a, ties, known) for a in item.assignments),
            )
        )
    place = _labelled_value(document, front, "plats(?: och lokal)?|lokal")
    time = _labelled_value(document, front, "tid|mötestid|klockslag")
    digital = re.search(r"(?i)\b(?:digital\w*|teams\w*|zoom|skype|distans|online)\b", " ".join(_text(document, line) for line in front[:15]))
    return Meeting(
        id=document.id + prefix,
        document=document.id,
        body=name,
        date=date,
        date_precision=precision if date else "unknown",
        date_basis=basis,
        items=tuple(items),
        attendees=tuple(people),
        date_start=settled.start,
        date_end=settled.end,
        time=time,
        place=place,
        form="digital" if digital else None,
        problems=_problems(items, date, name, people),
    )


def parse_document(document: Document) -> tuple[Meeting, ...]:
    """The meetings in a document, in order; one meeting without items where no agenda is found.

    Every span is an offset into `document.text`; items are in order and do not overlap.
    """
    headings = find_headings(document.text, document.lines)
    return tuple(
        _meeting(document, first, end, own, "" if n == 0 else f"@{n + 1}")
        for n, (first, end, own) in enumerate(_sections(document, headings))
    )
