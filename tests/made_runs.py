"""Runs of `motesminnet index` that are killed or whose file operations fail, and a reader that asks meanwhile.

The command is the real one but for two things: `made_index.TopicEmbedder` stands for the model, which takes seconds to
load, and documents are read in the run's own process, not in a child, which takes a second to start. Each run is a
process, forked from one that has imported everything and done nothing yet.
"""

import errno
import io
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from made_index import MODEL, TopicEmbedder

from bot.pipeline import Library, answer_now
from bot.shelf import Shelf
from indexer.generation import KEEP, load_current
from indexer.records import IndexerError

SHORT = "MOTESMINNET_SHORT" in os.environ
"""Whether the long suites are to be run in their short form."""
QUESTION = "vad beslutades om vattenplanen?"
BODIES = ("Nämnden Granvik", "Ledningsgruppen Sjövik", "Socialchefsnätverket Norrdal")
TEXT = """\
Minnesanteckningar
{body}
Datum: fredag 4 mars 2022

1. Vattenplanen
Arbetet med vattenplanen är klart.
Beslut: Gruppen antar vattenplan nummer {version}.

2. Färdtjänsten
Upphandlingen av färdtjänsten är försenad till hösten.
"""
DAY = date(2025, 1, 15)
OPERATIONS = ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.scandir", "os.listdir", "sqlite3.connect")
"""Audit events of operations on files; writing and fsync have none, and are counted besides."""
COUNTED = "\n\0operations "
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE)


def write_version(source, version):
    """Minutes of three bodies, each with a decision that holds the version."""
    source.mkdir(exist_ok=True)
    for n, body in enumerate(BODIES):
        (source / f"m{n}.txt").write_text(TEXT.format(body=body, version=version), encoding="utf-8")


def version_of(library):
    """The version that an answer gives. Raises AssertionError where it is not whole, or of two versions."""
    answer = answer_now(QUESTION, library, TopicEmbedder, DAY)
    versions = [found[1] for c in answer.citations if (found := re.search(r"nummer (\d+)", c.quote))]
    assert len(versions) == len(BODIES), f"incomplete: {answer.text}"
    assert len(set(versions)) == 1, f"mixed: {answer.text}"
    return int(versions[0])


def left_over(index):
    """What lies in the index directory and should not when no run is at work."""
    known = {"CURRENT", "lock", "last-run.json"}
    generations = [path for path in index.iterdir() if re.fullmatch(r"gen-\d{6}", path.name)]
    strangers = [path.name for path in index.iterdir() if path.name not in known and path not in generations]
    files = {"register.db", "vectors.faiss", "manifest.json", "seal"}
    strangers += [str(path) for g in generations for path in g.iterdir() if path.name not in files]
    return strangers + [path.name for path in sorted(generations)[:-KEEP]]


@dataclass
class Reader:
    """Asks without a pause, of a shelf as the bot has it and of an index opened anew each time."""

    index: Path
    answers: int = 0
    versions: set = field(default_factory=set)
    failures: list = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _read(self):
        shelf = Shelf(self.index, later=True)
        while not self._stop.is_set():
            for opened in (lambda: self._shelved(shelf), lambda: load_current(self.index, Library)):
                try:
                    self.versions.add(version_of(opened()))
                    self.answers += 1
                except IndexerError as error:
                    if "Det finns inget index" not in str(error) or self.answers:
                        self.failures.append(str(error))
                except Exception as error:
                    self.failures.append(repr(error))

    def _shelved(self, shelf):
        shelf.refresh()
        assert shelf.problem() is None or shelf.opened() is None, shelf.problem()
        return shelf.library()


