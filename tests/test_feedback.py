import json
import sqlite3

import pytest
from made_answers import NORRDAL, SJOVIK, make_answer
from made_index import run

from bot.evaluation import read_gold
from bot.feedback import FILE, KEEP, KEEP_ANSWERS, FeedbackStore, Opinion, evaluation_questions, read_feedback
from bot.records import BotError

GOOD, BAD = Opinion("like", "Bra", "Anna Ek"), Opinion("dislike", "Fel möte", "Anna Ek")


@pytest.fixture
def open_store(tmp_path, clock):
    """Opens a store in the file that `kept` reads; all are closed in the end."""
    opened = []

    def make(**settings):
        opened.append(FeedbackStore(tmp_path / "state" / FILE, clock=clock, **settings))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def kept(tmp_path):
    return lambda: read_feedback(tmp_path / "state" / FILE)


async def test_an_opinion_is_kept_with_the_answer_it_is_about(open_store, kept):
    store = open_store(versions=lambda generation: {"parser": f"9.{generation}"})
    await store.remember("a:1", "r1", make_answer(generation=12))
    await store.record("a:1", "r1", GOOD)
    (one,) = kept()
    assert one.as_dict() == {
        "at": "2023-11-14T22:13:20+00:00",
        "reaction": "like",
        "comment": "Bra",
        "name": None,
        "answer": {
            "question": "vad beslutades om yrkesresan?",
            "intent": "decision",
            "language": "sv",
            "mode": "extractive",
            "refused": False,
            "generation": 12,
            "versions": {"parser": "9.12"},
            "citations": [
                {"document": c.document, "item": c.item, "number": c.number, "start": c.start, "end": c.end}
                for c in (NORRDAL, SJOVIK)
            ],
        },
    }


async def test_an_answer_is_found_after_a_restart_and_only_in_its_conversation(open_store, kept):
    store = open_store()
    await store.remember("a:1", "r1", make_answer())
    again = open_store()
    await again.record("a:2", "r1", GOOD)
    await again.record("a:1", "r1", BAD)
    assert [(one.reaction, bool(one.answer)) for one in kept()] == [("like", False), ("dislike", True)]


@pytest.mark.parametrize(("names", "name"), [(False, None), (True, "Anna Ek")])
async def test_the_name_is_kept_only_where_it_is_asked_for(open_store, kept, names, name):
    await open_store(names=names).record("a:1", "r1", GOOD)
    assert [one.name for one in kept()] == [name]


async def test_old_answers_are_forgotten_and_opinions_are_not(open_store, kept, clock):
    store = open_store()
    await store.remember("a:1", "r1", make_answer())
    await store.record("a:1", "r1", GOOD)
    clock.now += KEEP + 1
    again = open_store()
    await again.record("a:1", "r1", BAD)
    assert [bool(one.answer) for one in kept()] == [True, False]


async def test_only_so_many_answers_are_kept_the_newest(open_store, kept, clock, monkeypatch):
    monkeypatch.setattr("bot.feedback.KEEP_ANSWERS", 3)
    monkeypatch.setattr("bot.feedback.PRUNE_EVERY", 1)
    store = open_store()
    for n in range(6):
        clock.now += 1
        await store.remember("a:1", f"r{n}", make_answer())
    for n in range(6):
        await store.record("a:1", f"r{n}", GOOD)
    assert [bool(one.answer) for one in kept()] == [False, False, True, True, True, True]
    assert KEEP_ANSWERS == 2_000


async def test_where_the_chat_service_gives_no_id_the_latest_such_answer_is_meant(open_store, kept):
    """As the Playground does with cards."""
    store = open_store()
    await store.remember("a:1", "", make_answer(question="först"))
    await store.remember("a:1", "", make_answer(question="sedan"))
    await store.remember("a:1", "r1", make_answer(question="med id"))
    for conversation, message in (("a:1", "r9"), ("a:1", "r1"), ("a:2", "r9")):
        await store.record(conversation, message, GOOD)
    assert [one.answer.get("question") for one in kept()] == ["sedan", "med id", None]


