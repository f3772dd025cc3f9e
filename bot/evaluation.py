"""Files of questions: for a batch, and with gold to see how the answers do."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.chat import batch_answers
from bot.markdown import printable
from bot.pipeline import converse
from bot.records import BotError
from bot.show import answer_json
from bot.terminal import draw_line
from indexer.embed import Embedder
from indexer.evaluate import failures, named_documents, score_answers

if TYPE_CHECKING:
    from bot.pipeline import Library
    from bot.records import Answer
    from bot.writer import Written


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


def read_short_names(text: str | None) -> dict[str, str]:
    """What `--docs` says: the short names of documents in a gold file, and the documents' ids.

    Raises BotError on a part that is no KORT=DOKUMENT.

    >>> read_short_names("F1=fyrbodal-2022-01-28, D1=dalarna")
    {'F1': 'fyrbodal-2022-01-28', 'D1': 'dalarna'}
    """
    pairs = [part.strip().partition("=") for part in (text or "").split(",") if part.strip()]
    for short, equals, document in pairs:
        if not (short and equals and document):
            raise BotError(f"{short + equals + document!r} är inget kortnamn. Skriv --docs F1=DOKUMENT,D1=DOKUMENT")
    return {short.strip(): document.strip() for short, _, document in pairs}


def unknown_documents(
    questions: list[dict[str, Any]], library: "Library", short_names: Mapping[str, str] | None = None
) -> list[str]:
    """The documents that the gold names and the index lacks: nothing can be right about them."""
    held = {document.id for document in library.index.register.documents()}
    return sorted(named_documents(questions, short_names) - held)


def evaluate_questions(
    questions: list[dict[str, Any]],
    library: "Library",
    embedder: Callable[[], Embedder],
    today: date,
    short_names: Mapping[str, str] | None = None,
    write: "Callable[[Answer], Written] | None" = None,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures of `indexer.evaluate` over the answers, and the questions that went wrong; those that name the same
    "conversation" lean on each other. What `write` writes is judged instead, and told of under "llm".
    """
    asked = [(str(q["q"]), q.get("conversation")) for q in questions]
    replies = batch_answers(asked, lambda question, turns: converse(question, turns, library, embedder, today))
    written = None if write is None else [write(answer) for answer in replies]
    answers = [answer_json(answer) for answer in (replies if written is None else (one.answer for one in written))]
    figures = score_answers(questions, answers, short_names)
    if written is not None:
        from bot.written_figures import score_written

        figures["llm"] = score_written(questions, written, short_names)
    return figures, failures(questions, answers, short_names)


# For people

_COLUMNS = {
    "questions": "Frågor",
    "right": "Rätt",
    "citation_precision": "Precision",
    "citation_recall": "Täckning",
    "exact": "Exakt",
    "fact_recall": "Uppgifter",
    "refused_when_unanswerable": "Nej rätt",
    "refused_when_answerable": "Nej fel",
}
_LEGEND = (
    "Rätt: svar med alla källor och uppgifter i facit, av frågorna som har ett svar.",
    "Precision: andelen av svarens källor som facit godtar.",
    "Täckning: andelen av facits källor som svaren har.",
    "Exakt: alla facits källor och inga andra; för frågor vars svar är en lista eller ett antal.",
    "Uppgifter: andelen av facits uppgifter som står i svaren.",
    "Nej rätt: nej på frågor utan svar. Nej fel: nej på frågor med svar.",
)
_WIDTH = 96
"""Characters to a line where the output is no terminal."""
_SHOWN = 400
"""Characters of an answer among the failures; --json has all of it."""
_WRONG = {"answered": "fick ett svar, men har inget", "cites": "hänvisar till en källa", "refused": "fick ett nej"}
_LACKS = {"missing": "källa fattas", "spare": "källa för mycket", "missing_facts": "uppgift fattas"}


def print_figures(figures: dict[str, Any], wrong: list[dict[str, Any]] | None) -> None:
    """The figures as a table, a row for each kind of question; then what went wrong (None: nothing of it)."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(_table(figures))
    for line in _LEGEND:
        console.print(line, style="dim")
    if "llm" in figures:
        from bot.written_figures import tell_written

        for line in tell_written(figures["llm"]):
            console.print(line)
    if wrong is not None:
        _print_failures(console, wrong)


def _table(figures: dict[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("Slag", footer="alla")
    for name, heading in _COLUMNS.items():
        table.add_column(heading, footer=_shown(figures[name]), justify="right", no_wrap=True)
    for kind, row in figures["by_kind"].items():
        table.add_row(Text(printable(kind)), *(_shown(row[name]) for name in _COLUMNS))
    return table


def _shown(figure: float | int | None) -> str:
    """A rate with three decimals and a comma, a number as it is; a dash where nothing was measured.

    >>> _shown(0.5), _shown(3), _shown(None)
    ('0,500', '3', '–')
    """
    if figure is None:
        return "–"
    return f"{figure:.3f}".replace(".", ",") if isinstance(figure, float) else str(figure)


def _print_failures(console: Console, wrong: list[dict[str, Any]]) -> None:
    console.print()
    console.print(f"{len(wrong)} svar med fel" if wrong else "Inga svar med fel.", style="bold")
    for number, one in enumerate(wrong, start=1):
        console.print()
        draw_line(console, Text(f"{number}. {printable(one['q'])} ({printable(one['kind'])})", "bold"))
        for line in _explain(one):
            draw_line(console, Text(printable(line)), indent=3)


def _explain(one: dict[str, Any]) -> Iterator[str]:
    """What is wrong with an answer, what it cites, and the answer itself, cut."""
    told = [_WRONG[why] for why in one["why"] if why in _WRONG]
    told += [f"{words}: {', '.join(one[name])}" for name, words in _LACKS.items() if one[name]]
    yield ("Rätt, men " if one["right"] else "Fel: ") + "; ".join(told)
    yield f"Källor: {', '.join(one['cited']) or 'inga'}"
    answer = " ".join(str(one["answer"]).split())
    yield f"Svar: {answer[:_SHOWN]}{'…' if len(answer) > _SHOWN else ''}"
