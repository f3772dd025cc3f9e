"""Which items are about the topic: near misses and what is off the topic stay out, titles before passing mentions."""

import pytest
from made_register import NORRDAL, Minutes

from bot.answer.select import about, rank, supported
from bot.relevance import Candidate
from indexer.records import Hit

TOPIC = {"larm": 3.0, "avgift": 2.0}
TEXT = "Trygghetslarm\nLarmen byts. Avgiften står kvar."


def candidate(number="1", title=0.0, decisions=0.0, text=0.0, focus=1.0, dense=0.02, score=0.06):
    """An item with this evidence; its meeting holds items 1 to 5."""
    minutes = Minutes("n", NORRDAL)
    for n in "12345":
        minutes.item(n, f"Punkt {n}")
    meeting = minutes.meeting()
    item = meeting.items[int(number) - 1]
    return Candidate(
        meeting, item, Hit(f"{item.id}.1", item.id, "n", 1, score, dense, text), title, decisions, text, focus
    )


def numbers(chosen):
    return [c.item.number for c in chosen]


def kept(*candidates, required=(), weights=TOPIC, asks="", narrow=False, **texts):
    given = {f"n#{n}": texts.get(f"text{n}", TEXT) for n in "12345"}
    return numbers(supported(candidates, required, given, weights, asks, narrow))


EVIDENCE = {
    "words in title": ({"title": 0.5, "text": 0.5}, True),
    "words in text": ({"text": 0.6}, True),
    "too few words": ({"text": 0.2}, False),
    "words without a score": ({"text": 0.6, "score": 0.01}, False),
    "meaning alone": ({"dense": 0.1, "score": 0.1}, True),
    "off the topic": ({"dense": 0.01, "score": 0.01}, False),
    "near in sound only": ({"text": 0.25, "title": 0.25, "dense": 0.03}, False),
}


@pytest.mark.parametrize(("values", "enough"), EVIDENCE.values(), ids=EVIDENCE)
def test_evidence_that_is_enough(values, enough):
    assert kept(candidate(**values)) == (["1"] if enough else [])


def test_nothing_found_is_nothing_supported():
    assert kept() == []


def test_only_the_nearest_in_meaning_needs_no_words():
    near = [candidate(n, dense=0.1 - int(n) / 100, score=0.1) for n in "12345"]
    assert kept(*near) == ["1"]


def test_meaning_that_all_share_is_no_evidence():
    assert kept(*(candidate(n, dense=0.04, score=0.04) for n in "12345")) == []


def test_part_of_the_only_word_is_not_enough():
    assert kept(candidate(text=0.6), weights={"restid": 2.0}) == []
    assert kept(candidate(text=0.85), weights={"restid": 2.0}) == ["1"]


REQUIRED = {
    "place there": (("Tallhamra",), "Larm i Tallhamra.", True),
    "place in the genitive": (("Tallhamra",), "Tallhamras larm.", True),
    "place missing": (("Tallhamra",), "Larm i Sjövik.", False),
    "year there": (("2027",), "Budget 2027.", True),
    "another year": (("2027",), "Budget 2026.", False),
    "part of a number": (("2027",), "Dnr 12027.", False),
    "one of two": (("Tallhamra", "2027"), "Tallhamra 2026.", False),
    "both": (("Tallhamra", "2027"), "Tallhamra 2027.", True),
}


@pytest.mark.parametrize(("required", "text", "holds"), REQUIRED.values(), ids=REQUIRED)
def test_every_required_word_must_stand_in_the_item(required, text, holds):
    assert kept(candidate(title=1.0, text=1.0), required=required, text1=text) == (["1"] if holds else [])


@pytest.mark.parametrize("asks", ["who", "which", "how_much", "how_many", "why"])
def test_right_topic_without_the_weightiest_word_is_a_near_miss(asks):
    weights = {"körkort": 3.0, "larm": 2.0, "avgift": 2.0}
    assert kept(candidate(text=0.5), weights=weights, asks=asks) == []
    assert kept(candidate(text=0.5), weights=weights) == ["1"]
    assert kept(candidate(text=0.5), weights=weights, asks=asks, text1=f"{TEXT} Körkortet.") == ["1"]


def test_supported_come_best_first():
    assert kept(candidate("1", text=0.5), candidate("2", text=0.9), candidate("3", title=0.9, text=0.9)) == [
        "3",
        "2",
        "1",
    ]


def test_rank_prefers_a_title_to_a_text_and_more_words_to_fewer():
    ordered = [candidate(title=1.0, text=1.0), candidate(text=1.0), candidate(text=0.5), candidate()]
    assert sorted(ordered, key=rank, reverse=True) == ordered


def chosen(*candidates, weights=TOPIC, **texts):
    given = {f"n#{n}": texts.get(f"text{n}", "Övrigt\nLarm nämns, och avgift.") for n in "12345"}
    return numbers(about(list(candidates), given, weights))


TITLED = candidate("1", title=1.0, text=1.0, dense=0.1)
ABOUT = {
    "another title": ({"title": 1.0, "text": 1.0}, "Larm", True),
    "a decision on it": ({"decisions": 1.0, "text": 1.0}, "Larm nämns.", True),
    "passing mention": ({"text": 1.0}, "Larm nämns.", False),
    "mentioned twice": ({"text": 1.0}, "Larm nämns. Larmen igen.", True),
    "as near in meaning": ({"text": 1.0, "dense": 0.09}, "Larm nämns.", True),
    "too few of the words": ({"text": 0.5}, "Larm nämns. Larmen igen.", False),
    "without the weightiest word": ({"text": 0.9, "title": 0.9, "focus": 0.0}, "Avgift", False),
}


@pytest.mark.parametrize(("values", "text", "listed"), ABOUT.values(), ids=ABOUT)
def test_beside_an_item_with_the_topic_in_its_title(values, text, listed):
    assert chosen(TITLED, candidate("2", **values), text2=text) == (["1", "2"] if listed else ["1"])


def test_mentions_count_where_no_title_has_the_topic():
    assert chosen(candidate("1", text=1.0), candidate("2", text=0.9)) == ["1", "2"]


def test_an_item_found_by_meaning_stands_alone():
    assert chosen(candidate("1", text=0.2), candidate("2", text=0.2)) == ["1"]


def test_best_item_is_kept_even_without_the_weightiest_word():
    assert chosen(candidate("1", text=0.8, focus=0.0), candidate("2", text=0.8, focus=0.0)) == ["1"]


def test_nothing_supported_is_about_nothing():
    assert about([], {}, {}) == []


def test_words_that_no_item_has_do_not_hide_the_others():
    half = {"title": 0.5, "text": 0.5, "focus": 0.0}
    weights = {"larm": 3.0, "bråttom": 3.1}
    assert chosen(candidate("1", **half), candidate("2", **half), weights=weights) == ["1", "2"]
