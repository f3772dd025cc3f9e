"""The records that flow through Mötesminnet, from a file on disk to a hit.

All are frozen; spans (`start`, `end`) are offsets into `Document.text`, end exclusive.
"""

from dataclasses import dataclass, field
from datetime import date


class IndexerError(Exception):
    """A failure a person can act on; the message names the thing, the value and the next step."""


class BusyError(IndexerError):
    """Another run holds the index directory."""


class DamagedError(IndexerError):
    """The index, or the pointer to it, is not as it was published, or cannot be read."""


class UnavailableError(IndexerError):
    """The database does not answer just now."""


class SupersededError(IndexerError):
    """A newer generation has taken the place of the one that was opened, which can be read no more."""


PUBLIC, NOBODY = "public", "nobody"
"""What a sidecar's `access` holds in place of object ids: everyone, and nobody at all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document's text, with what its typography says.

    `heading` is 1-6 where the source marks a heading (markdown `##`, a Word heading style, html `h2`), else 0.
    `size` is the font size in points, 0.0 where unknown; `page` counts from 1, 0 where the format has no pages.
    `quoted` marks a block quote; `table` a table row, its cells joined by " | "; `furniture` a page header or footer;
    `ocr` a line that was read off a scanned page; `column` counts from 1 for a line further down in a table's cell.
    """

    start: int
    end: int
    heading: int = 0
    bold: bool = False
    italic: bool = False
    quoted: bool = False
    table: bool = False
    furniture: bool = False
    size: float = 0.0
    page: int = 0
    ocr: bool = False
    column: int = 0


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What `NAME.meta.toml` beside a document settles; it overrides anything found in the text.

    `access` holds the Entra object ids of those who may see the document, users, groups or teams; (PUBLIC,) for
    everyone, (NOBODY,) for an empty list; empty where nothing is said.
    """

    body: str | None = None
    date: str | None = None
    title: str | None = None
    url: str | None = None
    aliases: tuple[str, ...] = ()
    access: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """What rules of access go by: where a document lies, whose minutes it holds, and its sidecar's `access`."""

    id: str
    path: str
    bodies: tuple[str, ...]
    access: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: `text` is canonical and never changes; `lines` cover it in order.

    `id` is the stem of the file name, `name` the file name, `path` relative to the source (posix), `folder` the name of
    the folder it lies in ("" at the source's root), `sha256` that of the file's bytes and its sidecar's.
    """

    id: str
    name: str
    path: str
    folder: str
    sha256: str
    text: str
    lines: tuple[Line, ...]
    sidecar: Sidecar = field(default_factory=Sidecar)
    problems: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page (from 1) that the offset lies on, or None where the format has no pages."""
        page = None
        for line in self.lines:
            if line.start > offset:
                break
            page = line.page or page
        return page


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person the minutes list; `status` is present | partial | absent | guest."""

    name: str
    organisation: str | None
    status: str
    start: int
    end: int
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of this meeting, verbatim; `kind` is substantive | formal | noted | deferred | consultation."""

    text: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is to do what, and by when if that is said; `text` is the sentence, verbatim, at the span.

    `person` is the full name that the same minutes tie `who` (a role or a first name) to, else None.
    """

    who: str
    what: str
    due: str | None
    text: str
    start: int
    end: int
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file name or appendix that the minutes mention."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item of the agenda: its heading and everything up to the next one.

    `number` is as printed ("8", "§ 45", "5.2"), or the ordinal where nothing is printed (`number_printed` False).
    The item's span covers heading and body; `body_start` is where the body begins. `deferrals` are sentences that say
    that the item was put off without being a decision ("Punkten utgår"). `ocr` tells that at least one of its lines was
    read off a scanned page, so that its words may be wrong.
    """

    id: str
    number: str
    number_printed: bool
    title: str
    start: int
    end: int
    body_start: int
    presenters: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    deferrals: tuple[Decision, ...] = ()
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of one body. `date` is ISO to its precision ("2022-01-28", "2020-12", "2021") or None.

    `problems` are sentences in Swedish for a coordinator: what could not be told, what contradicts.
    """

    id: str
    document: str
    body: str
    date: str | None
    date_precision: str
    date_basis: str
    items: tuple[AgendaItem, ...]
    attendees: tuple[Attendee, ...] = ()
    date_start: int = 0
    date_end: int = 0
    time: str | None = None
    place: str | None = None
    form: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one agenda item: `text` is verbatim at the span, `context` what is embedded before it."""

    id: str
    item: str
    meeting: str
    text: str
    context: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for. Filters are hard: they restrict before ranking, and are never widened.

    `topic` is the question without question words and filters; `terms` its words and phrases, those that mean the same
    parted by "|" (empty: the topic's words); `bodies` holds exact body names (empty: all);
    `meetings` meeting ids (None: all); `since` and `until` bound the meeting's date, both inclusive;
    `numbers` agenda item numbers as digits ("10", "5.2", "45"); `items` item ids (None: all).
    """

    question: str
    topic: str
    terms: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    meetings: tuple[str, ...] | None = None
    items: tuple[str, ...] | None = None
    since: date | None = None
    until: date | None = None
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that a query found. `rank` counts from 1; higher `score` is better.

    `dense` is the chunk's cosine to the question minus the mean cosine over the whole index;
    `lexical` the share (0-1) of the topic's weight, by inverse document frequency, that the chunk carries.
    """

    chunk: str
    item: str
    meeting: str
    rank: int
    score: float
    dense: float
    lexical: float
