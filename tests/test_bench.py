import asyncio
import itertools
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from bench import bench_bot, bench_pdf, bench_peers, corpus, curve, known_layout
from indexer.parse import parse_document
from indexer.read import SUFFIXES, read_document
from indexer.sandbox import read_and_parse
from indexer.sources import scan_folder


@pytest.mark.parametrize("items", [1, 7, 120])
def test_corpus_has_the_items_asked_for_and_is_the_same_each_time(items):
    minutes = corpus.generate(items)
    assert sum(len(one.items) for one in minutes) == items
    assert minutes == corpus.generate(items)
    assert len({one.name for one in minutes}) == len(minutes)


def test_parser_reads_the_generated_minutes_as_they_were_meant(tmp_path: Path):
    minutes = corpus.generate(120)
    corpus.write(tmp_path, minutes)
    assert {one.layout for one in corpus.make_bodies(600)} == set(corpus.LAYOUTS)
    for one in minutes:
        (meeting,) = parse_document(read_document(tmp_path / one.name, tmp_path))
        assert (meeting.body, meeting.date) == (one.body, one.day.isoformat())
        assert [item.title for item in meeting.items] == [item.title for item in one.items]
        assert {person.name for person in meeting.attendees} == {*one.people, *one.absent}


def test_the_stand_in_for_the_parser_finds_what_the_parser_finds(tmp_path: Path):
    corpus.write(tmp_path, corpus.generate(120))
    for file in scan_folder(tmp_path, SUFFIXES).files:
        known, read = known_layout.read_known(tmp_path, file), read_and_parse(tmp_path, file)
        (ours,), (theirs,) = known.meetings, read.meetings
        assert (ours.body, ours.date) == (theirs.body, theirs.date)
        assert [(one.number, one.title) for one in ours.items] == [(one.number, one.title) for one in theirs.items]
        assert [(one.name, one.status) for one in ours.attendees] == [(o.name, o.status) for o in theirs.attendees]
        records = [one for item in ours.items for one in (*item.decisions, *item.assignments)]
        assert all(known.document.text[one.start : one.end] == one.text for one in records)


def test_a_curve_has_a_line_and_its_name_for_each_series():
    drawn = curve.draw(
        "Tid",
        "punkter",
        "ms",
        [curve.Series("ett", ((10, 1.0), (1000, 20.0))), curve.Series("två & tre", ((10, 5.0),))],
    )
    assert drawn.startswith("<svg") and drawn.count("<polyline") == 2
    assert "två &amp; tre" in drawn and "ms" in drawn


def test_few_words_of_the_corpus_are_frequent_and_many_are_rare():
    words = [word for one in corpus.generate(300) for word in one.text.split()]
    counts = Counter(words)
    assert sum(count == 1 for count in counts.values()) > 0.4 * len(counts)
    assert max(counts.values()) < 0.06 * len(words)


def test_questions_come_in_every_kind():
    asked = corpus.questions(corpus.generate(60), 2)
    assert [one.kind for one in asked] == [*corpus.KINDS, *corpus.KINDS]
    assert set(corpus.WHOLE) < set(corpus.KINDS)


def test_items_of_the_made_pdf_are_all_found_and_their_spans_are_verbatim(tmp_path: Path):
    made = bench_pdf.make(5)
    assert made == bench_pdf.make(5)
    assert made.pages in (5, 6)
    (tmp_path / "long.pdf").write_bytes(made.data)
    document = read_document(tmp_path / "long.pdf", tmp_path)
    (meeting,) = parse_document(document)
    assert {line.page for line in document.lines} == set(range(1, made.pages + 1))
    assert [(item.number, item.title) for item in meeting.items] == [(item.number, item.title) for item in made.items]
    assert bench_pdf.found(made, document, [meeting]) == bench_pdf.written(made)
    for item, other in zip(meeting.items, made.items, strict=True):
        assert [one.text for one in item.decisions] == [document.text[one.start : one.end] for one in item.decisions]
        assert len(item.decisions) == len(other.decisions)


MINUTES = (
    "1. Inledning\nOrdföranden hälsar välkommen.\n§ 45 Taxa för hemtjänst\n4 mars beslutas om den.\n5.2 Övrigt\nInget."
)


@pytest.mark.parametrize(
    ("first", "last", "number"),
    [
        ("1. ", "välkommen.", "1"),
        ("1. ", "Inget.", "§ 45"),
        ("Ordf", "välkommen.", None),
        ("§ 45", "om den.", "§ 45"),
        ("4 mars", "om den.", None),
        ("45 Taxa", "Övrigt", None),
        ("5.2", "Inget.", "5.2"),
    ],
    ids=[
        "first",
        "last before the middle",
        "none",
        "a date is none",
        "a date alone",
        "inside or too late",
        "with a point",
    ],
)
def test_number_that_a_plain_chunk_can_claim(first, last, number):
    start, end = MINUTES.index(first), MINUTES.index(last) + len(last)
    assert bench_peers.claimed_number(MINUTES, start, end) == number


