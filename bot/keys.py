"""The keys that sign Bot Framework's tokens: read from their published form, kept fresh, found by id."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bot.logs import name_error

logger = logging.getLogger(__name__)

REFRESH = 900.0
"""Seconds between two fetches: what is withdrawn is gone well within the hour."""
RETRY = (5.0, 15.0, 30.0, 60.0, 120.0)
"""Seconds to wait after a fetch that failed, the second in a row, and so on."""
UNKNOWN = 300.0
"""Seconds between two fetches that an unknown key id may set off."""
STALE = 86_400.0
"""Seconds that keys serve while the identity server cannot be reached. After that nobody is let in: whoever holds a
withdrawn key must not be able to keep it alive by cutting the bot off.
"""
FETCH = 3.0
"""Seconds a fetch may take in all."""
MIN_BITS = 2048


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the channels whose activities it may vouch for."""

    public: RSAPublicKey
    endorsements: frozenset[str]


Keys = Mapping[str, Key]
Fetch = Callable[[], Awaitable[Keys]]


def read_keys(jwks: object) -> dict[str, Key]:
    """The keys by id of a JSON Web Key Set. Keys that are not for RSA signatures, or too short, are passed over.

    Raises ValueError where none is left: an empty set is a fault of the server, not the end of all keys.
    """
    listed = jwks.get("keys") if isinstance(jwks, dict) else None
    found: dict[str, Key] = {}
    for jwk in listed if isinstance(listed, list) else []:
        key = _read_key(jwk)
        if key is not None:
            found.setdefault(jwk["kid"], key)
    if not found:
        raise ValueError("no usable key")
    return found


def _read_key(jwk: object) -> Key | None:
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str):
        return None
    if jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
        return None
    try:
        public = jwt.algorithms.RSAAlgorithm.from_jwk(jwk)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < MIN_BITS:
        return None
    endorsed = jwk.get("endorsements")
    return Key(
        public, frozenset(e for e in endorsed if isinstance(e, str)) if isinstance(endorsed, list) else frozenset()
    )


class KeyStore:
    """The keys in use. `run` keeps them fresh in the background, so that no question waits for a fetch.

    `clock` gives seconds that only go forward, as `time.monotonic` does.
    """

    def __init__(self, fetch: Fetch, clock: Callable[[], float]) -> None:
        self._fetch, self._clock = fetch, clock
        self._keys: Keys = {}
        self._fetched: float | None = None
        self._asked: float | None = None
        self._failures = 0
        self._running: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> Key | None:
        """The key with this id, or None. An unknown id fetches the keys anew, at most once in five minutes."""
        key = self._current().get(kid)
        if key is None and self._may_ask():
            await self.refresh()
            key = self._current().get(kid)
        return key

    async def refresh(self) -> None:
        """Fetch the keys now, or wait for the fetch that is under way. When it fails, the old keys stay."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._refresh())
        await asyncio.shield(self._running)

    async def run(self) -> None:
        """Fetch for ever, sooner after a failure. Ends by being cancelled."""
        while True:
            await self.refresh()
            await asyncio.sleep(RETRY[min(self._failures, len(RETRY)) - 1] if self._failures else REFRESH)

    async def close(self) -> None:
        """Give up a fetch that is under way."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    def age(self) -> float | None:
        """Seconds since the keys were last fetched, or None where there are none to use."""
        return self._clock() - self._fetched if self._fetched is not None and self._current() else None

    def _current(self) -> Keys:
        if self._fetched is None or self._clock() - self._fetched > STALE:
            return {}
        return self._keys

    def _may_ask(self) -> bool:
        """Whether an unknown key id may set off a fetch, or wait for one."""
        if self._running is not None and not self._running.done():
            return True
        if self._asked is not None and self._clock() - self._asked < UNKNOWN:
            return False
        self._asked = self._clock()
        return True

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(FETCH):
                self._keys = await self._fetch()
        except Exception as error:  # whatever it is, the old keys serve on
            self._failures += 1
            logger.warning("Keys could not be fetched (%d in a row): %s", self._failures, name_error(error))
        else:
            self._fetched, self._failures = self._clock(), 0
