"""Asking a file of questions with gold, and printing how the answers did."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.pipeline import answer_now
from bot.records import BotError
from indexer.embed import Embedder
from indexer.evaluate import failures, score_answers

if TYPE_CHECKING:
    from bot.pipeline import Library


def read_gold(path: Path, split: str | None) -> list[dict[str, Any]]:
    """The questions of a gold file, of one split or all. Raises BotError naming the file and the line."""
    try:
        rows = [row for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"Frågefilen {str(path)!r} går inte att läsa: {error}.") from error
    questions: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        try:
            question = json.loads(row)
            question["q"], question["kind"]
        except (ValueError, KeyError, TypeError) as error:
            raise BotError(f"Rad {number} i {str(path)!r} är ingen fråga med facit. Den ska ha q och kind.") from error
        if split is None or question.get("split") == split:
            questions.append(question)
    if not questions:
        raise BotError(f"Inga frågor i {str(path)!r}" + (f" med split {split!r}." if split else "."))
    return questions


def evaluate_questions(
    questions: list[dict[str, Any]], library: "Library", embedder: Callable[[], Embedder], today: date
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures of `indexer.evaluate` over the answers, and the questions that went wrong."""
    from bot.cli import answer_json

    answers = [answer_json(answer_now(q["q"], library, embedder, today)) for q in questions]
    return dict(score_answers(questions, answers)), [dict(f) for f in failures(questions, answers)]


def print_figures(figures: dict[str, Any], wrong: list[dict[str, Any]]) -> None:
    """The figures, a line each; then what went wrong."""
    for name, value in figures.items():
        if isinstance(value, dict):
            click.echo(f"{name}:")
            for key, inner in value.items():
                click.echo(f"  {key}: {inner}")
        else:
            click.echo(f"{name}: {value}")
    for failure in wrong:
        click.echo(f"- {json.dumps(failure, ensure_ascii=False)}")
