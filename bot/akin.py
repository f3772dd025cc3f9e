"""How surely two words mean the same, and which of the minutes' words are akin to a word.

A question's words are compared with every word of every item that search found, and with those of each sentence. So
the minutes' words are remembered, sorted by what makes words akin: those akin to a word are looked up, not tried one
by one.
"""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.bodies import fold
from indexer.lexical import stem

MOST_WORDS = 200_000
"""Words that are remembered (about 0.5 KB each); sets with others in them are gone through word by word."""
COMPOUND = 0.8
"""How surely a word means the same as two others that make it up."""
BEGUN = 5
"""Letters at least that a word must share with the beginning of another to be its first part."""
LOOSE = 0.7
"""The same where the first of them goes on otherwise: "suicidmedlen" beside "suicidprevention" and "medlen"."""


@lru_cache(maxsize=100_000)
def strength(word: str, other: str) -> float:
    """How surely two words mean the same: 1 the same stem, less for a part of a compound, a kindred or a misspelt form.

    >>> strength("platser", "platserna"), strength("restid", "restiden"), strength("kris", "miljö")
    (1.0, 1.0, 0.0)
    >>> strength("färdtjensten", "färdtjänst"), strength("natt", "nattbemanning")
    (0.8, 0.85)
    """
    a, b = stem(word), stem(other)
    if a == b:
        return 1.0
    if a.isdigit():  # another number is another thing
        return 0.0
    if len(a) >= 4 and a in b:
        return 0.0 if other.removeprefix(a) in _NO_PART else 0.85
    if len(word) > 3 and fold(word) == fold(other) and word == fold(word):
        return 0.8  # the diacritics were left out
    if len(b) >= 5 and b in a:
        return 0.7 if a.startswith(b) else 0.5  # the first part of a compound is what sets it apart
    if a[:5] == b[:5] and _common_prefix(a, b) >= max(5, 0.65 * len(a)):
        return 0.7
    if len(a) >= 5 and abs(len(a) - len(b)) <= 2 and _distance(a, b) <= (1 if len(a) < 9 else 2):
        return 0.8
    return 0.0


_NO_PART = frozenset(("nal", "nad", "aurang", "isering", "iser", "ent", "era"))
"""What follows a stem in other words that only begin like it: jour/journal, kost/kostnad, rest/restaurang."""


def _common_prefix(a: str, b: str) -> int:
    n = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        n += 1
    return n


