"""A newer index takes over when it is whole and ready; a bad one never answers."""

import contextlib
import logging
import threading
from datetime import date
from pathlib import Path

import pytest
from made_chat import running_bot
from made_index import MINUTES, TopicEmbedder, build, run, write_minutes

from bot.message import Incoming
from bot.pipeline import Library, answer_now
from bot.service import open_answerer
from bot.shelf import AGAIN, Shelf, Watch
from indexer.generation import current, remove_old
from indexer.records import IndexerError

QUESTION = "vilka möten har hållits?"
ASKING = Incoming("m1", QUESTION, "a:1", "personal", "29:anna")
DAY = date(2025, 1, 15)


class Index:
    """An index whose generations differ: the n-th holds a document of its own for each build so far."""

    def __init__(self, root):
        self.source, self.path = (
            write_minutes(root / "minutes", {"granvik.txt": MINUTES["granvik.txt"]}),
            root / "index",
        )
        self.publish()

    def publish(self):
        body = f"Nämnden Ort{len(list(self.source.iterdir()))}"
        (self.source / f"ort{body[-1]}.txt").write_text(f"{body}\n\n1. Budget\nBeslut: Nämnden godkänner den.\n")
        build(self.source, self.path)
        return self.path / current(self.path)

    def damage(self, name="vectors.faiss"):
        file = self.path / current(self.path) / name
        file.write_bytes(b"\0" + file.read_bytes()[1:])

    def mend(self, name="vectors.faiss", byte=b"I"):
        file = self.path / current(self.path) / name
        file.write_bytes(byte + file.read_bytes()[1:])


@pytest.fixture
def made(tmp_path):
    return Index(tmp_path)


def number(shelf):
    return shelf.library().generation.number


def ask(shelf):
    return answer_now(QUESTION, shelf.library(), TopicEmbedder, DAY)


def test_newer_generation_answers_once_it_is_opened_in_the_background(made):
    shelf = Shelf(made.path)
    made.publish()
    assert number(shelf) == 1
    shelf.refresh()
    assert (number(shelf), shelf.problem()) == (2, None)


def test_library_that_is_warm_reads_no_meeting_again(made, monkeypatch):
    library = Shelf(made.path, prepare=Library.warm).library()
    ids = [entry.id for entry in library.catalog.meetings]
    expected = library.index.register.meetings()
    monkeypatch.setattr(library.index.register, "meetings", None)
    assert set(library.meetings(ids)) == set(expected) != set()


def test_older_library_lets_go_of_its_files_when_its_last_answer_is_given(made):
    def open_files():
        links = (str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
        return [link for link in links if link.startswith(str(made.path))]

    shelf = Shelf(made.path)
    ask(shelf)
    before = len(open_files())
    for _ in range(4):
        made.publish()
        shelf.refresh()
        ask(shelf)
    assert len(open_files()) == before == 4
    assert all("gen-000005" in link for link in open_files())


@pytest.mark.parametrize("name", ["register.db", "vectors.faiss", "manifest.json", "../CURRENT"])
def test_bad_newer_generation_never_answers_and_is_told_once(made, caplog, name):
    shelf = Shelf(made.path)
    made.publish()
    made.damage(name)
    for _ in range(3):
        shelf.refresh()
    assert (number(shelf), ask(shelf).generation) == (1, 1)
    assert "Indexet är skadat" in shelf.problem()
    assert [one.levelname for one in caplog.records] == ["WARNING"]


def test_generation_that_was_bad_is_tried_again_after_a_while_and_a_newer_one_at_once(made, clock):
    shelf = Shelf(made.path, clock=clock)
    made.publish()
    made.damage()
    shelf.refresh()
    made.mend()
    shelf.refresh()
    assert number(shelf) == 1
    clock.now += AGAIN
    shelf.refresh()
    assert (number(shelf), shelf.problem()) == (2, None)
    made.publish()
    shelf.refresh()
    assert number(shelf) == 3


def test_start_with_a_damaged_generation_goes_on_with_the_whole_one_before_it(made):
    made.publish()
    made.damage()
    shelf = Shelf(made.path)
    assert number(shelf) == 1
    assert "Indexet är skadat" in shelf.problem()
    made.publish()
    shelf.refresh()
    assert (number(shelf), shelf.problem()) == (3, None)


def test_start_with_nothing_whole_says_what_to_do(made):
    made.damage()
    with pytest.raises(IndexerError, match="Bygg om det: motesminnet index MAPP"):
        Shelf(made.path)


def test_index_that_is_taken_away_goes_on_answering_and_is_told(made):
    shelf = Shelf(made.path)
    (made.path / "CURRENT").unlink()
    shelf.refresh()
    assert number(shelf) == 1
    assert "Det finns inget index" in shelf.problem()


def test_library_that_cannot_be_made_ready_never_answers(made):
    def prepare(library):
        if library.generation.number > 1:
            raise IndexerError("Modellen 'annan' finns inte.")

    shelf = Shelf(made.path, prepare=prepare)
    made.publish()
    shelf.refresh()
    assert (number(shelf), shelf.problem()) == (1, "Modellen 'annan' finns inte.")


def test_nobody_waits_while_a_newer_generation_is_opened(made):
    opening, go = threading.Event(), threading.Event()

    def prepare(library):
        if library.generation.number > 1:
            opening.set()
            assert go.wait(30)

    shelf = Shelf(made.path, prepare=prepare)
    made.publish()
    with contextlib.closing(Watch(shelf, 0.01)):
        assert opening.wait(30)
        assert {ask(shelf).generation for _ in range(20)} == {1}
        go.set()
        while number(shelf) == 1:
            assert not opening.wait(0) or go.is_set()
    assert ask(shelf).generation == 2


def test_threads_that_ask_first_after_the_files_are_gone_get_their_answers(made):
    shelf = Shelf(made.path)
    expected = ask(shelf).text
    made.publish()
    remove_old(made.path, keep=1)
    assert [path.name for path in made.path.glob("gen-*")] == ["gen-000002"]
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask(shelf))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(one.text, one.generation) for one in answers] == [(expected, 1)] * 12


