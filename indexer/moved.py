"""A document under another path: name, folder and ids anew, without reading it again."""

from dataclasses import replace
from pathlib import PurePosixPath

from indexer.bodies import folder_name
from indexer.meeting_dates import told_by_name
from indexer.records import Chunk, Meeting
from indexer.sources import SourceFile
from indexer.write import IndexedDocument


def moved(found: IndexedDocument, file: SourceFile) -> IndexedDocument | None:
    """The document as reading this file, whose bytes it was made of, would give it; None where that cannot be told.

    What is parsed depends on the bytes; on a date or a year in the file's name; and on the folder's name, where nothing
    in the text names the body.
    """
    path = PurePosixPath(file.path)
    if path.suffix.lower() != PurePosixPath(found.document.path).suffix.lower():
        return None
    if path.parent.name != found.document.folder and _may_be_named_by_folder(found):
        return None
    old, new = found.document.id, file.id
    if told_by_name(old) != told_by_name(new):
        return None
    document = replace(found.document, id=new, name=path.name, path=file.path, folder=path.parent.name)
    if old == new:
        return replace(found, document=document)
    meetings = tuple(_renamed_meeting(one, old, new) for one in found.meetings)
    return IndexedDocument(document, meetings, tuple(_renamed_chunk(one, old, new) for one in found.chunks))


def _may_be_named_by_folder(found: IndexedDocument) -> bool:
    """Whether the name of a body may come from the folder: without one there, or where it begins with the folder's."""
    if found.document.sidecar.body:
        return False
    name = folder_name(found.document.folder)
    return not name or any(meeting.body.startswith(name) for meeting in found.meetings)


def _renamed_meeting(meeting: Meeting, old: str, new: str) -> Meeting:
    items = tuple(replace(one, id=new + one.id.removeprefix(old)) for one in meeting.items)
    return replace(meeting, id=new + meeting.id.removeprefix(old), document=new, items=items)


def _renamed_chunk(chunk: Chunk, old: str, new: str) -> Chunk:
    ids = {name: new + getattr(chunk, name).removeprefix(old) for name in ("id", "item", "meeting")}
    return replace(chunk, **ids)
