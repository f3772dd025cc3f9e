"""What the index holds, as far as a question can name it: bodies, meetings, people, organisations."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """A meeting as the catalog lists it."""

    id: str
    body: str
    date: str | None
    date_precision: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the index holds, as far as a question can name it: bodies with aliases, meetings newest first, people,
    places.
    """

    bodies: tuple[str, ...]
    aliases: dict[str, tuple[str, ...]]
    meetings: tuple[MeetingEntry, ...]
    people: tuple[str, ...]
    organisations: tuple[str, ...]
