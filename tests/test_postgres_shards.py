"""A corpus read in parts into PostgreSQL, by several runs at the same time: it ends as one that was read at once."""

import contextlib
import json
from dataclasses import asdict, replace
from datetime import date

import pytest
from made_index import TopicEmbedder, build, run, write_minutes
from made_runs import Runs

from bot.pipeline import answer_now, open_library
from bot.show import answer_json, meeting_json
from indexer import postgres, postgres_write
from indexer.build import Options, build_index
from indexer.database import Database, wait_to_publish
from indexer.engines import open_register
from indexer.erasing import Erasing
from indexer.generation import current_seal, open_generation, run_lock
from indexer.postgres import TABLES
from indexer.read import SUFFIXES
from indexer.records import BusyError, IndexerError, UnavailableError
from indexer.shard import Shard, is_complete
from indexer.sources import Skipped, only_folder

DAY, FILES = date(2025, 1, 15), 14
PARTS = [Shard(number, 3) for number in (1, 2, 3)]
QUESTIONS = (
    "vad beslutades om budgeten?",
    "vilka möten har hållits?",
    "vad sägs om hem 7?",
    "vad beslutade Nämnden Ort5?",
)
TEXT = """\
Nämnden Ort{0}
Minnesanteckningar fredag 19 november 2021

1. Budget
Beslut: Nämnden godkänner budgeten {0}.

2. Familjehem
Nämnden talade om hem {0}.
"""


@pytest.fixture
def source(tmp_path):
    """Minutes of as many bodies; each part has some."""
    folder = write_minutes(tmp_path / "minutes", {f"ort{number}.txt": TEXT.format(number) for number in range(FILES)})
    assert all(len(paths(folder, part)) >= 2 for part in PARTS)
    return folder


def paths(source, part):
    return sorted(one.name for one in source.iterdir() if part.holds(one.name))


def read(source, database, part, embedder=None, **options):
    """The report of a run over one part, with connections and a work folder of its own."""
    embedder = embedder or TopicEmbedder()
    with contextlib.closing(Database(database._url, database.work)) as own:
        return build_index(source, own, embedder.model_id, lambda: embedder, options=Options(shard=part, **options))


def told(place):
    """All that the index answers, its numbers of generations aside."""
    library = open_library(place, None)
    answers = [answer_json(answer_now(question, library, TopicEmbedder, DAY)) for question in QUESTIONS]
    meetings = [meeting_json(library, one) for one in library.index.register.meetings()]
    return [{**one, "ms": 0, "generation": 0} for one in answers], meetings


def held(database):
    """The paths of the documents that the database holds."""
    with open_register(open_generation(database)) as register:
        return [one.path for one in register.documents()]


def test_parts_read_at_the_same_time_are_as_one_run(source, database, tmp_path):
    with Runs() as runs:
        done = runs.together(
            *({"source": str(source), "index": database._url, "options": ["--shard", str(part)]} for part in PARTS)
        )
    assert [one["status"] for one in done] == [0, 0, 0], done
    assert told(database) == told(build(source, tmp_path / "index"))
    manifest = open_generation(database).manifest
    assert (manifest.number, manifest.counts["documents"], len(manifest.source)) == (3, FILES, FILES)
    assert [read(source, database, part).published for part in PARTS] == [False, False, False]


def test_a_part_that_was_killed_is_read_again(source, database, tmp_path):
    read(source, database, PARTS[0])
    before = current_seal(database), held(database)
    with Runs() as runs, database.transaction() as connection:
        wait_to_publish(connection)  # so that the run cannot get to its end
        killed = runs(source, database._url, options=["--shard", "2/3"], after=1.5)
    assert killed["status"] == -9
    assert (current_seal(database), held(database)) == before == (before[0], paths(source, PARTS[0]))
    for part in PARTS[1:]:
        read(source, database, part)
    assert told(database) == told(build(source, tmp_path / "index"))


@pytest.mark.parametrize("how", ["fault", "server"])
def test_a_part_cut_off_while_it_writes_leaves_the_others(source, database, how, tmp_path):
    for part in PARTS[:2]:
        read(source, database, part)
    before = current_seal(database), held(database)

    def cut(step, done, total):
        if (step, done) == ("write", total):
            if how == "fault":
                raise ZeroDivisionError
            with database.transaction() as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'motesminnet index'"
                )

    with pytest.raises(ZeroDivisionError if how == "fault" else UnavailableError):
        build_index(source, database, "topic-4096", TopicEmbedder, cut, options=Options(shard=PARTS[2]))
    assert (current_seal(database), held(database)) == before
    assert len(read(source, database, PARTS[2]).added) == len(paths(source, PARTS[2]))
    assert told(database) == told(build(source, tmp_path / "index"))


