"""The file `access.toml`: read again whenever it has changed, its last good rules kept while it cannot be used."""

import logging
import threading
from pathlib import Path

from bot.access import Rules, parse_rules
from bot.records import BotError

logger = logging.getLogger(__name__)


class AccessFile:
    """Today's rules. Threads may share it. The file is read for every question (some 20 microseconds): its time of
    change would miss a second change within the clock's tick.
    """

    def __init__(self, path: Path, *, required: bool = False) -> None:
        """Reads the rules; a file that is not there (unless `required`) makes everything public.

        Raises BotError where there is a file that cannot be used, or none and it is `required`.
        """
        self._path, self._required = path, required
        self._lock = threading.Lock()
        self._data: bytes | None = None
        self._rules = Rules()
        self._problem: str | None = None
        try:
            self._read()
        except BotError as error:
            raise BotError(f"Åtkomstreglerna i {str(path)!r} går inte att använda: {error}") from error
        if self._data is None:
            logger.info("There is no file of access rules: whoever may ask sees all that sidecars do not close")

    def rules(self) -> Rules:
        """The rules of the file as it is now, or the last ones that could be used."""
        with self._lock:
            try:
                self._read()
                self._problem = None
            except BotError as error:
                if self._problem is None:
                    logger.error("The access rules cannot be used, so the last good ones apply: motesminnet access")
                self._problem = str(error)
            return self._rules

    def problem(self) -> str | None:
        """What is wrong with the file now, in Swedish; None where nothing is."""
        self.rules()
        return self._problem

    def _read(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError as error:
            if self._required or self._data is not None:
                raise BotError("filen finns inte. Lägg tillbaka den, eller starta om utan den.") from error
            return
        except OSError as error:
            raise BotError(f"filen går inte att läsa ({error.strerror}).") from error
        if data != self._data:
            self._rules = parse_rules(data)
            self._data = data
            logger.info("Access rules were read, and apply from now on")
