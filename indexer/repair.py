"""Mending a damaged index without reading the minutes again: the vectors stand in the register too."""

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

from indexer.database import Database, Place
from indexer.generation import (
    REGISTER,
    VECTORS,
    Generation,
    Manifest,
    find_register,
    open_generation,
    publish,
    run_lock,
)
from indexer.records import DamagedError, IndexerError
from indexer.store import Register
from indexer.vectors import write_vectors


def repair(index_dir: Place) -> Generation | None:
    """The generation that was published in place of a damaged one; None where nothing is damaged.

    The FAISS file is built from the register. Where CURRENT is lost, it is the newest generation that is published
    again. Raises IndexerError, with what to do instead, where the register or the manifest is damaged itself.
    """
    if isinstance(index_dir, Database):
        open_generation(index_dir)
        return None
    if not index_dir.is_dir():
        open_generation(index_dir)  # says how to build it
    with run_lock(index_dir):
        try:
            open_generation(index_dir)
        except IndexerError as error:
            return _mend(index_dir, error)
        return None


def _mend(index_dir: Path, error: IndexerError) -> Generation:
    whole = find_register(index_dir)
    if whole is None and not isinstance(error, DamagedError):
        raise error
    if whole is None:
        told = str(error).removesuffix(".")
        raise IndexerError(f"{told}. Det går inte att laga: registret eller manifestet är självt skadat.") from error
    try:
        return publish(index_dir, partial(_write, whole))
    except OSError as failure:
        raise IndexerError(
            f"Indexet i {str(index_dir)!r} går inte att skriva: {failure}. Kontrollera disken."
        ) from failure


def _write(whole: Generation, folder: Path) -> Manifest:
    shutil.copyfile(whole.register, folder / REGISTER)
    with Register.open(folder / REGISTER) as register:
        numbers, vectors = register.vectors()
    figures = write_vectors(folder / VECTORS, numbers, vectors.reshape(len(numbers), whole.manifest.dim))
    return replace(whole.manifest, vectors=figures)
