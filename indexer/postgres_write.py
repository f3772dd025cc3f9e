"""Publishing into PostgreSQL: rows of changed documents are replaced in one transaction, which readers see whole or
not at all.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.database import Database, wait_to_publish
from indexer.generation import Generation, Manifest
from indexer.lexical import lexical_text
from indexer.postgres import EXACT, TABLES
from indexer.records import Chunk
from indexer.schema import to_json
from indexer.shard import Shard, is_complete, with_part
from indexer.write import COMMON, LARGE, IndexedDocument, Rows, chunk_rows, document_rows

if TYPE_CHECKING:
    from indexer.database import Connection

VectorRows = np.ndarray[Any, np.dtype[np.float32]]
Progress = Callable[[str, int, int], None]

COUNTED = 50_000
"""Of a large index so many chunks, spread over all, are looked at for tokens that are common: at the limit of what is
(`COMMON`) that is 1,000 of them, so that its count is right within some 6 %.
"""
SPARSE = 4
"""Numbers of chunks grow with each change; where the highest is so many times their count, all rows are written anew:
ranking keeps a number for each.
"""


@dataclass(frozen=True, slots=True)
class _Pack:
    """All that a document's rows hold but their numbers: `digest` is the same where nothing in them has changed."""

    document: IndexedDocument
    hashes: Sequence[str]
    vectors: VectorRows
    digest: str


def publish_rows(
    database: Database,
    manifest: Manifest,
    documents: Sequence[IndexedDocument],
    hashes: Sequence[str],
    vectors: VectorRows,
    tell: Progress,
    shard: Shard | None = None,
) -> Generation:
    """Makes these documents the ones that the database holds, or holds in the shard's part, as a new generation: all of
    it, or nothing. Shards publish one after the other.

    Hashes and vectors follow their chunks. Call it inside `Database.run_lock`. Raises UnavailableError where the server
    goes away: what was published before then still is; IndexerError where a shard does not go with the others.
    """
    connection = database.writer
    with connection.transaction():
        wait_to_publish(connection)
        before = _published(connection)
        if shard is not None and before is not None:
            manifest = with_part(manifest, before, shard)
        elif shard is not None:
            manifest = replace(manifest, shards={str(shard): manifest.versions})
        if before is None:
            connection.execute("DROP INDEX IF EXISTS motesminnet.chunks_tokens_idx")
        packs = {one.document.document.id: one for one in _packs(documents, hashes, vectors, manifest.versions)}
        stored = _stored(connection)
        kept = {name for name, (_, digest) in stored.items() if name in packs and packs[name].digest == digest}
        if shard is None and _is_sparse(connection, len(hashes)):
            kept = set()
        own = {name for name, (path, _) in stored.items() if shard is None or shard.holds(path) or name in packs}
        _delete(connection, sorted(own - kept))
        changed = [one for name, one in packs.items() if name not in kept]
        if shard is None:
            _drop_vector_indexes(connection, None if len(hashes) <= EXACT else manifest.dim)
        _insert(connection, changed, tell)
        _renumber_meetings(connection)
        manifest = replace(manifest, **_counted(connection))
        if is_complete(manifest):  # an index made at once is made faster than one that grows, and is smaller
            connection.execute("CREATE INDEX IF NOT EXISTS chunks_tokens_idx ON motesminnet.chunks USING gin (tokens)")
            _index_vectors(connection, manifest.dim, manifest.counts["chunks"])
        _note_figures(connection, manifest)
        for table in TABLES if changed else ():
            connection.execute(f"ANALYZE motesminnet.{table}")
        return _seal(connection, manifest, database)


def documents_among(database: Database, ids: Sequence[str]) -> set[str]:
    """Those of these ids whose documents the database holds now. Raises UnavailableError."""
    with database.snapshot() as connection:
        found = connection.execute("SELECT id FROM motesminnet.documents WHERE id = ANY(%s)", [list(ids)])
        return {row[0] for row in found.fetchall()}


def vacuum(database: Database) -> None:
    """Gives back the space of deleted rows, so that their bytes are in none of the tables' files. Call it inside
    `run_lock`; each table is locked meanwhile, for readers too.
    """
    for table in TABLES:
        database.writer.execute(f"VACUUM FULL motesminnet.{table}")


