"""The documents that are to stay out of the index though their files are still at the source.

The list holds hashes: neither what a document says nor what it is called. A document is known again by its path, and
by its bytes wherever they turn up.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace

from indexer.database import Place
from indexer.durable import write_whole
from indexer.records import Document, IndexerError
from indexer.sources import Scan, SourceFile

FILE = "forgotten.json"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Hashes of paths and of names, and the sha256 of bytes with sidecar, each to the date it was listed (ISO)."""

    paths: Mapping[str, str] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Hash of an id, name or path -> the hashes listed with it: what taking it back strikes out."""

    def holds_path(self, path: str) -> bool:
        """Whether the document at this path is to stay out."""
        return _hash(path) in self.paths

    def holds(self, one: SourceFile | Document) -> bool:
        """Whether this file or document is to stay out."""
        return self.holds_path(one.path) or one.sha256 in self.contents


def read_forgotten(index_dir: Place) -> Forgotten:
    """The list beside the index, empty where there is none.

    Raises IndexerError where it is damaged: a run without it would bring back what somebody wanted gone.
    """
    path = index_dir / FILE
    try:
        found = json.loads(path.read_bytes())
        return Forgotten(found["paths"], found["contents"], {name: tuple(to) for name, to in found["names"].items()})
    except FileNotFoundError:
        return Forgotten()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexerError(
            f"Listan över glömda dokument {str(path)!r} går inte att läsa ({type(error).__name__}). Återställ den,"
            " eller ta bort den och glöm dokumenten igen: motesminnet forget DOKUMENT"
        ) from error


def add_forgotten(index_dir: Place, documents: Iterable[Document], day: str) -> None:
    """Lists documents, for good before this returns. Raises IndexerError where the list cannot be read or written."""
    known = read_forgotten(index_dir)
    paths, contents, names = dict(known.paths), dict(known.contents), dict(known.names)
    for one in documents:
        listed = (_hash(one.path), one.sha256)
        paths[listed[0]] = contents[listed[1]] = day
        for name in {one.id, one.name, one.path}:
            names[_hash(name)] = tuple(dict.fromkeys([*names.get(_hash(name), ()), *listed]))
    _write(index_dir, Forgotten(paths, contents, names))


def take_back(index_dir: Place, name: str) -> bool:
    """Strikes out the documents of this id, name or path; False where the list has none. Raises IndexerError."""
    known = read_forgotten(index_dir)
    struck = set(known.names.get(_hash(name), ()))
    if not struck:
        return False
    _write(
        index_dir,
        Forgotten(
            {one: day for one, day in known.paths.items() if one not in struck},
            {one: day for one, day in known.contents.items() if one not in struck},
            {one: to for one, to in known.names.items() if not struck.intersection(to)},
        ),
    )
    return True


def without_forgotten(scan: Scan, forgotten: Forgotten) -> tuple[Scan, tuple[str, ...]]:
    """The scan without the documents that are to stay out, and the paths of those, in order."""
    left_out = [file.path for file in scan.files if forgotten.holds(file)]
    left_out += [one.path for one in scan.unreadable if forgotten.holds_path(one.path)]
    hidden = frozenset(left_out)
    kept = replace(
        scan,
        files=tuple(file for file in scan.files if file.path not in hidden),
        unreadable=tuple(one for one in scan.unreadable if one.path not in hidden),
    )
    return kept, tuple(sorted(hidden))


def _write(index_dir: Place, forgotten: Forgotten) -> None:
    data = json.dumps(asdict(forgotten), sort_keys=True, indent=1).encode()
    write_whole(index_dir / FILE, data)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()
