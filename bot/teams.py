"""The botbuilder side of a turn: a message activity becomes an `Incoming`, an `Outgoing` becomes the reply.

With `bot/app.py` the only module that knows botbuilder. `respond` and the records it moves know nothing of it.
"""

import asyncio
import html
import logging
import re
import secrets
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Protocol

from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, Entity

from bot.message import Ask, Incoming, Outgoing, plain_message, render_message

logger = logging.getLogger(__name__)

NO_QUESTION = "Skriv en fråga om mötesprotokollen, till exempel: Vad beslutades om yrkesresan?"
FAILED = "Något gick fel och jag kunde inte svara. Försök igen om en stund. Referens: {reference}"

_CATCH_ALL = {"type": {"key": "type", "type": "str"}, "additional_properties": {"key": "", "type": "{object}"}}
_MENTION = re.compile(r"<at\b[^<>]*>([^<>]*)</at>", re.IGNORECASE)
_STRAY_TAG = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)


OnTurn = Callable[[TurnContext], Awaitable[None]]


class OpenEntity(Entity):  # type: ignore[misc]
    """An entity that keeps all its fields: the SDK's own sends nothing but `type`."""

    _attribute_map = _CATCH_ALL


class Responder(Protocol):
    """What a turn can do to the conversation."""

    async def typing(self) -> None:
        """Show that an answer is on its way; never raises, as an answer matters more."""

    async def final(self, outgoing: Outgoing) -> None:
        """Send the answer."""


def make_on_turn(answer: Ask) -> OnTurn:
    """The turn handler for the adapter: messages from people are answered, every other activity is let pass."""

    async def on_turn(context: TurnContext) -> None:
        activity = context.activity
        if activity.type == ActivityTypes.invoke:
            # Without this the SDK answers 501.
            await context.send_activity(
                Activity(type=ActivityTypes.invoke_response, value=InvokeResponse(status=200, body=None))
            )
        incoming = read_incoming(activity)
        if incoming is not None:
            await respond(incoming, answer, ContextResponder(context))

    return on_turn


class ContextResponder:
    """A `Responder` that speaks through a botbuilder turn: in a channel, in the thread of the question."""

    def __init__(self, context: TurnContext) -> None:
        self._context = context

    async def typing(self) -> None:
        """Send a typing activity; a failure is logged."""
        try:
            await self._context.send_activity(Activity(type=ActivityTypes.typing))
        except Exception as error:
            logger.warning("Typing could not be shown: %s", " < ".join(_names(error)))

    async def final(self, outgoing: Outgoing) -> None:
        """Send the message as a reply to the question."""
        await self._context.send_activity(to_activity(outgoing.message))


async def respond(incoming: Incoming, answer: Ask, responder: Responder) -> None:
    """Answer one message: typing at once, then the answer or a sentence that it failed. Never raises.

    What the chat service refuses outright (4xx) is followed by that sentence; after anything else the message may
    have arrived, and a second one would confuse.
    """
    _, outgoing = await asyncio.gather(responder.typing(), _outgoing(incoming, answer))
    try:
        await responder.final(outgoing)
    except Exception as error:
        apology = _failed(error)
        status = getattr(getattr(error, "response", None), "status_code", 0)
        if 400 <= status < 500:
            await _last_word(responder, apology)


def read_incoming(activity: Activity) -> Incoming | None:
    """The message a person sent, or None: another kind of activity, or a message of our own."""
    sender, recipient, conversation = activity.from_property, activity.recipient, activity.conversation
    if activity.type != ActivityTypes.message or _is_ours(sender, recipient):
        return None
    return Incoming(
        id=activity.id or "",
        text=strip_mention(activity.text or "", _bot_names(activity)),
        conversation=getattr(conversation, "id", None) or "",
        scope=getattr(conversation, "conversation_type", None) or "personal",
        sender=getattr(sender, "id", None) or "",
    )


def strip_mention(text: str, names: frozenset[str]) -> str:
    """The text without mentions of the bot (`names`, casefolded); anyone else's mention becomes the plain name.

    >>> strip_mention("<at>Minnet</at> vad sa <at>Anna Ek</at>&nbsp;?", frozenset({"minnet"}))
    'vad sa Anna Ek ?'
    """

    def replace(match: re.Match[str]) -> str:
        return " " if _folded(match[1]) in names else match[1]

    text = html.unescape(_STRAY_TAG.sub(" ", _MENTION.sub(replace, text)))
    # A lone surrogate is valid in JSON, but in no file or database.
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def to_activity(message: Mapping[str, Any]) -> Activity:
    """The botbuilder activity of a message dict."""
    return Activity(
        type=message["type"],
        text=message["text"],
        text_format=message["textFormat"],
        entities=[_to_entity(e) for e in message["entities"]],
    )


def _to_entity(fields: Mapping[str, Any]) -> OpenEntity:
    entity = OpenEntity(type=fields["type"])
    entity.additional_properties = {key: value for key, value in fields.items() if key != "type"}
    return entity


async def _outgoing(incoming: Incoming, answer: Ask) -> Outgoing:
    """The reply to a message, whatever happens: this is the edge where a failure becomes a sentence."""
    try:
        if not incoming.text:
            return Outgoing(plain_message(NO_QUESTION))
        return Outgoing(render_message(await answer(incoming.text)))
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> Outgoing:
    """The sentence for a failed turn, with the reference under which the log has its traceback."""
    reference = secrets.token_hex(4)
    logger.error("Turn %s failed: %s\n%s", reference, " < ".join(_names(error)), "".join(_frames(error)).rstrip())
    return Outgoing(plain_message(FAILED.format(reference=reference)))


async def _last_word(responder: Responder, outgoing: Outgoing) -> None:
    try:
        await responder.final(outgoing)
    except Exception as error:
        logger.error("Nor could that be told: %s", " < ".join(_names(error)))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, innermost last; a ring of causes ends."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        yield cause
        seen.append(cause)
        cause = cause.__cause__ or cause.__context__


def _names(error: BaseException) -> list[str]:
    """The types of an error and its causes. Never their messages, which may quote the question."""
    return [f"{type(e).__module__}.{type(e).__qualname__}" for e in _chain(error)]


def _frames(error: BaseException) -> list[str]:
    """The code lines of an error's traceback and of its causes', without messages."""
    return [line for e in _chain(error) for line in traceback.format_tb(e.__traceback__)]


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
