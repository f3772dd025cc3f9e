"""The command `motesminnet`: parses and prints; the work sits in functions that tests call directly."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.config import Settings
from bot.records import BotError
from indexer.records import IndexerError

if TYPE_CHECKING:
    from bot.pipeline import Library
    from bot.records import Answer
    from indexer.embed import Embedder
    from indexer.model import Model

INDEX = click.option(
    "--index", "index", type=click.Path(path_type=Path), help="Katalogen där indexet ligger [MOTESMINNET_INDEX, annars data/index]."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Skriv JSON i stället för text.")


class _Group(click.Group):
    """Commands whose failures are one line on stderr and exit status 1; wrong usage is click's, with 2."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(ctx)
        except (IndexerError, BotError) as error:
            click.echo(f"Fel: {error}", err=True)
            ctx.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="motesminnet", prog_name="motesminnet")
def main() -> None:
    """Mötesminnet svarar på frågor om minnesanteckningar och protokoll, med hänvisning till möte och punkt."""


def _settings(index: Path | None) -> Settings:
    settings = Settings.from_env(os.environ)
    return settings if index is None else Settings(index, settings.model, settings.cache)


def _model(settings: Settings) -> "Model":
    from indexer.model import choose_model

    return choose_model(settings.model)


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _open(settings: Settings) -> "tuple[Library, Callable[[], Embedder]]":
    """The library in use, and the embedder for questions, loaded when first asked for and then kept."""
    from bot.pipeline import open_library

    library = open_library(settings.index, None)
    return library, _embedder_for(settings, library.generation.manifest.model)


def _embedder_for(settings: Settings, built_with: str) -> "Callable[[], Embedder]":
    @lru_cache(maxsize=1)
    def embedder() -> "Embedder":
        from indexer.embed import load_query_embedder

        loaded = load_query_embedder(_model(settings), settings.cache, _tell)
        if loaded.model_id != built_with:
            raise IndexerError(
                f"Indexet är byggt med modellen {built_with!r}, inställningen ger {loaded.model_id!r}."
                " Bygg om det: motesminnet index KÄLLA"
            )
        return loaded

    return embedder


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
@INDEX
@JSON
def index(source: Path, index: Path | None, as_json: bool) -> None:
    """Läs minnesanteckningarna i mappen SOURCE och bygg eller uppdatera indexet.

    Exempel: motesminnet index data/minutes
    """
    from indexer.build import build_index
    from indexer.embed import load_indexing_embedder

    settings = _settings(index)
    model = _model(settings)
    with _progress() as progress:
        report = build_index(
            source,
            settings.index,
            model.id,
            lambda: load_indexing_embedder(model, settings.cache, _tell),
            progress,
        )
    click.echo(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else report.text())


@contextmanager
def _progress() -> "Iterator[Callable[[str, int, int], None]]":
    """A rich progress bar on stderr, one line a step; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    names = {"read": "Läser", "embed": "Bäddar in", "write": "Skriver"}
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(names.get(step, step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell


@main.command()
@click.argument("question", required=False)
@click.option("--batch", type=click.Path(path_type=Path), help='En fråga per rad i filen: {"q": "..."}. Skriver en JSON-rad per fråga.')
@INDEX
@JSON
def ask(question: str | None, batch: Path | None, index: Path | None, as_json: bool) -> None:
    """Svara på en fråga, med hänvisning till möte och punkt.

    Exempel: motesminnet ask "vad beslutades om yrkesresan?"
    """
    from bot.pipeline import answer_now

    if (question is None) == (batch is None):
        raise click.UsageError("Ange en fråga eller --batch FIL, inte båda.")
    settings = _settings(index)
    questions = [question or ""] if batch is None else _read_questions(batch)
    library, embedder = _open(settings)
    for one in questions:
        answer = answer_now(one, library, embedder, date.today())  # noqa: DTZ011 - the user's own day
        if as_json or batch is not None:
            click.echo(json.dumps(answer_json(answer), ensure_ascii=False))
        else:
            _print_answer(answer)


def _read_questions(batch: Path) -> list[str]:
    """The questions of a batch file. Raises BotError naming the line that is not as it should be."""
    try:
        rows = batch.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"Frågefilen {str(batch)!r} går inte att läsa: {error}. Ange en textfil i utf-8.") from error
    questions = []
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            questions.append(str(json.loads(row)["q"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BotError(f'Rad {number} i {str(batch)!r} är ingen fråga: {row[:60]!r}. Skriv {{"q": "..."}}.') from error
    return questions


def answer_json(answer: "Answer") -> dict[str, Any]:
    """An answer as `ask --json` prints it (the contract is in DESIGN)."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "intent": answer.intent,
        "mode": answer.mode,
        "language": answer.language,
        "citations": [
            {
                "n": c.n,
                "document": c.document_name,
                "url": c.url,
                "page": c.page,
                "meeting": {"id": c.meeting, "body": c.body, "date": c.date, "date_precision": c.date_precision},
                "item": None
                if c.item is None
                else {"id": c.item, "number": c.number, "number_printed": c.number_printed, "title": c.title},
                "quote": c.quote,
                "start": c.start,
                "end": c.end,
            }
            for c in answer.citations
        ],
        "generation": answer.generation,
        "ms": dict(answer.ms),
    }


