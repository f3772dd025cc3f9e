"""Which of the items that search found are about the topic, and where the list stops.

The evidence is an item's words in title, decisions and text (weighted by idf), and its meaning (the cosine over the
mean of the index). The constants were chosen on `data/eval/` (split tune) and `../shared/eval`; `tests/test_answers.py`
holds a floor on the test split.
"""

import re
from collections.abc import Mapping, Sequence

from bot.relevance import Candidate, best_strength
from indexer.lexical import words

SCORE = 0.05
"""Least score (cosine over the mean, and words) of an item that shares words with the question; above all off-topic
questions.
"""
WORDS = 0.3
"""Least share of the topic's words that such an item must have."""
SCORE_NARROW, NARROW = 0.015, 0.5
"""The same within one or two meetings: the filters have told the place already, so the words count for more."""
MEANING = 0.047
"""An item without the words must be this near in meaning: its cosine over the mean plus its lead over the next five
items.
"""
FOCUS = 0.7
"""How surely an item must have the topic's weightiest word to be listed as about it."""
MATCHED = 0.6
"""From this strength on, a word of the question counts as being in the text."""
MOST = 0.75
"""With this share of its words, an item may answer although one of the weightiest is missing."""
NEAR = 0.075
"""So near in meaning, it may too."""
_TYPED = ("who", "which", "which_all", "how_much", "how_many", "when", "why")


def supported(
    candidates: Sequence[Candidate],
    required: Sequence[str],
    texts: Mapping[str, str],
    weights: Mapping[str, float],
    asks: str,
    narrow: bool = False,
    question: str = "",
) -> list[Candidate]:
    """The candidates with enough evidence whose text (by item id) holds every required word (a place, a year), best
    first.

    Where a person, an amount, a number or a reason is asked for, the weightiest words must be there: the right topic
    without the thing asked for is a near miss, not an answer.
    """
    dense = sorted((c.dense for c in candidates), reverse=True)
    lead = dense[0] - sum(dense[1:6]) / len(dense[1:6]) if len(dense) > 1 else 0.0
    good = []
    for candidate in candidates:
        words_there = max(candidate.text, candidate.title)
        least = FOCUS if len(weights) == 1 else WORDS  # a part of the only word is no evidence
        by_words = candidate.hit.score >= SCORE and words_there >= least
        by_words = by_words or (narrow and words_there >= max(NARROW, least) and candidate.hit.score >= SCORE_NARROW)
        by_meaning = candidate.dense == dense[0] and candidate.dense + lead >= MEANING
        text = texts[candidate.item.id]
        if not by_words and not (by_meaning and _has_names(question, text)):
            continue
        if not all(_holds(text, word) for word in required):
            continue
        if asks in _TYPED and (_misses_key(candidate, text, weights) or _misses_noun(question, text, weights)):
            continue
        good.append(candidate)
    return sorted(good, key=rank, reverse=True)


def _misses_key(candidate: Candidate, text: str, weights: Mapping[str, float]) -> bool:
    """Whether one of the question's weightiest words is missing from an item that has only some of the others."""
    if candidate.text >= MOST or candidate.dense >= NEAR or not weights:
        return False
    present = set(words(text))
    heaviest = max(weights.values())
    return any(w >= 0.8 * heaviest and best_strength(word, present) < MATCHED for word, w in weights.items())


_NAME = re.compile(r"(?<=\s)[A-ZÅÄÖ][a-zåäö]{3,}")


def _has_names(question: str, text: str) -> bool:
    """Whether every name in the question (a capital inside the sentence) is in the text: meaning knows no names."""
    present = set(words(text))
    return all(best_strength(name.casefold(), present) >= MATCHED for name in _NAME.findall(question))


_ASKED_NOUN = re.compile(r"(?i)\b(?:hur många|antal(?:et)?|vilken|vilket)\s+(?P<one>[\w-]+)(?:\s+(?P<two>[\w-]+))?")


def _misses_noun(question: str, text: str, weights: Mapping[str, float]) -> bool:
    """Whether the thing that is counted or chosen ("hur många lägenheter", "vilket band") is not in the text at all."""
    match = _ASKED_NOUN.search(question)
    nouns = [w for w in words(match["one"] + " " + (match["two"] or "")) if w in weights] if match else []
    present = set(words(text))
    return bool(nouns) and all(best_strength(noun, present) < MATCHED - 0.1 for noun in nouns)


def _holds(text: str, required: str) -> bool:
    """Whether the text has the required word, or the last part of it where it is a compound ("högskolan")."""
    low, stem = text.casefold(), required.casefold()
    if re.search(rf"(?<!\w){re.escape(stem)}", low):
        return True
    return len(stem) > 10 and any(len(w) >= 7 and stem.endswith(w) for w in words(low))


def rank(candidate: Candidate) -> float:
    """The order among items: meaning, with the words squared as in search, a title match a little more."""
    return (
        candidate.dense
        + 0.1 * max(candidate.text, candidate.title) ** 2
        + 0.02 * candidate.title
        + 0.01 * candidate.decisions
    )


def about(candidates: Sequence[Candidate], texts: dict[str, str], weights: dict[str, float]) -> list[Candidate]:
    """Of the supported candidates, all that are about the same topic as the best: its weightiest words, not in passing
    only. Words that none of them has ("tack", a misspelt name) tell nothing apart.
    """
    if not candidates:
        return []
    sets = {c.item.id: set(words(texts[c.item.id])) for c in candidates}
    known = {w: v for w, v in weights.items() if any(best_strength(w, found) >= MATCHED for found in sets.values())}
    if not known or candidates[0].about < 0.25:  # found by meaning: words tell nothing of the others
        return [candidates[0]]
    scale = sum(weights.values()) / sum(known.values())
    heavy, heaviest = max(known, key=lambda w: known[w]), max(weights, key=lambda w: weights[w])
    best = max(candidates, key=lambda c: (c.about, rank(c)))
    chosen = []
    for candidate in candidates:
        focus = candidate.focus if heavy == heaviest else best_strength(heavy, sets[candidate.item.id])
        if scale * candidate.about < max(0.55, 0.75 * scale * best.about) or focus < FOCUS:
            continue
        title, decisions = scale * candidate.title, scale * candidate.decisions
        named = (title >= 0.5 * scale * best.title and title > 0.3) or decisions >= 0.7
        often = _mentions(texts[candidate.item.id], heavy) >= 2
        if named or scale * best.title < 0.3 or often or candidate.dense >= 0.8 * best.dense:
            chosen.append(candidate)
    return chosen or [candidates[0]]


def _mentions(text: str, word: str) -> int:
    return sum(best_strength(word, (other,)) >= FOCUS for other in words(text))
