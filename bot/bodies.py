"""Which bodies, people, organisations and places a question names; and the body it names that the index lacks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.body_names import BODY_NOUNS, GENERIC, NOUN, Names, base_of, first_word, said_words
from bot.body_names import fold as fold
from bot.catalog import Catalog
from indexer.dates import MONTHS
from indexer.places import PLACES

_DIRECTION = r"(?:(?:nord|syd|sydöst|sydväst|nordöst|nordväst)\w*|norra|södra|östra|västra|mellersta)"
_MEMBERS = re.compile(r"(?P<kind>[\wåäö-]+chef)(?:erna|er|ernas)$")
_DECIDES = re.compile(r"\b(?:beslut\w*|beslöt|sa|sade|tyckte|bestämde|antog|godkände|avslog)\b")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of a question: as written, its base, and the kind of body that it may stand for ("" for none)."""

    word: str
    base: str
    kind: str


def _tokens(text: str) -> list[_Token]:
    found = []
    text = re.sub(rf"(?i)(chefs)\s(?=(?:{BODY_NOUNS}))", r"\1", text)  # "socialchefs nätverket"
    for word in re.findall(r"[\wåäö]+(?:-[\wåäö]+)*", text):
        base = base_of(word)
        members = _MEMBERS.match(word.casefold())
        kind = f"{members['kind']}snätverk" if members else base if NOUN.search(base) else ""
        found.append(_Token(word, base, kind))
    return found


def _is_kind(token: _Token, names: Names) -> bool:
    """Whether a word stands for this kind of body: the same word, or one that begins like a word of its name."""
    if not token.kind or token.kind in GENERIC:
        return False
    if token.kind in names.kinds or fold(token.kind) in {fold(k) for k in names.kinds}:
        return True
    noun = NOUN.search(token.kind)
    head = token.kind[: noun.start()].rstrip("s-") if noun else ""
    shared = noun is not None and any(fold(noun[0]) in fold(k) for k in (*names.kinds, *names.phrases))
    return shared and len(head) >= 6 and any(w.startswith(head[: max(6, len(head) - 1)]) for w in names.words)


def find_bodies(text: str, catalog: Catalog) -> tuple[tuple[str, ...], list[str], tuple[str, ...]]:
    """The bodies that a question names, the words that name them, and a body it names that the catalog lacks.

    A body is named by a proper word, phrase or initials, by its kind, or both; then both must be the same body's.
    """
    tokens, folded = _tokens(text), f" {fold(text)} "
    bases = {fold(t.base): t.word for t in tokens} | {fold(t.word): t.word for t in tokens}
    said = {*bases, *said_words(folded), *(t.word for t in tokens)}
    by_name: dict[str, list[str]] = {}
    for body in catalog.body_index.named_by(said):
        hits = _named(catalog.body_index.names[body], tokens, bases, folded)
        if hits:
            by_name[body] = hits
    by_kind = _of_kinds(by_name, tokens, catalog)
    if not by_kind:  # else no other body counts
        kinds = {t.kind for t in tokens if t.kind and t.kind not in GENERIC}
        near = {body for kind in kinds for body in catalog.body_index.of_kind(kind)}
        by_kind = _of_kinds(_ordered(near, catalog), tokens, catalog)
    named = {body: hits for body, hits in by_name.items() if body in by_kind or not _is_outdone(hits, by_name)}
    return _decide(tokens, text.casefold(), named, by_kind, catalog)


def _is_outdone(hits: list[str], by_name: Mapping[str, list[str]]) -> bool:
    """Whether another body is named by all these words and more: "tekniska" is no faculty beside "tekniska nämnden"."""
    words = {fold(hit) for hit in hits}
    return any(words < {fold(hit) for hit in others} for others in by_name.values())


