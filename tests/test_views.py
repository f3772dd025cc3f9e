"""A library as some may see it: an index without the other documents."""

import gc
import random
import shutil
import weakref
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from conftest import ROOT
from made_index import MINUTES, TopicEmbedder, build, write_minutes

from bot.access import EVERYTHING, Rights, Rules, parse_rules
from bot.evaluation import read_questions
from bot.pipeline import KEPT_VIEWS, AccessError, answer_now, converse, open_library
from indexer.records import IndexerError, Query

TODAY = date(2025, 1, 15)
SAMPLE = ROOT / "data" / "minutes"
EMBEDDER = TopicEmbedder(dim=512)


def closing(*documents):
    """The rights of anyone under rules that close these documents alone."""
    lines = [f"{document!r} = []" for document in documents]
    return Rights(parse_rules("\n".join(['default = "public"', "[documents]", *lines]).encode()), frozenset())


@pytest.fixture(scope="module")
def library(small_index):
    return open_library(small_index, None)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return open_library(build(SAMPLE, tmp_path_factory.mktemp("sample") / "index", EMBEDDER), None)


def conversation(library, questions):
    """The answers to the questions, put one after another, and what is kept of them."""
    turns, answers = (), []
    for question in questions:
        answer, turns = converse(question, turns, library, lambda: EMBEDDER, TODAY, None)
        answers.append(replace(answer, ms=()))
    return answers, turns


def compare(sample, folder, seed, number):
    """Put questions to the sample with some documents closed, and to an index that never held them."""
    chance = random.Random(seed)
    held = chance.sample(sample.origins, chance.randint(2, len(sample.origins) - 1))
    source = folder / "minutes"
    source.mkdir()
    for origin in held:
        for path in SAMPLE.glob(f"{(SAMPLE / origin.path).stem}.*"):
            shutil.copy(path, source)
    apart = open_library(build(source, folder / "index", EMBEDDER), None)
    view = sample.view(closing(*(origin.id for origin in sample.origins if origin not in held)))
    file = ROOT / "data" / "eval" / "questions.jsonl"
    questions = [question for question, _ in read_questions(file)]
    asked = chance.sample(questions, number)
    asked += ["hjälp", "vilka möten har hållits?", "vad sköts upp?", "vilka deltog?", "visa hela punkten"]
    assert conversation(view, asked) == conversation(apart, asked)
    assert view.catalog == apart.catalog


@pytest.mark.parametrize("seed", range(2))
def test_answers_are_those_of_an_index_without_the_closed_documents(sample, tmp_path, seed):
    compare(sample, tmp_path, seed, 20)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_answers_are_those_of_an_index_without_the_closed_documents_at_length(sample, tmp_path, seed):
    compare(sample, tmp_path, seed, 150)


def test_where_all_may_be_seen_the_view_is_the_library_itself(library):
    assert library.view(EVERYTHING) is library
    assert library.view(Rights(Rules(), frozenset("a"))) is library
    assert library.view(closing("finns-inte")) is library


def test_equal_rights_share_a_view_and_so_do_rights_to_the_same(library):
    view = library.view(closing("granvik"))
    assert library.view(closing("granvik")) is view
    assert library.view(replace(closing("granvik"), ids=frozenset(["somebody"]))) is view
    assert library.view(closing("granvik", "finns-inte")) is view
    assert library.view(closing("sjovik-2021-11-19")) is not view


def test_a_bounded_number_of_views_is_kept(library):
    for number in range(KEPT_VIEWS + 10):
        library.view(closing("granvik", f"x{number}"))
    assert len(library._views) == KEPT_VIEWS


def test_a_library_and_its_views_are_freed_with_the_last_that_holds_them(small_index):
    """Not when Python next looks for cycles: until then a removed generation would keep its memory and its disk."""
    library = open_library(small_index, None)
    whole, part = library.view(EVERYTHING), library.view(closing("granvik"))
    for view in (whole, part):
        converse("vad beslutades om vattenplanen?", (), view, TopicEmbedder, TODAY, reuse=True)
    gc.disable()
    try:
        held = [weakref.ref(one) for one in (library, library.index, library.index.register, part)]
        del library, whole, view
        assert held[3]() is part and held[0]() is None
        del part
        assert [one() for one in held] == [None] * 4
    finally:
        gc.enable()


