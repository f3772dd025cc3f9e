"""What `motesminnet access` tells: who may see which minutes, and why; and the rights behind `--as`."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bot.access import Grant, Reader, Rights, Rules, fold, is_object_id, reasons
from bot.access_file import AccessFile
from bot.config import Settings, TeamsSettings, has_teams_settings
from bot.readers import Readers
from bot.records import BotError
from indexer.generation import open_generation
from indexer.records import IndexerError, Origin
from indexer.store import Register

if TYPE_CHECKING:
    from bot.pipeline import Library

Json = dict[str, Any]


def read_rules(settings: Settings) -> Rules:
    """The access rules that the settings name. Raises BotError where they cannot be used."""
    return AccessFile(settings.access, required=settings.access_named).rules()


def public_paths(settings: Settings) -> frozenset[str] | None:
    """The paths of the indexed documents that anyone may know of; None where no rule closes anything. Where the rules
    or the index cannot be used: none at all.
    """
    try:
        rules = read_rules(settings)
        with Register.open(open_generation(settings.index).register) as register:
            origins = register.origins()
    except (BotError, IndexerError):
        return frozenset()
    anyone = Rights(rules, frozenset())
    shown = frozenset(origin.path for origin in origins if anyone.allow(origin))
    return None if not rules.version and len(shown) == len(origins) else shown


def find_rights(who: str, rules: Rules, library: "Library", environ: Mapping[str, str]) -> Rights:
    """The rights of a person by object id, with groups and teams to count as theirs after commas.

    Their groups are asked of Microsoft Graph where the environment has the bot's settings for Teams. Raises BotError
    for what is no object id: whoever has none sees what is public, and a name must not seem to be known.
    """
    user, *groups = [one.strip().casefold() for one in who.split(",")]
    for one in filter(None, (user, *groups)):
        if not is_object_id(one):
            raise BotError(f"{one!r} är inget objekt-id i Entra, till exempel 00000000-0000-0000-0000-000000000000.")
    teams = TeamsSettings.from_env(environ) if user and has_teams_settings(environ) else None
    found = asyncio.run(_ask(Reader(user=user), rules, library, teams))
    return Rights(rules, (found.ids or frozenset()) | frozenset(one for one in groups if one))


async def _ask(reader: Reader, rules: Rules, library: "Library", teams: TeamsSettings | None) -> Rights:
    if teams is None:
        return await Readers(lambda: rules).rights(reader)
    import aiohttp

    from bot.credentials import AppToken, make_acquire
    from bot.groups import SCOPE, Groups

    token = AppToken(make_acquire(teams, SCOPE))
    try:
        async with aiohttp.ClientSession(trust_env=True) as session:
            return await Readers(lambda: rules, Groups(session, token).among).rights(reader, library.named)
    finally:
        token.close()


def rules_json(rules: Rules, library: "Library") -> Json:
    """The rules as they meet the index: each body's, names that one has and the other lacks, and documents with rules
    of their own.
    """
    bodies = {fold(body): body for origin in library.origins for body in origin.bodies}
    places = {fold(name) for origin in library.origins for name in (origin.id, origin.path)}
    empty = {one for one in rules.folders if one and not any(place.startswith(f"{one}/") for place in places)}
    return {
        "version": rules.version[:12],
        "default": _ids(rules.default),
        "bodies": {body: _ids(rules.bodies.get(name, rules.default)) for name, body in sorted(bodies.items())},
        "not_named": [body for name, body in sorted(bodies.items()) if name not in rules.bodies],
        "not_indexed": sorted((rules.bodies.keys() - bodies.keys()) | (rules.documents.keys() - places) | empty),
        "documents": {
            origin.path: {one.source: _ids(one.grant) for one in reasons(rules, origin)}
            for origin in library.origins
            if len(list(reasons(rules, origin))) > max(len(origin.bodies), 1)
        },
    }


def rules_text(rules: Rules, library: "Library") -> Iterator[str]:
    """`rules_json` as lines to read."""
    told = rules_json(rules, library)
    none = "Ingen access.toml: allt är öppet för alla, utom det som sidofiler och källor stänger."
    yield f"Regler: version {told['version']}." if rules.version else none
    yield from (f"{body}: {_who(grant)}" for body, grant in told["bodies"].items())
    for path, rows in told["documents"].items():
        yield f"{path}: " + "; ".join(f"{source}: {_who(grant)}" for source, grant in rows.items())
    if rules.version and told["not_named"]:
        yield f"Nämns inte i reglerna, så default gäller ({_who(told['default'])}): {', '.join(told['not_named'])}."
    if told["not_indexed"]:
        yield f"Nämns i reglerna men finns inte i indexet, felstavat? {', '.join(told['not_indexed'])}."


def rights_json(rights: Rights, library: "Library") -> Json:
    """What somebody may see, and why: for each body which documents, and the rules that decide."""
    grouped: dict[str, list[Origin]] = defaultdict(list)
    for origin in library.origins:
        for body in origin.bodies or ("",):
            grouped[body].append(origin)
    return {
        "version": rights.rules.version[:12],
        "ids": sorted(rights.ids or ()),
        "bodies": [_body_json(body, grouped[body], rights) for body in sorted(grouped)],
    }


def _body_json(body: str, origins: Iterable[Origin], rights: Rights) -> Json:
    told = [(origin, rights.allow(origin), list(reasons(rights.rules, origin))) for origin in origins]
    return {
        "body": body,
        "seen": [origin.path for origin, seen, _ in told if seen],
        "hidden": [origin.path for origin, seen, _ in told if not seen],
        "why": list(dict.fromkeys(_why(rights, one.source, one.grant) for _, _, rows in told for one in rows)),
    }


def rights_text(rights: Rights, library: "Library") -> Iterator[str]:
    """`rights_json` as lines to read."""
    told = rights_json(rights, library)
    yield f"Id som räknas: {', '.join(told['ids']) or 'inga'}."
    for one in told["bodies"]:
        seen, every = len(one["seen"]), len(one["seen"]) + len(one["hidden"])
        how = "ja" if seen == every else f"{seen} av {every} dokument" if seen else "nej"
        yield f"{one['body'] or 'Utan möte'}: {how}"
        yield from (f"  {why}" for why in one["why"])


def _why(rights: Rights, source: str, grant: Grant) -> str:
    if grant is None:
        return f"{source}: öppet för alla"
    own = sorted(grant & (rights.ids or frozenset()))
    return f"{source}: släpper in {', '.join(own)}" if own else f"{source}: släpper inte in"


def _ids(grant: Grant) -> str | list[str]:
    return "public" if grant is None else sorted(grant)


def _who(grant: str | list[str]) -> str:
    return "alla" if grant == "public" else ", ".join(grant) or "ingen"
