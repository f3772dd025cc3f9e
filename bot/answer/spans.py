"""Which sentences of an item say what is asked."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.acts import find_amounts
from bot.answer.draft import flat
from bot.answer.evidence import Evidence
from bot.bodies import is_spelling_of
from bot.relevance import coverage
from indexer.dates import find_dates
from indexer.decisions import sentences
from indexer.people import NAME, is_name
from indexer.records import AgendaItem, Meeting

_AMOUNT = re.compile(
    r"\d[\d ]*(?:[.,]\d+)?\s?(?:%|procent|kr\b|kronor|tkr|mkr|miljoner|mnkr|miljarder|st\b|"
    r"platser|personer|timmar|dagar|veckor|månader|år\b)|\d+\s?[-–]\s?\d+|\b\d[\d ]*\b",
    re.I,
)
_NUMBER_WORD = re.compile(
    r"(?i)\b(?:en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|hälften|samtliga|alla|ingen|"
    r"inga)\b|\d"
)
_REASON = re.compile(
    r"(?i)\b(?:eftersom|på grund av|med anledning av|därför|då\b|beror på|orsak\w*|p\.?g\.?a|"
    r"mot bakgrund|utifrån|till följd|anledning\w*|ser svårigheter|brist på|för att)\b"
)


def _bullet(sentence: str) -> int:
    """The length of the list sign that a sentence begins with."""
    match = re.match(r"\s*[-–•*·▪●]\s+", sentence)
    return match.end() if match else 0


def sentence_spans(text: str, start: int) -> list[tuple[int, int]]:
    """The spans of the sentences of a text that begins at `start` of its document, list signs left out."""
    spans, at = [], 0
    for line in text.split("\n"):
        spans += [(start + at + a + _bullet(line[a:b]), start + at + b) for a, b in sentences(line)]
        at += len(line) + 1
    return spans


def _item_sentences(text: str, item: AgendaItem) -> list[tuple[int, int]]:
    """The spans of the sentences of an item's body; a mark or two is none."""
    spans = sentence_spans(text[item.body_start : item.end], item.body_start)
    return [(start, end) for start, end in spans if len(text[start:end].strip()) > 3]


_SHORT_DATE = re.compile(r"(?<![\d/])(?:[12]?\d|3[01])/(?:1[0-2]|[1-9])(?![\d/])")
"""A date as "26/1"; "50/50" is none."""
_BY = re.compile(r"(?i)\bsenast\b|\bsista\b|\bföre den\b|\binnan den\b|\bfram till\b|\d\s?[–-]\s?\d+\s[a-zå]+")
_UNTIL = re.compile(
    r"(?i)\btill (?:och med|den)\b|\bt\.?\s?o\.?\s?m\b|\btills\b|"
    r"\b(?:\d+|en|ett|två|tre|fyra|fem|sex|halv\w*)\s(?:år|månad\w*|veck\w+|dag\w*|dygn|timm\w+)\b"
)


def fits(sentence: str, asks: str) -> float:
    """What a sentence gains by holding the kind of thing asked for (a date, a price, a name); 0.0 nothing."""
    if asks == "when":
        return (
            0.35
            if find_dates(sentence, short=False)
            or _SHORT_DATE.search(sentence)
            or re.search(
                r"(?i)\b(?:vecka|v\.?)\s?\d|\b(?:20\d\d|våren|hösten|sommaren|årsskiftet|januari|februari|"
                r"mars|april|maj|juni|juli|augusti|september|oktober|november|december)\b",
                sentence,
            )
            else 0.0
        )
    if asks == "deadline":
        return fits(sentence, "when") + 0.3 * bool(_BY.search(sentence))
    if asks == "price":
        return 0.35 * bool(_MONEY.search(sentence)) + 0.2 * asks_price(sentence)
    if asks == "how_long":
        return 0.35 if _UNTIL.search(sentence) else 0.0
    if asks == "how_much":
        return 0.35 if _AMOUNT.search(sentence) else 0.0
    if asks == "how_many":
        return 0.3 if _NUMBER_WORD.search(sentence) else 0.0
    if asks in ("who", "which_all"):
        return (0.3 if asks == "who" else 0.15) if any(is_name(m[0]) for m in NAME.finditer(sentence)) else 0.0
    if asks == "why":
        return 0.3 if _REASON.search(sentence) else 0.0
    return 0.0


