"""What a question takes for granted: an act that was done ("varför avslogs ..."), or an amount ("... till 90 kronor");
and how minutes tell of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """An act as questions name it (`asked`) and as minutes tell it (`told`, wider); both match in lower case.

    `opposites` are the names of the acts that a decision tells instead. `alone`: minutes that have none of its words
    say nothing of it, so that without them the question has no answer; other acts are told in many ways.
    """

    asked: re.Pattern[str]
    told: re.Pattern[str]
    opposites: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Presumed:
    """The act that a question takes for granted, or that it takes for granted was not done (`negated`)."""

    name: str
    negated: bool


_GAP = r"(?:\S+\s){0,4}?"
"""Up to four words between a verb and its particle: "lade nämnden ned"."""


def _act(asked: str, more: str = "", opposites: str = "", alone: bool = False) -> Act:
    """The act with these words, as asked; `more` are those that only minutes use for it."""
    told = f"{asked}|{more}" if more else asked
    return Act(re.compile(rf"\b(?:{asked})"), re.compile(rf"\b(?:{told})"), tuple(opposites.split()), alone)


_ACTS: Mapping[str, Act] = {
    "approve": _act(
        r"godkän\w*|godtog\w*|godta\w*|accepter\w*|bevilja\w*|bifall\w*|bif(?:öll|ölls)\b|tillstyrk\w*|ant(?:a|ar|as|og|ogs|agits?)\b|"
        r"ställ\w* (?:\S+\s){0,3}?bakom\b|sa(?:de)? (?:\S+\s){0,3}?ja\b|säg(?:er|a) (?:\S+\s){0,3}?ja\b|approv\w*|"
        r"granted\b|adopted\b|accepted\b",
        r"bakom\b|fastställ\w*",
        "reject abstain postpone",
    ),
    "reject": _act(
        r"avslå\w*|avslog\w*|avslag\w*|avstyrk\w*|neka\w*|förkasta\w*|avvis\w*|avböj\w*|"
        r"(?:sa|sade|säger|säga|tacka\w*) (?:\S+\s){0,3}?nej\b|reject\w*|turn\w* down|refuse\w*|decline\w*|said no\b|"
        r"sa(?:id|y) no\b",
        r"nej till\b|bifaller inte",
        "approve join",
    ),
    "join": _act(
        rf"anslut\w*|anslöt\w*|(?:gick|gå|går|gått) {_GAP}med i\b|join\w*", r"med i\b|deltar i\b",
        "abstain reject postpone",
    ),
    "abstain": _act(
        rf"avstå\w*|avstod\w*|(?:gick|gå|går|gått) {_GAP}ur\b|utträd\w*|opt\w* out|withdr[ae]w\w*",
        r"inte delta\w*|tackar nej\b",
        "join approve",
    ),
    "raise": _act(r"höj\w*|raise\w*|increase\w*", r"ök(?:a|ar|as|ade|ades|ning)\b|uppräkn\w*|dyrare\b", "lower"),
    "lower": _act(r"sänk\w*|lower\w*|reduce\w*", r"minsk\w*|billigare\b", "raise"),
    "close": _act(
        rf"(?:la|lade|lades|lägg|läggs|lägga|lägger|lagts?) {_GAP}ne[dr]\b|nedl[aä]g\w*|"
        r"stäng(?:a|as|s|er|de|des|ts?)\b|avveckl\w*|close[sd]?\b|shut\w* down|shut\b",
        r"upphör\w*|avslut\w*|skrot\w*",
        "keep",
    ),
    "keep": _act(r"behåll\w*|behöll\w*|keep\b|kept\b", r"bevara\w*|fortsätt\w*|kvar\b", "close sell"),
    "sell": _act(r"såld?e?s?\b|sälj\w*|försälj\w*|avyttr\w*|sells?\b|sold\b|sale\b", "", "keep buy", True),
    "buy": _act(r"köp(?:a|er|s|te|tes|ts?)\b|inköp\w*|förvärv\w*|buys?\b|bought\b", r"köp\w*|anskaff\w*", "sell"),
    "postpone": _act(
        rf"bordl\w+|återremi\w*|(?:sköt|sköts|skjuts|skjuta|skjutits?) {_GAP}upp\b|uppsk\w+|postpone\w*|deferred\b|"
        r"put off\b",
        rf"skjut\w* {_GAP}(?:upp|fram)\b|utg(?:år|ick|ått)\b|avvakta\w*|återkom\w*",
    ),
    "appeal": _act(r"överklag\w*|appeal\w*", r"laglighetspröv\w*|förvaltningsrätt\w*|besvär\w*", alone=True),
    "resign": _act(
        rf"avg(?:å|år|ick|ått)\b|avsäg\w*|avsade\b|sa(?:de)? {_GAP}upp sig\b|slutade {_GAP}som\b|när \S+ slutade\b|"
        r"resign\w*|"
        r"step\w* down|quit\b",
        r"avsagt\b|avgång\w*|säg\w* upp\b|slut(?:a|ar|ade|at)\b|lämna\w*|pension\w*|entledig\w*|efterträd\w*|"
        r"ny tjänst|nytt (?:jobb|uppdrag|arbete)|fyllnadsval\w*",
        alone=True,
    ),
    "dismiss": _act(
        r"sades upp\b|sagts upp\b|uppsagd\w*|avskeda\w*|sparka\w*|varsla\w*|sparken\b|fired\b|sacked\b|dismissed\b|"
        r"laid off\b",
        r"uppsäg\w*|säg\w* upp\b|sagt upp\b|övertalig\w*|varsel\w*",
        alone=True,
    ),
    "terminate": _act(
        rf"sa(?:de)? {_GAP}upp (?:sitt |sina )?(?:\w*avtal|\w*kontrakt|samarbetet)\w*",
        r"säg\w* upp\b|sagt upp\b|uppsäg\w*|upphör\w*|avsluta\w*",
        alone=True,
    ),
    "cancel": _act(
        rf"ställ(?:de|des|s|ts|t) {_GAP}in\b(?! (?:på|i|för)\b)|inställ(?:d|t|da)\b|cancel\w*",
        rf"ställ\w* {_GAP}in\b|inte av\b|avlys\w*|utgår\b|utgick\b",
        alone=True,
    ),
    "vote": _act(r"röstade\b|röstat\b|röstar\b|voted?\b", r"röst\w*|voter\w*|omröst\w*|reserv\w*|yrka\w*", alone=True),
    "dissent": _act(r"reserver\w*|dissent\w*", r"reserv\w*|avvikande\b|särskilt yttrande\b", alone=True),
    "inaugurate": _act(
        r"invig\w*|inaugurat\w*", r"öppn\w*|start\w*|tas i (?:bruk|drift)\b|togs i (?:bruk|drift)\b", alone=True
    ),
    "report": _act(r"polisanmäl\w*|jo-anmäl\w*|reported to the police", "", alone=True),
    "forbid": _act(r"förbjöd\w*|förbjud\w*|banned\b|forbade\b", r"förbud\w*|inte tillåt\w*", alone=True),
}  # fmt: skip
_TAKES_FOR_GRANTED = re.compile(
    r"(?i)^\W*(?:och |men |and |but )?(?:varför|när|vem|vems|hur|vilken?|vilket|vilka|av vilk\w+|på vilk\w+|av vad|"
    r"why|when|who|how|which)\b(?! (?:många )?beslut(?:en)?\b)"
)
"""The words that a question begins with which asks more of something that it says was done."""
_NOT = re.compile(r"(?:\b(?:inte|ej|aldrig|icke|not|never)|n't)\b")
_REFRAINS = re.compile(r"\b(?:avst[åo]\w*|avböj\w*|avsäg\w*|refrain\w*|abstain\w*)\b")
_NEAR = 24
"""Characters before and after a verb within which a "not" is its own."""
_PROPOSED = re.compile(r"(?i)föresl|förslag|yrka|begär|överväg|önska|ansöker\b|vill\b|propos|want")
"""A sentence with such a word tells what somebody would like, not what was done."""
_OF_PROPOSALS = ("vote", "dissent")
"""Acts that are done about proposals: a sentence that names one tells them all the same."""


def find_presumed(question: str) -> Presumed | None:
    """The act that the question takes for granted, or None; a question that asks whether takes nothing for granted.

    >>> find_presumed("varför avslogs ansökan?"), find_presumed("avslogs ansökan?")
    (Presumed(name='reject', negated=False), None)
    >>> find_presumed("varför gick nätverket inte med i poolen?")
    Presumed(name='join', negated=True)
    """
    low = " ".join(question.casefold().split())
    if not _TAKES_FOR_GRANTED.match(low):
        return None
    for name, act in _ACTS.items():
        if (match := act.asked.search(low)) is not None:
            return Presumed(name, _is_negated(low, match))
    return None


def is_its_word(presumed: Presumed, term: str) -> bool:
    """Whether a word names the act itself, and not what it was done to."""
    return _ACTS[presumed.name].told.search(term) is not None


def needs_words(presumed: Presumed) -> bool:
    """Whether minutes that have none of the act's words say nothing of it."""
    return _ACTS[presumed.name].alone and not presumed.negated


