"""Which bodies, people, organisations and places a question names; and the body it names that the index lacks."""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.catalog import Catalog
from indexer.dates import MONTHS
from indexer.places import ABBREVIATIONS, PLACES

_GENERIC = frozenset(
    [
        "nätverk",
        "nätverket",
        "nämnd",
        "nämnden",
        "råd",
        "rådet",
        "styrelse",
        "styrelsen",
        "grupp",
        "gruppen",
        "förening",
        "föreningen",
        "möte",
        "mötet",
        "kommun",
        "kommunen",
        "kommunens",
        "kommunala",
        "utskott",
        "utskottet",
        "referensgrupp",
        "beredning",
        "beredningen",
        "samverkan",
        "samverkansgrupp",
        "och",
        "för",
        "i",
        "av",
        "till",
        "region",
        "regionen",
        "regionala",
        "lokal",
        "lokala",
        "gemensam",
        "forum",
        "socialchefsnätverket",
        "kommunalförbund",
        "kommunalförbundet",
    ]
)


_BODY_NOUNS = (
    "nätverk|nämnd|fullmäktige|styrelse|utskott|beredning|råd|kommitté|direktion|stämma|presidium|förening|kår"
)
_BODY_NOUN = re.compile(rf"(?:{_BODY_NOUNS})(?:en|et|n|t|ens|ets)?$")
_DECIDES = re.compile(r"\b(?:beslut\w*|beslöt|sa|sade|tyckte|bestämde|antog|godkände|avslog)\b")


@lru_cache(maxsize=10_000)
def _body_terms(body: str, aliases: tuple[str, ...]) -> frozenset[str]:
    """The words and phrases that name a body in a question: its place, its short forms, its whole name."""
    terms = {body.casefold(), *(a.casefold() for a in aliases)}
    bare = re.sub(r"\([^)]*\)", " ", body)
    terms |= {m.casefold() for m in re.findall(r"\(([^)]{2,15})\)", body)}
    for word in re.findall(r"[\wåäö-]+", bare)[0:]:
        if word.casefold() not in _GENERIC and (word[0].isupper() or len(word) > 6) and len(word) > 2:
            terms.add(word.casefold())
    places = [p for p in PLACES if re.search(rf"\b{re.escape(p)}s?\b", body)]
    terms |= {p.casefold() for p in places} | {
        a.casefold() for a, p in ABBREVIATIONS.items() if p in places or p in body
    }
    if any("Skåne" in p for p in places):
        terms.add("skåne")
    return frozenset({t for t in terms if t not in _GENERIC and not _BODY_NOUN.search(t)} | {body.casefold()})


def _matches(term: str, text: str) -> re.Match[str] | None:
    if term not in text:  # a pattern of its own for each name is dear: thousands are tried for each question
        return None
    return re.search(rf"(?<![\w-]){re.escape(term)}(?:s|:s|et|ets|en|ens)?(?![\w-])", text)


def _kind_of(body: str) -> str:
    """The kind of body that a name begins with or holds: "socialchefsnätverket", "socialnämnden", "folkhälsorådet"."""
    words = [w.casefold() for w in re.findall(r"[\wåäö-]+", body)]
    return next((w for w in words if _BODY_NOUN.search(w)), words[0] if words else "")


def _kind_pattern(kind: str) -> str:
    """How people write a kind of body: in any form, split in two, as its members ("socialcheferna"), or as
    "nätverket".
    """
    stem = re.sub(r"(?:et|en)$", "", kind)
    forms = [re.escape(stem) + r"(?:et|en|ets|ens|s)?"]
    if (members := re.match(r"(.+chef)s-?nätverk$", stem)) is not None:
        forms.append(re.escape(members[1]) + r"(?:erna|er|ernas|s\s?nätverk(?:et)?)")
    return rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])"


def _subject(text: str) -> tuple[str, str] | None:
    """The kind of body and the place that a question gives as the one who decided or met, or None."""
    match = re.search(
        (
            rf"(?i)(?<![\w-])(?P<kind>[\wåäö-]*(?:{_BODY_NOUNS})(?:en|et|n|t)?|"
            rf"[\wåäö-]+cheferna)(?:\s+(?:i|för|från)\s+(?P<place>[\wåäö-]+))?"
        ),
        text,
    )
    return (match["kind"].casefold(), (match["place"] or "").casefold()) if match else None


