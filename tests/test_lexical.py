import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexical import lexical_text, query_terms, query_words, word_tokens, words
from indexer.schema import FULL_TEXT

NORDIC = st.characters(max_codepoint=0x24F)  # FTS5's Unicode is older than Python's: they differ on 21 rare letters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Punkt 8: SoL-avtal", ["punkt", "8", "sol", "avtal"]),
        ("ﬁnansiering", ["finansiering"]),
        ("resa\u030a", ["reså"]),
        ("kom\u00admun", ["kommun"]),
        ("a_b\0c", ["a", "b", "c"]),
        ('"NEAR(" OR * ^', ["near", "or"]),
        ("\ud83d", []),
        ("x" * 70, ["x" * 60, "x" * 10]),
    ],
    ids=[
        "punctuation",
        "ligature",
        "decomposed letter",
        "soft hyphen",
        "nul",
        "fts operators",
        "lone surrogate",
        "endless word",
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("vad beslutades om yrkesresan?", ("yrkesresan",)),
        ("Hur många platser har korttidsenheten?", ("platser", "korttidsenheten")),
        ("nar kom IVO", ("ivo",)),
        ("What was decided about the travel time", ("travel", "time")),
        ("WHO och IT", ("who", "it")),
        ("VAD SA WHO", ()),
        ("resan resan", ("resan",)),
        ("vad är det?", ()),
        ("", ()),
    ],
)
def test_query_words_are_the_topic(topic, expected):
    assert query_words(topic) == expected


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("färdtjensten", "färdtjänst", 0.3),
        ("fardtjanst", "färdtjänst", 0.8),
        ("korttidsplatser", "korttidsplats", 0.7),
        ("kommungränser", "kommungräns", 0.6),
        ("platser", "korttidsplatser", 0.6),
    ],
)
def test_forms_of_a_word_share_its_tokens(one, other, least):
    mine, theirs = set(word_tokens(one)), set(word_tokens(other))
    assert len(mine & theirs) / len(mine) >= least


def test_a_stem_tells_words_apart_that_differ_in_diacritics():
    assert set(word_tokens("får")) ^ set(word_tokens("far")) == {"__får", "__far"}


@given(st.text(NORDIC))
def test_the_full_text_table_keeps_every_token(text):
    db = sqlite3.connect(":memory:")
    for statement in FULL_TEXT:
        db.execute(statement)
    db.execute("INSERT INTO chunks_fts (rowid, tokens) VALUES (1, ?)", (lexical_text(text),))
    assert {term for (term,) in db.execute("SELECT term FROM chunks_vocab")} == set(lexical_text(text).split())
    db.close()


@given(st.text())
def test_any_text_has_tokens_without_quotes_or_space(text):
    terms = query_terms(query_words(text))
    assert all(term and '"' not in term and not any(letter.isspace() for letter in term) for term in terms)
    assert set(terms) <= set(lexical_text(text).split())
