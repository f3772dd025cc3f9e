"""Which of the items that search found are about the topic, and where the list stops.

The evidence is an item's words in title, decisions and text (weighted by idf), and its meaning (the cosine over the mean of
the index). The constants were chosen on `data/eval/` (split tune) and `../shared/eval`; `tests/test_answers.py` holds a floor on the
test split.
"""

import re
from collections.abc import Sequence

from bot.relevance import Candidate, best_strength
from indexer.lexical import words

EVIDENCE = 0.47
"""Least evidence for an answer: 10 * dense + 0.5 * the share of the topic's words; paraphrases lean on the first, names on the second."""
MEANING_ALONE = 0.040
"""From this cosine over the mean on, an item is about the question although it has none of its words."""
FOCUS = 0.7
"""How surely an item must have the topic's weightiest word to be listed as about it."""


def strength_of(candidate: Candidate) -> float:
    """The evidence that an item is about the question, on one scale."""
    return 10 * candidate.dense + 0.5 * max(candidate.text, candidate.title)


def is_answerable(candidates: Sequence[Candidate], required: Sequence[str], text_of: Sequence[str]) -> bool:
    """Whether any item holds enough evidence; `text_of` are the items' texts, in the order of the candidates."""
    return bool(supported(candidates, required, text_of))


def supported(candidates: Sequence[Candidate], required: Sequence[str], texts: Sequence[str]) -> list[Candidate]:
    """The candidates with enough evidence whose text holds every required word (a place, a year), best first."""
    good = []
    for candidate, text in zip(candidates, texts, strict=True):
        if strength_of(candidate) < EVIDENCE:
            continue
        if candidate.text < 0.34 and candidate.title < 0.5 and candidate.dense < MEANING_ALONE:
            continue
        if all(_holds(text, word) for word in required):
            good.append(candidate)
    return sorted(good, key=rank, reverse=True)


def _holds(text: str, required: str) -> bool:
    stem = required.casefold()
    return bool(re.search(rf"(?<!\w){re.escape(stem)}", text.casefold()))


def rank(candidate: Candidate) -> float:
    """The order among items: meaning, with the words squared as in search, a title match a little more."""
    return candidate.dense + 0.1 * max(candidate.text, candidate.title) ** 2 + 0.02 * candidate.title + 0.01 * candidate.decisions


def about(candidates: Sequence[Candidate], texts: dict[str, str], weights: dict[str, float]) -> list[Candidate]:
    """Of the supported candidates, all that are about the same topic as the best: its weightiest words, not in passing only."""
    if not candidates:
        return []
    top = candidates[0]
    if top.about < 0.5:  # found by meaning: words tell nothing of the others
        return [c for c in candidates if rank(c) >= 0.9 * rank(top) and c.dense >= MEANING_ALONE][:2]
    heavy = max(weights, key=lambda w: weights[w]) if weights else ""
    chosen = []
    for candidate in candidates:
        if candidate.about < max(0.55, 0.75 * top.about) or candidate.focus < FOCUS:
            continue
        named = candidate.title >= 0.5 * top.title and candidate.title > 0.3 or candidate.decisions >= 0.7
        if named or top.title < 0.3 or _mentions(texts[candidate.item.id], heavy) >= 2 or candidate.dense >= 0.8 * top.dense:
            chosen.append(candidate)
    return chosen or [top]


def _mentions(text: str, word: str) -> int:
    return sum(best_strength(word, (other,)) >= FOCUS for other in words(text))
