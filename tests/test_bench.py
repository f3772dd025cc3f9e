import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bench import bench_bot, bench_pdf, corpus
from indexer.parse import parse_document
from indexer.read import read_document


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


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_load_reaches_a_bot_and_its_answers_are_counted():
    figures = asyncio.run(bench_bot.measure(["bench.echo_bot"], 20, soak=True))
    assert figures["messages a second"] > 0
    assert figures["5 a second p50"] <= figures["5 a second p99"]
    assert min(figures["MB before"], figures["files before"], figures["files after"]) > 0
