"""The files that outlive a restart: private, of a known version, and one thread at a time."""

import asyncio
import contextlib
import sqlite3
import threading

import pytest

from bot.records import BotError
from bot.state import State, key_of, scrub

FIRST, SECOND = "CREATE TABLE a (x TEXT); CREATE INDEX i ON a (x)", "ALTER TABLE a ADD COLUMN y TEXT"


@pytest.fixture
def opened(tmp_path):
    """Opens the file, with the tables of so many steps; all are closed in the end."""
    with contextlib.ExitStack() as stack:
        yield lambda *steps: stack.enter_context(
            contextlib.closing(State(tmp_path / "state" / "a.db", steps, "Kan inte sparas"))
        )


def columns(database):
    return [row[1] for row in database.execute("PRAGMA table_info(a)")]


async def test_only_its_owner_can_read_the_file_and_what_lies_beside_it(opened, tmp_path):
    await opened(FIRST).run(lambda db: db.execute("INSERT INTO a VALUES ('x')"))
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "state").iterdir()}
    assert modes == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


def test_a_file_that_others_could_read_is_closed_to_them(opened, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "a.db").touch(0o644)
    opened(FIRST)
    assert (tmp_path / "state" / "a.db").stat().st_mode & 0o777 == 0o600


async def test_an_earlier_version_is_brought_up_and_keeps_its_rows(opened):
    await opened(FIRST).run(lambda db: db.execute("INSERT INTO a VALUES ('x')"))
    later = opened(FIRST, SECOND)
    assert await later.run(columns) == ["x", "y"]
    assert await later.run(lambda db: db.execute("SELECT * FROM a").fetchall()) == [("x", None)]
    assert await opened(FIRST, SECOND).run(columns) == ["x", "y"]


def test_a_later_version_is_left_alone(opened):
    opened(FIRST, SECOND)
    with pytest.raises(BotError, match=r"Kan inte sparas i .*a\.db.*version 2, later than 1.*MOTESMINNET_STATE"):
        opened(FIRST)


async def test_a_step_that_fails_changes_nothing(opened):
    opened(FIRST)
    with pytest.raises(BotError, match="near"):
        opened(FIRST, f"{SECOND}; NONSENSE")
    assert await opened(FIRST).run(columns) == ["x"]


async def test_all_is_done_in_one_thread_and_in_order(opened):
    state, seen = opened(FIRST), []
    work = [state.run(lambda db, n=n: seen.append((n, threading.current_thread()))) for n in range(20)]
    await asyncio.gather(*work)
    assert [n for n, _ in seen] == list(range(20))
    assert {thread for _, thread in seen} == {seen[0][1]} != {threading.main_thread()}


async def test_what_went_wrong_is_raised_and_the_next_is_done(opened):
    state = opened(FIRST)
    with pytest.raises(sqlite3.OperationalError):
        await state.run(lambda db: db.execute("NONSENSE"))
    assert await state.run(columns) == ["x"]


async def test_what_is_scrubbed_is_in_no_file(opened, tmp_path):
    state = opened(FIRST)
    await state.run(lambda db: db.execute("INSERT INTO a VALUES ('hemlighet')"))
    await state.run(lambda db: db.execute("DELETE FROM a"))
    await state.run(scrub)
    assert b"hemlighet" not in b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())


def test_keys_tell_names_apart_and_do_not_hold_them():
    names = [("a", "b"), ("ab", ""), ("b", "a"), ("a", "b", ""), ("\ud800",), ("å",)]
    assert len({key_of(*one) for one in names}) == len(names)
    assert key_of("a", "b") == key_of("a", "b")
    assert all(len(key_of(*one)) == 64 for one in names)
