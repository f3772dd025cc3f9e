"""Tests of `bot/akin.py`: words are found as surely as by trying each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import akin
from bot.akin import KnownWords, closest, known_words

SWEDISH = """
larm larmen larmet alarmet nattlarm buss bussen busskort färdtjänst färdtjänsten fardtjanst färdtjensten
restid restiden restidsfördelning fördelning fördelningen bemanning sommar sommarbemanning jour journal journaler
kost kostnad kostnader avgift avgifter avgiften skolskjuts skolskjutsavtal avtal avtalen boende boenden särskilt
2022 2023 12 112 år ar får far digitalisering digital upphandling upphandlingen upphandla
""".split()
SPELLING = st.text("adeikmnorstvåäö26", min_size=1, max_size=12)
WORDS = st.one_of(st.sampled_from(SWEDISH), SPELLING, st.builds(str.__add__, *[st.sampled_from(SWEDISH)] * 2))


@given(WORDS, st.frozensets(WORDS, max_size=12))
def test_looking_up_finds_what_trying_each_word_does(word, others):
    assert closest(word, known_words(others)) == closest(word, set(others))


@pytest.mark.parametrize("word", SWEDISH)
def test_all_words_of_a_list_looked_up_and_tried(word):
    others = [other for other in SWEDISH if other != word]
    assert closest(word, known_words(others)) == closest(word, others)


def test_more_words_than_are_remembered_are_tried_one_by_one(monkeypatch):
    monkeypatch.setattr(akin, "MOST_WORDS", 0)
    others = known_words(["restid", "fördelning"])
    assert not isinstance(others, KnownWords)
    assert closest("restidsfördelning", others) == akin.COMPOUND


@pytest.mark.parametrize(
    ("word", "others", "value"),
    [
        ("suicidmedlen", {"suicidprevention", "medlen"}, akin.LOOSE),
        ("yrkesreseavgiften", {"yrkesresan", "avgiften"}, akin.LOOSE),
        ("suicidmedlen", {"suicidprevention"}, 0.0),
    ],
)
def test_a_compound_is_made_of_a_word_that_goes_on_otherwise_and_another(word, others, value):
    assert closest(word, known_words(others)) == value
