"""Generations: one complete index a directory, published by one rename, checked before it is read.

An index directory holds `gen-000012/` (register.db, vectors.faiss, manifest.json, seal), the pointer `CURRENT` and
`lock`. A seal is a line with the generation's name and the sha256 of its manifest, which has the sha256 of each file;
CURRENT is the seal of the generation in use. So each generation can be checked, also where CURRENT is lost.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import socket
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from indexer.database import Database, Place, schema_version
from indexer.records import BusyError, DamagedError, IndexerError, SupersededError
from indexer.shard import Shard

REGISTER, VECTORS, MANIFEST = "register.db", "vectors.faiss", "manifest.json"
KEEP = 3
"""How many generations stay, the current one included."""

BLOCK = 1 << 23
"""Bytes read at a time: after each block a bot has to wait for its turn among the threads that answer."""

_SEAL = "seal"
_LINE = re.compile(r"(gen-\d{6,}) ([0-9a-f]{64})\n")
_NAME = re.compile(r"gen-\d{6,}")
_TEMPORARY = ".tmp-"
_BUILD = "Bygg om det: motesminnet index MAPP"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is: how it was made, of what, and the sha256 of each file in it.

    `versions` holds those of reader, parser, chunker and so on; `source` maps the path of each document to the sha256
    it had; `failed` the paths that could not be read to the reason; `texts` the sha256 of each document that the
    generation holds, which for what could not be read is an earlier one. `built_at` is UTC, ISO 8601. `vectors` tells
    the kind of a vector index that is not exact, and its recall@10 against exact search, measured when it was built.
    `shards` maps each part ("3/8") that the index was read in to the versions that it was read with; none of a whole
    run's.
    """

    model: str
    dim: int
    versions: Mapping[str, str]
    counts: Mapping[str, int]
    source: Mapping[str, str]
    built_at: str
    failed: Mapping[str, str] = field(default_factory=dict)
    texts: Sequence[str] = field(default_factory=list)
    files: Mapping[str, str] = field(default_factory=dict)
    number: int = 0
    vectors: Mapping[str, str | float] = field(default_factory=dict)
    shards: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation whose files were found whole; `seal` is the line that CURRENT has, or had, for it.

    `path` is its directory, or the database that holds it.
    """

    number: int
    path: Place
    manifest: Manifest
    seal: str

    @property
    def folder(self) -> Path:
        """Its directory. Raises IndexerError where it is in a database."""
        if isinstance(self.path, Database):
            raise IndexerError(f"Indexet i {str(self.path)!r} har inga filer.")
        return self.path

    @property
    def index(self) -> Place:
        """The index that it is a generation of."""
        return self.path if isinstance(self.path, Database) else self.path.parent

    @property
    def register(self) -> Path:
        return self.folder / REGISTER

    @property
    def vectors(self) -> Path:
        return self.folder / VECTORS


def current(index_dir: Path) -> str | None:
    """The name of the generation in use ("gen-000012"), or None where nothing was ever published.

    Raises DamagedError where CURRENT cannot be read.
    """
    seal = current_seal(index_dir)
    return seal.split()[0] if seal else None


def is_published(index: Place) -> bool:
    """Whether there is an index, be it damaged. Raises UnavailableError."""
    return database_seal(index) is not None if isinstance(index, Database) else (index / "CURRENT").exists()


def current_seal(index_dir: Place) -> str | None:
    """The seal of the generation in use: another one each time something is published. As `current` otherwise."""
    if isinstance(index_dir, Database):
        return database_seal(index_dir)
    try:
        return _read_seal(index_dir / "CURRENT")
    except FileNotFoundError:
        return None


def open_generation(index_dir: Place, model: str | None = None) -> Generation:
    """The generation in use, each of its files checked against its sha256.

    Raises IndexerError where there is no index, or it was built with another model than `model` (None: any);
    DamagedError where a file is missing or not as it was published.
    """
    return load_current(index_dir, lambda generation: generation, model)


def load_current(index_dir: Place, load: Callable[[Generation], T], model: str | None = None) -> T:
    """What `load` makes of the generation in use; begins again where a newer one took its place meanwhile, since the
    old one's files may then be gone. Raises as `open_generation`.
    """
    seal = current_seal(index_dir)
    while True:
        try:
            if seal is None:
                raise IndexerError(f"Det finns inget index i {str(index_dir)!r}. Bygg det: motesminnet index MAPP")
            generation = _open(index_dir, seal)
            _check_model(generation, model)
            return load(generation)
        except IndexerError:
            newer = current_seal(index_dir)
            if newer == seal:
                raise
            seal = newer


def find_whole(index_dir: Place) -> Generation | None:
    """The newest published generation that is as it was published, whether or not CURRENT names it; None without any.

    Where CURRENT cannot be read, all that were completed count as published. A database holds one, or none.
    """
    if isinstance(index_dir, Database):
        return None
    return next((found for path in _published(index_dir) if (found := _opened(path)) is not None), None)


def find_register(index_dir: Path) -> Generation | None:
    """The generation that the index can be mended from: manifest and register are whole, the vectors may not be.

    It is the one in use; where CURRENT is lost, the newest. None where that one cannot serve.
    """
    try:
        seal = current_seal(index_dir)
    except DamagedError:
        seal = None
    found = (index_dir / seal.split()[0],) if seal else _published(index_dir)
    return _opened(found[0], seal, REGISTER) if found else None


def ways_out(index_dir: Place) -> list[str]:
    """What else there is to do about a damaged index than to build it anew: Swedish sentences without their stop."""
    if isinstance(index_dir, Database):
        return []
    lines = ["Eller laga det: motesminnet check --repair"] if find_register(index_dir) is not None else []
    older = find_whole(index_dir)
    if older is not None:
        built = older.manifest.built_at
        lines.append(f"Generation {older.number}, byggd {built}, är hel: ur den kan boten svara så länge")
    return lines


@contextmanager
def run_lock(index_dir: Place, shard: Shard | None = None) -> Iterator[None]:
    """Holds the index directory for one writing run, and clears away what a run that was killed left there; a shard's
    run holds its part of a database.

    The system lets go of it when the process ends, however it ends.
    Raises BusyError at once where another run holds it, IndexerError where the directory cannot be written.
    """
    if isinstance(index_dir, Database):
        with index_dir.run_lock(shard):
            yield
        return
    if shard is not None:
        raise IndexerError(
            "Ett index i en katalog byggs av en körning, inte i delar: --shard är för ett index i PostgreSQL."
            " Flera processer på samma dator: --workers"
        )
    descriptor = _open_lock(index_dir / "lock")
    try:
        _take(descriptor, index_dir)
        try:
            _clear(index_dir)
            yield
        finally:
            with suppress(OSError):
                os.ftruncate(descriptor, 0)  # so that nobody is told of an owner that is gone
    finally:
        os.close(descriptor)


def publish(index_dir: Path, write: Callable[[Path], Manifest]) -> Generation:
    """Makes a new generation current: all of it, or nothing. Call it inside `run_lock`.

    `write` fills an empty directory with the register and the vectors and returns the manifest; its `files` and
    `number` are set here. When this raises OSError or what `write` raises, the old generation is still current.
    Raises IndexerError where the new one is current, but older ones could not be removed.
    """
    number = _next_number(index_dir)
    path = index_dir / f"gen-{number:06d}"
    temporary = index_dir / f"{_TEMPORARY}{path.name}"
    keep = KEEP if (index_dir / "CURRENT").exists() else 1  # what was never published is nothing to keep
    try:
        temporary.mkdir()
        manifest = write(temporary)
        seal, manifest = _seal(temporary, path.name, manifest, number)
        temporary.rename(path)
        _sync(index_dir)
        _point(index_dir, seal)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    try:
        remove_old(index_dir, keep)
    except OSError as error:
        raise IndexerError(
            f"Generation {number} är i bruk, men de äldre gick inte att ta bort ({error.strerror}). Kontrollera disken."
        ) from error
    return Generation(number, path, manifest, seal)


def remove_orphans(index_dir: Path) -> None:
    """Removes what a run that was killed left half-written, or complete but never made current, and journals that no
    run wrote. Call it inside `run_lock`: then no live run owns it.
    """
    for path in (*index_dir.glob(f"{_TEMPORARY}*"), *index_dir.glob(f"gen-*/{REGISTER}-*")):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    name = current(index_dir)
    if name is not None:  # without CURRENT, one of them may have been in use
        for path in _generations(index_dir):
            if _number(path) > _number(index_dir / name):
                _remove(path)


def remove_old(index_dir: Path, keep: int = KEEP) -> None:
    """Removes all generations but the current one and the `keep` - 1 before it. Call it inside `run_lock`.

    Whoever has opened one goes on with it: an open file outlives its name.
    """
    name = current(index_dir)
    others = [path for path in _generations(index_dir) if path.name != name]
    for path in others[max(keep - 1, 0) :] if name is not None else ():
        _remove(path)


def remove_outdated(index_dir: Path, keep: str | None = None) -> None:
    """Removes the generations that hold a text which the current one does not, but `keep` ("gen-000011"). Call it
    inside `run_lock`.
    """
    name = current(index_dir)
    if name is None:
        return
    now = _texts(_read_manifest(index_dir / name / MANIFEST))
    for path in _generations(index_dir):
        if path.name not in (name, keep) and not _holds_only(path, now):
            _remove(path)


def _holds_only(generation: Path, texts: Collection[str]) -> bool:
    """Whether a generation has no other texts than these; False of a damaged one."""
    try:
        return all(text in texts for text in _texts(_read_manifest(generation / MANIFEST)))
    except IndexerError:
        return False


def _texts(manifest: Manifest) -> set[str]:
    """The sha256 of each document of a generation; by its source where it was written before `texts` was told."""
    return set(manifest.texts or manifest.source.values())


def _remove(path: Path) -> None:
    """Removes a generation; it is renamed first, so that no reader finds half of one under its name."""
    shutil.rmtree(path.rename(path.with_name(f"{_TEMPORARY}old-{path.name}")))


def _clear(index_dir: Path) -> None:
    try:
        remove_orphans(index_dir)
        remove_old(index_dir)
    except DamagedError:  # CURRENT: what is in use cannot be told from what is not, before the next is published
        return
    except OSError as error:
        raise IndexerError(
            f"Det går inte att städa i {str(index_dir)!r} ({error.strerror}). Kontrollera disken och rättigheterna."
        ) from error


# Checking


def _open(index_dir: Place, seal: str, *files: str) -> Generation:
    """The generation with this seal, these of its files checked (none given: all). Raises DamagedError."""
    if isinstance(index_dir, Database):
        return _in_database(index_dir, seal)
    name, digest = seal.split()
    path = index_dir / name
    _check(path / MANIFEST, digest)
    manifest = _read_manifest(path / MANIFEST)
    if manifest.number != _number(path):
        raise _damaged(path, f"det är generation {manifest.number} som ligger där")
    for file in files or manifest.files:
        _check(path / file, manifest.files.get(file, ""))
    return Generation(manifest.number, path, manifest, seal)


def database_seal(database: Database) -> str | None:
    """The seal of the generation in a database, None where none was published. Raises UnavailableError."""
    with database.snapshot() as connection:
        if not schema_version(connection):
            return None
        found = connection.execute("SELECT seal FROM motesminnet.generation").fetchone()
    return None if found is None else str(found[0])


def _in_database(database: Database, seal: str) -> Generation:
    with database.snapshot() as connection:
        sql = "SELECT manifest FROM motesminnet.generation WHERE seal = %s"
        found = connection.execute(sql, [seal]).fetchone()
    if found is None:
        raise SupersededError(f"Indexet i {str(database)!r} har just bytts ut mot ett nyare. Försök igen.")
    manifest = Manifest(**json.loads(found[0]))
    return Generation(manifest.number, database, manifest, seal)


def _opened(path: Path, seal: str | None = None, *files: str) -> Generation | None:
    """The generation at `path`, by this seal or its own; None where it is not whole."""
    try:
        seal = seal or _read_seal(path / _SEAL)
        return _open(path.parent, seal, *files) if seal.split()[0] == path.name else None
    except (IndexerError, OSError):
        return None


def _published(index_dir: Path) -> tuple[Path, ...]:
    """The generations that were published, newest first, as far as can be told."""
    try:
        name = current(index_dir)
        found = _generations(index_dir)
    except DamagedError:
        return tuple(_generations(index_dir))
    except OSError:
        return ()
    return tuple(path for path in found if name is None or _number(path) <= _number(index_dir / name))


def _check_model(generation: Generation, model: str | None) -> None:
    built_with = generation.manifest.model
    if model is not None and built_with != model:
        raise IndexerError(
            f"Indexet i {str(generation.index)!r} är byggt med modellen {built_with!r}, inställningen ger"
            f" {model!r}. {_BUILD}"
        )


def _read_seal(path: Path) -> str:
    """A seal, as it stands in the file. Raises FileNotFoundError, or DamagedError where it is none."""
    try:
        line = path.read_bytes().decode("ascii", "replace")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unreadable(path, error) from error
    if not _LINE.fullmatch(line):
        raise _damaged(path, "den pekar inte ut någon generation")
    return line


def _check(path: Path, expected: str) -> None:
    try:
        found = _sha256(path)
    except FileNotFoundError as error:
        raise _damaged(path, "filen saknas") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if found != expected:
        raise _damaged(path, "dess sha256 stämmer inte med den antecknade")


def _damaged(path: Path, why: str) -> DamagedError:
    return DamagedError(f"Indexet är skadat: {str(path)!r}, {why}. {_BUILD}")


def _unreadable(path: Path, error: OSError) -> DamagedError:
    return DamagedError(
        f"Indexet går inte att läsa: {str(path)!r}, {error.strerror}. Kontrollera disken och rättigheterna."
    )


def _read_manifest(path: Path) -> Manifest:
    try:
        return Manifest(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise _damaged(path, "den är inget manifest som den här versionen kan läsa") from error


# Writing


def _seal(folder: Path, name: str, manifest: Manifest, number: int) -> tuple[str, Manifest]:
    """Seals a written generation: its files on the disk first, then the manifest about them, the seal last."""
    for file in sorted(folder.iterdir()):
        _sync(file)
    files = {file.name: _sha256(file) for file in sorted(folder.iterdir())}
    values: dict[str, Any] = asdict(manifest) | {"number": number, "files": files}
    data = json.dumps(values, ensure_ascii=False, sort_keys=True, indent=1).encode()
    _write(folder / MANIFEST, data)
    seal = f"{name} {hashlib.sha256(data).hexdigest()}\n"
    _write(folder / _SEAL, seal.encode())
    _sync(folder)
    return seal, Manifest(**values)


def _point(index_dir: Path, seal: str) -> None:
    temporary = index_dir / f"{_TEMPORARY}CURRENT"
    _write(temporary, seal.encode())
    temporary.replace(index_dir / "CURRENT")
    _sync(index_dir)


def _write(path: Path, data: bytes) -> None:
    """Writes a file, to the disk and not only to its cache."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _generations(index_dir: Path) -> list[Path]:
    """All generations, newest first."""
    found = [path for path in index_dir.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
    return sorted(found, key=_number, reverse=True)


def _number(path: Path) -> int:
    return int(path.name.removeprefix("gen-"))


def _next_number(index_dir: Path) -> int:
    """One more than any number that is here, so that no published name comes twice."""
    return max((_number(path) for path in _generations(index_dir)), default=0) + 1


# The lock


def _open_lock(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise IndexerError(
            f"Indexet kan inte ligga i {str(path.parent)!r} ({error.strerror}). Ange en annan plats: --index KATALOG"
        ) from error


def _take(descriptor: int, index_dir: Path) -> None:
    """Takes the lock and writes whose it is. Raises BusyError where it is another's, IndexerError where it fails."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        started = datetime.now(UTC).isoformat(" ", "seconds")
        os.pwrite(descriptor, f"process {os.getpid()} på {socket.gethostname()}, sedan {started}\n".encode(), 0)
    except BlockingIOError:
        owner = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "okänd process"
        raise BusyError(
            f"En annan körning ({owner}) skriver till {str(index_dir)!r}. Vänta tills den är klar."
        ) from None
    except OSError as error:
        raise IndexerError(
            f"Indexkatalogen {str(index_dir)!r} går inte att låsa ({error.strerror}). Lägg indexet på en disk där det"
            " går: --index KATALOG"
        ) from error


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
