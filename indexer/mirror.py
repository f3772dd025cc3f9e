"""A document library on our own disk: what changed is fetched, what is gone leaves, and a crash costs only time.

A mirror's folder holds `state.json`, `blobs/` and `files/`. A blob is one version of one file's content, named by both,
complete and never changed; the state says which blob stands for which file, and is replaced in one step when all that
it names is there; `files/` is made anew of the state and the blobs each time. So whenever a run is killed, the state on
disk is whole and old, and the next run does what is left.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from indexer.drive import DriveError, Item, apply_changes, file_paths
from indexer.graph import Graph, GraphError, Unavailable, Unfetched, content_address
from indexer.records import IndexerError
from indexer.sources import SIDECAR, Skipped, Tell

_VERSION = 1
_STATE, _BLOBS, _FILES, _ARRIVING = "state.json", "blobs", "files", "arriving"
_LABELLED = frozenset({".docx", ".docm", ".pptx", ".pdf"})
"""Formats that can bear a sensitivity label; Graph refuses the question for others."""
_IN_A_ROW = 5
"""Files that fail one after another because Graph is out of reach: then the source is, and not the files."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Library:
    """A document library, or a folder in it, and which files count; `drive` is its id, else it is found by `site`."""

    site: str = ""
    library: str = ""
    drive: str = ""
    path: str = ""
    include: frozenset[str] = frozenset()


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
    """

    asked: str = ""
    library: str = ""
    link: str = ""
    items: Mapping[str, Item] = field(default_factory=dict)
    files: Mapping[str, Mirrored] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mirror:
    """A mirror after a run: the folder with its files, each file's address by path, and what could not be had.

    `stale` are files whose newest version is missing: an earlier one is in the folder if there was one.
    """

    root: Path
    urls: Mapping[str, str]
    stale: tuple[Skipped, ...] = ()
    notes: tuple[Skipped, ...] = ()


def refresh_mirror(folder: Path, library: Library, graph: Graph, tell: Tell) -> Mirror:
    """Brings the mirror in `folder` up to date with the library.

    Raises IndexerError where the library cannot be reached or told whole, or the disk fails; the state is then as it
    was.
    """
    try:
        return _refresh(folder, library, graph, tell)
    except OSError as error:
        raise _unwritable(folder, error) from error


def kept_mirror(folder: Path, library: Library) -> Mirror | None:
    """The mirror as its last complete run left it; None where none was asked for the same library and folder.

    Raises IndexerError where the disk fails.
    """
    state = _load(folder / _STATE)
    try:
        return _lay_out(folder, state) if state.asked == _asked(library) else None
    except OSError as error:
        raise _unwritable(folder, error) from error


def _refresh(folder: Path, library: Library, graph: Graph, tell: Tell) -> Mirror:
    before = _load(folder / _STATE)
    drive = library.drive or graph.find_drive(library.site, library.library)
    name = json.dumps([graph.base, drive, sorted(library.include)])
    if before.library != name:
        before = replace(before, library=name, link="", items={})
    changes = graph.changes(drive, before.link)
    items = apply_changes({} if changes.complete else before.items, changes.items)
    if all(one.parent for one in items.values()):
        raise DriveError("Microsoft Graph svarade utan bibliotekets rot. Försök igen senare.")
    items = {one.id: one for one in items.values() if one.folder or _counts(one.name, library.include)}
    paths = file_paths(items, library.path)
    run = _Run(folder, drive, graph, before)
    addresses = {str(told.get("id")): content_address(told) for told in changes.items}
    for done, identity in enumerate(sorted(paths, key=lambda one: paths[one]), start=1):
        items[identity] = run.bring(items[identity], paths[identity], addresses.get(identity, ""))
        tell("fetch", done, len(paths))
    files = {
        identity: run.describe(items[identity], file, identity in addresses) for identity, file in run.files.items()
    }
    state = State(_asked(library), name, changes.link, items, files)
    _save(folder / _STATE, state)
    return _lay_out(folder, state, run)


class _Run:
    """One run's way through the files: what is there, what failed, and whether Graph still answers."""

    def __init__(self, folder: Path, drive: str, graph: Graph, before: State) -> None:
        self.files: dict[str, Mirrored] = {}
        self.failed: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self._folder, self._drive, self._graph, self._before = folder, drive, graph, before
        self._out_of_reach = 0

    def bring(self, item: Item, path: str, address: str) -> Item:
        """Sees to it that the newest version of the file is on disk, else that the earlier one stays.

        Gives the item as it was when it was fetched.

        Raises IndexerError where Graph is out of reach for file after file.
        """
        earlier = self._before.files.get(item.id)
        try:
            if not _has(_blob(self._folder, item.id, item.content), item.size):
                fetched = self._fetch(item, address)
                if fetched is None:
                    return item  # gone since it was listed; the next run will be told so
                item = fetched
            size = _blob(self._folder, item.id, item.content).stat().st_size
            self.files[item.id] = Mirrored(path, item.content, size, item.etag, item.url)
        except Unavailable as error:
            self._out_of_reach += 1
            if self._out_of_reach == _IN_A_ROW:
                raise
            self._keep(item, path, earlier, str(error))
        except Unfetched as error:
            self._keep(item, path, earlier, str(error))
        else:
            self._out_of_reach = 0
        return item

    def describe(self, item: Item, file: Mirrored, told: bool) -> Mirrored:
        """The file with its permissions and labels, read anew where Graph told of the item or they are not known."""
        earlier = self._before.files.get(item.id)
        permissions, labels = (earlier.permissions, earlier.labels) if earlier and not told else (None, None)
        if permissions is None:
            permissions = self._ask("filernas rättigheter", self._graph.permissions, item)
        if Path(file.path).suffix.lower() not in _LABELLED:
            labels = ()
        elif labels is None:
            labels = self._ask("filernas känslighetsetiketter", self._graph.labels, item)
        return replace(file, permissions=permissions, labels=labels)

    def _fetch(self, item: Item, address: str) -> Item | None:
        arriving = self._folder / _ARRIVING
        _blob(self._folder, item.id, item.content).parent.mkdir(parents=True, exist_ok=True)
        fetched = self._graph.fetch(self._drive, item, address, arriving)
        if fetched is not None:
            _sync(arriving)
            arriving.replace(_blob(self._folder, item.id, fetched.content))
        return fetched

    def _keep(self, item: Item, path: str, earlier: Mirrored | None, reason: str) -> None:
        self.failed[path] = reason
        if earlier is not None and _has(_blob(self._folder, item.id, earlier.content), earlier.size):
            self.files[item.id] = replace(earlier, path=path, url=item.url)

    def _ask(self, what: str, ask: Callable[[str, Item], list[Found]], item: Item) -> tuple[Found, ...] | None:
        """The answer; None where it is refused. A refusal for want of rights goes for all files: no more are asked."""
        if what in self.notes:
            return None
        try:
            return tuple(ask(self._drive, item))
        except GraphError as error:
            if error.status in (401, 403) or isinstance(error, Unavailable):
                self.notes[what] = f"{what} gick inte att läsa: {error}"
            return None