class Runs:
    """Starts runs, several at the same time where several are asked for. Use it as a context manager."""

    def __enter__(self):
        here = Path(__file__).resolve()
        paths = os.pathsep.join([str(here.parent), str(here.parent.parent)])
        self._process = subprocess.Popen(
            [sys.executable, str(here)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def together(self, *requests):
        """What became of each run: a dict with status, what it said, and how many operations it made."""
        self._process.stdin.write(json.dumps(requests) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def __call__(self, source, index, **request):
        """What became of one run. `kill` and `fail` are the number of the operation that kills it or fails (with
        `errno`, and only of those whose name begins with `only`); `limit` the largest file in bytes; `after` the
        seconds until it is killed, from its start or, with `switched`, from when CURRENT was replaced; `options` are
        further ones of the command.
        """
        return self.together({"source": str(source), "index": str(index), **request})[0]


# In the process that runs are forked from


def _serve():
    import faiss  # noqa: F401 - imported once, for all runs
    import rich.progress  # noqa: F401
    import sqlite_utils  # noqa: F401

    import indexer.build
    import indexer.embed
    import indexer.model
    import indexer.sandbox  # noqa: F401

    for line in sys.stdin:
        sys.stdout.write(json.dumps(_all(json.loads(line))) + "\n")
        sys.stdout.flush()


def _all(requests):
    runs = [_Run(request) for request in requests]
    while alive := [run for run in runs if run.status is None]:
        for run in alive:
            run.look()
        if len(alive) == 1 and (gate := alive[0].request.get("gate")):
            Path(gate).touch()
        time.sleep(0.0005)
    return [{"status": run.status, **run.told()} for run in runs]


class _Run:
    def __init__(self, request):
        self.request, self.status = request, None
        self._pointer = Path(request["index"]) / "CURRENT"
        self._before = self._read_pointer()
        self._from = None if request.get("switched") else time.monotonic()
        self._out = os.memfd_create("run")
        self._child = os.fork()
        if not self._child:
            _child(request, self._out)

    def look(self):
        if self._from is None and self._read_pointer() != self._before:
            self._from = time.monotonic()
        if "after" in self.request and self._from is not None and time.monotonic() - self._from > self.request["after"]:
            os.kill(self._child, signal.SIGKILL)
        pid, status = os.waitpid(self._child, os.WNOHANG)
        if pid:
            self.status = os.waitstatus_to_exitcode(status)

    def told(self):
        """What the run said, and the number of operations it made, the last line of it."""
        with os.fdopen(self._out, "r", encoding="utf-8", errors="replace") as file:
            file.seek(0)
            said, _, count = file.read().rpartition(COUNTED)
        return {"said": said, "operations": int(count)} if count.isdigit() else {"said": said + count}

    def _read_pointer(self):
        try:
            return self._pointer.read_bytes()
        except OSError:
            return b""


def _child(request, out):
    """The run itself; it never returns."""
    status = 70
    try:
        os.dup2(out, 1)
        os.dup2(out, 2)
        faults = _Faults(request)
        faults.install()
        status = _index(request)
        faults.on = False
        os.write(out, f"{COUNTED}{faults.count}".encode())
    except BaseException:
        import traceback

        os.write(out, traceback.format_exc().encode())
    finally:
        os._exit(status)


def _index(request):
    from unittest import mock

    from bot.cli import main
    from indexer.sandbox import read_and_parse

    def embedder(model, *rest):
        if gate := request.get("gate"):
            while not Path(gate).exists():
                time.sleep(0.01)
        return TopicEmbedder(model.id)

    arguments = ["index", request["source"], "--index", request["index"], *request.get("options", ())]
    if limit := request.get("limit"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    with (
        mock.patch("indexer.model.choose_model", lambda setting: MODEL),
        mock.patch("indexer.embed.load_indexing_embedder", embedder),
        mock.patch("indexer.sandbox.Sandbox.read", lambda sandbox, *asked: read_and_parse(*asked)),
    ):
        try:
            main.main(arguments)
        except SystemExit as end:
            return int(end.code or 0)
        finally:
            sys.stdout.flush()


class _Faults:
    """Counts the operations of this process on the files of an index, and lets one of them kill it or fail."""

    def __init__(self, request):
        self.count, self.on = 0, True
        self._request, self._index = request, request["index"]

    def install(self):
        real_open, real_fsync = io.open, os.fsync

        def fsync(descriptor):
            self._meet("fsync")
            return real_fsync(descriptor)

        def open_file(file, mode="r", *rest, **options):
            if "w" in mode and self._index in str(file):
                return io.BufferedWriter(_File(file, mode, self._meet))
            return real_open(file, mode, *rest, **options)

        os.fsync, io.open = fsync, open_file
        sys.addaudithook(self._hear)

    def _hear(self, event, arguments):
        if self.on and event in OPERATIONS:
            path = os.fspath(arguments[0]) if isinstance(arguments[0], str | os.PathLike) else "/"
            if self._index in path or not path.startswith("/"):  # removing a tree names its files by themselves
                self._meet(event)

    def _meet(self, operation):
        if not operation.startswith(self._request.get("only", "")):
            return
        self.count += 1
        if self.count == self._request.get("kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.count == self._request.get("fail"):
            told = self._request["errno"], os.strerror(self._request["errno"])
            raise sqlite3.OperationalError(*told) if operation == "sqlite3.connect" else OSError(*told)


class _File(io.FileIO):
    def __init__(self, file, mode, meet):
        super().__init__(file, mode.replace("b", ""))
        self._meet = meet

    def write(self, data):
        self._meet("write")
        return super().write(data)


if __name__ == "__main__":
    _serve()
