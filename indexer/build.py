"""The nightly run: what changed at the source is read, parsed and embedded, and published as a new generation."""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from indexer.chunk import CHUNKER_VERSION, content_hash, embedding_text
from indexer.database import Database, Place, work_folder
from indexer.embed import SLICE, Embedder, clean_text
from indexer.engines import open_register
from indexer.erasing import Erasing
from indexer.forgotten import Forgotten, read_forgotten, without_forgotten
from indexer.gather import Gathered, Previous, cut, gather, read_one, same_code
from indexer.generation import Generation, Manifest, is_published, open_generation, run_lock
from indexer.lexical import lexical_text
from indexer.mirrored import leave_out
from indexer.parse import PARSER_VERSION, parse_document
from indexer.personal_numbers import find_personal_numbers, mask_text
from indexer.plan import MAX_SHRINK, Plan, check_emptied, check_shrink, make_plan
from indexer.publishing import Progress, VectorRows, count, publish_documents, tidy
from indexer.read import READER_VERSION, SUFFIXES, read_document
from indexer.records import Chunk, IndexerError, UnavailableError
from indexer.report import Note, Report
from indexer.sandbox import Read, read_and_parse
from indexer.schema import SCHEMA_VERSION
from indexer.shard import Shard, check_model, check_tokens, only_shard, other_layout, part_of
from indexer.sources import Scan, ScanSource, Skipped, only_folder, remove_mirrors
from indexer.vector_log import append_vectors, read_vectors

NUMBER_IN_NAME = "filens eller mappens namn innehåller ett personnummer. Byt namn."
PART = 4 * SLICE
"""Texts embedded before their vectors are put on disk; a run with no more keeps none."""
_PROBE = "§ 45 Färdtjänsten: SoL-avtal om yrkesresan, 2,5 tkr (bilaga_1)"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may do: `max_shrink` is the share of the documents that may vanish, None any; `purge` removes all
    generations but the one in use; with `mask` the index gets no personal identity numbers. So many `workers` read
    documents at the same time, each in a thread: `read` must bear that. With a `shard` only its part of the source is
    read, and only its part of the index, which lies in PostgreSQL, becomes another.
    """

    max_shrink: float | None = MAX_SHRINK
    purge: bool = False
    mask: bool = True
    workers: int = 1
    shard: Shard | None = None


DEFAULT = Options()


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
    Raises IndexerError where the source is missing, too many documents are gone from it, every document fails,
    or the index cannot be written, BusyError where another run is at work; the generation in use is then as it was.
    """
    started = time.monotonic()
    tell = progress or (lambda step, done, total: None)
    look = only_folder(source, SUFFIXES) if isinstance(source, Path) else source
    now, shard = versions(options.mask), options.shard
    work = work_folder(index_dir, shard)
    with run_lock(index_dir, shard):
        scan = look(work, tell)
        scan = _without_numbers_in_names(scan) if options.mask else scan
        previous, forgotten = _previous(index_dir, shard, now), read_forgotten(index_dir)
        if previous.generation is None or (options.max_shrink is not None and previous.everywhere):
            check_emptied(scan, previous.everywhere, SUFFIXES)
        scan, left_out = without_forgotten(scan if shard is None else only_shard(scan, shard), forgotten)
        leave_out(work, left_out)
        plan = _plan(scan, previous, now)
        if options.max_shrink is not None:
            check_shrink(_vanished(plan, previous, forgotten), len(previous.documents), options.max_shrink)
        known = {path: one for path, one in previous.documents.items() if not forgotten.holds(one.document)}
        read = read or partial(read_and_parse, read=read_document, parse=parse_document)
        read_file = partial(read_one, scan, read, options.mask)
        gathered = gather(scan, replace(previous, documents=known), plan, tell, read_file, now, options.workers)
        gathered = replace(gathered, forgotten=tuple(left_out))
        generation, embedded = previous.generation, 0
        published = generation is None or not _is_current(generation.manifest, scan, gathered, model_id, now)
        if generation is None or published:
            Erasing(index_dir, shard).note(_erased(previous, gathered))
            made = _embed(_chunks(gathered), work, previous, model_id, embedder_factory, tell)
            generation, embedded = _publish(index_dir, scan, gathered, made, tell, now, shard), made.fresh
        keep = previous.generation if published and not _shows_more(previous, gathered) else None
        unmasks = _unmasks(previous, now) and not (previous.empty and isinstance(index_dir, Database))
        tidy(index_dir, keep, purge=options.purge or unmasks, work=work)
        _remove_mirrors(work, scan)
        erased = _still_to_erase(index_dir, gathered, shard)
    report = _report(scan, gathered, previous, generation, erased)
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


