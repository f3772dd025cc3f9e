"""Where documents come from: a folder of minutes, or several sources side by side."""

import hashlib
import os
import re
import shutil
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from indexer.reading import size_problem
from indexer.records import NOBODY, PUBLIC, IndexerError, Sidecar

SIDECAR = ".meta.toml"
MIRRORS = "sources"
"""The folder in the index directory that holds copies of sources that are far away, each under its name."""
_BAD_NAME = "filens eller mappens namn är inte i utf-8 (å, ä och ö från ett äldre system?). Byt namn."


Tell = Callable[[str, int, int], None]
"""Called with the step, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A document at the source: `path` relative to the folder (posix), `sha256` of its bytes and its sidecar's.

    `id` is the stem of its name, or where several share that, its path written with dashes. Among several sources,
    `source` is the name of the file's own, which is then the first folder of `path`; `settled` is what the source says
    of it where its sidecar does not, and told apart in `sha256` after a plus sign.
    """

    id: str
    path: str
    sha256: str
    source: str = ""
    settled: Sidecar = field(default_factory=Sidecar)

    @property
    def inner(self) -> str:
        """The path in the source's own folder."""
        return self.path.removeprefix(f"{self.source}/") if self.source else self.path


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no document, and why, in Swedish for the report."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a folder holds, each list sorted by path; `unreadable` are documents that cannot be opened, and folders that
    cannot be listed, with a slash at their end.

    `stale` are documents, or whole sources, whose newest version could not be had; `files` has what there was before.
    `roots` holds the folder of each source by its name ("" where there is only one).
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    unreadable: tuple[Skipped, ...]
    stale: tuple[Skipped, ...] = ()
    roots: Mapping[str, Path] = field(default_factory=dict)


ScanSource = Callable[[Path, Tell], Scan]
"""Scans sources, given the index directory, where they may keep what they need, and the progress.

Raises IndexerError.
"""


def scan_folder(root: Path, suffixes: Collection[str]) -> Scan:
    """The documents in a folder and the folders in it; `suffixes` are those that can be read (".docx").

    Hidden and temporary files and sidecars are passed over in silence; what else cannot be used is skipped with a
    reason. Linked folders are not followed.
    Raises IndexerError where the folder is missing or cannot be listed.
    """
    found = _scan(root, suffixes)
    return replace(found, files=tuple(_with_distinct_ids(found.files)), roots={"": root})


def only_folder(root: Path, suffixes: Collection[str]) -> ScanSource:
    """A folder as the index's only source."""
    return lambda index_dir, tell: scan_folder(root, suffixes)


def remove_mirrors(index_dir: Path, roots: Iterable[Path]) -> None:
    """Removes what the index keeps of sources that are no longer in use: `roots` are the folders of those that are.

    Raises OSError.
    """
    if (index_dir / MIRRORS).is_dir():
        for path in (index_dir / MIRRORS).iterdir():
            if not any(root.is_relative_to(path) for root in roots):
                shutil.rmtree(path)


def scan_named(
    name: str, root: Path, suffixes: Collection[str], settled: Sidecar, urls: Mapping[str, str] | None = None
) -> Scan:
    """The documents of one source among several: each path begins with the source's name.

    `settled` is what the source says of all its documents, `urls` the address of each by its path in `root`. Ids are
    not yet told apart: see `join_scans`. Raises IndexerError where the folder is missing or cannot be listed.
    """
    found = _scan(root, suffixes)
    files = []
    for file in found.files:
        says = replace(settled, url=(urls or {}).get(file.path) or settled.url)
        digest = hashlib.sha256(str(asdict(says)).encode()).hexdigest()[:16]
        files.append(SourceFile(file.id, f"{name}/{file.path}", f"{file.sha256}+{digest}", name, says))
    skipped, unreadable = (under(name, one) for one in (found.skipped, found.unreadable))
    return Scan(tuple(files), skipped, unreadable, roots={name: root})


def join_scans(scans: Iterable[Scan]) -> Scan:
    """Several sources as one, sorted by path, ids told apart."""
    parts = list(scans)
    files = [file for part in parts for file in part.files]
    return Scan(
        tuple(_with_distinct_ids(sorted(files, key=lambda file: file.path))),
        _sorted(one for part in parts for one in part.skipped),
        _sorted(one for part in parts for one in part.unreadable),
        _sorted(one for part in parts for one in part.stale),
        {name: root for part in parts for name, root in part.roots.items()},
    )


def under(name: str, told: Iterable[Skipped]) -> tuple[Skipped, ...]:
    """The same, told of the source of that name; "" as a path is the source itself."""
    return tuple(Skipped(f"{name}/{one.path}" if one.path else name, one.reason) for one in told)


