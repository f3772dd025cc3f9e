import asyncio
import itertools
import logging

import pytest
from made_llm import HANG, LanguageServer, Play

from bot.breaker import Breaker
from bot.config import LanguageModelSettings, Secret
from bot.generate import MAX_CHARACTERS, GenerationError, Generator, open_generator, price
from bot.prompts import Filled

PROMPT = Filled("answer.sv@0", "Reglerna.", "Källorna och frågan om yrkesresan.")
TEXT = "Nätverket beslutade att gå med [1].\nDet gäller från 2024 [1]."


async def generate(*plays, seen=None, **fields):
    """The reply, and the server, of one call."""
    async with LanguageServer(*plays) as server:
        generator = open_generator(server.settings(**fields))

        async def on_text(text):
            seen.append(text)

        try:
            return await generator.generate(PROMPT, None if seen is None else on_text), server
        finally:
            await generator.close()


async def failing(*plays, **fields):
    """Why a call gave nothing, and how often the server was asked."""
    async with LanguageServer(*plays) as server:
        generator = open_generator(server.settings(**fields))
        with pytest.raises(GenerationError) as raised:
            await generator.generate(PROMPT)
        await generator.close()
        return raised.value, len(server.requests)


async def test_the_text_arrives_piece_by_piece_with_its_tokens_and_times():
    seen = []
    reply, server = await generate(Play(TEXT), seen=seen)
    assert (reply.text, reply.tokens) == (TEXT, (100, 20))
    assert 0 < reply.first_ms <= reply.whole_ms
    assert seen[-1] == TEXT
    assert len(seen) > 3
    assert all(after.startswith(before) for before, after in itertools.pairwise(seen))
    assert server.elsewhere == []


async def test_the_request_holds_the_prompt_in_two_parts_and_no_randomness():
    _, server = await generate(Play(TEXT))
    asked = server.requests[0]
    assert [(m["role"], m["content"]) for m in asked["messages"]] == [("system", PROMPT.system), ("user", PROMPT.user)]
    assert (asked["model"], asked["temperature"], asked["stream"]) == ("prov", 0.0, True)
    assert asked["max_tokens"] > 0


async def test_a_model_without_temperature_is_sent_none():
    _, server = await generate(Play(TEXT), temperature=None)
    assert "temperature" not in server.requests[0]


async def test_a_server_that_counts_no_tokens_is_no_failure():
    reply, _ = await generate(Play(TEXT, usage=False))
    assert (reply.text, reply.tokens) == (TEXT, (0, 0))


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_a_failing_start_is_tried_again(status):
    reply, server = await generate(Play(status=status), Play(TEXT))
    assert (reply.text, len(server.requests)) == (TEXT, 2)


@pytest.mark.parametrize(
    ("play", "asked"),
    [(Play(status=400), 1), (Play(status=401), 1), (Play(status=404), 1), (Play(status=500), 3)],
    ids=["400", "401", "404", "500"],
)
async def test_what_no_repetition_mends_is_not_repeated(play, asked, caplog):
    caplog.set_level(logging.DEBUG)
    error, count = await failing(play)
    assert (error.reason, count) == ("failed", asked)
    assert str(play.status) in error.cause
    assert "yrkesresan" not in error.cause
    assert "yrkesresan" not in caplog.text


async def test_waiting_longer_than_there_is_time_for_is_not_waited_for():
    error, count = await failing(Play(status=429, headers={"Retry-After": "60"}))
    assert (error.reason, count) == ("failed", 1)


async def test_a_server_that_asks_for_a_short_wait_gets_it():
    waited = []

    async def sleep(seconds):
        waited.append(seconds)

    async with LanguageServer(Play(status=429, headers={"Retry-After": "2"}), Play(TEXT)) as server:
        opened = open_generator(server.settings())
        generator = Generator(opened.settings, opened.client, sleep=sleep)
        assert (await generator.generate(PROMPT)).text == TEXT
        await generator.close()
    assert waited == [2.0]


@pytest.mark.parametrize(
    ("play", "cause"),
    [
        (Play(first=HANG), "first word"),
        (Play(status=500, first=HANG), "first word"),
        (Play(TEXT, pause=HANG), "text"),
        (Play(TEXT * 9, pause=0.05, size=2), "text"),
    ],
    ids=["no first word", "no status", "no second word", "one word at a time"],
)
async def test_a_slow_model_is_left_in_time(play, cause):
    started = asyncio.get_running_loop().time()
    error, _ = await failing(play, first_word=0.3, whole=0.6)
    assert (error.reason, error.cause) == ("slow", cause)
    assert asyncio.get_running_loop().time() - started < 3


@pytest.mark.parametrize(
    "play",
    [
        Play(TEXT, finish="length"),
        Play(TEXT, finish="content_filter"),
        Play(TEXT, finish=None, done=False),
        Play("   "),
        Play(""),
        Play("ja " * MAX_CHARACTERS, size=5_000),
    ],
    ids=["length", "filter", "no end", "blanks", "nothing", "no end in sight"],
)
async def test_half_a_text_is_none(play):
    assert (await failing(play))[0].reason == "cut_off"


