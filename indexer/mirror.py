"""A document library on our own disk: what changed is fetched, what is gone leaves, and a crash costs only time.

Whenever a run is killed, the state on disk (`mirrored.py`) is whole and old, and the next run does what is left.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeVar

from indexer.drive import DriveError, Item, apply_changes, file_paths
from indexer.forgotten import NOTHING_FORGOTTEN, Forgotten
from indexer.graph import Graph, GraphError, Unavailable, Unfetched, content_address
from indexer.mirrored import (
    Mirror,
    Mirrored,
    State,
    arriving_path,
    blob_path,
    has_blob,
    lay_out,
    left_out,
    load_state,
    save_state,
    sync,
    unwritable,
    without,
)
from indexer.sources import SIDECAR, Tell

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


def refresh_mirror(
    folder: Path, library: Library, graph: Graph, tell: Tell, forgotten: Forgotten = NOTHING_FORGOTTEN
) -> Mirror:
    """Brings the mirror in `folder`, which has its source's name, up to date with the library.

    Forgotten documents are not fetched. Raises IndexerError where the library cannot be reached or told whole, or the
    disk fails; the state is then as it was.
    """
    try:
        return _refresh(folder, library, graph, tell, forgotten)
    except OSError as error:
        raise unwritable(folder, error) from error


def kept_mirror(folder: Path, library: Library) -> Mirror | None:
    """The mirror as its last complete run left it; None where none was asked for the same library and folder.

    Raises IndexerError where the disk fails.
    """
    state = load_state(folder)
    try:
        return lay_out(folder, state) if state.asked == _asked(library) else None
    except OSError as error:
        raise unwritable(folder, error) from error


def _refresh(folder: Path, library: Library, graph: Graph, tell: Tell, forgotten: Forgotten) -> Mirror:
    before = load_state(folder)
    drive = library.drive or graph.find_drive(library.site, library.library)
    name = json.dumps([graph.base, drive, sorted(library.include)])
    if before.library != name:
        before = replace(before, library=name, link="", items={})
    listed = {one: key for one, key in before.left_out.items() if forgotten.lists(key)}
    if len(listed) < len(before.left_out):  # somebody wants them back: Graph is to tell of all there is
        before = replace(before, link="", items={})
    changes = graph.changes(drive, before.link)
    items = apply_changes({} if changes.complete else before.items, changes.items)
    if all(one.parent for one in items.values()):
        raise DriveError("Microsoft Graph svarade utan bibliotekets rot. Försök igen senare.")
    items = {one.id: one for one in items.values() if one.folder or _counts(one.name, library.include)}
    paths = file_paths(items, library.path)
    out = _left_out(folder.name, paths, listed, forgotten)
    paths = {one: path for one, path in paths.items() if one not in out}
    run = _Run(folder, drive, graph, before)
    addresses = {str(told.get("id")): content_address(told) for told in changes.items}
    for done, identity in enumerate(sorted(paths, key=lambda one: paths[one]), start=1):
        items[identity] = run.bring(items[identity], paths[identity], addresses.get(identity, ""))
        tell("fetch", done, len(paths))
    files = {
        identity: run.describe(items[identity], file, identity in addresses) for identity, file in run.files.items()
    }
    state = without(State(_asked(library), name, changes.link, items, files, listed), out)
    save_state(folder, state)
    return lay_out(folder, state, run.failed, run.notes.values())


def _left_out(source: str, paths: Mapping[str, str], listed: Mapping[str, str], forgotten: Forgotten) -> dict[str, str]:
    """The ids of the files that are not to be fetched: those known to be forgotten, and those by path."""
    documents = {path: key for path in paths.values() if (key := forgotten.key_of_path(f"{source}/{path}"))}
    return left_out(paths, documents) | {one: key for one, key in listed.items() if one in paths}


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
            if not has_blob(blob_path(self._folder, item.id, item.content), item.size):
                fetched = self._fetch(item, address)
                if fetched is None:
                    return item  # gone since it was listed; the next run will be told so
                item = fetched
            size = blob_path(self._folder, item.id, item.content).stat().st_size
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
        arriving = arriving_path(self._folder)
        blob_path(self._folder, item.id, item.content).parent.mkdir(parents=True, exist_ok=True)
        fetched = self._graph.fetch(self._drive, item, address, arriving)
        if fetched is not None:
            sync(arriving)
            arriving.replace(blob_path(self._folder, item.id, fetched.content))
        return fetched

    def _keep(self, item: Item, path: str, earlier: Mirrored | None, reason: str) -> None:
        self.failed[path] = reason
        if earlier is not None and has_blob(blob_path(self._folder, item.id, earlier.content), earlier.size):
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
