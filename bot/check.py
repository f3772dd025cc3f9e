"""What `motesminnet check` looks at: the settings, the index, the model, and whether the two fit."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.config import Settings
from indexer.embed import Embedder
from indexer.records import IndexerError

if TYPE_CHECKING:
    from bot.pipeline import Library
    from indexer.model import Model


def run_checks(
    settings: Settings, model: "Model", open_index: "Callable[[], tuple[Library, Callable[[], Embedder]]]"
) -> list[tuple[bool, str]]:
    """Whether each thing is well, and a Swedish sentence about it with the next step where it is not."""
    results: list[tuple[bool, str]] = [(True, f"Inställningar: index i {str(settings.index)!r}, modell {model.name!r}.")]
    try:
        library, embedder = open_index()
    except IndexerError as error:
        return [*results, (False, f"Index: {error}")]
    manifest = library.generation.manifest
    counts = manifest.counts
    results.append(
        (True, f"Index: generation {library.generation.number}, {counts.get('documents', 0)} dokument, {counts.get('items', 0)} punkter, byggt {manifest.built_at}.")
    )
    for path, reason in sorted(manifest.failed.items()):
        results.append((False, f"Dokument: {path}: {reason}"))
    for meeting in library.index.register.meetings():
        results += [(True, f"Att se över: {meeting.id}: {problem}") for problem in meeting.problems]
    try:
        vector = embedder().queries(["kontroll"])[0]
        library.index.vectors.cosines(vector, library.index.register.vectors()[0][:1])
        results.append((True, f"Modell: {manifest.model} svarar, {len(vector)} dimensioner."))
    except IndexerError as error:
        results.append((False, f"Modell: {error}"))
    return results