def _distance(a: str, b: str) -> int:
    """The number of letters to add, drop, change or swap (Damerau-Levenshtein, adjacent swaps), 3 where it is 3 or
    more.
    """
    if a[0] != b[0] and a[1:2] != b[1:2]:
        return 3
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row = row, [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return 3
        before = previous
    return min(row[-1], 3)


class KnownWords(frozenset[str]):
    """A set of words all of which are remembered."""


@dataclass(frozen=True, slots=True)
class _Akin:
    """What is akin to a word: other words by their strength above 0.0; those whose stems the word's stem begins and
    ends with, by the stem's length; and those that begin as it does, by the number of letters they share.
    """

    strengths: dict[str, float]
    heads: dict[str, int]
    tails: dict[str, int]
    begun: dict[str, int]


class _Vocabulary:
    """Words remembered, found by what strength goes by. Threads may share it: words are added, never taken away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: set[str] = set()
        self._size = 0
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        self._by_plain: defaultdict[str, list[str]] = defaultdict(list)
        self._by_head: defaultdict[str, list[str]] = defaultdict(list)
        self._by_letter: defaultdict[tuple[int, int, str], list[str]] = defaultdict(list)
        self.akin = lru_cache(maxsize=10_000)(self._akin)
        self._stems = lru_cache(maxsize=1)(self._all_stems)

    def add(self, words: Iterable[str]) -> frozenset[str]:
        """The words as a set, remembered; a plain set where there are too many."""
        found = frozenset(words)
        with self._lock:
            if len(self._words) + len(found) > MOST_WORDS:
                return found
            for word in found - self._words:
                self._add(word)
            self._words |= found
            self._size = len(self._words)
        return KnownWords(found)

    def closest(self, word: str, others: KnownWords) -> float:
        """As `closest` below."""
        akin = self.akin(word, self._size)
        best = 0.0
        if not akin.strengths.keys().isdisjoint(others):
            best = max(value for other, value in akin.strengths.items() if other in others)
        if best >= COMPOUND or len(word) < 9 or akin.tails.keys().isdisjoint(others):
            return best
        heads, tails, begun = (
            {length for other, length in table.items() if other in others}
            for table in (akin.heads, akin.tails, akin.begun)
        )
        return max(best, _as_compound(len(stem(word)), heads, tails, begun))

    def _add(self, word: str) -> None:
        one, plain = stem(word), fold(word)
        if plain != word:
            self._by_plain[plain].append(word)
        if one not in self._by_stem:
            self._by_head[one[:5]].append(one)
            for place, letter in enumerate(one[:2]):
                self._by_letter[len(one), place, letter].append(one)
        self._by_stem[one].append(word)

    def _akin(self, word: str, size: int) -> _Akin:
        """What is akin to the word among the first `size` words, and maybe more."""
        whole = stem(word)
        stems = {one for one in self._near(whole) if one in self._by_stem}
        others = {other for one in stems for other in self._by_stem[one]} | set(self._by_plain.get(fold(word), ()))
        strengths = {other: value for other in others if (value := strength(word, other))}
        lengths = range(4, len(whole) - 3)
        heads = {other: n for n in lengths for other in self._by_stem.get(whole[:n], ())}
        tails = {other: n for n in lengths for other in self._by_stem.get(whole[-n:], ())}
        begun = {
            other: n
            for one in self._by_head.get(whole[:5], ())
            if BEGUN <= (n := _common_prefix(whole, one)) <= len(whole) - 4
            for other in self._by_stem[one]
        }
        return _Akin(strengths, heads, tails, begun)

    def _near(self, whole: str) -> Iterator[str]:
        """Stems, among them all that have a strength by the rules of `strength`; some are of no word."""
        yield whole
        if whole.isdigit():
            return
        if len(whole) >= 4:
            yield from _lines_with(whole, self._stems(self._size))
        yield from (whole[a:b] for a in range(len(whole) - 4) for b in range(a + 5, len(whole) + 1))
        if len(whole) >= 5:
            yield from self._by_head.get(whole[:5], ())
            for length in range(len(whole) - 2, len(whole) + 3):
                for place, letter in enumerate(whole[:2]):
                    yield from self._by_letter.get((length, place, letter), ())

    def _all_stems(self, size: int) -> str:
        return "\n".join(self._by_stem)


def _lines_with(part: str, text: str) -> Iterator[str]:
    """The lines of a text that hold the part."""
    at = text.find(part)
    while at >= 0:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield text[text.rfind("\n", 0, at) + 1 : end]
        at = text.find(part, end)


def _as_compound(whole: int, heads: Collection[int], tails: Collection[int], begun: Collection[int]) -> float:
    """How surely heads and tails of these lengths mean a word of the length `whole`; `begun` are heads that go on."""
    if _make_up(whole, heads, tails):
        return COMPOUND
    return LOOSE if _make_up(whole, begun, tails) else 0.0


def _make_up(whole: int, heads: Collection[int], tails: Collection[int]) -> bool:
    """Whether a head and a tail of these lengths make up a whole, but for two letters at most between them."""
    return any(whole - 2 <= a + b <= whole for a in heads for b in tails)


_VOCABULARY = _Vocabulary()


def known_words(words: Iterable[str]) -> frozenset[str]:
    """The words as a set for `closest`, each once; they are remembered, and must be the minutes' own."""
    return _VOCABULARY.add(words)


def closest(word: str, others: Collection[str]) -> float:
    """The strength of the closest of the words; COMPOUND where two of them make up the word ("restidsfördelning":
    "restid", "fördelning"), and none is closer; 0.0 for none.
    """
    if isinstance(others, KnownWords):
        return _VOCABULARY.closest(word, others)
    best = max([strength(word, other) for other in others], default=0.0)
    if best >= COMPOUND or len(word) < 9:
        return best
    whole = stem(word)
    stems = {one for one in map(stem, others) if 4 <= len(one) < len(whole) - 3 and one in whole}
    heads = {len(one) for one in stems if whole.startswith(one)}
    tails = {len(one) for one in stems if whole.endswith(one)}
    begun = {n for one in map(stem, others) if BEGUN <= (n := _common_prefix(whole, one)) <= len(whole) - 4}
    return max(best, _as_compound(len(whole), heads, tails, begun))
