"""The whole bot under load: `python -m bench.bench_bot [--short] [--json FILE]`. Linux only.

`motesminnet serve --local` over the index of data/minutes in a process of its own, the real model, and a chat service
on loopback in this one. A message's time is from its posting until its answer has arrived there. The questions are
those of data/eval, in turn; no vector of a question is kept, so each is embedded anew. The SDK's bare echo bot goes
through the same, to show what of it is the SDK's and the clients' own.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
from aiohttp import web

from bench.measure import ROOT, SAMPLE, finish, machine, median, percentile, print_table, run_child

sys.path.insert(0, str(ROOT / "tests"))

from made_chat import make_activity

QUESTIONS = ROOT / "data" / "eval" / "questions.jsonl"
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
        lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
        self._questions = itertools.cycle([json.loads(line)["q"] for line in lines if line.strip()])
        self._ids = itertools.count(1)

    async def ask(self) -> float:
        """Milliseconds until the answer to the next question has arrived."""
        number = next(self._ids)
        activity = make_activity(self._chat.url) | {"id": f"m{number}", "text": next(self._questions)}
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


async def measure(arguments: list[str], messages: int, *, soak: bool) -> dict[str, float]:
    """The figures of one bot; with `soak` those of its memory and files over `messages` too."""
    async with ChatService().running() as chat, aiohttp.ClientSession() as session:
        with running(*arguments) as (process, port):
            await wait_until_ready(session, port)
            load = Load(session, chat, port)
            await load.in_parallel(messages // 10)  # warm-up
            held = [(resident_mb(process), open_files(process))]
            rates, spent = list[float](), list[float]()
            for _ in range(2 if soak else 1):  # in halves, to see whether memory goes on growing
                per_second, times = await load.in_parallel(messages // 2 if soak else messages // 10)
                rates.append(per_second)
                spent += times
                held.append((resident_mb(process), open_files(process)))
            steady = await load.at_a_rate(min(messages, 300))
            figures = {"messages a second": median(rates), "8 in parallel p50": median(spent)}
            figures |= {"8 in parallel p95": percentile(spent, 0.95)}
            figures |= {f"5 a second p{share}": percentile(steady, share / 100) for share in (50, 95, 99)}
            for when, (memory, files) in zip(("before", "halfway", "after"), held, strict=False):
                figures |= {f"MB {when}": memory, f"files {when}": float(files)}
            return figures


def report(figures: dict[str, dict[str, float]], messages: int) -> None:
    columns = ["messages a second", "8 in parallel p50", "8 in parallel p95"]
    columns += [f"5 a second p{share}" for share in (50, 95, 99)]
    rows = [[name, *(one[column] for column in columns)] for name, one in figures.items()]
    print_table("Milliseconds from a message to its answer", ["bot", *columns], rows)
    bot, times = figures["Mötesminnet"], ("before", "halfway", "after")
    rows = [[what, *(round(bot[f"{what} {when}"]) for when in times)] for what in ("MB", "files")]
    print_table(f"Memory and open files of Mötesminnet over {messages} messages", ["", *times], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--short", action="store_true", help="500 messages instead of 5,000")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    messages = 500 if options.short else 5_000
    with tempfile.TemporaryDirectory() as folder:
        run_child(["bot.cli", "index", str(SAMPLE), "--index", folder])
        serve = ["bot.cli", "serve", "--local", "--index", folder, "--port"]
        figures = {
            "the SDK's bare echo": asyncio.run(measure(["bench.echo_bot"], messages, soak=False)),
            "Mötesminnet": asyncio.run(measure(serve, messages, soak=True)),
        }
    report(figures, messages)
    finish({"machine": machine(), "messages": messages, **figures}, options.json)


if __name__ == "__main__":
    main()
