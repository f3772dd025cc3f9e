"""What conversations keep for their follow-up questions: the last turns of each, for a while, across restarts."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from bot.records import Turn
from bot.state import State, Tables, erase, key_of, scrub
from indexer.database import Entry

FILE = "conversations.db"
KEEP = 3_600.0
"""Seconds after its last question that a conversation is remembered: what comes later is another conversation."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS turns (conversation TEXT PRIMARY KEY, at REAL NOT NULL, turns TEXT NOT NULL)"
_SAVE = (
    "INSERT INTO turns VALUES (?, ?, ?)"
    " ON CONFLICT (conversation) DO UPDATE SET at = excluded.at, turns = excluded.turns"
)


class Conversations:
    """The turns of conversations in a small SQLite file; the conversation's id is kept as a hash only.

    What is older than `KEEP` is deleted, also from the file, at every save.
    """

    def __init__(self, path: Path | Entry | None, clock: Callable[[], float] = time.time) -> None:
        """Opens the file, or makes it; None keeps the turns in memory. Raises BotError where it cannot be used."""
        self._clock = clock
        self._state = State(path, [_SCHEMA], "Samtalen kan inte sparas")

    async def turns(self, conversation: str) -> tuple[Turn, ...]:
        """The conversation's turns, oldest first; () where there are none, or they are too old."""
        sql = "SELECT turns FROM turns WHERE conversation = ? AND at >= ?"
        wanted = key_of(conversation), self._clock() - KEEP
        row = await self._state.run(lambda db: db.execute(sql, wanted).fetchone())
        try:
            return tuple(Turn.from_json(line) for line in row[0].splitlines()) if row else ()
        except ValueError:  # written by another version
            return ()

    async def save(self, conversation: str, turns: Sequence[Turn]) -> None:
        """Keeps these turns in place of the conversation's earlier ones, and forgets conversations that have ended."""
        row = key_of(conversation), self._clock(), "\n".join(turn.to_json() for turn in turns)
        await self._state.run(lambda db: _save(db, row, self._clock() - KEEP))

    async def hide(self, conversation: str, count: int) -> None:
        """Notes that the last so many cited lines of the last answer were not shown: "visa fler" brings them."""
        turns = await self.turns(conversation)
        if turns and count:
            last = replace(turns[-1], shown=turns[-1].shown - count, left=turns[-1].left + count)
            await self.save(conversation, (*turns[:-1], last))

    def close(self) -> None:
        """Closes the file."""
        self._state.close()


def _save(database: Tables, row: tuple[str, float, str], oldest: float) -> None:
    database.execute(_SAVE, row)
    if database.execute("DELETE FROM turns WHERE at < ?", (oldest,)).rowcount:
        scrub(database)


def forget_conversations(path: Path | Entry, documents: Collection[str]) -> int:
    """How many conversations were about meetings of these documents (ids): they are deleted, and their bytes with them.

    Raises BotError where the file cannot be written.
    """

    def delete(database: Tables) -> int:
        rows = database.execute("SELECT conversation, turns FROM turns").fetchall()
        about = [(conversation,) for conversation, turns in rows if _is_about(turns, documents)]
        database.executemany("DELETE FROM turns WHERE conversation = ?", about)
        return len(about)

    return erase(path, delete, "Samtal om det som tagits bort ligger kvar") if documents else 0


def _is_about(lines: str, documents: Collection[str]) -> bool:
    """Whether a turn cites a meeting of these: its id is the document's, or begins with it. True where unreadable."""
    try:
        cited = {meeting for line in lines.splitlines() for meeting in Turn.from_json(line).meetings}
    except ValueError:
        return True
    return any(meeting == one or meeting.startswith(f"{one}@") for one in documents for meeting in cited)