def holds_asked(text: str, asks: str) -> bool:
    """Whether a text holds the kind of thing asked for: a date, an amount, somebody's name, a reason."""
    return fits(text, asks) > 0.0


_MONEY = re.compile(
    r"(?i)\d[\d ]*(?:,\d+)?\s?(?:kr\b|kronor|tkr|mkr|mnkr|miljoner|miljarder|%|procent|öre)|"
    r"\bkostnadsfri\w*|\bgratis|\bavgiftsfri\w*"
)
_SHARE = re.compile(r"(?i)%|procent|andel|percent|share")
_YEAR = re.compile(r"(?:19|20)\d\d")
_COST = re.compile(
    r"(?i)\bkosta|\bpris|\bavgift|\bbelopp|\bpengar|\bcost|\bfee\b|\bprice|\bbetal|\bfinansier|\bpa(?:y|id)"
)
_SUM = re.compile(r"(?i)kostnad|avgift|summan?\b")
"""A sum as the last part of a compound: "årskostnad", "köpesumman"."""
_PERSON_ASKED = re.compile(
    r"(?i)\bheter\b|\bvem (?:är|var|blev|blir|fick|får|valdes|utsågs|utses|ersätter|ersatte|"
    r"ska (?:ersätta|efterträda))\b|\bwho (?:is|was|became|replaced)\b"
)
_NAMED = re.compile(r"(?<=[a-zåäö,;:] )[A-ZÅÄÖ][\wåäö-]+|^\W*[A-ZÅÄÖ][a-zåäö]+\s+[A-ZÅÄÖ][a-zåäö]+")


def asks_price(question: str) -> bool:
    """Whether a question asks what something costs, or who pays: "betalas", "avgiften"."""
    return _COST.search(question) is not None or _SUM.search(question) is not None


_LAST_DAY = re.compile(
    r"(?i)\bsenast\b|\bdeadline\b|\bsista\b|\bstänger\b|\binne\b|\bclos(?:e|es|ing)\b|\blatest\b|\bdue\b"
)
_LONG = re.compile(r"(?i)\bhur l[äa]nge\b|\bhow long\b")


def fit_kind(asks: str, question: str) -> str:
    """The kind of thing by which sentences are chosen (`fits`): what is asked for, closer told by the question.

    >>> fit_kind("who", "vem betalar tjänsten?"), fit_kind("how_much", "hur länge gäller avtalet?")
    ('price', 'how_long')
    """
    if _LONG.search(question):
        return "how_long"
    if asks == "when" and _LAST_DAY.search(question):
        return "deadline"
    return "price" if asks in ("", "how_much", "who", "which", "which_all") and asks_price(question) else asks


def holds_kind(text: str, asks: str, question: str, people: Collection[str]) -> bool:
    """Whether the sentences hold the kind of thing asked for: a price, a number, somebody named."""
    if asks == "how_much" and _COST.search(question):
        return bool(_MONEY.search(text))
    if asks in ("how_much", "how_many"):
        return bool(_NUMBER_WORD.search(text))
    if asks == "who" and _PERSON_ASKED.search(question):
        first = {name.split()[0] for name in people}
        named = any(is_name(m[0]) or is_name(m[0].partition(" ")[2]) for m in NAME.finditer(text))
        return named or bool(first & set(re.findall(r"[\w-]+", text)))
    if asks == "who" and re.search(r"(?i)\b(?:vem|vems|who)\b", question):
        return bool(_NAMED.search(text))
    return True


_PRESENTED = re.compile(r"(?i)\s*(?:föredra\w+|presentat\w+|inbjud\w+|dragning|presented by)\b")


