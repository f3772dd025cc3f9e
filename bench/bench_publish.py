"""Publishing while the bot answers: `python -m bench.bench_publish [--items N] [--publishes N] [--json FILE]`.

The bot's answering part (`open_answerer`: threads, shelf, real model) is asked ten questions a second, by the clock,
over generated minutes, in rounds of three parts: alone; while another process publishes one generation after the other
beside it, of which the bot takes no notice (what it costs to share the machine); and while that process publishes what
the bot is to answer from (that, and what it costs to change generations). What is published is a copy of the same
index, so that each answer is known; building one is timed elsewhere. The process is as nice as the nightly run in
`deploy/`. Only the last generation stays, so that each is removed about a second after the bot has opened it.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import corpus
from bench.measure import ROOT, TODAY, finish, machine, percentile, print_table, run_child
from bot.config import Settings
from bot.message import Incoming
from bot.process import settle
from bot.service import Answerer, open_answerer
from indexer.embed import load_query_embedder
from indexer.generation import open_generation, publish, remove_old, run_lock
from indexer.model import choose_model

RATE = 10.0
PAUSE = 1.5
"""Seconds between two publishes: the bot looks each second."""
NICE = 10
LOOK = 0.005
PARTS = ("alone", "publishing beside", "publishing")


def main() -> None:
    options = _options()
    if options.publish:
        publish_copies(options.publish, options.publishes)
        return
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as folder:
        source, index = Path(folder) / "source", Path(folder) / "index"
        minutes = corpus.generate(options.items)
        corpus.write(source, minutes)
        run_child(["bench.stand_in", str(source), str(index)])
        questions = [one.text for one in corpus.questions(minutes, 4)]
        figures = asyncio.run(measure(index, questions, options.publishes, options.rounds))
        size = sum(file.stat().st_size for file in open_generation(index).path.iterdir())
    figures = {"machine": machine(), "items": options.items, "index_mb": round(size / 1e6), **figures}
    report(figures)
    finish(figures, options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=5000, help="agenda items to generate (%(default)s)")
    parser.add_argument("--publishes", type=int, default=100, help="generations to publish (%(default)s)")
    parser.add_argument("--rounds", type=int, default=4, help="rounds they are spread over (%(default)s)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--publish", type=Path, help=argparse.SUPPRESS)  # what the child process is asked for
    return parser.parse_args()


def publish_copies(index: Path, count: int) -> None:
    """Publishes the generation in use anew, again and again; the ones before are removed at once."""
    os.nice(NICE)
    print("ready", flush=True)
    for _ in range(count):
        started = time.monotonic()
        with run_lock(index):
            before = open_generation(index)

            def copy(folder: Path, before=before):
                shutil.copyfile(before.register, folder / before.register.name)
                shutil.copyfile(before.vectors, folder / before.vectors.name)
                return before.manifest

            publish(index, copy)
            remove_old(index, keep=1)
        time.sleep(max(0.0, PAUSE - (time.monotonic() - started)))


async def measure(index: Path, questions: Sequence[str], publishes: int, rounds: int) -> dict[str, object]:
    """The figures of each part over all rounds, and by how many milliseconds p99 of the last is above the first."""
    settings = Settings.from_env({})
    model = choose_model(settings.model)
    beside = Path(shutil.copytree(index, index.with_name("beside")))
    opened = open_answerer(index, lambda _: load_query_embedder(model, settings.cache), lambda: TODAY, may_wait=False)
    settle()  # as `serve` does
    parts = {name: Part() for name in PARTS}
    each = publishes // rounds
    with contextlib.closing(opened) as answerer:
        load = Load(answerer, questions)
        for _ in range(rounds):
            await load.ask_for(len(questions) / RATE)  # to be known, and warm
            parts["alone"].add(await load.ask_for(each * PAUSE))
            parts["publishing beside"].add(await load.ask_while_publishing(beside, each))
            parts["publishing"].add(await load.ask_while_publishing(index, each))
    figures = {name: part.figures() for name, part in parts.items()}
    return {**figures, "p99_more": figures["publishing"]["p99"] - figures["alone"]["p99"]}


class Part:
    """What was seen in one part: milliseconds of each answer, generations, failures, how late the loop was."""

    def __init__(self) -> None:
        self.ms, self.late = list[float](), list[float]()
        self.generations, self.failed = set[int](), list[str]()

    def add(self, other: "Part") -> None:
        self.ms += other.ms
        self.late += other.late
        self.generations |= other.generations
        self.failed += other.failed

    def figures(self) -> dict[str, Any]:
        quantiles = {f"p{share}": percentile(self.ms, share / 100) for share in (50, 95, 99)}
        seen = {"questions": len(self.ms), "generations": len(self.generations), "failed": self.failed}
        return {**seen, **quantiles, "late_p99": percentile(self.late, 0.99), "late_max": max(self.late)}


class Load:
    """Asks by the clock, whether or not earlier questions have been answered; an answer must stay the same."""

    def __init__(self, answerer: Answerer, questions: Sequence[str]) -> None:
        self._answerer, self._questions = answerer, itertools.cycle(questions)
        self._known = dict[str, str]()
        self._ids = itertools.count(1)

    async def ask_for(self, seconds: float, done: Callable[[], bool] = lambda: False) -> Part:
        """What was seen in so many seconds, or until it is done."""
        part, asked, started = Part(), list[asyncio.Task[None]](), time.perf_counter()
        watching = asyncio.create_task(_watch(part))
        for number in range(int(seconds * RATE)):
            if done():
                break
            await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
            asked.append(asyncio.create_task(self._ask(part)))
        await asyncio.gather(*asked)
        watching.cancel()
        return part

    async def ask_while_publishing(self, index: Path, publishes: int) -> Part:
        """What was seen while another process published so many generations there."""
        command = [sys.executable, "-m", "bench.bench_publish", "--publish", str(index), "--publishes", str(publishes)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
            await asyncio.to_thread(child.stdout.readline)  # it has started
            part = await self.ask_for(10 * publishes * PAUSE, lambda: child.poll() is not None)
        if child.returncode:
            raise RuntimeError(f"publishing ended with {child.returncode}")
        return part

    async def _ask(self, part: Part) -> None:
        question, number = next(self._questions), next(self._ids)
        incoming = Incoming(f"m{number}", question, f"a:{number}", "personal", "29:anna", alone=True)
        started = time.perf_counter()
        try:
            answer = await self._answerer.ask(incoming)
        except Exception as error:
            part.failed.append(f"{type(error).__name__}: {error}")
            return
        part.ms.append(1000 * (time.perf_counter() - started))
        part.generations.add(answer.generation)
        if self._known.setdefault(question, answer.text) != answer.text:
            part.failed.append("another answer")


async def _watch(part: Part) -> None:
    while True:
        started = time.perf_counter()
        await asyncio.sleep(LOOK)
        part.late.append(1000 * (time.perf_counter() - started - LOOK))


def report(figures: dict[str, object]) -> None:
    title = f"{figures['items']} items, an index of {figures['index_mb']} MB, ten questions a second"
    heads = ["", "questions", "generations", "failed", "ms p50", "ms p95", "ms p99", "loop late, p99", "loop late, max"]
    rows = []
    for name in PARTS:
        one = figures[name]
        shown = [f"{one[key]:.0f}" for key in ("p50", "p95", "p99", "late_p99", "late_max")]
        rows.append([name, str(one["questions"]), str(one["generations"]), str(len(one["failed"])), *shown])
    print_table(title, heads, rows)
    print(f"\np99 is {figures['p99_more']:.0f} ms higher while publishing. Load, machine: {figures['machine']}")


if __name__ == "__main__":
    main()
