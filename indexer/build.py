"""The nightly run: what changed at the source is read, parsed and embedded, and published as a new generation."""

import hashlib
import re
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from indexer.chunk import CHUNKER_VERSION, chunk_item, content_hash, embedding_text
from indexer.database import Database, Place, work_folder
from indexer.embed import Embedder
from indexer.engines import open_register
from indexer.forgotten import Forgotten, read_forgotten, without_forgotten
from indexer.generation import (
    REGISTER,
    VECTORS,
    Generation,
    Manifest,
    is_published,
    open_generation,
    publish,
    remove_old,
    remove_orphans,
    remove_outdated,
    run_lock,
)
from indexer.lexical import lexical_text
from indexer.moved import moved
from indexer.parse import PARSER_VERSION, parse_document
from indexer.personal_numbers import find_personal_numbers, mask_text
from indexer.plan import MAX_SHRINK, Plan, check_shrink, is_within, make_plan
from indexer.read import READER_VERSION, SUFFIXES, read_document
from indexer.reading import ReadError
from indexer.records import NOBODY, Assignment, Chunk, Decision, Document, IndexerError, Meeting, UnavailableError
from indexer.report import Failure, Note, Report
from indexer.sandbox import Read, read_and_parse
from indexer.schema import SCHEMA_VERSION
from indexer.sidecar import read_sidecar
from indexer.sources import Scan, ScanSource, Skipped, SourceFile, merged, only_folder
from indexer.vectors import VectorIndex
from indexer.write import IndexedDocument, write_register

VectorRows = np.ndarray[Any, np.dtype[np.float32]]
Progress = Callable[[str, int, int], None]
"""Called with the step ("read", "embed" or "write"), how much of it is done, and of how much."""

NUMBER_IN_NAME = "filens eller mappens namn innehåller ett personnummer. Byt namn."
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")
_PROBE = "§ 45 Färdtjänsten: SoL-avtal om yrkesresan, 2,5 tkr (bilaga_1)"


@dataclass(frozen=True, slots=True)
class Previous:
    """What the generation in use offers to this run, by path; nothing where there is none, or none of use."""

    generation: Generation | None = None
    documents: Mapping[str, IndexedDocument] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may do: `max_shrink` is the share of the documents that may vanish, None any; `purge` removes all
    generations but the one in use; with `mask` the index gets no personal identity numbers.
    """

    max_shrink: float | None = MAX_SHRINK
    purge: bool = False
    mask: bool = True


DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The documents of a run in order of path, and what became of each file; `forgotten` were left out unread."""

    documents: tuple[IndexedDocument, ...]
    read: tuple[str, ...]
    failed: tuple[Failure, ...]
    plan: Plan
    forgotten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Embedded:
    """A content hash and a vector for each chunk, and the model they are from; `fresh` counts those made now."""

    hashes: tuple[str, ...]
    vectors: VectorRows
    model: str
    fresh: int


def build_index(
    source: Path | ScanSource,
    index_dir: Place,
    model_id: str,
    embedder_factory: Callable[[], Embedder],
    progress: Progress | None = None,
    read: Read | None = None,
    options: Options = DEFAULT,
) -> Report:
    """Brings the index at `index_dir` up to date with the minutes in a folder, or in sources; tells what was done.

    What did not change is taken over from the generation in use, vectors by content hash; `embedder_factory` is called
    only when something must be embedded. Where nothing changed at all, nothing is published.
    A document that fails is reported, and the version that the index had of it stays. `read` is a sandbox's, if any.
    Raises IndexerError where the source is missing or empty, too many documents are gone from it, every document fails,
    or the index cannot be written, BusyError where another run is at work; the generation in use is then as it was.
    """
    started = time.monotonic()
    tell = progress or (lambda step, done, total: None)
    look = only_folder(source, SUFFIXES) if isinstance(source, Path) else source
    now = versions(options.mask)
    with run_lock(index_dir):
        scan = look(work_folder(index_dir), tell)
        scan = _without_numbers_in_names(scan) if options.mask else scan
        previous, forgotten = _previous(index_dir), read_forgotten(index_dir)
        scan, left_out = without_forgotten(scan, forgotten)
        plan = _plan(scan, previous, now)
        if options.max_shrink is not None:
            check_shrink(_vanished(plan, previous, forgotten), len(previous.documents), options.max_shrink)
        known = {path: one for path, one in previous.documents.items() if not forgotten.holds(one.document)}
        read = read or partial(read_and_parse, read=read_document, parse=parse_document)
        gathered = _gather(
            scan, replace(previous, documents=known), plan, tell, partial(_read, scan, read, options.mask), now
        )
        gathered = replace(gathered, forgotten=left_out)
        generation, embedded = previous.generation, 0
        published = generation is None or not _is_current(generation.manifest, scan, gathered, model_id, now)
        if generation is None or published:
            made = _embed(_chunks(gathered), previous, model_id, embedder_factory, tell)
            generation, embedded = _publish(index_dir, scan, gathered, made, tell, now), made.fresh
        tidy(index_dir, previous.generation if published else None, purge=options.purge or _unmasks(previous, now))
    report = _report(scan, gathered, previous, generation)
    return replace(report, published=published, embedded=embedded, seconds=round(time.monotonic() - started, 3))


