"""The weights of `bot/answer/support.py`, fitted by logistic regression over questions with gold.

    python -m bench.fit_support QUESTIONS INDEX [QUESTIONS INDEX ...]

For each question that search answers, the signals of the best-ranked items, and whether gold has them; the items below
the best count for less. Questions of `"split": "test"` are left out. Prints the table to put into the module, and what
share of the questions it would answer and refuse when each file is held out of the fit.

The weights in use come from `questions.jsonl` and `more_questions.jsonl` in `data/eval`, `questions.jsonl` and
`questions_eleven_real.jsonl` in `tests/fixtures`, and the questions of `../shared/eval`.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bot.answer.select import ANSWERS, rank
from bot.answer.support import signals
from bot.evaluation import read_gold
from bot.pipeline import find, gather, open_library
from bot.query import understand
from indexer.embed import load_query_embedder
from indexer.model import cache_folder, choose_model

INTENTS = ("decision", "comparison", "timeline", "direct")
TODAY = date(2025, 1, 1)
ITEMS, BELOW = 4, 0.25
"""Items of a question that are looked at; the weight of those below the best one."""
STRENGTH = 0.3
"""Inverse strength of the regularisation, over signals of unit variance."""


@dataclass(frozen=True, slots=True)
class Row:
    """An item found for a question: its place (0 the best), its signals, whether gold has it."""

    file: str
    answerable: bool
    place: int
    signals: dict[str, float]
    gold: bool


def rows_of(questions: Path, index: Path, embedder: Any) -> list[Row]:
    """The rows of one file of questions over one index."""
    library = open_library(index, None)
    rows = []
    for question in read_gold(questions, None):
        asked = understand(question["q"], library.catalog, TODAY)
        if question.get("split") == "test" or asked.intent not in INTENTS or asked.missing or asked.no_body:
            continue
        evidence = gather(library, asked, find(library, asked, lambda text: embedder.queries([text])[0])[0])
        ranked = sorted(evidence.candidates, key=rank, reverse=True)
        for place, candidate in enumerate(ranked[:ITEMS]):
            named = f"{Path(library.document(candidate.meeting.document).name).stem}:{candidate.item.number}"
            gold = named in (*question.get("cite_all", ()), *question.get("cite_any", ()))
            answerable = question["kind"] != "unanswerable"
            rows.append(Row(str(questions), answerable, place, signals(evidence, candidate, ranked), gold))
    return rows


def fit(rows: Sequence[Row]) -> tuple[float, dict[str, float]]:
    """The bias and the weight of each signal."""
    from sklearn.linear_model import LogisticRegression

    names = list(rows[0].signals)
    values = np.array([[row.signals[name] for name in names] for row in rows])
    mean, spread = values.mean(0), values.std(0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=5_000)
    model.fit((values - mean) / spread, [row.gold for row in rows], [BELOW if row.place else 1.0 for row in rows])
    weights = model.coef_[0] / spread
    return float(model.intercept_[0] - weights @ mean), dict(zip(names, weights.tolist(), strict=True))


def probability(row: Row, bias: float, weights: dict[str, float]) -> float:
    """The support of a row under these weights."""
    return 1 / (1 + math.exp(-bias - sum(weights[name] * value for name, value in row.signals.items())))


def report(rows: Sequence[Row]) -> None:
    """Prints, for each file held out of the fit, how its questions would fare."""
    for file in sorted({row.file for row in rows}):
        bias, weights = fit([row for row in rows if row.file != file])
        best = [(probability(row, bias, weights) >= ANSWERS, row) for row in rows if row.file == file and not row.place]
        found = [answered for answered, row in best if row.gold]
        none = [answered for answered, row in best if not row.answerable]
        print(
            f"{file}: held out, answered {np.mean(found):.2f} of {len(found)} whose best item is right,"
            f" {np.mean(none):.2f} of {len(none)} unanswerable"
        )


def main(arguments: Sequence[str]) -> None:
    """Fits and prints."""
    embedder = load_query_embedder(choose_model(None), cache_folder(None))
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    rows = [row for questions, index in pairs for row in rows_of(Path(questions), Path(index), embedder)]
    report(rows)
    bias, weights = fit(rows)
    print(f"BIAS = {bias:.2f}")
    print("WEIGHTS: Mapping[str, float] = {")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.3g},')
    print("}")


if __name__ == "__main__":
    main(sys.argv[1:])
