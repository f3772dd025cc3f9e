"""A peer's work, in a process and an environment of its own: `python -m bench.peers.child PEER index|update|ask ...`.

Imports nothing but the standard library before the peer's own module, so that the process's time is the peer's.
A peer's module has three functions:

    build(source: Path, index: Path, model: str)                    every file of the folder into a new index
    update(source: Path, index: Path, model: str, changed: str)     the file of that name has changed
    open_search(index: Path, source: Path, model: str) -> (question, k) -> [{"document", "source", "text"}, ...]
"""

import argparse
import importlib
import json
import resource
import time
from pathlib import Path


def main() -> None:
    options = _options()
    peer = importlib.import_module(f"bench.peers.{options.peer}.peer")
    if options.stand_in:
        importlib.import_module("bench.peers.stand_in").free_passages()
    if options.action == "index":
        peer.build(options.source, options.index, options.model)
    elif options.action == "update":
        peer.update(options.source, options.index, options.model, options.changed)
    else:
        search = peer.open_search(options.index, options.source, options.model)
        first, *others = json.loads(options.questions.read_text(encoding="utf-8"))
        _tell({**_timed(search, first, options.k), "cold": _cold(options.started)})
        for question in others:
            _tell(_timed(search, question, options.k))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer")
    parser.add_argument("action", choices=("index", "update", "ask"))
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--model", required=True, help="a folder that sentence-transformers loads")
    parser.add_argument("--changed", help="update: the name of the file that has changed")
    parser.add_argument("--questions", type=Path, help="ask: a JSON list")
    parser.add_argument("--started", type=float, help="ask: the time of the process's start, seconds since 1970")
    parser.add_argument("-k", type=int, default=5)
    parser.add_argument("--stand-in", action="store_true", help="passages get vectors for nothing")
    return parser.parse_args()


def _tell(answer: dict[str, object]) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)


def _cold(started: float) -> dict[str, float]:
    """What it took from the start of the process to here."""
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"wall_s": time.time() - started, "cpu_s": _cpu(), "peak_mb": peak / 1024}


def _timed(search, question: str, k: int) -> dict[str, object]:
    wall, cpu = time.perf_counter(), _cpu()
    hits = search(question, k)
    return {"ms": 1000 * (time.perf_counter() - wall), "cpu_ms": 1000 * (_cpu() - cpu), "hits": hits}


def _cpu() -> float:
    """Seconds of processor time from the start of the process, with those of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
