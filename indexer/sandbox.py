"""Documents are read and parsed in a child process with limits, so that a hostile file costs itself and nothing else.

The child is a fresh interpreter (never a fork: OpenMP and FAISS threads do not survive one), kept over documents and
replaced when it crashes, runs over its time or its memory. It gets no secrets: only the few variables it needs.
"""

import contextlib
import io
import os
import pickle  # nosec B403 - see _Records
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import Any, BinaryIO

from indexer import records
from indexer.parse import parse_document
from indexer.personal_numbers import mask_document
from indexer.read import read_document
from indexer.records import Document, IndexerError, Meeting
from indexer.sources import SourceFile, merged

_HEADER = struct.Struct(">Q")
_MAX_REPLY = 500_000_000
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "COVERAGE_PROCESS_START")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: address space in bytes, seconds, and seconds where an outside program reads it.

    OCR and LibreOffice are slow without being hostile: their documents may ask for `patience` once.
    """

    memory: int = 1_000_000_000
    seconds: float = 30.0
    patience: float = 600.0


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document and the meetings in it."""

    document: Document
    meetings: tuple[Meeting, ...]


Read = Callable[[Path, SourceFile, bool], Parsed]
"""Reads and parses a file of the folder; whether personal identity numbers are masked. Raises IndexerError where that
cannot be done.
"""


def read_and_parse(
    root: Path,
    file: SourceFile,
    mask: bool = True,
    read: Callable[[Path, Path], Document] = read_document,
    parse: Callable[[Document], tuple[Meeting, ...]] = parse_document,
) -> Parsed:
    """The file of the folder `root`, read and parsed in this process; `mask`: without personal identity numbers.

    Raises IndexerError where it cannot be.
    """
    found = read(root / file.inner, root)
    settled = merged(file.settled, found.sidecar)
    document = replace(found, id=file.id, path=file.path, sha256=file.sha256, sidecar=settled)
    document = mask_document(document) if mask else document
    return Parsed(document, parse(document))


