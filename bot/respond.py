"""One message answered, whatever happens: typing, then the answer, or a sentence about why there is none.

`Responder` is the seam towards the chat service; nothing here knows botbuilder.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.intents import detect_language, is_greeting
from bot.logs import name_error, trace
from bot.message import Ask, Incoming, Outgoing, count_hidden, plain_message, render_message
from bot.metrics import Metrics
from bot.presenter import WHOLE, Part, Presenter
from bot.records import Answer
from bot.rewrite import suits
from indexer.records import UnavailableError

if TYPE_CHECKING:
    from bot.writer import Writer

logger = logging.getLogger(__name__)

NO_QUESTION = "Skriv en fråga om mötesprotokollen, till exempel: Vad beslutades om yrkesresan?"
FAILED = {
    "sv": "Något gick fel och jag kunde inte svara. Försök igen om en stund. Referens: {reference}",
    "en": "Something went wrong and I could not answer. Please try again in a while. Reference: {reference}",
}
UNREACHED = {
    "sv": "Databasen med minnesanteckningarna svarar inte just nu. Försök igen om en stund. Referens: {reference}",
    "en": "The database with the minutes does not answer just now. Please try again in a while. Reference: {reference}",
}
BUSY = {
    "sv": "Just nu är det många som frågar, så jag hinner inte svara dig. Försök igen om en minut.",
    "en": "Many people are asking just now, and I cannot answer you in time. Please try again in a minute.",
}
WRITING = {"sv": "Sammanfattar det jag hittade …", "en": "Summing up what I found …"}
HELP = "hjälp"
AT_ONCE = 4
"""Questions that are answered at the same time."""
WAITING = 32
"""Questions that may wait for their turn; whoever comes after them is asked to try again."""


Remember = Callable[[str, str, Answer], Awaitable[None]]
"""Notes which message of a conversation brought an answer."""
Hide = Callable[[Incoming, int], Awaitable[None]]
"""Notes how many cited lines of the answer to a message had no room in its own."""


class DeliveryError(Exception):
    """The chat service did not take a message. `refused` tells that it said no, so that nobody has seen it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status

    @property
    def refused(self) -> bool:
        """Whether the message has certainly not arrived; after anything but 4xx it may have."""
        return 400 <= self.status < 500


