"""What a run that is killed, or a disk that fails, may cost: time, and never an answer.

`make slow` runs all of it, in some twenty minutes; `make crash` a part, in two minutes.
"""

import random
import shutil
import subprocess
import sys
import time
from itertools import count

import pytest
from made_runs import ERRORS, SHORT, Reader, Runs, left_over, version_of, write_version

from bot.pipeline import Library
from bot.shelf import Shelf
from indexer.generation import find_whole, load_current, open_generation
from indexer.records import IndexerError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs():
    with Runs() as runs:
        yield runs


class Place:
    """Minutes and their index; each call of `change` makes all the minutes a new version."""

    def __init__(self, root, runs, published=4):
        self.source, self.index, self._runs, self._versions = root / "minutes", root / "index", runs, count(1)
        root.mkdir(exist_ok=True)
        self.version = 0
        for _ in range(published):
            assert self.run()["status"] == 0

    def run(self, **fault):
        """What became of a run over changed minutes."""
        self.version = next(self._versions)
        write_version(self.source, self.version)
        return self._runs(self.source, self.index, **fault)

    def kill(self, n):
        """A run that is killed at its n-th operation. One that has fewer, since there was less to tidy after the one
        before, leaves more to tidy to the next."""
        done = self.run(kill=n)
        if done["status"] == 0 and done["operations"] < n:
            done = self.run(kill=n)
        assert done["status"] == -9, done

    def run_again(self):
        """The next run, which must succeed and leave the new version alone there."""
        done = self._runs(self.source, self.index)
        assert done["status"] == 0, done
        assert self.answered() == self.version
        assert left_over(self.index) == []

    def answered(self):
        return version_of(load_current(self.index, Library))

    def operations(self, **which):
        """How many operations a run makes."""
        return self.run(**which)["operations"]


