"""Documents taken out of the index at once, and kept out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from indexer.database import Place, work_folder
from indexer.engines import open_register
from indexer.erasing import Erasing
from indexer.forgotten import add_forgotten, take_back
from indexer.generation import open_generation, run_lock
from indexer.last_run import drop_reason
from indexer.mirrored import leave_out
from indexer.publishing import count, publish_documents, tidy
from indexer.records import Document, IndexerError
from indexer.sources import content_of
from indexer.write import IndexedDocument


@dataclass(frozen=True, slots=True)
class Forgot:
    """The documents that were taken out, the number of the generation without them, and the ids of all documents whose
    traces are still to be deleted (see `erasing.py`).
    """

    documents: tuple[Document, ...]
    generation: int
    erased: tuple[str, ...]


def forget(index_dir: Place, names: Sequence[str], today: date, *, purge: bool = False) -> Forgot:
    """Publishes a generation without the documents of these ids, file names or paths, and without copies of them; later
    runs leave them out.

    Earlier generations that hold one of them are removed, with `purge` all others too; so are the copies of them in
    mirrors. Raises IndexerError where a name is unknown or several documents have it, or the index cannot be read or
    written.
    """
    with run_lock(index_dir):
        generation = open_generation(index_dir)
        with open_register(generation) as register:
            documents, vectors = register.contents(), register.vectors_by_hash()
            hashes = {row["id"]: row["hash"] for row in register.rows("SELECT id, hash FROM chunks")}
        contents = {content_of(_find(name, documents).sha256) for name in names}
        wanted = [one.document for one in documents if content_of(one.document.sha256) in contents]
        left = [one for one in documents if one.document not in wanted]
        forgotten = add_forgotten(index_dir, wanted, today.isoformat())
        kept = [hashes[chunk.id] for one in left for chunk in one.chunks]
        rows = np.array([vectors[digest] for digest in kept], np.float32).reshape(len(kept), generation.manifest.dim)
        paths = {one.path for one in wanted}
        manifest = replace(
            generation.manifest,
            counts=count(left),
            source={path: digest for path, digest in generation.manifest.source.items() if path not in paths},
            failed={path: reason for path, reason in generation.manifest.failed.items() if path not in paths},
        )
        Erasing(index_dir).note(one.id for one in wanted)
        published = publish_documents(index_dir, manifest, left, kept, rows, lambda step, done, total: None)
        tidy(index_dir, None, purge=purge)
        leave_out(work_folder(index_dir), {one.path: forgotten.key(one) for one in wanted})
        drop_reason(index_dir, [name for one in wanted for name in (one.id, one.name, one.path)])
        erased = Erasing(index_dir).left({one.document.id for one in left})
    return Forgot(tuple(wanted), published.number, erased)


def remember(index_dir: Place, names: Sequence[str]) -> None:
    """Lets the next run read these documents again. Raises IndexerError for a name that is not listed."""
    with run_lock(index_dir):
        for name in names:
            if not take_back(index_dir, name):
                raise IndexerError(f"{name!r} är inte glömt. Ange id, filnamn eller sökväg som när det glömdes.")


def _find(name: str, documents: Sequence[IndexedDocument]) -> Document:
    found = [one.document for one in documents if name in (one.document.id, one.document.path)]
    found = found or [one.document for one in documents if name == one.document.name]
    if len(found) > 1:
        raise IndexerError(f"Flera dokument heter {name!r}: {', '.join(one.path for one in found)}. Ange sökvägen.")
    if not found:
        raise IndexerError(f"Det finns inget dokument {name!r} i indexet. Se alla: motesminnet show --json")
    return found[0]
