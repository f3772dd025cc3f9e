"""Answers out of the items just cited: they are known to be about the topic, so only what is asked counts."""

import re
from collections.abc import Iterable, Sequence

from bot.answer.draft import Draft
from bot.answer.evidence import Evidence
from bot.answer.spans import holds_asked, is_presenters, sentence_spans
from bot.answer.topic import answer_decisions
from bot.relevance import Candidate, best_strength, coverage, word_set

MOST_ITEMS = 3
"""Items that a question is answered out of, in the order in which they were cited."""
MOST_SENTENCES = 2
PARAGRAPH = 500
"""Characters of a paragraph's part that is quoted in one."""
NEAR_BEST = 0.7
"""Sentences with at least this share of the best one's score are quoted beside it."""
SAME = 0.7
"""From this strength on a word of the question counts as being in the text."""
_KINDS = frozenset(("who", "when", "how_many", "why"))
_SAID_OTHERWISE: dict[str, tuple[str, ...]] = {
    "ansvarar": ("ansvarig", "kontaktperson", "projektledare", "samordnar", "leder", "uppdrag")
}
"""What the minutes write for a word of the question."""
_MONEY = r"\d\s?(?:kr\b|kronor|tkr|mkr|mnkr|miljo\w+|öre)"
_AMOUNTS: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:kosta\w*|kostnad\w*|pris\w*|avgift\w*|pengar|costs?|money)\b",
        rf"{_MONEY}|\b(?:gratis|utan kostnad|kostnadsfri\w*)\b",
    ),
    (
        r"\b(?:länge|long)\b",
        r"\b(?:till (?:och med|den)|t\.?\s?o\.?\s?m|tills|(?:\d+|ett|två|tre|fyra|fem|sex|ett halv\w*)\s(?:år|månad\w*|"
        r"veck\w+|dag\w*))\b",
    ),
    (r"", rf"{_MONEY}|\d\s?(?:%|procent|st\b|platser|personer|timmar|dagar|veckor|månader|år\b)"),
)
"""How an amount is asked for, and what it is written with; the first that fits the question holds."""
_TELLING: tuple[tuple[str, str], ...] = (
    (r"\b(?:börja\w*|start\w*|gälla|begins?)\b", r"\b(?:från och med|fr\.?\s?o\.?\s?m|start\w*|börja\w*|inför\w*)"),
    (r"\b(?:slut\w*|ends?)\b", r"\b(?:till och med|t\.?\s?o\.?\s?m|upphör\w*|löper|slut\w*|avslut\w*)"),
    (r"\b(?:klar\w*|färdig\w*|ready)\b", r"\b(?:klar\w*|färdig\w*|senast)"),
)
"""A word of the question, and what its answer is written with."""


def answer_of_items(evidence: Evidence, draft: Draft, items: Sequence[Candidate]) -> None:
    """What the items decided; or their sentences that hold what is asked for: its own words (`Carried.own`), and its
    kind of thing (a date, an amount, a name, a reason).
    """
    if evidence.asked.intent == "decision":
        answer_decisions(evidence, draft, list(items))
    elif evidence.asked.intent == "direct":
        found = [(one, spans) for one in items if (spans := _spans(evidence, one))]
        for candidate, spans in found[:MOST_ITEMS]:
            _say(evidence, draft, candidate, spans)


def as_cited(evidence: Evidence) -> list[Candidate]:
    """The items asked of, in the order in which they were cited: those whose text has every required word (a place)."""
    order = {name: n for n, name in enumerate(evidence.asked.query.items or ())}
    cited = sorted(evidence.candidates, key=lambda candidate: order[candidate.item.id])
    return [one for one in cited if _has_all(evidence.body_text(one.meeting, one.item), evidence.asked.required)]


def _has_all(text: str, required: Iterable[str]) -> bool:
    return all(re.search(rf"(?i)(?<!\w){re.escape(word)}", text) for word in required)


def _say(evidence: Evidence, draft: Draft, candidate: Candidate, spans: Iterable[tuple[int, int]]) -> None:
    meeting, item = candidate.meeting, candidate.item
    draft.head(f"{meeting.body}, {draft.place(meeting, item)}")
    for start, end in spans:
        kind = next((d.kind for d in item.decisions if d.start < end and start < d.end), None)
        draft.say(f"- {draft.quoted(start, end, meeting)}", draft.cite(meeting, item, start, end, kind))


def _spans(evidence: Evidence, candidate: Candidate) -> list[tuple[int, int]]:
    """The item's sentences that hold what is asked for, the best of them, in the order of the text."""
    item = candidate.item
    text = evidence.documents(candidate.meeting.document).text
    scored: list[tuple[float, int, int]] = []
    before = ""
    for start, end in sentence_spans(text[item.body_start : item.end], item.body_start):
        sentence = text[start:end]
        decided = any(d.start < end and start < d.end for d in item.decisions)
        if not is_presenters(sentence, item):
            value = _score(evidence, sentence, before)
            scored += [(value + 0.3 * decided, start, end)] if value else []
        before = sentence
    best = max((row[0] for row in scored), default=0.0)
    kept = sorted(scored, key=lambda row: (-row[0], row[1]))[:MOST_SENTENCES]
    return _joined(text, sorted((start, end) for value, start, end in kept if value >= NEAR_BEST * best))


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans; those of one paragraph as one, with what stands between: it tells what the second is about."""
    if len(spans) < 2:
        return spans
    start, end = spans[0][0], spans[-1][1]
    return [(start, end)] if "\n" not in text[start:end] and end - start <= PARAGRAPH else spans


def _score(evidence: Evidence, sentence: str, before: str) -> float:
    """How well a sentence answers; 0.0 where it lacks a word or the kind of thing asked for. The sentence before counts
    for a reason: it says what the reason is for.
    """
    asked, question = evidence.asked, evidence.asked.query.question
    own = (asked.carried.own if asked.carried else None) or ()
    telling = [answer for pattern, answer in _TELLING if _says(pattern, question)]
    told = sum(_says(answer, sentence) for answer in telling)
    needed = [word for word in own if not any(_says(pattern, word) for pattern, _ in _TELLING)]
    present = word_set(f"{before} {sentence}" if asked.asks == "why" else sentence)
    if not all(_is_there(word, present) for word in needed) or (len(needed) < len(own) and not told):
        return 0.0
    if not _holds_kind(sentence, asked.asks, question, evidence.catalog.people):
        return 0.0
    return 1.0 + told + 0.5 * coverage(evidence.weights, sentence)


def _holds_kind(sentence: str, asks: str, question: str, people: Iterable[str]) -> bool:
    """Whether the sentence holds the kind of thing asked for."""
    if asks == "how_much":
        return _says(next(answer for pattern, answer in _AMOUNTS if _says(pattern, question)), sentence)
    if asks == "who" and _names_somebody(sentence, people):
        return True
    return asks not in _KINDS or holds_asked(sentence, asks)


def _names_somebody(sentence: str, people: Iterable[str]) -> bool:
    """Whether the sentence has the first name of somebody in the register: minutes say "Cecilia" from then on."""
    return not {person.split()[0] for person in people}.isdisjoint(re.findall(r"[A-ZÅÄÖ][\w-]+", sentence))


def _says(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def _is_there(word: str, present: frozenset[str]) -> bool:
    return any(best_strength(one, present) >= SAME for one in (word, *_SAID_OTHERWISE.get(word, ())))
