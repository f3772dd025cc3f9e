"""What `motesminnet serve` runs: the parts put together, opened in order, and closed again."""

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from importlib.metadata import version

import aiohttp
from aiohttp import web

from bot.access import Reader, Rights, Rules
from bot.access_file import AccessFile
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
from bot.freshness import Freshness
from bot.gate import Gate, LocalGate
from bot.groups import SCOPE as GRAPH_SCOPE
from bot.groups import Groups
from bot.in_full import FollowUps, PutInFull
from bot.kept import KeptQueries
from bot.keys import KeyStore
from bot.links import load_key
from bot.lookup import LibraryLookup
from bot.message import DEFAULT, Ask, Incoming
from bot.metrics import Metrics, age_of
from bot.openid import fetch_keys
from bot.page import Page, open_page
from bot.pipeline import Library, converse, converse_in_full, turns_for_model
from bot.presentation import Link, Presentation, Sensitivity, make_link, own_address
from bot.presenter import Presenter
from bot.process import settle
from bot.readers import Readers, open_view
from bot.records import Answer, BotError, Citation, Turn
from bot.respond import AT_ONCE, Desk, Hide
from bot.shelf import Shelf, Watch
from bot.teams import Adapter, make_on_turn
from bot.writer import OpenWriter
from indexer.database import Database, Place
from indexer.embed import Embedder
from indexer.generation import is_published
from indexer.last_run import FAILED, LastRun, read_last_run
from indexer.records import IndexerError, SupersededError

logger = logging.getLogger(__name__)

LOCAL_HOST = "127.0.0.1"
KEEPALIVE = 75.0
"""Seconds that a silent connection is kept: longer than proxies keep theirs, and not for ever."""
CLOSED_LINK_DAYS = 7
"""A link works no longer than this where not all may see what it leads to: whoever holds it can open it."""
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
    """What answers. `library` gives the index that answers now, opening the first; it raises IndexerError where there
    is none. `opened` gives it without opening any; `problem` says why a newer one is left out; `close` waits for the
    searches under way; `last_run` is how the index was last built; `hide` is told how many of an answer's cited lines
    had no room in its message. `view` gives that index as a reader may see it; `readers` knows their
    rights, and `access_problem` what is wrong with the rules (None: nothing). `embedder` gives the model that searches
    now; `follow_ups` puts questions in full once it has a model. `is_public` tells whether anyone at all may see what a
    citation quotes.
    """

    ask: Ask
    library: Callable[[], Library]
    opened: Callable[[], Library | None]
    close: Callable[[], None]
    view: Callable[[Reader], Awaitable[Library]]
    readers: Readers = field(default_factory=Readers)
    access_problem: Callable[[], str | None] = lambda: None
    problem: Callable[[], str | None] = lambda: None
    last_run: Callable[[], LastRun | None] = lambda: None
    hide: Hide | None = None
    embedder: Callable[[], Embedder] | None = None
    follow_ups: FollowUps = field(default_factory=FollowUps)
    is_public: Callable[[Citation], bool] = lambda _: False


