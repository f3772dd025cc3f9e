"""How strongly agenda items are about a question's topic: words in title, decisions and text, and meaning."""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.bodies import fold
from indexer.lexical import query_words, word_tokens, words
from indexer.records import AgendaItem, Hit, Meeting


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that search found, with the evidence that it is about the topic; every share is 0-1, weighted by idf.

    `title`, `decisions`, `text`: the share of the topic's words that stand there. `focus`: how well the item has the
    topic's weightiest word. `dense` and `score` as in `Hit`.
    """

    meeting: Meeting
    item: AgendaItem
    hit: Hit
    title: float
    decisions: float
    text: float
    focus: float

    @property
    def dense(self) -> float:
        return self.hit.dense

    @property
    def about(self) -> float:
        """The strength of the evidence, words and meaning together: 0 nothing, 1 the words stand in the title."""
        return max(self.title, 0.95 * self.decisions, 0.85 * self.text)


@lru_cache(maxsize=100_000)
def strength(word: str, other: str) -> float:
    """How surely two words mean the same: 1 the same stem, less for a part of a compound, a kindred or a misspelt form.

    >>> strength("platser", "platserna"), strength("restid", "restiden"), strength("kris", "miljö")
    (1.0, 1.0, 0.0)
    >>> strength("färdtjensten", "färdtjänst"), strength("natt", "nattbemanning")
    (0.8, 0.85)
    """
    a, b = _stem(word), _stem(other)
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


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return word_tokens(word)[0][2:]


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


def best_strength(word: str, others: Collection[str]) -> float:
    """The strength of the closest of the words, or of two that together make up a compound; 0.0 for none.

    >>> best_strength("sommarbemanning", {"bemanning", "i", "sommar"})
    0.8
    """
    if word in others:
        return 1.0
    best = max([strength(word, other) for other in others], default=0.0)
    return best if best >= 0.8 or len(word) < 9 else max(best, _compound(word, others))


def _compound(word: str, others: Collection[str]) -> float:
    """0.8 where the word is one of the others followed by another ("restidsfördelning": "restid", "fördelning")."""
    whole = _stem(word)
    stems = {stem for stem in map(_stem, others) if 4 <= len(stem) < len(whole) - 3 and stem in whole}
    heads = [stem for stem in stems if whole.startswith(stem)]
    tails = [stem for stem in stems if whole.endswith(stem)]
    return (
        0.8
        if any(len(a) + len(b) >= len(whole) - 2 and len(a) + len(b) <= len(whole) for a in heads for b in tails)
        else 0.0
    )


@lru_cache(maxsize=512)  # a question's candidates: each text is weighed by title, decisions and topic in turn
def word_set(text: str) -> frozenset[str]:
    """The words of a text, each once."""
    return frozenset(words(text))


def coverage(weights: Mapping[str, float], text: str) -> float:
    """The share of the topic's weight that the text's words carry."""
    total = sum(weights.values())
    if not total:
        return 0.0
    present = word_set(text)
    return sum(weight * best_strength(word, present) for word, weight in weights.items()) / total


_GENERIC_TAIL = re.compile(r"s?(?:fråg(?:a|an|or|orna)|ärende(?:t|n)?|punkt(?:en|er)?|arbete(?:t|n)?)$")


def topic_weights(topic: str, idf: Callable[[str], float], unknown: float = math.inf) -> dict[str, float]:
    """The topic's words with their inverse document frequencies in the index; no stop words.

    A word that no chunk has (its frequency gives `unknown`) weighs no more than the weightiest one that some chunk has.

    A compound that ends in a word for any matter stands for its first part: "färdtjänstfrågan" for "färdtjänst".
    """
    found = {}
    for word in query_words(topic):
        head = _GENERIC_TAIL.sub("", word)
        found[head if len(head) >= 5 else word] = idf(head if len(head) >= 5 else word)
    most = max((weight for weight in found.values() if weight < unknown), default=unknown)
    return {word: min(weight, most) for word, weight in found.items()}


def weigh(
    hits: Sequence[Hit],
    items: Mapping[str, tuple[Meeting, AgendaItem]],
    text_of: Callable[[Meeting, AgendaItem], str],
    weights: Mapping[str, float],
) -> list[Candidate]:
    """The hits' items with their evidence, in the order of the hits."""
    heavy = max(weights, key=lambda w: weights[w]) if weights else ""
    found = []
    for hit in hits:
        meeting, item = items[hit.item]
        whole = text_of(meeting, item)
        found.append(
            Candidate(
                meeting=meeting,
                item=item,
                hit=hit,
                title=coverage(weights, item.title),
                decisions=max((coverage(weights, d.text) for d in item.decisions), default=0.0),
                text=coverage(weights, whole),
                focus=best_strength(heavy, word_set(whole)) if heavy else 0.0,
            )
        )
    return found
