"""Reading the SQLite register: documents, meetings, items, what they decided, and their chunks with vectors.

`write.py` makes one; it is never changed after that.
"""

import json
import sqlite3
import weakref
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import Any, Generic, Self

import numpy as np

from indexer.records import (
    AgendaItem,
    Assignment,
    Attachment,
    Attendee,
    Chunk,
    Decision,
    Document,
    IndexerError,
    Line,
    Meeting,
    Origin,
    Query,
)
from indexer.schema import (
    ITEM_TABLES,
    SCHEMA_VERSION,
    TABLES,
    Record,
    from_row,
    sidecar_from_json,
    to_json,
)
from indexer.write import IndexedDocument

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]


KEPT_DOCUMENTS = 1_000
"""Documents whose text a register keeps in memory, some 10 KB each; then it starts over."""


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What the register holds of one document: counts, and what was hard to read in it."""

    id: str
    name: str
    path: str
    sha256: str
    url: str | None
    problems: tuple[str, ...]
    meetings: int
    items: int
    decisions: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Found(Generic[Record]):
    """A record with the meeting (its header: no items, no attendees) and the item it stands in, if any."""

    meeting: Meeting
    item: AgendaItem | None
    record: Record


_NEWEST = "m.date_from IS NULL, m.date_from DESC, m.n"
_BY_BODY = "x.body, x.date_from IS NULL, x.date_from DESC, x.n"
_ORDERED = "SELECT x.* FROM {} x JOIN meetings m ON m.id = x.meeting WHERE {} ORDER BY m.body, " + f"{_NEWEST}, x.n"


class Register:
    """A written register, opened for reading only. Threads may share it.

    All its connections are opened at once, and each query borrows one: a register whose file is removed while it is in
    use, as a newer generation took its place, goes on answering.
    """

    def __init__(self, connections: Sequence[sqlite3.Connection]) -> None:
        # A connection and its cache of statements hold each other: by itself it would stay open until Python looks for
        # such cycles, and keep the disk space of a generation that was removed.
        self._close = weakref.finalize(self, _close_all, tuple(connections))
        self._free: LifoQueue[sqlite3.Connection] = LifoQueue()
        for connection in connections:
            self._free.put(connection)
        self._documents: dict[str, Document] = {}

    @classmethod
    def open(cls, path: Path, connections: int = 1, documents: Collection[str] | None = None) -> Self:
        """The register at `path`, for as many queries at the same time as there are `connections`; with `documents` it
        is as if it held no others, whatever is asked of it.

        Raises IndexerError where there is none or it cannot be opened.
        """
        try:
            opened = [_connect(path) for _ in range(connections)]
            version = str(opened[0].execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.Error as error:
            raise IndexerError(
                f"Registret {str(path)!r} går inte att läsa ({error}). Bygg om det: motesminnet index MAPP"
            ) from error
        register = cls(opened)
        if version != SCHEMA_VERSION:
            register.close()
            raise IndexerError(
                f"Registret {str(path)!r} går inte att läsa: det har version {version}, det här programmet läser"
                f" {SCHEMA_VERSION}. Bygg om det: motesminnet index MAPP"
            )
        if documents is not None:
            for connection in opened:
                _hide_others(connection, documents)
        return register

    def close(self) -> None:
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[sqlite3.Row]:
        """The rows of a query of one's own; a list of values goes in as JSON: `IN (SELECT value FROM json_each(?))`."""
        connection = self._free.get()
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            self._free.put(connection)

    def many(self, columns: Sequence[str], sql: str, parameters: Sequence[object] = ()) -> list[Sequence[Any]]:
        """The rows of a query whose result has these columns and no bytes: `rows` for where they are thousands.

        SQLite makes one value of them. For each row that is handed over the interpreter is let go of and must be waited
        for, 5 ms where another thread computes: 17,000 rows beside two such threads took 83 s, so they take 0.4.
        """
        row = ", ".join(f'"{column}"' for column in columns)
        found = self.rows(f"SELECT json_group_array(json_array({row})) FROM ({sql})", parameters)
        rows: list[Sequence[Any]] = json.loads(found[0][0])
        return rows

    def bodies(self) -> tuple[str, ...]:
        """The names of all bodies, sorted."""
        return tuple(row[0] for row in self.rows("SELECT DISTINCT body FROM meetings ORDER BY body"))

    def aliases(self) -> dict[str, tuple[str, ...]]:
        """Body -> the other names that sidecars give it."""
        found: dict[str, tuple[str, ...]] = {}
        for body, alias in self.rows("SELECT body, alias FROM aliases GROUP BY body, alias ORDER BY body, min(n)"):
            found[body] = (*found.get(body, ()), alias)
        return found

    def documents(self) -> tuple[DocumentSummary, ...]:
        """All documents by path, with counts."""
        count = "(SELECT count(*) FROM {0} x JOIN meetings m ON m.id = x.meeting WHERE m.document = d.id) AS {0}"
        counts = ", ".join(count.format(table) for table in ("items", "decisions", "chunks"))
        rows = self.rows(
            f"SELECT d.*, (SELECT count(*) FROM meetings WHERE document = d.id) AS meetings, {counts}"
            " FROM documents d ORDER BY d.path"
        )
        return tuple(from_row(DocumentSummary, row, items=row["items"], decisions=row["decisions"]) for row in rows)

    def origins(self) -> tuple[Origin, ...]:
        """All documents by path, as rules of access see them."""
        bodies: dict[str, list[str]] = defaultdict(list)
        held = "SELECT document, body FROM meetings GROUP BY document, body ORDER BY min(n)"
        for document, body in self.many(("document", "body"), held):
            bodies[document].append(body)
        rows = self.many(("id", "path", "sidecar"), "SELECT id, path, sidecar FROM documents ORDER BY path")
        return tuple(
            Origin(name, path, tuple(bodies[name]), sidecar_from_json(sidecar).access) for name, path, sidecar in rows
        )

    def document(self, document: str) -> Document:
        """The document, its text whole; of its lines only where each page begins, which is what `page_at` needs.

        Raises IndexerError where the register has no such document.
        """
        found = self._documents.get(document)
        if found is None:
            rows = self.rows("SELECT * FROM documents WHERE id = ?", (document,))
            if not rows:
                raise IndexerError(f"Det finns inget dokument {document!r} i indexet. Se alla: motesminnet show")
            if len(self._documents) >= KEPT_DOCUMENTS:
                self._documents = {}  # a new dict: another thread may be using the old one
            found = self._documents[document] = _document(rows[0])
        return found

    def text(self, document: str, start: int, end: int) -> str:
        """A span of a document's canonical text."""
        return self.document(document).text[start:end]

    def meetings(self, ids: Iterable[str] | None = None) -> tuple[Meeting, ...]:
        """Whole meetings (None: all), by body, newest first. Ids that are not there are left out."""
        where, values = _one_of("x.id", ids)
        rows = self._rows_of("meetings", where, values, _BY_BODY)
        inside = _one_of("x.meeting", ids)
        attendees = self._grouped(Attendee, "attendees", "meeting", inside)
        items = self._items(inside)
        return tuple(
            from_row(Meeting, row, items=tuple(items.get(row["id"], ())), attendees=tuple(attendees.get(row["id"], ())))
            for row in rows
        )

    def items(self, ids: Iterable[str] | None = None) -> dict[str, tuple[Meeting, AgendaItem]]:
        """Item id -> its meeting (the header: no items, no attendees) and the whole item, in the order of `ids`."""
        wanted = None if ids is None else list(dict.fromkeys(ids))
        by_meeting = self._items(_one_of("x.item", wanted), _one_of("x.id", wanted))
        headers = self._headers(by_meeting)
        found = {item.id: (headers[name], item) for name, items in by_meeting.items() for item in items}
        return found if wanted is None else {item: found[item] for item in wanted if item in found}

    def chunks(self, ids: Iterable[str] | None = None) -> dict[str, Chunk]:
        """Chunk id -> chunk, in the order of `ids` (None: all, in the order they were written)."""
        wanted = None if ids is None else list(dict.fromkeys(ids))
        where, values = _one_of("x.id", wanted)
        sql = f'SELECT id, item, meeting, text, context, start, "end" FROM chunks x WHERE {where} ORDER BY n'
        found = {row["id"]: from_row(Chunk, row) for row in self.rows(sql, values)}
        return found if wanted is None else {chunk: found[chunk] for chunk in wanted if chunk in found}

    def chunks_at(self, numbers: Iterable[int]) -> dict[int, Chunk]:
        """Chunk number (`chunks.n`, the id in FAISS and FTS5) -> chunk, in the order of `numbers`."""
        wanted = [int(number) for number in numbers]
        where, values = _one_of("x.n", wanted)
        sql = f'SELECT n, id, item, meeting, text, context, start, "end" FROM chunks x WHERE {where}'
        found = {row["n"]: from_row(Chunk, row) for row in self.rows(sql, values)}
        return {number: found[number] for number in wanted if number in found}

    def select_meetings(self, query: Query) -> tuple[str, ...]:
        """The ids of the meetings that the query's filters leave, newest first."""
        where, values = _scope(query, "m.id", "NULL")
        if not values:
            return self._newest_first
        if query.items is not None or query.numbers:
            where, values = _scope(query, "i.meeting", "i.id")
            where = f"m.id IN (SELECT i.meeting FROM items i WHERE {where})"
        return tuple(
            row[0] for row in self.rows(f"SELECT m.id FROM meetings m WHERE {where} ORDER BY {_NEWEST}", values)
        )

    @cached_property
    def _newest_first(self) -> tuple[str, ...]:
        """The ids of all meetings."""
        return tuple(row[0] for row in self.rows(f"SELECT m.id FROM meetings m ORDER BY {_NEWEST}"))

    def select_items(self, query: Query) -> tuple[str, ...]:
        """The ids of the items that the query's filters leave, by body, newest meeting first."""
        where, values = _scope(query, "i.meeting", "i.id")
        joined = "items i JOIN meetings m ON m.id = i.meeting"
        sql = f"SELECT i.id FROM {joined} WHERE {where} ORDER BY m.body, {_NEWEST}, i.n"
        return tuple(row[0] for row in self.rows(sql, values))

    def allowed(self, query: Query) -> np.ndarray[Any, np.dtype[np.int64]] | None:
        """The numbers of the chunks that the query's filters leave, ascending; None where it has no filter."""
        where, values = _scope(query, "x.meeting", "x.item")
        if not values:
            return None
        return self._numbers(f"SELECT x.n FROM chunks x WHERE {where} ORDER BY x.n", values)

    def decisions(self, query: Query, kinds: Sequence[str] = ()) -> tuple[Found[Decision], ...]:
        """The decisions within the query's filters (kinds empty: all), by body, newest first, as in the minutes."""
        return self._found(Decision, "decisions", query, kinds)

    def deferrals(self, query: Query) -> tuple[Found[Decision], ...]:
        """The sentences that put an item off without a decision, by body, newest first, as in the minutes."""
        return self._found(Decision, "deferrals", query)

    def assignments(self, query: Query) -> tuple[Found[Assignment], ...]:
        """The assignments within the query's filters, by body, newest first, as in the minutes."""
        return self._found(Assignment, "assignments", query)

    def attendees(self, query: Query) -> tuple[Found[Attendee], ...]:
        """Who is listed at the meetings within the query's filters, by body, newest first, as in the minutes."""
        where, values = _one_of("x.meeting", self.select_meetings(query))
        rows = self.rows(_ORDERED.format("attendees", where), values)
        headers = self._headers({row["meeting"] for row in rows})
        return tuple(Found(headers[row["meeting"]], None, from_row(Attendee, row)) for row in rows)

    def contents(self) -> tuple[IndexedDocument, ...]:
        """Everything, in the order it was written: what a later run takes over."""
        meetings = {meeting.id: meeting for meeting in self.meetings()}
        inside: dict[str, list[Meeting]] = defaultdict(list)
        for row in self.rows("SELECT id, document FROM meetings ORDER BY n"):
            inside[row["document"]].append(meetings[row["id"]])
        cut: dict[str, list[Chunk]] = defaultdict(list)
        for chunk in self.chunks().values():
            cut[chunk.meeting].append(chunk)
        documents = [_document(row) for row in self.rows("SELECT * FROM documents ORDER BY n")]
        return tuple(
            IndexedDocument(one, tuple(inside[one.id]), tuple(c for meeting in inside[one.id] for c in cut[meeting.id]))
            for one in documents
        )

    def vectors(self) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Vectors]:
        """All chunk numbers and their vectors, one row each: what FAISS is built from."""
        rows = self.rows("SELECT n, vector FROM vectors ORDER BY n")
        numbers = np.array([row["n"] for row in rows], np.int64)
        data = np.frombuffer(b"".join(row["vector"] for row in rows), "<f4").astype(np.float32)
        return numbers, data.reshape(len(rows), -1) if rows else data.reshape(0, 0)

    def chunks_with(self, term: str) -> Numbers:
        """The numbers of the chunks that have a token of `indexer.lexical`, in a register of all documents.

        One concatenated string is 4 times faster than a row for each chunk, and FTS5's own bm25() over an OR of all
        terms takes 15 ms where this takes 3.4 (10,000 chunks, 33 terms a question, p50).
        """
        sql = "SELECT group_concat(rowid, ' ') FROM chunks_fts WHERE chunks_fts MATCH ?"
        text = self.rows(sql, (f'"{term}"',))[0][0]
        return np.fromstring(text or "", dtype=np.int64, sep=" ")

    def vectors_at(self, numbers: Numbers) -> Vectors:
        """The vectors of these chunks, by number, one row each in that order.

        Raises IndexerError where one of them has none.
        """
        wanted = np.sort(numbers).tolist()
        rows = self.rows(f"SELECT n, vector FROM vectors WHERE n IN {_LIST}", (to_json(wanted),))
        found = np.array([row[0] for row in rows], np.int64)
        data = np.frombuffer(b"".join([row[1] for row in rows]), "<f4").astype(np.float32, copy=False)
        order = np.argsort(found)
        places = np.searchsorted(found, numbers, sorter=order)
        if len(found) < len(wanted):
            raise IndexerError("Ett textavsnitt saknas i registret. Bygg om det: motesminnet index MAPP")
        return data.reshape(len(rows), -1)[order[places]]

    def vectors_by_hash(self) -> dict[str, Vectors]:
        """Content hash -> vector: what a later run need not embed again."""
        rows = self.rows("SELECT hash, vector FROM chunks JOIN vectors USING (n)")
        return {row["hash"]: np.frombuffer(row["vector"], "<f4").astype(np.float32, copy=False) for row in rows}

    def common_tokens(self) -> dict[str, int]:
        """The tokens of a large index that stand in many chunks, and in how many; none of a small index."""
        if not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'common_tokens'"):
            return {}
        return {row[0]: row[1] for row in self.rows("SELECT token, chunks FROM common_tokens")}

    def _numbers(self, sql: str, values: list[Any]) -> Numbers:
        """The only column of a query's rows."""
        return np.fromiter((row[0] for row in self.rows(sql, values)), np.int64)

    def _found(
        self, kind: type[Record], table: str, query: Query, kinds: Sequence[str] = ()
    ) -> tuple[Found[Record], ...]:
        where, values = _scope(query, "x.meeting", "x.item")
        if kinds:
            where, values = f"{where} AND x.kind IN {_LIST}", [*values, to_json(list(kinds))]
        rows = self.rows(_ORDERED.format(table, where), values)
        places = self.items(row["item"] for row in rows)
        return tuple(Found(*places[row["item"]], from_row(kind, row)) for row in rows)

    def _headers(self, ids: Iterable[str]) -> dict[str, Meeting]:
        where, values = _one_of("id", ids)
        rows = self.rows(f"SELECT * FROM meetings WHERE {where}", values)
        return {row["id"]: from_row(Meeting, row, items=()) for row in rows}

    def _items(self, inside: "Condition", chosen: "Condition | None" = None) -> dict[str, list[AgendaItem]]:
        """Meeting id -> its items, whole. `inside` chooses rows that hang on items, `chosen` the items themselves."""
        parts: dict[str, dict[str, list[Any]]] = {
            name: self._grouped(kind, name, "item", inside) for name, kind in _PARTS.items()
        }
        where, values = chosen or inside
        found: dict[str, list[AgendaItem]] = defaultdict(list)
        for row in self._rows_of("items", where, values):
            nested = {name: tuple(part.get(row["id"], ())) for name, part in parts.items()}
            item = from_row(AgendaItem, row, **nested)
            found[row["meeting"]].append(item)
        return found

    def _grouped(self, kind: type[Record], table: str, key: str, inside: "Condition") -> dict[str, list[Record]]:
        where, values = inside
        found: dict[str, list[Record]] = defaultdict(list)
        for row in self._rows_of(table, where, values):
            found[row[key]].append(from_row(kind, row))
        return found

    def _rows_of(self, table: str, where: str, values: Sequence[object], order: str = "n") -> list[dict[str, Any]]:
        """The rows of a table, which the condition calls x; in the order they were written, or another."""
        columns = tuple(TABLES[table])
        rows = self.many(columns, f"SELECT * FROM {table} x WHERE {where} ORDER BY {order}", values)
        return [dict(zip(columns, row, strict=True)) for row in rows]


