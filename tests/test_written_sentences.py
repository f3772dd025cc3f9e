"""The whole way with scripted models: true and false sentences through the client, the check and the answer."""

import asyncio
import random
from dataclasses import dataclass
from datetime import date

import pytest
from made_llm import LanguageServer, Play
from made_sentences import BAD, BATCHES, GOOD, Made, make_bad, make_good

from bot.cited import quote_of
from bot.prose import split_sentences
from bot.records import Answer, Citation
from bot.rewrite import suits
from bot.writer import make_similarity, open_writer

QUESTIONS = (
    "vad beslutades om yrkesresan?",
    "vad beslutades om statsbidrag?",
    "vad sas om våld i nära relationer?",
    "vad beslutades om budget?",
    "vad kostar yrkesresan?",
    "vad har hänt med nära vård?",
    "vad beslutades om avtalet?",
    "vad beslutades om utbildning?",
)
AT_ONCE = 4


@dataclass(frozen=True)
class Run:
    """What became of one scripted text: the made sentence, how many parts of it the check kept, and whether it was shown
    while the answer was written (more often than the true sentence before it holds it).
    """

    made: Made
    kept: int
    parts: int
    leaked: bool
    answer: Answer


def answer_of(quotes, language):
    """The answer whose citations are these quotes."""
    citations = (
        Citation(
            n=quote.n,
            document=quote.meeting,
            document_name=f"{quote.meeting}.txt",
            meeting=quote.meeting,
            body=quote.body,
            date=quote.date or None,
            date_precision=("year", "month", "day")[quote.date.count("-")] if quote.date else "unknown",
            quote=quote.text,
            start=0,
            end=len(quote.text),
            item=f"{quote.meeting}#1",
            number=quote.item or "1",
            number_printed=bool(quote.item),
            title=quote.title,
            kind=quote.kind,
        )
        for quote in quotes
    )
    return Answer("vad beslutades?", "", False, "decision", language, (), tuple(citations))


def real_scenes(index, embedder):
    """The quotes of real answers over an index, those that a model may write."""
    from bot.pipeline import answer_now, open_library

    library = open_library(index, None)
    answers = [answer_now(q, library, lambda: embedder, date(2026, 1, 1)) for q in QUESTIONS]
    return [tuple(quote_of(c) for c in one.citations) for one in answers if suits(one)]


async def run(made, writer, server):
    """One made sentence, written after a true one, through the server; asks one at a time."""
    first = made.quotes[-1] if made.quotes[-1].text not in made.text else made.quotes[0]
    lead = f"{first.body}: ”{first.text}” [{first.n}]\n"
    server.plays = [Play(lead + made.text, size=40)]
    shown = []

    async def show(partial):
        shown.append(partial.text)

    written = await writer.write(answer_of(made.quotes, made.language), show)
    told = split_sentences(lead + made.text)
    start = len(split_sentences(lead))
    verdicts = written.verdicts[start:]
    assert len(told) == len(written.verdicts), written.cause
    leaked = any(text.count(made.text) > lead.count(made.text) for text in shown)
    return Run(made, sum(one.kept for one in verdicts), len(verdicts), leaked, written.answer)


async def run_all(sentences, similarity=None):
    """All of them, several servers at once."""

    async def some(share):
        async with LanguageServer(Play()) as server:
            writer = open_writer(server.settings(first_word=60.0, whole=60.0), None)
            writer = type(writer)(writer.generator, writer.prompts, similarity)
            runs = [await run(one, writer, server) for one in share]
            await writer.close()
            return runs

    shares = [sentences[start::AT_ONCE] for start in range(AT_ONCE)]
    return [one for runs in await asyncio.gather(*map(some, shares)) for one in runs]


def make(maker, kinds, count, scenes, seed, batches=BATCHES):
    """So many sentences, of each of these kinds in each batch, over invented minutes and these scenes in turn."""
    rng = random.Random(seed)
    grid = [
        (kind, batch, real) for real in ((False, True) if scenes else (False,)) for batch in batches for kind in kinds
    ]
    made = []
    for number in range(count * 3):
        kind, batch, real = grid[number % len(grid)]
        one = maker(rng, kind, rng.choice(scenes) if real else None, batch)
        if one is not None:
            made.append(one)
        if len(made) == count:
            break
    return made


def false_ones(runs):
    """The false sentences that were kept, or shown while the answer was written."""
    return [one.made for one in runs if one.kept or one.leaked]


async def test_no_false_sentence_reaches_the_answer():
    runs = await run_all(make(make_bad, BAD, 96, [], 1))
    assert len(runs) == 96
    assert false_ones(runs) == []
    assert all(s.citations for one in runs if one.answer.mode == "llm" for s in one.answer.statements)


async def test_true_sentences_reach_the_answer():
    runs = await run_all(make(make_good, GOOD, 96, [], 2))
    assert len(runs) == 96
    assert sum(one.kept for one in runs) >= 0.95 * sum(one.parts for one in runs)


@pytest.fixture(scope="module")
def scenes(light_engine, sample_index, shared_index):
    return [*real_scenes(sample_index, light_engine), *real_scenes(shared_index, light_engine)]


@pytest.mark.slow
@pytest.mark.model
async def test_a_thousand_false_sentences_over_real_and_invented_minutes(scenes, light_engine):
    runs = await run_all(make(make_bad, BAD, 1_000, scenes, 4), make_similarity(lambda: light_engine))
    assert len(runs) == 1_000
    assert {one.made.kind for one in runs} == set(BAD)
    assert false_ones(runs) == []


@pytest.mark.slow
@pytest.mark.model
async def test_true_sentences_over_real_and_invented_minutes_survive(scenes, light_engine):
    """In the wordings that the check has been held against; `bench_llm` tells of the third batch, .86."""
    runs = await run_all(make(make_good, GOOD, 1_000, scenes, 5, BATCHES[:2]), make_similarity(lambda: light_engine))
    assert len(runs) == 1_000
    assert sum(one.kept for one in runs) >= 0.95 * sum(one.parts for one in runs)
