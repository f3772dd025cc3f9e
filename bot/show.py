"""What the command line prints: the register, hits, answers; as JSON, and for a terminal."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from bot.answer.evidence import Evidence
from bot.answer.wording import format_date, item_name
from bot.markdown import printable
from bot.records import Answer, BotError, Citation
from indexer.records import AgendaItem, Hit, Meeting

if TYPE_CHECKING:
    from bot.feedback import Feedback
    from bot.pipeline import Library

Json = dict[str, Any]


def dumps(value: object, indent: int | None = None) -> str:
    """The value as JSON in UTF-8: letters as they are; lone surrogates and Unicode's line ends escaped.

    >>> dumps(["å", chr(0xD83D)])
    '["å", "\\\\ud83d"]'
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub("[\x85\u2028\u2029\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def say(text: str, bold: bool = False) -> None:
    """One line on stdout, without control characters: minutes and questions may hold any."""
    click.secho(printable(text), bold=bold)


# Answers


def answer_json(answer: Answer) -> Json:
    """An answer as `ask --json` prints it (the contract is in DESIGN); `updated` only where the index is old."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "intent": answer.intent,
        "mode": answer.mode,
        "language": answer.language,
        "citations": [_citation_json(citation) for citation in answer.citations],
        "generation": answer.generation,
        "ms": dict.fromkeys(("embed", "search", "answer", "total"), 0.0) | dict(answer.ms),
        **({"updated": answer.updated} if answer.updated else {}),
    }


def _citation_json(c: Citation) -> Json:
    item = {"id": c.item, "number": c.number, "number_printed": c.number_printed, "title": c.title}
    return {
        "n": c.n,
        "document": c.document_name,
        "url": c.url,
        "page": c.page,
        "meeting": {"id": c.meeting, "body": c.body, "date": c.date, "date_precision": c.date_precision},
        "item": None if c.item is None else item,
        "quote": c.quote,
        "start": c.start,
        "end": c.end,
    }


def answer_lines(answer: Answer) -> list[tuple[str, bool]]:
    """The lines of an answer's text without markdown's stars, each with whether it is a heading."""
    lines = ((line, line.startswith("**") and line.endswith("**")) for line in answer.text.split("\n"))
    return [(line.strip("*") if heading else line.replace("**", ""), heading) for line, heading in lines]


def source_lines(answer: Answer) -> list[tuple[str, bool]]:
    """The list of sources below an answer, its heading first, and how old they are where that matters; [] where there
    is nothing to tell.
    """
    marks: dict[str, list[int]] = {}
    for citation in answer.citations:
        marks.setdefault(_source(citation, answer.language), []).append(citation.n)
    lines = [(f"{' '.join(f'[{n}]' for n in numbers)} {source}", False) for source, numbers in marks.items()]
    heading = [("Källor" if answer.language == "sv" else "Sources", True)] if lines else []
    return [*heading, *lines, *([(answer.updated, False)] if answer.updated else [])]


def print_plain(answer: Answer) -> None:
    """The answer and its sources as text that goes on in a file or another program."""
    sources = source_lines(answer)
    for line, heading in [*answer_lines(answer), *([("", False)] if sources else []), *sources]:
        say(line, bold=heading)


def _source(c: Citation, language: str) -> str:
    """ "Nätverket Norrdal, 4 mars 2022, punkt 10. norrdal.pdf, sidan 3"."""
    place = "" if c.number is None else ", " + item_name(c.number, bool(c.number_printed), c.title or "", language)
    page = "" if c.page is None else f", {'sidan' if language == 'sv' else 'page'} {c.page}"
    return f"{c.body}, {format_date(c.date, c.date_precision, language)}{place}. {c.document_name}{page}"


def print_feedback(found: Sequence["Feedback"]) -> None:
    """What people thought of answers, oldest first, and how many thought which."""
    if not found:
        say("Inga omdömen än.")
        return
    names = {"like": "bra", "dislike": "dåligt"}
    for one in found:
        question = one.answer.get("question") or "(frågan är inte kvar)"
        say(f"{one.at[:10]} {names[one.reaction]}: {question}{f' ({one.name})' if one.name else ''}")
        if one.comment:
            say(f"    {' '.join(one.comment.split())}")
    liked = sum(one.reaction == "like" for one in found)
    say(f"{liked} bra, {len(found) - liked} dåliga.", bold=True)


def print_explanation(evidence: Evidence) -> None:
    """How a question was understood, and the items that were weighed with the evidence for each; on stderr."""
    asked = evidence.asked
    dates = f"{asked.query.since or ''}–{asked.query.until or ''}".strip("–")
    rows = {
        "Avsikt": f"{asked.intent} {asked.asks}".strip(),
        "Nätverk": ", ".join(asked.query.bodies) or "alla",
        "Möten": ", ".join(asked.query.meetings) if asked.query.meetings is not None else "",
        "Datum": dates,
        "Punkter": ", ".join(asked.query.numbers),
        "Personer": ", ".join(asked.people),
        "Måste nämnas": ", ".join(asked.required),
        "Finns inte": ", ".join((*asked.no_body, *asked.missing)),
        "Ämne": " ".join(f"{word} ({weight:.1f})" for word, weight in evidence.weights.items()),
    }
    for name, value in rows.items():
        if value:
            click.echo(f"{name + ':':<14}{value}", err=True)
    for one in evidence.candidates[:8]:
        figures = f"mening {one.dense:.3f}, rubrik {one.title:.2f}, beslut {one.decisions:.2f}, text {one.text:.2f}"
        click.echo(f"  {one.item.id}  {figures}", err=True)
    click.echo(err=True)


# Hits


def hits_json(hits: Iterable[Hit], items: dict[str, tuple[Meeting, AgendaItem]]) -> list[Json]:
    """Hits as `search --json` prints them."""
    return [_hit_json(hit, *items[hit.item]) for hit in hits]


def _hit_json(hit: Hit, meeting: Meeting, item: AgendaItem) -> Json:
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "dense": round(hit.dense, 4),
        "lexical": round(hit.lexical, 4),
        "item": item.id,
        "chunk": hit.chunk,
        "body": meeting.body,
        "date": meeting.date,
        "number": item.number,
        "title": item.title,
    }


def print_hits(hits: Iterable[Hit], items: dict[str, tuple[Meeting, AgendaItem]]) -> None:
    """Hits for a terminal, a line each."""
    shown = 0
    for hit in hits:
        meeting, item = items[hit.item]
        scores = f"{hit.score:.3f}  (dense {hit.dense:.3f}, ord {hit.lexical:.2f})"
        say(f"{hit.rank:>3}  {scores}  {_heading(meeting)}, {_item_heading(item)}")
        shown += 1
    if not shown:
        say("Inga träffar.")


def _heading(meeting: Meeting) -> str:
    return f"{meeting.body}, {format_date(meeting.date, meeting.date_precision, 'sv')}"


def _item_heading(item: AgendaItem) -> str:
    name = item_name(item.number, item.number_printed, item.title, "sv")
    return f"{name}: {item.title}" if item.number_printed else name


# The register


def select(library: "Library", what: str | None) -> list[Meeting]:
    """The meetings that WHAT names (all for None), of "ID#8" with that item alone.

    Raises BotError where nothing has that id.
    """
    register = library.index.register
    if what is None:
        return list(register.meetings())
    meeting_id, _, number = what.partition("#")
    meetings = register.meetings([meeting_id]) if printable(meeting_id) == meeting_id else ()
    if not meetings:
        raise BotError(f"Det finns inget möte med id {meeting_id!r}. Se alla: motesminnet show")
    if not number:
        return list(meetings)
    items = _items_named(meetings[0], what, number)
    if not items:
        raise BotError(f"Mötet {meeting_id!r} har ingen punkt {number!r}. Se punkterna: motesminnet show {meeting_id}")
    return [replace(meetings[0], items=items)]


def _items_named(meeting: Meeting, item_id: str, number: str) -> tuple[AgendaItem, ...]:
    """The item with the id; where none has it, those with the number as printed ("§ 45") or as digits ("45")."""
    by_id = tuple(item for item in meeting.items if item.id == item_id)
    return by_id or tuple(i for i in meeting.items if number in (i.number, re.sub(r"^\D+", "", i.number)))


def meeting_json(library: "Library", meeting: Meeting) -> Json:
    """A meeting as `show --json` prints it (the contract is in DESIGN)."""
    return {
        "document": library.document(meeting.document).name,
        "body": meeting.body,
        "date": meeting.date,
        "date_precision": meeting.date_precision,
        "date_basis": meeting.date_basis,
        "attendees": [
            {"name": a.name, "organisation": a.organisation, "status": a.status, "role": a.role}
            for a in meeting.attendees
        ],
        "items": [_item_json(item) for item in meeting.items],
        "problems": list(meeting.problems),
    }


def _item_json(item: AgendaItem) -> Json:
    return {
        "id": item.id,
        "number": item.number,
        "number_printed": item.number_printed,
        "title": item.title,
        "presenters": list(item.presenters),
        "decisions": [{"text": d.text, "kind": d.kind, "start": d.start, "end": d.end} for d in item.decisions],
        "assignments": [
            {"who": a.person or a.who, "what": a.what, "due": a.due, "start": a.start, "end": a.end}
            for a in item.assignments
        ],
        "attachments": [a.name for a in item.attachments],
        "ocr": item.ocr,
    }


def print_meetings(meetings: Iterable[Meeting], whole: bool) -> None:
    """The meetings for a terminal: a line each, or everything where one was asked for."""
    for meeting in meetings:
        decisions = sum(len(item.decisions) for item in meeting.items)
        say(_heading(meeting), bold=True)
        say(f"  {meeting.id}: {len(meeting.items)} punkter, {decisions} beslut")
        if whole:
            _print_details(meeting)


def _print_details(meeting: Meeting) -> None:
    for problem in meeting.problems:
        say(f"  Obs: {problem}")
    say(f"  Datum: {meeting.date_basis}")
    people = [", ".join(filter(None, (a.name, a.organisation))) for a in meeting.attendees if a.status != "absent"]
    say(f"  Deltog: {'; '.join(people) or 'framgår inte'}")
    for item in meeting.items:
        say(f"  {_item_heading(item)}{' (läst med OCR)' if item.ocr else ''}")
        for decision in item.decisions:
            say(f"    {_KINDS[decision.kind]}: {' '.join(decision.text.split())}")
        for one in item.assignments:
            say(f"    uppdrag: {one.person or one.who}: {one.what}{f' ({one.due})' if one.due else ''}")


_KINDS = {
    "substantive": "beslut",
    "formal": "formalia",
    "noted": "noterat",
    "deferred": "uppskjutet",
    "consultation": "svar",
}


def find_problems(library: "Library", meetings: Iterable[Meeting] | None = None) -> list[Json]:
    """What a coordinator should look at: files that could not be read, and doubts about documents and meetings.

    Of these meetings only, and their documents (None: of everything).
    """
    chosen = list(library.index.register.meetings() if meetings is None else meetings)
    inside = {meeting.document for meeting in chosen}
    failed = library.failed if meetings is None else {}
    rows: list[tuple[str, str | None, str]] = [
        (path, None, f"Gick inte att läsa: {reason}") for path, reason in sorted(failed.items())
    ]
    for document in library.index.register.documents():
        if meetings is None or document.id in inside:
            rows += [(document.path, None, problem) for problem in document.problems]
            rows += [(document.path, m.id, p) for m in chosen if m.document == document.id for p in m.problems]
    return [{"document": path, "meeting": meeting, "problem": problem} for path, meeting, problem in rows]


def print_problems(problems: Iterable[Json]) -> None:
    """The problems for a terminal, a line each."""
    lines = [f"{one['meeting'] or one['document']}: {one['problem']}" for one in problems]
    for line in lines or ["Inget att se över."]:
        say(line)