def test_what_is_gone_from_a_part_goes_with_its_run(source, database, tmp_path):
    for part in PARTS:
        read(source, database, part)
    gone, changed = paths(source, PARTS[0])[0], paths(source, PARTS[1])[0]
    (source / gone).unlink()
    (source / changed).write_text(TEXT.format(77))
    assert not read(source, database, PARTS[2]).published
    assert gone in held(database)
    assert read(source, database, PARTS[0]).removed == (gone,)
    assert read(source, database, PARTS[1]).changed == (changed,)
    with database.snapshot() as connection:
        for table in TABLES[1:]:
            sql = f"SELECT count(*) FROM motesminnet.{table} WHERE document = %s"
            assert connection.execute(sql, [gone.removesuffix(".txt")]).fetchone()[0] == 0
    assert told(database) == told(build(source, tmp_path / "index"))


def test_each_part_notes_what_is_still_to_be_erased(source, database):
    for part in PARTS:
        read(source, database, part)
    gone = paths(source, PARTS[0])[0]
    (source / gone).unlink()
    name = gone.removesuffix(".txt")
    assert read(source, database, PARTS[0]).erased == (name,)
    assert read(source, database, PARTS[1]).erased == ()
    assert read(source, database, PARTS[0]).erased == (name,)  # nobody has deleted the traces yet
    Erasing(database, PARTS[0]).strike([name])
    assert read(source, database, PARTS[0]).erased == ()


def test_too_much_gone_from_a_part_changes_nothing(source, database):
    for number in range(FILES, 40):
        (source / f"ort{number}.txt").write_text(TEXT.format(number))
    read(source, database, PARTS[0])
    for name in paths(source, PARTS[0])[:-1]:
        (source / name).unlink()
    with pytest.raises(IndexerError, match="--allow-shrink"):
        read(source, database, PARTS[0])


def test_a_document_that_moves_into_another_part_is_there_once(source, database, tmp_path):
    for part in PARTS:
        read(source, database, part)
    name = paths(source, PARTS[0])[0]
    folder = next(n for n in map(str, range(99)) if not PARTS[0].holds(f"{n}/{name}"))
    (source / folder).mkdir()
    (source / name).rename(source / folder / name)
    (part,) = [part for part in PARTS if part.holds(f"{folder}/{name}")]
    assert read(source, database, part).added == (f"{folder}/{name}",)
    assert not read(source, database, PARTS[0]).removed
    assert sorted(held(database)) == sorted({*(f"ort{n}.txt" for n in range(FILES)), f"{folder}/{name}"} - {name})
    assert told(database) == told(build(source, tmp_path / "index"))


def test_another_layout_is_told_and_nothing_is_there_twice(source, database, tmp_path):
    for part in PARTS:
        read(source, database, part)
    report = read(source, database, Shard(1, 2))
    assert "Indexet är läst i 3 delar, nu i 2: kör alla 2" in report.text()
    assert not report.published or report.unchanged
    assert "3 delar" in read(source, database, Shard(2, 2)).problem
    assert sorted(held(database)) == sorted(f"ort{n}.txt" for n in range(FILES))
    assert told(database) == told(build(source, tmp_path / "index"))


def test_a_whole_run_takes_over_from_parts_and_parts_from_it(source, database):
    for part in PARTS:
        read(source, database, part)
    assert not read(source, database, None).added
    (source / paths(source, PARTS[0])[0]).write_text(TEXT.format(88))
    assert [len(read(source, database, part).changed) for part in PARTS] == [1, 0, 0]
    assert is_complete(open_generation(database).manifest)


def test_runs_that_would_overlap_are_refused(source, database):
    def refused(part):
        with pytest.raises(BusyError, match="annan körning"):
            read(source, database, part)

    with run_lock(database, Shard(1, 3)):
        refused(Shard(1, 3))
        refused(Shard(1, 4))
        refused(None)
        assert read(source, database, Shard(2, 3)).published
    with run_lock(database):
        refused(Shard(1, 3))
    assert read(source, database, Shard(1, 4)).published


