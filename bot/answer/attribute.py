"""The thing whose number, size or name a question asks for ("hyran"): an item without it has no answer, however much
else it has of the question.
"""

import re

from bot.answer.evidence import Evidence
from bot.relevance import Candidate, best_strength, is_weak, word_set
from indexer.lexical import STOP_WORDS, stem, words

HELD = 0.5
"""From this strength on, a word of the item counts as the thing asked for: the last part of a compound will do."""
_ASKED = re.compile(
    r"(?i)\b(?:hur många|antal(?:et)?|vilken|vilket|how many|which)\s+(?P<counted>.+)|"
    r"\bvad (?:är|blir|blev|var)\s+(?P<what>[\w-]+(?:\s[\w-]+)?)\s(?:för|på|till|i|hos|av|per)\b|"
    r"\bhur (?:stor|hög|liten)t?\s(?:är|blir|blev|var)\s+(?P<size>.+)|"
    r"\bvad har .+ (?:för|i) (?P<own>[\w-]+)\W*$"
)
_UNITS = frozenset(
    """
    procent kronor kr tkr mkr miljoner tusen timmar timme dagar dag veckor vecka månader månad år öre meter datum
    kvadratmeter percent hours days weeks months years gånger times slags sorts typ typer del andel sätt kommun
    kommuner nätverk nämnd organ möte punkt punkter beslut person personer människor folk people
    """.split()
)
"""What is counted in, not counted; and what the register tells."""


def asked_noun(question: str) -> str:
    """The thing whose number, size or name the question asks for; "" where it asks otherwise.

    >>> asked_noun("hur många nya tjänster blir det?"), asked_noun("vad är hyran för lokalen?"), asked_noun("vad sas?")
    ('tjänster', 'hyran', '')
    """
    match = _ASKED.search(question)
    if match is None:
        return ""
    phrase = next(part for part in match.groups() if part is not None)
    telling = (w for w in words(phrase)[:3] if w not in STOP_WORDS and not is_weak(w))
    return next((w for w in telling if len(w) > 3), "")


def has_asked(evidence: Evidence, candidate: Candidate) -> bool:
    """Whether the item has the thing asked for, in any word for it."""
    noun = asked_noun(evidence.asked.query.question)
    if not noun or noun in _UNITS or noun not in evidence.weights:
        return True
    held = word_set(evidence.titled_text(candidate.meeting, candidate.item))
    return best_strength(noun, held) >= HELD or any(len(word) >= 4 and stem(noun).endswith(stem(word)) for word in held)
