"""A language model's answers in Teams: what is shown while they are written, and what is sent in the end."""

import contextlib
import time
from dataclasses import replace
from functools import partial

import pytest
from made_answers import NORRDAL, SJOVIK, make_answer
from made_chat import running_bot
from made_llm import HANG, LanguageServer, Play

from bot.message import render_message
from bot.records import Statement
from bot.writer import open_writer

ANSWER = make_answer(
    statements=(
        Statement("**Norrdal**"),
        Statement(f"- ”{NORRDAL.quote}” [1]", (1,)),
        Statement("**Sjövik**"),
        Statement(f"- ”{SJOVIK.quote}” [2]", (2,)),
    )
)
DECIDED = f"Norrdal beslutade den 4 mars 2022: ”{NORRDAL.quote}” [1]"
NOTED = f"Sjövik, mars 2021: ”{SJOVIK.quote}” [2]"
FALSE = "Norrdal beslutade den 4 mars 2022 att lämna Yrkesresan [1]."
SLOW = {"pause": 0.12, "size": 8}
"""Slow enough for Teams' pace of one update a second."""


@contextlib.asynccontextmanager
async def writing_bot(*plays, **fields):
    """The running bot whose answers the server's plays write."""

    async def asked(incoming):
        return ANSWER

    async with (
        LanguageServer(*plays) as server,
        running_bot(asked, write=partial(open_writer, server.settings(**fields), None)) as bot,
    ):
        yield bot


async def sent(*plays, scope="personal", statuses=(), **fields):
    """The activities that one question brings."""
    async with writing_bot(*plays, **fields) as bot:
        bot.connector.statuses += statuses
        conversation = {"id": "a:1", "conversationType": scope, "tenantId": "t1"}
        status, _ = await bot.post(bot.activity(conversation=conversation))
        assert status < 300
        return bot.connector.activities


def kinds(activities):
    """What each activity is: its stream type, else its own type."""
    infos = [next((e for e in a.get("entities") or [] if e["type"] == "streaminfo"), None) for a in activities]
    return [info["streamType"] if info else a["type"] for a, info in zip(activities, infos, strict=True)]


def texts(activities):
    return [a["text"] for a in activities if a.get("text")]


async def test_a_written_answer_is_streamed_line_by_line_and_labelled():
    activities = await sent(Play(f"{DECIDED}\n{NOTED}", **SLOW))
    told = [one for one in kinds(activities) if one != "typing"]
    assert told[0] == "informative"
    assert "streaming" in told
    assert told[-1] == "final"
    final = activities[-1]
    entity = next(e for e in final["entities"] if e["type"] == "https://schema.org/Message")
    assert entity["additionalType"] == ["AIGeneratedContent"]
    assert [c["position"] for c in entity["citation"]] == [1, 2]
    streamed = [a["text"] for a, kind in zip(activities, kinds(activities), strict=True) if kind == "streaming"]
    assert all(final["text"].startswith(text) for text in streamed)


async def test_a_false_sentence_is_in_no_activity():
    activities = await sent(Play(f"{DECIDED}\n{FALSE}\n{NOTED}\nNorrdal tar kostnaden 2023 [1].", **SLOW))
    assert not any("lämna" in text for text in texts(activities))
    assert "Norrdal tar kostnaden" in activities[-1]["text"]


@pytest.mark.parametrize("scope", ["groupChat", "channel"])
async def test_elsewhere_the_answer_is_one_plain_message(scope):
    activities = await sent(Play(f"{DECIDED}\n{NOTED}"), scope=scope)
    assert set(kinds(activities)) == {"typing", "message"}
    assert kinds(activities).count("message") == 1
    entity = next(e for e in activities[-1]["entities"] if e["type"] == "https://schema.org/Message")
    assert entity["additionalType"] == ["AIGeneratedContent"]


@pytest.mark.parametrize(
    "play",
    [Play(status=500), Play(first=HANG), Play(f"{DECIDED}\n{NOTED}", pause=HANG, size=90), Play("Allt är bra.")],
    ids=["failing", "hanging", "half", "lying"],
)
async def test_whatever_the_model_does_the_quotes_are_sent_without_the_label(play):
    started = time.monotonic()
    activities = await sent(play, first_word=0.5, whole=1.0)
    assert activities[-1]["text"] == render_message(ANSWER)["text"]
    assert "AIGeneratedContent" not in str(activities[-1]["entities"])
    assert time.monotonic() - started < 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "play",
    [
        Play(status=500),
        Play(status=503, first=3.0),
        Play(status=429, headers={"Retry-After": "4"}),
        Play(first=HANG),
        Play(f"{DECIDED}\n{NOTED}", pause=HANG, size=90),
        Play(f"{DECIDED}\n{NOTED}", pause=0.5, size=1),
        Play(f"{DECIDED}\n{NOTED}", cut=8),
        Play(f"{DECIDED}\n", finish="length"),
    ],
    ids=["500", "slow 503", "429", "hanging", "half", "a letter at a time", "broken off", "cut"],
)
async def test_with_the_settings_as_they_come_an_answer_is_there_in_ten_seconds(play):
    started = time.monotonic()
    activities = await sent(play)
    assert time.monotonic() - started < 10
    assert activities[-1]["text"] == render_message(ANSWER)["text"]


async def test_a_stream_that_teams_has_ended_is_followed_by_a_plain_message():
    """What was shown cannot be taken back: Teams refuses an end with another text."""
    play = Play(f"{DECIDED}\n{FALSE}\n{FALSE} Igen [1].\nAllt är bra.\n" + "Mer.\n" * 9, **SLOW)
    async with writing_bot(play) as bot:
        bot.connector.judge = lambda body: 403 if kinds([body]) == ["final"] else 200
        await bot.post(bot.activity())
        assert bot.connector.activities[-1]["text"] == render_message(ANSWER)["text"]
        assert kinds(bot.connector.activities)[-1] == "message"


async def test_without_a_model_nothing_is_streamed():
    async def asked(incoming):
        return ANSWER

    async with running_bot(asked) as bot:
        await bot.post(bot.activity())
        assert set(kinds(bot.connector.activities)) == {"typing", "message"}


async def test_the_age_of_an_old_index_is_told_under_a_written_answer_too():
    aged = replace(ANSWER, updated="Uppdaterat 3 mars.")

    async def asked(incoming):
        return aged

    async with (
        LanguageServer(Play(f"{DECIDED}\n{NOTED}")) as server,
        running_bot(asked, write=partial(open_writer, server.settings(), None)) as bot,
    ):
        await bot.post(bot.activity())
        final = bot.connector.activities[-1]
    assert "AIGeneratedContent" in str(final["entities"])
    assert final["text"].rstrip().endswith("Uppdaterat 3 mars.")
    assert DECIDED.split(":")[0] in final["text"]
