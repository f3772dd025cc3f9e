"""The door in front of `/api/messages`: a request is let in as an activity, or refused with a status and a reason.

The reason is for the metrics and the log; the one who asked is told the status alone. Nothing here knows aiohttp or
botbuilder: headers come as a multi-mapping, the body as a function that reads it.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from jwt import PyJWS, PyJWTError

from bot.activity import read_activity, tenants
from bot.config import TeamsSettings
from bot.keys import Key

CHANNEL = "msteams"
ISSUER = "https://api.botframework.com"
"""Who signs what Teams sends. The emulator's tokens and other bots' ("skills") have other issuers: they are off."""
ALGORITHM = "RS256"
SKEW = 300
"""Seconds by which the clocks of sender and bot may differ."""

# Stricter than PyJWT, which takes padding: two spellings of one token would be one too many.
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")
_CONTENT_TYPE = re.compile(r'application/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?', re.IGNORECASE | re.ASCII)
_SERVICE_URL = re.compile(r"https://([a-z0-9.-]+)(?:/[A-Za-z0-9._~-]+)*/?", re.ASCII)
# Spelled out instead of parsed: clients disagree about addresses such as "http://evil.example\\@127.0.0.1".
_LOOPBACK = re.compile(
    r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?(?:/[a-z0-9._~/-]*)?", re.IGNORECASE | re.ASCII
)


class Reason(StrEnum):
    """Why a request is refused. The names are those of the metrics."""

    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"
    SLOW_BODY = "slow_body"
    BROKEN_BODY = "broken_body"
    BAD_ACTIVITY = "bad_activity"
    NO_TOKEN = "no_token"
    MALFORMED_TOKEN = "malformed_token"
    ALGORITHM = "algorithm"
    CLAIMS = "claims"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNKNOWN_KEY = "unknown_key"
    SIGNATURE = "signature"
    ENDORSEMENT = "endorsement"
    CHANNEL = "channel"
    SERVICE_URL = "service_url"
    SERVICE_HOST = "service_host"
    TENANT = "tenant"
    ERROR = "error"

    @property
    def status(self) -> int:
        """The HTTP status of such a refusal: 401 where the token is at fault, 403 where what it is used for is."""
        return _STATUSES.get(self, 401)


_STATUSES = {
    Reason.CONTENT_TYPE: 415,
    Reason.TOO_LARGE: 413,
    **dict.fromkeys((Reason.SLOW_BODY, Reason.BROKEN_BODY, Reason.BAD_ACTIVITY, Reason.ERROR), 400),
    **dict.fromkeys((Reason.ENDORSEMENT, Reason.CHANNEL, Reason.SERVICE_URL, Reason.SERVICE_HOST, Reason.TENANT), 403),
}


class RefusedError(Exception):
    """The request is not let in."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that was let in: the fields of its activity, and the claims of its token (none in local mode)."""

    fields: dict[str, Any]
    claims: Mapping[str, Any]


class Headers(Protocol):
    """The headers of a request, whose names may come more than once and in any case."""

    def getall(self, key: str, default: Sequence[str], /) -> Sequence[str]:
        """All values of a header."""


ReadBody = Callable[[], Awaitable[bytes]]
"""Reads the body of the request; raises RefusedError where it is too large, too slow or broken off."""


class Door(Protocol):
    """What stands in front of the adapter."""

    async def admit(self, headers: Headers, read: ReadBody) -> Admitted:
        """The request as an activity. Raises RefusedError."""


