"""The command `motesminnet`: parses and prints; the work sits in functions that tests call directly."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
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
    from bot.records import Answer, Turn
    from indexer.embed import Embedder
    from indexer.model import Model

FILE = click.Path(path_type=Path)
INDEX = click.option(
    "--index", "index", type=FILE, help="Katalogen där indexet ligger [MOTESMINNET_INDEX, annars data/index]."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Skriv JSON i stället för text.")
BLANK = " \t\r\n\x00"


class _Group(click.Group):
    """Commands whose failures are one line on stderr and exit status 1; wrong usage is click's, with 2."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(ctx)
        except (IndexerError, BotError) as error:
            _tell(f"Fel: {error}")
            ctx.exit(1)


@click.group("motesminnet", cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="motesminnet", prog_name="motesminnet")
def main() -> None:
    """Mötesminnet svarar på frågor om minnesanteckningar och protokoll, med hänvisning till möte och punkt."""


def _settings(index: Path | None) -> Settings:
    settings = Settings.from_env(os.environ)
    return settings if index is None else replace(settings, index=index)


def _model(settings: Settings) -> "Model":
    from indexer.model import choose_model

    return choose_model(settings.model)


def _tell(line: str) -> None:
    """One line on stderr, whatever a message quotes."""
    from bot.markdown import printable

    click.echo(" ".join(printable(line).split()), err=True)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the user's own day


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
                " Bygg om det: motesminnet index MAPP"
            )
        return loaded

    return embedder


@main.command()
@click.argument("source", type=FILE, metavar="MAPP")
@INDEX
@JSON
def index(source: Path, index: Path | None, as_json: bool) -> None:
    """Bygg eller uppdatera indexet över en mapp.

    Exempel: motesminnet index data/minutes
    """
    from bot.retention import prune_state
    from bot.show import dumps, say
    from indexer.build import build_index
    from indexer.embed import load_indexing_embedder
    from indexer.model import prepare_model
    from indexer.sandbox import Sandbox

    settings = _settings(index)
    model = prepare_model(_model(settings), settings.cache, _tell)  # a hub model has its revision only when fetched
    with _progress() as progress, Sandbox() as sandbox:
        report = build_index(
            source,
            settings.index,
            model.id,
            lambda: load_indexing_embedder(model, settings.cache, _tell),
            progress,
            sandbox.read,
            mask=not settings.show_personal_numbers,
        )
    if pruned := prune_state(settings.state, settings.feedback_days, time.time()):
        _tell(f"Gallrat i {settings.state}: {pruned} rader som var för gamla.")
    if as_json:
        click.echo(dumps(report.as_dict()))
    else:
        for line in report.text().split("\n"):
            say(line)


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
@click.option("--batch", type=FILE, help='Fil med en fråga per rad, {"q": "..."}, med "conversation" i ett samtal.')
@click.option("-i", "--interactive", is_flag=True, help="Samtala: en fråga per rad, även följdfrågor; tom rad slutar.")
@click.option("--explain", is_flag=True, help="Visa först hur frågan förstås, och vilka punkter som vägdes.")
@click.option("--all", "whole", is_flag=True, help="Visa hela listan, hur lång den än är.")
@INDEX
@JSON
def ask(
    question: str | None,
    batch: Path | None,
    interactive: bool,
    explain: bool,
    whole: bool,
    index: Path | None,
    as_json: bool,
) -> None:
    """Svara på en fråga, med hänvisning till möte och punkt.

    Exempel: motesminnet ask "vad beslutades om yrkesresan?"
    """
    from bot.answer import LONGEST
    from bot.chat import batch_answers, chat, prompt
    from bot.evaluation import read_questions
    from bot.pipeline import converse, look_up
    from bot.show import answer_json, dumps, print_explanation
    from bot.terminal import print_answer

    if (question is not None) + (batch is not None) + interactive != 1:
        raise click.UsageError("Ange en fråga, --batch FIL eller --interactive: ett av dem.")
    questions = [(question or "", None)] if batch is None else read_questions(batch)
    library, embedder = _open(_settings(index))
    if question is not None and explain:
        print_explanation(look_up(question, library, embedder, _today())[0])

    def answer(one: str, turns: "Sequence[Turn]") -> "tuple[Answer, tuple[Turn, ...]]":
        return converse(one, turns, library, embedder, _today(), None if whole else LONGEST)

    for reply in chat(prompt(), answer) if interactive else batch_answers(questions, answer):
        if as_json or batch is not None:
            click.echo(dumps(answer_json(reply)))
        else:
            print_answer(reply, whole)