class Responder(Protocol):
    """What a turn can do to the conversation."""

    async def typing(self) -> None:
        """Show that an answer is on its way; never raises, as an answer matters more."""

    async def progress(self, text: str) -> None:
        """Show what is being done, in a few words, where the conversation can show it; never raises."""

    async def chunk(self, text: str) -> None:
        """Show the answer so far (all of it, not the part that is new), where that can be shown; never raises."""

    async def final(self, outgoing: Outgoing) -> str:
        """Send the answer; gives the id it was given. Raises DeliveryError."""

    async def update(self, message: str, outgoing: Outgoing) -> None:
        """Replace an answer, named by its id. Raises DeliveryError."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """What to send, how the turn ended, and the answer if there is one."""

    outgoing: Outgoing
    outcome: str
    answer: Answer | None = None


class Desk:
    """Answers messages, a few at the same time and no more than so many waiting."""

    def __init__(
        self,
        answer: Ask,
        metrics: Metrics,
        presenter: Presenter | None = None,
        remember: Remember | None = None,
        hide: Hide | None = None,
        writer: "Writer | None" = None,
        *,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
    ) -> None:
        self._answer, self._metrics = answer, metrics
        self._presenter, self._remember, self._hide = presenter or Presenter(), remember, hide
        self._writer = writer
        self._turn = asyncio.Semaphore(at_once)
        self._places = at_once + waiting

    async def respond(self, incoming: Incoming, responder: Responder, part: Part = WHOLE) -> None:
        """Answer one message, with all of the answer or a part of it. Never raises."""
        started = time.perf_counter()
        if self._places <= 0:
            reply = _Reply(Outgoing(plain_message(BUSY[detect_language(incoming.text)])), "busy")
        else:
            self._places -= 1
            try:
                _, reply = await asyncio.gather(responder.typing(), self._reply(incoming, part, responder))
            finally:
                self._places += 1
        outcome = await self._deliver(reply, responder, incoming)
        self._note(incoming, outcome, time.perf_counter() - started, reply.answer)

    async def ask(self, incoming: Incoming) -> Answer | None:
        """The answer alone, in its turn; None where too many wait. Raises what answering raises."""
        if self._places <= 0:
            return None
        self._places -= 1
        try:
            async with self._turn:
                return await self._answer(incoming)
        finally:
            self._places += 1

    async def welcome(self, incoming: Incoming, responder: Responder) -> None:
        """Say what the bot can do, to a conversation that it was just added to. Never raises."""
        started = time.perf_counter()
        reply = await self._reply(incoming)
        outcome = await self._deliver(reply, responder, incoming)
        outcome = outcome if outcome == "failed" else "welcome"
        self._note(incoming, outcome, time.perf_counter() - started, None)

    def free(self) -> int:
        """How many more messages would be taken now."""
        return self._places

    async def _reply(self, incoming: Incoming, part: Part = WHOLE, responder: Responder | None = None) -> _Reply:
        """The reply to a message, whatever happens: this is the edge where a failure becomes a sentence."""
        if not incoming.text:
            return _Reply(Outgoing(plain_message(NO_QUESTION)), "empty")
        try:
            async with self._turn:
                answer = await self._answer(incoming)
            if responder is not None and part == WHOLE:
                answer = await self._write(answer, responder)
            message = await self._presenter.message(incoming, answer, part)
            return _Reply(Outgoing(message), _outcome(answer), answer)
        except Exception as error:
            return _Reply(_apology(error, incoming), "failed")

    async def _write(self, answer: Answer, responder: Responder) -> Answer:
        """The answer as a language model writes it, shown while it does; the answer itself where none may."""
        if self._writer is None or not suits(answer):
            return answer

        async def show(partial: Answer) -> None:
            await responder.chunk(render_message(partial)["text"])

        await responder.progress(WRITING[answer.language])
        return (await self._writer.write(answer, show)).answer

    async def _deliver(self, reply: _Reply, responder: Responder, incoming: Incoming) -> str:
        """Send the reply; gives how the turn ended.

        A message that the chat service refuses is followed by an apology; after anything else it may have arrived, and
        a second one would confuse.
        """
        try:
            sent = await responder.final(reply.outgoing)
        except Exception as error:
            apology = _apology(error, incoming)
            if isinstance(error, DeliveryError) and error.refused:
                await _last_word(responder, apology)
            return "failed"
        if reply.answer is not None:
            await self._keep(incoming, sent, reply.outgoing, reply.answer)
        return reply.outcome

    async def _keep(self, incoming: Incoming, sent: str, outgoing: Outgoing, answer: Answer) -> None:
        """Note which message brought the answer, so that feedback on it can be told apart, and what it left out, so
        that more can be asked for.
        """
        try:
            if self._remember is not None:
                await self._remember(incoming.conversation, sent, answer)
            if self._hide is not None and not incoming.alone:
                await self._hide(incoming, count_hidden(answer, outgoing.message))
        except Exception as error:
            logger.warning("The answer could not be kept: %s", name_error(error))

    def _note(self, incoming: Incoming, outcome: str, seconds: float, answer: Answer | None) -> None:
        self._metrics.turn(outcome, seconds, answer)
        known = {"intent": answer.intent, "generation": answer.generation} if answer is not None else {}
        extra = {"outcome": outcome, "scope": incoming.scope, "ms": round(1000 * seconds, 1), **known}
        logger.info("turn", extra=extra)


def _outcome(answer: Answer) -> str:
    """How a turn ended that brought this answer: one of the metrics' outcomes."""
    if answer.intent == "help":
        return "greeting" if is_greeting(answer.question) else "help"
    return "nothing_found" if answer.refused else "answered"


def _apology(error: Exception, incoming: Incoming) -> Outgoing:
    """The sentence for a failed turn."""
    return Outgoing(plain_message(apologize(error, detect_language(incoming.text))))


def apologize(error: Exception, language: str) -> str:
    """The sentence for a failure, with the reference under which the log has its trace."""
    reference = secrets.token_hex(4)
    logger.error("Turn %s failed: %s\n%s", reference, name_error(error), trace(error), extra={"reference": reference})
    said = UNREACHED if isinstance(error, UnavailableError) else FAILED
    return said[language].format(reference=reference)


async def _last_word(responder: Responder, outgoing: Outgoing) -> None:
    try:
        await responder.final(outgoing)
    except Exception as error:
        logger.error("Nor could that be told: %s", name_error(error))
