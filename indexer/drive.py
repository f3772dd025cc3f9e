"""A drive's items as Graph's delta tells them, and the paths that follow: values in, values out.

Items are known by id. A path is worked out from the names above it each time, since a folder that is renamed or moved
takes along children that Graph does not tell of.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from indexer.records import IndexerError

_HASHES = ("quickXorHash", "sha256Hash", "sha1Hash")
_ADDRESS = re.compile(r"https://[^\s<>\"'\\]+")
_NOWHERE = "?"
_LONGEST_NAME = 200
"""Bytes in a name on disk: file systems take 255, and Graph gives names of 400 characters."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file or a folder in a drive; `parent` is "" for the root, `size` in bytes, -1 where Graph does not say.

    `hash` is "quickXorHash:..." or another that Graph gives, "" where it gives none; `etag` changes with anything about
    the item; `url` is where people open it; `barred` tells why the content cannot be had, "" where it can.
    """

    id: str
    parent: str
    name: str
    folder: bool
    size: int = -1
    hash: str = ""
    etag: str = ""
    url: str = ""
    barred: str = ""

    @property
    def content(self) -> str:
        """What changes when the file's content does, and with it the size: its hash, else its eTag."""
        return f"{self.size}:{self.hash or self.etag}"


class DriveError(IndexerError):
    """What Graph told cannot be used, or the folder asked for is not there."""


def read_item(told: Mapping[str, Any]) -> Item | None:
    """The item that Graph tells of; None where it is neither file nor folder of this drive (a notebook, a shortcut).

    Raises DriveError where the item has no id or no name, so that nothing is lost in silence.
    """
    identity, name = told.get("id"), told.get("name")
    root, file = "root" in told, told.get("file")
    if not isinstance(identity, str) or not identity or not isinstance(name, str) or not (name or root):
        raise DriveError("Microsoft Graph svarade med en post utan id eller namn. Försök igen senare.")
    if "remoteItem" in told or "package" in told or not ("folder" in told or root or isinstance(file, dict)):
        return None
    parent = (told.get("parentReference") or {}).get("id")
    hashes = (file or {}).get("hashes") or {}
    return Item(
        id=identity,
        parent="" if root else str(parent or _NOWHERE),
        name=name,
        folder=file is None,
        size=size if isinstance(size := told.get("size"), int) else -1,
        hash=next((f"{kind}:{hashes[kind]}" for kind in _HASHES if hashes.get(kind)), ""),
        etag=str(told.get("eTag") or told.get("lastModifiedDateTime") or ""),
        url=url if _ADDRESS.fullmatch(url := str(told.get("webUrl"))) else "",
        barred="Microsoft har märkt filen som skadlig kod" if "malware" in told else "",
    )


def apply_changes(items: Mapping[str, Item], changes: Iterable[Mapping[str, Any]]) -> dict[str, Item]:
    """The drive's items after the changes, in the order told: the last word on an item holds.

    What a deleted folder held goes with it, unless it was moved out; that shows only when all changes are in.
    Raises DriveError on a change that cannot be understood.
    """
    after = dict(items)
    for told in changes:
        if "deleted" in told:
            after.pop(str(told.get("id")), None)
            continue
        item = read_item(told)
        if item is None:
            after.pop(str(told["id"]), None)
        else:
            _move_links(after, item)
            after[item.id] = item
    return {one.id: one for one, _ in _reachable(after)}


def file_paths(items: Mapping[str, Item], inside: str = "") -> dict[str, str]:
    """Item id -> path (posix) of each file in the folder `inside` ("" for the whole drive), relative to it.

    Names are made safe for the disk, and told apart where that makes two the same. What lies in hidden folders, and
    hidden and temporary files, are left out. Raises DriveError where the drive has no such folder.
    """
    top = _find(items, inside)
    return {
        item.id: "/".join(names)
        for item, names in _reachable(items, top)
        if not item.folder and not any(name.startswith((".", "~$")) for name in names)
    }


