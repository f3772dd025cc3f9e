"""Which activities have been answered: each once, in parallel too, and across a restart."""

import asyncio
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from bot.records import BotError

T = TypeVar("T")

FILE = "answered.db"
KEEP = 7 * 86_400.0
"""Seconds that an activity is remembered: a token lives for an hour, Teams sends again within minutes."""
PRUNE_EVERY = 1_000

_SCHEMA = "CREATE TABLE IF NOT EXISTS answered (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID"


class Answered:
    """The ids of answered activities in a small SQLite file; several processes may share it.

    Only hashes are kept. The work is done in a thread of its own, so that the loop never waits for a disk.
    """

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        """Opens the file, or makes it; None keeps the ids in memory. Raises BotError where it cannot be used."""
        self._clock, self._claims = clock, 0
        self._thread = ThreadPoolExecutor(1, "answered")
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path or ":memory:", timeout=5, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(_SCHEMA)
            self._prune()
        except (OSError, sqlite3.Error) as error:
            raise BotError(
                f"Tillståndet kan inte sparas i {str(path)!r} ({error}). Ange en katalog som går att skriva i: "
                "MOTESMINNET_STATE"
            ) from error

    async def claim(self, *names: str) -> bool:
        """Whether the activity with these names (conversation, id) is new; from now on it is not.

        Raises sqlite3.Error where the file cannot be written.
        """
        return await self._run(lambda: self._claim(_hash(names)))

    async def forget(self, *names: str) -> None:
        """Let these names be new again."""
        await self._run(lambda: self._db.execute("DELETE FROM answered WHERE id = ?", (_hash(names),)))

    def close(self) -> None:
        """Close the file, after the claims under way."""
        self._thread.shutdown()
        self._db.close()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _claim(self, key: str) -> bool:
        self._claims += 1
        if self._claims % PRUNE_EVERY == 0:
            self._prune()
        with closing(self._db.execute("INSERT OR IGNORE INTO answered VALUES (?, ?)", (key, self._clock()))) as done:
            return done.rowcount == 1

    def _prune(self) -> None:
        self._db.execute("DELETE FROM answered WHERE at < ?", (self._clock() - KEEP,))


def _hash(names: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()
