"""The register as `motesminnet show` prints it."""

from typing import TYPE_CHECKING, Any

import click

from bot.answer.wording import format_date, item_name
from bot.records import BotError
from indexer.records import AgendaItem, Meeting

if TYPE_CHECKING:
    from bot.pipeline import Library


def select(library: "Library", what: str | None) -> list[Meeting]:
    """The meetings that WHAT names (all for None; "ID#8" leaves one item). Raises BotError where nothing has that id."""
    register = library.index.register
    if what is None:
        return list(register.meetings())
    meeting_id, _, number = what.partition("#")
    meetings = list(register.meetings([meeting_id]))
    if not meetings:
        raise BotError(f"Det finns inget möte med id {meeting_id!r}. Se alla: motesminnet show")
    if not number:
        return meetings
    items = tuple(i for i in meetings[0].items if i.id == what or i.number == number)
    if not items:
        raise BotError(f"Mötet {meeting_id!r} har ingen punkt {number!r}. Se punkterna: motesminnet show {meeting_id}")
    from dataclasses import replace

    return [replace(meetings[0], items=items)]


def meeting_json(library: "Library", meeting: Meeting) -> dict[str, Any]:
    """A meeting as `show --json` prints it (the contract is in DESIGN)."""
    return {
        "document": library.document(meeting.document).name,
        "body": meeting.body,
        "date": meeting.date,
        "date_precision": meeting.date_precision,
        "date_basis": meeting.date_basis,
        "attendees": [{"name": a.name, "organisation": a.organisation, "status": a.status} for a in meeting.attendees],
        "items": [_item_json(item) for item in meeting.items],
        "problems": list(meeting.problems),
    }


def _item_json(item: AgendaItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "number": item.number,
        "number_printed": item.number_printed,
        "title": item.title,
        "presenters": list(item.presenters),
        "decisions": [{"text": d.text, "kind": d.kind, "start": d.start, "end": d.end} for d in item.decisions],
        "assignments": [
            {"who": a.person or a.who, "what": a.what, "due": a.due, "start": a.start, "end": a.end} for a in item.assignments
        ],
        "attachments": [a.name for a in item.attachments],
    }


def print_meetings(library: "Library", meetings: list[Meeting], whole: bool) -> None:
    """The meetings for a terminal: a line each, or everything where one was asked for."""
    for meeting in meetings:
        when = format_date(meeting.date, meeting.date_precision, "sv")
        click.secho(f"{meeting.body}, {when}", bold=True, nl=False)
        click.echo(f"  {meeting.id}  ({len(meeting.items)} punkter, {sum(len(i.decisions) for i in meeting.items)} beslut)")
        for problem in meeting.problems if whole else ():
            click.echo(f"  Obs: {problem}")
        if not whole:
            continue
        click.echo(f"  Datum: {meeting.date_basis}")
        people = [f"{a.name}{f', {a.organisation}' if a.organisation else ''}" for a in meeting.attendees if a.status != "absent"]
        click.echo(f"  Deltog: {'; '.join(people) or 'framgår inte'}")
        for item in meeting.items:
            name = item_name(item.number, item.number_printed, item.title, "sv")
            click.echo(f"  {name}{f': {item.title}' if item.number_printed else ''}")
            for decision in item.decisions:
                click.echo(f"    {decision.kind}: {' '.join(decision.text.split())}")
            for one in item.assignments:
                click.echo(f"    uppdrag: {one.person or one.who}: {one.what}{f' ({one.due})' if one.due else ''}")
