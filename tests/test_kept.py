"""Tests of `bot/kept.py`, and of the answers that the bot keeps."""

from datetime import date

import numpy as np
import pytest
from made_index import TopicEmbedder

from bot.kept import Kept, KeptQueries
from bot.pipeline import converse, open_library

QUESTION = "vad beslutades om yrkesresan?"
TODAY = date(2025, 1, 15)


class CountingEmbedder(TopicEmbedder):
    """Notes which questions it is given."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def queries(self, texts):
        self.asked += texts
        return super().queries(texts)


def test_what_was_used_longest_ago_is_forgotten_first():
    kept = Kept(2)
    for name in "ab":
        kept.put(name, name.upper())
    assert kept.get("a") == "A"
    kept.put("c", "C")
    assert [kept.get(name) for name in "abc"] == ["A", None, "C"]


def test_a_question_is_embedded_once():
    engine = CountingEmbedder()
    kept = KeptQueries(engine)
    first, again = kept.queries(["en", "två", "en"]), kept.queries(["två"])
    assert engine.asked == ["en", "två"]
    assert np.array_equal(first[[0, 1]], engine.queries(["en", "två"]))
    assert np.array_equal(first[[1]], again)
    assert kept.queries([]).shape == (0, engine.dim)


@pytest.fixture
def library(small_index):
    return open_library(small_index, None)


def ask(library, question=QUESTION, turns=(), today=TODAY, longest=60, reuse=True):
    return converse(question, turns, library, TopicEmbedder, today, longest, reuse=reuse)


def test_a_kept_answer_is_the_answer_but_for_its_time(library):
    plain, plain_turns = ask(library, reuse=False)
    (first, _), (again, turns) = ask(library), ask(library)
    assert [one.reused for one in (plain, first, again)] == [False, False, True]
    assert [name for name, _ in again.ms] == ["total"]
    assert (again.text, again.citations, again.generation) == (plain.text, plain.citations, plain.generation)
    assert turns == plain_turns


@pytest.mark.parametrize(
    "other",
    [
        {"question": "vad beslutades om budget?"},
        {"question": QUESTION.upper()},
        {"longest": 1},
        {"reuse": False},
    ],
    ids=["another question", "other letters", "a shorter list", "unless it is wanted"],
)
def test_an_answer_is_kept_for_nothing_else(library, other):
    ask(library)
    assert not ask(library, **other)[0].reused


def test_i_ar_is_another_year_next_year(library):
    question = "vilka möten har hållits i år?"
    answers = [ask(library, question, today=date(year, 1, 15))[0] for year in (2021, 2022)]
    assert not answers[1].reused
    assert answers[0].text != answers[1].text


def test_a_follow_up_has_the_answer_of_its_own_conversation(library):
    _, one = ask(library, "vad beslutades om yrkesresan?")
    _, two = ask(library, "vad beslutades om budget?")
    answers = [ask(library, "vem ansvarar?", turns)[0] for turns in (one, two)]
    assert [answer.full for answer in answers] == [
        ask(library, "vem ansvarar?", t, reuse=False)[0].full for t in (one, two)
    ]
    assert not answers[1].reused


def test_each_library_keeps_its_own(library, small_index):
    ask(library)
    assert not ask(open_library(small_index, None))[0].reused
