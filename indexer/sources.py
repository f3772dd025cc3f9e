"""Where documents come from: a folder of minutes."""

import hashlib
import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.reading import size_problem
from indexer.records import IndexerError

SIDECAR = ".meta.toml"
_BAD_NAME = "filens eller mappens namn är inte i utf-8 (å, ä och ö från ett äldre system?). Byt namn."


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A document at the source: `path` relative to the folder (posix), `sha256` of its bytes and its sidecar's.

    `id` is the stem of its name, or where several share that, its path written with dashes.
    """

    id: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is no document, and why, in Swedish for the report."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a folder holds, each list sorted by path; `unreadable` are documents that cannot be opened, and folders that
    cannot be listed, with a slash at their end.
    """

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]
    unreadable: tuple[Skipped, ...]


def scan_folder(root: Path, suffixes: Collection[str]) -> Scan:
    """The documents in a folder and the folders in it; `suffixes` are those that can be read (".docx").

    Hidden and temporary files and sidecars are passed over in silence; what else cannot be used is skipped with a
    reason. Linked folders are not followed.
    Raises IndexerError where the folder is missing, cannot be listed, or holds no document.
    """
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
    if not files and not unreadable:
        kinds = ", ".join(sorted(suffixes))
        raise IndexerError(
            f"Inga minnesanteckningar i {str(root)!r} ({kinds}). Lägg några där, eller ange en annan mapp."
        )
    unreadable.sort(key=lambda one: one.path)
    return Scan(tuple(_with_distinct_ids(files)), tuple(skipped), tuple(unreadable))


def fingerprint(path: Path) -> str:
    """The sha256 (hex) of a document's bytes followed by its sidecar's, as `Document.sha256` has it."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    beside = path.with_name(path.stem + SIDECAR)
    if beside.is_file():
        digest.update(beside.read_bytes())
    return digest.hexdigest()


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
