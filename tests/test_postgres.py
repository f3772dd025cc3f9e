"""The index in PostgreSQL: the same questions give the same as the embedded index, and a publish is seen whole."""

import contextlib
import json
import threading
from dataclasses import asdict
from datetime import date

import numpy as np
import psycopg
import pytest
from conftest import ROOT, SHARED
from made_access import MINUTES as CLOSABLE
from made_index import TopicEmbedder, build, write_minutes
from made_postgres import new_server

from bot.evaluation import evaluate_questions, read_gold
from bot.pipeline import Library, answer_now, open_library
from bot.show import answer_json, meeting_json
from indexer import postgres as postgres_engine
from indexer import postgres_write as publish
from indexer import write
from indexer.build import Options, build_index
from indexer.database import Database, read_place
from indexer.engines import open_register
from indexer.forget import forget, remember
from indexer.generation import Generation, Manifest, current_seal, open_generation
from indexer.last_run import noted_run, read_last_run
from indexer.postgres import Snapshots
from indexer.records import BusyError, IndexerError, Query, SupersededError, UnavailableError
from indexer.schema import SCHEMA_VERSION

DAY = date(2025, 1, 15)
QUESTIONS = (
    "vad beslutades om yrkesresan?",
    "vad sköts upp?",
    "vilka deltog den 4 mars 2022?",
    "vad ska Anna Ek göra?",
    "vad säger Sjövik om budgeten för 2022?",
    "vilka möten har hållits?",
    "punkt 5 hos ledningsgruppen",
    "finns det något om rymdfärder?",
    "what was decided about the budget?",
)
QUERIES = {
    "nothing": Query("q", topic="yrkesresan"),
    "body": Query("q", bodies=("Ledningsgruppen Sjövik",), topic="budget"),
    "since": Query("q", since=date(2022, 1, 1), topic="färdtjänst"),
    "until": Query("q", "", until=date(2021, 12, 31)),
    "numbers": Query("q", "", numbers=("1", "5")),
    "meetings": Query("q", "", meetings=("granvik",)),
    "no such body": Query("q", bodies=("Ingen",), topic="budget"),
    "misspelt": Query("q", topic="yrkessresan buget"),
}


@pytest.fixture(scope="module")
def pair(postgres, tmp_path_factory):
    """The same minutes in both engines: libraries, embedded first."""
    folder = tmp_path_factory.mktemp("pair")
    sources = write_minutes(folder / "minutes"), write_minutes(folder / "more", CLOSABLE["Nämnden Granvik"])
    for one in sources[1].iterdir():
        one.rename(sources[0] / one.name)
    with contextlib.closing(Database(postgres.empty_database("pair"), folder / "work")) as database:
        yield [Library(open_generation(build(sources[0], place))) for place in (folder / "index", database)]


def ask(library, question):
    answer = answer_json(answer_now(question, library, TopicEmbedder, DAY))
    return {name: value for name, value in answer.items() if name not in ("ms", "generation")}


def written(records):
    """Records as plain values, whatever engine made them."""
    return json.dumps([asdict(one) for one in records], default=str)


# The contract: one suite, two engines


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_the_same(pair, question):
    embedded, in_database = pair
    assert ask(in_database, question) == ask(embedded, question)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_register_holds_the_same(pair, query):
    embedded, other = (library.index.register for library in pair)
    assert other.select_meetings(query) == embedded.select_meetings(query)
    assert other.select_items(query) == embedded.select_items(query)
    for name in ("decisions", "deferrals", "assignments", "attendees"):
        assert written(getattr(other, name)(query)) == written(getattr(embedded, name)(query))


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
@pytest.mark.parametrize("dense", [True, False])
def test_hits_are_the_same_with_the_same_scores(pair, query, dense):
    vector = TopicEmbedder().queries([query.topic or "möte"])[0] if dense else None
    for search in ("search", "search_items"):
        expected, found = (getattr(library.index, search)(query, vector, 10) for library in pair)
        assert sorted(hit.chunk for hit in found) == sorted(hit.chunk for hit in expected)
        scores = {hit.chunk: hit.score for hit in found}
        assert [scores[hit.chunk] for hit in expected] == pytest.approx([hit.score for hit in expected], abs=1e-6)