def _previous(index_dir: Place, shard: Shard | None, now: Mapping[str, str]) -> Previous:
    if not is_published(index_dir):
        return Previous(shard=shard, empty=True)
    problem = ""
    try:
        generation = open_generation(index_dir)
        everywhere: Collection[str] = generation.manifest.source.keys()
        if shard is not None:
            check_tokens(generation.manifest, now)
            problem = other_layout(generation.manifest, shard)
            generation = replace(generation, manifest=part_of(generation.manifest, shard))
        versions = generation.manifest.versions
        if versions.get("schema") != SCHEMA_VERSION:
            return Previous(shard=shard)
        with open_register(generation, shard) as register:
            documents = {one.document.path: one for one in register.contents()}
    except UnavailableError:
        raise
    except (IndexerError, sqlite3.Error) as error:
        if shard is not None:
            raise
        return Previous(problem=f"Det tidigare indexet gick inte att använda, så allt är gjort på nytt. ({error})")
    if versions.get("chunker") != CHUNKER_VERSION:
        documents = {path: replace(one, chunks=cut(one.document, one.meetings)) for path, one in documents.items()}
    return Previous(generation, documents, problem, shard, documents.keys() if shard is None else everywhere)


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
    return make_plan(scan.files, [one.path for one in scan.unreadable], before, same_code=same_code(previous, now))


def _vanished(plan: Plan, previous: Previous, forgotten: Forgotten) -> list[str]:
    """The documents that are gone without anybody having asked for it."""
    return [path for path in plan.gone if not forgotten.holds(previous.documents[path].document)]


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


# Embedding


def _embed(
    chunks: Sequence[Chunk],
    folder: Path,
    previous: Previous,
    model_id: str,
    embedder_factory: Callable[[], Embedder],
    tell: Progress,
) -> Embedded:
    """Vectors for all chunks: known ones by content hash, from the generation in use or from a run that was cut short;
    the others from the model, each text once.
    """
    known = read_vectors(folder) | _known_vectors(previous)
    hashes = [content_hash(chunk, model_id) for chunk in chunks]
    before = previous.generation
    if before is not None and before.manifest.model == model_id and all(digest in known for digest in hashes):
        return Embedded(tuple(hashes), _stacked(known, hashes, before.manifest.dim), model_id, 0)
    embedder = embedder_factory()
    if previous.shard is not None and before is not None:
        check_model(before.manifest, embedder.model_id)
    if embedder.model_id != model_id:  # a model may know its exact name only once it is loaded
        hashes = [content_hash(chunk, embedder.model_id) for chunk in chunks]
    known = {digest: vector for digest, vector in known.items() if len(vector) == embedder.dim}
    texts = {digest: embedding_text(chunk) for digest, chunk in zip(hashes, chunks, strict=True) if digest not in known}
    known |= _make_vectors(texts, embedder, folder, tell)
    return Embedded(tuple(hashes), _stacked(known, hashes, embedder.dim), embedder.model_id, len(texts))


def _stacked(known: Mapping[str, VectorRows], hashes: Sequence[str], dim: int) -> VectorRows:
    return np.array([known[digest] for digest in hashes], np.float32).reshape(len(hashes), dim)


def _make_vectors(texts: Mapping[str, str], embedder: Embedder, folder: Path, tell: Progress) -> dict[str, VectorRows]:
    """Content hash -> vector of these texts; those of a long run are kept on disk as they are made.

    Longest first, and in parts of whole slices: the model then sees the same batches as if it got all at once.
    """
    hashes = list(texts)
    if len(hashes) > PART:
        hashes.sort(key=lambda digest: -len(clean_text(texts[digest])))
    made: dict[str, VectorRows] = {}
    for first in range(0, len(hashes), PART):
        part = hashes[first : first + PART]
        vectors = embedder.passages(
            [texts[digest] for digest in part],
            lambda done, _, first=first: tell("embed", first + done, len(hashes)),  # type: ignore[misc]
        )
        if vectors.shape != (len(part), embedder.dim):
            raise IndexerError(
                f"Modellen {embedder.model_id!r} gav vektorer av formen {vectors.shape} för {len(part)} texter"
                f" i {embedder.dim} dimensioner. Kontrollera den: motesminnet check"
            )
        made |= dict(zip(part, vectors, strict=True))
        if len(hashes) > PART:
            _keep(folder, part, vectors)
    return made


