"""What is kept of conversations: the right one, for an hour, and nothing of it in the clear but the turns."""

from dataclasses import replace

import pytest

from bot.conversations import KEEP, Conversations
from bot.records import BotError, Turn

TURN = Turn(question="vad beslutades om yrkesresan?", intent="decision", asks="", language="sv", topic="yrkesresan")


@pytest.fixture
def kept(tmp_path, clock):
    store = Conversations(tmp_path / "state" / "conversations.db", clock)
    yield store
    store.close()


async def test_turns_come_back_in_order_for_their_own_conversation(kept):
    later = Turn(question="och i Dalarna?", intent="decision", asks="", language="sv", bodies=("Dalarna",))
    await kept.save("19:a", (TURN, later))
    assert await kept.turns("19:a") == (TURN, later)
    assert await kept.turns("19:b") == ()


async def test_a_conversation_survives_a_restart(kept, tmp_path, clock):
    await kept.save("19:a", (TURN,))
    again = Conversations(tmp_path / "state" / "conversations.db", clock)
    assert await again.turns("19:a") == (TURN,)
    again.close()


async def test_lines_that_had_no_room_are_left_to_show(kept):
    await kept.save("19:a", (TURN, replace(TURN, shown=17, left=3)))
    await kept.hide("19:a", 7)
    assert [(turn.shown, turn.left) for turn in await kept.turns("19:a")] == [(0, 0), (10, 10)]
    await kept.hide("19:b", 7)
    assert await kept.turns("19:b") == ()


async def test_an_old_conversation_is_forgotten_in_the_file_too(kept, tmp_path, clock):
    await kept.save("19:a", (TURN,))
    clock.now += KEEP + 1
    assert await kept.turns("19:a") == ()
    await kept.save("19:b", ())
    assert b"yrkesresan" not in b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())


async def test_the_id_of_a_conversation_is_not_kept(kept, tmp_path):
    await kept.save("19:a-very-telling-id@thread.tacv2", (TURN,))
    assert b"telling" not in b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())


async def test_turns_of_another_version_are_passed_over(kept):
    await kept.save("19:a", (TURN,))
    await kept._state.run(lambda db: db.execute("UPDATE turns SET turns = ?", ('{"old": 1}',)))
    assert await kept.turns("19:a") == ()


def test_a_state_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BotError, match="MOTESMINNET_STATE"):
        Conversations(tmp_path / "file" / "conversations.db")
