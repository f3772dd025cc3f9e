"""Which of the items that search found are about the topic, and where the list stops."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.answer.evidence import Evidence
from bot.answer.support import MATCHED, signals, support
from bot.relevance import Candidate, best_strength, word_set
from indexer.lexical import words

ANSWERS = 0.32
"""Least support of the best item: below it the question is refused."""
ALSO = 0.25
"""Least support of another item beside it."""
UNSURE = 0.6
"""Below this support the answer says that it may not be one."""
NEARLY = 0.85
"""Least share of an uncertain item's support that another must have beside it."""
SHORT_NAME = 4
WEIGHED = 12
"""Items whose support is weighed: what ranks lower is never about the topic."""
FOCUS = 0.7
"""How surely an item must have the topic's weightiest word to be listed as about it."""


def supported(evidence: Evidence) -> list[Candidate]:
    """The candidates with enough support that hold every required word (a place, a year), best first; none where the
    best has too little.
    """
    ranked = sorted(evidence.candidates, key=rank, reverse=True)
    held = [
        c
        for c in ranked
        if all(_holds(evidence.titled_text(c.meeting, c.item), word) for word in evidence.asked.required)
    ]
    found = weighed(evidence, held[:WEIGHED], ranked)
    best = max((c.support for c in found[:2]), default=0.0)
    if best < ANSWERS:
        return []
    least = ALSO if best >= UNSURE else NEARLY * best
    return [c for c in found if c.support >= (ANSWERS if c is found[0] else least)]


def weighed(evidence: Evidence, candidates: Iterable[Candidate], ranked: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with their support; `ranked` are all that search found."""
    return [replace(c, support=support(signals(evidence, c, ranked))) for c in candidates]


def _holds(text: str, required: str) -> bool:
    """Whether the text has the required word, or the last part of it where it is a compound ("högskolan")."""
    low, stem = text.casefold(), required.casefold()
    end = r"s?(?!\w)" if len(stem) <= SHORT_NAME else ""  # "Åre" is not "året"
    if re.search(rf"(?<!\w){re.escape(stem)}{end}", low):
        return True
    return len(stem) > 10 and any(len(w) >= 7 and stem.endswith(w) for w in words(low))


def rank(candidate: Candidate) -> float:
    """The order among items: meaning, with words and grams squared as in search, a title match a little more."""
    return (
        candidate.dense
        + 0.05 * candidate.hit.lexical**2
        + 0.05 * max(candidate.text, candidate.title) ** 2
        + 0.02 * candidate.title
        + 0.01 * candidate.decisions
    )


def about(candidates: Sequence[Candidate], texts: dict[str, str], weights: dict[str, float]) -> list[Candidate]:
    """Of the supported candidates, all that are about the same topic as the best: its weightiest words, not in passing
    only. Words that none of them has ("tack", a misspelt name) tell nothing apart.
    """
    if not candidates:
        return []
    sets = {c.item.id: word_set(texts[c.item.id]) for c in candidates}
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