def test_generations_that_come_and_go_in_a_loop_fail_no_answer(made, monkeypatch):
    """Retention of one: what a reader has just found is removed while it opens it."""
    monkeypatch.setattr("indexer.generation.KEEP", 1)
    monkeypatch.setattr("indexer.generation.remove_old.__defaults__", (1,))
    stop, seen, failed = threading.Event(), set(), []

    def read():
        shelf = Shelf(made.path)
        while not stop.is_set():
            try:
                shelf.refresh()
                if shelf.problem() is not None:
                    failed.append(shelf.problem())
                answer = ask(shelf)
                seen.add((answer.generation, answer.text))
                seen.add((0, "")) if answer.refused else None
            except Exception as error:
                failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(6):
        made.publish()
    stop.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert len({generation for generation, _ in seen}) == len(seen) > 1  # one text for each generation
    assert len(list(made.path.glob("gen-*"))) == 1


async def test_readyz_metrics_and_log_tell_of_an_index_that_is_left_behind(made, caplog, monkeypatch):
    caplog.set_level(logging.WARNING, "bot.shelf")
    monkeypatch.setattr("bot.shelf.LOOK", 0.01)
    monkeypatch.setattr("bot.service.Watch", lambda shelf: Watch(shelf, 0.01))
    made.publish()
    made.damage()
    opened = open_answerer(made.path, TopicEmbedder, lambda: DAY, may_wait=True)
    with contextlib.closing(opened) as answerer:
        async with running_bot(answerer.ask, answerer) as bot:
            response = await bot.client.get("/readyz")
            said = await response.json()
            assert (response.status, said["status"], said["generation"]) == (200, "ok", 1)
            assert "Indexet är skadat" in said["problem"]
            assert said["age_seconds"] >= 0
            assert "motesminnet_generation_stale 1.0" in await (await bot.client.get("/metrics")).text()
            assert (await answerer.ask(ASKING)).generation == 1
            assert len(caplog.records) == 1
            made.publish()
            while (await (await bot.client.get("/readyz")).json()) != {"status": "ok"}:
                pass
            assert "motesminnet_generation_stale 0.0" in await (await bot.client.get("/metrics")).text()
            assert (await answerer.ask(ASKING)).generation == 3


def test_command_line_tells_of_what_is_whole_and_of_repair(made):
    made.publish()
    made.damage()
    asked = run("ask", QUESTION, "--index", made.path)
    assert asked.exit_code == 1
    assert asked.stderr.endswith(", är hel: ur den kan boten svara så länge\n")
    assert "index MAPP. Eller laga det: motesminnet check --repair. Generation 1, byggd 20" in asked.stderr
    checked = run("check", "--index", made.path)
    assert checked.exit_code == 1
    assert "motesminnet check --repair" in " ".join(checked.stdout.split())