async def test_a_long_comment_is_cut(open_store, kept):
    await open_store().record("a:1", "r1", Opinion("like", "x" * 5_000))
    assert [len(one.comment) for one in kept()] == [2_000]


def test_where_nothing_was_said_there_is_nothing(tmp_path):
    assert read_feedback(tmp_path / FILE) == []


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / FILE).write_text("inte en databas " * 100)
    with pytest.raises(BotError, match=FILE):
        read_feedback(tmp_path / FILE)
    with pytest.raises(BotError, match="MOTESMINNET_STATE"):
        FeedbackStore(tmp_path / FILE)


# As evaluation questions, and on the command line


@pytest.fixture
async def filled(open_store):
    """Three questions: one liked, one that somebody disliked, and a no that was liked; and one opinion on nothing."""
    store = open_store()
    await store.remember("a:1", "r1", make_answer())
    await store.remember("a:1", "r2", make_answer(question="vem ska\u2028göra det?"))
    await store.remember("a:1", "r3", make_answer("Nej.", (), question="vad kostar simhallen?"))
    for message, opinion in (("r1", GOOD), ("r2", GOOD), ("r2", BAD), ("r3", GOOD), ("r4", BAD)):
        await store.record("a:1", message, opinion)


async def test_what_was_liked_becomes_gold_and_what_was_not_is_to_be_looked_at(filled, kept):
    cited = ["norrdal-2022-03-04:10", "sjovik-2021-03-19:4"]
    liked, disliked, refused = evaluation_questions(kept())
    empty = {"cite_any": [], "facts": [], "never_cite": []}
    assert liked == {
        **{"q": "vad beslutades om yrkesresan?", "kind": "decision", "cite_all": cited, "split": "feedback"},
        **{"cited": cited, "comments": ["Bra"]},
        **empty,
    }
    assert (disliked["split"], disliked["cite_all"], disliked["cited"]) == ("granska", [], cited)
    assert disliked["comments"] == ["Bra", "Fel möte"]
    assert (refused["kind"], refused["split"], refused["cite_all"]) == ("unanswerable", "feedback", [])


async def test_the_export_is_a_file_that_evaluate_reads(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_STATE", str(tmp_path / "state"))
    result = run("feedback", "--export", tmp_path / "ut.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 frågor skrevs" in result.stderr
    assert [one["q"] for one in read_gold(tmp_path / "ut.jsonl", "feedback")] == [
        "vad beslutades om yrkesresan?",
        "vad kostar simhallen?",
    ]
    assert len(read_gold(tmp_path / "ut.jsonl", "granska")) == 1


async def test_feedback_is_listed(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_STATE", str(tmp_path / "state"))
    assert run("feedback").stdout.split("\n") == [
        "2023-11-14 bra: vad beslutades om yrkesresan?",
        "    Bra",
        "2023-11-14 bra: vem ska göra det?",
        "    Bra",
        "2023-11-14 dåligt: vem ska göra det?",
        "    Fel möte",
        "2023-11-14 bra: vad kostar simhallen?",
        "    Bra",
        "2023-11-14 dåligt: (frågan är inte kvar)",
        "    Fel möte",
        "3 bra, 2 dåliga.",
        "",
    ]
    listed = json.loads(run("feedback", "--json").stdout)
    assert [one["reaction"] for one in listed] == ["like", "like", "dislike", "like", "dislike"]


def test_without_feedback_the_command_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_STATE", str(tmp_path))
    assert run("feedback").stdout == "Inga omdömen än.\n"
    assert run("feedback", "--json").stdout == "[]\n"


async def test_a_file_that_cannot_be_written_is_told(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_STATE", str(tmp_path / "state"))
    result = run("feedback", "--export", tmp_path / "finns" / "inte.jsonl")
    assert (result.exit_code, "inte.jsonl" in result.stderr) == (1, True)


async def test_no_conversation_and_no_message_id_stands_in_the_file(open_store, tmp_path):
    store = open_store()
    await store.remember("a:hemlig-konversation", "r-hemligt", make_answer())
    with sqlite3.connect(tmp_path / "state" / FILE) as database:
        assert "hemlig" not in "".join(database.iterdump())
    database.close()
