"""What an indexing run did, for people and for programs."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from indexer.plan import Moved

FLOOR = 0.95
"""The least recall@10 of the vector index against exact search that passes without a word."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell about one file, in Swedish."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be read; `kept` says whether the index still has an earlier version of it."""

    path: str
    reason: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run. `added`, `changed`, `removed` and `forgotten` are paths; counts are of the whole index.

    `forgotten` are at the source, but somebody wanted them out of the index; `erased` the ids of those
    that it no longer has, and whose traces are still to be deleted (see `erasing.py`).

    `published` is False where nothing had changed: then `generation` is the one that was there.
    `notes` are doubts about documents that this run read; `problem` is set where the earlier index was of no use, or
    was read in other parts.
    `recall` is the recall@10 of a vector index that is not exact, against exact search.
    """

    generation: int
    published: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[Moved, ...]
    unchanged: int
    removed: tuple[str, ...]
    erased: tuple[str, ...]
    forgotten: tuple[str, ...]
    failed: tuple[Failure, ...]
    skipped: tuple[Note, ...]
    notes: tuple[Note, ...]
    documents: int
    meetings: int
    items: int
    decisions: int
    chunks: int
    embedded: int
    seconds: float
    problem: str = ""
    recall: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, ready for JSON."""
        return asdict(self)

    def text(self) -> str:
        """The report in Swedish, one thing a line."""
        lines = [self._outcome(), self._documents(), self._content()]
        if self.problem:
            lines.insert(1, self.problem)
        if self.recall is not None and self.recall < FLOOR:
            lines.insert(1, _weak(self.recall))
        if self.moved:
            lines += ["Flyttade:", *_indented(f"{one.earlier} -> {one.path}" for one in self.moved)]
        if self.removed:
            lines += ["Borttagna:", *_indented(self.removed)]
        if self.forgotten:
            lines += ["Glömda (motesminnet forget), finns kvar i källan:", *_indented(self.forgotten)]
        if self.failed:
            lines += ["Kunde inte läsas:", *_indented(_failure(one) for one in self.failed)]
        if self.skipped:
            lines += ["Hoppades över:", *_indented(f"{one.path}: {one.text}" for one in self.skipped)]
        if self.notes:
            lines += ["Kontrollera gärna:", *_indented(f"{one.path}: {one.text}" for one in self.notes)]
        return "\n".join([*lines, f"Tid: {self.seconds:.1f} sekunder.".replace(".", ",", 1)])

    def _outcome(self) -> str:
        if self.published:
            return f"Indexet är uppdaterat (generation {self.generation})."
        return f"Inget har ändrats sedan förra körningen (generation {self.generation})."

    def _documents(self) -> str:
        parts = [
            _count(len(self.added), "nytt", "nya"),
            _count(len(self.changed), "ändrat", "ändrade"),
            _count(len(self.moved), "flyttat", "flyttade"),
            _count(self.unchanged, "oförändrat", "oförändrade"),
            _count(len(self.removed), "borttaget", "borttagna"),
        ]
        told = [part for part in parts if part[0] != "0"]
        if self.failed:
            told.append(f"{len(self.failed)} som inte kunde läsas")
        return f"{self.documents} dokument i indexet{': ' if told else ''}{', '.join(told)}."

    def _content(self) -> str:
        parts = [
            _count(self.meetings, "möte", "möten"),
            _count(self.items, "punkt", "punkter"),
            f"{self.decisions} beslut",
            _count(self.chunks, "textavsnitt", "textavsnitt"),
        ]
        return f"De rymmer {', '.join(parts[:-1])} och {parts[-1]}."


def _weak(recall: float) -> str:
    """
    >>> _weak(0.934)
    'Sökningen efter innebörd hittar bara 93 % av det närmaste (minst 95 % väntas): indexet är stort och ojämnt.'
    """
    return (
        f"Sökningen efter innebörd hittar bara {100 * recall:.0f} % av det närmaste (minst {100 * FLOOR:.0f} % väntas):"
        " indexet är stort och ojämnt."
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _failure(failure: Failure) -> str:
    after = "Den tidigare versionen ligger kvar i indexet." if failure.kept else "Dokumentet finns inte i indexet."
    reason = failure.reason if failure.reason.endswith((".", "?", "!")) else f"{failure.reason}."
    return f"{failure.path}: {reason} {after}"


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
