"""What people thought of answers: kept with the question, what the answer cited, and what it was made with.

Answers are kept for a while, so that a thumb under one, which names only the message, can be told apart. Who pressed
is kept only where the settings say so.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.records import Answer, BotError
from bot.state import State, Tables, erase, key_of, open_tables, scrub
from indexer.database import Entry
from indexer.records import IndexerError

Json = dict[str, Any]

FILE = "feedback.db"
KEEP = 30 * 86_400.0
"""Seconds that an answer without feedback is remembered."""
KEEP_ANSWERS = 2_000
PRUNE_EVERY = 100
LONGEST_COMMENT = 2_000
REACTIONS = ("like", "dislike")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (id TEXT PRIMARY KEY, at REAL NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feedback (
  n INTEGER PRIMARY KEY, at REAL NOT NULL, reaction TEXT NOT NULL, comment TEXT NOT NULL, name TEXT, answer TEXT);
"""
_REMEMBER = (
    "INSERT INTO answers VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at, answer = excluded.answer"
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person thought of an answer: `reaction` is like | dislike; `name` is the person's, "" where unknown."""

    reaction: str
    comment: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """An opinion with the answer it is about: `answer` has `question`, `intent`, `language`, `refused`, `citations`,
    `generation` and `versions`; empty where the answer is no longer known. `at` is UTC, ISO 8601.
    """

    at: str
    reaction: str
    comment: str
    name: str | None
    answer: Json = field(default_factory=dict)

    def as_dict(self) -> Json:
        """The feedback as `motesminnet feedback --json` prints it."""
        return asdict(self)


class FeedbackStore:
    """Answers and opinions in a small SQLite file.

    `versions` tells what the answer of a generation was made with; `names`: also keep who had the opinion.
    """

    def __init__(
        self,
        path: Path | Entry | None,
        versions: Callable[[int], Mapping[str, str]] = lambda generation: {},
        *,
        names: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Opens the file, or makes it; None keeps all in memory. Raises BotError where it cannot be used."""
        self._versions, self._names, self._clock, self._count = versions, names, clock, 0
        self._state = State(path, [_SCHEMA], "Omdömen kan inte sparas")

    async def remember(self, conversation: str, message: str, answer: Answer) -> None:
        """Keep the answer that this message brought, for a while; `message` is "" where the chat service gave it no id.

        Raises sqlite3.Error where it cannot be written.
        """
        await self._state.run(lambda db: self._remember(db, key_of(conversation, message), answer))

    async def record(self, conversation: str, message: str, opinion: Opinion) -> None:
        """Keep an opinion about the answer in this message; where no such is known, about the conversation's latest
        without an id. Raises sqlite3.Error where it cannot be written.
        """
        keys = key_of(conversation, message), key_of(conversation, "")
        await self._state.run(lambda db: self._record(db, keys, opinion))

    def close(self) -> None:
        """Close the file, after what is under way."""
        self._state.close()

    def _remember(self, database: Tables, key: str, answer: Answer) -> None:
        if self._count % PRUNE_EVERY == 0:
            _prune(database, self._clock() - KEEP)
        self._count += 1
        kept = json.dumps(_kept(answer, self._versions(answer.generation)))
        database.execute(_REMEMBER, (key, self._clock(), kept))

    def _record(self, database: Tables, keys: tuple[str, str], opinion: Opinion) -> None:
        sql = "SELECT answer FROM answers WHERE id IN (?, ?) AND at >= ? ORDER BY id = ? DESC"
        answer = database.execute(sql, (*keys, self._clock() - KEEP, keys[0])).fetchone()
        database.execute(
            "INSERT INTO feedback (at, reaction, comment, name, answer) VALUES (?, ?, ?, ?, ?)",
            (
                self._clock(),
                opinion.reaction,
                opinion.comment[:LONGEST_COMMENT].replace("\x00", ""),
                opinion.name or None if self._names else None,
                answer[0] if answer else None,
            ),
        )


def _prune(database: Tables, oldest: float) -> None:
    """Forget answers that are older, or more than there is room for."""
    database.execute("DELETE FROM answers WHERE at < ?", (oldest,))
    database.execute(
        "DELETE FROM answers WHERE id NOT IN (SELECT id FROM answers ORDER BY at DESC LIMIT ?)", (KEEP_ANSWERS,)
    )
    scrub(database)


def read_feedback(path: Path | Entry) -> list[Feedback]:
    """All feedback in the file, oldest first; none where there is no file. Raises BotError where it cannot be read."""
    if not path.exists():
        return []
    try:
        with open_tables(path, write=False) as tables:
            rows = tables.execute("SELECT at, reaction, comment, name, answer FROM feedback ORDER BY n").fetchall()
        return [
            Feedback(_moment(at), reaction, comment, name, json.loads(answer) if answer else {})
            for at, reaction, comment, name, answer in rows
        ]
    except (OSError, sqlite3.Error, ValueError, IndexerError) as error:
        raise BotError(f"Omdömena i {str(path)!r} går inte att läsa ({error}). Se MOTESMINNET_STATE.") from error


def forget_feedback(path: Path | Entry, documents: Collection[str]) -> int:
    """How many remembered answers and opinions cited these documents (ids): they are deleted, and their bytes with
    them. Raises BotError where the file cannot be written.
    """

    def delete(database: Tables) -> int:
        return sum(_delete_citing(database, table, key, documents) for table, key in _KEYS.items())

    return erase(path, delete, "Omdömen om det som tagits bort ligger kvar") if documents else 0


_KEYS = {"answers": "id", "feedback": "n"}


def _delete_citing(database: Tables, table: str, key: str, documents: Collection[str]) -> int:
    rows = database.execute(f"SELECT {key}, answer FROM {table} WHERE answer IS NOT NULL").fetchall()
    citing = [
        (row,) for row, answer in rows if any(c["document"] in documents for c in json.loads(answer)["citations"])
    ]
    database.executemany(f"DELETE FROM {table} WHERE {key} = ?", citing)
    return len(citing)


def evaluation_questions(feedback: Iterable[Feedback]) -> list[Json]:
    """The feedback as questions for `motesminnet evaluate`, each question once, oldest first.

    What was only liked has the answer's citations as its gold, split "feedback"; what anyone disliked has none yet, and
    split "granska": a person is to say what would have been right.
    """
    asked: dict[str, list[Feedback]] = {}
    for one in feedback:
        if one.answer.get("question"):
            asked.setdefault(one.answer["question"], []).append(one)
    return [_question(text, opinions) for text, opinions in asked.items()]


def _question(text: str, opinions: list[Feedback]) -> Json:
    liked = all(one.reaction == "like" for one in opinions)
    last = opinions[-1].answer
    cited = list(dict.fromkeys(f"{c['document']}:{c['number'] or '*'}" for c in last["citations"]))
    return {
        "q": text,
        "kind": "unanswerable" if last["refused"] and liked else last["intent"],
        "cite_all": cited if liked else [],
        "cite_any": [],
        "facts": [],
        "never_cite": [],
        "split": "feedback" if liked else "granska",
        "cited": cited,
        "comments": [one.comment for one in opinions if one.comment],
    }


def _kept(answer: Answer, versions: Mapping[str, str]) -> Json:
    """What is kept of an answer: enough to ask again and compare, without its text."""
    return {
        "question": answer.question,
        "intent": answer.intent,
        "language": answer.language,
        "mode": answer.mode,
        "refused": answer.refused,
        "generation": answer.generation,
        "versions": dict(versions),
        "citations": [
            {"document": c.document, "item": c.item, "number": c.number, "start": c.start, "end": c.end}
            for c in answer.citations
        ],
    }


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
