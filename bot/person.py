"""All that the index and the state hold on a person: for somebody who asks what is kept about them.

Spelling variants are found and told apart: two spellings may be two people.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from bot import conversations, feedback
from bot.bodies import is_spelling_of
from bot.records import BotError
from bot.state import open_tables
from indexer.database import Database, Place
from indexer.generation import REGISTER, Generation
from indexer.records import AgendaItem, IndexerError, Meeting
from indexer.store import Register

if TYPE_CHECKING:
    from bot.pipeline import Library

Json = dict[str, Any]

NOT_FOUND = (
    "Den som bara nämns med förnamn, titel eller roll hittas inte här, och inte det som står i originalen men inte i "
    "indexet (bilder, bilagor). Loggarna innehåller inga namn."
)
_NAME = r"[^\W\d_a-zåäöéèüß][\w’'-]+"
_FULL_NAME = re.compile(rf"(?=\b({_NAME}(?:[ \n](?:von|af|de|{_NAME})){{1,3}}))")


def export_person(name: str, library: "Library", index: Place, state: Place) -> Json:
    """What is held on the person, as plain values: for each spelling the attendance, the assignments, the items
    presented and every mention; and feedback and conversations that hold the name.

    Raises BotError where the name is not whole, IndexerError where the index cannot be read.
    """
    name = " ".join(name.split())
    if " " not in name:
        raise BotError(f"{name!r} är inget helt namn. Ange för- och efternamn.")
    register = library.index.register
    meetings = register.meetings()
    texts = {document.id: register.document(document.id).text for document in register.documents()}
    spellings = _spellings(name, meetings, texts.values())
    return {
        "name": name,
        "generation": library.generation.number,
        "spellings": [_held(one, meetings, texts) for one in spellings],
        "older_generations": list(_older(index, library.generation, spellings)),
        "feedback": _feedback(state, spellings),
        "conversations": _conversations(state, spellings),
        "not_found_here": NOT_FOUND,
    }


def _spellings(name: str, meetings: Iterable[Meeting], texts: Iterable[str]) -> list[str]:
    """The name as it was asked for, and the other spellings of it that the index has."""
    known = {person.name for meeting in meetings for person in meeting.attendees}
    known |= {one.person or one.who for meeting in meetings for item in meeting.items for one in item.assignments}
    for text in texts:
        for match in _FULL_NAME.finditer(text):
            parts = match[1].split()
            known |= {" ".join(parts[:count]) for count in range(2, len(parts) + 1)}
    known |= {one[:-1] for one in known if one.endswith("s")}  # "Anna Eks uppdrag"
    low = name.casefold()
    alike = {one for one in known if one.casefold() != low and " " in one and is_spelling_of(one, name)}
    alike -= {f"{one}s" for one in (*alike, name)}
    return [name, *sorted(one for one in alike if any(_pattern(one).search(text) for text in texts))]


def _pattern(name: str) -> re.Pattern[str]:
    """The name in a text: over a line's end too, in whatever case, with a genitive's s."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?<!\w){words}s?(?!\w)", re.IGNORECASE)


def _held(name: str, meetings: Iterable[Meeting], texts: dict[str, str]) -> Json:
    low = name.casefold()
    rows = [(meeting, item) for meeting in meetings for item in meeting.items]
    return {
        "name": name,
        "attendance": [
            {**_place(meeting), "status": one.status, "organisation": one.organisation, "role": one.role}
            for meeting in meetings
            for one in meeting.attendees
            if one.name.casefold() == low
        ],
        "assignments": [
            {**_place(meeting, item), "text": one.text, "due": one.due}
            for meeting, item in rows
            for one in item.assignments
            if (one.person or one.who).casefold() == low
        ],
        "presented": [
            _place(meeting, item) for meeting, item in rows if low in {one.casefold() for one in item.presenters}
        ],
        "mentions": list(_mentions(name, meetings, texts)),
    }


def _mentions(name: str, meetings: Iterable[Meeting], texts: dict[str, str]) -> Iterator[Json]:
    """Every place where the name stands, with the line it stands in."""
    by_document: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        by_document.setdefault(meeting.document, []).append(meeting)
    for document, text in texts.items():
        for match in _pattern(name).finditer(text):
            start, end = match.span()
            line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1]
            yield {"document": document, "item": _item_at(by_document.get(document, []), start), "start": start} | {
                "end": end,
                "text": line,
            }