def safe_name(name: str, identity: str) -> str:
    """The name as a file on disk: no separators or control characters, not too long, never "." or "..".

    >>> safe_name("Protokoll 3 §.docx", "1"), safe_name("../../etc/passwd", "1")
    ('Protokoll 3 §.docx', '_.._.._etc_passwd')
    """
    safe = re.sub(r"[/\\\x00-\x1f\x7f\ud800-\udfff]", "_", name)
    if safe != name or safe in (".", ".."):
        safe = f"_{safe}" if safe.startswith(".") else safe
    if len(safe.encode()) <= _LONGEST_NAME:
        return safe
    stem, dot, suffix = safe.rpartition(".")
    if not stem or len(suffix) > 10:
        stem, dot, suffix = safe, "", ""
    room = _LONGEST_NAME - len(f"{dot}{suffix}".encode()) - 9
    return f"{stem.encode()[:room].decode(errors='ignore')}-{_digest(identity)}{dot}{suffix}"


def _move_links(items: dict[str, Item], folder: Item) -> None:
    """Where a folder's own address has changed, the addresses of all that lies in it change in the same way.

    Graph does not tell of those; an address that does not lie under the folder's (Office in the browser) stays.
    """
    before = items.get(folder.id)
    if before is None or not before.folder or not before.url or not folder.url or before.url == folder.url:
        return
    old, new = f"{before.url.rstrip('/')}/", f"{folder.url.rstrip('/')}/"
    for item in list(items.values()):
        if item.url.startswith(old) and _lies_in(items, item, folder.id):
            items[item.id] = replace(item, url=new + item.url[len(old) :])


def _lies_in(items: Mapping[str, Item], item: Item, folder: str) -> bool:
    """Whether the folder is somewhere above the item; no loop is followed."""
    seen: set[str] = set()
    while item.parent in items and item.parent not in seen:
        if item.parent == folder:
            return True
        seen.add(item.parent)
        item = items[item.parent]
    return False


def _reachable(items: Mapping[str, Item], top: Item | None = None) -> list[tuple[Item, tuple[str, ...]]]:
    """All items at or under `top` (None: the root), each with its safe names from there; no loop is followed."""
    children: dict[str, list[Item]] = defaultdict(list)
    for item in items.values():
        children[item.parent].append(item)
    found: list[tuple[Item, tuple[str, ...]]] = []
    waiting: list[tuple[Item, tuple[str, ...]]] = [(top, ())] if top else [(root, ()) for root in children[""]]
    while waiting:
        item, names = waiting.pop()
        found.append((item, names))
        if item.folder:
            waiting += [(child, (*names, name)) for child, name in _named(children[item.id])]
    return found


def _named(children: list[Item]) -> list[tuple[Item, str]]:
    """The items of one folder with names that differ from one another on any disk."""
    taken: set[str] = set()
    named = []
    for item in sorted(children, key=lambda child: child.id):
        name = safe_name(item.name, item.id)
        if _folded(name) in taken:
            stem, dot, suffix = name.rpartition(".")
            name = f"{stem}-{_digest(item.id)}.{suffix}" if dot and stem else f"{name}-{_digest(item.id)}"
        taken.add(_folded(name))
        named.append((item, name))
    return named


def _find(items: Mapping[str, Item], path: str) -> Item | None:
    """The folder at a path under the root, letter case aside as in SharePoint; None for the root itself."""
    folder = next((item for item in items.values() if not item.parent), None)
    names = [name for name in path.split("/") if name]
    for name in names:
        at = folder.id if folder else ""
        inside = (one for one in items.values() if one.folder and one.parent == at and one.parent)
        folder = next((one for one in inside if _folded(one.name) == _folded(name)), None)
        if folder is None:
            raise DriveError(f"Det finns ingen mapp {path!r} i biblioteket (path). Rätta path i källans inställningar.")
    return folder if names else None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
