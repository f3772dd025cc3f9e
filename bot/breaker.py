"""A circuit breaker: a service that keeps failing is left alone for a while."""

from collections.abc import Callable

FAILURES = 5
"""Failures in a row that open it."""
REST = 30.0
"""Seconds until it is tried again, once."""


class Breaker:
    """Counts failures in a row. `clock` gives seconds that only go forward.

    Ask `allows` before each try, and tell how it went: `succeeded`, `failed`, or `gave_up` where it ended without
    saying anything about the service.
    """

    def __init__(self, clock: Callable[[], float], failures: int = FAILURES, rest: float = REST) -> None:
        self._clock, self._limit, self._rest = clock, failures, rest
        self._failures = 0
        self._opened: float | None = None
        self._trying = False

    @property
    def is_open(self) -> bool:
        """Whether it is open: tries are refused, but for one when the rest is over."""
        return self._opened is not None

    def allows(self) -> bool:
        """Whether to try now. After the rest one caller gets to try, the others wait for how that goes."""
        if self._opened is None:
            return True
        if self._trying or self._clock() - self._opened < self._rest:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """It worked: the count starts anew, and it is closed."""
        self._failures, self._opened, self._trying = 0, None, False

    def failed(self) -> None:
        """It failed: after so many in a row, or when it was tried after a rest, it is open from now on."""
        self._failures, self._trying = self._failures + 1, False
        if self._failures >= self._limit:
            self._opened = self._clock()

    def gave_up(self) -> None:
        """The try ended without telling anything, as when nobody waits for it any longer."""
        self._trying = False