def _keep(folder: Path, hashes: Sequence[str], vectors: VectorRows) -> None:
    try:
        append_vectors(folder, hashes, vectors)
    except OSError as error:
        raise IndexerError(f"Indexet i {str(folder)!r} går inte att skriva: {error}. Kontrollera disken.") from error


def _known_vectors(previous: Previous) -> dict[str, VectorRows]:
    if previous.generation is None:
        return {}
    with open_register(previous.generation, previous.shard) as register:
        return register.vectors_by_hash()


# Publishing


def _publish(
    index_dir: Place,
    scan: Scan,
    gathered: Gathered,
    made: Embedded,
    tell: Progress,
    now: Mapping[str, str],
    shard: Shard | None,
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
    return publish_documents(index_dir, manifest, gathered.documents, made.hashes, made.vectors, tell, shard)


def _remove_mirrors(index_dir: Path, scan: Scan) -> None:
    try:
        remove_mirrors(index_dir, scan.roots.values())
    except OSError as error:
        raise IndexerError(
            f"Kopian av en källa som inte läses längre gick inte att ta bort ur {str(index_dir)!r} ({error.strerror})."
            " Kontrollera disken."
        ) from error


def _chunks(gathered: Gathered) -> list[Chunk]:
    return [chunk for one in gathered.documents for chunk in one.chunks]


def _report(
    scan: Scan, gathered: Gathered, previous: Previous, generation: Generation, erased: tuple[str, ...]
) -> Report:
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
    return Report(
        generation=generation.number,
        published=False,
        added=tuple(path for path in plan.new if path in ready),
        changed=tuple(path for path in plan.changed if path in ready),
        moved=tuple(one for one in plan.moved if one.path in ready),
        unchanged=len(there.intersection(plan.unchanged)),
        removed=_removed(gathered, previous),
        erased=erased,
        forgotten=gathered.forgotten,
        failed=gathered.failed,
        skipped=tuple(Note(one.path, one.reason) for one in scan.skipped),
        notes=tuple(notes),
        **generation.manifest.counts,
        embedded=0,
        seconds=0.0,
        problem=previous.problem,
        recall=_recall(generation.manifest),
    )


def _removed(gathered: Gathered, previous: Previous) -> tuple[str, ...]:
    """The paths of documents that the index had, and has no more, here or elsewhere."""
    there = {one.document.path for one in gathered.documents}
    told = {one.path for one in gathered.failed} | {one.earlier for one in gathered.plan.moved}
    return tuple(sorted(previous.documents.keys() - there - told))


def _shows_more(previous: Previous, gathered: Gathered) -> bool:
    """Whether the generation in use until now has documents that are gone, or were seen by others."""
    now = {one.document.path: one.document.sidecar.access for one in gathered.documents}
    both = ((now[path], one.document.sidecar.access) for path, one in previous.documents.items() if path in now)
    return bool(_removed(gathered, previous)) or any(access != earlier for access, earlier in both)


def _erased(previous: Previous, gathered: Gathered) -> tuple[str, ...]:
    """The ids of documents that the index had, and has no more."""
    before = {one.document.id for one in previous.documents.values()}
    return tuple(sorted(before - {one.document.id for one in gathered.documents}))


def _still_to_erase(index_dir: Place, gathered: Gathered, shard: Shard | None) -> tuple[str, ...]:
    """The noted ids that the index has no more; what has moved may be in another part."""
    erasing = Erasing(index_dir, shard)
    left = erasing.left({one.document.id for one in gathered.documents})
    if left and shard is not None and isinstance(index_dir, Database):
        from indexer.postgres_write import documents_among

        left = erasing.left(documents_among(index_dir, left))
    return left


def _recall(manifest: Manifest) -> float | None:
    return float(manifest.vectors["recall_at_10"]) if manifest.vectors else None