def _named(names: Names, tokens: list[_Token], bases: dict[str, str], folded: str) -> list[str]:
    """The words of the question that name this body by themselves."""
    hits = [bases[p] for p in sorted(names.proper) if p in bases]
    hits += [
        p
        for p in names.phrases
        if p in folded and re.search(rf"(?<!stra )(?<!rra )(?<!dra )(?<![\w-]){re.escape(p)}s?(?![\w-])", folded)
    ]
    return hits + [t.word for t in tokens if len(names.initials) > 1 and t.word == names.initials]


def _of_kinds(bodies: Iterable[str], tokens: list[_Token], catalog: Catalog) -> dict[str, list[str]]:
    """Those of the bodies that the question names by their kind, and the words that do."""
    found = {body: [t.word for t in tokens if _is_kind(t, catalog.body_index.names[body])] for body in bodies}
    return {body: words for body, words in found.items() if words}


def _decide(
    tokens: list[_Token], low: str, by_name: dict[str, list[str]], by_kind: dict[str, list[str]], catalog: Catalog
) -> tuple[tuple[str, ...], list[str], tuple[str, ...]]:
    both = [b for b in by_name if b in by_kind]
    if both:
        return _ordered(both, catalog), _all_words(by_name, by_kind, both), ()
    kind = next((t for t in tokens if t.kind and t.kind not in GENERIC), None)
    if by_kind:
        word = next(iter(by_kind.values()))[0]
        if by_name:
            return (), _all_words(by_name, by_kind, ()), (f"{word} {next(iter(by_name.values()))[0].capitalize()}",)
        place = re.search(rf"{re.escape(word.casefold())}\s+(?:i|för|från)\s+(?:{_DIRECTION}\s+)?([\wåäö-]+)", low)
        if place and place[1] not in MONTHS and _is_place(place[1], catalog):
            return (), _all_words({}, by_kind, ()), (f"{word} i {place[1].capitalize()}",)
        return _ordered(by_kind, catalog), _all_words({}, by_kind, by_kind), ()
    if by_name:
        if kind is not None and _DECIDES.search(low) and not _could_be(kind, by_name):
            return (), _all_words(by_name, {}, ()), (f"{kind.word} {next(iter(by_name.values()))[0].capitalize()}",)
        return _ordered(by_name, catalog), _all_words(by_name, {}, by_name), ()
    return (), [], ()


def _all_words(by_name: dict[str, list[str]], by_kind: dict[str, list[str]], bodies: Iterable[str]) -> list[str]:
    """The words that name the bodies (all of them where none is chosen), longest first."""
    chosen = set(bodies) or {*by_name, *by_kind}
    words = {w for table in (by_name, by_kind) for body, hits in table.items() if body in chosen for w in hits}
    return sorted(words, key=lambda w: (-len(w), w))


