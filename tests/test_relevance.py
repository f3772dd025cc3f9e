"""How surely two words mean the same, and how strongly an item is about a topic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_register import NORRDAL, Minutes

from bot.akin import strength
from bot.relevance import best_strength, coverage, topic_weights, weigh, word_set
from indexer.records import Hit

SAME = """
    platser platserna
    restid restiden
    skola skolor
    avgift avgifterna
    enkät enkäten
    öppenvård öppenvårdens
    region regionen
    ivo ivos
    sol sol
"""
COMPOUND = """
    natt nattbemanning
    skola förskola
    barn barnhem
    färdtjänst färdtjänstresor
    missbruk missbruksvård
    delegation delegationsordning
    kris krisstöd
    beredskap krisberedskap
    resan yrkesresan
    journal journalsystem
"""
KINDRED = """
    ekonomiskt ekonomi
    digitalisering digital
    regionala regioner
    familjehem familjerätt
"""
MISSPELT = """
    färdtjensten färdtjänst
    fardtjanst färdtjänsten
    oppenvard öppenvård
    bemaning bemanning
    bemannning bemanning
    upphanling upphandling
    bugdet budget
    enket enkät
    sjukskriving sjukskrivning
"""
OTHER = """
    kris miljö
    vård värd
    far får
    hund hand
    avgift utgift
    utbildning avbildning
    förskola högskola
    förvaring förvaltning
    upphandling förhandling
    sol solenergi
    bil mobil
    hem hemtjänst
    mål målning
    lss lass
    miljö familj
    socialchef socialtjänst
    samverkan samråd
    ordförande ordning
    jouren turen
    pengar penning
    2023 2024
    1234 123
    20231 20241
    202312 202313
    2023 20235
