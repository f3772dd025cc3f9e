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
from indexer.sources import Scan, SourceFile, content_of

FILE = "forgotten.json"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Keys, the hashes of paths and of contents, each to the date it was listed (ISO)."""

    paths: Mapping[str, str] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Hash of an id, name or path -> the keys listed with it: what taking it back strikes out."""

    def key_of_path(self, path: str) -> str:
        """The key that the document at this path is listed under; "" where it is not."""
        return key if (key := _hash(path)) in self.paths else ""

    def key(self, one: SourceFile | Document) -> str:
        """The key that this file or document is listed under, by its path or its content; "" where it is not."""
        content = content_of(one.sha256)
        return self.key_of_path(one.path) or (content if content in self.contents else "")

    def lists(self, key: str) -> bool:
        """Whether the key is still listed."""
        return key in self.paths or key in self.contents

    def holds(self, one: SourceFile | Document) -> bool:
        """Whether this file or document is to stay out."""
        return bool(self.key(one))


NOTHING_FORGOTTEN = Forgotten()


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


def add_forgotten(index_dir: Place, documents: Iterable[Document], day: str) -> Forgotten:
    """The list with these documents added, for good before this returns.

    Raises IndexerError where it cannot be read or written.
    """
    known = read_forgotten(index_dir)
    paths, contents, names = dict(known.paths), dict(known.contents), dict(known.names)
    for one in documents:
        listed = (_hash(one.path), content_of(one.sha256))
        paths[listed[0]] = contents[listed[1]] = day
        for name in {one.id, one.name, one.path}:
            names[_hash(name)] = tuple(dict.fromkeys([*names.get(_hash(name), ()), *listed]))
    after = Forgotten(paths, contents, names)
    _write(index_dir, after)
    return after


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
            {one: left for one, to in known.names.items() if (left := tuple(key for key in to if key not in struck))},
        ),
    )
    return True


def without_forgotten(scan: Scan, forgotten: Forgotten) -> tuple[Scan, dict[str, str]]:
    """The scan without the documents that are to stay out, and the key of each of those by its path, in order."""
    hidden = {file.path: key for file in scan.files if (key := forgotten.key(file))}
    hidden |= {one.path: key for one in scan.unreadable if (key := forgotten.key_of_path(one.path))}
    kept = replace(
        scan,
        files=tuple(file for file in scan.files if file.path not in hidden),
        unreadable=tuple(one for one in scan.unreadable if one.path not in hidden),
        stale=tuple(one for one in scan.stale if not forgotten.key_of_path(one.path)),
    )
    return kept, dict(sorted(hidden.items()))


def _write(index_dir: Place, forgotten: Forgotten) -> None:
    data = json.dumps(asdict(forgotten), sort_keys=True, indent=1).encode()
    write_whole(index_dir / FILE, data)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()
