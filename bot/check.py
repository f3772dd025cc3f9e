"""What `motesminnet check` looks at: the settings, the index, the model, and whether they fit together."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.announce import webhook_problem
from bot.config import AnswerSettings, RunSettings, Settings, TeamsSettings, has_teams_settings
from bot.explain import read_rules, rules_json
from bot.records import BotError
from bot.show import find_problems
from indexer.embed import Embedder
from indexer.last_run import FAILED, read_last_run
from indexer.records import IndexerError

if TYPE_CHECKING:
    from bot.pipeline import Library
    from bot.writer import OpenWriter
    from indexer.model import Model

Result = tuple[bool, str]


def run_checks(
    settings: Settings,
    choose: "Callable[[Settings], Model]",
    open_index: "Callable[[Settings], tuple[Library, Callable[[], Embedder]]]",
    environ: Mapping[str, str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    open_writer: "Callable[[], OpenWriter | None]" = lambda: None,
) -> list[Result]:
    """Whether each thing is well, and a Swedish sentence about it with the next step where it is not.

    What Teams needs is looked at only where some of it is set; a language model is tried where the settings name one.
    """
    results = [
        _check_settings(settings, choose),
        *_check_answers(environ),
        *_check_teams(environ),
        *_check_report(environ),
        *_check_writer(open_writer),
    ]
    try:
        library, embedder = open_index(settings)
    except IndexerError as error:
        return [*results, *_check_run(settings, now()), (False, f"Index: {error}")]
    results += [*_check_run(settings, now()), *_check_index(library), *_check_access(settings, library)]
    if results[0][0]:
        results.append(_check_model(library, embedder))
    return results


def _check_settings(settings: Settings, choose: "Callable[[Settings], Model]") -> Result:
    try:
        model = choose(settings)
    except IndexerError as error:
        return False, f"Inställningar: {error}"
    return True, f"Inställningar: index i {str(settings.index)!r}, modell {model.name!r}."


def _check_answers(environ: Mapping[str, str]) -> list[Result]:
    """What is wrong with how answers are to be shown; that there are no links to sources matters only in Teams."""
    try:
        answers = AnswerSettings.from_env(environ)
    except BotError as error:
        return [(False, f"Svar: {error}")]
    if answers.public_url is None and has_teams_settings(environ):
        return [(True, "Svar: utan MOTESMINNET_PUBLIC_URL får källor utan egen webbadress ingen länk.")]
    return []


def _check_teams(environ: Mapping[str, str]) -> list[Result]:
    if not has_teams_settings(environ):
        return []
    try:
        teams = TeamsSettings.from_env(environ)
    except BotError as error:
        return [(False, f"Teams: {error}")]
    doubts = [(False, f"Teams: {doubt}") for doubt in teams.doubts()]
    return doubts or [(True, f"Teams: app {teams.app_id}, för personer i {', '.join(sorted(teams.tenants))}.")]


def _check_report(environ: Mapping[str, str]) -> list[Result]:
    try:
        run = RunSettings.from_env(environ)
    except BotError as error:
        return [(False, f"Inläsning: {error}")]
    problem = webhook_problem(run.webhook) if run.webhook is not None else ""
    return [(False, f"Inläsning: {problem}")] if problem else []


def _check_run(settings: Settings, now: datetime) -> list[Result]:
    """How the last run went, and whether there should have been one since; nothing where none is noted."""
    run = read_last_run(settings.index)
    if run is None:
        return []
    if run.outcome == FAILED:
        return [(False, f"Inläsning: den senaste misslyckades {run.at}. {run.reason}")]
    failed = f", {run.failed} dokument gick inte att läsa" if run.failed else ""
    told = f"Inläsning: den senaste lyckades {run.at}, {run.documents} dokument{failed}."
    if now - datetime.fromisoformat(run.at) > timedelta(days=settings.stale_days):
        return [
            (False, f"{told} Det är mer än {settings.stale_days} dygn sedan: går den varje natt? Se deploy/INSTALL.md")
        ]
    return [(True, told)]


def _check_writer(open_: "Callable[[], OpenWriter | None]") -> list[Result]:
    """Whether the language model writes when it is asked to; nothing where the settings name none."""
    try:
        opener = open_()
        if opener is None:
            return []
        from bot.trial import try_out

        return [try_out(opener)]
    except BotError as error:
        return [(False, f"Språkmodell: {error}")]


def _check_index(library: "Library") -> list[Result]:
    manifest = library.generation.manifest
    documents, items = manifest.counts.get("documents", 0), manifest.counts.get("items", 0)
    name = f"generation {library.generation.number}"
    results = [(True, f"Index: {name}, {documents} dokument, {items} punkter, byggt {manifest.built_at}.")]
    results += [(False, f"Dokument: {path}: {reason}") for path, reason in sorted(manifest.failed.items())]
    doubts = [one for one in find_problems(library) if one["document"] not in manifest.failed]
    if doubts:
        results.append((True, f"Att se över i minnesanteckningarna: {len(doubts)}. Visa: motesminnet show --problems"))
    return results


def _check_access(settings: Settings, library: "Library") -> list[Result]:
    """Whether the access rules can be used, and name what there is: a misspelt name protects nothing."""
    try:
        rules = read_rules(settings)
    except BotError as error:
        return [(False, str(error))]
    if not rules.version:
        return [(True, f"Åtkomst: inga regler i {str(settings.access)!r}. {_who_sees(library)}")]
    unknown = rules_json(rules, library)["not_indexed"]
    named = f"Åtkomst: reglerna i {str(settings.access)!r}"
    if unknown:
        return [(False, f"{named} nämner vad indexet saknar, felstavat? {', '.join(unknown)}: motesminnet access")]
    return [(True, f"{named} går att använda.")]


def _who_sees(library: "Library") -> str:
    closed = sum(bool(origin.access) for origin in library.origins)
    if not closed:
        return "Alla som boten svarar får se allt i indexet (deploy/ACCESS.md)."
    return f"Alla som boten svarar får se allt utom {closed} dokument med regler i sidofil eller källa."


def _check_model(library: "Library", embedder: Callable[[], Embedder]) -> Result:
    try:
        vector = embedder().queries(["kontroll"])[0]
        library.index.vectors.search(vector, 1)
    except IndexerError as error:
        return False, f"Modell: {error}"
    return True, f"Modell: {library.generation.manifest.model} svarar, {len(vector)} dimensioner."