def answers_kind(evidence: Evidence, meeting: Meeting, item: AgendaItem, spans: list[tuple[int, int]]) -> bool:
    """Whether the sentences at the spans hold the kind of thing asked for (`holds_kind`).

    Who somebody is, or what they are called, is told by a sentence that names a person and the role asked for, or names
    one under a title that has it; whoever presents the item is named there without being the answer.
    """
    asked, text = evidence.asked, evidence.documents(meeting.document).text
    shown = [text[start:end] for start, end in spans]
    people = evidence.catalog.people
    if not holds_kind(" ".join(shown), asked.asks, asked.query.question, people):
        return False
    if asked.asks != "who" or not _PERSON_ASKED.search(asked.query.question) or not evidence.weights:
        return True
    titled = coverage(evidence.weights, item.title) >= TOLD
    said = [
        text[start:end]
        for a, b in spans
        for start, end in sentence_spans(text[a:b], a)
        if not _PRESENTED.match(text[start:end])
    ]
    return any(
        (titled or coverage(evidence.weights, one) >= TOLD)
        and holds_kind(one, asked.asks, asked.query.question, people)
        for one in said
    )


TOLD = 0.3
"""Share of the topic that a sentence, or a title, must have to tell who somebody is."""


def is_presenters(line: str, item: AgendaItem, asks: str = "") -> bool:
    """Whether a line of an item only names who presents it; where a name is asked for, one that says so tells it."""
    plain = line if asks == "who" else re.sub(r"(?i)^\W*föredragande\s*:\s*", "", line)
    name = plain.split(",")[0].strip(" *_")
    return len(line) < 90 and (name in item.presenters or name.casefold() == "samtliga")


def best_spans(
    evidence: Evidence,
    meeting: Meeting,
    item: AgendaItem,
    weights: Mapping[str, float],
    asks: str,
    count: int,
    context: bool = False,
    apart: Collection[tuple[int, int]] = (),
) -> list[tuple[int, int]]:
    """The spans of the item's sentences that say most of what is asked, in the order of the text; neighbours are
    joined, and those that overlap one of the spans `apart` left out.

    Where no sentence has any of the words, those at the head of the item's body. An item without a body gives its
    heading.
    """
    text = evidence.documents(meeting.document).text
    spans = _item_sentences(text, item)
    spans = [s for s in spans if not is_presenters(text[s[0] : s[1]], item, asks)] or spans
    spans = [s for s in spans if not any(a < s[1] and s[0] < b for a, b in apart)]
    if apart and not spans:
        return []
    if not spans:
        return [(item.start, min(item.end, item.start + max(1, len(text[item.start : item.end].split("\n")[0]))))]
    scored = _scored(text, spans, item, weights, asks)
    best = sorted(scored, reverse=True)[:count]
    floor = min(0.5 * best[0][0], best[0][0])
    chosen = {_with_list(text, spans, (start, end)) for value, _, start, end in best if value >= floor}
    if context:
        chosen |= _next_sentence(text, spans, (best[0][2], best[0][3]))
        chosen |= _with_kind(evidence, asks, text, scored, chosen)
        chosen |= _with_names(evidence, text, spans, chosen)
    return joined(text, chosen)


