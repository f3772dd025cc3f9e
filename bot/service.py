"""What `motesminnet serve` runs: the parts put together, opened in order, and closed again."""

import asyncio
import contextlib
import ctypes
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.answered import FILE as ANSWERED
from bot.answered import Answered
from bot.app import OpenPage, Parts, create_app
from bot.buttons import Buttons
from bot.config import AnswerSettings, TeamsSettings
from bot.connector import Connectors, Sender
from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations
from bot.credentials import AppToken, make_acquire
from bot.feedback import FILE as FEEDBACK
from bot.feedback import FeedbackStore
from bot.gate import Gate, LocalGate
from bot.keys import KeyStore
from bot.links import load_key
from bot.lookup import LibraryLookup
from bot.message import DEFAULT, Ask, Incoming
from bot.metrics import Metrics, age_of
from bot.openid import fetch_keys
from bot.page import Page, open_page
from bot.pipeline import Library, Shelf, answer_question
from bot.presentation import Presentation, Sensitivity, make_link, own_address
from bot.presenter import Presenter
from bot.records import Answer, BotError
from bot.respond import AT_ONCE, Desk
from bot.teams import Adapter, make_on_turn
from indexer.embed import Embedder
from indexer.generation import current
from indexer.records import IndexerError

logger = logging.getLogger(__name__)

LOCAL_HOST = "127.0.0.1"
KEEPALIVE = 75.0
"""Seconds that a silent connection is kept: longer than proxies keep theirs, and not for ever."""
CLOSE = 1.0
"""Seconds for open connections when the bot stops, after its turns have ended."""
LEAVE = 1.5
"""Seconds for threads when all else has ended: a search that hangs must not keep the process alive."""
LOUD = """
  OBS! LOKALT LÄGE, UTAN INLOGGNING
  Den som når datorns port {port} kan ställa frågor. Därför lyssnar boten bara på {host}.
  Öppna aldrig porten utåt, och använd aldrig det här läget i drift.
  Meddelanden: http://{host}:{port}/api/messages
  Avsluta med Ctrl+C.

"""
QUIET = "Boten tar emot meddelanden från Teams på http://{host}:{port}/api/messages. Avsluta med Ctrl+C.\n"
NO_INDEX = "Det finns inget index i {index!r} än. Boten startar och svarar när det finns: motesminnet index MAPP\n"


@dataclass(frozen=True, slots=True)
class Answerer:
    """What answers. `library` opens the newest index, and raises IndexerError where there is none; `opened` is the
    one that was used last; `close` waits for the searches under way.
    """

    ask: Ask
    library: Callable[[], Library]
    opened: Callable[[], Library | None]
    close: Callable[[], None]