Condition = tuple[str, list[Any]]

_PARTS: dict[str, type] = {
    "decisions": Decision,
    "deferrals": Decision,
    "assignments": Assignment,
    "attachments": Attachment,
}
_LIST = "(SELECT value FROM json_each(?))"


# Each table, and which of its rows belong to the documents that may be read. The plus keeps SQLite from searching by
# that column: it is to search by what is asked for, and then to look whether it may be read.
_READABLE = {
    "documents": "+id IN (SELECT id FROM temp.readable_documents)",
    "vectors": "+n IN (SELECT n FROM main.chunks WHERE meeting IN (SELECT id FROM temp.readable_meetings))",
    **dict.fromkeys(("meetings", "aliases"), "+document IN (SELECT id FROM temp.readable_documents)"),
    **dict.fromkeys(
        ("attendees", "items", "chunks", *ITEM_TABLES), "+meeting IN (SELECT id FROM temp.readable_meetings)"
    ),
    **dict.fromkeys(("chunks_fts", "chunks_vocab", "common_tokens"), "0"),  # they count over all
}


def _hide_others(connection: sqlite3.Connection, documents: Collection[str]) -> None:
    """Puts a view in front of each table, with the rows of these documents only: SQLite looks in `temp` first."""
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("CREATE TEMP TABLE readable_documents (id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.execute("CREATE TEMP TABLE readable_meetings (id TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO readable_documents VALUES (?)", ((document,) for document in documents))
    inside = "SELECT id FROM main.meetings WHERE document IN (SELECT id FROM readable_documents)"
    connection.execute(f"INSERT INTO readable_meetings {inside}")
    for table, rows in _READABLE.items():
        connection.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE {rows}")
    connection.commit()


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that threads may hand to each other; the file is open when it returns."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _close_all(connections: Sequence[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


def _one_of(column: str, values: Iterable[object] | None) -> Condition:
    return ("true", []) if values is None else (f"{column} IN {_LIST}", [to_json(list(values))])


def _scope(query: Query, meeting: str, item: str) -> Condition:
    """The query's hard filters over a table with these columns: the id of its meeting, and of its item.

    A date restricts to meetings that lie within it whatever day of their month or year they were held:
    "2020-12" is within December 2020, but not within 1-15 December.
    """
    inner = [_one_of("body", query.bodies or None), _one_of("id", query.meetings)]
    inner += [("date_from >= ?", [query.since.isoformat()])] if query.since else []
    inner += [("date_to <= ?", [query.until.isoformat()])] if query.until else []
    inner = [one for one in inner if one[1]]
    outer = [_one_of(item, query.items)] if query.items is not None else []
    if query.numbers:
        outer.append((f"{item} IN (SELECT id FROM items WHERE digits IN {_LIST})", [to_json(query.numbers)]))
    if inner:
        where = " AND ".join(one[0] for one in inner)
        outer.insert(0, (f"{meeting} IN (SELECT id FROM meetings WHERE {where})", [v for one in inner for v in one[1]]))
    return " AND ".join(one[0] for one in outer) or "true", [value for one in outer for value in one[1]]


def _document(row: sqlite3.Row) -> Document:
    pages = json.loads(row["pages"])
    ends = [start for start, _ in pages[1:]] + [len(row["text"])]
    lines = tuple(Line(start, end, page=page) for (start, page), end in zip(pages, ends, strict=True)) if pages else ()
    return from_row(Document, row, lines=lines, sidecar=sidecar_from_json(row["sidecar"]))