class Sandbox:
    """Reads documents in a child process; use it as a context manager. The child starts with the first document."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def read(self, root: Path, file: SourceFile, mask: bool = True) -> Parsed:
        """The file of the folder `root`, read and parsed; `mask`: without personal identity numbers.

        Raises IndexerError where it cannot be: the reader's own reason, or that it crashed or ran over a limit.
        """
        child = self._start()
        try:
            _send(_pipe(child.stdin), pickle.dumps((root.absolute(), file, mask)))
            reply = self._reply(child)
        except TimeoutError as error:
            self._stop()
            raise IndexerError(f"läsningen tog mer än {error} sekunder och avbröts. Spara om filen.") from error
        except (EOFError, OSError) as error:
            raise IndexerError(_death(self._stop())) from error
        except BaseException:
            self._stop()  # what the child would answer next is the answer to this document
            raise
        if isinstance(reply, Parsed):
            return reply
        if reply.endswith(_MEMORY):
            self._stop()
        raise IndexerError(reply)

    def _reply(self, child: subprocess.Popen[bytes]) -> Parsed | str:
        seconds = self._limits.seconds
        started = time.monotonic()
        while True:
            kind, value = _loads(_receive(_pipe(child.stdout), started + seconds, seconds))
            if kind == "patience":
                seconds = self._limits.patience
            elif kind == "parsed" and isinstance(value, Parsed):
                return value
            else:
                return str(value)

    def _start(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            home = str(Path(__file__).resolve().parent.parent)
            passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            single = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
            self._child = subprocess.Popen(
                [sys.executable, "-m", "indexer.sandbox", str(self._limits.memory)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
                env=passed | single | {"PYTHONPATH": home, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            )  # fmt: skip
        return self._child

    def _stop(self) -> int | None:
        """Ends the child and all that it started; its exit status, if it had ended by itself."""
        child, self._child = self._child, None
        if child is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.5 if _at_end(child) else 0)
        status = child.poll()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return status


class Sandboxes:
    """As many sandboxes as there are workers, for threads that read at the same time; a context manager.

    The one used last goes first, so that a run with little to read starts one child.
    """

    def __init__(self, workers: int, limits: Limits | None = None) -> None:
        self._all = tuple(Sandbox(limits) for _ in range(workers))
        self._free: LifoQueue[Sandbox] = LifoQueue()
        for one in reversed(self._all):
            self._free.put(one)

    def __enter__(self) -> "Sandboxes":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in self._all:
            one.__exit__(kind, error, at)

    def read(self, root: Path, file: SourceFile, mask: bool = True) -> Parsed:
        """As `Sandbox.read`; waits while all are at work."""
        sandbox = self._free.get()
        try:
            return sandbox.read(root, file, mask)
        finally:
            self._free.put(sandbox)


_MEMORY = "mer minne än gränsen. Dela upp eller spara om filen."


def _death(status: int | None) -> str:
    if status is not None and status < 0:
        return f"läsaren kraschade ({signal.Signals(-status).name}). Filen är skadad; spara om den."
    return f"läsaren avslutades oväntat (status {status}). Filen är skadad; spara om den."


def _at_end(child: subprocess.Popen[bytes]) -> bool:
    """Whether the child has closed its end, so that it is about to be gone."""
    return bool(select.select([_pipe(child.stdout)], [], [], 0)[0])


def _pipe(pipe: Any) -> Any:  # noqa: ANN401 - Popen types its pipes as optional
    if pipe is None:
        raise EOFError
    return pipe


def _send(pipe: BinaryIO, data: bytes) -> None:
    pipe.write(_HEADER.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: BinaryIO, deadline: float, seconds: float) -> bytes:
    """The next message. Raises TimeoutError(seconds) after the deadline, EOFError where the other end is gone."""
    (size,) = _HEADER.unpack(_exactly(pipe, _HEADER.size, deadline, seconds))
    if size > _MAX_REPLY:
        raise EOFError
    return _exactly(pipe, size, deadline, seconds)


def _exactly(pipe: BinaryIO, size: int, deadline: float, seconds: float) -> bytes:
    parts, missing = [], size
    while missing:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError(f"{seconds:g}")
        part = os.read(pipe.fileno(), min(missing, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


class _Records(pickle.Unpickler):
    """Takes the project's records and nothing else: what comes from the child may have been made by a hostile file."""

    def find_class(self, module: str, name: str) -> type[Any]:
        if module == "indexer.records" and name in _NAMES:
            return getattr(records, name)  # type: ignore[no-any-return]
        if name == "Parsed":
            return Parsed
        raise pickle.UnpicklingError(name)


_NAMES = frozenset("Document Line Sidecar Meeting Attendee AgendaItem Decision Assignment Attachment".split())


def _loads(data: bytes) -> tuple[str, Any]:
    try:
        kind, value = _Records(io.BytesIO(data)).load()
    except Exception as error:  # whatever a broken or forged message makes pickle raise
        raise EOFError from error
    return kind, value


# The child


def main() -> None:
    """Answers requests on stdin until it closes: ("parsed", Parsed) or ("failed", reason), after ("patience", None)."""
    _limit(int(sys.argv[1]))
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not break the messages
    read = partial(read_document, patience=lambda: _send(target, pickle.dumps(("patience", None))))
    while True:
        try:
            (size,) = _HEADER.unpack(source.read(_HEADER.size))
        except struct.error:
            return
        root, file, mask = pickle.loads(source.read(size))  # nosec B301 - from our own parent
        _send(target, _answer(root, file, mask, read))


def _answer(root: Path, file: SourceFile, mask: bool, read: Callable[[Path, Path], Document]) -> bytes:
    try:
        parsed = read_and_parse(root, file, mask, read)
        return pickle.dumps(("parsed", parsed))
    except IndexerError as error:
        return pickle.dumps(("failed", str(error)))
    except MemoryError:
        return pickle.dumps(("failed", f"{Path(file.path).name!r}: filen kräver {_MEMORY}"))
    except Exception as error:  # a fault in a reader or the parser: told as such
        return pickle.dumps(("failed", f"oväntat fel, {type(error).__name__}: {error}"))


def _limit(memory: int) -> None:
    """Bounds this process; the hard bound on memory leaves room for LibreOffice, which sets its own."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000_000, 1_000_000_000))


if __name__ == "__main__":
    main()