def _with_kind(
    evidence: Evidence, asks: str, text: str, scored: list[tuple[float, int, int, int]], chosen: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    """The best sentence that holds the date, number or name asked for, where none of those chosen does; the best few
    with an amount. `asks` is the kind by which they were chosen.
    """
    asked = evidence.asked

    def holds(start: int, end: int) -> bool:
        if asks in _CLOSER:
            return fits(text[start:end], asks) >= _CLOSER[asks]
        return bool(_facts(text[start:end], asked.asks, asked.query.question))

    if asked.asks not in _FACTUAL and asks not in _CLOSER:
        return set()
    holding = [(start, end) for _, _, start, end in sorted(scored, reverse=True) if holds(start, end)]
    if asks == "price" or (
        asked.asks == "how_much" and asks not in _CLOSER
    ):  # a sum is told in more than one way: the whole, each one's share, what it was
        return set(holding[:SUMS])
    return set() if any(holds(*span) for span in chosen) else set(holding[:1])


@dataclass(frozen=True, slots=True)
class Fact:
    """A date, amount, number or name, and where it stands; `share` (0-1) is what its sentence has of the topic without
    the names of people, for one person's dates are many.
    """

    text: str
    start: int
    share: float


def _with_names(
    evidence: Evidence, text: str, spans: list[tuple[int, int]], chosen: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    """The first sentence with a place or a name that the question asks about, where none of those chosen has it; with
    the one after it where a reason is asked for.
    """
    found: set[tuple[int, int]] = set()
    for name in evidence.asked.required:
        held = [s for s in spans if name.casefold() in text[s[0] : s[1]].casefold()]
        if held and not any(a <= s[0] < b for s in held for a, b in chosen):
            found |= {held[0]} | (_next_sentence(text, spans, held[0]) if evidence.asked.asks == "why" else set())
    return found


def key_fact(evidence: Evidence, meeting: Meeting, item: AgendaItem) -> Fact | None:
    """The date, amount, number or name that answers a question of when, how much, how many or who; None unless the
    sentence that says most of what is asked has exactly one.
    """
    asks = evidence.asked.asks
    text = evidence.documents(meeting.document).text
    spans = _item_sentences(text, item)
    if not spans or asks not in _FACTUAL or _LONG.search(evidence.asked.query.question):
        return None
    value, _, start, end = max(_scored(text, spans, item, evidence.weights, asks))
    found = _facts(text[start:end], asks, evidence.asked.query.question)
    if value < CERTAIN or len({words for words, _ in found}) != 1:
        return None
    names = {part for person in evidence.asked.people for part in person.casefold().split()}
    matter = {term: weight for term, weight in evidence.weights.items() if term not in names}
    return Fact(found[0][0], start + found[0][1], coverage(matter, f"{item.title}\n{text[start:end]}"))


def is_other_fact(fact: str, other: str) -> bool:
    """Whether two facts of a kind differ, and not only in how they are written ("60 kr", "60 kronor").

    >>> is_other_fact("den 1 april", "1 april 2023"), is_other_fact("60 kr", "60 kronor"), is_other_fact("1 kr", "2 kr")
    (False, False, True)
    """
    dates, others = find_dates(fact, short=False), find_dates(other, short=False)
    if dates and others:
        a, b = dates[0], others[0]
        return (a.month, a.day) != (b.month, b.day) or (a.year != b.year and None not in (a.year, b.year))
    amounts, other_amounts = find_amounts(fact), find_amounts(other)
    if amounts and other_amounts:
        return amounts != other_amounts
    return flat(fact).casefold() != flat(other).casefold() and not is_spelling_of(fact, other)


SUMS = 3
"""Sentences with an amount that are quoted from an item where a sum is asked for."""
_FACTUAL = ("when", "how_much", "how_many", "who")
_CLOSER = {"price": 0.35, "deadline": 0.6, "how_long": 0.3}
"""Kinds that the question tells closer than `asks`, and what a sentence that holds one gains at least (`fits`)."""
CERTAIN = 0.75
"""Least value of a sentence (its share of the topic, and what it holds) whose one fact is set before the quote."""


def _facts(sentence: str, asks: str, question: str) -> list[tuple[str, int]]:
    """The facts of the kind asked for in a sentence, each with its place."""
    if asks == "when":
        written = [(sentence[f.start : f.end].strip(" ."), f.start) for f in find_dates(sentence, short=False)]
        return written or [(m[0], m.start()) for m in _SHORT_DATE.finditer(sentence)]
    if asks == "who":
        return [(m[0], m.start()) for m in NAME.finditer(sentence) if is_name(m[0])]
    pattern = _MONEY if asks == "how_much" and (_COST.search(question) or _MONEY.search(sentence)) else _AMOUNT
    found = [(m[0].strip(), m.start()) for m in pattern.finditer(sentence)]
    if pattern is _MONEY and not _SHARE.search(question):  # "80 procent" of a post is no price
        found = [(words, at) for words, at in found if not _SHARE.search(words)]
    return [(words, at) for words, at in found if not _YEAR.fullmatch(words) and words not in question]


def _scored(
    text: str, spans: list[tuple[int, int]], item: AgendaItem, weights: Mapping[str, float], asks: str
) -> list[tuple[float, int, int, int]]:
    """For each sentence what it says of the question, its place negated (the first wins a tie), and its span."""
    decided = [(d.start, d.end) for d in item.decisions]
    shares = [coverage(weights, text[start:end]) for start, end in spans]
    lines = _line_shares(text, spans, shares, weights)
    scored = []
    for n, (start, end) in enumerate(spans):
        shown, words, near = text[start:end], shares[n], shares[n - 1] if n else 0.0
        value = words + 0.15 * near + 0.2 * lines[n]
        value += fits(shown, asks) * (1.0 if words or near else 0.3 + 0.5 * lines[n])
        value += 0.1 if words and any(a <= start < b for a, b in decided) else 0.0
        value -= 0.15 if weights and len(shown) < 25 else 0.0
        value += 0.3 if asks == "why" and near > words else 0.0  # the reason follows what it explains
        scored.append((value, -n, start, end))
    return scored


def _line_shares(
    text: str, spans: list[tuple[int, int]], shares: list[float], weights: Mapping[str, float]
) -> list[float]:
    """For each sentence, the share of the topic that the line it stands in has: a paragraph is about one thing."""
    first = [text.rfind("\n", 0, start) for start, _ in spans]
    held: dict[int, list[int]] = {}
    for n, line in enumerate(first):
        held.setdefault(line, []).append(n)
    told = {
        line: shares[rows[0]] if len(rows) == 1 else coverage(weights, text[spans[rows[0]][0] : spans[rows[-1]][1]])
        for line, rows in held.items()
        if any(shares[n] for n in rows)
    }
    return [told.get(line, 0.0) for line in first]


def joined(text: str, chosen: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap or follow each other on a line made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(chosen):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif joined and not text[joined[-1][1] : start].strip() and "\n" not in text[joined[-1][1] : start]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _next_sentence(text: str, spans: list[tuple[int, int]], span: tuple[int, int]) -> set[tuple[int, int]]:
    """The sentence after the best one in the same paragraph: it often holds the reason, or the rest of the answer."""
    following = next((s for s in spans if s[0] >= span[1]), None)
    if following is None or "\n" in text[span[1] : following[0]] or following[1] - span[0] > 420:
        return set()
    return {following}


def _with_list(text: str, spans: list[tuple[int, int]], span: tuple[int, int]) -> tuple[int, int]:
    """A sentence; one that ends with a colon or semicolon together with the list that it opens (at most six rows)."""
    if not text[span[0] : span[1]].rstrip().endswith((":", ";")):
        return span
    end = span[1]
    for one in [s for s in spans if s[0] >= span[1]][:6]:
        row = text[text.rfind("\n", 0, one[0]) + 1 : one[1]]
        if not re.match(r"\s*(?:[-–•*]|\(?\w{1,2}[.)])\s", row):
            break
        end = one[1]
    return span[0], end


SHORT = 600
"""Characters of an item's body that is quoted whole: cutting it would only lose the context."""


def whole_if_short(text: str, item: AgendaItem, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans, or the whole body of a short item from the first line that is not only its presenters or a number."""
    told = (s for s in _item_sentences(text, item) if not is_presenters(text[slice(*s)], item))
    first = min([min(spans)[0], *(start for start, end in told if not is_lead(text[start:end]))][:2])
    last = item.end
    return [(first, last)] if last - first <= SHORT and text[first:last].strip() else spans


LEAD = 80
"""Characters of the longest line that only leads to a decision."""
_LEAD = re.compile(r"(?i)dnr\b.*|(?:\S+ ){0,6}beslut\w*\W*|(?:sammanfattning|ärendet|bakgrund|svar)\W*|\W*")


def is_lead(line: str) -> bool:
    """Whether a line says nothing by itself: a case number, or what stands before a decision ("Nämnden beslutar")."""
    return len(line) <= LEAD and _LEAD.fullmatch(line.strip()) is not None
