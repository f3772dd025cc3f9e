"""Several bots over one PostgreSQL: what one has answered and been told, the others know; and a server that goes away."""

import asyncio
import contextlib
import time
from datetime import date

import pytest
from made_chat import running_bot
from made_index import MINUTES, TopicEmbedder, build, run, write_minutes
from made_postgres import free_port

from bot import answered, conversations, feedback
from bot.answered import Answered
from bot.conversations import Conversations, forget_conversations
from bot.feedback import FeedbackStore, Opinion, forget_feedback, read_feedback
from bot.links import load_key
from bot.message import Incoming
from bot.records import BotError, Turn
from bot.retention import prune_state
from bot.service import open_answerer
from indexer.database import Database
from indexer.generation import current_seal
from indexer.records import UnavailableError

DAY = date(2025, 1, 15)


def asking(text, name="m1", conversation="a:1"):
    return Incoming(name, text, conversation, "personal", "29:anna")


@contextlib.contextmanager
def replica(database, **options):
    """A bot of its own over this database, with its own connections."""
    own = Database(database._url, database.work)
    answerer = open_answerer(own, TopicEmbedder, lambda: DAY, may_wait=False, state=own, **options)
    try:
        yield answerer
    finally:
        answerer.close()
        own.close()


def sent(connector):
    return [one for one in connector.activities if one]


@pytest.fixture
def filled(tmp_path, database):
    build(write_minutes(tmp_path / "minutes"), database)
    return database


async def test_the_same_activity_delivered_to_two_replicas_is_answered_once(filled):
    with replica(filled) as first, replica(filled) as second:
        state = filled / answered.FILE
        async with (
            running_bot(first.ask, first, state=state) as one,
            running_bot(second.ask, second, state=state) as two,
        ):
            for number in range(3):
                posts = [bot.post(one.activity(id=f"m{number}")) for bot in (one, two) * 2]
                assert {status for status, _ in await asyncio.gather(*posts)} == {200}
            replies = [one for one in sent(one.connector) + sent(two.connector) if one["type"] == "message"]
    assert len(replies) == 3


async def test_a_claim_is_had_once_and_can_be_given_back(filled):
    claimed = filled / answered.FILE
    with contextlib.closing(Answered(claimed)) as one, contextlib.closing(Answered(claimed)) as two:
        claims = await asyncio.gather(*(each.claim("activity", "a:1", "m1") for each in (one, two) * 3))
        assert sorted(claims) == [False] * 5 + [True]
        await one.forget("activity", "a:1", "m1")
        assert await two.claim("activity", "a:1", "m1")


async def test_a_follow_up_on_the_other_replica_knows_its_topic(filled):
    with replica(filled) as first, replica(filled) as second:
        whole = await first.ask(asking("vad beslutades om yrkesresan i Norrdal?"))
        follow_up = await second.ask(asking("och i Sjövik?", "m2"))
        alone = await second.ask(asking("och i Sjövik?", "m3", "a:2"))
    assert "Norrdal" in whole.text and not whole.refused
    assert "yrkesresan" in follow_up.full and "Yrkesresan" in follow_up.text
    assert "yrkesresan" not in alone.full


async def test_turns_and_feedback_are_kept_and_let_go_of(filled, clock):
    store = Conversations(filled / conversations.FILE, clock)
    turn = Turn("vad beslutades?", "decision", "", "sv", meetings=("granvik",))
    with contextlib.closing(store), contextlib.closing(FeedbackStore(filled / feedback.FILE, clock=clock)) as opinions:
        await store.save("a:1", [turn])
        await store.save("a:1", [turn, turn])
        assert await store.turns("a:1") == (turn, turn)
        await opinions.record("a:1", "m1", Opinion("like", "bra\x00 svar"))
        await opinions.record("a:1", "m1", Opinion("dislike"))
        assert [one.comment for one in read_feedback(filled / feedback.FILE)] == ["bra svar", ""]
        assert forget_conversations(filled / conversations.FILE, ["granvik"]) == 1
        assert forget_feedback(filled / feedback.FILE, ["granvik"]) == 0
        await store.save("a:2", [turn])
        assert prune_state(filled, 1, clock() + 10 * 86_400) == 3
        assert read_feedback(filled / feedback.FILE) == []