"""


def pairs(block):
    return [tuple(line.split()) for line in block.strip().splitlines()]


@pytest.mark.parametrize(("word", "other"), pairs(SAME))
def test_forms_of_a_word_are_one_word(word, other):
    assert strength(word, other) == 1.0


@pytest.mark.parametrize(("word", "other"), pairs(COMPOUND))
def test_word_inside_a_compound(word, other):
    assert 0.8 <= strength(word, other) < 1.0


@pytest.mark.parametrize(("word", "other"), pairs(KINDRED))
def test_kindred_words_count_less(word, other):
    assert 0.4 <= strength(word, other) < 0.8


@pytest.mark.parametrize(("word", "other"), pairs(MISSPELT))
def test_misspelt_words_are_found(word, other):
    assert strength(word, other) >= 0.7


@pytest.mark.parametrize(("word", "other"), pairs(OTHER))
def test_other_words_are_not_the_same(word, other):
    assert strength(word, other) == 0.0


@pytest.mark.parametrize(
    ("word", "other"), [("jour", "journal"), ("rest", "restaurang"), ("kost", "kostnad"), ("mobil", "mobilisering")]
)
def test_a_word_that_only_begins_like_another_is_no_compound(word, other):
    assert strength(word, other) < 0.6


@pytest.mark.parametrize(("word", "other"), [("vard", "vård"), ("aldre", "äldre"), ("enkat", "enkät")])
def test_short_words_without_diacritics_are_found(word, other):
    assert strength(word, other) >= 0.7


BEST = {
    "the word itself": ("larm", {"larm", "buss"}, 1.0, 1.0),
    "another form": ("larmen", {"larm", "buss"}, 1.0, 1.0),
    "nothing": ("larm", {"buss", "skola"}, 0.0, 0.0),
    "no words": ("larm", set(), 0.0, 0.0),
    "two parts of a compound": ("sommarbemanning", {"bemanning", "i", "sommar"}, 0.7, 0.9),
    "parts with an s between": ("restidsfördelning", {"fördelning", "restid"}, 0.7, 0.9),
    "parts in other forms": ("färdtjänstavgift", {"avgift", "för", "färdtjänsten"}, 0.7, 0.9),
    "one part": ("restidsfördelning", {"fördelning", "skola"}, 0.4, 0.65),
    "parts of the wrong compound": ("skolskjutsavtal", {"avgift", "skola"}, 0.0, 0.0),
}


@pytest.mark.parametrize(("word", "others", "least", "most"), BEST.values(), ids=BEST)
def test_best_of_several_words(word, others, least, most):
    assert least <= best_strength(word, others) <= most


WORDS = st.text("abdefgiklmnorstuvåäö0123456789éß", min_size=1, max_size=20)


@given(WORDS, WORDS)
def test_any_two_words_have_a_strength_from_nothing_to_one(word, other):
    assert 0.0 <= strength(word, other) <= 1.0
    assert strength(word, word) == 1.0


@given(WORDS, st.frozensets(WORDS, max_size=5))
def test_more_words_never_make_a_weaker_match(word, others):
    assert best_strength(word, others) >= max((strength(word, one) for one in others), default=0.0)


COVERED = {
    "all": ({"larm": 1.0, "buss": 1.0}, "Larmen i bussen", 1.0),
    "half": ({"larm": 1.0, "skola": 1.0}, "Larmen i bussen", 0.5),
    "the heavy one": ({"larm": 3.0, "skola": 1.0}, "Larmen i bussen", 0.75),
    "none": ({"skola": 1.0}, "Larmen i bussen", 0.0),
    "no text": ({"skola": 1.0}, "", 0.0),
    "no topic": ({}, "Larmen i bussen", 0.0),
    "weightless topic": ({"larm": 0.0}, "Larmen", 0.0),
}


@pytest.mark.parametrize(("weights", "text", "share"), COVERED.values(), ids=COVERED)
def test_share_of_the_topic_in_a_text(weights, text, share):
    assert coverage(weights, text) == share


@given(st.dictionaries(WORDS, st.floats(0, 10), max_size=5), st.text(max_size=60))
def test_share_is_from_nothing_to_all(weights, text):
    assert 0.0 <= coverage(weights, text) <= 1.0 + 1e-9


TOPICS = {
    "stop words go": ("vad beslutades om larm", ["larm"]),
    "abbreviation in capitals stays": ("vad sa vi om OM", ["om"]),
    "each once": ("larm larm", ["larm"]),
    "a matter's compound is its first part": ("färdtjänstfrågan", ["färdtjänst"]),
    "arbetet too": ("förebyggandearbetet", ["förebyggande"]),
    "but not a short first part": ("sakfrågan", ["sakfrågan"]),
    "nothing left": ("vad beslutades om det", []),
}


@pytest.mark.parametrize(("topic", "chosen"), TOPICS.values(), ids=TOPICS)
def test_words_of_the_topic(topic, chosen):
    assert topic_weights(topic, lambda word: 2.0) == dict.fromkeys(chosen, 2.0)


def test_words_of_a_text():
    assert word_set("Larmen, larmen (LARMEN)!") == {"larmen"}


def weighed(weights, *hits):
    minutes = Minutes("n", NORRDAL).item(
        "1", "Larm", "Bussen går.", decisions=[("En skola får larm.", "substantive"), ("Noteras.", "noted")]
    )
    minutes.item("2", "Övrigt", "Larmen tjöt.")
    meeting, text = minutes.meeting(), minutes.document().text
    items = {item.id: (meeting, item) for item in meeting.items}
    return weigh(hits, items, lambda _, item: text[item.start : item.end], weights)


def hit(item, rank=1):
    return Hit(f"{item}.1", item, "n", rank, 0.2, 0.04, 0.5)


def test_evidence_of_an_item_is_told_by_title_decisions_and_text():
    (one,) = weighed({"larm": 2.0, "buss": 1.0, "skola": 1.0}, hit("n#1"))
    assert (one.title, one.decisions, one.text, one.focus) == (0.5, 0.75, 1.0, 1.0)
    assert one.about == pytest.approx(0.85)
    assert one.dense == 0.04


def test_evidence_keeps_the_order_of_the_hits():
    assert [c.item.number for c in weighed({"larm": 1.0}, hit("n#2"), hit("n#1", 2))] == ["2", "1"]


def test_no_topic_is_no_evidence():
    (one,) = weighed({}, hit("n#1"))
    assert (one.title, one.decisions, one.text, one.focus, one.about) == (0, 0, 0, 0, 0)
