from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chunk import LIMIT, chunk_context, chunk_item, content_hash, embedding_text
from indexer.parse import parse_document
from indexer.read import SUFFIXES, read_document
from indexer.records import AgendaItem, Decision, Meeting

SENTENCE = "Kommunerna ser över hur resorna till arbete och utbildning kan samordnas i länet. "


def test_short_item_is_one_chunk_without_its_heading(minutes):
    built = minutes("fyr", "Nätverket").item(
        "10", "Yrkesresan", "Anna informerar.", [("Nätverket ansluter sig.", "substantive")]
    )
    (chunk,) = chunk_item(built.meeting(), built.items[0], built.text)
    assert chunk.text == "Anna informerar.\nNätverket ansluter sig."
    assert (chunk.id, chunk.item, chunk.meeting) == ("fyr#1.1", "fyr#1", "fyr")


def test_item_without_a_body_has_its_title_as_chunk(minutes):
    built = minutes("fyr", "Nätverket").item("10", "Yrkesresan")
    (chunk,) = chunk_item(built.meeting(), built.items[0], built.text)
    assert chunk.text == "Yrkesresan" == built.text[chunk.start : chunk.end]


def test_chunks_never_reach_into_the_next_item(minutes):
    built = minutes("fyr", "Nätverket")
    for number in "123":
        built.item(number, f"Ärende {number}", (SENTENCE * 6 + "\n\n") * 4)
    for item in built.items:
        for chunk in chunk_item(built.meeting(), item, built.text):
            assert item.body_start <= chunk.start < chunk.end <= item.end


def test_long_item_is_cut_between_paragraphs(minutes):
    paragraph = (SENTENCE * 5).strip()
    built = minutes("fyr", "Nätverket").item("1", "Resor", "\n\n".join([paragraph] * 6))
    chunks = chunk_item(built.meeting(), built.items[0], built.text)
    assert [chunk.text for chunk in chunks] == [f"{paragraph}\n\n{paragraph}"] * 3


def test_paragraph_over_the_limit_is_cut_between_sentences(minutes):
    built = minutes("fyr", "Nätverket").item("1", "Resor", SENTENCE * 40)
    chunks = chunk_item(built.meeting(), built.items[0], built.text)
    assert len(chunks) > 2
    assert all(chunk.text.startswith("Kommunerna") and chunk.text.endswith("länet.") for chunk in chunks)


@pytest.mark.parametrize("length", [100, LIMIT])
@pytest.mark.parametrize("before", range(300, 900, 75))
def test_decision_is_never_cut(minutes, length, before):
    decision = ("att anta planen. " * 80)[: length - 1].rstrip() + "."
    built = minutes("fyr", "Nätverket").item("1", "Resor", (SENTENCE * 20)[:before], [(decision, "substantive")])
    chunks = chunk_item(built.meeting(), built.items[0], built.text)
    assert sum(decision in chunk.text for chunk in chunks) == 1


def test_decision_over_the_limit_is_cut_all_the_same(minutes):
    built = minutes("fyr", "Nätverket").item("1", "Resor", "", [(SENTENCE * 30, "substantive")])
    chunks = chunk_item(built.meeting(), built.items[0], built.text)
    assert all(len(chunk.text) <= LIMIT for chunk in chunks)


def test_a_single_endless_word_is_cut_at_the_limit(minutes):
    built = minutes("fyr", "Nätverket").item("1", "Resor", "x" * (3 * LIMIT))
    assert [len(chunk.text) for chunk in chunk_item(built.meeting(), built.items[0], built.text)] == [LIMIT] * 3


words = st.text(alphabet="abåä .\n§1", max_size=400)


@given(st.lists(words, min_size=1, max_size=12), st.sets(st.integers(0, 11)))
def test_chunks_cover_the_body_and_equal_their_spans(parts, decided):
    text, decisions = "1) Titel\n", []
    for position, part in enumerate(parts):
        start, text = len(text), text + part
        if position in decided and part.strip():
            lead = len(part) - len(part.lstrip())
            decisions.append(Decision(part.strip(), "substantive", start + lead, start + lead + len(part.strip())))
    item = AgendaItem("d#1", "1", True, "Titel", 0, len(text), 9, decisions=tuple(decisions))
    chunks = chunk_item(Meeting("d", "d", "X", None, "unknown", "", (item,)), item, text)
    assert chunks and all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(one.end <= two.start for one, two in pairwise(chunks))
    if text[9:].strip():
        assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(text[9:].split())
    for decision in decisions:
        inside = [c for c in chunks if c.start <= decision.start and decision.end <= c.end]
        assert len(inside) == 1 or len(decision.text) > LIMIT
    assert all(len(chunk.text) <= LIMIT for chunk in chunks)


SAMPLE = Path(__file__).parent.parent / "data" / "minutes"


@pytest.mark.parametrize("path", sorted(p for p in SAMPLE.glob("*.*") if p.suffix in SUFFIXES), ids=lambda p: p.name)
def test_chunks_of_sample_minutes_are_verbatim_and_hold_every_decision(path):
    document = read_document(path, SAMPLE)
    for meeting in parse_document(document):
        for item in meeting.items:
            chunks = chunk_item(meeting, item, document.text)
            assert chunks and all(document.text[one.start : one.end] == one.text for one in chunks)
            for decision in item.decisions:
                inside = [one for one in chunks if one.start <= decision.start and decision.end <= one.end]
                assert inside or len(decision.text) > LIMIT


@pytest.mark.parametrize(
    ("values", "number", "printed", "expected"),
    [
        ({}, "10", True, "Nätverket X, 4 mars 2022. 10) Titel"),
        ({}, "§ 45", True, "Nätverket X, 4 mars 2022. § 45 Titel"),
        ({}, "3", False, "Nätverket X, 4 mars 2022. Titel"),
        ({"date": "2020-12"}, "10", True, "Nätverket X, december 2020. 10) Titel"),
        ({"date": "2021"}, "10", True, "Nätverket X, 2021. 10) Titel"),
        ({"date": None}, "10", True, "Nätverket X. 10) Titel"),
        ({"body": "okänt"}, "10", True, "4 mars 2022. 10) Titel"),
        ({"body": "okänt", "date": None}, "10", True, "10) Titel"),
    ],
)
def test_context_says_body_date_number_and_title(minutes, values, number, printed, expected):
    built = minutes("fyr", "Nätverket X").item(number, "Titel", printed=printed)
    assert chunk_context(replace(built.meeting(), **values), built.items[0]) == expected


def test_content_hash_covers_model_context_and_text(minutes):
    built = minutes("fyr", "Nätverket").item("10", "Yrkesresan", "Anna informerar.")
    (chunk,) = chunk_item(built.meeting(), built.items[0], built.text)
    others = [replace(chunk, text="Annat"), replace(chunk, context="Annat")]
    others.append(replace(chunk, context=chunk.context + chunk.text, text=""))  # no shift between the two
    hashes = {content_hash(chunk, "e5"), content_hash(chunk, "other"), *(content_hash(one, "e5") for one in others)}
    assert len(hashes) == 5
    assert content_hash(replace(chunk, id="x", start=0), "e5") == content_hash(chunk, "e5")
    assert embedding_text(chunk) == "Nätverket, 4 mars 2022. 10) Yrkesresan\nAnna informerar."
