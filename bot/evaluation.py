"""Files of questions: for a batch, and with gold to see how the answers do."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.chat import batch_answers
from bot.pipeline import converse
from bot.records import BotError
from bot.show import answer_json, dumps
from indexer.embed import Embedder
from indexer.evaluate import failures, score_answers

if TYPE_CHECKING:
    from bot.pipeline import Library


def read_questions(path: Path) -> list[tuple[str, str | None]]:
    """The questions of a batch file, one {"q": "..."} a line, each with its "conversation" if it names one.

    Raises BotError naming the line that is none.
    """
    rows = _rows(path, ("q",), '{"q": "..."}')
    return [(str(row["q"]), None if row.get("conversation") is None else str(row["conversation"])) for row in rows]


def read_gold(path: Path, split: str | None) -> list[dict[str, Any]]:
    """The questions of a gold file, of one split or all. Raises BotError naming the file and the line."""
    rows = _rows(path, ("q", "kind"), '{"q": "...", "kind": "...", "cite_all": ["DOKUMENT:NUMMER"], "facts": []}')
    questions = [row for row in rows if split is None or row.get("split") == split]
    if not questions:
        raise BotError(
            f"Inga frågor i {str(path)!r} har split {split!r}. Ange ett värde som finns, eller utelämna det."
        )
    return questions


def _rows(path: Path, needed: Iterable[str], form: str) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines, each with a text under every needed key; empty lines are passed over."""
    rows = [_object(line, number, path, needed, form) for number, line in _lines(path)]
    if not rows:
        raise BotError(f"Inga frågor i {str(path)!r}. Skriv en fråga per rad: {form}")
    return rows


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines with their numbers. Only a line feed ends one: JSON may hold the other line separators of Unicode."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BotError(f"Frågefilen {str(path)!r} är inte i utf-8. Spara den som utf-8 och försök igen.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BotError(f"Frågefilen {str(path)!r} går inte att läsa ({reason}). Ange en textfil.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _object(line: str, number: int, path: Path, needed: Iterable[str], form: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in needed):
        raise BotError(f"Rad {number} i {str(path)!r} är ingen fråga: {line.strip()[:60]!r}. Skriv {form}")
    return row


def evaluate_questions(
    questions: list[dict[str, Any]], library: "Library", embedder: Callable[[], Embedder], today: date
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures of `indexer.evaluate` over the answers, and the questions that went wrong; those that name the same
    "conversation" lean on each other.
    """
    asked = [(str(q["q"]), q.get("conversation")) for q in questions]
    replies = batch_answers(asked, lambda question, turns: converse(question, turns, library, embedder, today))
    answers = [answer_json(answer) for answer in replies]
    return dict(score_answers(questions, answers)), [dict(f) for f in failures(questions, answers)]


def print_figures(figures: dict[str, Any], wrong: list[dict[str, Any]]) -> None:
    """The figures, a line each; then what went wrong."""
    for name, value in figures.items():
        if isinstance(value, dict):
            click.echo(f"{name}:")
            for key, inner in value.items():
                click.echo(f"  {key}: {dumps(inner)}")
        else:
            click.echo(f"{name}: {dumps(value)}")
    for failure in wrong:
        click.echo(f"- {dumps(failure)}")
