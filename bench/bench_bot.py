"""The whole bot under load: `python -m bench.bench_bot [--short] [--json FILE]`. Linux only.

`motesminnet serve --local` over the index of data/minutes in a process of its own, the real model, and a chat service
on loopback in this one. A message's time is from its posting until its answer has arrived there. Two loads:

- "each once": no question comes twice, so that nothing kept in memory helps: each is embedded, searched and composed.
- "mix": questions drawn by rank (the most frequent n times as often as the n-th), as when many ask about the same
  meeting; how many answers had been kept is told by the bot's own metrics.

The SDK's bare echo bot goes through the same, in turn with ours: ratios are medians over rounds of neighbours in time.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path

import aiohttp
from aiohttp import web

from bench.measure import ROOT, SAMPLE, finish, machine, median, percentile, print_table, run_child

sys.path.insert(0, str(ROOT / "tests"))

from made_chat import make_activity

QUESTIONS = ROOT / "data" / "eval" / "questions.jsonl"
OTHERS = ROOT / "tests" / "fixtures" / "questions.jsonl"
"""Questions about other minutes, to warm up with."""
ROUNDS = 3
IN_ROUND = 300
"""Messages of one round's measurement: no more than there are questions."""
PARALLEL = 8
RATE = 5.0
CONVERSATIONS = 50
START = 60.0
ANSWER = 30.0


class ChatService:
    """Takes the bot's replies, and tells when the message that answers an activity came."""

    def __init__(self) -> None:
        self._waiting = dict[str, asyncio.Future[None]]()
        self.url = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["ChatService"]:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._receive)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        yield self
        await runner.cleanup()

    def expect(self, activity: str) -> asyncio.Future[None]:
        self._waiting[activity] = asyncio.get_running_loop().create_future()
        return self._waiting[activity]

    async def _receive(self, request: web.Request) -> web.Response:
        reply = await request.json()
        answered = self._waiting.get(reply.get("replyToId", ""))
        if reply["type"] == "message" and answered is not None and not answered.done():
            answered.set_result(None)
            del self._waiting[reply["replyToId"]]
        return web.json_response({"id": "r"})


