"""The documents whose traces are still to be deleted from what the bot keeps: noted before the index loses them, struck
out when that is done, so that a run which is killed in between leaves it to the next.
"""

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from indexer.database import Entry, Place
from indexer.durable import write_whole
from indexer.records import IndexerError
from indexer.shard import Shard


class Erasing:
    """The note of an index; a shard has its own, since parts are written at the same time. Use it inside `run_lock`."""

    def __init__(self, index_dir: Place, shard: Shard | None = None) -> None:
        self._path = index_dir / ("erasing.json" if shard is None else f"erasing-{shard.number}-{shard.of}.json")

    def left(self, there: Collection[str]) -> tuple[str, ...]:
        """The ids that are noted. Those of documents that are `there` (again, or still) are struck out.

        Raises IndexerError where the note is damaged or cannot be written.
        """
        known = _read(self._path)
        left = known.difference(there)
        _write(self._path, known, left)
        return tuple(sorted(left))

    def note(self, documents: Iterable[str]) -> None:
        """Notes these ids beside earlier ones, for good before this returns. Raises IndexerError where it cannot be."""
        known = _read(self._path)
        _write(self._path, known, known.union(documents))

    def strike(self, documents: Iterable[str]) -> None:
        """Strikes out these ids: their traces are deleted. Raises IndexerError where that cannot be."""
        known = _read(self._path)
        _write(self._path, known, known.difference(documents))


def _read(path: Path | Entry) -> set[str]:
    try:
        return set(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return set()
    except (OSError, ValueError, TypeError) as error:
        raise IndexerError(
            f"Listan över borttagna dokument {str(path)!r} går inte att läsa ({type(error).__name__}). Ta bort den, och"
            " glöm dokumenten om de finns kvar i svar eller omdömen: motesminnet forget DOKUMENT"
        ) from error


def _write(path: Path | Entry, before: set[str], after: set[str]) -> None:
    if after == before:
        return
    if after or isinstance(path, Entry):
        write_whole(path, json.dumps(sorted(after), ensure_ascii=False).encode())
        return
    try:
        path.unlink()
    except OSError as error:
        raise IndexerError(f"{str(path)!r} går inte att ta bort ({error.strerror}). Kontrollera disken.") from error
