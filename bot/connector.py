"""Replies on their way out: what the SDK's adapter needs of a connector client, with aiohttp under it.

The SDK's own client sends in the loop's shared thread pool, fetches its token in the loop itself, makes two HTTP
clients a turn, and checks every field of what it writes. Here the loop sends, so that no reply waits behind a search.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any
from urllib.parse import quote

import aiohttp
from botbuilder.schema import Activity, ResourceResponse
from botframework.connector.auth import ConnectorFactory
from msrest.serialization import Model, Serializer
from yarl import URL

from bot.respond import DeliveryError

ATTEMPTS = 4
LONGEST_WAIT = 20.0
"""Seconds to wait at most before a message is sent again."""
SEND = aiohttp.ClientTimeout(total=10)
HEADERS = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}

Token = Callable[[], Awaitable[str]]
Sleep = Callable[[float], Awaitable[None]]


class Sender:
    """Sends activities with aiohttp: never redirected, and again only when the service asks for patience.

    Anything else than 429 is not sent again, since the message may have arrived.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        token: Token | None,
        retried: Callable[[], None],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._session, self._token, self._retried, self._sleep = session, token, retried, sleep

    async def send(self, method: str, url: str, activity: Activity) -> ResourceResponse:
        """The service's reply. Raises DeliveryError where it is no success, aiohttp's errors where none comes."""
        data = json.dumps(write_activity(activity)).encode()
        for attempt in range(1, ATTEMPTS + 1):
            headers = {**HEADERS, **await self._authorization()}
            async with self._session.request(
                method, URL(url, encoded=True), data=data, headers=headers, allow_redirects=False, timeout=SEND
            ) as received:
                body = await received.read()
            if received.status != 429 or attempt == ATTEMPTS:
                break
            self._retried()
            await self._sleep(patience(received.headers.get("Retry-After"), attempt))
        if not 200 <= received.status < 300:
            raise DeliveryError(received.status)
        return ResourceResponse(id=_id_in(body))

    async def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self._token()}"} if self._token is not None else {}


class Conversations:
    """The operations that the SDK's adapter calls, under the SDK's names."""

    def __init__(self, sender: Sender, service_url: str) -> None:
        self._sender, self._address = sender, f"{service_url.rstrip('/')}/v3/conversations"

    async def send_to_conversation(self, conversation: str, activity: Activity) -> ResourceResponse:
        """Add the activity to the conversation. Raises as `Sender.send`."""
        return await self._sender.send("POST", self._url(conversation), activity)

    async def reply_to_activity(self, conversation: str, message: str, activity: Activity) -> ResourceResponse:
        """Add the activity as a reply to a message. Raises as `Sender.send`."""
        return await self._sender.send("POST", self._url(conversation, message), activity)

    async def update_activity(self, conversation: str, message: str, activity: Activity) -> ResourceResponse:
        """Put the activity in place of a message. Raises as `Sender.send`."""
        return await self._sender.send("PUT", self._url(conversation, message), activity)

    def _url(self, conversation: str, *message: str) -> str:
        return "/".join([self._address, quote(conversation, ""), "activities", *(quote(one, "") for one in message)])


class Client:
    """In the place of the SDK's connector client for one service address."""

    def __init__(self, sender: Sender, service_url: str) -> None:
        self.conversations = Conversations(sender, service_url)


class Connectors(ConnectorFactory):  # type: ignore[misc]
    """Makes the connector clients."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def create(self, service_url: str, audience: str | None = None) -> Client:
        """The client for this address."""
        return Client(self._sender, service_url)


def write_activity(value: object) -> Any:  # noqa: ANN401 - JSON
    """An activity, or a part of one, as the JSON that the SDK makes of it, without its checks of every field."""
    if isinstance(value, Model):
        named = ((field["key"], getattr(value, name)) for name, field in value._attribute_map.items() if field["key"])
        fields = {key: write_activity(one) for key, one in named if one is not None}
        return {**(getattr(value, "additional_properties", None) or {}), **fields}
    if isinstance(value, list):
        return [write_activity(one) for one in value]
    if isinstance(value, datetime):
        return Serializer.serialize_iso(value)
    return value.value if isinstance(value, Enum) else value


def patience(retry_after: str | None, attempt: int) -> float:
    """Seconds to wait before the next attempt: what the service asks for, else longer each time; a bit at random."""
    asked = _seconds(retry_after) if retry_after else None
    spread = random.uniform(0, 0.5)  # nosec B311 - no secret: only so that not all try again at once
    return min(2.0**attempt / 2 if asked is None else asked, LONGEST_WAIT) + spread


def _seconds(retry_after: str) -> float | None:
    """The seconds of a Retry-After header, which may be a number or a date; None where it is neither."""
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _id_in(body: bytes) -> str | None:
    """The id in a success; a body that is no JSON object says no more than that the message arrived."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = fields.get("id") if isinstance(fields, dict) else None
    return found if isinstance(found, str) else None