async def test_only_so_many_answers_are_remembered(filled, clock, monkeypatch):
    monkeypatch.setattr(feedback, "KEEP_ANSWERS", 2)
    monkeypatch.setattr(feedback, "PRUNE_EVERY", 1)
    with replica(filled) as one, contextlib.closing(FeedbackStore(filled / feedback.FILE, clock=clock)) as store:
        answer = await one.ask(asking("vad beslutades om budgeten?"))
        for number in range(5):
            clock.now += 1
            await store.remember("a:1", f"m{number}", answer)
    with filled.snapshot() as connection:
        assert connection.execute("SELECT count(*) FROM motesminnet.answers").fetchone()[0] == 3


def test_replicas_sign_links_alike(filled):
    assert load_key(None, filled) == load_key(None, Database(filled._url, filled.work))


def test_state_in_a_database_that_is_not_there_is_told_of(tmp_path):
    gone = Database(f"postgresql://postgres@127.0.0.1:{free_port()}/minutes", tmp_path)
    with contextlib.closing(gone), pytest.raises(BotError, match="går inte att nå"):
        Answered(gone / answered.FILE)


def test_commands_take_the_address_of_a_database(tmp_path, postgres, no_model, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_INDEX", postgres.empty_database("scratch"))
    monkeypatch.chdir(tmp_path)
    source = write_minutes(tmp_path / "minutes")
    assert "3 dokument" in run("index", source).stdout
    assert "Nätverket ställer sig bakom Yrkesresan" in run("ask", "vad beslutades om yrkesresan?").stdout
    assert "Ledningsgruppen Sjövik" in run("search", "yrkesresan").stdout
    assert "Anna Ek" in run("show", "norrdal-2022-03-04", "--json").stdout
    assert "OK  Index: generation 1" in run("check").stdout
    assert run("check", "--repair").exit_code == 0
    assert "Anna Ek" in run("export-person", "Anna Ek").stdout
    assert run("feedback", "--json").stdout.strip() == "[]"
    assert "Glömt" in run("forget", "granvik", "--purge").stdout
    assert run("index", tmp_path / "nothing").exit_code == 1
    assert not (tmp_path / "data" / "index").exists()


# A server that goes away


async def test_a_bot_whose_server_stops_says_so_and_recovers(postgres, filled):
    with replica(filled) as bot:
        async with running_bot(bot.ask, bot) as chat:
            assert "Yrkesresan" in await said(chat, "vad beslutades om yrkesresan?")
            postgres.stop("immediate")
            assert "Databasen med minnesanteckningarna svarar inte" in await said(chat, "och om färdtjänsten?")
            postgres.start()
            assert "budgeten för 2022" in await said(chat, "vad beslutades om budgeten?")


async def said(chat, question):
    """What the bot says to a question, by its last message."""
    status, _ = await chat.post(chat.activity(id=question, text=question))
    assert status == 200
    return next(one["text"] for one in reversed(sent(chat.connector)) if one["type"] == "message")


# A standby


@pytest.fixture
def standby(postgres, filled, tmp_path):
    """A second server that follows the one of the tests."""
    with following(postgres, filled, tmp_path) as made:
        yield made


@contextlib.contextmanager
def following(postgres, filled, folder):
    """The database as it is on a server of its own that follows the one of the tests."""
    server = postgres.standby(free_port())
    server.start()
    try:
        with contextlib.closing(Database(filled._url.replace(str(postgres.port), str(server.port)), folder)) as made:
            yield made
    finally:
        server.stop("immediate")


async def test_two_standbys_serve_fresh_answers_within_a_second(postgres, standby, filled, tmp_path):
    question, source = asking("vad sägs om simhallen?"), tmp_path / "minutes"
    with contextlib.ExitStack() as stack:
        standbys = [standby, stack.enter_context(following(postgres, filled, tmp_path))]
        answerers = [
            stack.enter_context(
                contextlib.closing(open_answerer(one, TopicEmbedder, lambda: DAY, may_wait=False, state=filled))
            )
            for one in standbys
        ]
        assert all([(await one.ask(question)).refused for one in answerers])
        (source / "simhall.txt").write_text(MINUTES["granvik.txt"].replace("amiljehem", "imhallen"))
        build(source, filled)
        end = time.monotonic() + 1.0
        for answerer in answerers:
            while (answer := await answerer.ask(question)).generation == 1:
                assert time.monotonic() < end
                await asyncio.sleep(0.05)
            assert "imhallen" in answer.text
        assert {current_seal(one) for one in standbys} == {current_seal(filled)}


def test_a_standby_cannot_be_published_to(standby, tmp_path):
    (tmp_path / "minutes" / "granvik.txt").unlink()
    with pytest.raises(UnavailableError, match="ReadOnly"):
        build(tmp_path / "minutes", standby)
