"""What people thought of answers: kept with the question, what the answer cited, and what it was made with.

Answers are kept for a while, so that a thumb under one, which names only the message, can be told apart. Who pressed
is kept only where the settings say so.
"""

import asyncio
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.records import Answer, BotError

T = TypeVar("T")
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
    """Answers and opinions in a small SQLite file; the work is done in a thread of its own.

    `versions` tells what the answer of a generation was made with; `names`: also keep who had the opinion.
    """

    def __init__(
        self,
        path: Path | None,
        versions: Callable[[int], Mapping[str, str]] = lambda generation: {},
        *,
        names: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Opens the file, or makes it; None keeps all in memory. Raises BotError where it cannot be used."""
        self._versions, self._names, self._clock, self._count = versions, names, clock, 0
        self._thread = ThreadPoolExecutor(1, "feedback")
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _connect(path)
            self._prune()
        except (OSError, sqlite3.Error) as error:
            raise BotError(
                f"Omdömen kan inte sparas i {str(path)!r} ({error}). Ange en katalog som går att skriva i: "
                "MOTESMINNET_STATE"
            ) from error

    async def remember(self, conversation: str, message: str, answer: Answer) -> None:
        """Keep the answer that this message brought, for a while; `message` is "" where the chat service gave it no id.

        Raises sqlite3.Error where it cannot be written.
        """
        await self._run(lambda: self._remember(_hash(conversation, message), answer))

    async def record(self, conversation: str, message: str, opinion: Opinion) -> None:
        """Keep an opinion about the answer in this message; where no such is known, about the conversation's latest
        without an id. Raises sqlite3.Error where it cannot be written.
        """
        await self._run(lambda: self._record((_hash(conversation, message), _hash(conversation, "")), opinion))

    def close(self) -> None:
        """Close the file, after what is under way."""
        self._thread.shutdown()
        self._db.close()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _remember(self, key: str, answer: Answer) -> None:
        self._count += 1
        if self._count % PRUNE_EVERY == 0:
            self._prune()
        kept = json.dumps(_kept(answer, self._versions(answer.generation)))
        self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, self._clock(), kept))

    def _record(self, keys: tuple[str, str], opinion: Opinion) -> None:
        sql = "SELECT answer FROM answers WHERE id IN (?, ?) ORDER BY id = ? DESC"
        answer = self._db.execute(sql, (*keys, keys[0])).fetchone()
        self._db.execute(
            "INSERT INTO feedback (at, reaction, comment, name, answer) VALUES (?, ?, ?, ?, ?)",
            (
                self._clock(),
                opinion.reaction,
                opinion.comment[:LONGEST_COMMENT],
                opinion.name or None if self._names else None,
                answer[0] if answer else None,
            ),
        )

    def _prune(self) -> None:
        """Forget answers that are old, or more than there is room for."""
        self._db.execute("DELETE FROM answers WHERE at < ?", (self._clock() - KEEP,))
        self._db.execute(
            "DELETE FROM answers WHERE id IN (SELECT id FROM answers ORDER BY at DESC LIMIT -1 OFFSET ?)",
            (KEEP_ANSWERS,),
        )


def read_feedback(path: Path) -> list[Feedback]:
    """All feedback in the file, oldest first; none where there is no file. Raises BotError where it cannot be read."""
    if not path.exists():
        return []
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            rows = connection.execute("SELECT at, reaction, comment, name, answer FROM feedback ORDER BY n").fetchall()
        finally:
            connection.close()
        return [
            Feedback(_moment(at), reaction, comment, name, json.loads(answer) if answer else {})
            for at, reaction, comment, name, answer in rows
        ]
    except (sqlite3.Error, ValueError) as error:
        raise BotError(f"Omdömena i {str(path)!r} går inte att läsa ({error}). Se MOTESMINNET_STATE.") from error


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


def _connect(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(path or ":memory:", timeout=5, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("PRAGMA secure_delete=ON")
    database.executescript(_SCHEMA)
    return database


def _hash(*names: str) -> str:
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