def open_answerer(
    index: Path,
    load: Callable[[str], Embedder],
    today: Callable[[], date],
    *,
    may_wait: bool,
    state: Path | None = None,
) -> Answerer:
    """What answers out of this index, with a thread pool of its own; `load` gives the embedder for a model's id.

    Follow-up questions lean on conversations kept in `state` (None: in memory).

    Raises IndexerError where the index is damaged or of another model; where there is none yet, unless it `may_wait`.
    """
    later = may_wait and current(index) is None
    conversations = Conversations(None if state is None else state / CONVERSATIONS)
    shelf, pool = Shelf(index, None, later=later), ThreadPoolExecutor(AT_ONCE, "search")
    embedder = _load_once(load)
    if later:
        sys.stderr.write(NO_INDEX.format(index=str(index)))
    else:
        embedder(shelf.library().generation.manifest.model)

    async def ask(incoming: Incoming) -> Answer:
        answer, turns = await answer_question(
            incoming.text,
            shelf=shelf,
            embedder=lambda: embedder(shelf.library().generation.manifest.model),
            today=today,
            pool=pool,
            turns=() if incoming.alone else conversations.turns(incoming.conversation),
        )
        if not incoming.alone:
            conversations.save(incoming.conversation, turns)
        return answer

    def close() -> None:
        pool.shutdown(cancel_futures=True)
        conversations.close()

    return Answerer(ask, shelf.library, shelf.opened, close)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around the answers: how they are shown, what people think of them, and the pages of their sources."""

    presentation: Presentation = DEFAULT
    feedback: FeedbackStore | None = None
    page: OpenPage | None = None


def open_surroundings(
    answerer: Answerer, settings: AnswerSettings, state: Path, *, lasting: bool = True
) -> Surroundings:
    """The surroundings as the settings say; without a public address there are no pages, and no links to them.

    Feedback is kept in `state`, and so is the key of links that are to be `lasting`. Raises BotError where `state`
    cannot be written.
    """
    label = Sensitivity(*settings.sensitivity) if settings.sensitivity else None
    feedback = FeedbackStore(state / FEEDBACK, partial(_versions, answerer.opened), names=settings.feedback_names)
    own = partial(own_address, hosts=settings.link_hosts)
    if settings.public_url is None:
        return Surroundings(Presentation(own, label), feedback)
    key = load_key(settings.link_secret, state if lasting else None)

    async def page(token: str) -> Page:
        return await asyncio.to_thread(open_page, token, key, time.time(), answerer.library)

    link = make_link(settings.public_url, key, settings.link_days, time.time, own)
    return Surroundings(Presentation(link, label), feedback, page)


def _versions(opened: Callable[[], Library | None], generation: int) -> dict[str, str]:
    """What the answers of this generation are made with, as far as it is known."""
    library = opened()
    known = {"motesminnet": version("motesminnet")}
    if library is None or library.generation.number != generation:
        return known
    manifest = library.generation.manifest
    return {**known, "model": manifest.model, **manifest.versions}


def serve(
    answerer: Answerer,
    state: Path,
    teams: TeamsSettings | None,
    host: str,
    port: int,
    answers: AnswerSettings | None = None,
) -> None:
    """Serve until interrupted.

    Without `teams` this is local mode: no sign-in, 127.0.0.1 whatever `host` says, and only feedback is remembered
    afterwards. Raises BotError when the port cannot be had, or `state` cannot be written.
    """
    answers = answers or AnswerSettings()
    _few_heaps()
    if teams is None:
        host, answers = LOCAL_HOST, replace(answers, public_url=answers.public_url or f"http://{LOCAL_HOST}:{port}")
    surroundings = open_surroundings(answerer, answers, state, lasting=teams is not None)
    said = (LOUD if teams is None else QUIET).format(host=host, port=port)
    answered = Answered(None if teams is None else state / ANSWERED)
    token = None if teams is None else AppToken(make_acquire(teams))
    closers = [answered.close, answerer.close, *([surroundings.feedback.close] if surroundings.feedback else [])]

    def announce(_: str) -> None:
        sys.stderr.write(said)
        sys.stderr.flush()

    try:
        web.run_app(
            make_app(answerer, answered, teams, token, surroundings=surroundings),
            host=host,
            port=port,
            print=announce,
            access_log=None,
            keepalive_timeout=KEEPALIVE,
            shutdown_timeout=CLOSE,
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "porten finns inte"
        raise BotError(f"Port {port!r} går inte att använda ({reason}). Välj en annan: --port 3979") from error
    finally:
        _close_within(LEAVE, [*closers, *([] if token is None else [token.close])])


def _few_heaps() -> None:
    """Lets threads share two heaps. glibc gives each one of its own and takes little back: after 900 questions in four
    threads 202 MB, and with two heaps 151, which stay.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):  # not glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


_M_ARENA_MAX = -8


def make_session(*, trust_env: bool) -> aiohttp.ClientSession:
    """An HTTP client without cookies, round the environment's proxies unless `trust_env`."""
    return aiohttp.ClientSession(trust_env=trust_env, cookie_jar=aiohttp.DummyCookieJar())


