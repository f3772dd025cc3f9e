"""Who may see which documents: rules out of `access.toml` and sidecars, applied to a reader. Pure.

A document is seen by those whom every rule about it lets in: that of each body whose minutes it holds, of each folder
it lies in, of the document itself, and of its sidecar. So where two rules differ, the narrower wins.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.records import BotError
from indexer.records import NOBODY, PUBLIC, Origin

Grant = frozenset[str] | None
"""The Entra object ids of those who may see something, in lower case; None is everyone in the tenant."""

_OBJECT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|19:[\x21-\x7e]+", re.ASCII | re.IGNORECASE)
_TABLES = ("bodies", "documents", "folders")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: a person by their Entra object id, or all who are in a team's channel, by the team's; with neither
    anyone at all, who sees what is public.
    """

    user: str = ""
    team: str = ""

    def to_text(self) -> str:
        """The reader as a signed link names them.

        >>> Reader(user="a1").to_text(), Reader(team="b2").to_text(), Reader().to_text()
        ('user:a1', 'team:b2', '')
        """
        return f"user:{self.user}" if self.user else f"team:{self.team}" if self.team else ""

    @classmethod
    def from_text(cls, text: str) -> "Reader":
        """The reader that `to_text` wrote; anyone at all for any other text."""
        kind, _, name = text.partition(":")
        return cls(**{kind: name}) if kind in ("user", "team") and name else cls()


ANYONE = Reader()


@dataclass(frozen=True)
class Rules:
    """What `access.toml` says; without it (no arguments) all is public. Two are equal whose files are.

    `default` is for bodies that the rules do not name, whose names are as `fold` writes them.
    """

    version: str = ""
    default: Grant = field(default=None, compare=False)
    bodies: Mapping[str, Grant] = field(default_factory=dict, compare=False)
    folders: Mapping[str, Grant] = field(default_factory=dict, compare=False)
    documents: Mapping[str, Grant] = field(default_factory=dict, compare=False)

    @cached_property
    def named(self) -> frozenset[str]:
        """All object ids that the rules name."""
        grants = (self.default, *self.bodies.values(), *self.folders.values(), *self.documents.values())
        return _ids(grants)


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule about a document: where it stands, in Swedish, and whom it lets in."""

    source: str
    grant: Grant


@dataclass(frozen=True)
class Rights:
    """What somebody may see: the rules, and the object ids that count as theirs (their own, their groups'; None: they
    see everything, whatever the rules say). Equal rights see the same of the same index.
    """

    rules: Rules
    ids: frozenset[str] | None

    def allow(self, origin: Origin) -> bool:
        """Whether all rules about the document let them in."""
        return self.ids is None or all(self.lets_in(one.grant) for one in reasons(self.rules, origin))

    def lets_in(self, grant: Grant) -> bool:
        """Whether a rule lets them in."""
        return self.ids is None or grant is None or not grant.isdisjoint(self.ids)

    def documents(self, origins: Iterable[Origin]) -> frozenset[str]:
        """The ids of those documents that they may see."""
        return frozenset(origin.id for origin in origins if self.allow(origin))

    def relevant(self, named: Collection[str]) -> "Rights":
        """The same, with only those of the ids that some rule names: many people have the same."""
        return self if self.ids is None else Rights(self.rules, self.ids.intersection(named))

    @cached_property
    def key(self) -> str:
        """A text that is the same for equal rights only."""
        ids = ["*"] if self.ids is None else sorted(self.ids)
        return hashlib.sha256("\n".join([self.rules.version, *ids]).encode("utf-8", "surrogatepass")).hexdigest()


EVERYTHING = Rights(Rules(), None)
"""Whoever runs the command line, and can read the index's files anyway."""


def reasons(rules: Rules, origin: Origin) -> Iterator[Reason]:
    """The rules about a document; one that holds no meeting is treated as a body's that the rules do not name."""
    for body in origin.bodies or ("",):
        named = fold(body) in rules.bodies
        said = f"[bodies] {body!r}" if named else f"default (reglerna nämner inte {body!r})"
        yield Reason(said, rules.bodies[fold(body)] if named else rules.default)
    for folder, grant in rules.folders.items():
        if not folder or f"{fold(origin.path)}/".startswith(f"{folder}/"):
            yield Reason(f"[folders] {folder!r}", grant)
    for name in (origin.id, origin.path):
        if fold(name) in rules.documents:
            yield Reason(f"[documents] {name!r}", rules.documents[fold(name)])
    if origin.access:
        yield Reason("dokumentets sidofil", _sidecar_grant(origin.access))


def named_in(origins: Iterable[Origin]) -> frozenset[str]:
    """All object ids that sidecars name."""
    return _ids(_sidecar_grant(origin.access) for origin in origins if origin.access)


def fold(name: str) -> str:
    """A name as rules compare it: letter case, spaces, and how å, ä and ö are composed make no difference.

    >>> fold(" Nätverket  SYD") == fold("nätverket syd")
    True
    """
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def is_object_id(text: str) -> bool:
    """Whether the text can be the object id of a person, group or team, or a channel's id.

    >>> is_object_id("00000000-0000-0000-0000-000000000000"), is_object_id("Anna Ek")
    (True, False)
    """
    return _OBJECT_ID.fullmatch(text) is not None


def parse_rules(data: bytes) -> Rules:
    """The rules of a file's bytes. Raises BotError that names the key, the value and what it should be."""
    try:
        values = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BotError(f"den går inte att läsa som TOML: {error}") from error
    if not values:
        raise BotError('den är tom. Skriv vem som får se vad, till exempel default = "public"')
    if unknown := sorted(set(values) - {"default", *_TABLES}):
        raise BotError(f"okända nycklar {unknown}. Kända är {['default', *_TABLES]}.")
    tables = {name: _table(name, values.get(name, {})) for name in _TABLES}
    default = _grant("default", values.get("default", []))
    return Rules(hashlib.sha256(data).hexdigest(), default, **tables)


def _table(name: str, values: object) -> dict[str, Grant]:
    if not isinstance(values, dict):
        raise BotError(f"{name} är {values!r}, ska vara en tabell: [{name}]")
    found: dict[str, Grant] = {}
    for key, value in values.items():
        known = fold(key).strip("/") if name == "folders" else fold(key)
        if known in found:
            raise BotError(f"[{name}] nämner {key!r} två gånger. Behåll en av dem.")
        found[known] = _grant(f"[{name}] {key!r}", value)
    return found


def _grant(place: str, value: object) -> Grant:
    if value == PUBLIC:
        return None
    if isinstance(value, list) and all(isinstance(one, str) and is_object_id(one.strip()) for one in value):
        return frozenset(one.strip().casefold() for one in value)
    raise BotError(
        f'{place} är {value!r}, ska vara "{PUBLIC}" eller en lista av objekt-id,'
        ' till exempel ["00000000-0000-0000-0000-000000000000"]'
    )


def _sidecar_grant(access: Collection[str]) -> Grant:
    return None if tuple(access) == (PUBLIC,) else frozenset(one.casefold() for one in access) - {NOBODY}


def _ids(grants: Iterable[Grant]) -> frozenset[str]:
    return frozenset(one for grant in grants if grant is not None for one in grant)