def open_answerer(
    index: Place,
    load: Callable[[str], Embedder],
    today: Callable[[], date],
    *,
    may_wait: bool,
    state: Place | None = None,
    freshness: Freshness | None = None,
    access: AccessFile | None = None,
) -> Answerer:
    """What answers out of this index, with a thread pool of its own; `load` gives the embedder for a model's id.

    Follow-up questions lean on conversations kept in `state` (None: in memory). Without `access` only sidecars restrict
    who may see what.

    Raises IndexerError where the index is of another model, or damaged with no older one to go on with; where there is
    none yet, unless it `may_wait`.
    """
    embedder = _load_once(load)

    def prepare(library: Library) -> None:
        embedder(library.generation.manifest.model)
        library.warm()

    later = may_wait and not is_published(index)
    shelf = Shelf(index, later=later, prepare=prepare)
    follow_ups = FollowUps()
    conversations = Conversations(None if state is None else state / CONVERSATIONS)
    watch = Watch(shelf)
    pool = ThreadPoolExecutor(AT_ONCE, "search")
    if later:
        sys.stderr.write(NO_INDEX.format(index=str(index)))

    def answer_in_thread(library: Library, question: str, turns: Sequence[Turn]) -> tuple[Answer, tuple[Turn, ...]]:
        return converse(
            question, turns, library, partial(embedder, library.generation.manifest.model), today(), reuse=True
        )

    readers = Readers(Rules if access is None else access.rules)

    def conversation_of(incoming: Incoming, rights: Rights) -> str:
        return f"{incoming.conversation} {rights.key}"  # other rights, another conversation: nothing is carried over

    async def hide(incoming: Incoming, count: int) -> None:
        rights = (await open_view(incoming.reader, readers, shelf.library, pool, shelf.refresh))[1]
        await conversations.hide(conversation_of(incoming, rights), count)

    async def ask(incoming: Incoming) -> Answer:
        try:
            return await ask_once(incoming)
        except SupersededError:  # a database has one generation: it was published since the last look
            await asyncio.to_thread(shelf.refresh)
            return await ask_once(incoming)

    async def ask_once(incoming: Incoming) -> Answer:
        library, rights = await open_view(incoming.reader, readers, shelf.library, pool, shelf.refresh)
        conversation = conversation_of(incoming, rights)
        turns = () if incoming.alone else await conversations.turns(conversation)
        loop = asyncio.get_running_loop()
        answer, later = await loop.run_in_executor(pool, answer_in_thread, library, incoming.text, turns)
        if follow_ups.put is not None and turns and answer.refused:
            answer, later = await in_full(incoming.text, turns, answer, library, follow_ups.put) or (answer, later)
        if not incoming.alone:
            await conversations.save(conversation, later)
        return await asyncio.to_thread(_aged, answer)

    async def in_full(
        question: str, turns: Sequence[Turn], answer: Answer, library: Library, put: PutInFull
    ) -> tuple[Answer, tuple[Turn, ...]] | None:
        loop = asyncio.get_running_loop()
        given = await loop.run_in_executor(pool, turns_for_model, answer, question, turns, library)
        written = await put(question, given, answer.language) if given else ""
        if not written:
            return None
        model = library.generation.manifest.model
        find = partial(converse_in_full, written, question, given, library, partial(embedder, model), today())
        return await loop.run_in_executor(pool, find)

    def _aged(answer: Answer) -> Answer:
        library = shelf.opened()
        return answer if freshness is None or library is None else freshness.tell(answer, library.generation)

    def is_public(citation: Citation) -> bool:
        library = shelf.opened()
        return library is not None and readers.is_public(library.origin(citation.document))

    async def view(reader: Reader) -> Library:
        if isinstance(index, Database):
            await asyncio.to_thread(shelf.refresh)
        return (await open_view(reader, readers, shelf.library, renew=shelf.refresh))[0]

    def embedder_now() -> Embedder:
        return embedder(shelf.library().generation.manifest.model)

    def close() -> None:
        watch.close()
        pool.shutdown(cancel_futures=True)
        conversations.close()

    last_run = partial(read_last_run, index)
    access_problem = (lambda: None) if access is None else access.problem
    return Answerer(
        ask=ask,
        library=shelf.library,
        opened=shelf.opened,
        close=close,
        view=view,
        readers=readers,
        access_problem=access_problem,
        problem=shelf.problem,
        last_run=last_run,
        hide=hide,
        embedder=embedder_now,
        follow_ups=follow_ups,
        is_public=is_public,
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around the answers: how they are shown, what people think of them, and the pages of their sources."""

    presentation: Presentation = DEFAULT
    feedback: FeedbackStore | None = None
    page: OpenPage | None = None


def open_surroundings(
    answerer: Answerer, settings: AnswerSettings, state: Place, *, lasting: bool = True
) -> Surroundings:
    """The surroundings as the settings say; without a public address there are no pages, and no links to them.

    Feedback is kept in `state`, and so is the key of links that are to be `lasting`. Raises BotError where `state`
    cannot be written.
    """
    label = Sensitivity(*settings.sensitivity) if settings.sensitivity else None
    feedback = FeedbackStore(state / FEEDBACK, partial(_versions, answerer.opened), names=settings.feedback_names)
    own = partial(own_address, hosts=settings.link_hosts)
    public_url = settings.public_url
    if public_url is None:
        return Surroundings(Presentation(own, label), feedback)
    key = load_key(settings.link_secret, state if lasting else None)

    async def page(token: str) -> Page:
        return await open_page(token, key, time.time(), answerer.view)

    def days(citation: Citation) -> int:
        return settings.link_days if answerer.is_public(citation) else min(settings.link_days, CLOSED_LINK_DAYS)

    def link_for(reader: Reader) -> Link:
        return make_link(public_url, key, days, time.time, own, reader)

    return Surroundings(Presentation(own, label, link_for=link_for), feedback, page)


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
    state: Place,
    teams: TeamsSettings | None,
    host: str,
    port: int,
    answers: AnswerSettings | None = None,
    write: OpenWriter | None = None,
) -> None:
    """Serve until interrupted; `write` opens the language model that may write the answers.

    Without `teams` this is local mode: no sign-in, 127.0.0.1 whatever `host` says, and only feedback is remembered
    afterwards. Raises BotError when the port cannot be had, or `state` cannot be written.
    """
    answers = answers or AnswerSettings()
    settle()
    if teams is None:
        host, answers = LOCAL_HOST, replace(answers, public_url=answers.public_url or f"http://{LOCAL_HOST}:{port}")
    surroundings = open_surroundings(answerer, answers, state, lasting=teams is not None)
    said = (LOUD if teams is None else QUIET).format(host=host, port=port)
    answered = Answered(None if teams is None else state / ANSWERED)
    token = None if teams is None else AppToken(make_acquire(teams))
    graph = None if teams is None else AppToken(make_acquire(teams, GRAPH_SCOPE))
    closers = [answered.close, answerer.close, *([surroundings.feedback.close] if surroundings.feedback else [])]

    def announce(_: str) -> None:
        sys.stderr.write(said)
        sys.stderr.flush()

    try:
        web.run_app(
            make_app(answerer, answered, teams, token, surroundings=surroundings, graph=graph, write=write),
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
        _close_within(LEAVE, [*closers, *(one.close for one in (token, graph) if one is not None)])


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
    graph: AppToken | None = None,
    write: OpenWriter | None = None,
) -> web.Application:
    """The application with all its parts; in local mode (no `teams`) replies go to loopback addresses only.

    With `graph`, the bot's token there, people's groups count for what they may see.
    """
    metrics = Metrics()
    opened = contextlib.AsyncExitStack()
    if graph is not None:
        session = await opened.enter_async_context(sessions(trust_env=True))
        answerer.readers.among = Groups(session, graph).among
    replies = await opened.enter_async_context(sessions(trust_env=teams is not None))
    around, lookup = surroundings or Surroundings(), LibraryLookup(answerer.view)
    presenter = Presenter(around.presentation, lookup)
    remember = around.feedback.remember if around.feedback else None
    writer = None if write is None else write(answerer.embedder, metrics)
    if writer is not None:
        answerer.follow_ups.put = writer.put_in_full
        opened.push_async_callback(writer.close)
    desk = Desk(answerer.ask, metrics, presenter, remember, answerer.hide, writer)
    buttons = Buttons(desk, presenter, lookup)
    sender = Sender(replies, token, metrics.retried)
    on_turn = make_on_turn(desk, answered, buttons, around.feedback, starters=teams is not None)
    adapter = Adapter(Connectors(sender), on_turn)
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


def _make_ready(answerer: Answerer, keys: KeyStore | None) -> "Callable[[], asyncio.Future[dict[str, object]]]":
    def state() -> dict[str, object]:
        try:
            library = answerer.library()
        except IndexerError:
            return {"status": "no index", **_last_run(answerer)}
        if keys is not None and keys.age() is None:
            return {"status": "no keys", **_last_run(answerer)}
        behind = {**_left_behind(answerer.problem(), library), **_bad_rules(answerer)}
        return {"status": "ok", **behind, **_last_run(answerer)}

    return lambda: asyncio.get_running_loop().run_in_executor(None, state)


def _left_behind(problem: str | None, library: Library) -> dict[str, object]:
    """What `/readyz` says of an index that goes on answering because the newest cannot be used."""
    if problem is None:
        return {}
    manifest = library.generation.manifest
    age = round(age_of(manifest.built_at))
    return {"problem": problem, "generation": manifest.number, "built_at": manifest.built_at, "age_seconds": age}


def _bad_rules(answerer: Answerer) -> dict[str, object]:
    """What `/readyz` says while the file of access rules cannot be used."""
    bad = answerer.access_problem() is not None
    return {"access": "bad access rules, the last good ones apply"} if bad else {}


def _last_run(answerer: Answerer) -> dict[str, object]:
    """What `/readyz` tells of the last run: how it went, and how many seconds ago."""
    run = answerer.last_run()
    if run is None:
        return {}
    looked = None if run.looked is None else round(age_of(run.looked))
    return {"last_run": {"outcome": run.outcome, "age_seconds": round(age_of(run.at)), "looked_seconds_ago": looked}}


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

    def run_age() -> float:
        run = answerer.last_run()
        return float("nan") if run is None else age_of(run.at)

    def source_age() -> float:
        run = answerer.last_run()
        return float("nan") if run is None or run.looked is None else age_of(run.looked)

    def run_ok() -> float:
        run = answerer.last_run()
        return float("nan") if run is None else float(run.outcome != FAILED)

    def run_failures() -> float:
        run = answerer.last_run()
        return float("nan") if run is None else run.failed

    metrics.watch("last_run_age_seconds", "Since the last indexing run ended, however it did.", run_age)
    metrics.watch("source_age_seconds", "Since a run last brought the index up to date with its source.", source_age)
    metrics.watch("last_run_ok", "1 where the last indexing run brought the index up to date, else 0.", run_ok)
    metrics.watch("last_run_failed_documents", "Documents that the last run could not read.", run_failures)
    metrics.watch("generation", "Number of the index generation in use; 0 before there is one.", number)
    metrics.watch("generation_age_seconds", "Since the index generation in use was built.", age)
    metrics.watch(
        "generation_stale",
        "1 while the newest index generation cannot be used, and an older one answers.",
        lambda: float(answerer.problem() is not None),
    )
    metrics.watch("free_places", "How many more questions would be taken now.", desk.free)
    if keys is not None:
        metrics.watch("keys_age_seconds", "Since the signing keys were fetched; NaN without keys.", keys_age)


def _load_once(load: Callable[[str], Embedder]) -> Callable[[str], Embedder]:
    """`load` that is called once for each model, whichever thread comes first; its vectors of questions are kept."""
    lock, loaded = threading.Lock(), dict[str, Embedder]()

    def embedder(model: str) -> Embedder:
        if model in loaded:  # nobody waits while another model is loaded for an index to come
            return loaded[model]
        with lock:
            if model not in loaded:
                loaded[model] = KeptQueries(load(model))
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
