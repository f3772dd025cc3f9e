"""Which groups a person is a member of, asked of Microsoft Graph and remembered for a short while."""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.logs import name_error

if TYPE_CHECKING:
    import aiohttp

logger = logging.getLogger(__name__)

GRAPH = "https://graph.microsoft.com"
SCOPE = f"{GRAPH}/.default"
KEEP = 300.0
"""Seconds that a person's groups are remembered: so long a membership that ended still counts."""
KEEP_FAILURE = 10.0
"""Seconds until Graph is asked again after it could not be asked: nobody waits for it at every question."""
PATIENCE = 3.0
"""Seconds that a question waits for all that Graph is asked."""
AT_ONCE = 20
"""Groups that Graph checks in one request."""
KEPT_PEOPLE = 2_000

_OBJECT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class GraphError(Exception):
    """Graph gave no answer that could be used."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What Graph said of a person: of these groups, those they are in, and until when that counts."""

    asked: frozenset[str]
    member: frozenset[str]
    until: float


class Groups:
    """Memberships, as Graph tells them to the application with its token."""

    def __init__(
        self,
        session: "aiohttp.ClientSession",
        token: Callable[[], Awaitable[str]],
        base: str = GRAPH,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._token, self._base, self._clock = session, token, base, clock
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def among(self, user: str, ids: Collection[str]) -> frozenset[str]:
        """Those of the groups (object ids, lower case) that the user is in, through other groups too.

        None of them where Graph cannot be asked: never raises.
        """
        groups = frozenset(one for one in ids if one != user and _OBJECT_ID.fullmatch(one))
        if not groups or not _OBJECT_ID.fullmatch(user):
            return frozenset()
        known = self._known.get(user)
        if known is None or known.until <= self._clock() or not groups <= known.asked:
            known = self._known[user] = await self._ask(user, groups)
            self._known.move_to_end(user)
            if len(self._known) > KEPT_PEOPLE:
                self._known.popitem(last=False)
        return known.member & groups

    async def _ask(self, user: str, groups: frozenset[str]) -> _Known:
        ordered = sorted(groups)
        try:
            async with asyncio.timeout(PATIENCE):
                token = await self._token()
                parts = [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]
                found = await self._check_all(user, parts, token)
        except Exception as error:
            logger.warning("Graph could not be asked for groups, so none count: %s", name_error(error))
            return _Known(groups, frozenset(), self._clock() + KEEP_FAILURE)
        return _Known(groups, found & groups, self._clock() + KEEP)

    async def _check_all(self, user: str, parts: list[list[str]], token: str) -> frozenset[str]:
        return frozenset().union(*await asyncio.gather(*(self._check(user, part, token) for part in parts)))

    async def _check(self, user: str, groups: list[str], token: str) -> frozenset[str]:
        """Those of at most `AT_ONCE` groups that the user is in. Raises GraphError, or what aiohttp raises.

        Rules name people and groups alike. Where Graph takes a request amiss since one of them is no group of the
        tenant, they are asked for one by one, so that one mistake in the rules shuts nobody else out.
        """
        async with self._session.post(
            f"{self._base}/v1.0/users/{user}/checkMemberGroups",
            json={"groupIds": groups},
            headers={"Authorization": f"Bearer {token}"},
            allow_redirects=False,
        ) as response:
            if response.status in (400, 404):
                return await self._check_all(user, [[one] for one in groups], token) if groups[1:] else frozenset()
            if response.status != 200:
                raise GraphError(f"status {response.status}")
            value = (await response.json()).get("value")
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise GraphError("an answer of another form")
        return frozenset(one.casefold() for one in value)
