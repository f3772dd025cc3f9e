"""The two engines of an index: which one a generation is of, and how it is opened."""

from indexer.database import Database
from indexer.generation import Generation
from indexer.search import EmbeddedIndex, RankedIndex
from indexer.shard import Shard
from indexer.store import Register
from indexer.vectors import VectorIndex


def open_index(generation: Generation) -> RankedIndex:
    """The generation's register and vectors. Raises IndexerError where they cannot be read."""
    if isinstance(generation.path, Database):
        from indexer.postgres import PostgresIndex, Snapshots

        return PostgresIndex(Snapshots(generation.path, generation))
    return EmbeddedIndex(generation.register, VectorIndex.load(generation.vectors))


def open_register(generation: Generation, shard: Shard | None = None) -> Register:
    """The generation's register alone, to be closed; with a shard its part of it, whatever the other parts become
    meanwhile. Raises IndexerError where it cannot be read.
    """
    if isinstance(generation.path, Database):
        from indexer.postgres import PostgresRegister, Snapshots, open_part

        snapshots = Snapshots(generation.path, generation, sealed=shard is None)
        return PostgresRegister(snapshots) if shard is None else open_part(snapshots, shard)
    return Register.open(generation.register)
