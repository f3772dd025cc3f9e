"""How surely an item that search found answers the question: signals of words and meaning, weighed by a logistic
regression.

The weights were fitted by `bench/fit_support.py` over the questions with gold that it names; nothing here knows them.
"""

import math
import re
from collections.abc import Mapping, Sequence
from statistics import fmean

from bot.answer.evidence import Evidence
from bot.answer.spans import answers_kind, best_spans, holds_asked
from bot.relevance import Candidate, best_strength, word_set
from indexer.lexical import words

MATCHED = 0.6
"""From this strength on, a word of the question counts as being in the text."""
_TYPED = ("who", "which", "which_all", "how_much", "how_many", "when", "why")

BIAS = -5.72
WEIGHTS: Mapping[str, float] = {
    "lead": 30.7,
    "behind": -58.6,
    "lexical": 2.7,
    "focus": 1.16,
    "missing_known": -1.96,
    "missing_heaviest": -0.515,
    "terms": 1.47,
    "names_missing": -0.533,
    "counted_missing": -0.753,
    "kind": 2.61,
    "fits": 0.751,
    "asks_who": -1.95,
    "asks_which": -1.77,
    "asks_which_all": -1.93,
    "asks_how_much": -1.29,
    "asks_how_many": -3.13,
    "asks_when": -1.19,
    "asks_why": -1.31,
}


def support(signals: Mapping[str, float]) -> float:
    """The probability, 0-1, that an item with these signals answers the question."""
    return 1.0 / (1.0 + math.exp(-BIAS - sum(WEIGHTS[name] * value for name, value in signals.items())))


def signals(evidence: Evidence, candidate: Candidate, ranked: Sequence[Candidate]) -> dict[str, float]:
    """What tells whether the candidate answers the question, by name; `ranked` are all candidates.

    Cosines are over the mean of the index; shares are of the topic's weight by inverse document frequency.
    """
    asked, weights = evidence.asked, evidence.weights
    item, meeting = candidate.item, candidate.meeting
    held = word_set(evidence.titled_text(meeting, item))
    missing = {term: weight for term, weight in weights.items() if best_strength(term, held) < MATCHED}
    total = sum(weights.values()) or 1.0
    dense = sorted((c.dense for c in ranked), reverse=True)
    spans = best_spans(evidence, meeting, item, weights, asked.asks, 4, context=True)
    shown = " ".join(evidence.documents(meeting.document).text[a:b] for a, b in spans)
    direct = asked.intent == "direct"
    heaviest_missing = max(missing.values(), default=0.0) / max(weights.values(), default=1.0)
    return {
        "lead": dense[0] - fmean([*dense[1:], 0.0, 0.0, 0.0, 0.0, 0.0][:5]),
        "behind": dense[0] - candidate.dense,
        "lexical": candidate.hit.lexical,
        "focus": candidate.focus,
        "missing_known": sum(weight for term, weight in missing.items() if term in evidence.known) / total,
        "missing_heaviest": heaviest_missing,
        "terms": math.log(1 + len(weights)),
        "names_missing": _names_missing(asked.query.question, held | word_set(meeting.body)),
        "counted_missing": _counted_missing(asked.query.question, weights, held),
        "kind": float(answers_kind(evidence, meeting, item, spans)),
        "fits": float(holds_asked(shown, asked.asks)),
        **{f"asks_{kind}": float(direct and asked.asks == kind) for kind in _TYPED},
    }


_NAME = re.compile(r"(?<=\s)[A-ZÅÄÖ][a-zåäö]{3,}")


def _names_missing(question: str, held: frozenset[str]) -> float:
    """The number of names in the question (a capital inside the sentence) that are not held: meaning knows none."""
    return float(sum(best_strength(name.casefold(), held) < MATCHED for name in _NAME.findall(question)))


_COUNTED = re.compile(
    r"(?i)\b(?:hur många|antal(?:et)?|vilken|vilket|how many|which)\s+(?P<one>[\w-]+)(?:\s+(?P<two>[\w-]+))?"
)


_UNITS = frozenset(
    "procent kronor kr tkr mkr miljoner tusen timmar timme dagar dag veckor vecka månader månad år öre meter "
    "kvadratmeter percent hours days weeks months years".split()
)
"""What is counted in, not counted: minutes write it short ("50 %"), or leave it out."""


def _counted_missing(question: str, weights: Mapping[str, float], held: frozenset[str]) -> float:
    """1.0 where the thing that is counted or chosen ("hur många lägenheter", "vilket band") is not in the item."""
    match = _COUNTED.search(question)
    nouns = [w for w in words(f"{match['one']} {match['two'] or ''}") if w in weights] if match else []
    nouns = [w for w in nouns if w not in _UNITS]
    return float(bool(nouns) and all(best_strength(noun, held) < MATCHED - 0.1 for noun in nouns))
