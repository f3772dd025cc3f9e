"""How the embedded index grows: `python -m bench.bench_scale [--items 10000,100000,1000000] [--keep FOLDER]`.

Minutes are made (`corpus.py`), read by a stand-in for the parser (`known_layout.py`) and given vectors near real ones;
the index is then built and asked by the real code. Writes `scale.md` and the curve in `scale.svg`. A million items take
half an hour of processor time, 12 GB of memory and 15 GB of disk.
"""

import argparse
import json
import os
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template

import numpy as np

from bench import corpus
from bench.curve import Series, draw
from bench.known_layout import read_known
from bench.measure import finish, machine, markdown_table, percentile, run_child
from bench.stand_in import noise
from bot.config import Settings
from bot.pipeline import Library, answer_now
from indexer.build import Options, build_index
from indexer.embed import Embedder, load_query_embedder
from indexer.generation import open_generation
from indexer.model import choose_model

HERE = Path(__file__).parent
BASES = 3_000
NOISE, FAR = 0.35, 0.5
EACH = 15
IN_POSTGRES = "## The same in PostgreSQL"
TODAY = date(2025, 1, 15)
OF_BODY = {"direct, body": "hur går det med {} i {}?", "timeline, body": "Hur har {} i {} utvecklats?"}
WITH_BODY = ("decision, body", "direct, body", "timeline, body")
WITHOUT = ("decision", "direct", "timeline", "decision, year")
NO_SEARCH = ("item", "list, meeting", "deferred, body", "meetings, body")
WHOLE = ("meetings, all", "deferred, all", "assignments, all", "list, year", "responsible", "direct, long")