async def make_app(
    answerer: Answerer,
    answered: Answered,
    teams: TeamsSettings | None,
    token: AppToken | None,
    sessions: Callable[..., aiohttp.ClientSession] = make_session,
    surroundings: Surroundings | None = None,
) -> web.Application:
    """The application with all its parts; in local mode (no `teams`) replies go to loopback addresses only."""
    metrics = Metrics()
    opened = contextlib.AsyncExitStack()
    replies = await opened.enter_async_context(sessions(trust_env=teams is not None))
    around, lookup = surroundings or Surroundings(), LibraryLookup(answerer.library)
    presenter = Presenter(around.presentation, lookup)
    desk = Desk(answerer.ask, metrics, presenter, around.feedback.remember if around.feedback else None)
    buttons = Buttons(desk, presenter, lookup)
    sender = Sender(replies, token, metrics.retried)
    adapter = Adapter(Connectors(sender), make_on_turn(desk, answered, buttons, around.feedback))
    keys = None if teams is None else await _open_keys(teams, opened, sessions)
    door = LocalGate() if teams is None or keys is None else Gate(teams, keys.find, time.time)
    _watch(metrics, answerer, desk, keys)

    async def close(_: web.Application) -> None:
        await opened.aclose()

    app = create_app(Parts(door, adapter.process, answered, metrics, _make_ready(answerer, keys), around.page))
    app.on_cleanup.append(close)
    return app


async def _open_keys(
    teams: TeamsSettings, opened: contextlib.AsyncExitStack, sessions: Callable[..., aiohttp.ClientSession]
) -> KeyStore:
    """The keys, fetched once (or not: then soon) and from now on in the background."""
    for doubt in teams.doubts():
        logger.warning("%s", doubt)
    session = await opened.enter_async_context(sessions(trust_env=True))
    keys = KeyStore(partial(fetch_keys, session, teams.openid_metadata), time.monotonic)
    running = asyncio.create_task(keys.run())

    async def stop() -> None:
        running.cancel()
        await asyncio.wait({running})
        await keys.close()

    opened.push_async_callback(stop)
    await keys.refresh()
    return keys


def _make_ready(answerer: Answerer, keys: KeyStore | None) -> Callable[[], "asyncio.Future[str | None]"]:
    def lacking() -> str | None:
        try:
            answerer.library()
        except IndexerError:
            return "no index"
        return "no keys" if keys is not None and keys.age() is None else None

    return lambda: asyncio.get_running_loop().run_in_executor(None, lacking)


def _watch(metrics: Metrics, answerer: Answerer, desk: Desk, keys: KeyStore | None) -> None:
    """Figures that are read when somebody looks: the index in use, room in the queue, the age of the keys."""

    def number() -> float:
        library = answerer.opened()
        return library.generation.number if library is not None else 0

    def age() -> float:
        library = answerer.opened()
        return age_of(library.generation.manifest.built_at) if library is not None else float("nan")

    def keys_age() -> float:
        seconds = keys.age() if keys is not None else None
        return float("nan") if seconds is None else seconds

    metrics.watch("generation", "Number of the index generation in use; 0 before there is one.", number)
    metrics.watch("generation_age_seconds", "Since the index generation in use was built.", age)
    metrics.watch("free_places", "How many more questions would be taken now.", desk.free)
    if keys is not None:
        metrics.watch("keys_age_seconds", "Since the signing keys were fetched; NaN without keys.", keys_age)


def _load_once(load: Callable[[str], Embedder]) -> Callable[[str], Embedder]:
    """`load` that is called once for each model, whichever thread comes first."""
    lock, loaded = threading.Lock(), dict[str, Embedder]()

    def embedder(model: str) -> Embedder:
        with lock:
            if model not in loaded:
                loaded[model] = load(model)
            return loaded[model]

    return embedder


def _close_within(seconds: float, closers: list[Callable[[], None]]) -> None:
    """Close all of them; what takes longer is left behind with the process, which ends here and now."""
    closing = threading.Thread(target=lambda: [close() for close in closers], daemon=True)
    closing.start()
    closing.join(seconds)
    if closing.is_alive():
        logger.warning("Threads were still at work when the bot stopped")
        logging.shutdown()
        os._exit(0)
