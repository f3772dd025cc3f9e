"""How long a question takes and how much memory: `python -m bench.bench_query [--items N] [--json FILE]`.

Cold: a new process for each question, `motesminnet ask` from its start to its end. Warm: one process that answers many
(`ask --batch`), each answer's own `ms` split into embedding, search and answer. On the sample minutes, on the real
ones where they are, and on generated minutes.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import corpus
from bench.measure import REAL, SAMPLE, Run, finish, machine, median, percentile, print_table, run_child

WARM_UP = len(corpus.KINDS)  # the first questions of a process are not counted: one of each kind
COLD = "vad beslutades om yrkesresan?"
QUESTIONS = {SAMPLE: SAMPLE.parent / "eval" / "questions.jsonl", REAL: REAL.parent / "eval" / "questions.jsonl"}
STEPS = ("embed", "search", "answer", "search+answer", "best")  # the last: search+answer where least disturbed


def main() -> None:
    options = _options()
    figures: dict[str, object] = {"machine": machine()}
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as folder:
        for source in (SAMPLE, REAL):
            name = f"{source.parent.name}/{source.name}"
            if not source.is_dir():
                print(f"Skipped {name}: there is no {source.name!r} beside the project.")
                continue
            index = Path(folder) / source.parent.name
            run_child(["bot.cli", "index", str(source), "--index", str(index)])
            asked = [json.loads(row)["q"] for row in QUESTIONS[source].read_text(encoding="utf-8").splitlines()]
            figures[name] = measure(index, Path(folder), [("all", one) for one in asked], COLD, options)
        figures["generated"] = generated(Path(folder), options)
    report(figures)
    finish(figures, options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=5000, help="agenda items to generate (%(default)s)")
    parser.add_argument("--each", type=int, default=10, help="questions of each kind (%(default)s)")
    parser.add_argument("--cold", type=int, default=7, help="cold starts (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="warm processes; medians are quoted (%(default)s)")
    parser.add_argument("--real", action="store_true", help="embed the generated minutes with the model itself (slow)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args()


def generated(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """The figures on generated minutes, by kind of question."""
    minutes = corpus.generate(options.items)
    corpus.write(folder / "source", minutes)
    index, source = str(folder / "index"), str(folder / "source")
    run_child(["bot.cli", "index", source, "--index", index] if options.real else ["bench.stand_in", source, index])
    asked = [(one.kind, one.text) for one in corpus.questions(minutes, options.each + 1)]
    return measure(folder / "index", folder, asked, asked[0][1], options)


def measure(
    index: Path, folder: Path, asked: Sequence[tuple[str, str]], cold: str, options: argparse.Namespace
) -> dict[str, object]:
    """Cold and warm figures over one index."""
    runs = [run_child(["bot.cli", "ask", cold, "--index", str(index)]) for _ in range(options.cold + 1)][1:]
    batch = folder / "batch.jsonl"
    batch.write_text("".join(json.dumps({"q": text}) + "\n" for _, text in asked), encoding="utf-8")
    command = ["bot.cli", "ask", "--batch", str(batch), "--json", "--index", str(index)]
    warm = [run_child(command) for _ in range(options.rounds)]
    answers = [[json.loads(row) for row in run.output.splitlines()[WARM_UP:]] for run in warm]
    times = [_typical([one["ms"] for one in same]) for same in zip(*answers, strict=True)]
    kinds = [kind for kind, _ in asked[WARM_UP:]]
    return {
        "cold": _cold(runs),
        "warm": {"peak_mb": max(run.peak_mb for run in warm), "questions": len(times)},
        "refused": sum(one["refused"] for one in answers[0]),
        "all": _split(times),
        "without whole": _split([one for one, kind in zip(times, kinds, strict=True) if kind not in corpus.WHOLE]),
        "kinds": {
            kind: _split([one for one, other in zip(times, kinds, strict=True) if other == kind])
            for kind in dict.fromkeys(kinds)
        },
    }


def _typical(rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    """One question's times: the median of each step over the processes that answered it, and the best of the sum."""
    sums = [one["search"] + one["answer"] for one in rounds]
    steps = {step: median([one[step] for one in rounds]) for step in ("embed", "search", "answer")}
    return {**steps, "search+answer": median(sums), "best": min(sums)}


def _split(times: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {
        step: {"p50": percentile([t[step] for t in times], 0.5), "p95": percentile([t[step] for t in times], 0.95)}
        for step in STEPS
    }


def _cold(runs: Sequence[Run]) -> dict[str, float]:
    return {
        "wall_s": median([run.wall for run in runs]),
        "wall_s_best": min(run.wall for run in runs),
        "cpu_s": median([run.cpu for run in runs]),
        "peak_mb": max(run.peak_mb for run in runs),
    }


def report(figures: dict[str, object]) -> None:
    """Prints the tables."""
    measured = {name: one for name, one in figures.items() if name != "machine"}
    print(f"\n{figures['machine']}")
    columns = ("minutes", "median s", "best s", "cpu s", "peak MB", "warm peak MB")
    print_table(
        "Cold: `motesminnet ask`, a process for each question",
        columns,
        [(name, *one["cold"].values(), one["warm"]["peak_mb"]) for name, one in measured.items()],
    )
    columns = ("minutes", "questions", *(f"{step} p{share}" for step in STEPS for share in (50, 95)))
    rows = [(name, one["warm"]["questions"], *_row(one["all"])) for name, one in measured.items()]
    rows.append(("generated, whole-register kinds left out", "", *_row(measured["generated"]["without whole"])))
    print_table("Warm: milliseconds a question", columns, rows)
    kinds = measured["generated"]["kinds"]
    columns = ("kind", *(f"{step} p{share}" for step in STEPS for share in (50, 95)))
    print_table("Generated minutes, by kind of question", columns, [(kind, *_row(one)) for kind, one in kinds.items()])


def _row(split: dict[str, dict[str, float]]) -> list[float]:
    return [split[step][share] for step in STEPS for share in ("p50", "p95")]


if __name__ == "__main__":
    main()
