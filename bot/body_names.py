"""What names a body, worked out of its name and aliases, and which bodies a word may name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.places import ABBREVIATIONS, PLACES

BODY_NOUNS = (
    "nätverk|nämnd|fullmäktige|styrelse|utskott|beredning|råd|kommitté|direktion|stämma|presidium|förening|kår|forum|"
    "konsorti|konsortium|samfällighet|klubb|byalag|grupp|samverkan"
)
_PLAIN = str.maketrans("åäöéèüæø", "aaoeeuao")
NOUN = re.compile(rf"(?:{BODY_NOUNS}|{BODY_NOUNS.translate(_PLAIN)})$")
_DIRECTIONS = frozenset(
    "östra västra norra södra nordöstra nordvästra sydöstra sydvästra mellersta nya gamla stora lilla".split()
)
GENERIC = frozenset(
    """
    nätverk nämnd råd styrelse grupp förening möte kommun kommunal utskott referensgrupp beredning samverkan
    samverkansgrupp och för i av till region regional lokal gemensam forum kommunalförbund kommunförbund konsorti
    kommitté stämma direktion presidium län inom den det med
    """.split()
)


def fold(text: str) -> str:
    """The text as it is compared: lower case, diacritics off, since people leave them out."""
    return text.casefold().translate(_PLAIN)


def base_of(word: str) -> str:
    """A word without the endings of definite and genitive forms; names keep theirs, since both sides lose the same.

    >>> base_of("Patientrådets"), base_of("nämnden"), base_of("Fyrbodals")
    ('patientråd', 'nämnd', 'fyrbodal')
    """
    low = word.casefold()
    if low.endswith(("én", "éns")):
        return low.removesuffix("s")[:-1]  # "kommittén"
    for ending in ("ets", "ens", "et", "en", "s"):
        if low.endswith(ending) and len(low) - len(ending) >= 4:
            return low[: -len(ending)]
    return low


@dataclass(frozen=True, slots=True)
class Names:
    """What names a body: kinds ("socialnämnd"), proper words ("dalarna"), phrases, initials, and its longer words."""

    kinds: frozenset[str]
    proper: frozenset[str]
    phrases: tuple[str, ...]
    initials: str
    words: frozenset[str]


@lru_cache(maxsize=100_000)
def names_of(body: str, aliases: tuple[str, ...]) -> Names:
    """What names this body, worked out once: ten thousand take a second."""
    bare = re.sub(r"\([^)]*\)", " ", body)
    words = re.findall(r"[\wåäö]+(?:-[\wåäö]+)*-?", bare)
    bases = [base_of(w) for w in words]
    kinds = {b for b in bases if NOUN.search(b) and b not in GENERIC}
    proper = {fold(m) for m in re.findall(r"\(([^)\s]{2,15})\)", body)}
    for i, word in enumerate(words):
        follower = words[i + 1] if i + 1 < len(words) else ""
        if i and bases[i - 1] in _DIRECTIONS:
            continue  # "Skåne" alone is more than "nordvästra Skåne"; the whole name is a phrase
        first_ok = i > 0 or word.endswith("s") or follower[:1].isupper()
        if word[0].isupper() and first_ok and len(word) > 2 and bases[i] not in kinds | GENERIC | _DIRECTIONS:
            proper.add(fold(bases[i]))
    places = [p for p in PLACES if re.search(rf"\b{re.escape(p)}s?\b", body)]
    phrases = {fold(p) for p in (body, bare.strip(), *aliases, *places)}
    if "," in bare and " " in bare.split(",")[0].strip():
        phrases.add(fold(bare.split(",")[0].strip()))
    if len(words) > 1 and bases[1] in GENERIC and NOUN.search(bases[1]):
        phrases.add(fold(f"{words[0]} {words[1]}"))  # "Tekniska nämnden"
    phrases |= {fold(a) for a, p in ABBREVIATIONS.items() if p in places or p in body}
    if any("Skåne" in p for p in places):
        phrases.add("skane")
    letters = "".join(
        w[0] for w in words[: 1 + max((i for i, b in enumerate(bases) if b in kinds), default=-1)] if w != "och"
    )
    noun = NOUN.search(next(iter(sorted(kinds)), ""))
    initials = (letters + noun[0][0]).upper() if noun and len(noun[0]) < len(next(iter(sorted(kinds)))) else ""
    return Names(
        frozenset(kinds),
        frozenset(proper),
        tuple(sorted(phrases)),
        initials,
        frozenset(b for b in bases if len(b) >= 6),
    )


class BodyIndex:
    """The bodies of a catalog by the words that may name them: ten thousand are too many to try one by one."""

    def __init__(self, bodies: Sequence[str], aliases: Mapping[str, tuple[str, ...]]) -> None:
        self._bodies = bodies
        self.names = {body: names_of(body, aliases.get(body, ())) for body in bodies}
        self._by_word: dict[str, set[int]] = {}
        self._by_kind: dict[str, set[int]] = {}
        self._by_long: dict[str, set[int]] = {}
        for place, names in enumerate(self.names.values()):
            said = {first_word(phrase) for phrase in names.phrases} | names.proper
            said |= {names.initials} if names.initials else set()
            for index, words in (
                (self._by_word, said),
                (self._by_kind, {fold(kind) for kind in names.kinds}),
                (self._by_long, names.words),
            ):
                for word in words:
                    index.setdefault(word, set()).add(place)

    def named_by(self, words: Iterable[str]) -> list[str]:
        """The bodies that one of the words may name, in the catalog's order: a proper word, the first word of a phrase,
        or initials.
        """
        return self._at({place for word in {*words, ""} for place in self._by_word.get(word, ())})

    def of_kind(self, kind: str) -> list[str]:
        """The bodies that a noun for a kind of body may stand for, in the catalog's order."""
        noun = NOUN.search(kind)
        head = kind[: noun.start()].rstrip("s-") if noun else ""
        places = set(self._by_kind.get(fold(kind), ()))
        if len(head) >= 6:
            start = head[: max(6, len(head) - 1)]
            places |= {p for word, found in self._by_long.items() if word.startswith(start) for p in found}
        return self._at(places)

    def _at(self, places: Iterable[int]) -> list[str]:
        return [self._bodies[place] for place in sorted(places)]


def first_word(text: str) -> str:
    """The first word of a text as `said_words` parts it; "" where it has none.

    >>> first_word("(nordvästra) skåne")
    'nordvästra'
    """
    found = re.search(r"\w+", text)
    return found[0] if found else ""


def said_words(text: str) -> set[str]:
    """The words of a text, those with a genitive's s without it too.

    >>> sorted(said_words("lunds väg"))
    ['lund', 'lunds', 'väg']
    """
    words = set(re.findall(r"\w+", text))
    return words | {word[:-1] for word in words if word.endswith("s")}
