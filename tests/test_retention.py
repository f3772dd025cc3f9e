"""What is too old is deleted by the nightly run, from the files as well."""

import sqlite3
from contextlib import closing

import pytest
from made_answers import make_answer
from made_index import run, write_minutes

from bot.answered import FILE as ANSWERED
from bot.answered import Answered
from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations
from bot.feedback import FILE as FEEDBACK
from bot.feedback import FeedbackStore, Opinion, read_feedback
from bot.records import BotError, Turn
from bot.retention import DAY, prune_state

NOW = 1_700_000_000.0


async def keep_something(state, at):
    """Feedback with its answer, a conversation and an answered message, all of this moment."""
    store = FeedbackStore(state / FEEDBACK, clock=lambda: at)
    await store.remember("c", f"m{at}", make_answer(question="vem är Hemlig Person?"))
    await store.record("c", f"m{at}", Opinion("like", "om Hemlig Person"))
    store.close()
    conversations = Conversations(state / CONVERSATIONS, clock=lambda: at)
    await conversations.save(f"c{at}", [Turn("vem är Hemlig Person?", "direct", "", "sv")])
    conversations.close()
    answered = Answered(state / ANSWERED, clock=lambda: at)
    await answered.claim("c", f"m{at}")
    answered.close()


def rows(state):
    found = {}
    for file, table in (
        (FEEDBACK, "feedback"),
        (FEEDBACK, "answers"),
        (CONVERSATIONS, "turns"),
        (ANSWERED, "answered"),
    ):
        with closing(sqlite3.connect(state / file)) as database:
            found[table] = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


async def test_only_what_is_too_old_goes(tmp_path):
    await keep_something(tmp_path, NOW - 400 * DAY)
    await keep_something(tmp_path, NOW)
    assert prune_state(tmp_path, 365, NOW) > 0
    assert rows(tmp_path) == {"feedback": 1, "answers": 1, "turns": 1, "answered": 1}
    assert prune_state(tmp_path, 365, NOW) == 0
    assert prune_state(tmp_path, 365, NOW + 31 * DAY) == 3
    assert [one.reaction for one in read_feedback(tmp_path / FEEDBACK)] == ["like"]


async def test_nothing_of_it_is_left_on_the_disk(tmp_path):
    await keep_something(tmp_path, NOW - 400 * DAY)
    assert b"Hemlig" in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    prune_state(tmp_path, 365, NOW)
    assert b"Hemlig" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_without_a_state_there_is_nothing_to_do(tmp_path):
    assert prune_state(tmp_path / "none", 365, NOW) == 0
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_none_of_ours_is_told(tmp_path):
    (tmp_path / FEEDBACK).write_text("skräp" * 1000)
    with pytest.raises(BotError, match="går inte att gallra"):
        prune_state(tmp_path, 365, NOW)


def test_the_nightly_run_prunes(tmp_path, monkeypatch, no_model):
    asked = []
    monkeypatch.setattr("bot.retention.prune_state", lambda *arguments: asked.append(arguments) or 7)
    monkeypatch.setenv("MOTESMINNET_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("MOTESMINNET_FEEDBACK_DAYS", "90")
    result = run("index", write_minutes(tmp_path / "minutes"), "--index", tmp_path / "index")
    ((state, days, now),) = asked
    assert (state, days) == (tmp_path / "state", 90)
    assert now > NOW
    assert "7 rader" in result.stderr
