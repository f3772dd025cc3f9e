"""The command `motesminnet`: parses and prints; the work sits in functions that tests call directly."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.config import RunSettings, Settings
from bot.records import BotError
from indexer.records import BusyError, IndexerError

if TYPE_CHECKING:
    from bot.pipeline import Library
    from bot.records import Answer, Turn
    from bot.writer import OpenWriter, WriterNow, Written
    from indexer.build import Options
    from indexer.embed import Embedder
    from indexer.model import Model
    from indexer.report import Report
    from indexer.shard import Shard
    from indexer.sources import ScanSource

FILE = click.Path(path_type=Path)
INDEX = click.option(
    "--index",
    "index",
    metavar="PLATS",
    help="Katalogen eller PostgreSQL-databasen där indexet ligger [MOTESMINNET_INDEX, annars data/index].",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Skriv JSON i stället för text.")
AS = click.option(
    "--as",
    "who",
    metavar="ID[,ID...]",
    help="Visa vad den personen får se: objekt-id, med grupper att räkna med efter komma.",
)
MODE = click.option(
    "--mode",
    type=click.Choice(["extractive", "llm"]),
    help="Citera (extractive), eller låt språkmodellen i inställningarna skriva och koden kontrollera (llm).",
)
BLANK = " \t\r\n\x00"


PARTLY = 3
"""Exit status of `index` where the index is up to date, but documents could not be read."""


class _Group(click.Group):
    """Commands whose failures are one line on stderr and exit status 1, or 75 where another run has the index
    (EX_TEMPFAIL: try again later); wrong usage is click's, with 2.
    """

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(ctx)
        except (IndexerError, BotError) as error:
            _tell(f"Fel: {error}")
            ctx.exit(os.EX_TEMPFAIL if isinstance(error, BusyError) else 1)


@click.group("motesminnet", cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="motesminnet", prog_name="motesminnet")
def main() -> None:
    """Mötesminnet svarar på frågor om minnesanteckningar och protokoll, med hänvisning till möte och punkt."""


def _settings(index: str | None) -> Settings:
    """The settings in the environment, `--index` before what that says."""
    return Settings.from_env(os.environ if index is None else {**os.environ, "MOTESMINNET_INDEX": index})


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


def _as_seen_by(who: str | None, library: "Library", settings: Settings) -> "Library":
    """The library as somebody may see it; all of it for None."""
    from bot.explain import find_rights, read_rules

    return library if who is None else library.view(find_rights(who, read_rules(settings), library, os.environ))


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


def _open_writer() -> "OpenWriter | None":
    """What opens the language model of the settings; None where they name none."""
    from bot.config import LanguageModelSettings, TeamsSettings

    model = LanguageModelSettings.from_env(os.environ)
    if model is None:
        return None
    from bot.writer import open_writer

    return partial(open_writer, model, TeamsSettings.from_env(os.environ) if model.entra else None)


@contextmanager
def _writing(mode: str | None, embedder: "Callable[[], Embedder]") -> "Iterator[WriterNow | None]":
    """What writes answers anew in this mode (None: llm where the settings name a model); None where answers quote."""
    opener = None if mode == "extractive" else _open_writer()
    if mode == "llm" and opener is None:
        raise BotError("Ingen språkmodell är inställd. Sätt MOTESMINNET_LLM_URL och MOTESMINNET_LLM_MODEL: se README.")
    if opener is None:
        yield None
        return
    from bot.writer import writing

    with writing(opener(embedder, None)) as write:
        yield write


@main.command()
@click.argument("source", type=FILE, metavar="KÄLLA")
@INDEX
@JSON
@click.option("--report", "report_file", type=FILE, help="Skriv rapporten också som JSON i den här filen.")
@click.option("--allow-shrink", is_flag=True, help="Låt dokument försvinna ur indexet, hur många de än är.")
@click.option("--purge", is_flag=True, help="Radera alla tidigare generationer av indexet från disken, nu.")
@click.option("--workers", type=click.IntRange(1, 64), help="Så många dokument läses samtidigt [antalet kärnor].")
@click.option("--shard", help="Läs bara en del av källan, till exempel 3/8. Bara för ett index i PostgreSQL.")
def index(
    source: Path,
    index: str | None,
    as_json: bool,
    report_file: Path | None,
    allow_shrink: bool,
    purge: bool,
    workers: int | None,
    shard: str | None,
) -> None:
    """Bygg eller uppdatera indexet över en mapp eller flera källor.

    Exempel: motesminnet index data/minutes

    KÄLLA är en mapp, eller en fil sources.toml som räknar upp mappar och bibliotek i SharePoint: se deploy/SOURCES.md.
    """
    from bot.announce import report_message
    from bot.explain import public_paths
    from bot.retention import prune_state
    from bot.show import dumps, say
    from indexer.build import Options
    from indexer.shard import Shard

    settings, run = _settings(index), RunSettings.from_env(os.environ)
    shrink = None if allow_shrink else run.max_shrink
    part = None if shard is None else Shard.parse(shard)
    options = Options(shrink, purge, not settings.show_personal_numbers, workers or _cores(), part)
    report = _index(source, settings, run, options)
    _erase_traces(settings, report.erased, part)  # before a report that nobody may be there to read
    if pruned := prune_state(settings.state, settings.feedback_days, time.time()):
        _tell(f"Gallrat i {settings.state}: {pruned} rader som var för gamla.")
    if as_json:
        click.echo(dumps(report.as_dict()))
    else:
        for line in report.text().split("\n"):
            say(line)
    if run.webhook is not None:
        named = public_paths(settings)
        _announce(run, report_message(report, lambda path: named is None or path in named))
    if report_file is not None:
        _save(report_file, f"{dumps(report.as_dict())}\n")
    if report.failed:
        click.get_current_context().exit(PARTLY)


def _cores() -> int:
    """The processors that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _index(source: Path, settings: Settings, run: RunSettings, options: "Options") -> "Report":
    """The report of a run, which is noted beside the index, and told in the channel where it fails."""
    from indexer.build import build_index
    from indexer.embed import load_indexing_embedder
    from indexer.last_run import noted_run
    from indexer.model import prepare_model
    from indexer.sandbox import Sandboxes

    try:
        with noted_run(settings.index) as reports, _progress() as progress, Sandboxes(options.workers) as sandboxes:
            model = prepare_model(_model(settings), settings.cache, _tell)  # a hub model gets its revision when fetched
            report = build_index(
                _source(source),
                settings.index,
                model.id,
                lambda: load_indexing_embedder(model, settings.cache, _tell),
                progress,
                sandboxes.read,
                options,
            )
            reports.append(report)
    except BusyError:
        raise
    except IndexerError as error:
        from bot.announce import failure_message

        _announce(run, failure_message(str(error)))
        raise
    return report


