"""What the bot keeps across restarts: small SQLite files, opened alike and each with a thread of its own; or tables in
PostgreSQL, which several replicas of the bot share.
"""

import asyncio
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bot.records import BotError
from indexer.database import Entry
from indexer.records import IndexerError

if TYPE_CHECKING:
    from indexer.database import Connection

T = TypeVar("T")

BUSY = 5.0
"""Seconds to wait for another process that writes."""


class Tables(Protocol):
    """Tables of either kind, which understand the same SQL with `?` for values."""

    def execute(self, sql: str, values: Sequence[object] = (), /) -> Any: ...  # noqa: ANN401 - a cursor of either kind
    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> Any: ...  # noqa: ANN401 - as above


class State:
    """A SQLite file or a database, whose work is done in one thread, so that the loop never waits for a disk.

    Several processes may share it. A file can be read by its owner only.
    """

    def __init__(self, path: Path | Entry | None, steps: Sequence[str], refused: str) -> None:
        """Opens the file, or makes it; None keeps all in memory. The nth of `steps` (SQL) takes the tables of a file
        from version n-1 to n; those of a database are in `indexer/migrations`.

        Raises BotError where it cannot be used, or is of a later version; its message begins with `refused`.
        """
        self._entry = path if isinstance(path, Entry) else None
        try:
            if isinstance(path, Entry):
                path.database.prepare()
                self._db = _open(None)
            else:
                self._db = _open(path)
                _bring_up(self._db, steps)
        except (OSError, sqlite3.Error) as error:
            raise BotError(
                f"{refused} i {str(path)!r} ({error}). Ange en katalog som går att skriva i: MOTESMINNET_STATE"
            ) from error
        except IndexerError as error:
            raise BotError(f"{refused}. {error}") from error
        self._thread = ThreadPoolExecutor(1, "state")

    async def run(self, work: Callable[[Tables], T]) -> T:
        """What `work` gives, after all that was asked for before. Raises what it raises, UnavailableError."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    def _run(self, work: Callable[[Tables], T]) -> T:
        if self._entry is None:
            return work(self._db)
        with _in_database(self._entry) as tables:
            return work(tables)

    def close(self) -> None:
        """Close the file, after what is under way."""
        self._thread.shutdown()
        self._db.close()


class _DatabaseTables:
    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = (), /) -> Any:  # noqa: ANN401 - a cursor
        return self._connection.execute(sql.replace("?", "%s"), values)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> None:
        self._connection.cursor().executemany(sql.replace("?", "%s"), rows)


@contextmanager
def _in_database(entry: Entry) -> Iterator[Tables]:
    """The tables within a transaction of their own. Raises UnavailableError."""
    with entry.database.transaction() as connection:
        connection.execute("SET LOCAL search_path = motesminnet")
        yield _DatabaseTables(connection)


@contextmanager
def open_tables(path: Path | Entry, *, write: bool = True) -> Iterator[Tables]:
    """The tables of a file or a database, for work in this thread; without `write` a file is only read.

    Raises sqlite3.Error, OSError, UnavailableError.
    """
    if isinstance(path, Entry):
        with _in_database(path) as tables:
            yield tables
    else:
        with closing(_open(path) if write else _open_to_read(path)) as database:
            yield database


def erase(path: Path | Entry, delete: Callable[[Tables], int], refused: str) -> int:
    """How many rows `delete` took out of a file, their bytes gone with them; 0 where there is no file.

    In a database the bytes go when the server cleans up. The bot may be running. Raises BotError where the file cannot
    be used; its message begins with `refused`.
    """
    if not path.exists():
        return 0
    try:
        with open_tables(path) as tables:
            deleted = delete(tables)
            if deleted and not isinstance(path, Entry):
                tables.execute("VACUUM")
            scrub(tables)
            return deleted
    except (OSError, sqlite3.Error, ValueError, IndexerError) as error:
        raise BotError(
            f"{refused} i {str(path)!r} ({error}). Kontrollera rättigheterna; nästa inläsning försöker igen."
        ) from error


def scrub(database: Tables) -> None:
    """Write what was deleted over: until now it can still be read in the log beside the file.

    Where another process is reading, that is left for the next time; in a database it is the server's.
    """
    if isinstance(database, sqlite3.Connection):
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def key_of(*names: str) -> str:
    """What a file holds in place of these names: the same for the same names in the same order, and no way back."""
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def _open(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)  # one that was made before; the log beside it gets the same
    database = sqlite3.connect(path or ":memory:", timeout=BUSY, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        database.execute(f"PRAGMA {pragma}").close()
    return database


def _open_to_read(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY)


def _bring_up(database: sqlite3.Connection, steps: Sequence[str]) -> None:
    """Take the tables from the file's version to the latest, in one go; another process may be about to do the same."""
    database.execute("BEGIN IMMEDIATE")
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > len(steps):
            raise sqlite3.DatabaseError(f"version {version}, later than {len(steps)}")
        for statement in ";".join(steps[version:]).split(";"):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(steps)}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise
