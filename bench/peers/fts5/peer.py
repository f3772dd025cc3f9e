"""SQLite's full-text search: a virtual table, any of the question's words, bm25."""

import re
import sqlite3
from pathlib import Path

from bench.peers.passages import hit, passages


def build(source: Path, index: Path, model: str) -> None:
    index.mkdir()
    with _open(index) as database:
        database.execute("CREATE VIRTUAL TABLE passages USING fts5(name UNINDEXED, text)")
        for file in sorted(source.iterdir()):
            _add(database, file)


def update(source: Path, index: Path, model: str, changed: str) -> None:
    with _open(index) as database:
        database.execute("DELETE FROM passages WHERE name = ?", (changed,))
        _add(database, source / changed)


def open_search(index: Path, source: Path, model: str):
    database = _open(index)

    def search(question: str, k: int) -> list[dict[str, str]]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        if not words:
            return []
        sql = "SELECT name, text FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"
        rows = database.execute(sql, (words, k))
        return [hit(*row) for row in rows]

    return search


def _open(index: Path) -> sqlite3.Connection:
    return sqlite3.connect(index / "passages.db")


def _add(database: sqlite3.Connection, file: Path) -> None:
    rows = [(file.name, text) for text in passages(file)]
    database.executemany("INSERT INTO passages (name, text) VALUES (?, ?)", rows)
