"""The botbuilder side: an activity that was let in becomes an `Incoming`, an `Outgoing` becomes the reply.

With `bot/connector.py` the only module that knows botbuilder; another SDK replaces these two.
"""

import asyncio
import html
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, ActivityTypes, Attachment, Entity
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bot.access import ANYONE, Reader
from bot.answered import Answered
from bot.buttons import Buttons, read_press
from bot.feedback import REACTIONS, FeedbackStore, Opinion
from bot.gate import Admitted
from bot.logs import name_error
from bot.message import Incoming, Outgoing
from bot.respond import HELP, DeliveryError, Desk
from bot.stream import Stream

logger = logging.getLogger(__name__)

AUDIENCE = "https://api.botframework.com"
TYPING = 3.0
"""Seconds that showing "typing" may take; the answer waits for it, so that the two arrive in order."""
STOPPED = 403
"""What Teams answers to a stream that its reader stopped, or that took too long."""

_CATCH_ALL = {"type": {"key": "type", "type": "str"}, "additional_properties": {"key": "", "type": "{object}"}}
_MENTION = re.compile(r"<at\b[^<>]*>([^<>]*)</at>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"<(?!/?at\b)[^<>]*>", re.IGNORECASE)
_STRAY_TAG = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)

OnTurn = Callable[[TurnContext], Awaitable[None]]


class OpenEntity(Entity):  # type: ignore[misc]
    """An entity that keeps all its fields: the SDK's own sends nothing but `type`."""

    _attribute_map = _CATCH_ALL


class Adapter:
    """The SDK's adapter behind the door: it is told who asks, and judges no token itself."""

    def __init__(self, connectors: ConnectorFactory, on_turn: OnTurn) -> None:
        self._adapter, self._connectors, self._on_turn = CloudAdapter(_Authentication()), connectors, on_turn

    async def process(self, admitted: Admitted) -> Mapping[str, Any] | None:
        """Run the turn of an activity to its end; gives the reply to an invoke, None where there is none to give."""
        known = AuthenticateRequestResult()
        known.audience = AUDIENCE
        known.claims_identity = ClaimsIdentity(dict(admitted.claims), True)
        known.connector_factory = self._connectors
        ended = await self._adapter.process_activity(known, Activity().deserialize(admitted.fields), self._on_turn)
        return ended.body if isinstance(ended, InvokeResponse) else None


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """What the SDK's adapter needs besides: nothing that fetches keys or signs people in."""

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise PermissionError

    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        raise PermissionError

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        raise PermissionError

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        return None


def make_on_turn(
    desk: Desk,
    answered: Answered,
    buttons: Buttons | None = None,
    feedback: FeedbackStore | None = None,
    *,
    starters: bool = False,
) -> OnTurn:
    """The turn handler: messages from people are answered, pressed buttons too, feedback is kept, whoever adds the bot
    is welcomed, all else is let pass.

    `starters`: personal chats open with the manifest's prompt starters, and need no welcome.
    """

    async def on_turn(context: TurnContext) -> None:
        activity = context.activity
        incoming = read_incoming(activity)
        if activity.type == ActivityTypes.invoke:
            # Without this the SDK makes it a 501.
            body = await _invoked(context, buttons, feedback)
            response = InvokeResponse(status=200, body=body)
            await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=response))
        elif incoming is not None:
            await desk.respond(incoming, ContextResponder(context))
        elif not (starters and _scope(activity) == "personal") and await _is_welcome_due(activity, answered):
            await desk.welcome(_asking_for_help(activity), ContextResponder(context))

    return on_turn


async def _invoked(
    context: TurnContext, buttons: Buttons | None, feedback: FeedbackStore | None
) -> Mapping[str, Any] | None:
    """The body of the reply to an invoke; None (an empty object) where nothing more than "seen" is to be said."""
    activity = context.activity
    value = activity.value if isinstance(activity.value, Mapping) else {}
    if activity.name == "adaptiveCard/action" and buttons is not None:
        pressed = read_press(value.get("action", {}))
        return await buttons.press(_pressing(activity), pressed, ContextResponder(context))
    opinion = read_opinion(activity) if activity.name == "message/submitAction" else None
    if opinion is not None and feedback is not None:
        try:
            await feedback.record(_conversation(activity), activity.reply_to_id or "", opinion)
        except Exception as error:
            logger.error("Feedback could not be kept: %s", name_error(error))
    return None