def some(numbers, few):
    """All of them; in the short form as many as `few`, evenly spread."""
    numbers = list(numbers)
    return numbers[:: max(1, len(numbers) // few)] if SHORT else numbers


def checked(reader):
    assert reader.failures == []
    assert reader.answers > 0


def test_run_killed_at_any_operation_costs_no_answer(runs, tmp_path):
    place = Place(tmp_path, runs)
    total = place.operations()
    with Reader(place.index) as reader:
        for n in some(range(1, total + 1), 12):
            place.kill(n)
            place.run_again()
    assert total > 40
    checked(reader)


def test_first_run_killed_at_any_operation_leaves_no_index_or_a_whole_one(runs, tmp_path):
    total = Place(tmp_path / "0", runs, published=0).operations()
    for n in some(range(1, total + 1), 8):
        place = Place(tmp_path / str(n), runs, published=0)
        with Reader(place.index) as reader:
            assert place.run(kill=n)["status"] == -9
            place.run_again()
        assert reader.failures == []
        shutil.rmtree(place.index)
    assert total > 25


def test_run_killed_at_any_time_costs_no_answer(runs, tmp_path):
    chance, killed, place = random.Random(6), 0, Place(tmp_path, runs)
    started = time.monotonic()
    place.run()
    seconds = time.monotonic() - started
    with Reader(place.index) as reader:
        for n in range(12 if SHORT else 270):
            late = n % 3 == 0  # a third of them after the switch
            after = chance.uniform(0, 0.01 if late else seconds)
            killed += place.run(after=after, switched=late)["status"] == -9
            place.run_again()
    checked(reader)
    assert killed > (6 if SHORT else 150)  # the others had ended before


def test_first_run_killed_at_any_time_leaves_no_index_or_a_whole_one(runs, tmp_path):
    chance = random.Random(60)
    for n in range(2 if SHORT else 30):
        place = Place(tmp_path / str(n), runs, published=0)
        with Reader(place.index) as reader:
            place.run(after=chance.uniform(0, 0.01 if n % 3 == 0 else 0.4), switched=n % 3 == 0)
            place.run_again()
        assert reader.failures == []


@pytest.mark.parametrize("only", ["open", "os.rename", "os.mkdir", "os.r", "fsync", "write", "os.scandir", "sqlite3"])
def test_operation_that_fails_costs_no_answer(runs, tmp_path, only):
    place = Place(tmp_path, runs)
    total, told = place.operations(only=only), []
    with Reader(place.index) as reader:
        for n in some(range(1, total + 1), 3):
            for error in ERRORS[n % 4 :][:1] if SHORT else ERRORS:
                before = place.version
                done = place.run(only=only, fail=n, errno=error)
                assert done["status"] in (0, 1), done
                assert place.answered() in ((place.version,) if done["status"] == 0 else (before, place.version))
                told += [done["said"]] if done["status"] else []
                place.run_again()
    checked(reader)
    assert all(line.startswith("Fel: ") and line.count("\n") == 1 for line in told)
    assert told or only == "os.scandir"  # what cannot be listed for one kind of error is passed over


def test_file_that_cannot_grow_at_any_size_costs_no_answer(runs, tmp_path):
    """SQLite's own writes too, which no operation in Python shows."""
    place = Place(tmp_path, runs)
    largest = max(file.stat().st_size for file in open_generation(place.index).path.iterdir())
    failed = 0
    with Reader(place.index) as reader:
        for limit in some(range(1024, largest + 8192, 4096), 10):
            before = place.version
            done = place.run(limit=limit)
            assert done["status"] in (0, 1), done
            assert place.answered() == (before if done["status"] else place.version)
            failed += done["status"]
            place.run_again()
    checked(reader)
    assert failed > 5


FULL = """
import sys
from pathlib import Path
from unittest import mock
sys.path.insert(0, "tests")
from made_index import MODEL, TopicEmbedder, run
from made_runs import left_over, version_of, write_version
from bot.pipeline import Library
from indexer.generation import load_current

root, source = Path(sys.argv[1]), Path(sys.argv[2])
index, filler, version, outcomes = root / "index", root / "filler", 0, []
mock.patch("indexer.model.choose_model", lambda setting: MODEL).start()
mock.patch("indexer.embed.load_indexing_embedder", lambda model, *rest: TopicEmbedder(model.id)).start()
for left in range(0, 800_000, int(sys.argv[3])):
    version += 1
    write_version(source, version)
    assert run("index", source, "--index", index).exit_code == 0
    free = __import__("os").statvfs(root)
    filler.write_bytes(bytes(max(0, free.f_bavail * free.f_bsize - left)))
    version += 1
    write_version(source, version)
    done = run("index", source, "--index", index)
    answered = version_of(load_current(index, Library))
    assert answered == (version if done.exit_code == 0 else version - 1), (left, done.output)
    assert done.exit_code == 0 or done.stderr.startswith("Fel: "), done.output
    outcomes.append(done.exit_code)
    filler.unlink()
    assert run("index", source, "--index", index).exit_code == 0
    assert version_of(load_current(index, Library)) == version
    assert left_over(index) == []
assert set(outcomes) == {0, 1}, outcomes
print(len(outcomes))
"""


def test_disk_that_is_full_costs_no_answer(tmp_path):
    """A real one of 4 MB, with less and less room in it."""
    mounted = 'mount -t tmpfs -o size=4m tmpfs "$0" || exit 77; exec "$@"'
    step = "100000" if SHORT else "16384"
    room, source = tmp_path / "disk", tmp_path / "minutes"
    room.mkdir()
    command = ["unshare", "-rm", "sh", "-c", mounted, room, sys.executable, "-c", FULL, room, source, step]
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare here")
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode in (1, 77) and "Traceback" not in done.stderr:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5


def test_of_fifty_runs_at_once_one_works_and_the_others_say_so(runs, tmp_path):
    write_version(tmp_path / "minutes", 1)
    request = {"source": str(tmp_path / "minutes"), "index": str(tmp_path / "index"), "gate": str(tmp_path / "gate")}
    done = runs.together(*[request] * 50)
    assert sorted(one["status"] for one in done) == [0] + [75] * 49
    refused = [one["said"] for one in done if one["status"]]
    assert all(line.startswith("Fel: En annan körning (process ") and line.count("\n") == 1 for line in refused)
    assert version_of(load_current(tmp_path / "index", Library)) == 1
    assert left_over(tmp_path / "index") == []


def test_killed_run_blocks_nobody(runs, tmp_path):
    place = Place(tmp_path, runs)
    for _ in range(3):
        assert place.run(kill=25)["status"] == -9
    place.run_again()


def damages(chance, files):
    """A way to damage a file of the newest generation: what it does, the file, its new bytes (None: it goes)."""
    file, *others = chance.choice(files)
    data = file.read_bytes()
    place = chance.randrange(len(data))
    kinds = {
        "cut": data[:place],
        "flipped": data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :],
        "zeroed": data[:place] + bytes(min(512, len(data) - place)) + data[place + 512 :],
        "gone": None,
        "longer": data + data[:place],
    } | ({"swapped": chance.choice(others).read_bytes()} if others else {})
    kind = chance.choice(list(kinds))
    return kind, file, data, kinds[kind]


def test_any_damage_is_found_before_an_answer_is_given(runs, tmp_path):
    place = Place(tmp_path, runs)
    newest = open_generation(place.index)
    older = sorted((path for path in place.index.glob("gen-*") if path != newest.path), reverse=True)
    names = ["register.db", "vectors.faiss", "manifest.json"]
    files = [(place.index / "CURRENT",), *((newest.path / n, *(path / n for path in older)) for n in names)]
    chance, done, found = random.Random(1000), 0, set()
    while done < (150 if SHORT else 1000):
        kind, file, data, damaged = damages(chance, files)
        if damaged == data:
            continue
        if damaged is None:
            file.unlink()
        else:
            file.write_bytes(damaged)
        with pytest.raises(IndexerError):
            load_current(place.index, Library)
        if (place.index / "CURRENT").exists():
            before = find_whole(place.index)
            assert Shelf(place.index).library().generation.number == before.number
        file.write_bytes(data)
        done, found = done + 1, found | {(kind, file.name)}
    assert len(found) == 5 * 4 + 3
    assert place.answered() == place.version


def test_every_byte_of_the_pointer_and_the_manifest_counts(runs, tmp_path):
    place = Place(tmp_path, runs, published=2)
    for file in (place.index / "CURRENT", open_generation(place.index).path / "manifest.json"):
        data = file.read_bytes()
        for n in some(range(len(data)), 100):
            file.write_bytes(data[:n] + bytes([data[n] ^ 4]) + data[n + 1 :])
            with pytest.raises(IndexerError):
                open_generation(place.index)
        file.write_bytes(data)
    assert place.answered() == place.version