def _packs(
    documents: Sequence[IndexedDocument], hashes: Sequence[str], vectors: VectorRows, versions: Mapping[str, str]
) -> Iterator[_Pack]:
    """All documents; what their tokens and rows are made with counts as a part of them."""
    at = 0
    made_with = [versions.get("lexical"), versions.get("schema")]
    for one in documents:
        own, rows = hashes[at : at + len(one.chunks)], vectors[at : at + len(one.chunks)]
        at += len(one.chunks)
        told = to_json([made_with, document_rows([one]), list(own)])
        yield _Pack(one, own, rows, hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest())


def _published(connection: "Connection") -> Manifest | None:
    """The manifest of the generation that there is."""
    found = connection.execute("SELECT manifest FROM motesminnet.generation").fetchone()
    return None if found is None else Manifest(**json.loads(found[0]))


def _counted(connection: "Connection") -> dict[str, Any]:
    """How much there is now of each kind, and the sha256 of each document, as the manifest has them."""
    kinds = ("documents", "meetings", "items", "decisions", "chunks")
    row = connection.execute(
        f"SELECT {', '.join(f'(SELECT count(*) FROM motesminnet.{kind})' for kind in kinds)}"
    ).fetchone()
    texts = connection.execute("SELECT DISTINCT sha256 FROM motesminnet.documents ORDER BY sha256").fetchall()
    return {"counts": dict(zip(kinds, row or (), strict=True)), "texts": [text for (text,) in texts]}


def _stored(connection: "Connection") -> dict[str, tuple[str, str]]:
    """The id of each document that is there, its path and its digest."""
    rows = connection.execute("SELECT id, path, digest FROM motesminnet.documents").fetchall()
    return {name: (path, digest) for name, path, digest in rows}


def _is_sparse(connection: "Connection", chunks: int) -> bool:
    return _highest(connection, "chunks") > SPARSE * (chunks + 1_000)


def _highest(connection: "Connection", table: str) -> int:
    found = connection.execute(f"SELECT coalesce(max(n), 0) FROM motesminnet.{table}").fetchone()
    return int(found[0]) if found is not None else 0


def _delete(connection: "Connection", documents: Sequence[str]) -> None:
    for table in TABLES if documents else ():
        column = "id" if table == "documents" else "document"
        connection.execute(f"DELETE FROM motesminnet.{table} WHERE {column} = ANY(%s)", [list(documents)])


def _insert(connection: "Connection", packs: Sequence[_Pack], tell: Progress) -> None:
    """Writes a table after the other: rows of a hundred documents at a time are in memory."""
    highest = {table: _highest(connection, table) for table in TABLES}
    step = 100
    for start in range(0, len(packs), step):
        tell("write", start, len(packs))
        tables: dict[str, Rows] = {table: [] for table in TABLES}
        for one in packs[start : start + step]:
            for table, rows in _rows(one).items():
                tables[table] += rows
        for table, rows in tables.items():
            _copy(connection, table, [row | {"n": n} for n, row in enumerate(rows, start=highest[table] + 1)])
            highest[table] += len(rows)
    tell("write", len(packs), len(packs))


def _rows(pack: _Pack) -> dict[str, Rows]:
    """The rows of one document, with the columns that only a database has: `body` and `document` in each."""
    name, meetings = pack.document.document.id, pack.document.meetings
    body_of = {meeting.id: meeting.body for meeting in meetings}
    first = meetings[0].body if meetings else ""
    tables = document_rows([pack.document])
    for table, rows in tables.items():
        for row in rows:
            row.setdefault("document", name)
            row.setdefault("body", body_of.get(row.get("meeting", ""), first))
            if table == "documents":
                del row["document"]
                row["digest"] = pack.digest
    chunks = chunk_rows(pack.document.chunks, pack.hashes)
    places = [{"document": name, "body": body_of[chunk.meeting]} for chunk in pack.document.chunks]
    tables["chunks"] = [
        row | place | {"tokens": _lexemes(chunk)}
        for row, place, chunk in zip(chunks, places, pack.document.chunks, strict=True)
    ]
    tables["vectors"] = [place | {"embedding": vector} for place, vector in zip(places, pack.vectors, strict=True)]
    return tables


