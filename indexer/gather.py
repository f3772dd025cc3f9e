"""The documents of a run: what did not change is taken over, the rest is read, what fails keeps its earlier version."""

import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath

from indexer.chunk import chunk_item
from indexer.generation import Generation
from indexer.moved import moved
from indexer.personal_numbers import find_personal_numbers, mask_text
from indexer.plan import Plan, is_within
from indexer.publishing import Progress
from indexer.read import READER_VERSION
from indexer.reading import ReadError
from indexer.records import NOBODY, Assignment, Chunk, Decision, Document, IndexerError, Meeting
from indexer.report import Failure
from indexer.sandbox import Read
from indexer.shard import Shard
from indexer.sidecar import read_sidecar
from indexer.sources import Scan, SourceFile, merged
from indexer.write import IndexedDocument

AHEAD = 4
"""Documents that are read before their turn, for each worker."""
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Previous:
    """What the generation in use offers to this run, by path; nothing where there is none, or none of use. To a shard's
    run that is its part of it, manifest included; `everywhere` are the paths of all parts.
    """

    generation: Generation | None = None
    documents: Mapping[str, IndexedDocument] = field(default_factory=dict)
    problem: str = ""
    shard: Shard | None = None
    everywhere: Collection[str] = ()
    empty: bool = False
    """Whether nothing was ever published."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of a run in order of path, and what became of each file; `forgotten` were left out unread."""

    documents: tuple[IndexedDocument, ...]
    read: tuple[str, ...]
    failed: tuple[Failure, ...]
    plan: Plan
    forgotten: tuple[str, ...] = ()


def gather(
    scan: Scan,
    previous: Previous,
    plan: Plan,
    tell: Progress,
    read_file: Callable[[SourceFile], IndexedDocument],
    now: Mapping[str, str],
    workers: int,
) -> Gathered:
    """All documents that the new generation is to hold; so many `workers` call `read_file` at a time.

    Raises IndexerError where every one of them failed.
    """
    documents: dict[str, IndexedDocument] = {}
    reasons = {one.path: one.reason for one in scan.unreadable}
    by_bytes = _by_bytes(previous, now)
    read: list[str] = []
    taken: set[str] = set()
    pairs = ((file, _taken_over(file, previous, by_bytes)) for file in scan.files)
    for done, (file, known, reading) in enumerate(_read_ahead(pairs, read_file, workers), start=1):
        try:
            found = known or reading()
            if known is None:
                read.append(file.path)
            documents[file.path] = _distinct(found, taken)
        except IndexerError as error:
            told = str(error).removeprefix(f"{PurePosixPath(file.path).name!r}: ")  # the report begins with the path
            reasons[file.path] = mask_text(told)  # it may quote the document
        except Exception as error:  # a fault in a reader or the parser: one bad document never stops a run
            reasons[file.path] = mask_text(f"oväntat fel, {type(error).__name__}: {error}")
        tell("read", done, len(scan.files))
    reasons = {one.path: one.reason for one in scan.stale} | reasons
    if reasons and not documents:
        told = "; ".join(f"{path}: {reason}" for path, reason in sorted(reasons.items())[:3])
        raise IndexerError(f"Inget av de {len(reasons)} dokumenten i {_told(scan)} gick att läsa ({told}).")
    earlier = {one.path: one.earlier for one in plan.moved if one.path in reasons}
    documents |= _kept({*reasons, *earlier.values()} - documents.keys(), previous, scan, taken, now)
    failed = tuple(
        Failure(path, reason, _is_kept(path, documents, earlier)) for path, reason in sorted(reasons.items())
    )
    ordered = sorted(documents.items())
    return Gathered(tuple(one for _, one in ordered), tuple(path for path in read if path in documents), failed, plan)


def _read_ahead(
    pairs: Iterable[tuple[SourceFile, IndexedDocument | None]],
    read_file: Callable[[SourceFile], IndexedDocument],
    workers: int,
) -> Iterator[tuple[SourceFile, IndexedDocument | None, Callable[[], IndexedDocument]]]:
    """The files in order, each with what is known of it already and a call that reads it; some are read ahead by as
    many threads as there are workers.
    """
    if workers <= 1:
        for file, known in pairs:
            yield file, known, partial(read_file, file)
        return
    with ThreadPoolExecutor(workers, "read") as pool:
        ahead: deque[tuple[SourceFile, IndexedDocument | None, Callable[[], IndexedDocument]]] = deque()
        for file, known in pairs:
            ahead.append((file, known, partial(read_file, file) if known else pool.submit(read_file, file).result))
            if len(ahead) > AHEAD * workers:
                yield ahead.popleft()
        yield from ahead


def _told(scan: Scan) -> str:
    return ", ".join(repr(name or str(root)) for name, root in scan.roots.items())


