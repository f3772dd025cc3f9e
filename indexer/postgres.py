"""The index in PostgreSQL: the same questions as to a register file and a FAISS index, and the same answers.

Rows of one generation only are there, as `postgres_write.py` replaces them in one transaction. Whoever has opened a
generation reads in snapshots that have been found to be of it, so that an answer never mixes two.
"""

import json
import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.database import Database
from indexer.generation import Generation
from indexer.records import IndexerError, SupersededError
from indexer.schema import SCHEMA_VERSION
from indexer.search import RankedIndex
from indexer.shard import Shard
from indexer.store import Register
from indexer.vectors import check_vector
from indexer.write import IndexedDocument

if TYPE_CHECKING:
    from indexer.database import Connection

Ids = np.ndarray[Any, np.dtype[np.int64]]
Vectors = np.ndarray[Any, np.dtype[np.float32]]

EXACT = 50_000
"""Vectors that are compared one by one, some 40 ms; more are searched through HNSW, which may miss one."""
_HNSW = "SELECT set_config('hnsw.ef_search', '1000', true), set_config('hnsw.iterative_scan', 'strict_order', true)"
"""HNSW keeps more in view than any question asks for, and goes on until enough of it passes the filters."""
TABLES: tuple[str, ...] = ("documents", "aliases", "meetings", "attendees", "items")
TABLES += ("decisions", "deferrals", "assignments", "attachments", "chunks", "vectors")
"""The tables whose rows are a generation, parents before their children."""
_LISTED = re.compile(r"IN \(SELECT value FROM json_each\(\?\)\)|\?")


class Row(Sequence[Any]):
    """A row whose values are had by place and by name, as SQLite's."""

    __slots__ = ("_places", "_values")

    def __init__(self, values: Sequence[Any], places: Mapping[str, int]) -> None:
        self._values, self._places = values, places

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - a place or a name to a value of any type
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __len__(self) -> int:
        return len(self._values)


class Snapshots:
    """Reading one generation: each thread in a snapshot of its own, kept for as long as a question takes."""

    def __init__(self, database: Database, generation: Generation, *, sealed: bool = True) -> None:
        """Not `sealed`, later generations are read too: for a run that holds all that it reads.

        Raises IndexerError where the rows are of another version of the schema.
        """
        written = generation.manifest.versions.get("schema")
        if written != SCHEMA_VERSION:
            raise IndexerError(
                f"Registret i {str(database)!r} går inte att läsa: det har version {written}, det här programmet läser"
                f" {SCHEMA_VERSION}. Bygg om det: motesminnet index MAPP"
            )
        self.dim, self._database = generation.manifest.dim, database
        self._seal = generation.seal if sealed else None
        self._here = threading.local()

    @contextmanager
    def open(self) -> "Iterator[Connection]":
        """The connection of this thread's snapshot, which is opened here where there is none yet.

        Raises SupersededError where another generation has been published since, UnavailableError.
        """
        held: Connection | None = getattr(self._here, "connection", None)
        if held is not None:
            yield held
            return
        with self._database.snapshot() as connection:
            found = connection.execute("SELECT seal FROM motesminnet.generation").fetchone()
            if found is None or self._seal not in (None, found[0]):
                raise SupersededError("Indexet har just bytts ut mot ett nyare. Ställ frågan igen.")
            self._here.connection = connection
            try:
                yield connection
            finally:
                self._here.connection = None