def is_postponed(presumed: Presumed) -> bool:
    """Whether the question takes for granted that something was put off: any decision in the matter tells otherwise."""
    return presumed.name == "postpone" and not presumed.negated


def tells(presumed: Presumed, sentence: str) -> bool:
    """Whether a sentence of minutes tells what the question takes for granted, or may do so."""
    names = _ACTS[presumed.name].opposites if presumed.negated else (presumed.name,)
    return not (_PROPOSED.search(sentence) and presumed.name not in _OF_PROPOSALS) and (
        any(_says(sentence, name, False) for name in names) or _says(sentence, presumed.name, presumed.negated)
    )


def tells_otherwise(presumed: Presumed, decision: str) -> bool:
    """Whether a decision says the opposite of what the question takes for granted."""
    if presumed.negated:
        return _says(decision, presumed.name, False)
    opposites = _ACTS[presumed.name].opposites
    return _says(decision, presumed.name, True) or any(_says(decision, name, False) for name in opposites)


def _says(text: str, name: str, negated: bool) -> bool:
    low = " ".join(text.casefold().split())
    return any(_is_negated(low, match) is negated for match in _ACTS[name].told.finditer(low))


def _is_negated(low: str, match: re.Match[str]) -> bool:
    """Whether a "not" stands between the parts of the verb, before it or right after it, or "avstår från" before it."""
    before, after = low[max(0, match.start() - _NEAR) : match.start()], low[match.end() : match.end() + _NEAR // 2]
    return any(_NOT.search(part) for part in (before, match[0], after)) or _REFRAINS.search(before) is not None


_AMOUNT = re.compile(
    r"(?i)(?<![\d,.])(?P<number>\d{1,3}(?: \d{3})+|\d+(?:[.,]\d+)?)\s?"
    r"(?P<unit>kr\b|kronor|tkr|mkr|mnkr|miljoner|miljarder|%|procent)"
)
_WORTH = {"tkr": 1e3, "mkr": 1e6, "mnkr": 1e6, "miljoner": 1e6, "miljarder": 1e9}
_ALIKE = 0.05
"""Share by which two amounts may differ and be one, rounded."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in kronor, or a share in percent."""

    value: float
    percent: bool = False


def find_amounts(text: str) -> frozenset[Amount]:
    """The sums of money and the percentages in a text.

    >>> sorted(amount.value for amount in find_amounts("40 000 kr, dvs. 3,5 % av 1,2 mkr"))
    [3.5, 40000.0, 1200000.0]
    """
    found = set()
    for match in _AMOUNT.finditer(" ".join(text.split())):
        number, unit = float(match["number"].replace(" ", "").replace(",", ".")), match["unit"].lower()
        found.add(Amount(number * _WORTH.get(unit, 1.0), unit in ("%", "procent")))
    return frozenset(found)


def is_same_amount(one: Amount, other: Amount) -> bool:
    """Whether two amounts are one, but for rounding."""
    return one.percent == other.percent and abs(one.value - other.value) <= _ALIKE * max(one.value, other.value)
