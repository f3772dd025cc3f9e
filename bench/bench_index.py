"""How fast minutes are indexed: `python -m bench.bench_index [--items N] [--json FILE]`.

The rate of the embedding step and of a whole run as ratios to bare `SentenceTransformer.encode` over the same texts, in
one process and in turn (A B C A B C ...), for on a busy machine only ratios of neighbours mean something. Then what a
run costs beside the embedding: from empty, with nothing changed, with one document changed. Last, a whole
`motesminnet index` of the sample minutes as a process. With `--nightly`, and nothing else: processor time of
`motesminnet index` with the real model, from empty and with one item changed, which takes many minutes.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import corpus
from bench.measure import SAMPLE, finish, machine, median, print_table, run_child
from bench.stand_in import Noise
from bot.config import Settings
from indexer.build import build_index
from indexer.embed import Embedder, load_indexing_embedder
from indexer.model import choose_model, model_folder, open_sentence_transformer


class Recorder(Noise):
    """An embedder that keeps the texts it is given: exactly what a run embeds."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def passages(self, texts: Sequence[str], progress=None):
        self.texts += texts
        return super().passages(texts, progress)


def main() -> None:
    options = _options()
    figures: dict[str, object] = {"machine": machine()}
    if options.nightly:
        with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as folder:
            figures["nightly"] = nightly(Path(folder), options.run_items)
        report(figures)
        finish(figures, options.json)
        return
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as folder:
        figures["sample"] = sample(Path(folder) / "sample")  # first: its peak memory must not count this process's
        figures["runs"] = runs(Path(folder) / "runs", options.run_items)
        figures["rate"] = rate(Path(folder) / "rate", options.items, options.rounds)
    report(figures)
    finish(figures, options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=100, help="agenda items to embed in each round (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of A B C (%(default)s)")
    parser.add_argument("--run-items", type=int, default=5000, help="items for runs without a model (%(default)s)")
    parser.add_argument("--nightly", action="store_true", help="only whole processes, with the real model")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args()


def rate(folder: Path, items: int, rounds: int) -> dict[str, float]:
    """Chunks a second: bare encoding, our embedding step, a whole run; and the ratios of neighbours."""
    settings = Settings.from_env(os.environ)
    model = choose_model(settings.model)
    embedder = load_indexing_embedder(model, settings.cache)
    bare = open_sentence_transformer(model_folder(model, settings.cache))
    source = folder / "source"
    corpus.write(source, corpus.generate(items))
    texts = _texts(source, folder / "recorded")
    prompt = (bare.prompts or {}).get("passage", "passage: ")

    def encode() -> None:
        bare.encode(texts, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)

    def whole() -> None:
        build_index(source, folder / "index", embedder.model_id, lambda: embedder)

    steps = {"bare": encode, "embedding step": lambda: embedder.passages(texts), "whole run": whole}
    embedder.passages(texts[:8])
    bare.encode(texts[:8], prompt=prompt)
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            seconds[name].append(_timed(step))
            shutil.rmtree(folder / "index", ignore_errors=True)
    found: dict[str, float] = {"chunks": len(texts), "rounds": rounds}
    for name, spent in seconds.items():
        found[f"{name}, chunks/s"] = len(texts) / median(spent)
        if name != "bare":
            found[f"{name}, ratio"] = median([a / b for a, b in zip(seconds["bare"], spent, strict=True)])
    return found


def _texts(source: Path, index: Path) -> list[str]:
    """The texts that a run over the folder embeds."""
    recorder = Recorder()
    build_index(source, index, recorder.model_id, lambda: recorder)
    return recorder.texts


def _timed(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def runs(folder: Path, items: int) -> dict[str, float]:
    """Seconds of runs whose vectors cost nothing: from empty, nothing changed, one document changed."""
    source, index = folder / "source", folder / "index"
    minutes = corpus.generate(items)
    corpus.write(source, minutes)
    embedder: Embedder = Noise()

    def run():
        return build_index(source, index, embedder.model_id, lambda: embedder)

    first = run()
    unchanged = [run() for _ in range(3)]
    changed = [_change(source / one.name, run) for one in minutes[:3]]
    if any(one.published or one.embedded for one in unchanged) or any(len(one.changed) != 1 for one in changed):
        raise RuntimeError("A run did other work than it should: the figures would mean something else.")
    return {
        "items": first.items,
        "documents": first.documents,
        "from empty, s": first.seconds,
        "nothing changed, s": median([one.seconds for one in unchanged]),
        "one document changed, s": median([one.seconds for one in changed]),
        "chunks embedded for it": median([one.embedded for one in changed]),
    }


def nightly(folder: Path, items: int) -> dict[str, float]:
    """Seconds of processor time of `motesminnet index`, children included: from empty, with one item changed."""
    source = folder / "source"
    minutes = corpus.generate(items)
    corpus.write(source, minutes)
    command = ["bot.cli", "index", str(source), "--index", str(folder / "index"), "--json"]
    environment = {"MOTESMINNET_STATE": str(folder / "state")}
    first = run_child(command, environment)
    changed = [_change(source / one.name, lambda: run_child(command, environment)) for one in minutes[:3]]
    unchanged = run_child(command, environment)
    told = [json.loads(one.output) for one in changed]
    if any(one["embedded"] != 1 or len(one["changed"]) != 1 for one in told):
        raise RuntimeError("A run did other work than it should: the figures would mean something else.")
    spent = median([one.cpu for one in changed])
    return {
        "items": json.loads(first.output)["items"],
        "from empty, cpu s": first.cpu,
        "one item changed, cpu s": spent,
        "of that from empty": f"{spent / first.cpu:.1%}",
        "nothing changed, cpu s": unchanged.cpu,
        "from empty, s": first.wall,
        "one item changed, s": median([one.wall for one in changed]),
    }


def _change(document: Path, run: Callable[[], object]):
    """The report of a run after the document's last item has got one more sentence."""
    text = document.read_text(encoding="utf-8").rstrip("\n")
    document.write_text(f"{text}\n\nEn rad till om saken.\n", encoding="utf-8")
    return run()


def sample(folder: Path) -> dict[str, float]:
    """`motesminnet index data/minutes` as a process, model and all: from empty, then with nothing changed."""
    command = ["bot.cli", "index", str(SAMPLE), "--index", str(folder)]
    first = run_child(command)
    again = [run_child(command) for _ in range(3)]
    return {
        "from empty, s": first.wall,
        "from empty, peak MB": first.peak_mb,
        "nothing changed, s": median([one.wall for one in again]),
        "nothing changed, peak MB": max(one.peak_mb for one in again),
    }


def report(figures: dict[str, object]) -> None:
    """Prints the tables."""
    print(f"\n{figures['machine']}")
    titles = {
        "rate": "Rate against bare `SentenceTransformer.encode` (ratio 1.00: as fast)",
        "runs": "Runs over generated minutes, vectors for nothing",
        "nightly": "`motesminnet index` with the real model, a process each",
        "sample": "`motesminnet index data/minutes`, a process each",
    }
    for name, title in titles.items():
        if name in figures:
            print_table(title, ("figure", "value"), list(figures[name].items()))


if __name__ == "__main__":
    main()