class PostgresRegister(Register):
    """The register of the generation that is in the database: its SQL is that of the register file, translated.

    With `documents` it is as if it held no others.
    """

    def __init__(self, snapshots: Snapshots, documents: Collection[str] | None = None) -> None:
        super().__init__(())
        self._snapshots = snapshots
        self._readable = None if documents is None else list(documents)

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        """As `Register.rows`: a list of values goes in as JSON. Raises as `Snapshots.open`."""
        translated, values = translate(sql, list(parameters))
        return self.read(translated, values)

    def many(self, columns: Sequence[str], sql: str, parameters: Sequence[object] = ()) -> list[Sequence[Any]]:
        """As `Register.many`: the server sends all rows at once."""
        return [[row[column] for column in columns] for row in self.rows(sql, parameters)]

    def read(self, sql: str, values: Sequence[object] = (), settings: str = "") -> list[Any]:
        """The rows of a query in PostgreSQL's own SQL over the register's tables, under settings that a statement makes
        for this snapshot. Raises as `Snapshots.open`.
        """
        named = [table for table in TABLES if re.search(rf"\b{table}\b", sql)]
        before = ", ".join(f"{table} AS NOT MATERIALIZED ({self._part(table)})" for table in named)
        hidden = [self._readable] * (0 if self._readable is None else len(named))
        with self._snapshots.open() as connection:
            if settings:
                connection.execute(settings)
            cursor = connection.execute(f"WITH {before} {sql}" if named else sql, [*hidden, *values])
            places = {column.name: place for place, column in enumerate(cursor.description or ())}
            return [Row(found, places) for found in cursor.fetchall()]

    def _part(self, table: str) -> str:
        """The rows of a table that may be read, under its name: so no query can reach the others."""
        column = "id" if table == "documents" else "document"
        return f"SELECT * FROM motesminnet.{table}" + (
            f" WHERE {column} = ANY(%s)" if self._readable is not None else ""
        )

    def numbers(self, sql: str, values: Sequence[object] = ()) -> Ids:
        """As `Register.numbers`."""
        return self._array(*translate(sql, list(values)))

    def contents(self) -> tuple[IndexedDocument, ...]:
        """As `Register.contents`, in one snapshot."""
        with self._snapshots.open():
            return super().contents()

    def vectors(self) -> tuple[Ids, Vectors]:
        """As `Register.vectors`."""
        rows = self.read("SELECT n, vector_send(embedding) FROM vectors ORDER BY n")
        return np.array([row[0] for row in rows], np.int64), np.array([_floats(row[1]) for row in rows], np.float32)

    def vectors_by_hash(self) -> dict[str, Vectors]:
        """As `Register.vectors_by_hash`."""
        rows = self.read("SELECT hash, vector_send(embedding) FROM chunks c JOIN vectors v USING (n)")
        return {row[0]: _floats(row[1]) for row in rows}

    def chunks_with(self, term: str) -> Ids:
        """The numbers of the chunks that have a token of `indexer.lexical`, ascending."""
        lexeme = "'{}'".format(term.replace("\\", "\\\\").replace("'", "''"))
        return self._array("SELECT n FROM chunks WHERE tokens @@ %s::tsquery", [lexeme])

    def _array(self, sql: str, values: list[Any]) -> Ids:
        """A query's column `n`, ascending, as one value on the wire: a hundred thousand rows take a second."""
        (found,) = self.read(f"SELECT array_agg(n ORDER BY n) FROM ({sql}) x", values)[0]
        return np.array(found or (), np.int64)

    def common_tokens(self) -> dict[str, int]:
        """As `Register.common_tokens`; how many chunks is estimated from some of them."""
        return dict(json.loads(self.figure("common_tokens") or "{}"))

    def figure(self, name: str) -> str | None:
        """What was worked out of all rows when they were published, as JSON; None where that was not."""
        rows = self.read("SELECT data FROM motesminnet.figures WHERE name = %s", [name])
        return str(rows[0][0]) if rows else None

    def order_at(self, numbers: Ids) -> Ids:
        """For each of these chunk numbers its place (from 0) among them, by their documents' paths and within those."""
        if not len(numbers):
            return numbers
        joined = "chunks c JOIN documents d ON d.id = c.document"
        rows = self.read(f"SELECT c.n FROM {joined} WHERE c.n = ANY(%s) ORDER BY d.path, c.n", [numbers.tolist()])
        place = {row[0]: place for place, row in enumerate(rows)}
        return np.array([place[number] for number in numbers.tolist()], np.int64)

    def items_at(self, numbers: Ids) -> Ids:
        """For each of these chunk numbers, its item as a number: the same for chunks of the same item."""
        rows = self.read("SELECT n, item FROM chunks WHERE n = ANY(%s)", [numbers.tolist()])
        ordinal: dict[str, int] = {}
        known = {row[0]: ordinal.setdefault(row[1], len(ordinal)) for row in rows}
        return np.array([known[number] for number in numbers.tolist()], np.int64)


def open_part(snapshots: Snapshots, shard: Shard) -> PostgresRegister:
    """The register as if it held the documents of the shard's part alone."""
    rows = PostgresRegister(snapshots).read("SELECT id, path FROM documents")
    return PostgresRegister(snapshots, [row[0] for row in rows if shard.holds(row[1])])