def _item_at(meetings: Iterable[Meeting], offset: int) -> str | None:
    items = [item for meeting in meetings for item in meeting.items]
    return next((item.id for item in items if item.start <= offset < item.end), None)


def _place(meeting: Meeting, item: AgendaItem | None = None) -> Json:
    place = {"document": meeting.document, "meeting": meeting.id, "body": meeting.body, "date": meeting.date}
    return place if item is None else {**place, "item": item.id, "title": item.title}


def _older(index: Place, current: Generation, spellings: Iterable[str]) -> Iterator[Json]:
    """The generations that are kept beside the current one, how often each holds the name; a database has none."""
    if isinstance(index, Database):
        return
    for folder in sorted(index.glob("gen-*")):
        if folder.name == current.folder.name:
            continue
        try:
            with Register.open(folder / REGISTER) as register:
                texts = [row[0] for row in register.rows("SELECT text FROM documents")]
        except (IndexerError, sqlite3.Error):
            yield {"generation": folder.name, "mentions": None}
            continue
        found = sum(len(_pattern(name).findall(text)) for name in spellings for text in texts)
        yield {"generation": folder.name, "mentions": found}


def _feedback(state: Place, spellings: Iterable[str]) -> list[Json]:
    """Feedback by the person (where names are kept), and feedback whose question or comment names them."""
    patterns = [_pattern(name) for name in spellings]
    return [
        one.as_dict()
        for one in feedback.read_feedback(state / feedback.FILE)
        if any(
            p.search(text) for p in patterns for text in (one.name or "", one.comment, one.answer.get("question", ""))
        )
    ]


def _conversations(state: Place, spellings: Iterable[str]) -> list[str]:
    """The turns, as they are kept for an hour, of conversations that hold the name."""
    path, patterns = state / conversations.FILE, [_pattern(name) for name in spellings]
    if not path.exists():
        return []
    try:
        with open_tables(path, write=False) as tables:
            rows = [turn for (turns,) in tables.execute("SELECT turns FROM turns") for turn in turns.splitlines()]
    except (OSError, sqlite3.Error, IndexerError) as error:
        raise BotError(f"Samtalen i {str(path)!r} går inte att läsa ({error}). Se MOTESMINNET_STATE.") from error
    return [turn for turn in rows if any(p.search(turn) for p in patterns)]


def person_lines(found: Json) -> list[str]:
    """What `export_person` found as lines in Swedish."""
    lines = [f"{found['name']}, i indexets generation {found['generation']}"]
    for one in found["spellings"]:
        if one["name"] != found["name"]:
            lines.append(f"Kan vara samma person, eller en annan: {one['name']}")
        for row in one["attendance"]:
            told = ", ".join(filter(None, (_STATUS[row["status"]], row["organisation"], row["role"])))
            lines.append(f"  {row['meeting']} ({row['body']}): {told}")
        lines += [f"  uppdrag, {row['item']}: {row['text']}" for row in one["assignments"]]
        lines += [f"  föredrog {row['item']}: {row['title']}" for row in one["presented"]]
        lines += [f"  nämns i {row['item'] or row['document']}: {row['text']}" for row in one["mentions"]]
        if not any(one[kind] for kind in ("attendance", "assignments", "presented", "mentions")):
            lines.append("  Ingenting i indexet.")
    for row in found["older_generations"]:
        count = "går inte att läsa" if row["mentions"] is None else f"{row['mentions']} omnämnanden"
        lines.append(f"Äldre generation {row['generation']}: {count}")
    lines.append(f"Omdömen: {len(found['feedback'])}. Pågående samtal: {len(found['conversations'])}.")
    lines += [
        f"  omdöme {row['at'][:10]}: {row['answer'].get('question', '')} {row['comment']}" for row in found["feedback"]
    ]
    return [*lines, found["not_found_here"]]


_STATUS = {"present": "närvarande", "partial": "närvarande delvis", "absent": "frånvarande", "guest": "gäst"}
