"""Which items are about the topic: near misses and what is off the topic stay out, titles before passing mentions."""

from dataclasses import replace

import pytest
from made_register import NORRDAL, Minutes, evidence

from bot.answer.select import about, rank, supported
from bot.relevance import Candidate
from indexer.records import Hit

TOPIC = {"larm": 3.0, "avgift": 2.0}


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


def kept(question, *texts):
    """The numbers of the items, each with a title and a text, that are supported as answers to the question."""
    minutes = Minutes("n", NORRDAL)
    for n, (title, text) in enumerate(texts, 1):
        minutes.item(str(n), title, text)
    return numbers(supported(evidence(question, minutes)))


LARM = ("Trygghetslarm", "Larmen byts ut. Avgiften för larm står kvar.")
OTHER = [("Taxa", "Matdistribution kostar mer."), ("Lokaler", "Hyran höjs."), ("Val", "Anna Ek väljs.")]
EVIDENCE = {
    "words in title and text": ("vad sas om trygghetslarm och avgift?", ["1"]),
    "words in text": ("vad händer med avgiften för larmen?", ["1"]),
    "off the topic": ("vad sas om parkering och vägarbete?", []),
    "no word of many": ("vad sas om cykelvägar, parkering och badhus i centrum?", []),
}


@pytest.mark.parametrize(("question", "expected"), EVIDENCE.values(), ids=EVIDENCE)
def test_evidence_that_is_enough(question, expected):
    assert kept(question, LARM, *OTHER)[:1] == expected


def test_nothing_found_is_nothing_supported():
    assert supported(evidence("vad sas om larm?", Minutes("n", NORRDAL).item("1", "Val"))) == []


REQUIRED = {
    "place there": ("vad sas om larm i Tallhamra?", "Larm i Tallhamra.", True),
    "place in the genitive": ("vad sas om larm i Tallhamra?", "Tallhamras larm.", True),
    "place missing": ("vad sas om larm i Tallhamra?", "Larm i Sjövik.", False),
    "year there": ("vad sas om budget 2027?", "Budget 2027.", True),
    "another year": ("vad sas om budget 2027?", "Budget 2026.", False),
    "part of a number": ("vad sas om budget 2027?", "Budget, dnr 12027.", False),
}


@pytest.mark.parametrize(("question", "text", "holds"), REQUIRED.values(), ids=REQUIRED)
def test_every_required_word_must_stand_in_the_item(question, text, holds):
    minutes = Minutes("n", NORRDAL).item("1", "Larm och budget", text)
    found = evidence(question, minutes)
    asked = replace(found.asked, required=("Tallhamra",) if "Tallhamra" in question else found.asked.required)
    assert numbers(supported(replace(found, asked=asked))) == (["1"] if holds else [])


def test_the_best_comes_first():
    assert kept("vad sas om trygghetslarm?", ("Övrigt", "Larm nämns."), LARM)[0] == "2"


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
