"""The only module that calls a language model: a filled prompt becomes text, within a budget, or a named failure."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.breaker import Breaker
from bot.config import LanguageModelSettings
from bot.logs import name_error
from bot.prompts import Filled

if TYPE_CHECKING:
    from openai import AsyncOpenAI

logger = logging.getLogger(__name__)

SCOPE = "https://cognitiveservices.azure.com/.default"
"""What an Entra token for Azure OpenAI is asked for."""
MAX_TOKENS = 1_000
MAX_CHARACTERS = 8_000
"""Longer than any answer; a model that goes on past it has lost its way."""
RETRIES = 2
BACKOFF = 0.4
"""Seconds before the first retry, doubled for the next; the server may ask for more."""
_WORTH_RETRYING = frozenset((408, 409, 429, 500, 502, 503, 504))
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

OnText = Callable[[str], Awaitable[None]]
"""Told the text so far (all of it) each time that there is more."""
Token = Callable[[], Awaitable[str]]
"""What signs in: gives a token that is valid now."""
REASONS = ("slow", "failed", "cut_off", "resting")


class GenerationError(Exception):
    """The model gave no usable text. `reason` is one of REASONS; `cause` names what happened, without its words."""

    def __init__(self, reason: str, cause: str = "") -> None:
        super().__init__(f"{reason} {cause}".strip())
        self.reason, self.cause = reason, cause


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote, the tokens it read and wrote (0 where it does not tell), and milliseconds until its first
    word and its last.
    """

    text: str
    tokens: tuple[int, int]
    first_ms: float
    whole_ms: float


@dataclass(slots=True)
class _Received:
    """What has arrived of a reply."""

    text: str = ""
    ended: str | None = None
    tokens: tuple[int, int] = (0, 0)
    first: float | None = None


@dataclass(frozen=True, slots=True)
class Generator:
    """Calls one model. `clock` gives seconds that only go forward; `sleep` waits between retries."""

    settings: LanguageModelSettings
    client: "AsyncOpenAI"
    breaker: Breaker = field(default_factory=lambda: Breaker(time.monotonic))
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def generate(self, prompt: Filled, on_text: OnText | None = None) -> Reply:
        """The whole text for the prompt. Raises GenerationError.

        A try that fails before its first word is repeated while there is time for that; after the first word nothing
        is, since that may have been shown.
        """
        if not self.breaker.allows():
            raise GenerationError("resting")
        try:
            reply = await self._in_time(prompt, on_text)
        except GenerationError:
            self.breaker.failed()
            raise
        except BaseException:  # nobody waits any longer, or the fault is ours: nothing is known about the model
            self.breaker.gave_up()
            raise
        self.breaker.succeeded()
        return reply

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    async def _in_time(self, prompt: Filled, on_text: OnText | None) -> Reply:
        started, received = self.clock(), _Received()
        try:
            async with asyncio.timeout(self.settings.first_word) as limit:
                end = (limit.when() or 0) - self.settings.first_word + self.settings.whole
                await self._try(prompt, received, on_text, lambda: limit.reschedule(end))
        except TimeoutError as error:
            raise GenerationError("slow", "text" if received.text else "first word") from error
        if received.ended != "stop" or not received.text.strip():
            raise GenerationError("cut_off", received.ended or "no end")
        now = self.clock()
        first = now if received.first is None else received.first
        return Reply(received.text, received.tokens, 1000 * (first - started), 1000 * (now - started))

    async def _try(
        self, prompt: Filled, received: _Received, on_text: OnText | None, on_first: Callable[[], None]
    ) -> None:
        """Receive the reply, in a new try where one fails before its first word."""
        for attempt in range(RETRIES + 1):
            try:
                return await self._receive(prompt, received, on_text, on_first)
            except (TimeoutError, GenerationError):
                raise
            except Exception as error:  # whatever a server sends and a client makes of it
                status = getattr(error, "status_code", None)
                wait = max(BACKOFF * 2**attempt, _asked_to_wait(error))
                hopeless = not (status is None or status in _WORTH_RETRYING) or wait >= self.settings.first_word
                if received.text or attempt == RETRIES or hopeless:
                    raise GenerationError("failed", f"{name_error(error)} {status or ''}".strip()) from error
                await self.sleep(wait)
        return None

    async def _receive(
        self, prompt: Filled, received: _Received, on_text: OnText | None, on_first: Callable[[], None]
    ) -> None:
        stream = await self.client.chat.completions.create(**_request(self.settings, prompt))
        async with stream:
            async for chunk in stream:
                if chunk.usage is not None:
                    received.tokens = (chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0)
                for choice in chunk.choices[:1]:
                    received.ended = choice.finish_reason or received.ended
                    await self._add(choice.delta.content or "", received, on_text, on_first)

    async def _add(self, piece: str, received: _Received, on_text: OnText | None, on_first: Callable[[], None]) -> None:
        if not piece:
            return
        if received.first is None:
            received.first = self.clock()
            on_first()
        received.text += piece
        if len(received.text) > MAX_CHARACTERS:
            raise GenerationError("cut_off", "too long")
        if on_text is not None:
            await on_text(received.text)


def open_generator(settings: LanguageModelSettings, token: Token | None = None) -> Generator:
    """What calls the model of these settings; `token` signs in where they say Entra."""
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    for name in ("openai", "httpx2", "httpcore2"):  # OPENAI_LOG=debug would write questions to the log
        logging.getLogger(name).setLevel(logging.WARNING)
    here = (urlsplit(settings.url).hostname or "") in _LOOPBACK
    # No redirects: what the minutes say goes to the address in the settings, and nowhere else.
    http = DefaultAsyncHttpxClient(follow_redirects=False, trust_env=not here, timeout=settings.whole)
    key: str | Token = settings.key.value if settings.key is not None else "-"
    client = AsyncOpenAI(
        base_url=settings.url,
        api_key=token if settings.entra and token is not None else key,
        max_retries=0,
        timeout=settings.whole,
        http_client=http,
    )
    return Generator(settings, client)


def price(tokens: tuple[int, int], cost: tuple[float, float]) -> float:
    """What these tokens cost, by the prices of a million read and a million written.

    >>> price((2_000_000, 500_000), (10.0, 40.0))
    40.0
    """
    return (tokens[0] * cost[0] + tokens[1] * cost[1]) / 1_000_000


def _request(settings: LanguageModelSettings, prompt: Filled) -> dict[str, Any]:
    """The request's fields. Azure's newer models know only `max_completion_tokens`, many local servers only the old."""
    host = urlsplit(settings.url).hostname or ""
    limit = "max_completion_tokens" if host.endswith((".azure.com", ".openai.com")) else "max_tokens"
    messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
    fields: dict[str, Any] = {"model": settings.model, "messages": messages, "stream": True, limit: MAX_TOKENS}
    if settings.temperature is not None:
        fields["temperature"] = settings.temperature
    return {**fields, "stream_options": {"include_usage": True}}


def _asked_to_wait(error: Exception) -> float:
    """Seconds that the server asks for before the next try; 0 where it asks for none that make sense."""
    headers: Mapping[str, str] = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers.get("retry-after", "0")))
    except ValueError:
        return 0.0