def test_nothing_of_a_closed_document_can_be_had(library):
    view = library.view(closing("granvik"))
    assert [one.document for one in view.index.register.meetings()] == ["sjovik-2021-11-19", "norrdal-2022-03-04"]
    with pytest.raises(IndexerError):
        view.document("granvik")
    with pytest.raises(KeyError):
        view.meetings(["granvik"])


def test_every_table_of_the_register_is_restricted(tmp_path):
    """Also one that is added to the register later: its rows would be found here."""
    source = write_minutes(tmp_path / "minutes")
    (source / "norrdal-2022-03-04.meta.toml").write_text('aliases = ["SN"]', encoding="utf-8")
    library = open_library(build(source, tmp_path / "index"), None)
    view = library.view(closing("norrdal-2022-03-04"))
    names = library.index.register.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts_%'"
    )
    sizes = {
        name: tuple(one.index.register.rows(f"SELECT count(*) FROM {name}")[0][0] for one in (library, view))
        for (name,) in names
    }
    assert [name for name, (everything, seen) in sizes.items() if everything and seen >= everything] == []
    assert {name for name, (everything, _) in sizes.items() if not everything} <= {"deferrals"}


def test_a_view_of_nothing_answers(library):
    view = library.view(closing(*(name.split(".")[0] for name in MINUTES)))
    answers = [answer_now(question, view, TopicEmbedder, TODAY) for question in ("yrkesresan", "hjälp")]
    assert [bool(answer.citations) for answer in answers] == [False, False]
    assert view.index.search(Query("yrkesresan", "yrkesresan"), np.ones(4096, np.float32) / 64, 5) == []


def test_an_answer_that_cites_what_is_closed_never_leaves(library, monkeypatch):
    view = library.view(closing("granvik"))
    monkeypatch.setattr(view, "readable", frozenset())
    with pytest.raises(AccessError):
        answer_now("vad beslutades om yrkesresan?", view, TopicEmbedder, TODAY)


def test_turns_about_what_is_closed_since_are_leant_on_no_more(library):
    embedder = TopicEmbedder()
    asked = "vad beslutades om yrkesresan i Norrdal?"
    _, turns = converse(asked, (), library, lambda: embedder, TODAY)
    view = library.view(closing("norrdal-2022-03-04"))
    leant = converse("vem ansvarar?", turns, view, lambda: embedder, TODAY)
    alone = converse("vem ansvarar?", (), view, lambda: embedder, TODAY)
    assert [replace(one[0], ms=()) for one in (leant, alone)] == [replace(alone[0], ms=())] * 2
    assert "Yrkesresan" not in leant[0].text


def test_the_sidecar_alone_closes_a_document(tmp_path):
    source = write_minutes(tmp_path / "minutes")
    (source / "granvik.meta.toml").write_text('access = ["00000000-0000-0000-0000-00000000000A"]', encoding="utf-8")
    library = open_library(build(source, tmp_path / "index"), None)
    seen = [
        "granvik" in library.view(Rights(Rules(), frozenset(ids))).headers
        for ids in ((), ("00000000-0000-0000-0000-00000000000a",))
    ]
    assert seen == [False, True]


@pytest.mark.parametrize(
    ("beside", "seen"),
    [("access = [", False), ("access = []", False), ('access = "public"', True), ("", True)],
)
def test_a_document_that_can_no_longer_be_read_is_seen_by_those_whom_its_sidecar_lets_in(tmp_path, beside, seen):
    source = write_minutes(tmp_path / "minutes")
    build(source, tmp_path / "index")
    (source / "granvik.txt").write_bytes(b"\0" * 100)
    (source / "granvik.meta.toml").write_text(beside, encoding="utf-8")
    library = open_library(build(source, tmp_path / "index"), None)
    assert "granvik" in library.headers
    assert ("granvik" in library.view(Rights(Rules(), frozenset())).headers) is seen
