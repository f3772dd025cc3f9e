import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.generation import Manifest, current, open_generation, publish, run_lock
from indexer.records import IndexerError


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


STEPS = [
    "os.fsync",
    "pathlib.Path.rename",
    "pathlib.Path.replace",
    "pathlib.Path.write_bytes",
    "pathlib.Path.write_text",
]


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
    publish(tmp_path, writer())
    assert names(tmp_path) == ["CURRENT", "gen-000001", "gen-000002"]


def test_complete_generation_that_never_became_current_is_not_written_over(tmp_path):
    publish(tmp_path, writer("old"))
    (tmp_path / "gen-000002").mkdir()
    assert open_generation(tmp_path).number == 1
    assert publish(tmp_path, writer("new")).number == 3


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
            pytest.raises(IndexerError, match=rf"En annan körning \(process {holder.pid}\) skriver"),
            run_lock(tmp_path),
        ):
            pass
        holder.kill()
        holder.wait()
    with run_lock(tmp_path):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_index_that_cannot_be_kept_there_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexerError, match=r"kan inte ligga i .*Ange en annan plats"), run_lock(tmp_path / "file"):
        pass