class Gate:
    """The door of a bot that Teams can reach: nothing enters without a token from Bot Framework.

    The body is not read before the token holds, so that nobody else can make the bot work.
    """

    def __init__(
        self,
        settings: TeamsSettings,
        find_key: Callable[[str], Awaitable[Key | None]],
        clock: Callable[[], float],
    ) -> None:
        self._settings, self._find_key, self._clock = settings, find_key, clock

    async def admit(self, headers: Headers, read: ReadBody) -> Admitted:
        """The request as an activity that Teams sent and the bot may answer. Raises RefusedError."""
        check_content_type(headers)
        claims = await self._claims(read_token(headers))
        fields = _activity(await read())
        self._check_activity(fields, claims)
        return Admitted(fields, claims)

    async def _claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that is signed, valid now, and meant for this bot.

        What can be seen without a key is judged first: only a token that looks right is worth fetching keys for.
        """
        kid, claims = unpack(token)
        self._check_claims(claims)
        key = await self._find_key(kid)
        if key is None:
            raise RefusedError(Reason.UNKNOWN_KEY)
        try:
            PyJWS().decode(token, key.public, algorithms=[ALGORITHM])
        except (PyJWTError, ValueError, TypeError) as error:
            raise RefusedError(Reason.SIGNATURE) from error
        if CHANNEL not in key.endorsements:
            raise RefusedError(Reason.ENDORSEMENT)
        return claims

    def _check_claims(self, claims: Mapping[str, Any]) -> None:
        times = [claims.get(name) for name in ("exp", "nbf")]
        texts = [claims.get(name) for name in ("iss", "aud", "serviceurl")]
        if not all(_is_time(one) for one in times) or not all(isinstance(one, str) and one for one in texts):
            raise RefusedError(Reason.CLAIMS)
        if claims["iss"] != ISSUER:
            raise RefusedError(Reason.ISSUER)
        if claims["aud"].casefold() != self._settings.app_id:
            raise RefusedError(Reason.AUDIENCE)
        now = self._clock()
        if claims["exp"] + SKEW <= now:
            raise RefusedError(Reason.EXPIRED)
        if claims["nbf"] - SKEW > now:
            raise RefusedError(Reason.NOT_YET_VALID)

    def _check_activity(self, fields: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
        """Whether the token covers the activity, whose body it does not sign, and the answer stays with Microsoft."""
        if fields.get("channelId") != CHANNEL:
            raise RefusedError(Reason.CHANNEL)
        if fields["serviceUrl"] != claims["serviceurl"]:
            raise RefusedError(Reason.SERVICE_URL)
        address = _SERVICE_URL.fullmatch(fields["serviceUrl"])
        if address is None or address[1] not in self._settings.service_hosts:
            raise RefusedError(Reason.SERVICE_HOST)
        asking = tenants(fields)
        if not asking or not asking <= self._settings.tenants:
            raise RefusedError(Reason.TENANT)


class LocalGate:
    """The door of local mode: no token is asked for, and replies go to addresses on this machine only.

    A web page cannot pass it either: a browser asks before it sends JSON to another site, and gets no leave.
    """

    async def admit(self, headers: Headers, read: ReadBody) -> Admitted:
        """The request as an activity whose answer stays on the machine. Raises RefusedError."""
        check_content_type(headers)
        fields = _activity(await read())
        if not is_loopback(fields["serviceUrl"]):
            raise RefusedError(Reason.SERVICE_HOST)
        return Admitted(fields, {})


def check_content_type(headers: Headers) -> None:
    """Raises RefusedError unless the body is plain JSON in UTF-8."""
    types = headers.getall("Content-Type", [])
    if len(types) != 1 or not _CONTENT_TYPE.fullmatch(types[0].strip()) or headers.getall("Content-Encoding", []):
        raise RefusedError(Reason.CONTENT_TYPE)


def read_token(headers: Headers) -> str:
    """The token of the one Authorization header. Raises RefusedError."""
    values = headers.getall("Authorization", [])
    if not values:
        raise RefusedError(Reason.NO_TOKEN)
    match = _BEARER.fullmatch(values[0])
    if len(values) > 1 or match is None:
        raise RefusedError(Reason.MALFORMED_TOKEN)
    return match[1]


def unpack(token: str) -> tuple[str, Mapping[str, Any]]:
    """The key id and the claims of a token whose signature is not checked yet. Raises RefusedError."""
    try:
        parts = PyJWS().decode_complete(token, options={"verify_signature": False})
        claims = json.loads(parts["payload"])
    except (PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise RefusedError(Reason.MALFORMED_TOKEN) from error
    header = parts["header"]
    if header.get("alg") != ALGORITHM:
        raise RefusedError(Reason.ALGORITHM)
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid or not isinstance(claims, dict):
        raise RefusedError(Reason.MALFORMED_TOKEN)
    return kid, claims


def is_loopback(service_url: str) -> bool:
    """Whether replies to this address stay on the machine."""
    return _LOOPBACK.fullmatch(service_url) is not None


def _activity(body: bytes) -> dict[str, Any]:
    try:
        return read_activity(body)
    except ValueError as error:
        raise RefusedError(Reason.BAD_ACTIVITY) from error


def _is_time(value: object) -> bool:
    """Whether a claim is a time in seconds: JSON knows numbers that no clock does."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53