def find_bodies(text: str, catalog: Catalog) -> tuple[tuple[str, ...], list[str], tuple[str, ...]]:
    """The bodies that a question names, the words that name them, and a body it names that the catalog lacks.

    A body is named by its place or short form, by its kind, or both; kind and place must be the same body's.
    """
    low = text.casefold()
    kinds: dict[str, set[str]] = {}
    for body in catalog.bodies:
        kinds.setdefault(_kind_of(body), set()).add(body)
    by_place: dict[str, list[str]] = {}
    for body in catalog.bodies:
        terms = _body_terms(body, catalog.aliases.get(body, ())) - set(kinds)
        hits = [t for t in terms if _matches(t, low)]
        if hits:
            by_place[body] = hits
    by_kind: set[str] = set()
    kind_words: list[str] = []
    for kind, members in kinds.items():
        if len(kind) > 6 and (match := re.search(_kind_pattern(kind), low)) is not None:
            by_kind |= members
            kind_words.append(match[0])
    words = [w for hits in by_place.values() for w in hits]
    both = [b for b in by_place if b in by_kind]
    subject = _subject(low)
    if both:
        return _ordered(both, catalog), [w for b in both for w in by_place[b]] + kind_words, ()
    if by_kind and by_place:
        return (), words, (f"{kind_words[0]} {next(iter(by_place.values()))[0].capitalize()}",)
    if by_kind and subject and subject[1] and not _common_word(subject[1]) and _is_place(subject[1], catalog):
        return (), kind_words, (f"{subject[0]} i {subject[1].capitalize()}",)
    if by_place and subject and _DECIDES.search(low) and not _same_kind(subject[0], by_place):
        return (), words, (f"{subject[0]} {next(iter(by_place.values()))[0].capitalize()}",)
    if by_place:
        return _ordered(by_place, catalog), words, ()
    return _ordered(by_kind, catalog), kind_words, ()


def _ordered(bodies: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    chosen = set(bodies)
    return tuple(b for b in catalog.bodies if b in chosen)


def _same_kind(kind: str, bodies: Iterable[str]) -> bool:
    """Whether a noun for a body may mean one of these: "nätverket" may mean any network."""
    stem = re.sub(r"(?:en|et|n|t)$", "", kind)
    return any(
        stem in b.casefold() or stem.removesuffix("cheferna") in b.casefold() or _kind_of(b).startswith(stem[:8])
        for b in bodies
    )


def _is_place(word: str, catalog: Catalog) -> bool:
    """Whether a word is a place: one of Sweden's, or an organisation of the register."""
    return any(p.casefold() == word for p in PLACES) or any(
        word in re.findall(r"[\wåäö-]+", o.casefold()) for o in catalog.organisations
    )


def _common_word(word: str) -> bool:
    return word in MONTHS or word in ("år", "fjol", "våras", "höstas", "dag", "somras", "vintras")


def find_people(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The people of the register that a question names, by whole name, or by a first or last name written with a
    capital.
    """
    low = text.casefold()
    near = [p for p in catalog.people if p.casefold() in low]
    whole = [p for p in near if re.search(rf"(?<!\w){re.escape(p.casefold())}s?(?!\w)", low)]
    if whole:
        return tuple(whole)
    words = set(re.findall(r"\b[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?\b", text[1:])) | set(
        re.findall(r"^[A-ZÅÄÖ][a-zåäöé]+", text)
    )
    words |= {w[:-1] for w in words if w.endswith("s")}
    return tuple(p for p in catalog.people if any(part in words for part in p.split()))


def find_organisations(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The organisations of attendees that a question names ("från Trollhättan")."""
    low = text.casefold()
    near = [o for o in catalog.organisations if len(o) > 1 and o.casefold() in low]
    return tuple(o for o in near if re.search(rf"(?<![\w-]){re.escape(o.casefold())}s?(?![\w-])", low))


def names_place(place: str, text: str) -> bool:
    """Whether the text names a place: with its capital, or in lower case after a preposition of place."""
    if place.casefold() not in text.casefold():
        return False
    name = re.escape(place)
    return bool(re.search(rf"(?<![\w-]){name}s?(?![\w-])|(?<![\w-])(?:i|från|hos)\s(?i:{name})s?(?![\w-])", text))


def without_origins(text: str, catalog: Catalog) -> str:
    """The text without "från X" where X is an attendee's organisation: it says whom, not which body."""
    return re.sub(
        r"(?i)\bfrån\s+([\wåäö-]+)",
        lambda m: " " if any(m[1].casefold() in o.casefold().split() for o in catalog.organisations) else m[0],
        text,
    )


def single_names(organisations: Iterable[str], body_words: Iterable[str]) -> tuple[str, ...]:
    """Organisations that are one proper name: what is said of another does not answer."""
    taken = set(body_words)
    return tuple(
        o for o in organisations if o[0].isupper() and len(o.split()) == 1 and len(o) > 3 and o.casefold() not in taken
    )
