"""The tables of the register, and how a record becomes a row and a row a record."""

import json
import re
import sqlite3
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from indexer.records import Sidecar

SCHEMA_VERSION = "2"
"""A whole number: the file carries it as its user_version."""

Record = TypeVar("Record")
Row = Mapping[str, Any] | sqlite3.Row

ITEM_TABLES = ("decisions", "deferrals", "assignments", "attachments")
"""The fields of an agenda item that hold records: each has a table of its name."""

_FLAGS = {"number_printed", "ocr"}
_CODED = {"presenters", "problems", "aliases", "access", *_FLAGS}
_NESTED = {*ITEM_TABLES, "items", "attendees", "lines", "sidecar"}
_SPAN = {"start": int, "end": int}
_CHILD = {"n": int, "item": str, "meeting": str, **_SPAN}
TABLES: Mapping[str, Mapping[str, type]] = {
    "documents": {"n": int, "id": str, "name": str, "path": str, "folder": str, "sha256": str, "text": str}
    | {"url": str, "sidecar": str, "pages": str, "problems": str},
    "aliases": {"n": int, "document": str, "body": str, "alias": str},
    "meetings": {"n": int, "id": str, "document": str, "body": str, "date": str, "date_precision": str}
    | {"date_basis": str, "date_from": str, "date_to": str, "date_start": int, "date_end": int}
    | {"time": str, "place": str, "form": str, "problems": str},
    "attendees": {"n": int, "meeting": str, "name": str, "organisation": str, "status": str, "role": str, **_SPAN},
    "items": {"n": int, "id": str, "meeting": str, "number": str, "digits": str, "number_printed": int, "title": str}
    | {**_SPAN, "body_start": int, "presenters": str, "ocr": int},
    "decisions": {**_CHILD, "text": str, "kind": str},
    "deferrals": {**_CHILD, "text": str, "kind": str},
    "assignments": {**_CHILD, "who": str, "what": str, "due": str, "text": str, "person": str},
    "attachments": {**_CHILD, "name": str},
    "chunks": {**_CHILD, "id": str, "text": str, "context": str, "hash": str},
    "vectors": {"n": int, "vector": bytes},
}
FOREIGN_KEYS = {"document": "documents", "meeting": "meetings", "item": "items"}
UNIQUE = ("documents", "meetings", "items", "chunks")
INDICES = {
    "meetings": (["body", "date_from"], ["date_from"], ["document"]),
    "attendees": (["meeting"], ["name"]),
    "items": (["meeting"], ["digits"]),
    "decisions": (["item"], ["meeting"]),
    "deferrals": (["item"], ["meeting"]),
    "assignments": (["item"], ["meeting"]),
    "attachments": (["item"], ["meeting"]),
    "chunks": (["item"], ["meeting"]),
    "aliases": (["body"],),
}
FULL_TEXT = (
    "CREATE VIRTUAL TABLE chunks_fts USING fts5("
    "tokens, content='', tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    "CREATE VIRTUAL TABLE chunks_vocab USING fts5vocab('chunks_fts', 'row')",
)


def to_row(record: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the records
    """The columns of a record: plain values as they are, tuples of strings as JSON, nested records left out."""
    return {name: _plain(getattr(record, name)) for name in _columns(type(record))}


def from_row(kind: type[Record], row: Row, **nested: object) -> Record:
    """The record that `to_row` made the row from; `nested` gives the fields that have tables of their own."""
    values = {name: row[name] for name in _columns(kind)}
    for name in _CODED & values.keys():
        values[name] = bool(values[name]) if name in _FLAGS else _texts(values[name])
    return kind(**values, **nested)


def to_json(value: object) -> str:
    """Compact JSON with Swedish letters as they are and keys in a fixed order."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sidecar_from_json(text: str) -> Sidecar:
    """The sidecar that was stored with `to_json(to_row(sidecar))`; registers older than `access` lack it."""
    return from_row(Sidecar, {"access": "[]"} | json.loads(text))


def _columns(kind: type[Any]) -> tuple[str, ...]:
    return _columns_of(kind)  # type: ignore[arg-type] # mypy takes no class for a hashable


@cache
def _columns_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name not in _NESTED)


def _texts(value: str) -> tuple[str, ...]:
    return tuple(json.loads(value)) if value != "[]" else ()


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return to_json(value)
    return int(value) if isinstance(value, bool) else value


def date_bounds(date: str | None) -> tuple[str | None, str | None]:
    """The first and the last day that a date of any precision can be.

    >>> date_bounds("2021-02"), date_bounds("2021"), date_bounds("2022-03-04")
    (('2021-02-01', '2021-02-28'), ('2021-01-01', '2021-12-31'), ('2022-03-04', '2022-03-04'))
    """
    if not date:
        return None, None
    year, *rest = (int(part) for part in date.split("-"))
    if len(rest) > 1:
        return date, date
    month = rest[0] if rest else 12
    return date + "-01" * (2 - len(rest)), f"{year:04}-{month:02}-{monthrange(year, month)[1]}"


def number_digits(number: str) -> str:
    """The digits of an item's number, as `Query.numbers` holds them.

    >>> number_digits("§ 45"), number_digits("5.2"), number_digits("8)")
    ('45', '5.2', '8')
    """
    found = re.search(r"\d+(?:\.\d+)*", number)
    return found[0] if found else ""