def test_whole_register_is_the_same(pair):
    embedded, other = (library.index.register for library in pair)
    for name in ("bodies", "aliases", "origins"):
        assert getattr(other, name)() == getattr(embedded, name)()
    assert written(other.documents()) == written(embedded.documents())
    assert written(other.contents()) == written(embedded.contents())
    ids = [document.id for document in embedded.documents()]
    assert written(map(other.document, ids)) == written(map(embedded.document, ids))
    assert list(other.items()) and other.items() == embedded.items()
    assert other.chunks() == embedded.chunks()
    assert other.vectors_by_hash().keys() == embedded.vectors_by_hash().keys()
    assert np.array_equal(other.vectors()[1], embedded.vectors()[1])
    assert [meeting_json(pair[1], one) for one in other.meetings()] == [
        meeting_json(pair[0], one) for one in embedded.meetings()
    ]


def test_terms_weigh_the_same(pair):
    embedded, other = (library.index for library in pair)
    terms = ("__yrkesres", "_yrk", "__", "__budget", "o'brien \\ 'x")
    assert [other.idf(term) for term in terms] == [embedded.idf(term) for term in terms if "'" not in term] + [
        other.idf("__")
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_part_of_an_index_answers_the_same(pair, question):
    readable = {document.id for document in pair[0].index.register.documents()} - {"granvik", "sjovik-2021-11-19"}
    embedded, other = (Library(one.generation, one.index.restricted(readable)) for one in pair)
    assert ask(other, question) == ask(embedded, question)


def test_no_table_of_a_part_holds_other_rows(pair):
    register = pair[1].index.restricted({"granvik"}).register
    for table in set(postgres_engine.TABLES) - {"documents"}:
        assert {row["document"] for row in register.rows(f"SELECT document FROM {table}")} <= {"granvik"}
    assert [row["id"] for row in register.rows("SELECT id FROM documents")] == ["granvik"]


def test_many_vectors_are_searched_through_hnsw(postgres, tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_engine, "EXACT", 100)
    monkeypatch.setattr(publish, "EXACT", 100)
    rows = np.random.default_rng(1).normal(size=(400, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    with contextlib.closing(Database(postgres.empty_database("scratch"), tmp_path)) as database:
        database.prepare()
        with database.transaction() as connection:
            publish._copy(
                connection,
                "vectors",
                [{"n": n, "body": "", "document": "", "embedding": row} for n, row in enumerate(rows, 1)],
            )
            publish._index_vectors(connection, 32, 400)
            connection.execute("INSERT INTO motesminnet.generation (number, seal, manifest) VALUES (1, 's', '')")
        manifest = Manifest("m", 32, {"schema": SCHEMA_VERSION}, {}, {}, "")
        vectors = postgres_engine.PostgresIndex(Snapshots(database, Generation(1, database, manifest, "s"))).vectors
        found, cosines = vectors.search(rows[0], 10)
        within = np.arange(1, 400, 2)
        allowed, _ = vectors.search(rows[0], 10, within)
        exact = np.argsort(-(rows @ rows[0])) + 1
        assert len(set(found) & set(exact[:10])) >= 9
        assert cosines == pytest.approx(rows[found - 1] @ rows[0], abs=1e-6)
        assert len(set(allowed) & set(exact[np.isin(exact, within)][:10])) >= 9
        with database.transaction() as connection:
            publish._drop_vector_indexes(connection, None)
            assert connection.execute("SELECT to_regclass('motesminnet.vectors_halfvec_32')").fetchone()[0] is None


@pytest.fixture
def large_pair(monkeypatch, database, tmp_path):
    """The same minutes in both engines, as a large index holds them: libraries, embedded first."""
    for module in (write, publish):
        monkeypatch.setattr(module, "LARGE", 4)
        monkeypatch.setattr(module, "COMMON", 0.3)
    for module in (postgres_engine, publish):
        monkeypatch.setattr(module, "EXACT", 4)
    source, embedder = write_minutes(tmp_path / "minutes"), TopicEmbedder("topic-1024", 1024)
    return [Library(open_generation(build(source, place, embedder))) for place in (tmp_path / "index", database)]


def test_common_tokens_of_a_large_index_are_counted(large_pair):
    embedded, other = (library.index.register for library in large_pair)
    assert other.common_tokens() == embedded.common_tokens() != {}
    with other._snapshots.open() as connection:
        (noted,) = connection.execute("SELECT data FROM motesminnet.figures WHERE name = 'mean'").fetchone()
    assert np.allclose(json.loads(noted), embedded.vectors()[1].mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_of_a_large_index_are_the_same(large_pair, question):
    embedded, other = (
        answer_json(answer_now(question, library, lambda: TopicEmbedder("topic-1024", 1024), DAY))
        for library in large_pair
    )
    assert {**other, "ms": 0} == {**embedded, "ms": 0}


def scores(request, name, every, database):
    """The figures of the embedded index and of the database, of every so many of the questions with gold."""
    embedded, engine = request.getfixturevalue(f"{name}_index"), request.getfixturevalue("light_engine")
    root, gold = (ROOT / "data" / "minutes", ROOT) if name == "sample" else (SHARED / "minutes", SHARED)
    questions = read_gold((gold / "data" if name == "sample" else gold) / "eval" / "questions.jsonl", None)[::every]
    build(root, database, engine)
    libraries = [open_library(place, None) for place in (embedded, database)]
    return [evaluate_questions(questions, library, lambda: engine, DAY, {})[0] for library in libraries]


@pytest.mark.model
@pytest.mark.parametrize(("name", "every"), [("sample", 24), ("shared", 6)])
def test_gold_questions_score_the_same(request, name, every, database):
    expected, found = scores(request, name, every, database)
    assert found == expected


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("name", ["sample", "shared"])
def test_all_gold_questions_score_the_same(request, name, database):
    expected, found = scores(request, name, 1, database)
    assert found == expected


@pytest.mark.slow
def test_an_older_server_answers_the_same(pair, tmp_path):
    with new_server(16) as server, contextlib.closing(Database(server.url, tmp_path / "work")) as database:
        library = Library(open_generation(build(write_minutes(tmp_path / "minutes"), database)))
        embedded = Library(open_generation(build(tmp_path / "minutes", tmp_path / "index")))
        assert [ask(library, question) for question in QUESTIONS] == [ask(embedded, question) for question in QUESTIONS]


# Publishing


def minutes(number):
    """Minutes of a body of its own, with two items."""
    items = (
        f"1. Budget\nBeslut: Nämnden godkänner budgeten {number}.\n\n2. Familjehem\nNämnden talade om hem {number}.\n"
    )
    return f"Nämnden Ort{str(number)[0]}\nMinnesanteckningar fredag 19 november 2021\n\n{items}"


@pytest.fixture
def tree(tmp_path, database):
    folder = tmp_path / "minutes"
    folder.mkdir()
    for number in range(4):
        (folder / f"ort{number}.txt").write_text(minutes(number))
    build(folder, database)
    return folder


def run(tree, database, **options):
    embedder = TopicEmbedder()
    return build_index(tree, database, embedder.model_id, lambda: embedder, options=Options(max_shrink=None, **options))


def bodies(database):
    with open_register(open_generation(database)) as register:
        return register.bodies()


def test_only_rows_of_changed_documents_are_written(tree, database):
    def rows():
        with database.snapshot() as connection:
            return dict(connection.execute("SELECT id, xmin::text FROM motesminnet.items").fetchall())

    before = rows()
    (tree / "ort1.txt").write_text(minutes("1b"))
    report = run(tree, database)
    assert (report.generation, report.published, report.embedded) == (2, True, 2)
    assert {name for name, written in rows().items() if before.get(name) != written} == {"ort1#1", "ort1#2"}
    assert not run(tree, database).published


def test_other_tokens_are_written_anew(tree, database, monkeypatch):
    monkeypatch.setattr("indexer.postgres_write.lexical_text", lambda text: "andra")
    monkeypatch.setattr("indexer.build.lexical_text", lambda text: "andra")
    run(tree, database)
    assert len(open_library(database, None).index.register.chunks_with("andra")) == 8


def test_deleted_documents_are_in_no_table(tree, database):
    (tree / "ort2.txt").unlink()
    assert run(tree, database, purge=True).removed == ("ort2.txt",)
    with database.snapshot() as connection:
        for table in postgres_engine.TABLES[1:]:
            rows = connection.execute(f"SELECT count(*) FROM motesminnet.{table} WHERE document = 'ort2'")
            assert rows.fetchone()[0] == 0
    assert bodies(database) == ("Nämnden Ort0", "Nämnden Ort1", "Nämnden Ort3")


def test_changed_tree_is_as_one_built_at_once(tree, database, tmp_path):
    (tree / "a.txt").write_text(minutes("a"))
    (tree / "ort0.txt").unlink()
    (tree / "ort3.txt").write_text(minutes("3b"))
    run(tree, database)
    embedded = open_library(build(tree, tmp_path / "index"), None)
    for question in ("vilka möten har hållits?", "vad beslutades om budgeten?"):
        assert ask(open_library(database, None), question) == ask(embedded, question)


def test_numbers_that_have_grown_sparse_are_given_anew(tree, database, monkeypatch):
    monkeypatch.setattr("indexer.postgres_write.SPARSE", 0)
    (tree / "ort1.txt").write_text(minutes("1b"))
    run(tree, database)
    assert open_library(database, None).index.vectors.highest == 8


def test_readers_see_a_publish_whole_or_not_at_all(tree, database):
    library = open_library(database, None)
    with library.index.reading():
        first = library.index.register.bodies()
        (tree / "ort4.txt").write_text(minutes(4))
        run(tree, database)
        assert library.index.register.bodies() == first
    with pytest.raises(SupersededError, match="nyare"):
        library.index.register.bodies()
    assert len(bodies(database)) == 5


@pytest.mark.parametrize("how", ["fault", "killed"])
def test_a_publish_cut_off_leaves_the_old_state(tree, database, how):
    seal, before = current_seal(database), bodies(database)
    (tree / "ort4.txt").write_text(minutes(4))

    def cut(step, done, total):
        if step == "write" and done == total:
            if how == "fault":
                raise ZeroDivisionError
            (pid,) = database.writer.execute("SELECT pg_backend_pid()").fetchone()
            with database.transaction() as other:
                other.execute("SELECT pg_terminate_backend(%s)", [pid])

    with pytest.raises(ZeroDivisionError if how == "fault" else UnavailableError):
        build_index(tree, database, "topic-4096", TopicEmbedder, cut)
    assert (current_seal(database), bodies(database)) == (seal, before)
    assert run(tree, database).generation == 2


def test_one_run_at_a_time(tree, database):
    with database.run_lock(), pytest.raises(BusyError, match="annan körning"):
        run(tree, database)
    assert not run(tree, database).published


def test_a_forgotten_document_stays_out_until_it_is_remembered(tree, database):
    assert [one.id for one in forget(database, ["ort1"], DAY, purge=True).documents] == ["ort1"]
    assert "Nämnden Ort1" not in bodies(database)
    assert run(tree, database).forgotten == ("ort1.txt",)
    remember(database, ["ort1"])
    assert run(tree, database).added == ("ort1.txt",)


def test_how_a_run_went_is_noted_for_all_replicas(tree, database):
    with noted_run(database) as reports:
        reports.append(run(tree, database))
    assert read_last_run(Database(database._url, tree)).outcome == "done"


def test_questions_go_on_while_generations_are_published(tree, database):
    seen, stop = set(), threading.Event()

    def look():
        while not stop.is_set():
            with contextlib.suppress(SupersededError):
                library = open_library(database, None)
                with library.index.reading():
                    names = library.index.register.bodies()
                    rows = library.index.register.rows("SELECT DISTINCT body FROM chunks ORDER BY body")
                    assert tuple(row[0] for row in rows) == names
                    seen.add(len(names))

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for number in range(4, 8):
            (tree / f"ort{number}.txt").write_text(minutes(number))
            run(tree, database)
    finally:
        stop.set()
        reader.join()
    assert seen <= {4, 5, 6, 7, 8} and len(seen) > 1


# The address and the tables


def test_a_database_that_is_not_there_is_told_of_without_its_password(tmp_path):
    place = read_place("postgresql://anna:hemligt@127.0.0.1:1/minutes?password=hemligt", tmp_path)
    with contextlib.closing(place), pytest.raises(UnavailableError) as raised:
        current_seal(place)
    assert "anna@127.0.0.1:1/minutes" in str(raised.value)
    assert "hemligt" not in f"{raised.value} {place} {place!r}"


def test_an_empty_database_is_no_index(database):
    assert current_seal(database) is None
    with pytest.raises(IndexerError, match="Bygg det"):
        open_library(database, None)


def test_tables_are_made_once_and_later_ones_are_refused(tree, database):
    database.prepare()
    with database.transaction() as connection:
        connection.execute("INSERT INTO motesminnet.migrations (version) VALUES (999)")
    with pytest.raises(IndexerError, match="version 999"):
        database.prepare()


def test_a_role_that_may_not_make_tables_is_told_who_may(postgres, database):
    with psycopg.connect(database._url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
    url = database._url.replace("postgres@", "reader@")
    with (
        contextlib.closing(Database(url, database.work)) as other,
        pytest.raises(IndexerError, match="deploy/POSTGRES"),
    ):
        other.prepare()


def test_an_index_of_another_schema_is_not_read(tree, database):
    with database.transaction() as connection:
        (text,) = connection.execute("SELECT manifest FROM motesminnet.generation").fetchone()
        manifest = json.loads(text)
        manifest["versions"]["schema"] = "0"
        connection.execute("UPDATE motesminnet.generation SET manifest = %s", [json.dumps(manifest)])
    with pytest.raises(IndexerError, match="version 0"):
        open_library(database, None)
    assert run(tree, database).published
