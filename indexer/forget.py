"""Documents taken out of the index at once, and kept out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from indexer.build import count, publish_documents, tidy
from indexer.database import Place
from indexer.engines import open_register
from indexer.forgotten import add_forgotten, take_back
from indexer.generation import open_generation, run_lock
from indexer.records import Document, IndexerError
from indexer.write import IndexedDocument


@dataclass(frozen=True, slots=True)
class Forgot:
    """The documents that were taken out, and the number of the generation without them."""

    documents: tuple[Document, ...]
    generation: int


def forget(index_dir: Place, names: Sequence[str], today: date, *, purge: bool = False) -> Forgot:
    """Publishes a generation without the documents of these ids, file names or paths; later runs leave them out.

    `purge` removes all earlier generations; else the last one stays until the next run. Raises IndexerError where a
    name is unknown or several documents have it, nothing would be left, or the index cannot be read or written.
    """
    with run_lock(index_dir):
        generation = open_generation(index_dir)
        with open_register(generation) as register:
            documents, vectors = register.contents(), register.vectors_by_hash()
            hashes = {row["id"]: row["hash"] for row in register.rows("SELECT id, hash FROM chunks")}
        wanted = [_find(name, documents) for name in names]
        left = [one for one in documents if one.document not in wanted]
        if not left:
            raise IndexerError(
                f"Då blir det inget kvar i indexet. Ta i stället bort hela katalogen {str(index_dir)!r}."
            )
        add_forgotten(index_dir, wanted, today.isoformat())
        kept = [hashes[chunk.id] for one in left for chunk in one.chunks]
        rows = np.array([vectors[digest] for digest in kept], np.float32).reshape(len(kept), generation.manifest.dim)
        paths = {one.path for one in wanted}
        manifest = replace(
            generation.manifest,
            counts=count(left),
            source={path: digest for path, digest in generation.manifest.source.items() if path not in paths},
            failed={path: reason for path, reason in generation.manifest.failed.items() if path not in paths},
        )
        published = publish_documents(index_dir, manifest, left, kept, rows, lambda step, done, total: None)
        tidy(index_dir, generation, purge=purge)
    return Forgot(tuple(wanted), published.number)


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