def versions(mask: bool = True) -> dict[str, str]:
    """The versions of everything that decides what a generation holds, the model apart."""
    tokens = hashlib.sha256(lexical_text(_PROBE).encode()).hexdigest()[:12]
    return {
        "reader": READER_VERSION if mask else f"{READER_VERSION}, personal numbers shown",
        "parser": PARSER_VERSION,
        "chunker": CHUNKER_VERSION,
        "lexical": tokens,
        "schema": SCHEMA_VERSION,
    }


# What there was


def _previous(index_dir: Place) -> Previous:
    if not is_published(index_dir):
        return Previous()
    try:
        generation = open_generation(index_dir)
        versions = generation.manifest.versions
        if versions.get("schema") != SCHEMA_VERSION:
            return Previous()
        with open_register(generation) as register:
            documents = {one.document.path: one for one in register.contents()}
    except UnavailableError:
        raise
    except (IndexerError, sqlite3.Error) as error:
        return Previous(problem=f"Det tidigare indexet gick inte att använda, så allt är gjort på nytt. ({error})")
    if versions.get("chunker") != CHUNKER_VERSION:
        documents = {path: replace(one, chunks=_cut(one.document, one.meetings)) for path, one in documents.items()}
    return Previous(generation, documents)


def _is_current(manifest: Manifest, scan: Scan, gathered: Gathered, model_id: str, now: Mapping[str, str]) -> bool:
    """Whether a new generation would be the same as the one with this manifest."""
    return (
        manifest.versions == now
        and manifest.model == model_id
        and manifest.source == _source(scan)
        and manifest.failed == _reasons(gathered)
    )


def _source(scan: Scan) -> dict[str, str]:
    return {file.path: file.sha256 for file in scan.files}


def _reasons(gathered: Gathered) -> dict[str, str]:
    return {one.path: one.reason for one in gathered.failed}


def _plan(scan: Scan, previous: Previous, now: Mapping[str, str]) -> Plan:
    before = {path: one.document for path, one in previous.documents.items()}
    return make_plan(scan.files, [one.path for one in scan.unreadable], before, same_code=_same_code(previous, now))


def _vanished(plan: Plan, previous: Previous, forgotten: Forgotten) -> list[str]:
    """The documents that are gone without anybody having asked for it."""
    return [path for path in plan.gone if not forgotten.holds(previous.documents[path].document)]


def _same_code(previous: Previous, now: Mapping[str, str]) -> bool:
    """Whether reading an unchanged file again would give what the generation in use has."""
    then = previous.generation.manifest.versions if previous.generation is not None else {}
    return all(now[name] == then.get(name) for name in ("reader", "parser"))


def _unmasks(previous: Previous, now: Mapping[str, str]) -> bool:
    """Whether the generation in use until now may show personal identity numbers that are masked from now on."""
    then = None if previous.generation is None else previous.generation.manifest.versions["reader"]
    return now["reader"] == READER_VERSION != then


def _without_numbers_in_names(scan: Scan) -> Scan:
    """The scan without files whose path holds a personal identity number: names are shown as they are, and lead back
    to the file, so nothing in them can be masked.
    """
    named = [file for file in scan.files if find_personal_numbers(file.path)]
    told = tuple(Skipped(mask_text(file.path), NUMBER_IN_NAME) for file in named)
    files = tuple(file for file in scan.files if file not in named)
    skipped, unreadable = (
        tuple(replace(one, path=mask_text(one.path)) for one in list_) for list_ in (scan.skipped, scan.unreadable)
    )
    failed = tuple(sorted((*unreadable, *told), key=lambda one: one.path))
    return replace(scan, files=files, skipped=skipped, unreadable=failed)


# Reading


