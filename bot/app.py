"""The aiohttp application: `/api/messages` behind the door, the pages under `/source/`, `/healthz`, `/readyz` and
`/metrics`.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.answered import Answered
from bot.gate import Admitted, Door, Reason, RefusedError
from bot.logs import name_error, trace
from bot.metrics import CONTENT_TYPE, Metrics
from bot.page import FAILED, Page
from bot.source import HEADERS, render_notice
from indexer.records import IndexerError

logger = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
READ = 5.0
"""Seconds in which the body must have arrived."""
PATIENCE = 10.0
"""Seconds after which Teams is told that the message has arrived, though its turn goes on: it sends again after 15."""
DRAIN = 5.0
"""Seconds that turns may take to end when the bot is stopped."""

Process = Callable[[Admitted], Awaitable[Mapping[str, Any] | None]]
"""Runs a turn to its end; gives the reply to an invoke, None where there is none to give."""
OpenPage = Callable[[str], Awaitable[Page]]
"""The page of a source, by the token in its address."""
Turn = asyncio.Task[Mapping[str, Any] | None]
Ready = Callable[[], Awaitable[Mapping[str, Any]]]
"""What `/readyz` replies: "status" is "ok", or what the bot still lacks before it can answer, in a few words."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application is made of. `process` runs a turn to its end; `ready` is asked by `/readyz`; `page`
    gives the pages under `/source/` (None: there are none).
    """

    door: Door
    process: Process
    answered: Answered
    metrics: Metrics
    ready: Ready
    page: OpenPage | None = None


def create_app(parts: Parts) -> web.Application:
    """The application; it opens and closes nothing of what it is given."""
    app = web.Application(client_max_size=MAX_BODY)
    turns: set[Turn] = set()

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=parts.metrics.page(), headers={"Content-Type": CONTENT_TYPE})

    async def readyz(_: web.Request) -> web.Response:
        state = await parts.ready()
        return web.json_response(state, status=200 if state["status"] == "ok" else 503)

    async def drain(_: web.Application) -> None:
        await _drain(turns)

    app.add_routes(
        [
            web.post("/api/messages", _make_messages(parts, turns)),
            web.get("/healthz", _healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", metrics),
        ]
    )
    if parts.page is not None:
        app.router.add_get("/source/{token}", _make_source(parts.page))
    app.on_shutdown.append(drain)
    return app


def _make_messages(parts: Parts, turns: set[Turn]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of `/api/messages`. Refusals are a bare status; what is let in always gets 2xx."""

    async def messages(request: web.Request) -> web.Response:
        try:
            admitted = await _admit(parts.door, request)
        except RefusedError as refused:
            parts.metrics.refused(refused.reason)
            return web.Response(status=refused.reason.status)
        if await _is_repeated(admitted, parts):
            return _accepted(admitted, 200)
        turn: Turn = asyncio.create_task(_run(parts.process, admitted))
        turns.add(turn)
        turn.add_done_callback(turns.discard)
        done, _ = await asyncio.wait({turn}, timeout=PATIENCE)
        if not done:
            return _accepted(admitted, 202)
        return _accepted(admitted, 200, None if turn.cancelled() else turn.result())

    return messages


def _make_source(open_page: OpenPage) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of `/source/...`: whatever goes wrong is a page too, and says nothing about why."""

    async def source(request: web.Request) -> web.Response:
        try:
            page = await open_page(request.match_info["token"])
        except Exception as error:
            logger.error("A page could not be made: %s\n%s", name_error(error), trace(error))
            page = Page(500, render_notice(*FAILED))
        return web.Response(
            text=page.html, status=page.status, content_type="text/html", charset="utf-8", headers=HEADERS
        )

    return source


async def _admit(door: Door, request: web.Request) -> Admitted:
    """The activity of a request. Raises RefusedError, and nothing else."""
    try:
        return await door.admit(request.headers, lambda: read_body(request))
    except RefusedError:
        raise
    except Exception as error:
        logger.exception("The door failed")
        raise RefusedError(Reason.ERROR) from error


async def read_body(request: web.Request) -> bytes:
    """The body, within its limits of size and time. Raises RefusedError."""
    if (request.content_length or 0) > MAX_BODY:
        raise RefusedError(Reason.TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(READ):
            async for part in request.content.iter_any():
                body += part
                if len(body) > MAX_BODY:
                    raise RefusedError(Reason.TOO_LARGE)
    except TimeoutError as error:
        raise RefusedError(Reason.SLOW_BODY) from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise RefusedError(Reason.BROKEN_BODY) from error
    return bytes(body)


async def _is_repeated(admitted: Admitted, parts: Parts) -> bool:
    """Whether the activity came before. Where that cannot be told it is answered, rather twice than not at all."""
    fields = admitted.fields
    if not fields.get("id"):
        return False
    try:
        new = await parts.answered.claim("activity", fields.get("conversation", {}).get("id", ""), fields["id"])
    except (sqlite3.Error, IndexerError):
        logger.exception("What has been answered could not be noted")
        return False
    if not new:
        parts.metrics.repeated()
    return not new


async def _run(process: Process, admitted: Admitted) -> Mapping[str, Any] | None:
    """The turn to its end, whatever happens: the sender of an activity is no one to tell about our faults."""
    try:
        return await process(admitted)
    except Exception:
        logger.exception("A turn failed")
        return None


def _accepted(admitted: Admitted, status: int, body: Mapping[str, Any] | None = None) -> web.Response:
    """The reply to what was let in. An invoke (a button, a thumb up) gets its body, or the empty object Teams wants."""
    if admitted.fields["type"] == "invoke":
        return web.json_response(body or {}, status=status)
    return web.Response(status=status)


async def _drain(turns: set[Turn]) -> None:
    """Let the turns under way end; give up those that take too long."""
    if not turns:
        return
    _, late = await asyncio.wait(set(turns), timeout=DRAIN)
    for turn in late:
        turn.cancel()
    if late:
        await asyncio.wait(late, timeout=1)
        logger.warning("Stopped in the middle of %d turns", len(late))


async def _healthz(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