def _by_bytes(previous: Previous, now: Mapping[str, str]) -> dict[str, IndexedDocument]:
    """The documents that need not be read again whatever their path, by their sha256."""
    return {one.document.sha256: one for one in previous.documents.values()} if same_code(previous, now) else {}


def _taken_over(
    file: SourceFile, previous: Previous, by_bytes: Mapping[str, IndexedDocument]
) -> IndexedDocument | None:
    """The document as the generation in use has it, here or elsewhere, where reading it again would give the same."""
    there = previous.documents.get(file.path)
    if file.sha256 not in by_bytes:
        return None
    found = there if there is not None and there.document.sha256 == file.sha256 else by_bytes[file.sha256]
    same_place = (found.document.id, found.document.path) == (file.id, file.path)
    return found if same_place else moved(found, file)


def read_one(scan: Scan, read_file: Read, mask: bool, file: SourceFile) -> IndexedDocument:
    """A file of the scan, read, parsed and cut; with `mask` without personal identity numbers.

    Raises IndexerError where it cannot be read, or what was parsed does not hold.
    """
    document, meetings = (found := read_file(scan.roots[file.source], file, mask)).document, found.meetings
    for meeting in meetings:
        _check_date(meeting.date)
        for item in meeting.items:
            _check_words(document, [*item.decisions, *item.deferrals, *item.assignments])
    return IndexedDocument(document, meetings, cut(document, meetings))


def _check_words(document: Document, records: Sequence[Decision | Assignment]) -> None:
    """Raises IndexerError where a record's text does not stand at its span: a decision is quoted as it is, or not."""
    for record in records:
        if document.text[record.start : record.end] != record.text:
            raise IndexerError(f"texten {record.text[:60]!r} står inte ordagrant på sin plats i dokumentet.")


def _check_date(value: str | None) -> None:
    """Raises IndexerError on what is no ISO date of any precision: a sidecar may say anything."""
    if value is None:
        return
    try:
        if not _DATE.fullmatch(value):
            raise ValueError(value)
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError as error:
        raise IndexerError(f"{value!r} är inget datum. Skriv ÅÅÅÅ-MM-DD, ÅÅÅÅ-MM eller ÅÅÅÅ i sidofilen.") from error


def cut(document: Document, meetings: Sequence[Meeting]) -> tuple[Chunk, ...]:
    """The chunks of a document's items, in order."""
    pieces = (chunk_item(meeting, item, document.text) for meeting in meetings for item in meeting.items)
    return tuple(chunk for chunks in pieces for chunk in chunks)


def _distinct(found: IndexedDocument, taken: set[str]) -> IndexedDocument:
    """The document, its ids now taken. Raises IndexerError where another one has one of them."""
    ids = [meeting.id for meeting in found.meetings]
    ids += [item.id for meeting in found.meetings for item in meeting.items]
    ids.append(f"document {found.document.id}")
    if len(set(ids)) < len(ids) or taken.intersection(ids):
        raise IndexerError("ett annat möte har samma beteckning. Byt namn på filen.")
    taken.update(ids)
    return found


def _kept(
    places: Collection[str], previous: Previous, scan: Scan, taken: set[str], now: Mapping[str, str]
) -> dict[str, IndexedDocument]:
    """The earlier versions of documents that failed now, or lie in a folder that did, seen by those who may see them
    now; not those that show what is to be masked from now on.
    """
    files = {file.path: file for file in scan.files}
    kept = {}
    for path in sorted(path for path in previous.documents if is_within(path, places)):
        if now["reader"] == READER_VERSION and find_personal_numbers(previous.documents[path].document.text):
            continue
        try:
            found, file = previous.documents[path], files.get(path)
            found = found if file is None else _with_access(found, file, scan.roots[file.source])
            kept[path] = _distinct(found, taken)
        except IndexerError:  # its name has gone to another document since
            continue
    return kept


def _with_access(kept: IndexedDocument, file: SourceFile, root: Path) -> IndexedDocument:
    """The document under what its sidecar and its source say of access now; seen by nobody where the sidecar cannot be
    read, since that may have been changed to close it.
    """
    try:
        access = merged(file.settled, read_sidecar(root / file.inner)[0]).access
    except ReadError:
        access = (NOBODY,)
    document = replace(kept.document, sidecar=replace(kept.document.sidecar, access=access))
    return replace(kept, document=document)


def _is_kept(place: str, kept: Mapping[str, IndexedDocument], earlier: Mapping[str, str]) -> bool:
    """Whether what failed is in the index all the same: as it was, where it was, or what the folder or source held."""
    return earlier.get(place, place) in kept or any(is_within(path, (place, f"{place}/")) for path in kept)


def same_code(previous: Previous, now: Mapping[str, str]) -> bool:
    """Whether reading an unchanged file again would give what the generation in use has."""
    then = previous.generation.manifest.versions if previous.generation is not None else {}
    return all(now[name] == then.get(name) for name in ("reader", "parser"))
