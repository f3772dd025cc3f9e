"""An answer written by a language model and held to its citations, or the answer as it was."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from bot.cited import quote_of
from bot.config import LanguageModelSettings, TeamsSettings
from bot.credentials import AppToken, make_acquire
from bot.generate import SCOPE, GenerationError, Generator, Reply, open_generator
from bot.in_full import turns_text
from bot.logs import name_error
from bot.metrics import Metrics
from bot.prompts import Filled, Prompt, load_prompts
from bot.records import Answer, BotError, Turn
from bot.rewrite import rewrite, sources_text, suits, unchecked
from bot.verify import Similarity, Verdict, verify_text
from indexer.embed import Embedder

logger = logging.getLogger(__name__)

CHECKING = 1.0
"""Seconds that the last check may take beyond the model's time."""
IN_FULL = 3.0
"""Seconds that a model has to put a follow-up question in full."""
OUTCOMES = ("written", "unsuited", "unsupported", "slow", "failed", "cut_off", "resting")

Show = Callable[[Answer], Awaitable[None]]
"""Shows an answer that is still being written: only sentences that passed the check."""
OpenEmbedder = Callable[[], Embedder]
OpenWriter = Callable[[OpenEmbedder | None, Metrics | None], "Writer"]
"""Opens the writer that the settings name; it compares by meaning where there is an embedder, and counts."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an answer: what to send, how it went (one of OUTCOMES), and what was thought of each sentence.

    `reply` is what the model wrote, and `raw` the answer it would have been without the check; None where it wrote
    nothing that could be checked. `prompt` is the prompt's id, "" where none was used.
    """

    answer: Answer
    outcome: str
    verdicts: tuple[Verdict, ...] = ()
    reply: Reply | None = None
    raw: Answer | None = None
    prompt: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes answers anew. `similarity` compares two texts by meaning, blocking (None: words alone decide)."""

    generator: Generator
    prompts: Mapping[str, Prompt]
    similarity: Similarity | None = None
    metrics: Metrics | None = None
    token: AppToken | None = None

    async def write(self, answer: Answer, show: Show | None = None) -> Written:
        """The answer in the model's sentences where they hold, else as it was. Never raises.

        `show` is given what has passed the check so far, each time a line is complete.
        """
        if not suits(answer):
            return Written(answer, "unsuited")
        prompt = self.prompts[f"answer.{answer.language}"]
        filled = prompt.fill(question=answer.full or answer.question, sources=sources_text(answer))
        try:
            async with asyncio.timeout(self.generator.settings.whole + CHECKING):
                written = await self._write(answer, filled, show)
        except GenerationError as error:
            written = Written(answer, error.reason, prompt=prompt.id, cause=error.cause)
        except TimeoutError:
            written = Written(answer, "slow", prompt=prompt.id, cause="check")
        except Exception as error:  # whatever goes wrong in here, there is an answer to send
            written = Written(answer, "failed", prompt=prompt.id, cause=name_error(error))
        self._note(written)
        return written

    async def put_in_full(self, question: str, turns: Sequence[Turn], language: str) -> str:
        """What the model makes of a question that leans on the turns before it, unchecked; "" where it gives nothing in
        time. Never raises.
        """
        prompt = self.prompts[f"follow-up.{language}"]
        filled = prompt.fill(question=question, turns=turns_text(turns, language))
        try:
            async with asyncio.timeout(IN_FULL):
                reply: Reply | None = await self.generator.generate(filled)
            cause = ""
        except Exception as error:  # without it the question has the answer that it had
            reply, cause = None, name_error(error)
        extra = {"outcome": "in_full" if reply else "no_reply", "prompt": prompt.id, "reason": cause}
        logger.info("follow-up", extra=extra)
        return reply.text if reply is not None else ""

    async def close(self) -> None:
        """Let go of connections and threads."""
        await self.generator.close()
        if self.token is not None:
            self.token.close()

    async def _write(self, answer: Answer, filled: Filled, show: Show | None) -> Written:
        checked, so_far = 0, list[Verdict]()

        async def on_text(text: str) -> None:
            nonlocal checked
            ended = text.rfind("\n") + 1
            if show is None or ended <= checked:
                return
            so_far.extend(await self._verify(text[checked:ended], answer))
            checked = ended
            partial = rewrite(answer, so_far, whole=False)
            if partial is not None and partial.citations:
                await show(partial)

        reply = await self.generator.generate(filled, on_text)
        verdicts = await self._verify(reply.text, answer)
        written = rewrite(answer, verdicts)
        raw = unchecked(answer, reply.text)
        outcome = "unsupported" if written is None else "written"
        return Written(written or answer, outcome, verdicts, reply, raw, filled.id)

    async def _verify(self, text: str, answer: Answer) -> tuple[Verdict, ...]:
        quotes = [quote_of(citation) for citation in answer.citations]
        return await asyncio.to_thread(verify_text, text, quotes, self.similarity, answer.language)

    def _note(self, written: Written) -> None:
        """Count and log how it went; never what was asked or written."""
        if self.metrics is not None:
            self.metrics.written(written.outcome, written.reply, written.verdicts, self.generator.settings.cost)
        kept = sum(one.kept for one in written.verdicts)
        extra = {"outcome": written.outcome, "prompt": written.prompt, "reason": written.cause}
        counted = {"kept": kept, "dropped": len(written.verdicts) - kept} if written.verdicts else {}
        ms = {} if written.reply is None else {"ms": round(written.reply.whole_ms, 1)}
        logger.info("written", extra={**extra, **counted, **ms})


def open_writer(
    settings: LanguageModelSettings,
    teams: TeamsSettings | None,
    embedder: OpenEmbedder | None = None,
    metrics: Metrics | None = None,
) -> Writer:
    """The writer of these settings; nothing is sent yet. `teams` is who it signs in as, where they say Entra.

    Raises BotError where a prompt is not as declared, or there is nobody to sign in as.
    """
    if settings.entra and teams is None:
        raise BotError("MOTESMINNET_LLM_ENTRA loggar in som boten. Sätt APP_ID, APP_TENANTID och botens hemlighet.")
    token = AppToken(make_acquire(teams, SCOPE)) if settings.entra and teams is not None else None
    similarity = None if embedder is None else make_similarity(embedder)
    return Writer(open_generator(settings, token), load_prompts(), similarity, metrics, token)


def make_similarity(embedder: OpenEmbedder) -> Similarity:
    """The cosine of two texts, blocking; what was compared lately is remembered."""

    @lru_cache(maxsize=1_000)
    def similarity(one: str, other: str) -> float:
        first, second = embedder().queries([one, other])
        return float(first @ second)

    return similarity


@dataclass(frozen=True, slots=True)
class WriterNow:
    """A writer that blocks until it has written."""

    writer: Writer
    runner: asyncio.Runner

    def __call__(self, answer: Answer) -> Written:
        return self.runner.run(self.writer.write(answer))

    def put_in_full(self, question: str, turns: Sequence[Turn], language: str) -> str:
        return self.runner.run(self.writer.put_in_full(question, turns, language))


@contextmanager
def writing(writer: Writer) -> Iterator["WriterNow"]:
    """What writes answers one by one, for code that is not asynchronous."""
    with asyncio.Runner() as runner:
        try:
            yield WriterNow(writer, runner)
        finally:
            runner.run(writer.close())
