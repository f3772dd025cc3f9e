"""How old the index is, told where answers lean on an old one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.records import Answer
from indexer.dates import english_date, swedish_date
from indexer.generation import Generation
from indexer.last_run import looked_at


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Freshness:
    """When an index counts as old: so many days after a run last looked at its source. `now` knows its time zone."""

    days: int = 2
    now: Callable[[], datetime] = _now

    def tell(self, answer: Answer, generation: Generation) -> Answer:
        """The answer, with the day that the index was last up to date where that is too long ago.

        A source without changes that was looked at last night is fresh, however old the generation is.
        """
        looked, now = looked_at(generation), self.now()
        if answer.intent == "help" or now - looked <= timedelta(days=self.days):
            return answer
        return replace(answer, updated=age_sentence(looked, now, answer.language))


def age_sentence(looked: datetime, now: datetime, language: str) -> str:
    """When the index was up to date, by the reader's own calendar; the year only where it is another.

    >>> then = datetime(2026, 3, 3, 12, tzinfo=UTC)
    >>> age_sentence(then, then + timedelta(days=5), "sv"), age_sentence(then, then + timedelta(days=400), "en")
    ('Uppdaterat 3 mars.', 'Updated 3 March 2026.')
    """
    day = looked.astimezone().date()
    write, word = (english_date, "Updated") if language == "en" else (swedish_date, "Uppdaterat")
    written = write(day.isoformat(), "day")
    if day.year == now.astimezone().year:
        written = written.removesuffix(f" {day.year}")
    return f"{word} {written}."
