"""Documents taken out of the index: absent at once, kept out, and gone from every file after a purge."""

import json
from datetime import date

import pytest
from made_canaries import CANARIES, canary_minutes, held, needles
from made_index import MINUTES, TopicEmbedder, build, write_minutes

from bot.shelf import Shelf
from indexer import forget
from indexer.build import Options, build_index
from indexer.forgotten import FILE, read_forgotten
from indexer.generation import open_generation
from indexer.lexical import word_tokens
from indexer.records import IndexerError
from indexer.store import Register

TODAY = date(2026, 3, 4)
NORRDAL = "norrdal-2022-03-04"


@pytest.fixture
def source(tmp_path):
    return write_minutes(tmp_path / "minutes")


@pytest.fixture
def index(tmp_path, source):
    return build(source, tmp_path / "index")


def rerun(source, index, **options):
    return build_index(source, index, TopicEmbedder().model_id, TopicEmbedder, options=Options(**options))


def paths(index):
    with Register.open(open_generation(index).register) as register:
        return [one.path for one in register.documents()]


@pytest.mark.parametrize("name", [NORRDAL, f"{NORRDAL}.txt"], ids=["id", "file name and path"])
def test_forgotten_document_is_out_of_the_index_at_once_and_of_later_runs(source, index, name):
    forgot = forget.forget(index, [name], TODAY)
    assert ([one.id for one in forgot.documents], forgot.generation) == ([NORRDAL], 2)
    assert paths(index) == ["granvik.txt", "sjovik-2021-11-19.md"]
    report = rerun(source, index)
    assert (report.published, report.forgotten, report.removed) == (False, (f"{NORRDAL}.txt",), ())
    assert f"Glömda (motesminnet forget), finns kvar i källan:\n  {NORRDAL}.txt" in report.text()


def test_forgotten_document_stays_out_when_it_is_edited_or_moved(source, index):
    forget.forget(index, [NORRDAL], TODAY)
    (source / f"{NORRDAL}.txt").rename(source / "annat-namn.txt")
    assert rerun(source, index).forgotten == ("annat-namn.txt",)
    (source / f"{NORRDAL}.txt").write_text("Nätverket Ny\n\n1. Resor\nVi reser.\n")
    assert rerun(source, index).forgotten == ("annat-namn.txt", f"{NORRDAL}.txt")
    assert len(paths(index)) == 2


def test_undo_brings_the_document_back_with_the_next_run(source, index):
    forget.forget(index, [NORRDAL, "granvik"], TODAY)
    forget.remember(index, [f"{NORRDAL}.txt"])
    report = rerun(source, index)
    assert (report.added, report.forgotten) == ((f"{NORRDAL}.txt",), ("granvik.txt",))


def test_copies_go_together_and_are_taken_back_one_by_one(source, index):
    (source / "kopia.txt").write_text(MINUTES["granvik.txt"])
    rerun(source, index)
    assert [one.id for one in forget.forget(index, ["kopia"], TODAY).documents] == ["granvik", "kopia"]
    forget.remember(index, ["granvik"])
    assert rerun(source, index).added == ("granvik.txt",)
    forget.remember(index, ["kopia"])
    assert rerun(source, index).added == ("kopia.txt",)


def test_list_says_neither_what_a_document_holds_nor_what_it_is_called(index):
    forget.forget(index, [NORRDAL], TODAY)
    listed = (index / FILE).read_text()
    assert "norrdal" not in listed.casefold()
    assert set(json.loads(listed)["paths"].values()) == {"2026-03-04"}


def test_the_last_document_can_be_forgotten_and_taken_back(source, index):
    forget.forget(index, [NORRDAL, "granvik", "sjovik-2021-11-19"], TODAY)
    assert (paths(index), [path.name for path in index.glob("gen-*")]) == ([], ["gen-000002"])
    assert (rerun(source, index).published, paths(index)) == (False, [])
    forget.remember(index, ["granvik"])
    assert rerun(source, index).added == ("granvik.txt",)


def test_what_cannot_be_forgotten_changes_nothing(index):
    with pytest.raises(IndexerError, match="inget dokument 'okänt'"):
        forget.forget(index, ["okänt"], TODAY)
    assert (len(paths(index)), read_forgotten(index).paths) == (3, {})


def test_name_that_two_documents_have_asks_for_the_path(source, index):
    for folder in ("a", "b"):
        (source / folder).mkdir()
        (source / folder / "p.txt").write_text(MINUTES["granvik.txt"] + folder)
    rerun(source, index)
    with pytest.raises(IndexerError, match=r"a/p.txt, b/p.txt"):
        forget.forget(index, ["p.txt"], TODAY)
    assert [one.path for one in forget.forget(index, ["a/p.txt"], TODAY).documents] == ["a/p.txt"]


def test_document_that_is_not_listed_cannot_be_taken_back(index):
    with pytest.raises(IndexerError, match="'granvik' är inte glömt"):
        forget.remember(index, ["granvik"])


def test_damaged_list_stops_a_run(source, index):
    (index / FILE).write_text("{")
    with pytest.raises(IndexerError, match="glömda dokument"):
        rerun(source, index)


def test_forgetting_many_is_no_shrinking(source, index):
    for n in range(8):
        (source / f"d{n}.txt").write_text(f"Nätverket {n}\n\n1. Resor\nVi reser {n}.\n")
    rerun(source, index)
    forget.forget(index, [f"d{n}" for n in range(6)], TODAY)
    assert rerun(source, index).documents == 5


@pytest.mark.parametrize("way", ["forgotten", "deleted at the source"])
def test_damaged_index_never_lets_an_older_one_with_the_document_answer(source, index, way):
    (source / "granvik.txt").write_text(MINUTES["granvik.txt"] + "\n2. Mer\nOm mer.\n")
    rerun(source, index)
    if way == "forgotten":
        forget.forget(index, [NORRDAL], TODAY)
    else:
        (source / f"{NORRDAL}.txt").unlink()
        rerun(source, index)
    open_generation(index).vectors.write_bytes(b"")
    with pytest.raises(IndexerError, match="skadat"):
        Shelf(index)


# Erasure


def lexical_terms(index):
    """The terms of the full-text table: SQLite stores them cut where they begin alike, so that bytes alone tell little."""
    with Register.open(open_generation(index).register) as register:
        return {row["term"] for row in register.rows("SELECT term FROM chunks_vocab")}


@pytest.mark.parametrize("way", ["deleted at the source", "forgotten"])
def test_of_fifty_names_not_a_byte_is_left_after_a_purge(tmp_path, way):
    source, index = write_minutes(tmp_path / "minutes"), tmp_path / "index"
    named = [f"kanarie-{n}.txt" for n in range(5)]
    for n, name in enumerate(named):
        (source / name).write_text(canary_minutes(CANARIES[10 * n : 10 * n + 10]), encoding="utf-8")
    build(source, index)
    assert {needle for _, needle in held(index, [one.encode() for one in CANARIES])} == {
        one.encode() for one in CANARIES
    }
    rare = {token for name in CANARIES for word in name.lower().split() for token in word_tokens(word)[:1]}
    assert rare <= lexical_terms(index)
    (source / "granvik.txt").write_text(MINUTES["granvik.txt"] + "\n2. Mer\nOm mer.\n")
    rerun(source, index)
    if way == "forgotten":
        forget.forget(index, named, TODAY, purge=True)
    else:
        for name in named:
            (source / name).unlink()
        rerun(source, index, max_shrink=None, purge=True)
    assert held(index, needles()) == []
    assert not lexical_terms(index).intersection(rare)
    assert len(paths(index)) == 3