def _gather(
    scan: Scan,
    previous: Previous,
    plan: Plan,
    tell: Progress,
    read_file: Callable[[SourceFile], IndexedDocument],
    now: Mapping[str, str],
) -> Gathered:
    """All documents that the new generation is to hold. Raises IndexerError where every one of them failed."""
    documents: dict[str, IndexedDocument] = {}
    reasons = {one.path: one.reason for one in scan.unreadable}
    by_bytes = _by_bytes(previous, now)
    read: list[str] = []
    taken: set[str] = set()
    for done, file in enumerate(scan.files, start=1):
        found = _taken_over(file, previous, by_bytes)
        try:
            if found is None:
                found = read_file(file)
                read.append(file.path)
            documents[file.path] = _distinct(found, taken)
        except IndexerError as error:
            reasons[file.path] = mask_text(str(error))  # it may quote the document
        except Exception as error:  # a fault in a reader or the parser: one bad document never stops a run
            reasons[file.path] = mask_text(f"oväntat fel, {type(error).__name__}: {error}")
        tell("read", done, len(scan.files))
    reasons = {one.path: one.reason for one in scan.stale} | reasons
    if not documents:
        told = "; ".join(f"{path}: {reason}" for path, reason in sorted(reasons.items())[:3])
        raise IndexerError(f"Inget av de {len(reasons)} dokumenten i {_told(scan)} gick att läsa ({told}).")
    earlier = {one.path: one.earlier for one in plan.moved if one.path in reasons}
    documents |= _kept({*reasons, *earlier.values()} - documents.keys(), previous, scan, taken, now)
    failed = tuple(
        Failure(path, reason, _is_kept(path, documents, earlier)) for path, reason in sorted(reasons.items())
    )
    ordered = sorted(documents.items())
    return Gathered(tuple(one for _, one in ordered), tuple(path for path in read if path in documents), failed, plan)


def _told(scan: Scan) -> str:
    return ", ".join(repr(name or str(root)) for name, root in scan.roots.items())


def _by_bytes(previous: Previous, now: Mapping[str, str]) -> dict[str, IndexedDocument]:
    """The documents that need not be read again whatever their path, by their sha256."""
    return {one.document.sha256: one for one in previous.documents.values()} if _same_code(previous, now) else {}


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


def _read(scan: Scan, read_file: Read, mask: bool, file: SourceFile) -> IndexedDocument:
    document, meetings = (found := read_file(scan.roots[file.source], file, mask)).document, found.meetings
    for meeting in meetings:
        _check_date(meeting.date)
        for item in meeting.items:
            _check_words(document, [*item.decisions, *item.deferrals, *item.assignments])
    return IndexedDocument(document, meetings, _cut(document, meetings))


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


def _cut(document: Document, meetings: Sequence[Meeting]) -> tuple[Chunk, ...]:
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


# Embedding


def _embed(
    chunks: Sequence[Chunk],
    previous: Previous,
    model_id: str,
    embedder_factory: Callable[[], Embedder],
    tell: Progress,
) -> Embedded:
    """Vectors for all chunks: known ones by content hash, the others from the model, each text once."""
    known = _known_vectors(previous)
    hashes = [content_hash(chunk, model_id) for chunk in chunks]
    if chunks and all(digest in known for digest in hashes):
        return Embedded(tuple(hashes), np.stack([known[digest] for digest in hashes]), model_id, 0)
    embedder = embedder_factory()
    if embedder.model_id != model_id:  # a model may know its exact name only once it is loaded
        hashes = [content_hash(chunk, embedder.model_id) for chunk in chunks]
    known = {digest: vector for digest, vector in known.items() if len(vector) == embedder.dim}
    texts = {digest: embedding_text(chunk) for digest, chunk in zip(hashes, chunks, strict=True) if digest not in known}
    made = embedder.passages(list(texts.values()), lambda done, total: tell("embed", done, total))
    if made.shape != (len(texts), embedder.dim):
        raise IndexerError(
            f"Modellen {embedder.model_id!r} gav vektorer av formen {made.shape} för {len(texts)} texter"
            f" i {embedder.dim} dimensioner. Kontrollera den: motesminnet check"
        )
    known |= dict(zip(texts, made, strict=True))
    rows = np.array([known[digest] for digest in hashes], np.float32).reshape(len(hashes), embedder.dim)
    return Embedded(tuple(hashes), rows, embedder.model_id, len(texts))


def _known_vectors(previous: Previous) -> dict[str, VectorRows]:
    if previous.generation is None:
        return {}
    with open_register(previous.generation) as register:
        return register.vectors_by_hash()


# Publishing


