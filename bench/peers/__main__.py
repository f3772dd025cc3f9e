"""Mötesminnet beside what people would pick instead: `python -m bench.peers [--peers faiss,fts5] [--sets sample]`.

Makes an environment for each peer under build/peers, measures each on each set of minutes, three rounds, and writes
results.json and README.md. A round of a peer on a set is kept under build/peers and not measured again: an interrupted
run goes on where it was. `--fresh` measures anew, `--clean` removes the environments afterwards.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from bench.measure import ROOT, Run, machine, median, percentile, run_child
from bench.peers import report
from bench.peers.report import PEERS
from bench.peers.scoring import Hit, Item, score

HERE = Path(__file__).parent
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
    _prepare_work(folder, options.fresh)
    pythons = {name: _environment(name, folder) for name in options.peers}
    sets = [chosen for chosen in options.sets if (folder / "work" / chosen).is_dir()]
    for number, chosen, name in product(range(1, options.rounds + 1), sets, options.peers):
        kept = _kept(folder, name, chosen, number)
        if options.fresh or not kept.exists():
            figures = measure(name, pythons[name], chosen, folder)
            kept.write_text(json.dumps(figures, ensure_ascii=False), encoding="utf-8")
            print(f"Measured {name} on {chosen}, round {number}.", flush=True)
    if options.clean:
        for name in options.peers:
            shutil.rmtree(folder / name / "env", ignore_errors=True)
    report.write(list(_results(folder)), HERE)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", default=PEERS, type=_some_of(PEERS), help=f"of {','.join(PEERS)}")
    parser.add_argument("--sets", default=SETS, type=_some_of(SETS), help=f"of {','.join(SETS)}")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the least of each figure counts (%(default)s)")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "peers", help="for environments and indexes")
    parser.add_argument("--fresh", action="store_true", help="minutes and figures anew, kept ones too")
    parser.add_argument("--clean", action="store_true", help="remove the environments afterwards")
    return parser.parse_args()


def _some_of(names: Collection[str]) -> Callable[[str], list[str]]:
    def some_of(text: str) -> list[str]:
        chosen = text.split(",")
        if not set(chosen) <= set(names):
            raise ValueError(text)
        return chosen

    return some_of


def _prepare_work(folder: Path, fresh: bool) -> None:
    """In a process of its own, for a child's peak memory counts that of the process that starts it."""
    if fresh or not (folder / "work" / "model.txt").exists():
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


def _kept(folder: Path, name: str, chosen: str, number: int) -> Path:
    return folder / name / f"{chosen}-{number}.json"


def _results(folder: Path) -> Iterator[Json]:
    """What has been measured of every peer on every set: the least of its rounds, its answers scored."""
    for chosen in (one for one in SETS if (folder / "work" / one).is_dir()):
        work = json.loads((folder / "work" / chosen / "work.json").read_text(encoding="utf-8"))
        for name in PEERS:
            files = sorted(folder.glob(f"{name}/{chosen}-?.json"))
            rounds = [json.loads(file.read_text(encoding="utf-8")) for file in files]
            if rounds:
                about = {"peer": name, "title": PEERS[name], "set": chosen, "stand_in": chosen in STAND_IN}
                size = {"documents": work["documents"], "questions": len(work["questions"])}
                figures = _score(work, rounds[0]["hits"], folder / "work" / chosen / "texts")
                yield {**about, **size, **least(rounds), "score": figures}


def least(rounds: Sequence[Json]) -> Json:
    """Of each figure the least of the rounds, how many they were, and the machine with its load in each."""
    parts = ("index", "cold", "warm", "update")
    figures = {part: {name: min(one[part][name] for one in rounds) for name in rounds[0][part]} for part in parts}
    loads = [one["machine"]["load"][0] for one in rounds]
    return {**figures, "rounds": len(rounds), "machine": {**rounds[0]["machine"], "load": loads}}


def measure(name: str, python: str, chosen: str, folder: Path) -> Json:
    """The figures of one round of a peer on a set of minutes, and what it showed for each question."""
    work = json.loads((folder / "work" / chosen / "work.json").read_text(encoding="utf-8"))
    source = folder / "work" / chosen / ("minutes" if name in OURS else "texts")
    index, questions = folder / name / f"index-{chosen}", folder / name / f"questions-{chosen}.json"
    copy = index.with_name(f"{index.name}-changed")
    questions.write_text(json.dumps([one["q"] for one in work["questions"]]), encoding="utf-8")
    model = (folder / "work" / "model.txt").read_text()

    def run(action: str, place: Path, minutes: Path, *more: str) -> Run:
        stand_in = ["--stand-in"] if chosen in STAND_IN and action != "ask" and name not in WITHOUT_MODEL else []
        paths = ["--index", str(place), "--source", str(minutes), "--model", model]
        return run_child(["bench.peers.child", name, action, *paths, *stand_in, *more], ENVIRONMENT, python)

    for place in (index, copy):
        shutil.rmtree(place, ignore_errors=True)
    built = run("index", index, source)
    shutil.copytree(index, copy)
    updated = run("update", copy, source.with_name(f"{source.name}-changed"), "--changed", work["changed"])
    asked = run("ask", index, source, "--questions", str(questions), "--started", str(time.time()))
    answers = [json.loads(line) for line in asked.output.splitlines()]
    size = sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 1e6
    return {
        "machine": machine(),
        "index": {**_costs(built), "size_mb": size},
        "update": _costs(updated),
        "cold": answers[0]["cold"],
        "warm": {**_times(answers[1:]), "peak_mb": asked.peak_mb},
        "hits": [one["hits"] for one in answers],
    }


def _costs(run: Run) -> dict[str, float]:
    return {"wall_s": run.wall, "cpu_s": run.cpu, "peak_mb": run.peak_mb}


def _times(answers: list[Json]) -> dict[str, float]:
    wall, cpu = [one["ms"] for one in answers], [one["cpu_ms"] for one in answers]
    return {"ms_p50": median(wall), "ms_p95": percentile(wall, 0.95), "cpu_ms_p50": median(cpu)}


def _score(work: Mapping[str, Any], answers: list[list[Json]], folder: Path) -> dict[str, dict[str, float]]:
    items = {key: Item(**item) for key, item in work["items"].items()}
    gold = [[items[key] for key in one["gold"]] for one in work["questions"]]
    if not items:
        return {}
    texts = {file.stem: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    return score(gold, [[Hit(**hit) for hit in hits] for hits in answers], texts)


if __name__ == "__main__":
    main()
