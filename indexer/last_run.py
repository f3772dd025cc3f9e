"""How the last run went, in a small file beside the index: written when it fails, too."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from indexer.database import Place
from indexer.durable import write_whole
from indexer.generation import Generation
from indexer.records import BusyError, IndexerError, UnavailableError
from indexer.report import Report

FILE = "last-run.json"
DONE, PARTLY, FAILED = "done", "partly", "failed"
"""All is in the index; documents could not be read; the run changed nothing."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run: `outcome` is done | partly | failed, `at` when it ended, `looked` when a run last brought the index
    up to date with the source (None: never); both UTC, ISO 8601. `failed` documents could not be read; `reason` is the
    message of a run that failed.
    """

    outcome: str
    at: str
    looked: str | None = None
    seconds: float = 0.0
    generation: int = 0
    documents: int = 0
    failed: int = 0
    reason: str = ""


def read_last_run(index_dir: Place) -> LastRun | None:
    """What is noted of the last run; None where nothing is, or it cannot be read."""
    try:
        found = LastRun(**json.loads((index_dir / FILE).read_bytes()))
        for moment in (found.at, *([found.looked] if found.looked else [])):
            datetime.fromisoformat(moment)
    except (OSError, ValueError, TypeError, UnavailableError):
        return None
    return found


@contextmanager
def noted_run(index_dir: Place, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[list[Report]]:
    """Notes how the run inside goes, by the report that it puts in the list, or the error that it ends with.

    What cannot be noted is let be: the run matters more. A run that was refused since another is at work leaves the
    note to that one.
    """
    started, reports = now(), list[Report]()
    try:
        yield reports
    except BusyError:
        raise
    except BaseException as error:
        before = read_last_run(index_dir)
        reason = str(error) if isinstance(error, IndexerError) else type(error).__name__
        _note(index_dir, LastRun(FAILED, _iso(now()), before.looked if before else None, reason=reason), started)
        raise
    for one in reports[-1:]:
        at = _iso(now())
        outcome = PARTLY if one.failed else DONE
        _note(index_dir, LastRun(outcome, at, at, 0.0, one.generation, one.documents, len(one.failed)), started)


def drop_reason(index_dir: Place, names: Collection[str]) -> None:
    """Takes out of the note why the last run failed, where that names one of these: a document that is forgotten."""
    noted = read_last_run(index_dir)
    if noted is not None and any(name in noted.reason for name in names):
        _write(index_dir, replace(noted, reason="Felet gällde ett dokument som sedan har glömts."))


def looked_at(generation: Generation) -> datetime:
    """When a run last brought the generation's index up to date with its source, in UTC."""
    noted = read_last_run(generation.index)
    built = _moment(generation.manifest.built_at)
    return max(built, _moment(noted.looked)) if noted and noted.looked else built


def _note(index_dir: Place, run: LastRun, started: datetime) -> None:
    _write(index_dir, replace(run, seconds=round((_moment(run.at) - started).total_seconds(), 1)))


def _write(index_dir: Place, run: LastRun) -> None:
    data = json.dumps(asdict(run), ensure_ascii=False, sort_keys=True, indent=1)
    with suppress(IndexerError):
        write_whole(index_dir / FILE, data.encode())


def _moment(iso: str) -> datetime:
    found = datetime.fromisoformat(iso)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