def _publish(
    index_dir: Place, scan: Scan, gathered: Gathered, made: Embedded, tell: Progress, now: Mapping[str, str]
) -> Generation:
    manifest = Manifest(
        model=made.model,
        dim=int(made.vectors.shape[1]),
        versions=now,
        counts=count(gathered.documents),
        source=_source(scan),
        failed=_reasons(gathered),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return publish_documents(index_dir, manifest, gathered.documents, made.hashes, made.vectors, tell)


def publish_documents(
    index_dir: Place,
    manifest: Manifest,
    documents: Sequence[IndexedDocument],
    hashes: Sequence[str],
    vectors: VectorRows,
    tell: Progress,
) -> Generation:
    """The generation that holds these documents, published; hashes and vectors follow their chunks. Call it inside
    `run_lock`. Raises IndexerError where the index cannot be written.
    """
    if isinstance(index_dir, Database):
        from indexer.publish import publish_rows

        return publish_rows(index_dir, manifest, documents, hashes, vectors, tell)

    def write(folder: Path) -> Manifest:
        tell("write", 0, 2)
        write_register(folder / REGISTER, documents, hashes, vectors, lexical_text)
        tell("write", 1, 2)
        VectorIndex.build(range(1, len(vectors) + 1), vectors).save(folder / VECTORS)
        tell("write", 2, 2)
        return manifest

    try:
        return publish(index_dir, write)
    except (OSError, sqlite3.Error) as error:
        raise IndexerError(f"Indexet i {str(index_dir)!r} går inte att skriva: {error}. Kontrollera disken.") from error


def tidy(index_dir: Place, replaced: Generation | None, *, purge: bool) -> None:
    """Removes generations: what was deleted at the source is gone from the disk with the run after this one, with
    `purge` at once. `replaced` is the one that was just taken out of use: it stays until then. Call it inside
    `run_lock`. Raises IndexerError where they cannot be removed.
    """
    if isinstance(index_dir, Database):
        if purge:
            from indexer.publish import vacuum

            vacuum(index_dir)
        return
    try:
        if purge:
            remove_orphans(index_dir)
            remove_old(index_dir, keep=1)
        else:
            remove_outdated(index_dir, keep=None if replaced is None else replaced.folder.name)
    except OSError as error:
        raise IndexerError(
            f"Äldre generationer i {str(index_dir)!r} gick inte att ta bort ({error.strerror}). Kontrollera disken."
        ) from error


def _chunks(gathered: Gathered) -> list[Chunk]:
    return [chunk for one in gathered.documents for chunk in one.chunks]


def count(documents: Sequence[IndexedDocument]) -> dict[str, int]:
    """How many documents, meetings, items, decisions and chunks these are."""
    meetings = [meeting for one in documents for meeting in one.meetings]
    items = [item for meeting in meetings for item in meeting.items]
    return {
        "documents": len(documents),
        "meetings": len(meetings),
        "items": len(items),
        "decisions": sum(len(item.decisions) for item in items),
        "chunks": sum(len(one.chunks) for one in documents),
    }


def _report(scan: Scan, gathered: Gathered, previous: Previous, generation: Generation) -> Report:
    there = {one.document.path for one in gathered.documents}
    failed = {one.path for one in gathered.failed}
    read = set(gathered.read)
    notes = [
        Note(one.document.path, problem)
        for one in gathered.documents
        if one.document.path in read
        for problem in (*one.document.problems, *(text for meeting in one.meetings for text in meeting.problems))
    ]
    plan, ready = gathered.plan, there - failed
    left_behind = {one.earlier for one in plan.moved}
    return Report(
        generation=generation.number,
        published=False,
        added=tuple(path for path in plan.new if path in ready),
        changed=tuple(path for path in plan.changed if path in ready),
        moved=tuple(one for one in plan.moved if one.path in ready),
        unchanged=len(there.intersection(plan.unchanged)),
        removed=tuple(sorted(previous.documents.keys() - there - failed - left_behind)),
        erased=_erased(previous, gathered),
        forgotten=gathered.forgotten,
        failed=gathered.failed,
        skipped=tuple(Note(one.path, one.reason) for one in scan.skipped),
        notes=tuple(notes),
        **count(gathered.documents),
        embedded=0,
        seconds=0.0,
        problem=previous.problem,
    )


def _erased(previous: Previous, gathered: Gathered) -> tuple[str, ...]:
    """The ids of documents that the index had, and has no more."""
    before = {one.document.id for one in previous.documents.values()}
    return tuple(sorted(before - {one.document.id for one in gathered.documents}))