def _asked(library: Library) -> str:
    return json.dumps(asdict(library) | {"include": sorted(library.include)})


def _counts(name: str, include: Collection[str]) -> bool:
    return name.endswith(SIDECAR) or Path(name).suffix.lower() in include


# On disk


def _blob(folder: Path, identity: str, content: str) -> Path:
    name = hashlib.sha256(f"{identity}\n{content}".encode(errors="surrogatepass")).hexdigest()
    return folder / _BLOBS / name


def _has(blob: Path, size: int) -> bool:
    """Whether the blob is there and of its size (-1: any)."""
    try:
        return size in (blob.stat().st_size, -1)
    except OSError:
        return False


def _lay_out(folder: Path, state: State, run: _Run | None = None) -> Mirror:
    """Makes `files/` of the state, and removes every blob that it does not name."""
    root, failed = folder / _FILES, dict(run.failed if run else {})
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    (folder / _ARRIVING).unlink(missing_ok=True)
    used = {_blob(folder, identity, file.content): file.path for identity, file in state.files.items()}
    for blob in (folder / _BLOBS).glob("*"):
        if blob not in used:
            blob.unlink()
    for blob, path in used.items():
        try:
            _place(blob, root / path)
        except OSError as error:
            failed[path] = f"filen går inte att skriva ({error.strerror})"
    stale = tuple(Skipped(path, reason) for path, reason in sorted(failed.items()))
    notes = tuple(Skipped("", reason) for reason in run.notes.values()) if run else ()
    return Mirror(root, {file.path: file.url for file in state.files.values()}, stale, notes)


def _place(blob: Path, target: Path) -> None:
    """The blob under the file's name: the same bytes where the file system has hard links, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(blob)
    except OSError:
        shutil.copyfile(blob, target)


def _load(path: Path) -> State:
    """The state; an empty one where there is none or it cannot be used: then all is told anew, and nothing is lost."""
    try:
        found = json.loads(path.read_bytes())
        if found["version"] != _VERSION:
            return State()
        return State(
            found["asked"],
            found["library"],
            found["link"],
            {one["id"]: Item(**one) for one in found["items"]},
            {identity: _mirrored(one) for identity, one in found["files"].items()},
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


def _save(path: Path, state: State) -> None:
    """Replaces the state in one step, all that it names on disk before it."""
    told = {
        "version": _VERSION,
        "asked": state.asked,
        "library": state.library,
        "link": state.link,
        "items": [asdict(one) for one in state.items.values()],
        "files": {identity: asdict(one) for identity, one in state.files.items()},
    }
    arriving = path.with_name(_ARRIVING)
    (path.parent / _BLOBS).mkdir(parents=True, exist_ok=True)
    _sync(path.parent / _BLOBS)
    arriving.write_text(json.dumps(told), "utf-8")
    _sync(arriving)
    arriving.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(folder: Path, error: OSError) -> IndexerError:
    return IndexerError(f"{str(folder)!r} går inte att skriva ({error.strerror}). Kontrollera disken.")
