"""Which meetings an answer is put together from, where a question's filters leave too many to read.

A list of what thousands of meetings say is no answer, and takes a minute. Up to `WHOLE` meetings that have what is
asked for, all are read; of more, those nearest the topic, or the newest. The answer then says how many they are.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.answer.assignments import ONLY_ASKS
from bot.answer.lists import ASKS_DEFERRED, ATTACHED
from bot.query import Understanding
from indexer.schema import to_json
from indexer.search import RankedIndex
from indexer.store import Register

WHOLE = 1_000
"""Meetings that are read whole, some ten thousand items: up to half a second of processor time."""
NEWEST = 100
"""Meetings that are read of more: their lists hold many times what one answer shows."""
RANKED = 100
"""Items that search puts forward of more, where the question has a topic."""

_LISTED = "IN (SELECT value FROM json_each(?))"
_HOLDING = {
    "deferred": ("SELECT meeting FROM deferrals", "SELECT meeting FROM decisions WHERE kind = 'deferred'"),
    "attachments": ("SELECT meeting FROM attachments",),
    "action": ("SELECT meeting FROM assignments",),
}
"""Where a meeting stands that has what such a question asks for."""
_ASKING = {"deferred": ASKS_DEFERRED, "attachments": ATTACHED, "action": ONLY_ASKS}
"""The words of such a question that are no topic; other intents that go through whole meetings have none."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The meetings to read, newest first, of `total` within the question's filters.

    `cut` says why others that have what is asked for are left out: "nearest" or "newest" were taken; "" where none is.
    """

    meetings: tuple[str, ...]
    total: int
    cut: str = ""


def narrow(
    asked: Understanding, ids: Sequence[str], index: RankedIndex, known: Iterable[str], near: Collection[str]
) -> Scope:
    """Which of the meetings within the filters to read, for an intent that is answered out of whole meetings.

    `known` are the topic's terms that the index has, `near` the meetings that search has found already.
    """
    if len(ids) <= WHOLE:
        return Scope(tuple(ids), len(ids))
    holding = _holding(asked, index.register)
    found = tuple(ids) if holding is None else tuple(name for name in ids if name in holding)
    if len(found) <= WHOLE:
        return Scope(found, len(ids))
    if not _has_topic(asked, known):
        return Scope(found[:NEWEST], len(ids), "newest")
    near = {*near, *(hit.meeting for hit in index.search_items(asked.query, None, RANKED))}
    return Scope(tuple(name for name in found if name in near), len(ids), "nearest")


def _has_topic(asked: Understanding, known: Iterable[str]) -> bool:
    asking: re.Pattern[str] | None = _ASKING.get(asked.intent)
    names = {part.casefold() for person in asked.people for part in person.split()}
    return asking is not None and any(term not in names and not asking.match(term) for term in known)


def _holding(asked: Understanding, register: Register) -> frozenset[str] | None:
    """The meetings that have what is asked for, be it outside the filters; None where nearly all do, or it is not told
    by the register.
    """
    if asked.intent in ("attendance", "meetings", "action") and asked.people:
        return _of_people(asked, register)
    if asked.intent == "attendance" and asked.organisations:
        like = " OR ".join("organisation LIKE ?" for _ in asked.organisations)
        return _meetings(register, f"SELECT meeting FROM attendees WHERE {like}", _within(asked.organisations))
    if asked.intent == "item":
        return _meetings(register, f"SELECT meeting FROM items WHERE digits {_LISTED}", [to_json(asked.query.numbers)])
    tables = _HOLDING.get(asked.intent)
    return None if tables is None else _meetings(register, " UNION ".join(tables))


def _of_people(asked: Understanding, register: Register) -> frozenset[str]:
    if asked.intent != "action":
        sql = f"SELECT meeting FROM attendees WHERE name {_LISTED}"
        return _meetings(register, sql, [to_json(asked.people)])
    words = [*asked.people, *(part for person in asked.people for part in person.split())]
    within = " OR ".join("who LIKE ?" for _ in asked.people)
    sql = f"SELECT meeting FROM assignments WHERE person {_LISTED} OR who {_LISTED} OR {within}"
    return _meetings(register, sql, [to_json(asked.people), to_json(words), *_within(asked.people)])


def _within(names: Iterable[str]) -> list[str]:
    return [f"%{name}%" for name in names]


def _meetings(register: Register, sql: str, values: Sequence[object] = ()) -> frozenset[str]:
    return frozenset(row[0] for row in register.rows(sql, values))