@pytest.mark.parametrize(
    "play",
    [
        Play(TEXT, cut=3),
        Play(TEXT, cut=3, error="Frågan om yrkesresan gick fel"),
        Play(raw=b"data: {not json}\n\n"),
        Play(raw=b"data: [1, 2]\n\n"),
        Play(raw=b'data: {"choices": 3}\n\n'),
        Play(raw=b"<html>502</html>"),
    ],
    ids=["connection lost", "error in the stream", "no json", "no object", "no choices", "a page"],
)
async def test_a_broken_stream_is_a_failure_without_its_words(play):
    error, _ = await failing(play)
    assert error.reason in ("failed", "cut_off")
    assert "yrkesresan" not in error.cause


async def test_a_connection_lost_after_the_first_word_is_not_tried_again():
    _, asked = await failing(Play(TEXT, cut=3), Play(TEXT))
    assert asked == 1


async def test_a_server_that_is_not_there_is_a_failure():
    generator = open_generator(LanguageModelSettings("http://127.0.0.1:9/v1", "prov", whole=3.0))
    with pytest.raises(GenerationError, match="failed"):
        await generator.generate(PROMPT)
    await generator.close()


async def test_a_redirect_is_not_followed():
    async with LanguageServer(Play(status=307, headers={"Location": "/annan"})) as server:
        generator = open_generator(server.settings())
        with pytest.raises(GenerationError, match="failed"):
            await generator.generate(PROMPT)
        await generator.close()
        assert server.elsewhere == []


async def test_after_five_failures_the_model_rests_and_is_tried_once(clock):
    async with LanguageServer(Play(status=400)) as server:
        opened = open_generator(server.settings())
        generator = Generator(opened.settings, opened.client, Breaker(clock))
        reasons = []
        for _ in range(7):
            with pytest.raises(GenerationError) as raised:
                await generator.generate(PROMPT)
            reasons.append(raised.value.reason)
        assert (reasons, len(server.requests)) == (["failed"] * 5 + ["resting"] * 2, 5)
        clock.now += 31
        server.plays = [Play(TEXT)]
        assert (await generator.generate(PROMPT)).text == TEXT
        assert (await generator.generate(PROMPT)).text == TEXT
        await generator.close()


async def test_a_question_that_nobody_waits_for_says_nothing_about_the_model(clock):
    async with LanguageServer(Play(first=HANG)) as server:
        opened = open_generator(server.settings())
        breaker = Breaker(clock, failures=1)
        breaker.failed()
        clock.now += 31
        task = asyncio.create_task(Generator(opened.settings, opened.client, breaker).generate(PROMPT))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        assert breaker.allows()
        await opened.close()


async def test_the_key_is_sent_as_a_bearer_and_shown_nowhere(caplog, monkeypatch):
    monkeypatch.setenv("OPENAI_LOG", "debug")
    monkeypatch.setenv("OPENAI_API_KEY", "miljöns-nyckel")
    caplog.set_level(logging.DEBUG)
    settings = {"key": Secret("hemlig-nyckel")}
    async with LanguageServer(Play(TEXT), Play(status=401)) as server:
        generator = open_generator(server.settings(**settings))
        await generator.generate(PROMPT)
        with pytest.raises(GenerationError) as raised:
            await generator.generate(PROMPT)
        await generator.close()
        assert {one["Authorization"] for one in server.headers} == {"Bearer hemlig-nyckel"}
    assert "hemlig-nyckel" not in caplog.text + repr(generator.settings) + str(raised.value)
    assert "yrkesresan" not in caplog.text


async def test_without_a_key_the_environments_is_not_sent(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "miljöns-nyckel")
    _, server = await generate(Play(TEXT))
    assert "miljöns-nyckel" not in str(server.headers)


async def test_an_entra_token_is_asked_for_with_each_call():
    fetched = []

    async def token():
        fetched.append(None)
        return f"token-{len(fetched)}"

    async with LanguageServer(Play(TEXT)) as server:
        generator = open_generator(server.settings(entra=True), token)
        await generator.generate(PROMPT)
        await generator.generate(PROMPT)
        await generator.close()
        sent = [one["Authorization"] for one in server.headers]
    assert all(one.startswith("Bearer token-") for one in sent)
    assert sent[0] != sent[1]


async def test_a_denied_token_is_a_failure():
    async def token():
        raise PermissionError

    async with LanguageServer(Play(TEXT)) as server:
        generator = open_generator(server.settings(entra=True), token)
        with pytest.raises(GenerationError, match="failed"):
            await generator.generate(PROMPT)
        await generator.close()
        assert server.requests == []


def test_azures_models_are_told_the_limit_by_its_new_name():
    from bot.generate import _request

    azure = LanguageModelSettings("https://r.openai.azure.com/openai/v1/", "prov")
    assert "max_completion_tokens" in _request(azure, PROMPT)
    assert "max_tokens" not in _request(azure, PROMPT)


def test_price_counts_both_directions():
    assert price((1_000, 100), (20.0, 80.0)) == pytest.approx(0.028)