def _lexemes(chunk: Chunk) -> str:
    """A chunk's tokens as a tsvector; they are words, digits and underscores, so that none needs more than quotes."""
    tokens = dict.fromkeys(lexical_text(f"{chunk.context} {chunk.text}").split())
    return " ".join(f"'{token}'" for token in tokens)


def _copy(connection: "Connection", table: str, rows: Rows) -> None:
    if not rows:
        return
    from pgvector.psycopg import register_vector

    columns = list(rows[0])
    named = ", ".join(f'"{column}"' for column in columns)
    is_vectors = table == "vectors"
    if is_vectors:
        register_vector(connection)
    form = " (FORMAT binary)" if is_vectors else ""
    with connection.cursor().copy(f"COPY motesminnet.{table} ({named}) FROM STDIN{form}") as copy:
        if is_vectors:
            types = {"n": "int8", "embedding": "vector"}
            copy.set_types([types.get(column, "text") for column in columns])
        for row in rows:
            copy.write_row([row[column] for column in columns])


def _renumber_meetings(connection: "Connection") -> None:
    """Numbers the meetings in order of path, as a register file does: it settles the order of those of one day."""
    connection.execute(
        "UPDATE motesminnet.meetings m SET n = o.n FROM (SELECT m.id, m.body, row_number() OVER (ORDER BY d.path, m.n)"
        " AS n FROM motesminnet.meetings m JOIN motesminnet.documents d ON d.id = m.document) o"
        " WHERE o.id = m.id AND o.body = m.body AND o.n <> m.n"
    )


def _drop_vector_indexes(connection: "Connection", dim: int | None) -> None:
    """Drops the HNSW indexes of other models than one of this dimension, which its vectors would not fit; None: all."""
    rows = connection.execute(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'motesminnet' AND indexname LIKE 'vectors_halfvec_%'"
    )
    for (name,) in rows.fetchall():
        if name != f"vectors_halfvec_{dim}":
            connection.execute(f"DROP INDEX motesminnet.{name}")


def _index_vectors(connection: "Connection", dim: int, count: int) -> None:
    """Makes the HNSW index where there are too many vectors to compare them all."""
    if count > EXACT:
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS vectors_halfvec_{dim} ON motesminnet.vectors"
            f" USING hnsw ((embedding::halfvec({dim})) halfvec_ip_ops)"
        )


def _note_figures(connection: "Connection", manifest: Manifest) -> None:
    """Notes what reading would otherwise have to go through all chunks for. While parts are missing there is no mean,
    and the common tokens are those of before.
    """
    complete = is_complete(manifest)
    connection.execute("DELETE FROM motesminnet.figures WHERE name = 'mean' OR %s", [complete])
    if not complete:
        return
    note = "INSERT INTO motesminnet.figures (name, data)"
    connection.execute(f"{note} SELECT 'mean', avg(embedding)::text FROM motesminnet.vectors HAVING count(*) > 0")
    chunks = manifest.counts["chunks"]
    if chunks <= LARGE:
        return
    every = max(1, chunks // COUNTED)
    counted = f"SELECT tokens FROM motesminnet.chunks WHERE n % {every} = 0"
    common = f"coalesce(json_object_agg(word, ndoc * {every}), '{{}}') FROM ts_stat(%s) WHERE ndoc * {every} > %s"
    connection.execute(f"{note} SELECT 'common_tokens', {common}", [counted, round(COMMON * chunks)])


def _seal(connection: "Connection", manifest: Manifest, database: Database) -> Generation:
    """Notes the generation. Its number is one more than that before it."""
    found = connection.execute("SELECT number FROM motesminnet.generation FOR UPDATE").fetchone()
    manifest = replace(manifest, number=1 + (found[0] if found is not None else 0))
    data = json.dumps(asdict(manifest), ensure_ascii=False, sort_keys=True)
    seal = f"gen-{manifest.number:06d} {hashlib.sha256(data.encode()).hexdigest()}"
    connection.execute(
        "INSERT INTO motesminnet.generation (number, seal, manifest) VALUES (%s, %s, %s) ON CONFLICT (one)"
        " DO UPDATE SET number = excluded.number, seal = excluded.seal, manifest = excluded.manifest",
        [manifest.number, seal, data],
    )
    return Generation(manifest.number, database, manifest, seal)
