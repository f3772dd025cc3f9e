"""What a run is to do, before anything is read: which documents are new, changed, moved or gone, and whether too many
would vanish.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from indexer.records import Document, IndexerError
from indexer.sources import Scan, SourceFile

MAX_SHRINK = 0.2
"""The share of the documents that may vanish in one run: more looks like a disk that is not there."""
FEWEST = 3
"""Fewer documents may vanish whatever their share: a small index has to be possible to tidy."""
NAMED = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """A document that is at `path` now, with the bytes that it had at `earlier`."""

    path: str
    earlier: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Paths by what is to be done about them, each in order. `changed` includes what other code would read anew."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[Moved, ...]
    gone: tuple[str, ...]
    unchanged: tuple[str, ...]


def make_plan(
    files: Iterable[SourceFile], unreadable: Collection[str], before: Mapping[str, Document], *, same_code: bool
) -> Plan:
    """What to do to get from the documents `before`, by path, to these files.

    `unreadable` are paths, and folders with a slash at their end, that are there but cannot be read now: nothing in
    them is gone. `same_code`: reading an unchanged file again would give the same.
    """
    there = {file.path: file for file in files}
    gone = [path for path in sorted(before.keys() - there.keys()) if not is_within(path, unreadable)]
    homeless: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in gone:
        homeless[_look(path, before[path].sha256)].append(path)
    new, changed, moved, unchanged = [], [], [], []
    for path, file in sorted(there.items()):
        known, left = before.get(path), homeless.get(_look(path, file.sha256))
        if known is not None and known.sha256 == file.sha256 and same_code:
            unchanged.append(path)
        elif known is not None:
            changed.append(path)
        elif left:
            moved.append(Moved(path, left.pop(0)))
        else:
            new.append(path)
    left_behind = {one.earlier for one in moved}
    gone = [path for path in gone if path not in left_behind]
    return Plan(tuple(new), tuple(changed), tuple(moved), tuple(gone), tuple(unchanged))


def is_within(path: str, places: Collection[str]) -> bool:
    """Whether the path is one of the places, or lies in one that is a folder.

    >>> is_within("a/b.txt", ["a/"]), is_within("ab.txt", ["a/", "a"])
    (True, False)
    """
    parents = (f"{parent}/" for parent in PurePosixPath(path).parents)
    return path in places or any(parent in places for parent in parents)


def check_shrink(gone: Collection[str], documents: int, limit: float) -> None:
    """Raises IndexerError, naming some, where so many of the documents are gone that the source may not be whole."""
    if len(gone) < FEWEST or len(gone) <= limit * documents:
        return
    named = ", ".join(sorted(gone)[:NAMED]) + (f" och {len(gone) - NAMED} till" if len(gone) > NAMED else "")
    raise IndexerError(
        f"{len(gone)} av indexets {documents} dokument finns inte längre i källan ({named}). Det är mer än {limit:.0%},"
        " så inget är ändrat. Kontrollera att hela källan är ansluten. Ska de bort: motesminnet index --allow-shrink"
    )


def check_emptied(scan: Scan, before: Collection[str], suffixes: Collection[str]) -> None:
    """Raises IndexerError where there is no document at all, or none in a source that the index had some of (`before`
    has their paths): a disk that is not there looks the same. `suffixes` are those that can be read.
    """
    there = [file.path for file in scan.files] + [told.path for told in scan.unreadable + scan.stale]
    emptied = [
        name
        for name in scan.roots
        if not any(_is_of(name, path) for path in there)
        and (not there or sum(_is_of(name, path) for path in before) >= FEWEST)
    ]
    if not emptied:
        return
    told = ", ".join(repr(name or str(scan.roots[name])) for name in emptied)
    if not before:
        kinds = ", ".join(sorted(suffixes))
        raise IndexerError(f"Inga minnesanteckningar i {told} ({kinds}). Lägg några där, eller ange en annan mapp.")
    raise IndexerError(
        f"Det finns inte längre några minnesanteckningar i {told}, så inget är ändrat. Kontrollera att hela källan är"
        " ansluten. Ska dokumenten bort ur indexet: motesminnet index --allow-shrink"
    )


def _is_of(source: str, path: str) -> bool:
    """Whether the path is of the source of that name, or the source itself."""
    return not source or path == source or path.startswith(f"{source}/")


def _look(path: str, sha256: str) -> tuple[str, str]:
    """What a moved document keeps: its bytes, and the suffix that tells how to read them."""
    return sha256, PurePosixPath(path).suffix.lower()
