import asyncio
import logging
from dataclasses import replace

import pytest
from made_answers import NORRDAL, SJOVIK, make_answer
from made_llm import HANG, LanguageServer, Play, given_sources, quote_all

from bot.metrics import Metrics
from bot.records import BotError, Statement
from bot.writer import make_similarity, open_writer

ANSWER = make_answer(
    statements=(
        Statement("**Norrdal**"),
        Statement(f"- ”{NORRDAL.quote}” [1]", (1,)),
        Statement("**Sjövik**"),
        Statement(f"- ”{SJOVIK.quote}” [2]", (2,)),
    )
)
DECIDED = f"Norrdal beslutade den 4 mars 2022: ”{NORRDAL.quote}” [1]"
NOTED = "Sjövik, mars 2021: ”Informationen noteras.” [2]"
TOLD = "Norrdal tar kostnaden 2023 [1]."
FALSE = "Norrdal beslutade den 4 mars 2022 att lämna Yrkesresan [1]."


async def write(*plays, answer=ANSWER, show=None, metrics=None, **fields):
    """What a writer makes of an answer, and the server."""
    async with LanguageServer(*plays) as server:
        writer = open_writer(server.settings(**fields), None, None, metrics)
        try:
            return await writer.write(answer, show), server
        finally:
            await writer.close()


async def test_what_holds_becomes_the_answer():
    written, server = await write(Play(f"{NOTED}\n{DECIDED}"))
    assert written.outcome == "written"
    assert written.answer.text == f"{NOTED}\n{DECIDED}".replace("[2]", "[x]").replace("[1]", "[2]").replace(
        "[x]", "[1]"
    )
    assert [c.body for c in written.answer.citations] == ["Sjövik", "Norrdal"]
    assert (written.answer.mode, written.prompt.split("@")[0]) == ("llm", "answer.sv")
    assert [one["nr"] for one in given_sources(server.requests[0])] == [1, 2]


async def test_the_question_is_sent_in_full():
    _, server = await write(Play(DECIDED), answer=replace(ANSWER, full="vad beslutades om yrkesresan i Norrdal?"))
    assert server.requests[0]["messages"][1]["content"].endswith("Fråga: vad beslutades om yrkesresan i Norrdal?")


async def test_an_english_answer_has_the_english_prompt():
    written, server = await write(Play(DECIDED), answer=replace(ANSWER, language="en"))
    assert written.prompt.startswith("answer.en@")
    assert "You write" in server.requests[0]["messages"][0]["content"]


async def test_a_false_sentence_never_reaches_the_answer():
    written, _ = await write(Play(f"{DECIDED}\n{NOTED}\n{FALSE}"))
    assert "lämna" not in written.answer.text
    assert [v.kept for v in written.verdicts] == [True, True, False]
    assert written.raw.text.count("\n") == 2


@pytest.mark.parametrize("text", [FALSE, NOTED, "Allt är bra.", "Se https://fel.example [1]."], ids=range(4))
async def test_with_too_little_left_the_answer_stays_as_it_was(text):
    written, _ = await write(Play(text))
    assert (written.outcome, written.answer) == ("unsupported", ANSWER)
    assert written.answer.mode == "extractive"


@pytest.mark.parametrize(
    ("play", "outcome"),
    [
        (Play(status=500), "failed"),
        (Play(status=429), "failed"),
        (Play(first=HANG), "slow"),
        (Play(DECIDED, pause=HANG), "slow"),
        (Play(DECIDED, cut=4), "failed"),
        (Play(DECIDED, finish="length"), "cut_off"),
        (Play(""), "cut_off"),
    ],
    ids=["500", "429", "hanging", "half", "broken", "too long", "nothing"],
)
async def test_a_model_that_fails_leaves_the_answer_as_it_was(play, outcome):
    written, _ = await write(play, first_word=0.5, whole=0.8)
    assert written.answer == ANSWER
    assert written.outcome in (outcome, "slow")
    assert written.reply is None


async def test_an_answer_that_does_not_suit_is_not_sent_anywhere():
    written, server = await write(Play(DECIDED), answer=replace(ANSWER, intent="list"))
    assert (written.outcome, written.answer.intent, server.requests) == ("unsuited", "list", [])


async def test_only_whole_lines_that_passed_are_shown_and_each_holds_the_last():
    shown = []

    async def show(partial):
        shown.append(partial.text)

    written, _ = await write(Play(f"{DECIDED}\n{FALSE}\n{NOTED}\n{TOLD}", size=3), show=show)
    assert shown[0] == DECIDED
    assert len(shown) == 3
    assert all(after.startswith(before) for before, after in zip(shown, [*shown[1:], written.answer.text], strict=True))
    assert not any("lämna" in text for text in shown)


async def test_an_error_while_showing_is_no_error_for_the_reader():
    async def show(partial):
        raise ValueError

    written, _ = await write(Play(f"{DECIDED}\n{NOTED}\n"), show=show)
    assert (written.outcome, written.answer) == ("failed", ANSWER)


async def test_how_it_went_is_counted_and_logged_without_words(caplog):
    caplog.set_level(logging.INFO)
    metrics = Metrics()
    await write(Play(f"{DECIDED}\n{NOTED}\n{FALSE}"), metrics=metrics, cost=(10.0, 40.0))
    page = metrics.page().decode()
    assert 'motesminnet_llm_answers_total{outcome="written"} 1.0' in page
    assert 'motesminnet_llm_sentences_total{verdict="dropped"} 1.0' in page
    assert 'motesminnet_llm_tokens_total{direction="in"} 100.0' in page
    assert "motesminnet_llm_cost_total 0.0018" in page
    record = next(one for one in caplog.records if one.message == "written")
    assert (record.outcome, record.kept, record.dropped) == ("written", 2, 1)
    assert record.prompt.startswith("answer.sv@")
    assert "yrkesresan" not in caplog.text.casefold()


async def test_meaning_is_compared_by_the_embedder_and_only_once(embedder):
    calls = []

    class Counting:
        def queries(self, texts):
            calls.append(texts)
            return embedder.queries(texts)

    similarity = make_similarity(Counting)
    assert similarity("avgiften höjs", "avgiften höjs") == pytest.approx(1.0)
    assert similarity("avgiften höjs", "avgiften höjs") == pytest.approx(1.0)
    assert similarity("avgiften höjs", "katten sover") < 0.9
    assert len(calls) == 2


def test_nobody_to_sign_in_as_is_told(monkeypatch):
    from bot.config import LanguageModelSettings

    with pytest.raises(BotError, match="APP_ID"):
        open_writer(LanguageModelSettings("https://r.openai.azure.com/openai/v1/", "m", entra=True), None)


async def test_ten_questions_at_once_get_their_own_answers():
    async with LanguageServer(quote_all) as server:
        writer = open_writer(server.settings(), None)
        bodies = [
            "Norrdal",
            "Sjövik",
            "Lillviken",
            "Storhult",
            "Ekby",
            "Tallmo",
            "Granås",
            "Björkö",
            "Askdal",
            "Almvik",
        ]
        answers = [make_answer(citations=(replace(NORRDAL, body=one),), statements=()) for one in bodies]
        written = await asyncio.gather(*(writer.write(one) for one in answers))
        await writer.close()
    assert [one.outcome for one in written] == ["written"] * 10
    assert [one.answer.citations[0].body for one in written] == bodies
