import asyncio
import contextlib
import sqlite3
import subprocess
import sys

import pytest

from bot.answered import KEEP, PRUNE_EVERY, Answered
from bot.records import BotError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "answered.db"


@contextlib.contextmanager
def opened(path, **options):
    with contextlib.closing(Answered(path, **options)) as answered:
        yield answered


async def test_an_activity_is_new_once(path):
    with opened(path) as answered:
        assert [await answered.claim("a:1", "m1") for _ in range(3)] == [True, False, False]


async def test_ids_are_told_apart_by_conversation_and_by_nothing_else(path):
    names = [("a:1", "m1"), ("a:2", "m1"), ("a:1", "m2"), ("a:1m1", ""), ("a:1", "m", "1"), ("\ud800", "m1")]
    with opened(path) as answered:
        assert all([await answered.claim(*one) for one in names])
        assert not any([await answered.claim(*one) for one in names])


async def test_five_at_the_same_time_are_one(path):
    with opened(path) as answered:
        assert sorted(await asyncio.gather(*(answered.claim("a:1", "m1") for _ in range(5)))) == [False] * 4 + [True]


async def test_it_is_remembered_across_a_restart(path):
    with opened(path) as answered:
        await answered.claim("a:1", "m1")
    with opened(path) as answered:
        assert not await answered.claim("a:1", "m1")


async def test_it_is_remembered_when_the_process_is_killed(path):
    code = (
        "import asyncio, os, pathlib, sys; from bot.answered import Answered;"
        "asyncio.run(Answered(pathlib.Path(sys.argv[1])).claim('a:1', 'm1')); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, path], check=False).returncode == 9
    with opened(path) as answered:
        assert not await answered.claim("a:1", "m1")


async def test_several_may_share_a_file(path):
    with opened(path) as one, opened(path) as other:
        claims = [each.claim("a:1", f"m{n}") for n in range(50) for each in (one, other)]
        assert sum(await asyncio.gather(*claims)) == 50


async def test_what_is_old_is_forgotten_on_opening_and_while_running(path):
    now = [0.0]
    with opened(path, clock=lambda: now[0]) as answered:
        await answered.claim("a:1", "m1")
        now[0] = KEEP + 1
        for n in range(PRUNE_EVERY):
            await answered.claim("a:2", str(n))
        assert await answered.claim("a:1", "m1")
    with opened(path, clock=lambda: 3 * KEEP) as answered:
        assert await answered.claim("a:2", "1")


async def test_what_is_forgotten_is_new_again(path):
    with opened(path) as answered:
        await answered.claim("welcome", "a:1")
        await answered.forget("welcome", "a:1")
        assert await answered.claim("welcome", "a:1")


async def test_the_file_holds_no_ids(path):
    with opened(path) as answered:
        await answered.claim("19:secret-conversation", "secret-id")
        written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"secret" not in written


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BotError, match="MOTESMINNET_STATE"):
        Answered(tmp_path / "file" / "answered.db")
    (tmp_path / "answered.db").write_bytes(b"no database" * 100)
    with pytest.raises(BotError, match="MOTESMINNET_STATE"):
        Answered(tmp_path / "answered.db")


async def test_a_claim_that_cannot_be_kept_raises(path):
    with opened(path) as answered:
        await answered._state.run(lambda db: db.execute("DROP TABLE answered"))
        with pytest.raises(sqlite3.Error):
            await answered.claim("a:1", "m1")
