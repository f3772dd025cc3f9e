import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.generation import (
    Manifest,
    current,
    find_whole,
    load_current,
    open_generation,
    publish,
    remove_old,
    run_lock,
)
from indexer.records import BusyError, DamagedError, IndexerError


def writer(text="register", **values):
    def write(folder):
        (folder / "register.db").write_text(text)
        (folder / "vectors.faiss").write_text(text * 2)
        return Manifest("e5", 3, {"parser": "1"}, {"items": 2}, {"a.txt": "0"}, "2026-01-01T00:00:00+00:00", **values)

    return write


def names(path):
    return sorted(one.name for one in path.iterdir())


def test_published_generation_is_current_and_whole(tmp_path):
    published = publish(tmp_path, writer())
    opened = open_generation(tmp_path)
    assert opened == published
    assert (opened.number, opened.path.name, current(tmp_path)) == (1, "gen-000001", "gen-000001")
    assert opened.register.read_text() == "register"
    assert set(opened.manifest.files) == {"register.db", "vectors.faiss"}
    assert opened.manifest.source == {"a.txt": "0"}


def test_last_three_generations_stay(tmp_path):
    for number in range(1, 6):
        assert publish(tmp_path, writer(str(number))).number == number
    assert names(tmp_path) == ["CURRENT", "gen-000003", "gen-000004", "gen-000005"]
    assert open_generation(tmp_path).register.read_text() == "5"


def test_writer_that_fails_leaves_the_old_generation_and_nothing_else(tmp_path):
    publish(tmp_path, writer("old"))
    before = names(tmp_path)

    def fail(folder):
        (folder / "register.db").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path, fail)
    assert names(tmp_path) == before
    assert open_generation(tmp_path).register.read_text() == "old"


