"""How the index in PostgreSQL grows: `python -m bench.bench_scale --engine postgres`, beside the embedded one.

The same made-up minutes, read in parts (`motesminnet index --shard`), so that a run has an eighth of a million items in
memory. The server is one of its own on 127.0.0.1. Its processor time counts into a question's, its waiting does not.
"""

import argparse
import contextlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from bench import corpus
from bench.bench_scale import (
    EACH,
    IN_POSTGRES,
    NO_SEARCH,
    TODAY,
    WITH_BODY,
    WITHOUT,
    Near,
    Ready,
    _asked,
    _of_bodies,
    _percentiles,
    write_page,
)
from bench.known_layout import read_known
from bench.measure import ROOT, finish, machine, markdown_table, run_child
from bot.config import Settings
from bot.pipeline import Library, answer_now
from indexer.build import Options, build_index
from indexer.database import Database
from indexer.embed import Embedder, load_query_embedder
from indexer.generation import open_generation
from indexer.model import choose_model
from indexer.postgres import PostgresIndex, PostgresRegister
from indexer.shard import Shard

ITEMS_A_SHARD = 125_000
SETTINGS = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "3GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "30min",
    "effective_cache_size": "8GB",
    "random_page_cost": "1.1",
    "jit": "off",
}
"""A server's of 8 GB or more, as `deploy/POSTGRES.md` has them; made_postgres turns fsync off besides."""
SAMPLE = 200
NEAREST = 10
BLOCK = 50_000


# One step of one size, in a process of its own


def make(items: int, folder: Path) -> dict[str, object]:
    """Makes the minutes and the questions in the folder."""
    minutes = corpus.generate(items)
    subjects = sorted({item.topic.capitalize() for one in minutes for item in one.items if item.topic})
    questions = corpus.questions(minutes, EACH) + _of_bodies(minutes)
    _save(folder / "subjects.json", subjects)
    _save(folder / "questions.json", [[one.kind, one.text] for one in questions])
    corpus.write(folder / "source", minutes)
    return {}


