"""What the bot keeps across restarts: small SQLite files, opened alike and each with a thread of its own."""

import asyncio
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from bot.records import BotError

T = TypeVar("T")

BUSY = 5.0
"""Seconds to wait for another process that writes."""


class State:
    """A SQLite file whose work is done in one thread, so that the loop never waits for a disk.

    Several processes may share the file. Only its owner can read it.
    """

    def __init__(self, path: Path | None, steps: Sequence[str], refused: str) -> None:
        """Opens the file, or makes it; None keeps all in memory. The nth of `steps` (SQL) takes the tables from
        version n-1 to n.

        Raises BotError where the file cannot be used, or is of a later version; its message begins with `refused`.
        """
        try:
            self._db = _open(path)
            _bring_up(self._db, steps)
        except (OSError, sqlite3.Error) as error:
            raise BotError(
                f"{refused} i {str(path)!r} ({error}). Ange en katalog som går att skriva i: MOTESMINNET_STATE"
            ) from error
        self._thread = ThreadPoolExecutor(1, "state")

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` gives, after all that was asked for before. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._db)

    def close(self) -> None:
        """Close the file, after what is under way."""
        self._thread.shutdown()
        self._db.close()


def erase(path: Path, delete: Callable[[sqlite3.Connection], int], what: str) -> int:
    """How many rows `delete` took out of a file, their bytes gone with them; 0 where there is no file.

    Raises BotError where the file cannot be written; its message begins with `what` was to go.
    """
    if not path.exists():
        return 0
    try:
        with closing(_open(path)) as database:
            deleted = delete(database)
            database.execute("VACUUM")
            scrub(database)
            return deleted
    except (OSError, sqlite3.Error, ValueError) as error:
        raise BotError(
            f"{what} om det som tagits bort ligger kvar i {str(path)!r} ({error}). Försök igen: motesminnet forget"
        ) from error


def scrub(database: sqlite3.Connection) -> None:
    """Write what was deleted over: until now it can still be read in the log beside the file.

    Where another process is reading, that is left for the next time.
    """
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