def _announce(run: RunSettings, message: dict[str, Any] | None) -> None:
    """Sends the message where a channel wants it; a channel that cannot be reached is told of, and changes nothing."""
    from bot.announce import send

    if run.webhook is None or message is None:
        return
    try:
        send(run.webhook, message)
    except BotError as error:
        _tell(str(error))


def _erase_traces(settings: Settings, documents: Sequence[str], shard: "Shard | None" = None) -> None:
    """Deletes what the bot keeps of documents that the index has no more. What a run does not get to, the next does."""
    from bot.conversations import FILE as CONVERSATIONS
    from bot.conversations import forget_conversations
    from bot.feedback import FILE as FEEDBACK
    from bot.feedback import forget_feedback
    from indexer.erasing import Erasing
    from indexer.generation import run_lock

    forget_feedback(settings.state / FEEDBACK, documents)
    forget_conversations(settings.state / CONVERSATIONS, documents)
    if documents:
        with suppress(BusyError), run_lock(settings.index, shard):
            Erasing(settings.index, shard).strike(documents)


def _save(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BotError(f"Filen {str(file)!r} går inte att skriva ({error.strerror}). Ange en annan.") from error


@main.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOKUMENT...")
@click.option("--undo", is_flag=True, help="Låt nästa inläsning ta med dokumenten igen.")
@click.option("--purge", is_flag=True, help="Radera alla tidigare generationer av indexet från disken, nu.")
@INDEX
def forget(documents: tuple[str, ...], undo: bool, purge: bool, index: str | None) -> None:
    """Ta bort dokument ur indexet nu, och håll dem borta.

    Exempel: motesminnet forget natverket-2022-03-04.docx --purge
    """
    from bot.show import say
    from indexer import forget as forgetting

    settings = _settings(index)
    if undo and purge:
        raise click.UsageError("--undo och --purge går inte ihop.")
    if undo:
        forgetting.remember(settings.index, documents)
        say("Nästa inläsning tar med dem igen, om filerna finns kvar i källan: motesminnet index MAPP")
        return
    forgot = forgetting.forget(settings.index, documents, _today(), purge=purge)
    _erase_traces(settings, forgot.erased)
    for one in forgot.documents:
        say(f"Glömt: {one.path}")
    say(f"Indexet är uppdaterat (generation {forgot.generation}). Nästa inläsning hoppar över dem.")


STEPS = {"fetch": "Hämtar", "read": "Läser", "embed": "Bäddar in", "write": "Skriver"}
QUIET_SECONDS = 10.0
"""Where stderr is no terminal, a line of progress at most so often."""


def _source(source: Path) -> "Path | ScanSource":
    """The folder, or the scan of the sources that a file lists, their sign-in checked."""
    if source.suffix.lower() != ".toml" or source.is_dir():
        return source
    from indexer.graph import Graph
    from indexer.sign_in import GraphSettings, graph_token
    from indexer.source_list import needs_graph, read_sources, scan_sources

    sources = read_sources(source)
    if not needs_graph(sources):
        return scan_sources(sources, None)
    settings = GraphSettings.from_env(os.environ)
    return scan_sources(sources, Graph(graph_token(settings), settings.base))


@contextmanager
def _progress() -> "Iterator[Callable[[str, int, int], None]]":
    """A rich progress bar on stderr, one line a step; plain lines now and then where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield plain_progress(_tell, time.monotonic)
        return
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(STEPS.get(step, step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell


def plain_progress(say: "Callable[[str], None]", clock: "Callable[[], float]") -> "Callable[[str, int, int], None]":
    """Progress as lines: "Läser: 100 av 483", one at most every QUIET_SECONDS, so that a short run says nothing."""
    said = clock()

    def tell(step: str, done: int, total: int) -> None:
        nonlocal said
        if clock() - said >= QUIET_SECONDS:
            said = clock()
            say(f"{STEPS.get(step, step)}: {done} av {total}")

    return tell


@main.command()
@click.argument("question", required=False)
@click.option("--batch", type=FILE, help='Fil med en fråga per rad, {"q": "..."}, med "conversation" i ett samtal.')
@click.option("-i", "--interactive", is_flag=True, help="Samtala: en fråga per rad, även följdfrågor; tom rad slutar.")
@click.option("--explain", is_flag=True, help="Visa först hur frågan förstås, och vilka punkter som vägdes.")
@click.option("--all", "whole", is_flag=True, help="Visa hela listan, hur lång den än är.")
@AS
@MODE
@INDEX
@JSON
def ask(
    question: str | None,
    batch: Path | None,
    interactive: bool,
    explain: bool,
    whole: bool,
    who: str | None,
    mode: str | None,
    index: str | None,
    as_json: bool,
) -> None:
    """Svara på en fråga, med hänvisning till möte och punkt.

    Exempel: motesminnet ask "vad beslutades om yrkesresan?"
    """
    from bot.answer import LONGEST
    from bot.chat import batch_answers, chat, prompt
    from bot.evaluation import read_questions
    from bot.freshness import Freshness
    from bot.pipeline import converse, converse_in_full, look_up, turns_for_model
    from bot.show import answer_json, dumps, print_explanation
    from bot.terminal import print_answer

    if (question is not None) + (batch is not None) + interactive != 1:
        raise click.UsageError("Ange en fråga, --batch FIL eller --interactive: ett av dem.")
    questions = [(question or "", None)] if batch is None else read_questions(batch)
    settings = _settings(index)
    library, embedder = _open(settings)
    library = _as_seen_by(who, library, settings)
    freshness = Freshness(settings.stale_days)
    if question is not None and explain:
        print_explanation(look_up(question, library, embedder, _today())[0])

    def answer(one: str, turns: "Sequence[Turn]") -> "tuple[Answer, tuple[Turn, ...]]":
        answer, kept = converse(one, turns, library, embedder, _today(), None if whole else LONGEST)
        if write is not None:
            given = turns_for_model(answer, one, turns, library)
            written = write.put_in_full(one, given, answer.language) if given else ""
            again = converse_in_full(written, one, given, library, embedder, _today(), None if whole else LONGEST)
            answer, kept = again or (_rewritten(write(answer), explain), kept)
        return freshness.tell(answer, library.generation), kept

    with _writing(mode, embedder) as write:
        for reply in chat(prompt(), answer) if interactive else batch_answers(questions, answer):
            if as_json or batch is not None:
                click.echo(dumps(answer_json(reply)))
            else:
                print_answer(reply, whole)


def _rewritten(written: "Written", explain: bool) -> "Answer":
    """The answer to print; what the language model wrote, and what became of it, is told first where that is wanted."""
    if explain:
        from bot.explain_written import explain_written

        for line in explain_written(written):
            _tell(line)
    return written.answer


@main.command()
@click.argument("question")
@click.option("-k", "k", type=click.IntRange(min=1), default=10, show_default=True, help="Så många träffar.")
@AS
@INDEX
@JSON
def search(question: str, k: int, who: str | None, index: str | None, as_json: bool) -> None:
    """Visa träffarna bakom ett svar, med poäng.

    Exempel: motesminnet search "yrkesresan" -k 5
    """
    from bot.pipeline import search_now
    from bot.show import dumps, hits_json, print_hits

    settings = _settings(index)
    library, embedder = _open(settings)
    library = _as_seen_by(who, library, settings)
    hits = search_now(question, library, embedder, _today(), k)[1] if question.strip(BLANK) else []
    items = library.index.register.items(hit.item for hit in hits)
    if as_json:
        click.echo(dumps(hits_json(hits, items)))
    else:
        print_hits(hits, items)


@main.command()
@click.argument("what", required=False, metavar="[MEETING[#ITEM]]")
@click.option("--problems", is_flag=True, help="Visa bara det som någon bör se över.")
@AS
@INDEX
@JSON
def show(what: str | None, problems: bool, who: str | None, index: str | None, as_json: bool) -> None:
    """Visa registret: möten, punkter, beslut, uppdrag, deltagare.

    Exempel: motesminnet show --json
    """
    from bot.show import dumps, find_problems, meeting_json, print_meetings, print_problems, select

    settings = _settings(index)
    library = _as_seen_by(who, _open(settings)[0], settings)
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
@click.option("--explain", "who", metavar="ID[,ID...]", help="Visa vad en person får se och varför.")
@INDEX
@JSON
def access(who: str | None, index: str | None, as_json: bool) -> None:
    """Visa vem som får se vilka minnesanteckningar.

    Exempel: motesminnet access --explain 00000000-0000-0000-0000-000000000000
    """
    from bot.explain import find_rights, read_rules, rights_json, rights_text, rules_json, rules_text
    from bot.show import dumps, say

    settings = _settings(index)
    rules, (library, _) = read_rules(settings), _open(settings)
    if who is None:
        told, lines = rules_json(rules, library), rules_text(rules, library)
    else:
        rights = find_rights(who, rules, library, os.environ)
        told, lines = rights_json(rights, library), rights_text(rights, library)
    if as_json:
        click.echo(dumps(told, indent=1))
        return
    for line in lines:
        say(line)


@main.command()
@click.option("--repair", "mend", is_flag=True, help="Laga först ett skadat index, utan att läsa om något.")
@INDEX
def check(mend: bool, index: str | None) -> None:
    """Kontrollera indexet, modellen och inställningarna.

    Exempel: motesminnet check
    """
    from bot.check import run_checks
    from bot.show import say

    settings = _settings(index)
    if mend:
        from indexer.repair import repair

        mended = repair(settings.index)
        _tell(f"Indexet är lagat: generation {mended.number}." if mended else "Indexet är helt: inget att laga.")
    results = run_checks(settings, _model, _open, os.environ, open_writer=_open_writer)
    for ok, line in results:
        say(f"{'OK ' if ok else 'FEL'} {line}")
    if not all(ok for ok, _ in results):
        click.get_current_context().exit(1)


@main.command()
@click.argument("questions", type=FILE)
@click.option("--split", help="Bara frågor med detta värde i fältet split (tune eller test).")
@click.option("--docs", metavar="KORT=DOKUMENT,...", help="Vad filens kortnamn på dokument står för.")
@click.option("--failures", is_flag=True, help="Visa också de frågor som gick fel.")
@MODE
@INDEX
@JSON
def evaluate(
    questions: Path,
    split: str | None,
    docs: str | None,
    failures: bool,
    mode: str | None,
    index: str | None,
    as_json: bool,
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
    with _writing(mode or "extractive", embedder) as write:
        figures, wrong = evaluate_questions(gold, library, embedder, _today(), short_names, write)
    if as_json:
        click.echo(dumps({**figures, "failures": wrong} if failures else figures))
    else:
        print_figures(figures, wrong if failures else None)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3978, show_default=True, help="Porten att lyssna på.")
@click.option("--host", help="Adressen att lyssna på [0.0.0.0].")
@click.option("--local", is_flag=True, help="Lyssna på 127.0.0.1, utan inloggning: för prov på den egna datorn.")
@INDEX
def serve(port: int, host: str | None, local: bool, index: str | None) -> None:
    """Starta Teams-botens webbtjänst.

    Exempel: motesminnet serve --local
    """
    from bot.config import AnswerSettings, TeamsSettings

    if local and host is not None:
        raise click.UsageError("--local lyssnar bara på 127.0.0.1: ta bort --host.")
    settings = _settings(index)
    teams = None if local else TeamsSettings.from_env(os.environ)
    answers, write = AnswerSettings.from_env(os.environ), _open_writer()

    from bot import service
    from bot.access_file import AccessFile
    from bot.freshness import Freshness
    from bot.logs import set_up_logging

    def load(built_with: str) -> "Embedder":
        return _embedder_for(settings, built_with)()

    set_up_logging()
    kept = None if local else settings.state
    access = AccessFile(settings.access, required=settings.access_named)
    freshness = Freshness(settings.stale_days)
    answerer = service.open_answerer(
        settings.index, load, _today, may_wait=not local, state=kept, freshness=freshness, access=access
    )
    everywhere = "0.0.0.0"  # nosec B104 - the door judges what comes in; with --local it is 127.0.0.1
    service.serve(answerer, settings.state, teams, host or everywhere, port, answers, write)


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
        _save(export, "".join(f"{dumps(one)}\n" for one in questions))
        _tell(f"{len(questions)} frågor skrevs till {export}.")
    if as_json:
        click.echo(dumps([one.as_dict() for one in found], indent=1))
    elif export is None:
        print_feedback(found)


@main.command("export-person")
@click.argument("name", metavar="NAMN")
@INDEX
@JSON
def export_person(name: str, index: str | None, as_json: bool) -> None:
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