class Near:
    """An `Embedder` that gives a chunk the real model's vector of its item's subject, and noise of its own.

    Only some of the subjects are embedded; any other lies near one of those, by noise that all its chunks share.
    """

    def __init__(self, real: Embedder, subjects: Sequence[str]) -> None:
        self.model_id, self.dim, self.queries = real.model_id, real.dim, real.queries
        chosen = sorted(subjects)[:: max(1, len(subjects) // BASES)]
        self._bases = real.passages(chosen)
        self._known = dict(zip(chosen, self._bases, strict=True))

    def passages(self, texts: Sequence[str], progress=None) -> np.ndarray:
        vectors = np.empty((len(texts), self.dim), np.float32)
        for place, text in enumerate(texts):
            vector = self._subject(text) + NOISE * noise(text, self.dim)
            vectors[place] = vector / np.linalg.norm(vector)
        return vectors

    def _subject(self, text: str) -> np.ndarray:
        title = re.sub(r"^.*?\. (?:§ )?(?:\d+\)? )?", "", text.split("\n")[0]).split(" – ")[0]
        if title not in self._known:
            own = noise(title, self.dim)
            vector = self._bases[int(abs(own[0]) * 1e9) % len(self._bases)] + FAR * own
            self._known[title] = vector / np.linalg.norm(vector)
        return self._known[title]


def build(items: int, folder: Path) -> dict[str, object]:
    """Builds the index of so many made-up items in the folder; what it took, by the report and by the process."""
    settings = Settings.from_env(os.environ)
    real = load_query_embedder(choose_model(settings.model), settings.cache)
    minutes = corpus.generate(items)
    subjects = {item.topic.capitalize() for one in minutes for item in one.items if item.topic}
    corpus.write(folder / "source", minutes)
    questions = corpus.questions(minutes, EACH) + _of_bodies(minutes)
    asked = [[one.kind, one.text] for one in questions]
    (folder / "questions.json").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    del minutes, questions
    made, steps = time.process_time(), dict[str, float]()

    def tell(step: str, done: int, total: int) -> None:
        steps[f"{step} {'done' if done == total else 'begun'}"] = round(time.process_time() - made, 1)

    embedder = Near(real, list(subjects))
    report = build_index(
        folder / "source", folder / "index", real.model_id, lambda: embedder, tell, read_known, Options(max_shrink=None)
    )
    generation = open_generation(folder / "index")
    return {
        "items": report.items,
        "chunks": report.chunks,
        "documents": report.documents,
        "cpu_s": round(time.process_time() - made, 1),
        "wall_s": report.seconds,
        "steps": steps,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "files_mb": {path.name: round(path.stat().st_size / 1e6) for path in sorted(generation.path.iterdir())},
        "vectors": dict(generation.manifest.vectors),
    }


def _of_bodies(minutes: Sequence[corpus.Minutes]) -> list[corpus.Question]:
    """Questions that name a body, of the kinds that search."""
    rng = corpus.Random("bodies asked")
    found = []
    for _ in range(EACH):
        for kind, form in (
            ("direct, body", "hur går det med {} i {}?"),
            ("timeline, body", "Hur har {} i {} utvecklats?"),
        ):
            meeting = rng.choice(minutes)
            topics = [item.topic for item in meeting.items if item.topic]
            if topics:
                found.append(corpus.Question(kind, form.format(rng.choice(topics), meeting.body)))
    return found


def ask(items: int, folder: Path) -> dict[str, object]:
    """Times of opening the index and of its questions, their vectors ready; milliseconds of processor time."""
    settings = Settings.from_env(os.environ)
    embedder = Ready(load_query_embedder(choose_model(settings.model), settings.cache))
    before = _resident_mb()
    started = time.process_time()
    generation = open_generation(folder / "index")
    checked = time.process_time() - started
    library = Library(generation)
    library.warm()
    opened = time.process_time() - started
    figures: dict[str, object] = {
        "check_s": round(checked, 2),
        "open_s": round(opened - checked, 2),
        "open_mb": round(_resident_mb() - before),
    }
    asked = _asked(folder)
    spent: dict[str, list[tuple[float, float]]] = {}
    refused = 0
    first: list[tuple[float, float]] = []
    for kind, text in asked:
        cpu, wall = time.process_time() - embedder.spent[0], time.perf_counter() - embedder.spent[1]
        answer = answer_now(text, library, lambda: embedder, TODAY)  # embeds; the index's pages come into the cache
        now = time.process_time() - embedder.spent[0], time.perf_counter() - embedder.spent[1]
        if kind in WITH_BODY:
            first.append((1000 * (now[0] - cpu), 1000 * (now[1] - wall)))
        cpu, wall = time.process_time(), time.perf_counter()
        answer = answer_now(text, library, lambda: embedder, TODAY)
        spent.setdefault(kind, []).append((1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)))
        refused += answer.refused
    figures["refused"] = f"{refused} of {len(asked)}"
    figures["asked_mb"] = round(_resident_mb() - before)
    figures["first"] = _percentiles(first)
    figures["kinds"] = {kind: _percentiles(times) for kind, times in spent.items()}
    for name, kinds in (("body", WITH_BODY), ("all", WITHOUT), ("register", NO_SEARCH), ("whole", WHOLE)):
        times = [one for kind in kinds for one in spent.get(kind, ())]
        figures[name] = _percentiles(times) if times else None
    return figures


def _asked(folder: Path) -> list[tuple[str, str]]:
    """The questions, by kind; who is responsible for something is asked of all assignments, so that is a kind apart."""
    rows = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    return [("responsible" if text.startswith("vem ansvarar") else kind, text) for kind, text in rows]


class Ready:
    """An `Embedder` that keeps the vectors of questions: what is timed is the rest. `spent` counts the seconds of
    processor time, and by the clock, that it took to make them.
    """

    def __init__(self, real: Embedder) -> None:
        self.model_id, self.dim, self._real = real.model_id, real.dim, real
        self._kept: dict[str, np.ndarray] = {}
        self.spent = (0.0, 0.0)

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        (text,) = texts
        if text not in self._kept:
            cpu, wall = time.process_time(), time.perf_counter()
            self._kept[text] = self._real.queries([text])
            self.spent = self.spent[0] + time.process_time() - cpu, self.spent[1] + time.perf_counter() - wall
        return self._kept[text]


def _percentiles(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    cpu, wall = [one[0] for one in times], [one[1] for one in times]
    return {
        "cpu_p50": round(percentile(cpu, 0.5), 1),
        "cpu_p95": round(percentile(cpu, 0.95), 1),
        "wall_p50": round(percentile(wall, 0.5), 1),
        "wall_p95": round(percentile(wall, 0.95), 1),
    }


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--items", default="10000,100000,1000000", help="sizes, with commas between (%(default)s)")
    parser.add_argument("--keep", type=Path, help="build here, keep what is built, and take what is there already")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--engine", choices=("embedded", "postgres"), default="embedded", help="(%(default)s)")
    parser.add_argument("--step", choices=("build", "ask"), help="one step of one size, in this process")
    options = parser.parse_args()
    sizes = [int(size) for size in options.items.split(",")]
    if options.engine == "postgres":
        from bench import scale_postgres

        scale_postgres.run(sizes, options.keep, options.json)
        return
    if options.step:
        step = build if options.step == "build" else ask
        json.dump(step(sizes[0], options.keep), sys.stdout)
        return
    figures: dict[str, object] = {"machine": machine(), "sizes": {}}
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as temporary:
        for size in sizes:
            figures["sizes"][size] = measure(size, (options.keep or Path(temporary)) / str(size))
            if not options.keep:
                shutil.rmtree(Path(temporary) / str(size))
    write(figures)
    finish(figures, options.json)


def measure(size: int, folder: Path) -> dict[str, object]:
    """The figures of one size, each step in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["bench.bench_scale", "--items", str(size), "--keep", str(folder), "--step"]
    kept = folder / "built.json"
    if not kept.exists():
        kept.write_text(run_child([*command, "build"]).output, encoding="utf-8")
    built = json.loads(kept.read_text(encoding="utf-8"))
    return {"built": built, "asked": json.loads(run_child([*command, "ask"]).output)}


def write(figures: dict[str, object]) -> None:
    """Writes the page and its picture."""
    sizes: dict[int, dict[str, dict]] = figures["sizes"]
    (HERE / "scale.svg").write_text(_curve(sizes), encoding="utf-8")
    built = [
        (
            f"{size:,}".replace(",", " "),
            one["built"]["chunks"],
            one["built"]["cpu_s"],
            one["built"]["wall_s"],
            one["built"]["peak_mb"],
            sum(one["built"]["files_mb"].values()),
            one["built"]["files_mb"]["vectors.faiss"],
            one["built"]["vectors"].get("kind", "exact"),
            str(one["built"]["vectors"].get("recall_at_10", "1")),
        )
        for size, one in sizes.items()
    ]
    opened = [
        (
            f"{size:,}".replace(",", " "),
            *(one["asked"][name] for name in ("check_s", "open_s", "open_mb", "asked_mb")),
            *(_pair(one["asked"][name]) for name in ("first", "body", "all", "register", "whole")),
        )
        for size, one in sizes.items()
    ]
    text = TEMPLATE.substitute(
        machine=json.dumps(figures["machine"]),
        built=markdown_table(BUILT, built),
        asked=markdown_table(OPENED, opened),
        kinds=_by_kind(sizes),
    )
    write_page(0, text)


def write_page(part: int, text: str) -> None:
    """Puts the text in place of one part of the page: 0 what is before PostgreSQL's heading, 1 what begins there."""
    page = HERE / "scale.md"
    parts = [*re.split(rf"(?m)^(?={IN_POSTGRES}$)", page.read_text(encoding="utf-8")), ""]
    parts[part] = text.rstrip() + "\n"
    page.write_text("\n".join(part.rstrip() + "\n" for part in parts[:2] if part), encoding="utf-8")


BUILT = ("items", "chunks", "cpu s", "clock s", "peak MB", "index MB", "of it FAISS MB", "kind", "recall@10")
OPENED = (
    *("items", "check, cpu s", "open, cpu s", "MB open", "MB after"),
    *(
        "one body the first time, p50 / p95",
        "one body, p50 / p95",
        "no body, p50 / p95",
        "register, p50 / p95",
        "whole register, p50 / p95",
    ),
)
TEMPLATE = Template("""# The embedded index as it grows

`python -m bench.bench_scale` writes this page. The minutes are made up (`corpus.py`), read by a stand-in for the parser
(`known_layout.py`), and have vectors near real ones: the model's own for 3,000 subjects, and noise. Building, opening
and asking is done by the real code. Taken on $machine, other work running: trust processor time, not the clock.

![The curve](scale.svg)

## Building

From documents on disk to a published index; processor time includes the embedding of the subjects (12 to 40 s), but
neither the real parser (1.8 ms an item) nor the real embedding of each chunk (about 50 ms). Recall@10 is measured by
the run itself: 200 stored vectors as queries, against exact search.

$built

## Asking

Processor milliseconds of a question from words to answer, its vector ready, asked a second time; of those that name a
body also the first time, when what they read of the index is in no cache of the process. "check" is the sha256
of every file, "open" all else before the first question. "one body": decision, direct and timeline questions that name
a body; "register": an item, a meeting's list, a body's meetings and what it put off; "whole register": questions that
go through all assignments, a year of decisions or all meetings: where those are more than 1,000 meetings, the newest or
nearest hundred are read, and the answer says so.

$asked

By kind of question, processor ms, p50 / p95:

$kinds

## What breaks first

Lists over the whole register did: at 100,000 items "vem ansvarar för ...?" took 5 s of processor time, a long question
taken for one about assignments 70 s, a year's list of decisions over 100 s. Now at most 1,000 meetings are read; of
more, the hundred newest or nearest the topic, and the answer says how many there are (`bot/scope.py`).

Next comes `motesminnet ask` as a process of its own: it checks the sha256 of the whole index each time (1 s for each
GB; `serve` does so once for each new index). Next the nightly run, which holds all documents in memory ("peak MB"), and
the disk: three generations are kept, and a fourth is written beside them.
""")


def _pair(times: dict[str, float] | None) -> str:
    return "-" if times is None else f"{times['cpu_p50']:.0f} / {times['cpu_p95']:.0f}"


def _by_kind(sizes: dict[int, dict[str, dict]]) -> str:
    kinds = dict.fromkeys(kind for one in sizes.values() for kind in one["asked"]["kinds"])
    columns = ("kind", *(f"{size:,}".replace(",", " ") for size in sizes))
    return markdown_table(
        columns, [(kind, *(_pair(one["asked"]["kinds"].get(kind)) for one in sizes.values())) for kind in kinds]
    )


def _curve(sizes: dict[int, dict[str, dict]]) -> str:
    def points(name: str, share: str) -> tuple[tuple[float, float], ...]:
        return tuple((size, max(one["asked"][name][share], 0.1)) for size, one in sizes.items())

    return draw(
        "A question, its vector ready",
        "agenda items in the index",
        "processor ms",
        [
            Series("one body, p95", points("body", "cpu_p95")),
            Series("one body, p50", points("body", "cpu_p50")),
            Series("no body, p95", points("all", "cpu_p95")),
            Series("no body, p50", points("all", "cpu_p50")),
            Series("register, p50", points("register", "cpu_p50")),
        ],
    )


if __name__ == "__main__":
    main()
