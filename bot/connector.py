"""Replies on their way out: the SDK's connector client, with a sender of our own under it.

The SDK sends in the loop's shared thread pool, fetches its token in the loop itself, and makes two HTTP clients a
turn. Here the loop sends, so that no reply waits behind a search, and there is one client for each service address.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import ConnectorFactory
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.pipeline import AsyncPipeline, Request, Response, SansIOHTTPPolicy
from msrest.pipeline.async_abc import AsyncHTTPSender
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http.async_abc import AsyncClientResponse
from yarl import URL

from bot.respond import DeliveryError

ATTEMPTS = 4
LONGEST_WAIT = 20.0
"""Seconds to wait at most before a message is sent again."""
SEND = aiohttp.ClientTimeout(total=10)
MAX_CLIENTS = 100

Token = Callable[[], Awaitable[str]]
Sleep = Callable[[float], Awaitable[None]]


class Sender(AsyncHTTPSender):  # type: ignore[misc]
    """Sends the SDK's requests with aiohttp: never redirected, and again only when the service asks for patience.

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

    async def send(self, request: Request, **_: object) -> Response:
        """The service's reply. Raises DeliveryError where it is no success, aiohttp's errors where none comes."""
        sent = request.http_request
        for attempt in range(1, ATTEMPTS + 1):
            headers = {**sent.headers, **await self._authorization()}
            async with self._session.request(
                sent.method,
                URL(sent.url, encoded=True),
                data=sent.data,
                headers=headers,
                allow_redirects=False,
                timeout=SEND,
            ) as received:
                body = await received.read()
            if received.status != 429 or attempt == ATTEMPTS:
                break
            self._retried()
            await self._sleep(patience(received.headers.get("Retry-After"), attempt))
        if not 200 <= received.status < 300:
            raise DeliveryError(received.status)
        return Response(request, _Received(sent, received.status, body))

    async def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {await self._token()}"} if self._token is not None else {}

    async def __aexit__(self, *_: object) -> None:
        """Nothing: the session is its maker's to close."""


class _Received(AsyncClientResponse):  # type: ignore[misc]
    """A success, in the shape that the SDK reads: a body that is no JSON object says no more than that it arrived."""

    def __init__(self, request: object, status: int, body: bytes) -> None:
        super().__init__(request, None)
        self.status_code = status
        self.headers = {"content-type": "application/json"}
        self._body = body if _is_object(body) else b"{}"

    def body(self) -> bytes:
        return self._body


class Connectors(ConnectorFactory):  # type: ignore[misc]
    """The connector clients, one for each service address."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._clients: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:
        """The client for this address, made the first time it is asked for."""
        if service_url not in self._clients:
            if len(self._clients) >= MAX_CLIENTS:  # an address a tenant: far fewer than this
                self._clients.pop(next(iter(self._clients)))
            self._clients[service_url] = self._make(service_url)
        return self._clients[service_url]

    def _make(self, service_url: str) -> ConnectorClient:
        def pipeline(config: Any) -> AsyncPipeline:  # noqa: ANN401 - an SDK class without types
            return AsyncPipeline([config.user_agent_policy, RawDeserializer()], self._sender)

        config = BotFrameworkConnectorConfiguration(SansIOHTTPPolicy(), service_url, pipeline_type=pipeline)
        return ConnectorClient(None, custom_configuration=config)


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


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
