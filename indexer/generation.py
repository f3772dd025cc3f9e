"""Generations: one complete index a directory, published by one rename, checked before it is read.

An index directory holds `gen-000012/` (register.db, vectors.faiss, manifest.json), the pointer `CURRENT` and `lock`.
CURRENT names the generation in use and the sha256 of its manifest, which has the sha256 of each file.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.records import BusyError, IndexerError

REGISTER, VECTORS, MANIFEST = "register.db", "vectors.faiss", "manifest.json"
KEEP = 3
"""How many generations stay, the current one included."""


_POINTER = re.compile(r"(gen-(\d{6,})) ([0-9a-f]{64})\n")
_NAME = re.compile(r"gen-(\d{6,})")
_TEMPORARY = ".tmp-"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is: how it was made, of what, and the sha256 of each file in it.

    `versions` holds those of reader, parser, chunker and so on; `source` maps the path of each document to the sha256
    it had; `failed` the paths that could not be read to the reason. `built_at` is UTC, ISO 8601.
    """

    model: str
    dim: int
    versions: Mapping[str, str]
    counts: Mapping[str, int]
    source: Mapping[str, str]
    built_at: str
    failed: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, slots=True)
class Generation:
    """A published generation whose files were found whole."""

    number: int
    path: Path
    manifest: Manifest

    @property
    def register(self) -> Path:
        return self.path / REGISTER

    @property
    def vectors(self) -> Path:
        return self.path / VECTORS


def current(index_dir: Path) -> str | None:
    """The name of the generation in use ("gen-000012"), or None where nothing was ever published."""
    pointer = _pointer(index_dir)
    return pointer[0] if pointer else None


def open_generation(index_dir: Path, model: str | None = None) -> Generation:
    """The generation in use, each of its files checked against its sha256.

    Raises IndexerError where there is no index, a file is missing or damaged, or it was built with another model than
    `model` (None: any).
    """
    pointer = _pointer(index_dir)
    if pointer is None:
        raise IndexerError(f"Det finns inget index i {str(index_dir)!r}. Bygg det: motesminnet index MAPP")
    name, digest = pointer
    path = index_dir / name
    _check(path / MANIFEST, digest)
    manifest = _read_manifest(path / MANIFEST)
    for file, expected in manifest.files.items():
        _check(path / file, expected)
    if model is not None and manifest.model != model:
        raise IndexerError(
            f"Indexet i {str(index_dir)!r} är byggt med modellen {manifest.model!r}, inställningen ger {model!r}."
            " Bygg om det: motesminnet index MAPP"
        )
    return Generation(manifest.number, path, manifest)


@contextmanager
def run_lock(index_dir: Path) -> Iterator[None]:
    """Holds the index directory for one writing run; the system lets go of it when the process ends, however it ends.

    Raises BusyError at once where another run holds it.
    """
    descriptor = _open_lock(index_dir / "lock")
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "okänd"
            raise BusyError(
                f"En annan körning (process {owner}) skriver till {str(index_dir)!r}. Vänta tills den är klar."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def publish(index_dir: Path, write: Callable[[Path], Manifest]) -> Generation:
    """Makes a new generation current: all of it, or nothing. Call it inside `run_lock`.

    `write` fills an empty directory with the register and the vectors and returns the manifest; its `files` and
    `number` are set here. When this raises, the old generation is still current and nothing half-written is left.
    """
    remove_orphans(index_dir)
    number = _next_number(index_dir)
    name = f"gen-{number:06d}"
    temporary = index_dir / f"{_TEMPORARY}{name}"
    try:
        temporary.mkdir()
        manifest = write(temporary)
        files = {file.name: _sha256(file) for file in sorted(temporary.iterdir())}
        manifest = _numbered(manifest, number, files)
        data = json.dumps(asdict(manifest), ensure_ascii=False, sort_keys=True, indent=1).encode()
        (temporary / MANIFEST).write_bytes(data)
        for file in sorted(temporary.iterdir()):
            _sync(file)
        _sync(temporary)
        temporary.rename(index_dir / name)
        _sync(index_dir)
        _point(index_dir, f"{name} {hashlib.sha256(data).hexdigest()}\n")
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    remove_old(index_dir)
    return Generation(number, index_dir / name, manifest)


def remove_orphans(index_dir: Path) -> None:
    """Removes what a run that was killed left half-written. Call it inside `run_lock`: then no live run owns it."""
    for path in index_dir.glob(f"{_TEMPORARY}*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def remove_old(index_dir: Path, keep: int = KEEP) -> None:
    """Removes all generations but the current one and the `keep` - 1 before it. Call it inside `run_lock`.

    A directory is renamed before it is emptied, so that no reader finds half of one under its name.
    """
    name = current(index_dir)
    others = sorted((path for path in _generations(index_dir) if path.name != name), key=_number, reverse=True)
    for path in others[max(keep - 1, 0) :]:
        _remove(path)


def remove_outdated(index_dir: Path, keep: str | None = None) -> None:
    """Removes the generations that hold a text which the current one does not, but `keep` ("gen-000011"). Call it
    inside `run_lock`.
    """
    name = current(index_dir)
    if name is None:
        return
    now = set(_read_manifest(index_dir / name / MANIFEST).source.values())
    for path in _generations(index_dir):
        if path.name not in (name, keep) and not _texts(path) <= now:
            _remove(path)


def _texts(generation: Path) -> set[str]:
    """The sha256 of each document of a generation; of a damaged one a text that no generation has."""
    try:
        return set(_read_manifest(generation / MANIFEST).source.values())
    except IndexerError:
        return {""}


def _remove(path: Path) -> None:
    """Removes a generation; it is renamed first, so that no reader finds half of one under its name."""
    shutil.rmtree(path.rename(path.with_name(f"{_TEMPORARY}old-{path.name}")))


def _pointer(index_dir: Path) -> tuple[str, str] | None:
    path = index_dir / "CURRENT"
    try:
        found = _POINTER.fullmatch(path.read_text("ascii"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error
    if not found:
        raise _damaged(path, "den pekar inte ut någon generation")
    return found[1], found[3]


def _point(index_dir: Path, line: str) -> None:
    temporary = index_dir / f"{_TEMPORARY}CURRENT"
    temporary.write_text(line, "ascii")
    _sync(temporary)
    temporary.replace(index_dir / "CURRENT")
    _sync(index_dir)


def _check(path: Path, expected: str) -> None:
    try:
        found = _sha256(path)
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error
    if found != expected:
        raise _damaged(path, "dess sha256 stämmer inte med den antecknade")


def _damaged(path: Path, why: str) -> IndexerError:
    return IndexerError(f"Indexet är skadat: {str(path)!r}, {why}. Bygg om det: motesminnet index MAPP")


def _read_manifest(path: Path) -> Manifest:
    try:
        return Manifest(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise _damaged(path, "den är inget manifest som den här versionen kan läsa") from error


def _numbered(manifest: Manifest, number: int, files: Mapping[str, str]) -> Manifest:
    values: dict[str, Any] = asdict(manifest) | {"number": number, "files": dict(files)}
    return Manifest(**values)


def _generations(index_dir: Path) -> list[Path]:
    return [path for path in index_dir.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]


def _number(path: Path) -> int:
    return int(path.name.removeprefix("gen-"))


def _next_number(index_dir: Path) -> int:
    """One more than any number ever seen here, so that no name comes twice."""
    return max((_number(path) for path in _generations(index_dir)), default=0) + 1


def _open_lock(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise IndexerError(
            f"Indexet kan inte ligga i {str(path.parent)!r} ({error.strerror}). Ange en annan plats: --index KATALOG"
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
