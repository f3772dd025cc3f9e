"""From a Teams activity to the reply that arrives: the endpoint, the pipeline and a real index, nothing replaced."""

import asyncio
import contextlib
from datetime import date

import pytest
from made_chat import running_bot
from made_index import MINUTES, TopicEmbedder, build, write_minutes

from bot.message import Incoming, render_message
from bot.pipeline import answer_now
from bot.service import open_answerer

QUESTION = "vad beslutades om yrkesresan?"
TODAY = date(2025, 1, 15)


@contextlib.contextmanager
def answering(index, engine):
    """What answers in `motesminnet serve`, over this index."""
    answerer = open_answerer(index, lambda model: engine, lambda: TODAY, may_wait=False)
    try:
        yield answerer
    finally:
        answerer.close()


async def reply_to(question, index, engine):
    """The message that the chat service receives for the question, and the answer as on the command line."""
    with answering(index, engine) as answerer:
        async with running_bot(answerer.ask) as bot:
            assert await bot.post(bot.activity(text=question)) == (200, "")
            typing, reply = bot.connector.activities
        assert (typing["type"], reply["type"]) == ("typing", "message")
        return reply, answer_now(question, answerer.library(), lambda: engine, TODAY)


def claims(reply):
    """The citation entities of a message: position and what Teams shows of each."""
    (entity,) = reply["entities"]
    assert (entity["type"], entity["@type"]) == ("https://schema.org/Message", "Message")
    return [(one["position"], one["appearance"]["name"]) for one in entity["citation"]]


async def test_decision_arrives_with_its_citations(small_index):
    reply, answer = await reply_to(QUESTION, small_index, TopicEmbedder())
    assert "”Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023.”" in reply["text"]
    assert "[1]" in reply["text"]
    names = ["Socialchefsnätverket Norrdal 4 mars 2022, punkt 2", "Ledningsgruppen Sjövik 19 november 2021, punkt 4"]
    assert claims(reply) == list(enumerate(names, 1))
    assert len(answer.citations) == 2


async def test_refusal_arrives_without_citations(small_index):
    reply, answer = await reply_to("vad beslutades om fotboll?", small_index, TopicEmbedder())
    assert answer.refused
    assert "fotboll" in reply["text"]
    assert reply.get("entities", []) == []


async def test_questions_at_the_same_time_each_get_their_own_answer(small_index):
    questions = [QUESTION, "vilka möten har hållits?", "vad beslutades om budget?", "vad sköts upp?"] * 5
    with answering(small_index, TopicEmbedder()) as answerer:
        async with running_bot(answerer.ask) as bot:
            posts = (bot.post(bot.activity(text=one, id=f"m{n}")) for n, one in enumerate(questions))
            statuses = await asyncio.gather(*posts)
            replies = [one for one in bot.connector.activities if one["type"] == "message"]
    assert statuses == [(200, "")] * len(questions)
    assert len({reply["text"] for reply in replies}) == 4


async def test_a_newer_index_is_picked_up_between_two_questions(tmp_path):
    source = write_minutes(tmp_path / "minutes", {"granvik.txt": MINUTES["granvik.txt"]})
    asking = Incoming("m1", QUESTION, "a:1", "personal", "29:anna")
    with answering(build(source, tmp_path / "index"), TopicEmbedder()) as answerer:
        first = await answerer.ask(asking)
        (source / "sjovik.md").write_text(MINUTES["sjovik-2021-11-19.md"], encoding="utf-8")
        build(source, tmp_path / "index")
        async with asyncio.timeout(30):
            while answerer.opened().generation.number < 2:
                await asyncio.sleep(0.05)
        second = await answerer.ask(asking)
    assert (first.refused, first.generation, second.refused, second.generation) == (True, 1, False, 2)


@pytest.mark.model
@pytest.mark.parametrize("index", ["sample_index", "shared_index"])
async def test_headline_question_arrives_as_on_the_command_line(request, light_engine, index):
    reply, answer = await reply_to(QUESTION, request.getfixturevalue(index), light_engine)
    expected = render_message(answer)
    assert (reply["text"], reply["entities"]) == (expected["text"], expected["entities"])
    assert [position for position, _ in claims(reply)] == [c.n for c in answer.citations][:10]
    assert all(f"[{c.n}]" in reply["text"] for c in answer.citations[:10])
    assert len({c.body for c in answer.citations}) >= 3
    if index == "shared_index":
        assert claims(reply)[0][1] == "Socialchefsnätverket Fyrbodal 4 mars 2022, punkt 10"
