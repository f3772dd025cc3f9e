"""The library that answers, and how a newer one takes its place: opened in the background, left out where it is bad."""

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable

from bot.pipeline import Library
from indexer.database import Database, Place
from indexer.generation import current_seal, find_whole, load_current
from indexer.records import DamagedError, IndexerError, UnavailableError

logger = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds between two looks for a newer generation."""
LOOK_DATABASE = 0.3
"""The same for a database: its older generation cannot be read once a newer one is there."""
AGAIN = 60.0
"""Seconds before a generation that could not be opened is tried once more: each time reads all of it."""
FAULTS = (IndexerError, OSError, sqlite3.Error, MemoryError)
"""What may go wrong with an index, and must not stop the one that answers."""


def _nothing(_: Library) -> None:
    return


class Shelf:
    """The library that answers now. Threads may share it.

    A newer generation is opened beside it, and takes its place only when it is whole and ready; a bad one never does.
    Where the bot starts with a damaged one, the newest whole one before it answers: a fault costs freshness, not truth.
    """

    def __init__(
        self,
        index: Place,
        *,
        later: bool = False,
        prepare: Callable[[Library], None] = _nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens the index, or, with `later`, when a library is first asked for: it may not have been built yet.

        `prepare` does what must be done before a library answers its first question; what it raises counts as the
        generation's fault. Raises IndexerError where there is nothing to answer from.
        """
        self._index, self._prepare, self._clock = index, prepare, clock
        self.look = LOOK_DATABASE if isinstance(index, Database) else LOOK
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._error: IndexerError | None = None
        self._tried: tuple[str, float] | None = None
        if not later:
            self.library()

    def library(self) -> Library:
        """The library that answers now, without waiting for a newer one; an answer uses one throughout.

        Only the first is opened here. Raises IndexerError where there is none to open.
        """
        if self._library is None:
            self.refresh()
        if self._library is None:
            raise self._error or IndexerError(f"Det finns inget index i {str(self._index)!r}.")
        return self._library

    def opened(self) -> Library | None:
        """The library that answers now; None before the first."""
        return self._library

    def problem(self) -> str | None:
        """Why the generation that should answer does not, in Swedish; None where it does."""
        return None if self._error is None else str(self._error)

    def refresh(self) -> None:
        """Opens the generation in use where it is another than the one that answers, and lets it answer from now on.

        Where that fails the old one goes on, which is logged, once. Blocking: this is for a thread in the background.
        """
        with self._lock:
            try:
                self._take_newest()
            except UnavailableError as error:  # says nothing about the generation: try it again at the next look
                self._tried = None
                self._note(error)
            except FAULTS as error:
                self._note(error)
                if self._library is None and isinstance(error, DamagedError):
                    self._take_older()

    def _take_newest(self) -> None:
        seal = current_seal(self._index)
        if self._library is not None and self._library.generation.seal == seal:
            self._note(None)
        elif seal is None or not self._was_just_tried(seal):
            self._tried = (seal or "", self._clock())
            self._take(load_current(self._index, Library))
            self._note(None)

    def _was_just_tried(self, seal: str) -> bool:
        return self._tried is not None and self._tried[0] == seal and self._clock() - self._tried[1] < AGAIN

    def _take_older(self) -> None:
        older = find_whole(self._index)
        if older is not None:
            with contextlib.suppress(*FAULTS):
                self._take(Library(older))

    def _take(self, library: Library) -> None:
        self._prepare(library)
        self._library = library
        logger.info("An index generation answers from now on", extra={"generation": library.generation.number})

    def _note(self, fault: Exception | None) -> None:
        if fault is None or isinstance(fault, IndexerError):
            error = fault
        else:
            error = IndexerError(f"Indexet går inte att läsa ({type(fault).__name__}).")
        if error is not None and str(error) != self.problem():
            logger.warning("The newest index cannot be used: %s", error)
        self._error = error


class Watch:
    """A thread that refreshes a shelf every so many seconds (None: as often as suits it), until it is closed."""

    def __init__(self, shelf: Shelf, seconds: float | None = None) -> None:
        self._shelf, self._seconds = shelf, shelf.look if seconds is None else seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._shelf.refresh()
            except Exception:  # whatever it is, the next look may find it gone
                logger.exception("Looking for a newer index failed")
