"""Writing the SQLite register, from empty; `store.py` reads it."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.records import Chunk, Document, IndexerError, Meeting
from indexer.schema import (
    FOREIGN_KEYS,
    FULL_TEXT,
    INDICES,
    ITEM_TABLES,
    SCHEMA_VERSION,
    TABLES,
    UNIQUE,
    date_bounds,
    number_digits,
    to_json,
    to_row,
)

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document with the meetings parsed from it and the chunks cut from those."""

    document: Document
    meetings: tuple[Meeting, ...]
    chunks: tuple[Chunk, ...] = ()


def write_register(
    path: Path,
    documents: Sequence[IndexedDocument],
    hashes: Sequence[str],
    vectors: Vectors,
    lexical_text: Callable[[str], str],
) -> None:
    """Write a register into a file that does not exist yet; the same input gives the same bytes.

    `hashes` and the rows of `vectors` follow the chunks in the order of `documents`; chunk number n (from 1) is
    `chunks.n`, the rowid in `chunks_fts` and the id in FAISS.
    `lexical_text` turns a chunk's context and text into the tokens of the full-text table.
    Raises IndexerError where the file exists or the numbers of chunks, hashes and vectors differ.
    """
    chunks = [chunk for one in documents for chunk in one.chunks]
    if path.exists():
        raise IndexerError(f"The register {str(path)!r} exists already. A register is written from empty: remove it.")
    if not len(chunks) == len(hashes) == len(vectors):
        raise IndexerError(f"{len(chunks)} chunks, {len(hashes)} hashes and {len(vectors)} vectors do not match.")
    tables = document_rows(documents)
    tables |= {"chunks": chunk_rows(chunks, hashes), "vectors": _vector_rows(vectors)}
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = OFF")  # nobody reads the file before it is complete
        connection.execute("PRAGMA synchronous = OFF")  # generation.py syncs it once
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        _write_tables(connection, tables)
        _write_full_text(connection, chunks, lexical_text)
        connection.commit()
    finally:
        connection.close()


def _write_tables(connection: sqlite3.Connection, tables: Mapping[str, Rows]) -> None:
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    with database.atomic():
        for name, columns in TABLES.items():
            keys = [(column, other, "id") for column, other in FOREIGN_KEYS.items() if column in columns]
            required = {"id", "text", "name", "body", "meeting", "item", "start", "end"} & set(columns)
            table = database.table(name).create(
                dict(columns), pk="n", foreign_keys=keys, not_null=required, strict=True
            )
            if name in UNIQUE:
                table.create_index(["id"], unique=True)
            _insert(connection, name, columns, tables.get(name, []))
            for index in INDICES.get(name, ()):
                table.create_index(index)


def _insert(connection: sqlite3.Connection, table: str, columns: Iterable[str], rows: Rows) -> None:
    """Plain SQL: sqlite-utils looks at each value of rows whose form is known, for a quarter of a run's time."""
    names = list(columns)
    quoted, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT INTO {table} ({quoted}) VALUES ({marks})", ([row[name] for name in names] for row in rows)
    )


def _write_full_text(
    connection: sqlite3.Connection, chunks: Sequence[Chunk], lexical_text: Callable[[str], str]
) -> None:
    for statement in FULL_TEXT:
        connection.execute(statement)
    connection.executemany(
        "INSERT INTO chunks_fts (rowid, tokens) VALUES (?, ?)",
        ((n, lexical_text(f"{chunk.context} {chunk.text}")) for n, chunk in enumerate(chunks, start=1)),
    )
    connection.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('optimize')")


def document_rows(documents: Sequence[IndexedDocument]) -> dict[str, Rows]:
    """Table -> rows of these documents and all that is in them but chunks, each table numbered from 1 (`n`)."""
    tables: dict[str, Rows] = defaultdict(list)
    for one in documents:
        document, sidecar = one.document, one.document.sidecar
        pages, row = _page_starts(document), to_row(document)
        _add(
            tables["documents"],
            row | {"url": sidecar.url, "sidecar": to_json(to_row(sidecar)), "pages": to_json(pages)},
        )
        for body in dict.fromkeys(meeting.body for meeting in one.meetings):
            for alias in sidecar.aliases:
                _add(tables["aliases"], {"document": document.id, "body": body, "alias": alias})
        for meeting in one.meetings:
            _add_meeting(tables, meeting)
    return tables


def _add_meeting(tables: dict[str, Rows], meeting: Meeting) -> None:
    first, last = date_bounds(meeting.date)
    _add(tables["meetings"], to_row(meeting) | {"date_from": first, "date_to": last})
    for attendee in meeting.attendees:
        _add(tables["attendees"], to_row(attendee) | {"meeting": meeting.id})
    for item in meeting.items:
        place = {"meeting": meeting.id, "item": item.id}
        _add(tables["items"], to_row(item) | {"meeting": meeting.id, "digits": number_digits(item.number)})
        for name in ITEM_TABLES:
            for record in getattr(item, name):
                _add(tables[name], to_row(record) | place)


def chunk_rows(chunks: Sequence[Chunk], hashes: Sequence[str]) -> Rows:
    """The rows of these chunks, numbered from 1 (`n`)."""
    rows: Rows = []
    for chunk, digest in zip(chunks, hashes, strict=True):
        _add(rows, to_row(chunk) | {"hash": digest})
    return rows


def _vector_rows(vectors: Vectors) -> Rows:
    """Vectors in a table of their own, so that reading chunks does not read over them."""
    rows: Rows = []
    for vector in vectors:
        _add(rows, {"vector": np.asarray(vector, "<f4").tobytes()})
    return rows


def _add(rows: Rows, row: dict[str, Any]) -> None:
    rows.append({"n": len(rows) + 1, **row})


def _page_starts(document: Document) -> list[tuple[int, int]]:
    """Where each page begins: (offset, page), as `Document.page_at` sees it."""
    starts: list[tuple[int, int]] = []
    for line in document.lines:
        if line.page and (not starts or starts[-1][1] != line.page):
            starts.append((line.start, line.page))
    return starts
