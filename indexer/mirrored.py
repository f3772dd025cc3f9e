"""A document library's copy on our own disk: what it knows, the files, and what is to stay out of it.

A mirror's folder has its source's name and holds `state.json`, `blobs/` and `files/`. A blob is one version of one
file's content, named by both, complete and never changed; the state says which blob stands for which file, and is
replaced in one step when all that it names is there; `files/` is made anew of the state and the blobs each time.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from indexer.drive import Item
from indexer.records import IndexerError
from indexer.sources import MIRRORS, SIDECAR, Skipped

_VERSION = 2
NOTHING: Mapping[str, str] = {}
_STATE, _BLOBS, _FILES, _ARRIVING = "state.json", "blobs", "files", "arriving"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A file as the mirror has it: `content` and `size` are of the version on disk, the rest is as last told.

    `permissions` and `labels` are None where they could not be read: then nothing is known of who may see the file.
    """

    path: str
    content: str
    size: int
    etag: str
    url: str
    permissions: tuple[dict[str, Any], ...] | None = None
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a mirror knew when it last went through: `link` asks Graph for what has changed since.

    `asked` is what the settings asked for, `library` what is told of in `items`: the drive and the formats.
    `left_out` are the ids of files that somebody wants out of the index, each to what the list of those has of it: they
    are in neither `items` nor `files`, and are not fetched.
    """

    asked: str = ""
    library: str = ""
    link: str = ""
    items: Mapping[str, Item] = field(default_factory=dict)
    files: Mapping[str, Mirrored] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mirror:
    """A mirror after a run: the folder with its files, each file's address by path, and what could not be had.

    `stale` are files whose newest version is missing: an earlier one is in the folder if there was one.
    """

    root: Path
    urls: Mapping[str, str]
    stale: tuple[Skipped, ...] = ()
    notes: tuple[Skipped, ...] = ()


def arriving_path(folder: Path) -> Path:
    """Where a file lies while it is fetched."""
    return folder / _ARRIVING


def blob_path(folder: Path, identity: str, content: str) -> Path:
    """Where the content of one version of a file lies."""
    name = hashlib.sha256(f"{identity}\n{content}".encode(errors="surrogatepass")).hexdigest()
    return folder / _BLOBS / name


def has_blob(blob: Path, size: int) -> bool:
    """Whether the blob is there and of its size (-1: any)."""
    try:
        return size in (blob.stat().st_size, -1)
    except OSError:
        return False


def lay_out(folder: Path, state: State, failed: Mapping[str, str] = NOTHING, notes: Iterable[str] = ()) -> Mirror:
    """Makes `files/` of the state, and removes every blob that it does not name.

    `failed` is the reason for each path whose newest version could not be had, `notes` what else is to be told.
    Raises OSError.
    """
    root, failed = folder / _FILES, dict(failed)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    (folder / _ARRIVING).unlink(missing_ok=True)
    used = {blob_path(folder, identity, file.content): file.path for identity, file in state.files.items()}
    for blob in (folder / _BLOBS).glob("*"):
        if blob not in used:
            blob.unlink()
    for blob, path in used.items():
        try:
            _place(blob, root / path)
        except OSError as error:
            failed[path] = f"filen går inte att skriva ({error.strerror})"
    stale = tuple(Skipped(path, reason) for path, reason in sorted(failed.items()))
    told = tuple(Skipped("", reason) for reason in notes)
    return Mirror(root, {file.path: file.url for file in state.files.values()}, stale, told)


def leave_out(index_dir: Path, documents: Mapping[str, str]) -> None:
    """Removes documents from the mirrors beside the index, bytes and names, and has them not fetched any more.

    `documents` maps the path of each, which begins with its source's name, to what the list of forgotten ones has of
    it. Raises IndexerError where the disk fails.
    """
    if not (index_dir / MIRRORS).is_dir():
        return
    for folder in (index_dir / MIRRORS).iterdir():
        start = f"{folder.name}/"
        inside = {path.removeprefix(start): key for path, key in documents.items() if path.startswith(start)}
        try:
            _leave_out(folder, inside)
        except OSError as error:
            raise unwritable(folder, error) from error


def _leave_out(folder: Path, documents: Mapping[str, str]) -> None:
    state = load_state(folder)
    if documents and state == State():  # damaged: what is what cannot be told, and all of it is fetched anew
        shutil.rmtree(folder)
        return
    out = left_out({identity: file.path for identity, file in state.files.items()}, documents)
    if out:
        save_state(folder, without(state, out))
        lay_out(folder, load_state(folder))


def left_out(paths: Mapping[str, str], documents: Mapping[str, str]) -> dict[str, str]:
    """The ids of the files that are to stay out, each with its document's key: the documents, and their sidecars.

    `paths` has the path of each file by its id, `documents` the key of each document by its path. A sidecar that
    another document has too stays.
    """
    stems = {_stem(path): key for path, key in documents.items()}
    kept = {_stem(path) for path in paths.values() if path not in documents and not path.endswith(SIDECAR)}
    beside = {f"{stem}{SIDECAR}": key for stem, key in stems.items() if stem not in kept}
    return {one: key for one, path in paths.items() if (key := documents.get(path) or beside.get(path))}


def without(state: State, out: Mapping[str, str]) -> State:
    """The state that knows nothing of these files (id -> key) but that they are to stay out."""
    return replace(
        state,
        items={one: item for one, item in state.items.items() if one not in out},
        files={one: file for one, file in state.files.items() if one not in out},
        left_out={**state.left_out, **out},
    )


def _stem(path: str) -> str:
    return PurePosixPath(path).with_suffix("").as_posix()


def _place(blob: Path, target: Path) -> None:
    """The blob under the file's name: the same bytes where the file system has hard links, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(blob)
    except OSError:
        shutil.copyfile(blob, target)


def load_state(folder: Path) -> State:
    """The state; an empty one where there is none or it cannot be used: then all is told anew, and nothing is lost."""
    try:
        found = json.loads((folder / _STATE).read_bytes())
        if found["version"] != _VERSION:
            return State()
        return State(
            found["asked"],
            found["library"],
            found["link"],
            {one["id"]: Item(**one) for one in found["items"]},
            {identity: _mirrored(one) for identity, one in found["files"].items()},
            dict(found["left_out"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return State()


def _mirrored(told: dict[str, Any]) -> Mirrored:
    permissions, labels = told.pop("permissions"), told.pop("labels")
    return Mirrored(
        **told,
        permissions=None if permissions is None else tuple(permissions),
        labels=None if labels is None else tuple(labels),
    )


def save_state(folder: Path, state: State) -> None:
    """Replaces the state in one step, all that it names on disk before it. Raises OSError."""
    path = folder / _STATE
    told = {
        "version": _VERSION,
        "asked": state.asked,
        "library": state.library,
        "link": state.link,
        "items": [asdict(one) for one in state.items.values()],
        "files": {identity: asdict(one) for identity, one in state.files.items()},
        "left_out": dict(state.left_out),
    }
    arriving = folder / _ARRIVING
    (folder / _BLOBS).mkdir(parents=True, exist_ok=True)
    sync(folder / _BLOBS)
    arriving.write_text(json.dumps(told), "utf-8")
    sync(arriving)
    arriving.replace(path)
    sync(folder)


def sync(path: Path) -> None:
    """Waits until the file or folder is on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unwritable(folder: Path, error: OSError) -> IndexerError:
    """What to raise where the disk fails."""
    return IndexerError(f"{str(folder)!r} går inte att skriva ({error.strerror}). Kontrollera disken.")
