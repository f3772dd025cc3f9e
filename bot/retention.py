"""What the running bot has kept for long enough is deleted: the nightly run calls this."""

from collections.abc import Iterator
from pathlib import Path

from bot import answered, conversations, feedback
from bot.state import Tables, erase
from indexer.database import Entry, Place

DAY = 86_400.0


def prune_state(state: Place, feedback_days: int, now: float) -> int:
    """How many rows were too old and are now deleted, also from the disk; `now` in seconds since 1970.

    Feedback is kept for `feedback_days`, the rest for as long as its own module says. The bot may be running.
    Raises BotError where a file cannot be written.
    """
    return sum(_prune(path, table, now - keep) for path, table, keep in _kept(state, feedback_days))


def _kept(state: Place, feedback_days: int) -> Iterator[tuple[Path | Entry, str, float]]:
    """The tables of the state, and the seconds that a row of each is kept."""
    yield state / feedback.FILE, "feedback", feedback_days * DAY
    yield state / feedback.FILE, "answers", feedback.KEEP
    yield state / conversations.FILE, "turns", conversations.KEEP
    yield state / answered.FILE, "answered", answered.KEEP


def _prune(path: Path | Entry, table: str, oldest: float) -> int:
    def delete(tables: Tables) -> int:
        gone: int = tables.execute(f"DELETE FROM {table} WHERE at < ?", (oldest,)).rowcount
        return gone

    return erase(path, delete, "Det som är för gammalt går inte att gallra")