class PostgresVectors:
    """The vectors of the generation that is in the database, as `VectorIndex`; the server compares them."""

    def __init__(self, register: PostgresRegister, dim: int) -> None:
        self._register, self.dim = register, dim

    @cached_property
    def _counted(self) -> tuple[int, int]:
        """How many vectors there are, and the highest number of one."""
        count, highest = self._register.read("SELECT count(*), coalesce(max(n), 0) FROM vectors")[0]
        return count, highest

    def __len__(self) -> int:
        return self._counted[0]

    @property
    def highest(self) -> int:
        """The highest number of a chunk; 0 without any."""
        return self._counted[1]

    @cached_property
    def mean(self) -> Vectors:
        """As `VectorIndex.mean`."""
        noted = self._register.figure("mean")
        if noted is not None:
            return np.array(json.loads(noted), np.float32)
        return self._mean("SELECT vector_send(avg(embedding)) FROM vectors")

    def mean_of(self, ids: Ids) -> Vectors:
        """As `VectorIndex.mean_of`, unknown ids left out."""
        return self._mean("SELECT vector_send(avg(embedding)) FROM vectors WHERE n = ANY(%s)", [ids.tolist()])

    def _mean(self, sql: str, values: Sequence[object] = ()) -> Vectors:
        (found,) = self._register.read(sql, values)[0]
        return np.zeros(self.dim, np.float32) if found is None else _floats(found)

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """As `VectorIndex.search`; among more than EXACT vectors HNSW may miss one of the nearest."""
        query = self._query(vector)
        among = len(self) if allowed is None else len(allowed)
        if min(k, among) < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        where, values = ("", []) if allowed is None else ("WHERE n = ANY(%s)", [allowed.tolist()])
        if among > EXACT:
            rows = self._nearest(query, k, where, values)
        else:
            sql = (
                f"SELECT n, -(embedding <#> %s::vector) AS cosine FROM vectors {where} ORDER BY cosine DESC, n LIMIT %s"
            )
            rows = self._register.read(sql, [query, *values, k])
        return np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.float32)

    def candidates(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Ids:
        """As `VectorIndex.candidates`."""
        return self.search(vector, k, allowed)[0]

    def _nearest(self, query: str, k: int, where: str, values: list[Any]) -> list[Row]:
        """Found through HNSW at half precision, compared by the vectors themselves."""
        half = f"halfvec({self.dim})"
        near = f"SELECT n, embedding FROM vectors {where} ORDER BY embedding::{half} <#> %s::{half} LIMIT %s"
        sql = f"SELECT n, -(embedding <#> %s::vector) AS cosine FROM ({near}) x ORDER BY cosine DESC, n"
        return self._register.read(sql, [query, *values, query, k], _HNSW)

    def cosines(self, vector: Vectors, ids: Ids) -> Vectors:
        """As `VectorIndex.cosines`."""
        query = self._query(vector)
        sql = "SELECT n, -(embedding <#> %s::vector) FROM vectors WHERE n = ANY(%s)"
        found = dict(self._register.read(sql, [query, ids.tolist()])) if len(ids) else {}
        if len(found) < len(ids):
            raise IndexerError("Ett textavsnitt saknar vektor i databasen. Bygg om indexet: motesminnet index MAPP")
        return np.array([found[number] for number in ids.tolist()], np.float32)

    def _query(self, vector: Vectors) -> str:
        return f"[{','.join(map(repr, check_vector(vector, self.dim).tolist()))}]"


class PostgresIndex(RankedIndex):
    """The generation that is in the database, ranked as an embedded one is. Threads may share it."""

    def __init__(
        self, snapshots: Snapshots, documents: Collection[str] | None = None, whole: "PostgresIndex | None" = None
    ) -> None:
        """`documents` are those of a part of the `whole`."""
        self._snapshots = snapshots
        self._register = PostgresRegister(snapshots, documents)
        vectors = whole.vectors if whole is not None else PostgresVectors(self._register, snapshots.dim)
        super().__init__(self._register, vectors, whole)

    def restricted(self, documents: Collection[str]) -> "PostgresIndex":
        """As `RankedIndex.restricted`."""
        return PostgresIndex(self._snapshots, documents, self)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """As `RankedIndex.reading`: all in one snapshot. Raises as `Snapshots.open`."""
        with self._snapshots.open():
            yield

    def _order_of(self, numbers: Ids) -> Ids:
        return self._register.order_at(numbers)

    def _items_of(self, numbers: Ids) -> Ids:
        return self._register.items_at(numbers)


def translate(sql: str, parameters: list[Any]) -> tuple[str, list[Any]]:
    """A query of the register file in PostgreSQL's words, with its values: a list is an array, not JSON.

    >>> translate("SELECT id FROM items WHERE id IN (SELECT value FROM json_each(?)) AND number = ?", ['["a"]', "8"])
    ('SELECT id FROM items WHERE id = ANY(%s) AND number = %s', [['a'], '8'])
    """
    marks = [match[0] for match in _LISTED.finditer(sql)]
    values = [one if mark == "?" else json.loads(one) for mark, one in zip(marks, parameters, strict=True)]
    return _LISTED.sub(lambda match: "%s" if match[0] == "?" else "= ANY(%s)", sql), values


def _floats(sent: bytes) -> Vectors:
    """A vector as the server sends it: two numbers of two bytes, then floats, big-endian."""
    return np.frombuffer(sent, ">f4", offset=4).astype(np.float32)
