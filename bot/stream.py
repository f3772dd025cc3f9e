"""An answer shown while it is written: what Teams wants of such a stream, without sending anything."""

from collections.abc import Callable
from typing import Any

PACE = 1.0
"""Seconds between two parts: Teams takes no more."""
LONGEST = 110.0
"""Seconds that a stream may go on; Teams ends it after two minutes."""


class Stream:
    """The state of one stream. `clock` gives seconds that only go forward.

    A part holds the whole text so far, so that one that comes too soon can be left out.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._id: str | None = None
        self._sequence = 0
        self._began = self._last = float("-inf")
        self._over = False

    def part(self, kind: str, text: str) -> dict[str, Any] | None:
        """The activity that shows this text (kind: informative | streaming), or None where it is not to be sent now."""
        now = self._clock()
        if self._sequence == 0:
            self._began = now
        if self._over or not text or now - self._last < PACE or now - self._began > LONGEST:
            return None
        self._last = now
        self._sequence += 1
        info = {"type": "streaminfo", "streamType": kind, "streamSequence": self._sequence}
        return {"type": "typing", "text": text, "entities": [info | self._named()]}

    def sent(self, given: str) -> None:
        """Note the id that the first part was given; the rest of the stream goes by it."""
        self._id = self._id or given or None

    def stop(self) -> None:
        """Show no more: a part was refused, as when the reader stopped it."""
        self._over = True

    def end(self) -> dict[str, Any] | None:
        """The entity that makes the next message the stream's last, or None where nothing was shown."""
        if self._id is None or self._over:
            return None
        self._over = True
        return {"type": "streaminfo", "streamType": "final"} | self._named()

    def _named(self) -> dict[str, str]:
        return {"streamId": self._id} if self._id else {}