@main.command()
@click.argument("question")
@click.option("-k", "k", type=click.IntRange(min=1), default=10, show_default=True, help="Så många träffar.")
@INDEX
@JSON
def search(question: str, k: int, index: Path | None, as_json: bool) -> None:
    """Visa träffarna bakom ett svar, med poäng.

    Exempel: motesminnet search "yrkesresan" -k 5
    """
    from bot.pipeline import search_now
    from bot.show import dumps, hits_json, print_hits

    library, embedder = _open(_settings(index))
    hits = search_now(question, library, embedder, _today(), k)[1] if question.strip(BLANK) else []
    items = library.index.register.items(hit.item for hit in hits)
    if as_json:
        click.echo(dumps(hits_json(hits, items)))
    else:
        print_hits(hits, items)


@main.command()
@click.argument("what", required=False, metavar="[MEETING[#ITEM]]")
@click.option("--problems", is_flag=True, help="Visa bara det som någon bör se över.")
@INDEX
@JSON
def show(what: str | None, problems: bool, index: Path | None, as_json: bool) -> None:
    """Visa registret: möten, punkter, beslut, uppdrag, deltagare.

    Exempel: motesminnet show --json
    """
    from bot.show import dumps, find_problems, meeting_json, print_meetings, print_problems, select

    library, _ = _open(_settings(index))
    meetings = select(library, what)
    found = find_problems(library, None if what is None else meetings) if problems else []
    if as_json:
        rows = found if problems else [meeting_json(library, meeting) for meeting in meetings]
        click.echo(dumps(rows, indent=1))
    elif problems:
        print_problems(found)
    else:
        print_meetings(meetings, whole=what is not None)


@main.command()
@INDEX
def check(index: Path | None) -> None:
    """Kontrollera indexet, modellen och inställningarna.

    Exempel: motesminnet check
    """
    from bot.check import run_checks
    from bot.show import say

    results = run_checks(_settings(index), _model, _open, os.environ)
    for ok, line in results:
        say(f"{'OK ' if ok else 'FEL'} {line}")
    if not all(ok for ok, _ in results):
        click.get_current_context().exit(1)


@main.command()
@click.argument("questions", type=FILE)
@click.option("--split", help="Bara frågor med detta värde i fältet split (tune eller test).")
@click.option("--docs", metavar="KORT=DOKUMENT,...", help="Vad filens kortnamn på dokument står för.")
@click.option("--failures", is_flag=True, help="Visa också de frågor som gick fel.")
@INDEX
@JSON
def evaluate(
    questions: Path, split: str | None, docs: str | None, failures: bool, index: Path | None, as_json: bool
) -> None:
    """Ställ frågorna i en fil och jämför svaren med facit.

    Exempel: motesminnet evaluate data/eval/questions.jsonl
    """
    from bot.evaluation import evaluate_questions, print_figures, read_gold, read_short_names, unknown_documents
    from bot.show import dumps

    gold, short_names = read_gold(questions, split), read_short_names(docs)
    library, embedder = _open(_settings(index))
    if unknown := unknown_documents(gold, library, short_names):
        _tell(f"Facit nämner dokument som indexet saknar: {', '.join(unknown)}. Kortnamn anges med --docs.")
    figures, wrong = evaluate_questions(gold, library, embedder, _today(), short_names)
    if as_json:
        click.echo(dumps({**figures, "failures": wrong} if failures else figures))
    else:
        print_figures(figures, wrong if failures else None)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3978, show_default=True, help="Porten att lyssna på.")