STEPS = ["os.fsync", "pathlib.Path.rename", "pathlib.Path.replace", "pathlib.Path.open"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("nth", range(1, 9))
def test_process_killed_at_any_step_leaves_a_complete_generation(tmp_path, step, nth):
    publish(tmp_path, writer("old"))
    _run_killed(tmp_path, step, nth)
    assert open_generation(tmp_path).register.read_text() in ("old", "new")
    with run_lock(tmp_path):  # the dead process holds nothing
        assert publish(tmp_path, writer("next")).number in (2, 3)
    assert open_generation(tmp_path).register.read_text() == "next"
    assert not [name for name in names(tmp_path) if name.startswith(".tmp")]


def _run_killed(index_dir, step, nth):
    """Publishes in a forked process that is killed in the n-th call of a step (or ends, where there are fewer)."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    module, name = step.rsplit(".", 1)
    owner = os if module == "os" else Path
    real, calls = getattr(owner, name), []

    def counted(*args, **kwargs):
        calls.append(name)
        if len(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(owner, name, counted)
    try:
        with run_lock(index_dir):
            publish(index_dir, writer("new"))
    finally:
        os._exit(0)  # the child must never come back into pytest


def test_orphans_of_a_killed_run_are_removed(tmp_path):
    publish(tmp_path, writer())
    (tmp_path / ".tmp-gen-000002").mkdir()
    (tmp_path / ".tmp-gen-000002" / "register.db").write_text("half")
    (tmp_path / ".tmp-CURRENT").write_text("gen-000002")
    (tmp_path / "gen-000001" / "register.db-wal").write_text("a journal of no run of ours")
    (tmp_path / "gen-000001" / "register.db-shm").write_text("")
    with run_lock(tmp_path):
        assert names(tmp_path) == ["CURRENT", "gen-000001", "lock"]
    assert names(tmp_path / "gen-000001") == ["manifest.json", "register.db", "seal", "vectors.faiss"]


def test_complete_generation_that_never_became_current_is_removed_and_counts_for_nothing(tmp_path):
    first = publish(tmp_path, writer("old"))
    publish(tmp_path, writer("unpublished"))
    (tmp_path / "CURRENT").write_text(first.seal)  # as if killed before the switch
    assert open_generation(tmp_path).number == find_whole(tmp_path).number == 1
    assert publish(tmp_path, writer("new")).number == 3
    (tmp_path / "CURRENT").write_text(first.seal)
    with run_lock(tmp_path):
        assert names(tmp_path) == ["CURRENT", "gen-000001", "lock"]


def test_first_generation_that_never_became_current_is_no_index_and_is_not_kept(tmp_path):
    publish(tmp_path, writer("unpublished"))
    (tmp_path / "CURRENT").unlink()
    with pytest.raises(IndexerError, match="Det finns inget index i"):
        open_generation(tmp_path)
    with run_lock(tmp_path):
        assert publish(tmp_path, writer("new")).number == 2
    assert names(tmp_path) == ["CURRENT", "gen-000002", "lock"]


def test_damaged_pointer_costs_no_generation(tmp_path):
    for number in range(1, 4):
        publish(tmp_path, writer(str(number)))
    (tmp_path / "CURRENT").write_text("gen-")
    with run_lock(tmp_path):
        assert len(names(tmp_path)) == 5
        assert publish(tmp_path, writer("4")).number == 4
    assert names(tmp_path) == ["CURRENT", "gen-000002", "gen-000003", "gen-000004", "lock"]


@pytest.mark.parametrize("name", ["register.db", "vectors.faiss", "manifest.json", "seal"])
def test_newest_whole_generation_is_found_behind_damaged_ones(tmp_path, name):
    first, second, third = (publish(tmp_path, writer(text)) for text in "abc")
    assert find_whole(tmp_path) == third
    third.register.write_text("")
    (second.path / name).write_bytes(flip((second.path / name).read_bytes()))
    assert find_whole(tmp_path) == first
    shutil.rmtree(first.path)
    assert find_whole(tmp_path) is None


def test_generation_under_the_name_of_another_is_found(tmp_path):
    first, second = publish(tmp_path, writer("one")), publish(tmp_path, writer("two"))
    shutil.rmtree(second.path)
    shutil.copytree(first.path, second.path)
    (tmp_path / "CURRENT").write_text(first.seal.replace("000001", "000002"))
    with pytest.raises(DamagedError, match="det är generation 1 som ligger där"):
        open_generation(tmp_path)
    assert find_whole(tmp_path) == first


def test_generation_that_is_replaced_while_it_is_opened_gives_way_to_the_newer(tmp_path):
    publish(tmp_path, writer("1"))
    opened = []

    def load(generation):
        opened.append(generation.number)
        if len(opened) < 3:
            publish(tmp_path, writer(str(len(opened) + 1)))
            remove_old(tmp_path, keep=1)
            raise IndexerError("its files are gone")
        return generation.register.read_text()

    assert load_current(tmp_path, load) == "3"
    assert opened == [1, 2, 3]


def test_file_that_cannot_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    publish(tmp_path, writer())

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("indexer.generation._sha256", refuse)
    with pytest.raises(
        DamagedError, match=r"går inte att läsa: .*manifest.json', Permission denied. Kontrollera disken"
    ):
        open_generation(tmp_path)


def test_old_generations_that_cannot_be_removed_are_told_of_and_the_new_one_is_current(tmp_path, monkeypatch):
    for text in "abc":
        publish(tmp_path, writer(text))

    def fail(path):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(
        "indexer.generation.shutil.rmtree", lambda path, ignore_errors=False: ignore_errors or fail(path)
    )
    with pytest.raises(IndexerError, match=r"Generation 4 är i bruk, men de äldre .*Input/output error"):
        publish(tmp_path, writer("d"))
    assert open_generation(tmp_path).number == 4
    with pytest.raises(IndexerError, match=r"Det går inte att städa i .*Input/output error"), run_lock(tmp_path):
        pass


def test_missing_index_says_how_to_build_it(tmp_path):
    assert current(tmp_path) is None
    with pytest.raises(IndexerError, match=r"Det finns inget index i .*Bygg det: motesminnet index MAPP"):
        open_generation(tmp_path)
    with pytest.raises(IndexerError, match="Det finns inget index i"):
        open_generation(tmp_path / "nowhere")


def flip(data):
    return bytes([data[0] ^ 1]) + data[1:]


@pytest.mark.parametrize(
    "damage", [flip, lambda data: data[:-1], lambda data: b"", None], ids=["flip", "cut", "empty", "gone"]
)
@pytest.mark.parametrize("name", ["register.db", "vectors.faiss", "manifest.json", "../CURRENT"])
def test_damage_to_any_file_is_found(tmp_path, name, damage):
    path = publish(tmp_path, writer()).path / name
    if damage:
        path.write_bytes(damage(path.read_bytes()))
    else:
        path.unlink()
    told = "Det finns inget index i" if name == "../CURRENT" and not damage else f"skadat.*{path.name}.*Bygg om det"
    with pytest.raises(IndexerError, match=told):
        open_generation(tmp_path)


@pytest.mark.parametrize("name", ["register.db", "vectors.faiss", "manifest.json"])
def test_file_from_another_generation_is_found(tmp_path, name):
    first, second = publish(tmp_path, writer("one")), publish(tmp_path, writer("two"))
    (second.path / name).write_bytes((first.path / name).read_bytes())
    with pytest.raises(IndexerError, match="skadat"):
        open_generation(tmp_path)


def test_manifest_of_an_unknown_form_is_refused(tmp_path):
    path = publish(tmp_path, writer()).path / "manifest.json"
    data = json.dumps({**json.loads(path.read_text()), "later": 1}).encode()
    path.write_bytes(data)
    (tmp_path / "CURRENT").write_text(f"gen-000001 {hashlib.sha256(data).hexdigest()}\n")
    with pytest.raises(IndexerError, match="inget manifest som den här versionen kan läsa"):
        open_generation(tmp_path)


def test_index_of_another_model_is_refused(tmp_path):
    publish(tmp_path, writer())
    assert open_generation(tmp_path, "e5").manifest.model == "e5"
    with pytest.raises(IndexerError, match="byggt med modellen 'e5', inställningen ger 'bge'"):
        open_generation(tmp_path, "bge")


HOLD = """
import sys, time
from pathlib import Path
from indexer.generation import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_second_run_exits_at_once_and_a_killed_one_blocks_nobody(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as holder:
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(BusyError, match=rf"En annan körning \(process {holder.pid} på \S+, sedan .*\) skriver"),
            run_lock(tmp_path),
        ):
            pass
        holder.kill()
        holder.wait()
    with run_lock(tmp_path):
        assert (tmp_path / "lock").read_text().startswith(f"process {os.getpid()} på ")
    assert (tmp_path / "lock").read_text() == ""


def test_index_that_cannot_be_kept_there_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexerError, match=r"kan inte ligga i .*Ange en annan plats"), run_lock(tmp_path / "file"):
        pass


def test_disk_that_cannot_be_locked_is_told(tmp_path, monkeypatch):
    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("indexer.generation.fcntl.flock", refuse)
    with pytest.raises(IndexerError, match=r"går inte att låsa \(No locks available\)"), run_lock(tmp_path):
        pass