def _print_answer(answer: "Answer") -> None:
    """The answer for a terminal: bold headings, then the sources."""
    from bot.answer.wording import format_date, item_name

    for line in answer.text.split("\n"):
        bold = line.startswith("**") and line.endswith("**")
        click.secho(line.strip("*") if bold else line.replace("**", ""), bold=bold)
    if answer.citations:
        click.echo()
        click.secho("Källor" if answer.language == "sv" else "Sources", bold=True)
    for c in answer.citations:
        place = "" if c.number is None else ", " + item_name(c.number, bool(c.number_printed), c.title or "", answer.language)
        page = "" if c.page is None else (f", sidan {c.page}" if answer.language == "sv" else f", page {c.page}")
        when = format_date(c.date, c.date_precision, answer.language)
        click.echo(f"[{c.n}] {c.body}, {when}{place}. {c.document_name}{page}")


@main.command()
@click.argument("question")
@click.option("-k", "k", default=10, show_default=True, help="Så många träffar.")
@INDEX
@JSON
def search(question: str, k: int, index: Path | None, as_json: bool) -> None:
    """Visa träffarna bakom ett svar, med poäng.

    Exempel: motesminnet search "yrkesresan" -k 5
    """
    from bot.pipeline import search_now
    from bot.answer.wording import format_date, item_name

    library, embedder = _open(_settings(index))
    _, hits = search_now(question, library, embedder, date.today(), k)  # noqa: DTZ011
    items = library.index.register.items(hit.item for hit in hits)
    rows = []
    for hit in hits:
        meeting, item = items[hit.item]
        rows.append(
            {
                "rank": hit.rank, "score": round(hit.score, 4), "dense": round(hit.dense, 4), "lexical": round(hit.lexical, 4),
                "item": item.id, "chunk": hit.chunk, "body": meeting.body, "date": meeting.date, "number": item.number, "title": item.title,
            }  # fmt: skip
        )
        if not as_json:
            when = format_date(meeting.date, meeting.date_precision, "sv")
            name = item_name(item.number, item.number_printed, item.title, "sv")
            title = f": {item.title}" if item.number_printed else ""
            click.echo(f"{hit.rank:>3}  {hit.score:.3f}  (dense {hit.dense:.3f}, ord {hit.lexical:.2f})  {meeting.body}, {when}, {name}{title}")
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    elif not rows:
        click.echo("Inga träffar.")


@main.command()
@click.argument("what", required=False, metavar="[MEETING[#ITEM]]")
@INDEX
@JSON
def show(what: str | None, index: Path | None, as_json: bool) -> None:
    """Visa registret: möten, punkter, beslut, uppdrag och deltagare.

    Exempel: motesminnet show --json
    """
    from bot.show import meeting_json, print_meetings, select

    library, _ = _open(_settings(index))
    meetings = select(library, what)
    if as_json:
        click.echo(json.dumps([meeting_json(library, m) for m in meetings], ensure_ascii=False, indent=1))
    else:
        print_meetings(library, meetings, whole=what is not None)


@main.command()
@INDEX
def check(index: Path | None) -> None:
    """Kontrollera indexet, modellen och inställningarna: vad är fel, och vad ska man göra?

    Exempel: motesminnet check
    """
    from bot.check import run_checks

    settings = _settings(index)
    results = run_checks(settings, _model(settings), lambda: _open(settings))
    for ok, line in results:
        click.echo(f"{'OK ' if ok else 'FEL'} {line}")
    if not all(ok for ok, _ in results):
        sys.exit(1)


@main.command()
@click.argument("questions", type=click.Path(path_type=Path))
@click.option("--split", help="Bara frågor med detta värde i fältet split (tune eller test).")
@click.option("--failures", is_flag=True, help="Visa också de frågor som gick fel.")
@INDEX
@JSON
def evaluate(questions: Path, split: str | None, failures: bool, index: Path | None, as_json: bool) -> None:
    """Ställ frågorna i filen QUESTIONS och jämför svaren med facit.

    Exempel: motesminnet evaluate data/eval/questions.jsonl
    """
    from bot.evaluation import evaluate_questions, print_figures, read_gold

    library, embedder = _open(_settings(index))
    figures, wrong = evaluate_questions(read_gold(questions, split), library, embedder, date.today())  # noqa: DTZ011
    if as_json:
        click.echo(json.dumps({**figures, "failures": wrong} if failures else figures, ensure_ascii=False))
    else:
        print_figures(figures, wrong if failures else [])


@main.command()
@click.option("--port", default=3978, show_default=True, help="Porten att lyssna på.")
@click.option("--local", is_flag=True, help="Lyssna bara på 127.0.0.1, utan inloggning: för prov på den egna datorn.")
@INDEX
def serve(port: int, local: bool, index: Path | None) -> None:
    """Starta Teams-botens webbtjänst.

    Exempel: motesminnet serve --local
    """
    from bot import app
    from bot.pipeline import Shelf, answer_question

    if not local:
        app.serve(_no_answer, port, local=False)
    settings = _settings(index)
    shelf = Shelf(settings.index, None)
    embedder = _embedder_for(settings, shelf.library().generation.manifest.model)
    embedder()

    async def answer(question: str) -> "Answer":
        return await answer_question(question, shelf=shelf, embedder=embedder, today=date.today)

    app.serve(answer, port, local=True)


async def _no_answer(question: str) -> "Answer":
    raise BotError(f"No index was opened for {question!r}.")


if __name__ == "__main__":
    main()
