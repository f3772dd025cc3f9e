"""Small files that are there as a whole, or as they were; in a database they are notes."""

import os
from pathlib import Path

from indexer.database import Entry
from indexer.records import IndexerError


def write_whole(path: Path | Entry, data: bytes) -> None:
    """Writes a small file so that it is there as a whole or as it was. Raises IndexerError where that cannot be."""
    if isinstance(path, Entry):
        path.write_bytes(data)
        return
    temporary = path.with_name(f".tmp-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise IndexerError(f"{str(path)!r} går inte att skriva ({error.strerror}). Kontrollera disken.") from error
