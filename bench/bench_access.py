"""What access rules cost: `python -m bench.bench_access [--items N] [--json FILE]`.

In one process the same questions are put, turn by turn, to a bot without rules and to one under rules that close one
body of many, so that nearly as much is left to search and to tell. Each figure is the least of its rounds.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench import corpus
from bench.measure import finish, machine, median, print_table, run_child
from bot.access import Reader, Rules
from bot.access_file import AccessFile
from bot.pipeline import Library, answer_now, open_library
from bot.readers import Readers, open_view
from indexer.embed import Embedder, load_query_embedder
from indexer.model import cache_folder, choose_model

READER = Reader(user="00000000-0000-4000-8000-000000000000")


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as name:
        folder = Path(name)
        minutes = corpus.generate(options.items)
        corpus.write(folder / "source", minutes)
        run_child(["bench.stand_in", str(folder / "source"), str(folder / "index")])
        library = open_library(folder / "index", None)
        closed = library.origins[-1].bodies[0]
        rules = folder / "access.toml"
        rules.write_text(f'default = "public"\n[bodies]\n"{closed}" = []\n', encoding="utf-8")
        file = AccessFile(rules)
        embedder = load_query_embedder(choose_model(None), cache_folder(None))
        asked = [one.text for one in corpus.questions(minutes, options.each)]
        ways = {"no rules": Readers(Rules), "one body closed": Readers(file.rules)}
        figures = asyncio.run(measure(library, embedder, asked, ways, options.rounds))
    hidden = sum(closed in origin.bodies for origin in library.origins)
    print(f"{machine()}\n{options.items} items, {hidden} of {len(library.origins)} documents closed")
    rows = [(name, *one.values()) for name, one in figures.items()]
    print_table("Milliseconds a question, embedding included", ("rules", "first", "median", "median ratio"), rows)
    finish({"machine": machine(), "figures": figures}, options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=5000, help="agenda items to generate (%(default)s)")
    parser.add_argument("--each", type=int, default=5, help="questions of each kind (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="times that each is put (%(default)s)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args()


async def measure(
    library: Library, embedder: Embedder, asked: Sequence[str], ways: dict[str, Readers], rounds: int
) -> dict[str, dict[str, float]]:
    """For each way the first question's time, the median of all, and the median of the ratios to the first way's."""

    async def put(question: str, readers: Readers) -> float:
        started = time.perf_counter()
        view, _ = await open_view(READER, readers, lambda: library)
        await asyncio.to_thread(answer_now, question, view, lambda: embedder, date(2025, 1, 15))
        return 1000 * (time.perf_counter() - started)

    await put(asked[0], next(iter(ways.values())))  # the model's own warm-up
    first = {name: await put(asked[0], readers) for name, readers in ways.items()}
    best: dict[str, list[float]] = {name: [float("inf")] * len(asked) for name in ways}
    for _ in range(rounds + 1):
        for number, question in enumerate(asked):
            for name, readers in ways.items():
                best[name][number] = min(best[name][number], await put(question, readers))
    plain = best[next(iter(ways))]
    return {
        name: {
            "first": first[name],
            "median": median(times),
            "ratio": median([one / other for one, other in zip(times, plain, strict=True)]),
        }
        for name, times in best.items()
    }


if __name__ == "__main__":
    main()