class Load:
    """Posts questions to a bot, each with an id of its own, and times the answers."""

    def __init__(self, session: aiohttp.ClientSession, chat: ChatService, port: int) -> None:
        self._session, self._chat = session, chat
        self._address = f"http://127.0.0.1:{port}/api/messages"
        self._ids = itertools.count(1)
        self.questions: Iterator[str] = itertools.cycle(read_questions(OTHERS))

    async def ask(self) -> float:
        """Milliseconds until the answer to the next question has arrived."""
        number = next(self._ids)
        activity = make_activity(self._chat.url) | {"id": f"m{number}", "text": next(self.questions)}
        activity["conversation"] = {"id": f"a:{number % CONVERSATIONS}", "conversationType": "personal"}
        answered, started = self._chat.expect(activity["id"]), time.perf_counter()
        async with self._session.post(self._address, json=activity) as response:
            if response.status not in (200, 201, 202):
                raise RuntimeError(f"status {response.status}")
        await asyncio.wait_for(answered, ANSWER)
        return 1000 * (time.perf_counter() - started)

    async def in_parallel(self, count: int) -> tuple[float, list[float]]:
        """Messages a second with eight under way all the time, and the milliseconds of each."""
        left, spent = iter(range(count)), list[float]()

        async def one_after_another() -> None:
            for _ in left:
                spent.append(await self.ask())

        started = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(PARALLEL)))
        return count / (time.perf_counter() - started), spent

    async def at_a_rate(self, count: int) -> list[float]:
        """The milliseconds of each message, sent by the clock whether or not earlier ones have been answered."""
        asked, started = list[asyncio.Task[float]](), time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
            asked.append(asyncio.create_task(self.ask()))
        return list(await asyncio.gather(*asked))


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[tuple[int, int]]:
    """A child `python -m arguments PORT`: its process id and its port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", *arguments, str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        try:
            yield child.pid, port
        finally:
            child.terminate()


async def wait_until_ready(session: aiohttp.ClientSession, port: int) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                if response.status == 200:
                    return
        await asyncio.sleep(0.1)
    raise RuntimeError(f"No bot on port {port} within {START:.0f} s")


def resident_mb(process: int) -> float:
    """The process's memory in use, in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def open_files(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def cpu_ms(process: int) -> float:
    """The processor time that a process has taken, in milliseconds."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_questions(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line)["q"] for line in lines if line.strip()))


def shuffled(questions: Iterable[str]) -> Iterator[str]:
    """Each question once, in an order that is the same each time."""
    return iter(random.Random(1).sample(known := list(questions), len(known)))


def drawn_by_rank(questions: Iterable[str]) -> Iterator[str]:
    """Questions without end: the first n times as often as the n-th."""
    ranked, draw = list(shuffled(questions)), random.Random(2)
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(ranked) + 1)))
    while True:
        yield draw.choices(ranked, cum_weights=weights)[0]


@contextlib.asynccontextmanager
async def loaded(arguments: list[str]) -> AsyncIterator[tuple[Load, int, aiohttp.ClientSession, int]]:
    """A bot that has answered some questions already, with its process id and its port."""
    async with ChatService().running() as chat, aiohttp.ClientSession() as session:
        with running(*arguments) as (process, port):
            await wait_until_ready(session, port)
            load = Load(session, chat, port)
            await load.in_parallel(IN_ROUND)  # warm-up, with other questions
            yield load, process, session, port


async def reused_answers(session: aiohttp.ClientSession, port: int) -> float:
    """How many answers the bot has taken from those it kept; 0.0 for a bot that does not tell."""
    async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
        found = re.search(r"^motesminnet_reused_answers_total (\S+)", await response.text(), re.MULTILINE)
    return float(found[1]) if found else 0.0


async def measure(arguments: list[str], questions: Iterator[str], steady: int) -> dict[str, float]:
    """The figures of one round: eight in parallel, then `steady` messages, five a second."""
    async with loaded(arguments) as (load, process, session, port):
        load.questions = questions
        before, busy = await reused_answers(session, port), cpu_ms(process)
        per_second, spent = await load.in_parallel(IN_ROUND)
        busy = (cpu_ms(process) - busy) / IN_ROUND
        reused = 100 * (await reused_answers(session, port) - before) / IN_ROUND
        figures = {"messages a second": per_second, "p50": median(spent), "p95": percentile(spent, 0.95)}
        figures |= {"cpu ms a message": busy, "answers kept %": reused}
        times = await load.at_a_rate(steady) if steady else []
        return figures | {f"5 a second p{n}": percentile(times, n / 100) for n in (50, 95, 99) if times}


async def soak(arguments: list[str], messages: int) -> dict[str, float]:
    """Memory and open files over so many messages of the mix, in halves: whether memory goes on growing."""
    async with loaded(arguments) as (load, process, _, _):
        load.questions = drawn_by_rank(read_questions(QUESTIONS))
        await load.in_parallel(messages // 10)
        figures = dict[str, float]()
        for when in ("before", "halfway", "after"):
            if figures:
                await load.in_parallel(messages // 2)
            figures |= {f"MB {when}": resident_mb(process), f"files {when}": float(open_files(process))}
        return figures


def in_rounds(serve: list[str], rounds: int, steady: int) -> dict[str, list[dict[str, float]]]:
    """The rounds' figures: the echo, and ours under both loads, one after the other."""
    known, echo = read_questions(QUESTIONS), ["bench.echo_bot"]
    figures: dict[str, list[dict[str, float]]] = {ECHO: [], ONCE: [], MIX: []}
    for _ in range(rounds):
        figures[ECHO].append(asyncio.run(measure(echo, drawn_by_rank(known), steady)))
        figures[ONCE].append(asyncio.run(measure(serve, shuffled(known), 0)))
        figures[MIX].append(asyncio.run(measure(serve, drawn_by_rank(known), steady)))
    return figures


ECHO, ONCE, MIX = "the SDK's bare echo", "each once", "mix"


def report(figures: dict[str, list[dict[str, float]]], held: dict[str, float], messages: int) -> None:
    columns = ["messages a second", "p50", "p95", "cpu ms a message", "answers kept %"]
    rows: list[list[object]] = []
    for name, rounds in figures.items():
        pairs = zip(rounds, figures[ECHO], strict=True)
        ratio = median([ours["messages a second"] / echo["messages a second"] for ours, echo in pairs])
        rows.append([name, *(median([one[column] for one in rounds]) for column in columns), ratio])
    print_table("Eight in parallel; milliseconds from a message to its answer", ["load", *columns, "to the echo"], rows)
    columns = [f"5 a second p{n}" for n in (50, 95, 99)]
    rows = [[name, *(median([one[c] for one in figures[name]]) for c in columns)] for name in (ECHO, MIX)]
    print_table(f"Five a second over {CONVERSATIONS} conversations, milliseconds", ["load", *columns], rows)
    times = ("before", "halfway", "after")
    rows = [[what, *(round(held[f"{what} {when}"]) for when in times)] for what in ("MB", "files")]
    print_table(f"Memory and open files over {messages} messages of the mix", ["", *times], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--short", action="store_true", help="one round, and 500 messages instead of 5,000")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rounds, steady, messages = (1, 50, 500) if options.short else (ROUNDS, 300, 5_000)
    with tempfile.TemporaryDirectory() as folder:
        run_child(["bot.cli", "index", str(SAMPLE), "--index", folder])
        serve = ["bot.cli", "serve", "--local", "--index", folder, "--port"]
        figures = in_rounds(serve, rounds, steady)
        held = asyncio.run(soak(serve, messages))
    report(figures, held, messages)
    finish({"machine": machine(), "messages": messages, "rounds": figures, "held": held}, options.json)


if __name__ == "__main__":
    main()