@pytest.mark.parametrize("model", ["from the start", "while it runs"])
def test_parts_of_two_models_are_refused(source, database, model):
    read(source, database, PARTS[0])
    other = TopicEmbedder("another", 64)
    with pytest.raises(IndexerError, match="byggt med modellen 'topic-4096'"):
        read(source, database, PARTS[1] if model == "from the start" else PARTS[0], other)


def test_a_model_that_another_part_brings_meanwhile_is_refused(source, database):
    class Slow(TopicEmbedder):
        def passages(self, texts, progress=None):
            read(source, database, PARTS[1])
            return super().passages(texts)

    with pytest.raises(IndexerError, match="byggt med modellen 'topic-4096'"):
        read(source, database, PARTS[0], Slow("another"))


def test_parts_with_other_tokens_are_refused(source, database, monkeypatch):
    read(source, database, PARTS[0])
    monkeypatch.setattr("indexer.build.lexical_text", lambda text: "andra")
    with pytest.raises(IndexerError, match="annan version av programmet"):
        read(source, database, PARTS[1])


def test_each_part_is_parsed_anew_by_a_new_parser(source, database, monkeypatch):
    for part in PARTS:
        read(source, database, part)
    monkeypatch.setattr("indexer.build.PARSER_VERSION", "9999")
    assert [len(read(source, database, part).changed) for part in PARTS] == [len(paths(source, p)) for p in PARTS]
    assert {one["parser"] for one in open_generation(database).manifest.shards.values()} == {"9999"}


def test_large_indexes_are_made_when_the_last_part_is_there(source, database, monkeypatch):
    monkeypatch.setattr(postgres, "EXACT", 3)
    monkeypatch.setattr(postgres_write, "EXACT", 3)

    def indexes():
        with database.snapshot() as connection:
            sql = "SELECT indexname FROM pg_indexes WHERE schemaname = 'motesminnet' AND indexdef ~ 'hnsw|gin'"
            return {name for (name,) in connection.execute(sql)}

    small = TopicEmbedder("topic-256", 256)
    for part in PARTS[:2]:
        read(source, database, part, small)
        assert indexes() == set()
    read(source, database, PARTS[2], small)
    assert indexes() == {"chunks_tokens_idx", "vectors_halfvec_256"}
    embedded = open_library(build(source, database.work, small), None)
    for library in (open_library(database, None), embedded):
        answer = answer_now(QUESTIONS[0], library, lambda: small, DAY)
        assert answer.text == answer_now(QUESTIONS[0], embedded, lambda: small, DAY).text


def test_an_empty_part_is_no_fault_but_an_empty_source_is(source, database):
    for name in paths(source, PARTS[0]):
        (source / name).unlink()
    assert read(source, database, PARTS[0]).documents == 0
    read(source, database, PARTS[1])
    for one in source.iterdir():
        one.unlink()
    with pytest.raises(IndexerError, match=r"Inga minnesanteckningar|inte längre några"):
        read(source, database, PARTS[1])


def test_a_folder_that_cannot_be_listed_is_told_until_it_can(source, database, monkeypatch):
    closed = Skipped("stängd/", "mappen går inte att läsa")
    for part in PARTS:
        read(source, database, part)
    with monkeypatch.context() as patch:
        look = only_folder(source, SUFFIXES)
        patch.setattr(
            "indexer.build.only_folder", lambda *_: lambda *asked: replace(look(*asked), unreadable=(closed,))
        )
        assert [read(source, database, part).published for part in PARTS] == [True, False, False]
        assert open_generation(database).manifest.failed == {closed.path: closed.reason}
        assert not read(source, database, PARTS[0]).published
    assert [len(read(source, database, part).failed) for part in PARTS] == [0, 0, 0]
    assert not open_generation(database).manifest.failed


def test_a_directory_is_built_by_one_run(source, tmp_path, no_model):
    result = run("index", source, "--index", tmp_path / "index", "--shard", "3/8")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--shard är för ett index i PostgreSQL" in result.stderr
    assert "--shard 3/8" in run("index", source, "--index", tmp_path / "index", "--shard", "9/8").stderr


def test_manifest_without_parts_is_read_as_it_was(source, database):
    build(source, database)
    with database.transaction() as connection:
        (text,) = connection.execute("SELECT manifest FROM motesminnet.generation").fetchone()
        earlier = {name: value for name, value in json.loads(text).items() if name != "shards"}
        connection.execute("UPDATE motesminnet.generation SET manifest = %s", [json.dumps(earlier)])
    generation = open_generation(database)
    assert asdict(generation.manifest)["shards"] == {}