def merged(settled: Sidecar, own: Sidecar) -> Sidecar:
    """What the source says, overridden by all that the document's own sidecar says; of access the narrower counts."""
    said = {one.name: value for one in fields(own) if (value := getattr(own, one.name))}
    return replace(settled, **said | {"access": _narrower(settled.access, own.access)})


def _narrower(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Whom both let in: of two lists the ids that stand in both."""
    if not one or not other or PUBLIC in (*one, *other):
        return next((access for access in (one, other) if access and access != (PUBLIC,)), one or other)
    return tuple(name for name in one if name in other) or (NOBODY,)


def _sorted(told: Iterable[Skipped]) -> tuple[Skipped, ...]:
    return tuple(sorted(told, key=lambda one: one.path))


def _scan(root: Path, suffixes: Collection[str]) -> Scan:
    if not root.is_dir():
        raise IndexerError(
            f"Det finns ingen mapp {str(root)!r}. Ange mappen med minnesanteckningar: motesminnet index MAPP"
        )
    files: list[SourceFile] = []
    skipped: list[Skipped] = []
    unreadable: list[Skipped] = []
    for path in sorted(_walk(root, unreadable), key=lambda path: path.relative_to(root).as_posix()):
        relative = path.relative_to(root).as_posix()
        told = relative.encode("utf-8", "replace").decode()
        try:
            if reason := _unfit(path, root, suffixes):
                skipped.append(Skipped(told, reason))
                continue
            if reason := size_problem(path.stat().st_size) if told == relative else _BAD_NAME:
                unreadable.append(Skipped(told, reason))
                continue
            files.append(SourceFile(_id(path.stem), relative, fingerprint(path)))
        except OSError as error:
            unreadable.append(Skipped(relative, f"filen går inte att öppna: {error.strerror}"))
    return Scan(tuple(files), tuple(skipped), _sorted(unreadable))


def fingerprint(path: Path) -> str:
    """The sha256 (hex) of a document's bytes followed by its sidecar's, as `Document.sha256` has it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    beside = path.with_name(path.stem + SIDECAR)
    if beside.is_file():
        digest.update(beside.read_bytes())
    return digest.hexdigest()


def content_of(sha256: str) -> str:
    """The part of a `sha256` that tells of the file and its sidecar, whatever its source says of it."""
    return sha256.partition("+")[0]


def _walk(root: Path, unreadable: list[Skipped]) -> Iterator[Path]:
    """The files in a folder and the folders in it; folders that cannot be listed are added to `unreadable`."""

    def fail(error: OSError) -> None:
        told = f"mappen går inte att läsa ({error.strerror}). Kontrollera rättigheterna."
        folder = Path(error.filename)
        if folder == root:
            raise IndexerError(f"{str(root)!r}: {told}")
        unreadable.append(Skipped(f"{folder.relative_to(root).as_posix()}/", told))

    for folder, names, files in os.walk(root, onerror=fail):
        names[:] = [name for name in names if not name.startswith(".")]
        for name in files:
            if not name.startswith((".", "~$")) and not name.endswith((SIDECAR, ".tmp", "~")):
                yield Path(folder) / name


def _unfit(path: Path, root: Path, suffixes: Collection[str]) -> str:
    """Why a file is no document; "" where it is one."""
    if not path.exists():
        return "länken leder ingenstans"
    if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
        return "länken leder ut ur mappen"
    if not stat.S_ISREG(path.stat().st_mode):
        return "det är ingen vanlig fil"
    if path.suffix.lower() not in suffixes:
        return f"formatet {path.suffix or 'utan filändelse'} kan inte läsas"
    return ""


def _id(stem: str) -> str:
    """A stem as an id: composed letters (some systems store å as a + ring), no "#" or "@", which ids are built with."""
    return re.sub("[#@]", "-", unicodedata.normalize("NFC", stem))


def _with_distinct_ids(files: Iterable[SourceFile]) -> list[SourceFile]:
    """Files that share a stem told apart: by their folders, then by suffix, then by a hash of the path."""
    named = list(files)
    for rename in (_with_folders, _with_suffix, _with_hash):
        often = Counter(file.id for file in named)
        named = [replace(file, id=rename(file)) if often[file.id] > 1 else file for file in named]
    return named


def _with_folders(file: SourceFile) -> str:
    return _id(Path(file.path).with_suffix("").as_posix().replace("/", "-"))


def _with_suffix(file: SourceFile) -> str:
    return f"{file.id}-{Path(file.path).suffix[1:].lower()}"


def _with_hash(file: SourceFile) -> str:
    return f"{file.id}-{hashlib.sha256(file.path.encode(errors='surrogateescape')).hexdigest()[:8]}"
