"""An index that is mended without the minutes: the vectors are in the register too."""

import shutil

import pytest
from made_index import build, run, write_minutes

from indexer.generation import find_register, open_generation
from indexer.records import IndexerError
from indexer.repair import repair

QUESTION = "vad beslutades om yrkesresan?"


@pytest.fixture
def index(small_index, tmp_path):
    return shutil.copytree(small_index, tmp_path / "index")


def cut(file):
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [cut, lambda file: file.write_bytes(b""), lambda file: file.unlink()])
def test_damaged_vectors_come_back_byte_for_byte_as_a_new_generation(index, damage):
    before = open_generation(index)
    kept = before.register.read_bytes(), before.vectors.read_bytes()
    damage(before.vectors)
    after = repair(index)
    assert (after.number, after) == (before.number + 1, open_generation(index))
    assert (after.register.read_bytes(), after.vectors.read_bytes()) == kept
    assert (after.manifest.built_at, after.manifest.source) == (before.manifest.built_at, before.manifest.source)


@pytest.mark.parametrize("pointer", ["", "gen-", "gen-000009 " + "0" * 64 + "\n", None])
def test_lost_pointer_is_mended_from_the_newest_generation(index, pointer):
    if pointer is None:
        (index / "CURRENT").unlink()
    else:
        (index / "CURRENT").write_text(pointer)
    if pointer is not None and pointer.endswith("\n"):  # a name that is nowhere: nothing tells it from a lost one
        with pytest.raises(IndexerError, match="Det går inte att laga"):
            repair(index)
    else:
        assert repair(index).number == open_generation(index).number == 2


@pytest.mark.parametrize("name", ["register.db", "manifest.json"])
def test_what_cannot_be_mended_says_what_to_do_and_changes_nothing(index, name):
    cut(open_generation(index).path / name)
    before = sorted(path.name for path in index.iterdir())
    with pytest.raises(IndexerError, match=r"Bygg om det: motesminnet index MAPP\. Det går inte att laga"):
        repair(index)
    assert sorted(path.name for path in index.iterdir()) == before
    assert find_register(index) is None


def test_whole_index_is_left_alone(index):
    assert repair(index) is None
    assert open_generation(index).number == 1


def test_nothing_to_mend_says_how_to_build(tmp_path):
    with pytest.raises(IndexerError, match="Det finns inget index i"):
        repair(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_command_mends_and_checks(index, no_model):
    open_generation(index).vectors.unlink()
    mended = run("check", "--repair", "--index", index)
    assert "Indexet är lagat: generation 2." in mended.stderr
    assert "OK  Index: generation 2" in mended.stdout
    again = run("check", "--repair", "--index", index)
    assert "Indexet är helt: inget att laga." in again.stderr


def test_run_after_a_repair_goes_on_from_it(tmp_path):
    source = write_minutes(tmp_path / "minutes")
    index = build(source, tmp_path / "index")
    open_generation(index).vectors.unlink()
    repair(index)
    build(source, index)
    assert open_generation(index).number == 2  # nothing had changed
