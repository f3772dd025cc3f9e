"""The aiohttp application: `/api/messages` through the Bot Framework's CloudAdapter, and `/healthz`."""

import json
import logging
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from types import SimpleNamespace
from typing import Any

from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity

from bot.message import Ask
from bot.records import BotError
from bot.teams import OnTurn, make_on_turn

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
MAX_BODY = 256 * 1024
LOUD = """
  OBS! LOKALT LÄGE, UTAN INLOGGNING
  Den som når datorns port {port} kan ställa frågor. Därför lyssnar boten bara på {host}.
  Öppna aldrig porten utåt, och använd aldrig det här läget i drift.
  Meddelanden: http://{host}:{port}/api/messages
  Avsluta med Ctrl+C.

"""

# Spelled out instead of parsed: urllib and the SDK's client disagree about "http://evil.example\\@127.0.0.1".
_LOOPBACK = re.compile(
    r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?(?:/[a-z0-9._~/-]*)?", re.IGNORECASE | re.ASCII
)

# What the bot reads of an activity, and as what. Other fields are dropped before the SDK sees them.
_ACCOUNT: Mapping[str, Any] = {"id": str, "name": str, "role": str, "aadObjectId": str}
_CONVERSATION: Mapping[str, Any] = {"id": str, "name": str, "conversationType": str, "tenantId": str, "isGroup": bool}
_MENTION: Mapping[str, Any] = {"type": str, "text": str, "mentioned": _ACCOUNT}
_FIELDS: Mapping[str, Any] = {
    "type": str,
    "id": str,
    "name": str,
    "channelId": str,
    "serviceUrl": str,
    "text": str,
    "textFormat": str,
    "locale": str,
    "from": _ACCOUNT,
    "recipient": _ACCOUNT,
    "conversation": _CONVERSATION,
    "entities": list,
}


class _BadActivityError(ValueError):
    """The body is no activity the bot can read."""


def serve(answer: Ask, port: int, *, local: bool) -> None:
    """What `motesminnet serve` does. Raises BotError unless `local`: there is no door for the open net yet."""
    if not local:
        raise BotError(
            "Boten kan än så länge bara köras lokalt: kontrollen av vem som frågar är inte klar. "
            "Starta med: motesminnet serve --local"
        )
    run_local(answer, port)


def run_local(answer: Ask, port: int) -> None:
    """Serve on 127.0.0.1, without authentication, until interrupted; says so on stderr once it listens.

    Raises BotError when the port cannot be had.
    """

    def announce(_: str) -> None:
        sys.stderr.write(LOUD.format(host=HOST, port=port))
        sys.stderr.flush()

    try:
        web.run_app(create_app(answer, local=True), host=HOST, port=port, print=announce, access_log=None)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "porten finns inte"
        raise BotError(f"Port {port!r} går inte att använda ({reason}). Välj en annan: --port 3979") from error


def create_app(answer: Ask, *, local: bool) -> web.Application:
    """The application. `local` switches authentication off, and then replies go to loopback addresses only."""
    if not local:
        raise BotError("create_app: inloggning mot Teams är inte byggd än; bara local=True går.")
    app = web.Application(client_max_size=MAX_BODY)
    messages = _make_messages(_local_adapter(), _kept_local(make_on_turn(answer)))
    app.add_routes([web.post("/api/messages", messages), web.get("/healthz", _healthz)])
    return app


def read_activity(body: bytes) -> Activity:
    """The activity of a request's body: known fields only, each of its type. Raises ValueError otherwise."""
    try:
        value = json.loads(body.decode("utf-8"))
    except RecursionError as error:
        raise _BadActivityError("nested too deep") from error
    fields = _checked(value, _FIELDS)
    for required in ("type", "serviceUrl"):
        if not fields.get(required):
            raise _BadActivityError(f"no {required}")
    if fields["type"] == "message" and not (fields.get("conversation", {}).get("id") and fields.get("from")):
        raise _BadActivityError("a message without conversation or sender")
    fields["entities"] = [_checked(e, _MENTION) for e in fields.get("entities", []) if _is_mention(e)]
    return Activity().deserialize(fields)


def is_loopback(service_url: str) -> bool:
    """Whether replies to this address stay on the machine."""
    return _LOOPBACK.fullmatch(service_url) is not None


def _local_adapter() -> CloudAdapter:
    settings = SimpleNamespace(APP_ID="", APP_PASSWORD="", APP_TYPE="MultiTenant")
    return CloudAdapter(ConfigurationBotFrameworkAuthentication(settings))


def _kept_local(on_turn: OnTurn) -> OnTurn:
    """The handler with replies that stay on the machine: round a proxy of the environment, and never redirected.

    It also closes the client that the SDK makes for every turn, and leaves to the garbage collector.
    """

    async def local_turn(context: TurnContext) -> None:
        async with context.turn_state[CloudAdapter.BOT_CONNECTOR_CLIENT_KEY] as client:
            client.config.proxies.use_env_settings = False
            client.config.redirect_policy.max_redirects = 0  # `allow = False` breaks the SDK and leaks a socket
            await on_turn(context)

    return local_turn


def _make_messages(adapter: CloudAdapter, on_turn: OnTurn) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of `/api/messages`. It refuses with 400, 403, 413 or 415 and no word about why."""

    async def messages(request: web.Request) -> web.Response:
        if request.content_type != "application/json" or "Content-Encoding" in request.headers:
            return web.Response(status=415)
        try:
            activity = read_activity(await request.read())
        except ValueError:
            return web.Response(status=400)
        if not is_loopback(activity.service_url):
            logger.warning("Refused an activity whose serviceUrl is not on this machine")
            return web.Response(status=403)
        # Never the request's Authorization: the SDK would fetch keys over the net to judge it.
        result = await adapter.process_activity("", activity, on_turn)
        return web.Response(status=result.status if result else 200)

    return messages


async def _healthz(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _checked(value: object, shape: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `value` that `shape` names, null ones left out. Raises where one has another type."""
    if not isinstance(value, dict):
        raise _BadActivityError("not an object")
    found = {key: value[key] for key in shape if value.get(key) is not None}
    for key, field in found.items():
        if isinstance(shape[key], Mapping):
            found[key] = _checked(field, shape[key])
        elif not isinstance(field, shape[key]):
            raise _BadActivityError(f"{key} is not {shape[key].__name__}")
    return found


def _is_mention(entity: object) -> bool:
    """Whether to read the entity: of the many kinds a client may send, only mentions matter here."""
    return not isinstance(entity, dict) or entity.get("type") == "mention"