def read_opinion(activity: Activity) -> Opinion | None:
    """The feedback in an activity, or None. The comment is JSON in Teams, and plain text in the Playground."""
    value = activity.value if isinstance(activity.value, Mapping) else {}
    given = value.get("actionValue", {})
    reaction, comment = given.get("reaction", ""), given.get("feedback", "")
    if value.get("actionName") != "feedback" or reaction not in REACTIONS:
        return None
    try:
        fields = json.loads(comment)
        comment = fields.get("feedbackText", "") if isinstance(fields, dict) else comment
    except (ValueError, RecursionError):
        pass
    name = getattr(activity.from_property, "name", None) or ""
    return Opinion(reaction, _clean(comment) if isinstance(comment, str) else "", _clean(name))


class ContextResponder:
    """A `Responder` that speaks through a botbuilder turn: in a channel, in the thread of the question."""

    def __init__(self, context: TurnContext, clock: Callable[[], float] = time.monotonic) -> None:
        self._context = context
        self._stream = Stream(clock) if _scope(context.activity) == "personal" else None

    async def typing(self) -> None:
        """Send a typing activity; a failure is logged."""
        try:
            async with asyncio.timeout(TYPING):
                await self._context.send_activity(Activity(type=ActivityTypes.typing))
        except Exception as error:
            logger.warning("Typing could not be shown: %s", name_error(error))

    async def progress(self, text: str) -> None:
        """Show what is being done, in a personal chat; a failure is logged."""
        await self._show("informative", text)

    async def chunk(self, text: str) -> None:
        """Show the answer so far, in a personal chat; a failure is logged."""
        await self._show("streaming", text)

    async def final(self, outgoing: Outgoing) -> str:
        """Send the message as a reply to the question, or as the end of what was shown of it."""
        end = self._stream.end() if self._stream is not None else None
        if end is not None:
            try:
                return await self._send({**outgoing.message, "entities": [*outgoing.message["entities"], end]})
            except DeliveryError as error:
                if error.status != STOPPED:
                    raise
        return await self._send(outgoing.message)

    async def update(self, message: str, outgoing: Outgoing) -> None:
        """Replace a message that `final` sent."""
        activity = to_activity(outgoing.message)
        activity.id = message
        await self._context.update_activity(activity)

    async def _show(self, kind: str, text: str) -> None:
        part = self._stream.part(kind, text) if self._stream is not None else None
        if self._stream is None or part is None:
            return
        try:
            async with asyncio.timeout(TYPING):
                self._stream.sent(await self._send(part))
        except Exception as error:
            self._stream.stop()
            logger.warning("Progress could not be shown: %s", name_error(error))

    async def _send(self, message: Mapping[str, Any]) -> str:
        sent = await self._context.send_activity(to_activity(message))
        return getattr(sent, "id", None) or ""


def read_incoming(activity: Activity) -> Incoming | None:
    """The message a person sent, or None: another kind of activity, or a message of our own."""
    sender, recipient = activity.from_property, activity.recipient
    if activity.type != ActivityTypes.message or _is_ours(sender, recipient):
        return None
    return Incoming(
        id=activity.id or "",
        text=strip_mention(_plain_text(activity), _bot_names(activity)),
        conversation=_conversation(activity),
        scope=_scope(activity),
        sender=getattr(sender, "id", None) or "",
        reader=read_reader(activity),
    )


def read_reader(activity: Activity) -> Reader:
    """Whose rights count for what is said in the conversation: what everyone there may see.

    A channel counts as its team, unless it is shared with others; any other group as anyone at all.
    """
    kind = getattr(activity.conversation, "conversation_type", None)
    data = activity.channel_data if isinstance(activity.channel_data, Mapping) else {}
    team, channel = data.get("team", {}), data.get("channel", {})
    if kind == "personal":
        return Reader(user=(getattr(activity.from_property, "aad_object_id", None) or "").casefold())
    if kind == "channel" and (channel.get("type") or "").casefold() != "shared":
        return Reader(team=(team.get("aadGroupId") or team.get("id") or "").casefold())
    return ANYONE


def _plain_text(activity: Activity) -> str:
    """The message's text; of one written in html its words, with the mentions' tags."""
    text = activity.text or ""
    return _OTHER_TAG.sub(" ", text) if activity.text_format == "xml" else text


