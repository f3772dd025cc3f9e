"""What conversations keep for their follow-up questions: the last turns of each, for a while, across restarts."""

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.records import BotError, Turn

FILE = "conversations.db"
KEEP = 3_600.0
"""Seconds after its last question that a conversation is remembered: what comes later is another conversation."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS turns (conversation TEXT PRIMARY KEY, at REAL NOT NULL, turns TEXT NOT NULL)"


class Conversations:
    """The turns of conversations in a small SQLite file; the conversation's id is kept as a hash only.

    Threads may share it. What is older than `KEEP` is deleted, also from the file, at every save.
    """

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        """Opens the file, or makes it; None keeps the turns in memory. Raises BotError where it cannot be used."""
        self._clock, self._lock = clock, threading.Lock()
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path or ":memory:", timeout=5, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA secure_delete=ON")
            self._db.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise BotError(
                f"Samtalen kan inte sparas i {str(path)!r} ({error}). Ange en katalog som går att skriva i: "
                "MOTESMINNET_STATE"
            ) from error

    def turns(self, conversation: str) -> tuple[Turn, ...]:
        """The conversation's turns, oldest first; () where there are none, or they are too old."""
        with self._lock:
            row = self._db.execute(
                "SELECT turns FROM turns WHERE conversation = ? AND at >= ?",
                (_hash(conversation), self._clock() - KEEP),
            ).fetchone()
        try:
            return tuple(Turn.from_json(line) for line in row[0].splitlines()) if row else ()
        except ValueError:  # written by another version
            return ()

    def save(self, conversation: str, turns: Sequence[Turn]) -> None:
        """Keeps these turns in place of the conversation's earlier ones, and forgets conversations that have ended."""
        lines = "\n".join(turn.to_json() for turn in turns)
        with self._lock:
            self._db.execute("DELETE FROM turns WHERE at < ?", (self._clock() - KEEP,))
            self._db.execute("REPLACE INTO turns VALUES (?, ?, ?)", (_hash(conversation), self._clock(), lines))

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()


def _hash(conversation: str) -> str:
    return hashlib.sha256(conversation.encode()).hexdigest()