def _ordered(bodies: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    chosen = set(bodies)
    return tuple(b for b in catalog.bodies if b in chosen) if chosen else ()


def _could_be(kind: _Token, bodies: Iterable[str]) -> bool:
    """Whether a noun for a body may mean one of these: its end is a noun that the name has too ("nämnden")."""
    noun = NOUN.search(kind.kind)
    return any(noun is not None and noun[0] in b.casefold() and kind.kind[:4] == noun[0][:4] for b in bodies)


def _is_place(word: str, catalog: Catalog) -> bool:
    """Whether a word is a place: one of Sweden's, or an organisation of the register."""
    return any(p.casefold() == word for p in PLACES) or any(
        word in re.findall(r"[\wåäö-]+", o.casefold()) for o in catalog.organisations
    )


def find_people(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The people of the register that a question names, by whole name in any of its spellings, or by a first or last
    name written with a capital.
    """
    low = text.casefold()
    near = [p for p in catalog.people_index.beginning(said_words(low)) if p.casefold() in low]
    whole = [p for p in near if re.search(rf"(?<!\w){re.escape(p.casefold())}s?(?!\w)", low)]
    if whole:
        alike = catalog.people_index.beginning({first_word(name.casefold()) for name in whole})
        return tuple(p for p in alike if any(is_spelling_of(p, name) for name in whole))
    words = set(re.findall(r"\b[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?\b", text[1:])) | set(
        re.findall(r"^[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?", text)
    )
    words |= {w[:-1] for w in words if w.endswith("s")}
    near = catalog.people_index.with_part({fold(word) for word in words})
    return tuple(p for p in near if any(part in words for part in p.split()))


def is_spelling_of(name: str, other: str) -> bool:
    """Whether two names may be one person's, spelt in two ways: the first names are equal, the others nearly.

    >>> is_spelling_of("Ingegerd Tunman", "Ingegerd Thunman"), is_spelling_of("Anna Lindberg", "Anna Lindborg")
    (True, False)
    """
    (first, _, last), (other_first, _, other_last) = name.partition(" "), other.partition(" ")
    if name == other or first != other_first:
        return name == other
    last, other_last = fold(last), fold(other_last)
    if 2 * min(len(last), len(other_last)) < _ONE_SPELLING * (len(last) + len(other_last)):
        return False  # as the ratio would say, which is dear
    matcher = SequenceMatcher(None, last, other_last)
    return matcher.quick_ratio() >= _ONE_SPELLING and matcher.ratio() >= _ONE_SPELLING


_ONE_SPELLING = 0.9
"""Ratio from which two last names count as one: Gartman and Gardtman .93, Lindberg and Lindborg .88."""


def find_first_names(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The people whose first or last name, of four letters or more, stands in the text in whatever case."""
    spoken = {fold(w) for w in re.findall(r"[\wåäö-]{4,}", text)}
    spoken |= {w[:-1] for w in spoken if w.endswith("s")}
    near = catalog.people_index.with_part(spoken)
    return tuple(p for p in near if any(len(part) >= 4 and fold(part) in spoken for part in p.split()))


def find_organisations(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The organisations of attendees that a question names ("från Trollhättan")."""
    low = text.casefold()
    begun = catalog.organisations_index.beginning(said_words(low))
    near = [o for o in begun if len(o) > 1 and o.casefold() in low]
    return tuple(o for o in near if re.search(rf"(?<![\w-]){re.escape(o.casefold())}s?(?![\w-])", low))


def names_place(place: str, text: str) -> bool:
    """Whether the text names a place: with its capital, in lower case after a preposition of place, or in lower case
    anywhere where the name is long enough to be no other word ("vara", "åre", "lund").
    """
    if place.casefold() not in text.casefold():
        return False
    name = re.escape(place)
    anywhere = "(?i:" + name + ")" if len(place) >= _LONG_NAME else name
    return bool(re.search(rf"(?<![\w-]){anywhere}s?(?![\w-])|(?<![\w-])(?:i|från|hos)\s(?i:{name})s?(?![\w-])", text))


_LONG_NAME = 6


def without_origins(text: str, catalog: Catalog) -> str:
    """The text without "från X" where X is an attendee's organisation: it says whom, not which body."""
    return re.sub(
        r"(?i)\bfrån\s+([\wåäö-]+)",
        lambda m: " " if any(m[1].casefold() in o.casefold().split() for o in catalog.organisations) else m[0],
        text,
    )


def single_names(organisations: Iterable[str], body_words: Iterable[str]) -> tuple[str, ...]:
    """Organisations that are one proper name: what is said of another does not answer."""
    words = tuple(body_words)
    single = (o for o in organisations if o[0].isupper() and len(o.split()) == 1 and len(o) > 3)
    return tuple(o for o in single if not is_among(o, words))


def without_names(text: str, bodies: Iterable[str]) -> str:
    """The text without the words of the bodies' names, in any form: within a body they tell nothing apart."""
    taken = {fold(base_of(w)) for body in bodies for w in re.findall(r"[\wåäö-]+", body) if len(w) > 3}
    return " ".join(w for w in text.split() if fold(base_of(w.strip(".,:;!?"))) not in taken)


def is_among(name: str, body_words: Iterable[str]) -> bool:
    """Whether a name is one of the words that name a body, in any form: then it filters already."""
    return any(re.search(rf"(?<!\w){re.escape(fold(name))}", fold(word)) for word in body_words)
