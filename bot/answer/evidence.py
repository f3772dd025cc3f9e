"""What an answer is made of: the question as understood, the items found, and the register within the filters."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bot.answer.draft import Documents
from bot.catalog import Catalog
from bot.query import Understanding
from bot.relevance import Candidate
from indexer.records import AgendaItem, Meeting


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the composing functions may use.

    `meetings` are whole, within the filters, newest first; `known` the topic's terms that some chunk has. Where there
    are too many to read, `meetings` are those of the `of` meetings within the filters that have what is asked for;
    some of those, the "newest" or the "nearest", where `cut` says so (see `bot.scope`).
    """

    asked: Understanding
    catalog: Catalog
    candidates: tuple[Candidate, ...]
    weights: Mapping[str, float]
    meetings: tuple[Meeting, ...]
    documents: Documents
    known: frozenset[str] = frozenset()
    of: int = 0
    cut: str = ""

    def body_text(self, meeting: Meeting, item: AgendaItem) -> str:
        """The text of an item without its heading."""
        return self.documents(meeting.document).text[item.body_start : item.end]

    def titled_text(self, meeting: Meeting, item: AgendaItem) -> str:
        """The title of an item and the text under its heading."""
        return f"{item.title}\n{self.body_text(meeting, item)}"


def by_body(meetings: tuple[Meeting, ...]) -> list[tuple[str, list[Meeting]]]:
    """The meetings grouped by body, the body with the newest meeting first, newest first within each."""
    ordered = sorted(meetings, key=lambda m: m.date or "", reverse=True)
    groups: dict[str, list[Meeting]] = {}
    for meeting in ordered:
        groups.setdefault(meeting.body, []).append(meeting)
    return list(groups.items())


def only_items(meeting: Meeting, items: Collection[str]) -> Meeting:
    """The meeting with only those items."""
    return replace(meeting, items=tuple(item for item in meeting.items if item.id in items))


def within_items(evidence: Evidence) -> Evidence:
    """The evidence with only those items that have a number asked for."""
    wanted = set(evidence.asked.query.numbers)
    meetings = (
        replace(m, items=tuple(i for i in m.items if re.sub(r"^\D+", "", i.number) in wanted))
        for m in evidence.meetings
    )
    return replace(evidence, meetings=tuple(meetings))