def build(folder: Path, url: str, shard: Shard) -> dict[str, object]:
    """Reads one part; what it took, by the report and by the process."""
    settings = Settings.from_env(os.environ)
    real = load_query_embedder(choose_model(settings.model), settings.cache)
    embedder = Near(_Kept(real, folder / "bases.npy"), json.loads((folder / "subjects.json").read_text()))
    cpu, wall, steps = time.process_time(), time.monotonic(), dict[str, float]()

    def tell(step: str, done: int, total: int) -> None:
        if done == total:
            steps[step] = round(time.monotonic() - wall, 1)

    with contextlib.closing(Database(url, folder / "work")) as database:
        options = Options(max_shrink=None, shard=shard if shard.of > 1 else None)
        report = build_index(folder / "source", database, real.model_id, lambda: embedder, tell, read_known, options)
    return {
        "items": report.items,
        "chunks": report.chunks,
        "cpu_s": round(time.process_time() - cpu, 1),
        "wall_s": report.seconds,
        "steps": steps,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


class _Kept:
    """An `Embedder` whose vectors of the subjects are kept in a file: each part needs the same."""

    def __init__(self, real: Embedder, file: Path) -> None:
        self.model_id, self.dim, self.queries = real.model_id, real.dim, real.queries
        self._real, self._file = real, file

    def passages(self, texts):
        if not self._file.exists():
            np.save(self._file, self._real.passages(texts))
        return np.load(self._file)


def ask(items: int, folder: Path, url: str, postmaster: int) -> dict[str, object]:
    """Times of opening and of the questions, their vectors ready; processor milliseconds of client and server."""
    settings = Settings.from_env(os.environ)
    embedder = Ready(load_query_embedder(choose_model(settings.model), settings.cache))

    def spent(work: Callable[[], object]) -> tuple[float, float, float]:
        """Processor seconds of client and server, and seconds by the clock."""
        served = server_seconds(postmaster, urlsplit(url).path[1:])
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        return cpu, server_seconds(postmaster, urlsplit(url).path[1:]) - served, wall

    with contextlib.closing(Database(url, folder / "work")) as database:
        opened = spent(lambda: Library(open_generation(database)).warm())
        library = Library(open_generation(database))
        library.warm()
        times: dict[str, list[tuple[float, float]]] = {}
        clients = []
        for kind, text in _asked(folder, items):
            ask_it = partial(answer_now, text, library, lambda: embedder, TODAY)
            ask_it()  # embeds; the pages come into the cache
            client, server, wall = (1000 * seconds for seconds in spent(ask_it))
            times.setdefault(kind, []).append((client + server, wall))
            clients.append((client, wall))
        figures: dict[str, object] = {
            "open_s": [round(one, 2) for one in opened],
            "client_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "server_mb": round(server_mb(postmaster)),
            "client": _percentiles(clients),
            "kinds": {kind: _percentiles(one) for kind, one in times.items()},
            "recall_at_10": _recall(library),
        }
    for name, kinds in (("body", WITH_BODY), ("all", WITHOUT), ("register", NO_SEARCH)):
        figures[name] = _percentiles([one for kind in kinds for one in times.get(kind, ())])
    return figures


def _recall(library: Library) -> float:
    """The share of the ten stored vectors nearest to one of some of them that a search finds."""
    index = library.index
    assert isinstance(index, PostgresIndex) and isinstance(index.register, PostgresRegister)
    highest = index.vectors.highest
    chosen = np.linspace(1, highest, SAMPLE).astype(np.int64)
    sent = index.register.read("SELECT n, vector_send(embedding) FROM vectors WHERE n = ANY(%s)", [chosen.tolist()])
    queries = np.array([np.frombuffer(row[1], ">f4", offset=4) for row in sent], np.float32)
    best: list[tuple[np.ndarray, np.ndarray]] = []
    for first in range(0, highest, BLOCK):
        rows = index.register.read(
            "SELECT n, vector_send(embedding) FROM vectors WHERE n > %s AND n <= %s", [first, first + BLOCK]
        )
        cosines = np.array([np.frombuffer(row[1], ">f4", offset=4) for row in rows], np.float32) @ queries.T
        top = np.argpartition(-cosines, NEAREST, axis=0)[:NEAREST]
        best.append((np.array([row[0] for row in rows])[top], np.take_along_axis(cosines, top, 0)))
    numbers, cosines = (np.concatenate(parts) for parts in zip(*best, strict=True))
    exact = np.take_along_axis(numbers, np.argsort(-cosines, axis=0)[:NEAREST], 0)
    found = [
        len(set(index.vectors.search(query, NEAREST)[0]) & set(one))
        for query, one in zip(queries, exact.T, strict=True)
    ]
    return round(sum(found) / (NEAREST * len(found)), 4)


# The server


@contextlib.contextmanager
def running_server(folder: Path | None) -> Iterator[object]:
    """A server with the settings above; its files stay where a folder is given."""
    sys.path.insert(0, str(ROOT / "tests"))
    from made_postgres import new_server

    with new_server(settings=SETTINGS, keep=folder) as server:
        yield server


def server_seconds(postmaster: int, database: str = "") -> float:
    """Processor seconds of the server's processes so far, those that have ended among them; of those that serve a
    database now, where one is named.
    """
    nanoseconds = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields, name = stat.read_text().rpartition(")")[2].split(), (stat.parent / "cmdline").read_bytes()
            if int(fields[1]) == postmaster and f" {database}".encode() in name:
                nanoseconds += int((stat.parent / "schedstat").read_text().split()[0])
            elif int(stat.parent.name) == postmaster and not database:
                nanoseconds += sum(map(int, fields[13:15])) * 10**9 // os.sysconf("SC_CLK_TCK")
    return nanoseconds / 1e9


def server_mb(postmaster: int) -> float:
    """The memory of the server's processes, shared memory counted once."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if postmaster in (int(stat.parent.name), parent):
                rollup = (stat.parent / "smaps_rollup").read_text()
                total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def sizes_mb(url: str) -> dict[str, int]:
    """Table or index -> MB, of those above one; "all" the whole database."""
    import psycopg

    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT relname, CASE relkind WHEN 'r' THEN pg_table_size(oid) ELSE pg_relation_size(oid) END FROM pg_class"
            " WHERE relnamespace = 'motesminnet'::regnamespace AND relkind IN ('r', 'i') ORDER BY 2 DESC"
        ).fetchall()
        (whole,) = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return {"all": round(whole / 1e6)} | {name: round(size / 1e6) for name, size in rows if size > 1e6}


# All sizes, and the page


def measure(size: int, folder: Path, server) -> dict[str, object]:
    """The figures of one size, each step in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    url, command = server.database(f"items{size}"), ["bench.scale_postgres", str(size), str(folder)]
    kept = folder / "postgres.json"
    if not kept.exists():
        if not (folder / "subjects.json").exists():
            run_child([*command, "make"])
        parts = max(1, size // ITEMS_A_SHARD)
        before = server_seconds(server.process.pid)
        runs = [
            json.loads(run_child([*command, "build", url, f"{part}/{parts}"]).output) for part in range(1, parts + 1)
        ]
        _save(kept, {"runs": runs, "server_cpu_s": round(server_seconds(server.process.pid) - before, 1)})
    built = json.loads(kept.read_text(encoding="utf-8")) | {"sizes_mb": sizes_mb(url)}
    asked = json.loads(run_child([*command, "ask", url, str(server.process.pid)]).output)
    return {"built": built, "asked": asked}


def report(sizes: dict[int, dict[str, dict]]) -> str:
    """The tables, in markdown."""
    kinds = dict.fromkeys(kind for one in sizes.values() for kind in one["asked"]["kinds"])
    by_kind = [(kind, *(_pair(one["asked"]["kinds"].get(kind)) for one in sizes.values())) for kind in kinds]
    return PAGE.format(
        machine=json.dumps(machine()),
        built=markdown_table(BUILT, [(_spaced(size), *_built(one)) for size, one in sizes.items()]),
        asked=markdown_table(OPENED, [(_spaced(size), *_asked_of(one["asked"])) for size, one in sizes.items()]),
        kinds=markdown_table(("kind", *map(_spaced, sizes)), by_kind),
    )


def _built(one: dict[str, dict]) -> tuple[object, ...]:
    runs, files = one["built"]["runs"], one["built"]["sizes_mb"]
    return (
        runs[-1]["chunks"],
        len(runs),
        sum(run["cpu_s"] for run in runs),
        one["built"]["server_cpu_s"] or "-",
        sum(run["wall_s"] for run in runs),
        runs[-1]["wall_s"] - runs[-1]["steps"]["write"],
        max(run["peak_mb"] for run in runs),
        files["all"],
        files.get("chunks_tokens_idx", 0),
        sum(mb for name, mb in files.items() if name.startswith("vectors_halfvec")),
        str(one["asked"]["recall_at_10"]),
    )


def _asked_of(found: dict[str, object]) -> tuple[object, ...]:
    return (
        found["open_s"][0],
        found["client_mb"],
        found["server_mb"],
        *(_pair(found[name]) for name in ("body", "all", "register")),
        *(_pair(found[name], "wall") for name in ("body", "all")),
    )


def _pair(times: dict[str, float] | None, clock: str = "cpu") -> str:
    return "-" if times is None else f"{times[f'{clock}_p50']:.0f} / {times[f'{clock}_p95']:.0f}"


def _spaced(size: int) -> str:
    return f"{size:,}".replace(",", " ")


BUILT = (
    *("items", "chunks", "parts", "client cpu s", "server cpu s", "clock s", "of it indexes s", "peak MB of a part"),
    *("database MB", "of it words MB", "of it HNSW MB", "recall@10"),
)
OPENED = (
    *("items", "open, client cpu s", "client MB", "server MB"),
    *("one body, p50 / p95", "no body, p50 / p95", "register, p50 / p95"),
    *("one body, clock", "no body, clock"),
)
PAGE = (
    IN_POSTGRES
    + """

`python -m bench.bench_scale --engine postgres` writes this part. PostgreSQL 18 and pgvector on the same machine,
{machine}, with the settings of `bench/scale_postgres.py` and without fsync. The minutes are read in parts of 125,000
items, one after the other; "of it indexes" is what comes after the last row is written: the index of words and the HNSW
index are made when the last part is there. Recall@10 is that of 200 stored vectors against exact search.

{built}

Processor milliseconds of a question, client and server together, asked a second time; "clock" has all waiting in it,
for other work on the machine too. The server's memory is counted with its shared buffers.

{asked}

By kind of question, processor ms, p50 / p95:

{kinds}
"""
)


def run(sizes: Sequence[int], keep: Path | None, file: Path | None) -> None:
    """Measures all sizes and writes PostgreSQL's part of the page."""
    figures: dict[str, object] = {"machine": machine(), "sizes": {}}
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with running_server(keep / "server" if keep else None) as server:
            for size in sizes:
                figures["sizes"][size] = measure(size, folder / str(size), server)
    write_page(1, report(figures["sizes"]))
    finish(figures, file)


def _save(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="One step of one size; bench_scale runs them all.")
    parser.add_argument("items", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("step", choices=("make", "build", "ask"))
    parser.add_argument("rest", nargs="*")
    options = parser.parse_args()
    if options.step == "make":
        done = make(options.items, options.folder)
    elif options.step == "build":
        done = build(options.folder, options.rest[0], Shard.parse(options.rest[1]))
    else:
        done = ask(options.items, options.folder, options.rest[0], int(options.rest[1]))
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main()
