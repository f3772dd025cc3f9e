"""Writing the SQLite register, from empty; `store.py` reads it."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
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

BATCH = 500
"""Documents whose rows are made at a time."""
LARGE = 100_000
"""An index of more chunks is searched in other ways than a small one; up to here both are the same, byte for byte."""
COMMON = 0.02
"""A token that stands in more than this share of a large index's chunks is common: 2,900 tokens of 40,000 in made-up
minutes, but 87 % of all places where a token stands.
"""


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
    chunks = sum(len(one.chunks) for one in documents)
    if path.exists():
        raise IndexerError(f"The register {str(path)!r} exists already. A register is written from empty: remove it.")
    if not chunks == len(hashes) == len(vectors):
        raise IndexerError(f"{chunks} chunks, {len(hashes)} hashes and {len(vectors)} vectors do not match.")
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = OFF")  # nobody reads the file before it is complete
        connection.execute("PRAGMA synchronous = OFF")  # generation.py syncs it once
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        _create_tables(connection, large=chunks > LARGE)
        _write_documents(connection, documents, hashes, vectors, lexical_text)
        _create_indices(connection)
        connection.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('optimize')")
        if chunks > LARGE:
            _count_common(connection, round(COMMON * chunks))
        connection.commit()
    finally:
        connection.close()


def _create_tables(connection: sqlite3.Connection, *, large: bool) -> None:
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    with database.atomic():
        for name, columns in TABLES.items():
            keys = [(column, other, "id") for column, other in FOREIGN_KEYS.items() if column in columns]
            required = {"id", "text", "name", "body", "meeting", "item", "start", "end"} & set(columns)
            database.table(name).create(dict(columns), pk="n", foreign_keys=keys, not_null=required, strict=True)
    for statement in FULL_TEXT:
        connection.execute(statement)
    if large:  # the defaults write and merge many small pieces
        connection.execute("INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('hashsize', 67108864)")
        connection.execute("PRAGMA cache_size = -262144")


def _create_indices(connection: sqlite3.Connection) -> None:
    """After the rows: an index made at once is smaller, and made faster, than one that grows."""
    from sqlite_utils import Database

    database = Database(connection, execute_plugins=False)
    with database.atomic():
        for name in TABLES:
            if name in UNIQUE:
                database.table(name).create_index(["id"], unique=True)
            for index in INDICES.get(name, ()):
                database.table(name).create_index(index)


def _write_documents(
    connection: sqlite3.Connection,
    documents: Sequence[IndexedDocument],
    hashes: Sequence[str],
    vectors: Vectors,
    lexical_text: Callable[[str], str],
) -> None:
    """Some documents at a time: the rows of all of them at once take ten times the memory of the documents."""
    written: Counter[str] = Counter()
    for first in range(0, len(documents), BATCH):
        batch = documents[first : first + BATCH]
        chunks = [chunk for one in batch for chunk in one.chunks]
        place = slice(written["chunks"], written["chunks"] + len(chunks))
        connection.executemany(
            "INSERT INTO chunks_fts (rowid, tokens) VALUES (?, ?)",
            (
                (n, lexical_text(f"{chunk.context} {chunk.text}"))
                for n, chunk in enumerate(chunks, start=written["chunks"] + 1)
            ),
        )
        tables = document_rows(batch)
        tables |= {"chunks": chunk_rows(chunks, hashes[place]), "vectors": _vector_rows(vectors[place])}
        for name, rows in tables.items():
            _insert(connection, name, TABLES[name], rows, written[name])
            written[name] += len(rows)


def _insert(connection: sqlite3.Connection, table: str, columns: Iterable[str], rows: Rows, written: int) -> None:
    """Plain SQL: sqlite-utils looks at each value of rows whose form is known, for a quarter of a run's time."""
    names = [name for name in columns if name != "n"]
    quoted, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT INTO {table} (n, {quoted}) VALUES (?, {marks})",
        ([n, *(row[name] for name in names)] for n, row in enumerate(rows, start=written + 1)),
    )


def _count_common(connection: sqlite3.Connection, most: int) -> None:
    """In how many chunks each token stands that stands in more than `most`: search must not read where."""
    connection.execute("CREATE TABLE common_tokens (token TEXT PRIMARY KEY, chunks INTEGER NOT NULL) WITHOUT ROWID")
    connection.execute("INSERT INTO common_tokens SELECT term, doc FROM chunks_vocab WHERE doc > ?", (most,))


def document_rows(documents: Sequence[IndexedDocument]) -> dict[str, Rows]:
    """Table -> rows of these documents and all that is in them but chunks, without the number of each (`n`)."""
    tables: dict[str, Rows] = defaultdict(list)
    for one in documents:
        document, sidecar = one.document, one.document.sidecar
        pages, row = _page_starts(document), to_row(document)
        tables["documents"].append(
            row | {"url": sidecar.url, "sidecar": to_json(to_row(sidecar)), "pages": to_json(pages)},
        )
        for body in dict.fromkeys(meeting.body for meeting in one.meetings):
            for alias in sidecar.aliases:
                tables["aliases"].append({"document": document.id, "body": body, "alias": alias})
        for meeting in one.meetings:
            _add_meeting(tables, meeting)
    return tables


def _add_meeting(tables: dict[str, Rows], meeting: Meeting) -> None:
    first, last = date_bounds(meeting.date)
    tables["meetings"].append(to_row(meeting) | {"date_from": first, "date_to": last})
    for attendee in meeting.attendees:
        tables["attendees"].append(to_row(attendee) | {"meeting": meeting.id})
    for item in meeting.items:
        place = {"meeting": meeting.id, "item": item.id}
        tables["items"].append(to_row(item) | {"meeting": meeting.id, "digits": number_digits(item.number)})
        for name in ITEM_TABLES:
            for record in getattr(item, name):
                tables[name].append(to_row(record) | place)


def chunk_rows(chunks: Sequence[Chunk], hashes: Sequence[str]) -> Rows:
    """The rows of these chunks, in their order."""
    return [to_row(chunk) | {"hash": digest} for chunk, digest in zip(chunks, hashes, strict=True)]


def _vector_rows(vectors: Vectors) -> Rows:
    """Vectors in a table of their own, so that reading chunks does not read over them."""
    return [{"vector": np.asarray(vector, "<f4").tobytes()} for vector in vectors]


def _page_starts(document: Document) -> list[tuple[int, int]]:
    """Where each page begins: (offset, page), as `Document.page_at` sees it."""
    starts: list[tuple[int, int]] = []
    for line in document.lines:
        if line.page and (not starts or starts[-1][1] != line.page):
            starts.append((line.start, line.page))
    return starts
