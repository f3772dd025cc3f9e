"""The two engines of an index: which one a generation is of, and how it is opened."""

from indexer.database import Database
from indexer.generation import Generation
from indexer.search import EmbeddedIndex, RankedIndex
from indexer.store import Register
from indexer.vectors import VectorIndex


def open_index(generation: Generation) -> RankedIndex:
    """The generation's register and vectors. Raises IndexerError where they cannot be read."""
    if isinstance(generation.path, Database):
        from indexer.postgres import PostgresIndex, Snapshots

        return PostgresIndex(Snapshots(generation.path, generation))
    return EmbeddedIndex(generation.register, VectorIndex.load(generation.vectors))


def open_register(generation: Generation) -> Register:
    """The generation's register alone, to be closed. Raises IndexerError where it cannot be read."""
    if isinstance(generation.path, Database):
        from indexer.postgres import PostgresRegister, Snapshots

        return PostgresRegister(Snapshots(generation.path, generation))
    return Register.open(generation.register)
