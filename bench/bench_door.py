"""What the door costs, and whether the loop ever waits: `python -m bench.bench_door [--rounds N] [--json FILE]`.

The whole bot in one process as Teams reaches it, with the tests' identity server (a thread of its own), chat service
(TLS) and keys; the answer is a ready one, so that what is timed is all but the search. A watcher sleeps 5 ms at a time
and notes how late it wakes: that includes the work of the two test servers' clients in the same loop.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from bench.measure import ROOT, finish, machine, median, percentile, print_table

sys.path.insert(0, str(ROOT / "tests"))

from made_answers import make_answer
from made_door import Identity, bearer, known, make_fields, make_settings, make_token, teams_bot
from multidict import CIMultiDict

from bot.answered import Answered
from bot.gate import Gate

TICK = 0.005
HANG = 5.0


async def ready_answer(_: object) -> object:
    return make_answer()


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """The milliseconds by which the loop woke late, while this is open."""
    late: list[float] = []

    async def watch() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(TICK)
            late.append(1000 * (time.perf_counter() - started - TICK))

    watching = asyncio.create_task(watch())
    await asyncio.sleep(10 * TICK)
    late.clear()
    yield late
    watching.cancel()


def judging(rounds: int) -> list[float]:
    """Milliseconds to judge one valid request, without any network."""
    gate, headers, body = Gate(make_settings(), known(), time.time), CIMultiDict(bearer()), _body()

    async def read() -> bytes:
        return body

    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        with contextlib.suppress(StopIteration):
            gate.admit(headers, read).send(None)
        spent.append(1000 * (time.perf_counter() - started))
    return spent


def _body() -> bytes:
    return json.dumps(make_fields()).encode()


class Asking:
    """Posts questions to the bot, each with an id of its own, and times them; `normal` is the p95 to compare with."""

    def __init__(self, bot: Any) -> None:
        self.bot, self.count, self.spent = bot, 0, list[float]()
        self.headers, self.normal = bearer(), float("nan")

    async def __call__(self, headers: dict[str, str] | None = None, expected: int = 200) -> None:
        self.count += 1
        started = time.perf_counter()
        status, _ = await self.bot.post(make_fields(id=f"m{self.count}"), headers or self.headers)
        self.spent.append(1000 * (time.perf_counter() - started))
        if status != expected:
            raise RuntimeError(f"status {status}, expected {expected}")


Case = Callable[[Asking, Identity, int], Awaitable[None]]


async def one_by_one(ask: Asking, _: Identity, rounds: int) -> None:
    for _ in range(rounds):
        await ask()


async def ten_at_a_time(ask: Asking, _: Identity, rounds: int) -> None:
    for _ in range(rounds // 10):
        await asyncio.gather(*(ask() for _ in range(10)))


async def forged(ask: Asking, _: Identity, rounds: int) -> None:
    headers = bearer(make_token()[:-4] + "AAAA")
    for _ in range(rounds):
        await ask(headers, 401)


async def hanging_identity(ask: Asking, identity: Identity, rounds: int) -> None:
    """An unknown key sets off a fetch that hangs, while others ask."""
    identity.delay = HANG
    unknown = asyncio.create_task(ask(bearer(make_token(key="unknown")), 401))
    while identity.fetches < 2:
        await asyncio.sleep(TICK)
    await one_by_one(ask, identity, rounds)
    await unknown
    ask.spent.remove(max(ask.spent))  # that of the unknown key, which waited for the fetch to be given up


async def half_open(ask: Asking, identity: Identity, rounds: int) -> None:
    await one_by_one(ask, identity, rounds)
    ask.normal = percentile(ask.spent, 0.95)
    opened = [await asyncio.open_connection("127.0.0.1", ask.bot.client.port) for _ in range(300)]
    for _, writer in opened:
        writer.write(b"POST /api/messages HTTP/1.1\r\nHost: x\r\n")
    ask.spent.clear()
    for _ in range(rounds):
        await ask()
    for _, writer in opened:
        writer.close()


CASES: dict[str, Case] = {
    "one question at a time": one_by_one,
    "ten at a time": ten_at_a_time,
    "forged tokens": forged,
    "identity server hangs 5 s": hanging_identity,
    "300 half-open connections": half_open,
}


async def run_case(case: Case, rounds: int) -> tuple[list[float], list[float], float]:
    """Milliseconds of each request, and by which the loop was late; and the p95 in the same bot without the case's
    trouble, NaN where the case has none.
    """
    with contextlib.ExitStack() as opened:
        identity = opened.enter_context(Identity())
        folder = opened.enter_context(tempfile.TemporaryDirectory())
        answered = opened.enter_context(contextlib.closing(Answered(Path(folder) / "answered.db")))
        async with teams_bot(ready_answer, identity, answered) as bot:
            ask = Asking(bot)
            await ask()
            ask.spent.clear()
            async with watched() as late:
                await case(ask, identity, rounds)
            return ask.spent, late, ask.normal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # there is no index to suggest questions from, and that is said each time
    gate = judging(10 * options.rounds)
    rows = []
    for name, case in CASES.items():
        spent, late, normal = asyncio.run(run_case(case, options.rounds))
        p95 = percentile(spent, 0.95)
        rows.append([name, median(spent), p95, p95 / normal, max(spent), percentile(late, 0.99), max(late)])
    columns = ["case", "ms p50", "ms p95", "p95, times normal", "ms max", "loop late, ms p99", "loop late, ms max"]
    print_table(f"Through the door and back, {options.rounds} requests each", columns, rows)
    print_table("Judging a request alone", ["ms p50", "ms p95"], [[median(gate), percentile(gate, 0.95)]])
    figures = {"cases": {row[0]: dict(zip(columns[1:], row[1:], strict=True)) for row in rows}, "judging": median(gate)}
    finish({"machine": machine(), **figures}, options.json)


if __name__ == "__main__":
    main()
