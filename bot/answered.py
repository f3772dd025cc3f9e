"""Which activities have been answered: each once, in parallel too, and across a restart."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.state import State, Tables, key_of
from indexer.database import Entry

FILE = "answered.db"
KEEP = 7 * 86_400.0
"""Seconds that an activity is remembered: a token lives for an hour, Teams sends again within minutes."""
PRUNE_EVERY = 1_000

_SCHEMA = "CREATE TABLE IF NOT EXISTS answered (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID"


class Answered:
    """The ids of answered activities in a small SQLite file, as hashes only; several processes may share it."""

    def __init__(self, path: Path | Entry | None, clock: Callable[[], float] = time.time) -> None:
        """Opens the file, or makes it; None keeps the ids in memory. Raises BotError where it cannot be used."""
        self._clock, self._claims = clock, 0
        self._state = State(path, [_SCHEMA], "Tillståndet kan inte sparas")

    async def claim(self, *names: str) -> bool:
        """Whether the activity with these names (conversation, id) is new; from now on it is not.

        Raises sqlite3.Error where the file cannot be written, UnavailableError.
        """
        return await self._state.run(lambda db: self._claim(db, key_of(*names)))

    async def forget(self, *names: str) -> None:
        """Let these names be new again."""
        await self._state.run(lambda db: db.execute("DELETE FROM answered WHERE id = ?", (key_of(*names),)))

    def close(self) -> None:
        """Close the file, after the claims under way."""
        self._state.close()

    def _claim(self, database: Tables, key: str) -> bool:
        now = self._clock()
        if self._claims % PRUNE_EVERY == 0:
            database.execute("DELETE FROM answered WHERE at < ?", (now - KEEP,))
        self._claims += 1
        with closing(database.execute("INSERT INTO answered VALUES (?, ?) ON CONFLICT DO NOTHING", (key, now))) as done:
            return bool(done.rowcount == 1)
