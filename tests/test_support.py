"""The probability that an item answers a question, by its signals."""

import pytest

from bot.answer.support import WEIGHTS, support

NOTHING = dict.fromkeys(WEIGHTS, 0.0)
GOOD = NOTHING | {"lead": 0.05, "lexical": 1.0, "focus": 1.0, "terms": 0.7, "kind": 1.0}


def test_support_is_a_probability():
    assert 0.0 < support(NOTHING) < support(GOOD) < 1.0


def test_an_item_with_the_words_and_the_meaning_answers():
    assert support(GOOD) > 0.6 > 0.3 > support(NOTHING)


@pytest.mark.parametrize("name", ["lead", "lexical", "focus", "kind"])
def test_what_speaks_for_an_item(name):
    assert support(GOOD) > support(GOOD | {name: 0.0})


@pytest.mark.parametrize("name", ["behind", "missing_known", "missing_heaviest", "names_missing", "counted_missing"])
def test_what_speaks_against_it(name):
    assert support(GOOD) > support(GOOD | {name: 0.5})


def test_every_signal_must_be_known():
    with pytest.raises(KeyError, match="odd"):
        support({"odd": 1.0})
