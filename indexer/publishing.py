"""Documents with their vectors to a published generation, and what may stay beside it."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from indexer.database import Database, Place, work_folder
from indexer.generation import (
    REGISTER,
    VECTORS,
    Generation,
    Manifest,
    publish,
    remove_old,
    remove_orphans,
    remove_outdated,
)
from indexer.lexical import lexical_text
from indexer.records import IndexerError
from indexer.shard import Shard
from indexer.store import Register
from indexer.vector_log import remove_vectors
from indexer.vectors import VectorIndex, write_vectors
from indexer.write import IndexedDocument, write_register

VectorRows = np.ndarray[Any, np.dtype[np.float32]]
Progress = Callable[[str, int, int], None]
"""Called with the step ("read", "embed" or "write"), how much of it is done, and of how much."""


def publish_documents(
    index_dir: Place,
    manifest: Manifest,
    documents: Sequence[IndexedDocument],
    hashes: Sequence[str],
    vectors: VectorRows,
    tell: Progress,
    shard: Shard | None = None,
) -> Generation:
    """The generation that holds these documents, and those of all other parts than the shard's, published; hashes and
    vectors follow their chunks. Call it inside `run_lock`. `texts` and `vectors` of the manifest are set here.

    Raises IndexerError where the index cannot be written, or what was written is not what was to be.
    """
    manifest = replace(manifest, texts=sorted({one.document.sha256 for one in documents}))
    if isinstance(index_dir, Database):
        from indexer.postgres_write import publish_rows

        return publish_rows(index_dir, manifest, documents, hashes, vectors, tell, shard)

    def write(folder: Path) -> Manifest:
        tell("write", 0, 2)
        write_register(folder / REGISTER, documents, hashes, vectors, lexical_text)
        tell("write", 1, 2)
        figures = write_vectors(folder / VECTORS, range(1, len(vectors) + 1), vectors)
        _verify(folder, len(vectors))
        tell("write", 2, 2)
        return replace(manifest, vectors=figures)

    try:
        return publish(index_dir, write)
    except (OSError, sqlite3.Error) as error:
        raise IndexerError(f"Indexet i {str(index_dir)!r} går inte att skriva: {error}. Kontrollera disken.") from error


def _verify(folder: Path, chunks: int) -> None:
    """Reads back what was written. Raises IndexerError where a file is not as it should be."""
    with Register.open(folder / REGISTER) as register:
        found = register.rows("PRAGMA quick_check")[0][0]
        rows = register.rows("SELECT count(*) FROM chunks")[0][0]
    vectors = len(VectorIndex.load(folder / VECTORS))
    if (found, rows, vectors) != ("ok", chunks, chunks):
        raise IndexerError(
            f"Det nya indexet blev inte som det skulle ({found}; {rows} textavsnitt och {vectors} vektorer av"
            f" {chunks}), så det gamla är kvar. Kontrollera disken och kör om."
        )


def tidy(index_dir: Place, keep: Generation | None, *, purge: bool, work: Path | None = None) -> None:
    """Removes the vectors of runs that were cut short from the `work` folder (None: the index's own), and the
    generations that hold a text which the one in use does not, but `keep`; with `purge` all others. In a database,
    which has no others, that gives back the space of what was deleted.

    Call it inside `run_lock`. Raises IndexerError where they cannot be removed.
    """
    try:
        remove_vectors(work or work_folder(index_dir))
        if isinstance(index_dir, Database):
            if purge:
                from indexer.postgres_write import vacuum

                vacuum(index_dir)
            return
        if purge:
            remove_orphans(index_dir)
            remove_old(index_dir, keep=1)
        else:
            remove_outdated(index_dir, keep=None if keep is None else keep.folder.name)
    except OSError as error:
        raise IndexerError(
            f"Äldre generationer i {str(index_dir)!r} gick inte att ta bort ({error.strerror}). Kontrollera disken."
        ) from error


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