@click.option("--host", help="Adressen att lyssna på [0.0.0.0].")
@click.option("--local", is_flag=True, help="Lyssna på 127.0.0.1, utan inloggning: för prov på den egna datorn.")
@INDEX
def serve(port: int, host: str | None, local: bool, index: Path | None) -> None:
    """Starta Teams-botens webbtjänst.

    Exempel: motesminnet serve --local
    """
    from bot.config import AnswerSettings, TeamsSettings

    if local and host is not None:
        raise click.UsageError("--local lyssnar bara på 127.0.0.1: ta bort --host.")
    settings = _settings(index)
    teams = None if local else TeamsSettings.from_env(os.environ)
    answers = AnswerSettings.from_env(os.environ)

    from bot import service
    from bot.logs import set_up_logging

    def load(built_with: str) -> "Embedder":
        return _embedder_for(settings, built_with)()

    set_up_logging()
    kept = None if local else settings.state
    answerer = service.open_answerer(settings.index, load, _today, may_wait=not local, state=kept)
    everywhere = "0.0.0.0"  # nosec B104 - the door judges what comes in; with --local it is 127.0.0.1
    service.serve(answerer, settings.state, teams, host or everywhere, port, answers)


@main.command()
@click.option(
    "--export", "export", type=FILE, help="Skriv omdömena som frågor att utvärdera med, en rad JSON per fråga."
)
@JSON
def feedback(export: Path | None, as_json: bool) -> None:
    """Visa vad användarna tyckt om svaren.

    Exempel: motesminnet feedback --export omdomen.jsonl
    """
    from bot.feedback import FILE as NAME
    from bot.feedback import evaluation_questions, read_feedback
    from bot.show import dumps, print_feedback

    found = read_feedback(_settings(None).state / NAME)
    if export is not None:
        questions = evaluation_questions(found)
        try:
            export.write_text("".join(f"{dumps(one)}\n" for one in questions), encoding="utf-8")
        except OSError as error:
            raise BotError(f"Filen {str(export)!r} går inte att skriva ({error.strerror}). Ange en annan.") from error
        _tell(f"{len(questions)} frågor skrevs till {export}.")
    if as_json:
        click.echo(dumps([one.as_dict() for one in found], indent=1))
    elif export is None:
        print_feedback(found)


@main.command("export-person")
@click.argument("name", metavar="NAMN")
@INDEX
@JSON
def export_person(name: str, index: Path | None, as_json: bool) -> None:
    """Visa allt som finns om en person, för ett registerutdrag.

    Exempel: motesminnet export-person "Anna Ek"
    """
    from bot.person import export_person, person_lines
    from bot.show import dumps, say

    settings = _settings(index)
    found = export_person(name, _open(settings)[0], settings.index, settings.state)
    if as_json:
        click.echo(dumps(found, indent=1))
    else:
        for line in person_lines(found):
            say(line)


@main.command()
@click.option("--app-id", required=True, help="Botens app-id i Azure (Microsoft App ID).")
@click.option("--host", required=True, help="Värdnamnet där boten nås utifrån, till exempel bot.example.se.")
@click.option(
    "--organisation", default="Mötesminnet", show_default=True, help="Den som står för appen, högst 32 tecken."
)
@click.option("--info", help="Webbsida om tjänsten och hur uppgifter behandlas [https://HOST].")
@click.option("--out", type=FILE, default=Path("motesminnet-teams.zip"), show_default=True, help="Filen som skrivs.")
def package(app_id: str, host: str, organisation: str, info: str | None, out: Path) -> None:
    """Gör Teams-appen som en zip att ladda upp.

    Exempel: motesminnet package --app-id 12345678-90ab-cdef-1234-567890abcdef --host bot.example.se
    """
    from bot.package import make_package, save_package

    save_package(make_package(app_id, host, organisation, info), out)
    _tell(f"Skrev {str(out)!r}. Ladda upp den i Teams administrationscenter: se deploy/INSTALL.md.")
    if info is None:
        _tell(f"För villkor och personuppgifter hänvisar appen till https://{host.strip()}. En annan sida: --info")


if __name__ == "__main__":
    main()
