"""The documents whose traces are still to be deleted from what the bot keeps: noted before the index loses them, struck
out when that is done, so that a run which is killed in between leaves it to the next.
"""

import json
from collections.abc import Collection, Iterable

from indexer.database import Entry, Place
from indexer.durable import write_whole
from indexer.records import IndexerError

FILE = "erasing.json"


def still_to_erase(index_dir: Place, there: Collection[str]) -> tuple[str, ...]:
    """The ids that are noted. Those of documents that are `there` (again, or still) are struck out.

    Raises IndexerError where the note is damaged or cannot be written.
    """
    known = _read(index_dir)
    left = known.difference(there)
    _write(index_dir, known, left)
    return tuple(sorted(left))


def note_erased(index_dir: Place, documents: Iterable[str]) -> None:
    """Notes these ids beside earlier ones, for good before this returns. Raises IndexerError where that cannot be."""
    known = _read(index_dir)
    _write(index_dir, known, known.union(documents))


def strike_erased(index_dir: Place, documents: Iterable[str]) -> None:
    """Strikes out these ids: their traces are deleted. Raises IndexerError where that cannot be."""
    known = _read(index_dir)
    _write(index_dir, known, known.difference(documents))


def _read(index_dir: Place) -> set[str]:
    path = index_dir / FILE
    try:
        return set(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return set()
    except (OSError, ValueError, TypeError) as error:
        raise IndexerError(
            f"Listan över borttagna dokument {str(path)!r} går inte att läsa ({type(error).__name__}). Ta bort den, och"
            " glöm dokumenten om de finns kvar i svar eller omdömen: motesminnet forget DOKUMENT"
        ) from error


def _write(index_dir: Place, before: set[str], after: set[str]) -> None:
    if after == before:
        return
    path = index_dir / FILE
    if after or isinstance(path, Entry):
        write_whole(path, json.dumps(sorted(after), ensure_ascii=False).encode())
        return
    try:
        path.unlink()
    except OSError as error:
        raise IndexerError(f"{str(path)!r} går inte att ta bort ({error.strerror}). Kontrollera disken.") from error
