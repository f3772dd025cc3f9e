"""Mötesminnet beside what people would pick instead: `python -m bench.peers [--peers faiss,fts5] [--sets sample]`.

Makes an environment for each peer under build/peers, measures each on each set of minutes, and writes results.json and
README.md. What has been measured is kept under build/peers and not measured again: an interrupted run goes on where it
was. `--fresh` measures anew, `--clean` removes the environments afterwards.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.measure import ROOT, Run, machine, median, percentile, run_child
from bench.peers import report
from bench.peers.scoring import Hit, Item, score

HERE = Path(__file__).parent
PEERS = {
    "ours": "Mötesminnet",
    "ours_search": "Mötesminnet, search alone",
    "faiss": "sentence-transformers + FAISS",
    "txtai": "txtai",
    "llamaindex": "LlamaIndex",
    "haystack": "Haystack",
    "langchain": "LangChain",
    "chroma": "Chroma",
    "fts5": "SQLite FTS5",
    "tantivy": "tantivy",
    "ripgrep": "ripgrep",
}
OURS = ("ours", "ours_search")
"""They run in the project's own environment, and read the files themselves."""
SETS = ("sample", "real", "generated")
WITHOUT_MODEL = ("fts5", "tantivy", "ripgrep")
STAND_IN = ("generated",)
"""Sets whose passages get vectors for nothing."""
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

Json = dict[str, Any]


def main() -> None:
    options = _options()
    folder: Path = options.folder
    _prepare_work(folder)
    for name in options.peers:
        python = _environment(name, folder)
        for chosen in options.sets:
            kept = folder / name / f"{chosen}.json"
            if (folder / "work" / chosen).is_dir() and (options.fresh or not kept.exists()):
                figures = measure(name, python, chosen, folder, options.rounds)
                kept.write_text(json.dumps(figures, ensure_ascii=False), encoding="utf-8")
                print(f"Measured {name} on {chosen}.", flush=True)
        if options.clean:
            shutil.rmtree(folder / name / "env", ignore_errors=True)
    report.write(list(_results(folder)), HERE)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = {"type": lambda text: text.split(",")}
    parser.add_argument("--peers", default=list(PEERS), help=f"of {','.join(PEERS)}", **names)
    parser.add_argument("--sets", default=list(SETS), help=f"of {','.join(SETS)}", **names)
    parser.add_argument("--rounds", type=int, default=3, help="times each is measured; the least is kept (%(default)s)")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "peers", help="for environments and indexes")
    parser.add_argument("--fresh", action="store_true", help="measure what has been measured too")
    parser.add_argument("--clean", action="store_true", help="remove each environment when its peer is done")
    return parser.parse_args()


def _prepare_work(folder: Path) -> None:
    """In a process of its own, for a child's peak memory counts that of the process that starts it."""
    if not (folder / "work" / "model.txt").exists():
        shutil.rmtree(folder / "work", ignore_errors=True)
        run_child(["bench.peers.work", str(folder / "work")])


def _environment(name: str, folder: Path) -> str:
    """The Python of the peer's environment, made where it is not there or its requirements have changed."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    if name in OURS:
        return sys.executable
    wanted, env = HERE / name / "requirements.txt", folder / name / "env"
    ready, python = env / "requirements.txt", str(env / "bin" / "python")
    if not ready.exists() or ready.read_text() != wanted.read_text():
        print(f"Making the environment of {name} ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", env], check=True)
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, "--requirement", wanted], check=True)
        shutil.copy(wanted, ready)
    return python


def _results(folder: Path) -> Iterator[Json]:
    """What has been measured of every peer on every set, with its answers scored."""
    for chosen in SETS:
        if not (folder / "work" / chosen).is_dir():
            continue
        work = json.loads((folder / "work" / chosen / "work.json").read_text(encoding="utf-8"))
        for file in (folder / name / f"{chosen}.json" for name in PEERS):
            if file.exists():
                figures = json.loads(file.read_text(encoding="utf-8"))
                hits = figures.pop("hits")
                yield {**figures, "score": _score(work, hits, folder / "work" / chosen / "texts")}


def measure(name: str, python: str, chosen: str, folder: Path, rounds: int) -> Json:
    """The figures of one peer on one set of minutes: each taken `rounds` times, the least of them kept."""
    work = json.loads((folder / "work" / chosen / "work.json").read_text(encoding="utf-8"))
    source = folder / "work" / chosen / ("minutes" if name in OURS else "texts")
    changed = source.with_name(f"{source.name}-changed")
    index, questions = folder / name / f"index-{chosen}", folder / name / "questions.json"
    model = (folder / "work" / "model.txt").read_text()

    def run(action: str, place: Path, minutes: Path, *more: str) -> Run:
        stand_in = ["--stand-in"] if chosen in STAND_IN and action != "ask" and name not in WITHOUT_MODEL else []
        paths = ["--index", str(place), "--source", str(minutes), "--model", model]
        return run_child(["bench.peers.child", name, action, *paths, *stand_in, *more], ENVIRONMENT, python)

    def build() -> Run:
        shutil.rmtree(index, ignore_errors=True)
        return run("index", index, source)

    def ask(asked: list[str]) -> Run:
        questions.write_text(json.dumps(asked), encoding="utf-8")
        return run("ask", index, source, "--questions", str(questions))

    def update() -> Run:
        copy = index.with_name(f"{index.name}-changed")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(index, copy)
        return run("update", copy, changed, "--changed", work["changed"])

    asked = [one["q"] for one in work["questions"]]
    built = [build() for _ in range(rounds)]
    size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 1e6
    cold = [ask(asked[:1]) for _ in range(rounds)]
    warm = [ask(asked) for _ in range(rounds)]
    return {
        "peer": name,
        "title": PEERS[name],
        "set": chosen,
        "stand_in": chosen in STAND_IN,
        "rounds": rounds,
        "machine": machine(),
        "documents": work["documents"],
        "questions": len(asked),
        "index": {**_least(built), "size_mb": size},
        "cold": _least(cold),
        "warm": _warm(warm),
        "update": _least([update() for _ in range(rounds)]),
        "hits": [json.loads(line)["hits"] for line in warm[0].output.splitlines()],
    }


def _least(runs: list[Run]) -> dict[str, float]:
    return {
        "wall_s": min(run.wall for run in runs),
        "cpu_s": min(run.cpu for run in runs),
        "peak_mb": min(run.peak_mb for run in runs),
    }


def _warm(runs: list[Run]) -> dict[str, float]:
    """Milliseconds a question without the first of each process, which may load things; the least of the rounds."""
    rounds = [[json.loads(line) for line in run.output.splitlines()][1:] for run in runs]
    return {
        "ms_p50": min(median([one["ms"] for one in answers]) for answers in rounds),
        "ms_p95": min(percentile([one["ms"] for one in answers], 0.95) for answers in rounds),
        "cpu_ms_p50": min(median([one["cpu_ms"] for one in answers]) for answers in rounds),
        "peak_mb": min(run.peak_mb for run in runs),
    }


def _score(work: Mapping[str, Any], answers: list[list[Json]], folder: Path) -> dict[str, dict[str, float]]:
    items = {key: Item(**item) for key, item in work["items"].items()}
    gold = [[items[key] for key in one["gold"]] for one in work["questions"]]
    if not items:
        return {}
    texts = {file.stem: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    return score(gold, [[Hit(**hit) for hit in hits] for hits in answers], texts)


if __name__ == "__main__":
    main()