def strip_mention(text: str, names: frozenset[str]) -> str:
    """The text without mentions of the bot (`names`, casefolded); anyone else's mention becomes the plain name.

    >>> strip_mention("<at>Minnet</at> vad sa <at>Anna Ek</at>&nbsp;?", frozenset({"minnet"}))
    'vad sa Anna Ek ?'
    """

    def replace(match: re.Match[str]) -> str:
        return " " if _folded(match[1]) in names else match[1]

    text = html.unescape(_STRAY_TAG.sub(" ", _MENTION.sub(replace, text)))
    return " ".join(_clean(text).split())


def _clean(text: str) -> str:
    """The text without lone surrogates: they are valid in JSON, but in no file or database."""
    return text.encode("utf-8", "replace").decode("utf-8")


def to_activity(message: Mapping[str, Any]) -> Activity:
    """The botbuilder activity of a message dict."""
    return Activity(
        type=message["type"],
        text=message["text"],
        text_format=message.get("textFormat"),
        entities=[_to_entity(e) for e in message["entities"]],
        channel_data=message.get("channelData"),
        attachments=[_to_attachment(a) for a in message["attachments"]] if "attachments" in message else None,
    )


def _to_attachment(fields: Mapping[str, Any]) -> Attachment:
    return Attachment(content_type=fields["contentType"], content=fields["content"])


def _to_entity(fields: Mapping[str, Any]) -> OpenEntity:
    entity = OpenEntity(type=fields["type"])
    entity.additional_properties = {key: value for key, value in fields.items() if key != "type"}
    return entity


async def _is_welcome_due(activity: Activity, answered: Answered) -> bool:
    """Whether the activity tells that the bot was added, for the first time: Teams tells it in two ways, at once, of a
    team perhaps in two of its channels.
    """
    place = _team(activity) or _conversation(activity)
    if activity.type == ActivityTypes.installation_update and (activity.action or "").startswith("remove"):
        await answered.forget("welcome", place)
        return False
    return bool(place) and _was_added(activity) and await answered.claim("welcome", place)


def _was_added(activity: Activity) -> bool:
    if activity.type == ActivityTypes.installation_update:
        return bool((activity.action or "").startswith("add"))
    ours = getattr(activity.recipient, "id", None)
    joined = activity.members_added or [] if activity.type == ActivityTypes.conversation_update else []
    return ours is not None and ours in [member.id for member in joined]


def _pressing(activity: Activity) -> Incoming:
    """Who pressed a button, and where."""
    sender = getattr(activity.from_property, "id", None) or ""
    place = _conversation(activity), _scope(activity)
    return Incoming(activity.id or "", "", *place, sender, reader=read_reader(activity))


def _asking_for_help(activity: Activity) -> Incoming:
    """The welcome is the answer to this: what the bot can be asked, with examples out of the index."""
    place = _conversation(activity), _scope(activity)
    return Incoming(activity.id or "", HELP, *place, "", reader=read_reader(activity))


def _conversation(activity: Activity) -> str:
    return getattr(activity.conversation, "id", None) or ""


def _team(activity: Activity) -> str:
    """The id of the team that the activity came from; "" outside teams."""
    data = activity.channel_data if isinstance(activity.channel_data, Mapping) else {}
    return str(data.get("team", {}).get("id", ""))


def _scope(activity: Activity) -> str:
    return getattr(activity.conversation, "conversation_type", None) or "personal"


def _is_ours(sender: object, recipient: object) -> bool:
    """Whether the sender is the bot itself, or another bot, with whom we would talk for ever."""
    sender_id = getattr(sender, "id", None)
    ours = sender_id is not None and sender_id == getattr(recipient, "id", None)
    return ours or getattr(sender, "role", None) == "bot"


def _bot_names(activity: Activity) -> frozenset[str]:
    """The names the bot is mentioned by: its own, and those of the mentions with its id."""
    names = {getattr(activity.recipient, "name", None)}
    for entity in activity.entities or []:
        fields = getattr(entity, "additional_properties", None) or {}
        mentioned = fields.get("mentioned")
        if isinstance(mentioned, Mapping) and mentioned.get("id") == getattr(activity.recipient, "id", None):
            names.update([mentioned.get("name"), _inner_name(fields.get("text"))])
    return frozenset(_folded(name) for name in names if isinstance(name, str) and name)


def _inner_name(text: object) -> str | None:
    match = _MENTION.search(text) if isinstance(text, str) else None
    return match[1] if match else None


def _folded(name: str) -> str:
    return " ".join(html.unescape(name).casefold().split())