def test_plain_chunks_cover_the_text_and_are_no_longer_than_asked():
    text = corpus.generate(7)[0].text
    for overlap in (0, 200):
        spans = bench_peers.cut(text, 1000, overlap)
        assert (spans[0][0], spans[-1][1]) == (0, len(text))
        assert [b for (_, a), (b, _) in pairwise(spans) if b != a - overlap] == []
        assert max(end - start for start, end in spans) <= 1000


def test_plain_chunks_answer_with_the_nearest_and_what_can_be_read(embedder):
    texts = {"a": MINUTES, "b": "Ett annat möte om vägar och broar. " * 40}
    peer = bench_peers.Peer(texts, embedder, 0)
    (answer,) = peer.answers(embedder.queries(["taxa hemtjänst inget"]), 1)
    assert answer["citations"] == [{"document": "a", "item": {"number": "§ 45"}, "quote": MINUTES}]
    (other,) = peer.answers(embedder.queries(["vägar broar annat möte"]), 2, look_back=True)
    assert [(one["document"], one["item"]) for one in other["citations"]] == [("b", None), ("b", None)]
    assert peer.holds("a", 3, 40)
    assert not peer.holds("b", 900, 1100)


def test_citation_is_correct_by_meeting_and_by_item():
    questions = [{"q": "?", "kind": "who", "cite_all": ["d:1", "e:2"], "cite_any": []}] * 3
    answers = [
        {"refused": False, "citations": [{"document": name, "item": item}]}
        for name, item in (("e", {"number": "2"}), ("d", None), ("f", {"number": "1"}))
    ]
    assert bench_peers.any_right(questions, answers) == [True, False, False]
    assert bench_peers.any_right(questions, answers, meeting_only=True) == [True, True, False]


def test_page_on_peers_tells_of_losses_and_of_minutes_that_are_not_there():
    def answer(number, refused=False):
        cited = [] if refused else [{"document": "d", "item": {"number": number}, "quote": "q"}]
        return {"answer": "Ett svar.", "refused": refused, "citations": cited}

    named = {"cite_all": ["d:1"], "cite_any": [], "never_cite": [], "split": "test"}
    questions = [
        {"q": "a?", "kind": "who", **named},
        {"q": "b?", "kind": "paraphrase", **named},
        {"q": "c?", "kind": "list", **named},
        {"q": "d?", "kind": "unanswerable", **named, "cite_all": []},
    ]
    names = (bench_peers.CUT, bench_peers.OVERLAPPING, bench_peers.SOUGHT)
    answers = {f"{name}, top {k}": [answer("1")] * 4 for name in names for k in bench_peers.KS}
    answers[bench_peers.OURS] = [answer("1"), answer("", True), answer("2"), answer("", True)]
    together = dict.fromkeys((*names[:2], bench_peers.OURS), 1)
    page = bench_peers.report([bench_peers.Comparison("Made minutes", 1, questions, answers, 2, together, 0)])
    assert re.search(r"^\| ours +\| +0.67 \| +0.33 \| +0.33 \| +0.50 \|", page, re.MULTILINE)
    assert "cites a right item and ours none: 2 times (list 1, paraphrase 1); the other way round: 0" in page
    assert "ours says no 1 times to a question that has an answer" in page
    assert "1 of 2" in page
    assert "only the sample was measured" in page


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_load_reaches_a_bot_and_its_answers_are_counted(monkeypatch):
    monkeypatch.setattr(bench_bot, "IN_ROUND", 20)
    figures = asyncio.run(bench_bot.measure(["bench.echo_bot"], itertools.cycle(["hej"]), 10))
    held = asyncio.run(bench_bot.soak(["bench.echo_bot"], 20))
    assert min(figures["messages a second"], figures["cpu ms a message"]) > 0
    assert figures["5 a second p50"] <= figures["5 a second p99"]
    assert min(held["MB before"], held["files before"], held["files after"]) > 0


def test_questions_of_the_mix_come_by_rank_and_the_same_each_time():
    drawn = [list(itertools.islice(bench_bot.drawn_by_rank("abcdefgh"), 1_000)) for _ in range(2)]
    counts = sorted((drawn[0].count(one) for one in "abcdefgh"), reverse=True)
    assert drawn[0] == drawn[1]
    assert counts[0] > 1.5 * counts[1] > 1.5 * counts[7] > 0
    assert sorted(bench_bot.shuffled("abcdefgh")) == list("abcdefgh")
