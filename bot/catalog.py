"""What the index holds, as far as a question can name it: bodies, meetings, people, organisations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.body_names import BodyIndex, first_word, fold


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """A meeting as the catalog lists it."""

    id: str
    body: str
    date: str | None
    date_precision: str


class NameIndex:
    """Names by their words, each list in the order the names came: a question names few of a hundred thousand."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._first: dict[str, list[int]] = {}
        self._parts: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            self._first.setdefault(first_word(name.casefold()), []).append(place)
            for part in {fold(part) for part in name.split()}:
                self._parts.setdefault(part, []).append(place)

    def beginning(self, words: Iterable[str]) -> list[str]:
        """The names whose first word is one of these, in lower case, or that have no word."""
        return self._of(self._first, {*words, ""})

    def with_part(self, words: Iterable[str]) -> list[str]:
        """The names one of whose parts is one of these, folded."""
        return self._of(self._parts, words)

    def _of(self, index: dict[str, list[int]], words: Iterable[str]) -> list[str]:
        return [self._names[place] for place in sorted({place for word in words for place in index.get(word, ())})]


@dataclass(frozen=True)
class Catalog:
    """What the index holds, as far as a question can name it: bodies with aliases, meetings newest first, people,
    places.
    """

    bodies: tuple[str, ...]
    aliases: dict[str, tuple[str, ...]]
    meetings: tuple[MeetingEntry, ...]
    people: tuple[str, ...]
    organisations: tuple[str, ...]

    def meetings_of(self, bodies: Sequence[str]) -> tuple[MeetingEntry, ...]:
        """The meetings of these bodies (none named: all), newest first."""
        if not bodies:
            return self.meetings
        places = sorted(place for body in set(bodies) for place in self._places_of.get(body, ()))
        return tuple(self.meetings[place] for place in places)

    @cached_property
    def _places_of(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, entry in enumerate(self.meetings):
            found.setdefault(entry.body, []).append(place)
        return found

    @cached_property
    def body_index(self) -> BodyIndex:
        return BodyIndex(self.bodies, self.aliases)

    @cached_property
    def people_index(self) -> NameIndex:
        return NameIndex(self.people)

    @cached_property
    def organisations_index(self) -> NameIndex:
        return NameIndex(self.organisations)
