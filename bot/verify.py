"""The check of what a language model wrote: sentence by sentence, against the quotes that it was given and names.

Nothing is trusted: a sentence is kept where the quotes it cites carry every word, number, date, name and turn of it;
else it is dropped, or where it tells a decision, replaced by the quote itself.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.actors import is_shaken
from bot.answer.draft import flat
from bot.answer.wording import format_date, item_name, word
from bot.cited import DECIDES, NO_DECISION, Source
from bot.claims import fault
from bot.paraphrase import content, is_carried, plain
from bot.polarity import KEPT, NEGATION
from bot.prose import MARKER, QUOTATION_MARKS, QUOTED, find_markers, split_sentences, without_markers
from bot.records import Citation
from indexer.item_rows import sentences

Similarity = Callable[[str, str], float]
SIMILARITY = 0.79
"""The cosine under which a sentence and the quotes it cites are not about the same. Measured with e5's queries: true
sentences 0.80 to 1, quotes of different bodies 0.80 to 0.88 (5 % and 95 %): a floor, which decides little.
"""
SHARE = 0.6
"""The share of the sentences that must hold for a text to be sent."""
_LONGEST = 1_500
"""Characters of the longest sentence that is looked at: no sentence about a quote is longer."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation as the check sees it. `n` its marker's number, `text` its verbatim words; `meeting` an id, `date` ISO
    to its precision or ""; `item` the number as printed or "", `title` the item's; `kind` of the decision that it is.
    """

    n: int
    text: str
    meeting: str
    body: str
    date: str
    item: str = ""
    title: str = ""
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one sentence. `text` is the sentence with its markers, the quote that replaces it, or "" where it
    is dropped; `kept` whether the sentence itself stays; `reason` why not, a key of `REASONS`.
    """

    text: str
    kept: bool
    reason: str
    citations: tuple[int, ...]


REASONS: dict[str, tuple[str, str]] = {
    "no_citation": ("saknar källhänvisning", "has no citation"),
    "unknown_citation": ("hänvisar till en källa som inte finns", "cites a source that was not given"),
    "markup": ("innehåller länk, kod eller formatering", "holds a link, code or markup"),
    "language": ("är inte på svarets språk", "is not in the language of the answer"),
    "instruction": ("vänder sig till läsaren", "addresses the reader"),
    "system": ("talar om systemet", "speaks of the system"),
    "injection": ("källan försöker styra svaret", "the source tries to steer the answer"),
    "unfinished": ("är inte en hel mening", "is no whole sentence"),
    "garbage": ("är inte begriplig", "makes no sense"),
    "altered_quote": ("citatet står inte ordagrant i källan", "the quotation is not the source's words"),
    "date": ("datumet står inte i källan", "the date is not the source's"),
    "number": ("en siffra står inte så i källan", "a number is not the source's"),
    "name": ("ett namn står inte i källan", "a name is not in the source"),
    "item": ("fel punkt", "the wrong item"),
    "actor": ("någon annan beslutade", "somebody else decided"),
    "not_a_decision": ("källan är inget sådant beslut", "the source is no such decision"),
    "negated": ("ja och nej har bytt plats", "yes and no have changed places"),
    "opposite": ("betyder motsatsen", "means the opposite"),
    "proposed": ("förslag och beslut är blandade", "proposal and decision are mixed"),
    "possible": ("det som kan ske och det som sker är blandade", "what may be and what is are mixed"),
    "advised": ("det som bör ske och det som sker är blandade", "what should be and what is are mixed"),
    "required": ("ett krav har kommit till eller försvunnit", "a requirement was added or lost"),
    "condition": ("ett villkor har kommit till eller försvunnit", "a condition was added or lost"),
    "some": ("hur många det gäller stämmer inte", "how many it is about differs"),
    "most": ("hur många det gäller stämmer inte", "how many it is about differs"),
    "half": ("hur mycket det gäller stämmer inte", "how much it is about differs"),
    "only": ("en avgränsning har kommit till eller försvunnit", "a restriction was added or lost"),
    "least": ("en gräns har kommit till eller försvunnit", "a bound was added or lost"),
    "most_of": ("en gräns har kommit till eller försvunnit", "a bound was added or lost"),
    "about": ("ett ungefär har kommit till eller försvunnit", "an approximation was added or lost"),
    "all": ("hur många det gäller stämmer inte", "how many it is about differs"),
    "both": ("hur många det gäller stämmer inte", "how many it is about differs"),
    "unanimous": ("att man var enig står inte i källan", "that all agreed is not in the source"),
    "again": ("tidsföljden står inte i källan", "the order in time is not in the source"),
    "order": ("vem som gör vad stämmer inte", "who does what differs"),
    "unsupported": ("säger mer än källan", "says more than the source"),
    "dissimilar": ("handlar om något annat än källan", "is about something else than the source"),
    "repeated": ("är redan sagt", "has been said"),
}
"""Why a sentence was not kept, in Swedish and English."""

_MARKUP = re.compile(
    r"(?i)https?:|www\.|mailto:|\w@\w|(?<!\w)@\w|\]\(|!\[|<[^>]*>|[<>`|{}\\^~#=]|\*\*|__|&\w+;|&#|"
    r"\b[\w-]+\.(?:se|com|net|org|nu|io|ru|example|test|info|eu|dev|app|xyz)\b|"
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f]|\[\^|\$\$|\b\d{2,4}[- ]\d{2,3} ?\d{2} ?\d{2}\b"
)
_FOREIGN = re.compile(r"[^\x00-\u024f\u2010-\u203a\u20ac\u00a0\u2212\u00a7\u2022]")
_READER = re.compile(
    r"(?i)\b(?:du|dig|din|ditt|dina|ni|era|ert|you|your|yours|klick\w*|lösenord\w*|password\w*|logga in|log in|"
    r"swish\w*|"
    r"bankid|qr-kod|ignore(?:ra)?r?|disregard|följ länken|läs mer|read more|click\w*)\b|"
    r"^\W*(?:ring|besök|kontakta|skriv|mejla|maila|ladda|öppna|skicka|gå in|glöm|kom ihåg|tänk på|observera|notera|"
    r"hör av|"
    r"anmäl|svara|säg|se|titta|betala|call|visit|contact|write|mail|download|open|send|go to|forget|remember|note|see|"
    r"reply|answer|say|please|vänligen|snälla)\b"
)
_SYSTEM = re.compile(
    r"(?i)\b(?:jag|mig|mitt|mina|min|språkmodell\w*|assistent\w*|chatt?bot\w*|prompt\w*|systemprompt\w*|(?:mina|dina|"
    r"tidigare|alla|nya?|dessa|ovanstående) instruktion\w*|"
    r"language model|assistant|instructions?|i am|i'm|i’m|my|me|as an ai|som ai|hackad\w*|pwned|hacked)\b|"
    r"(?-i:\bI\b(?=\s(?:am|can|will|have|do|was|cannot|must)\b))"
)
_ADDRESSED = re.compile(
    r"(?i)\b(?:ignorera|bortse från|glöm (?:allt|tidigare|alla)|strunta i|språkmodell\w*|ai-(?:modell|assistent)\w*|"
    r"assistenten?|"
    r"prompt\w*|chatt?bot\w*|(?:mina|dina|tidigare|alla|nya?|dessa|ovanstående|följande) instruktion\w*|"
    r"instruktion\w*\s?:|svara (?:alltid|bara|endast|med|att|nu|i stället|istället)|"
    r"skriv (?:att|i stället|istället|följande|alltid|bara|nu)|säg att|påstå att|lägg till (?:att|länken|texten)|"
    r"du är|du ska|du måste|ni ska svara|avslöja|översätt|upprepa|"
    r"ignore|disregard|forget|override|you are|you must|you should|respond|reply with|answer with|say that|write that|"
    r"output|system\s?:|assistant\s?:|user\s?:|instructions?|reveal|translate|repeat)\b"
)
"""What minutes say to whoever reads them by machine; a quote with such words carries nothing."""
_WHOLE = re.compile(r"(?<![.…])[.!:][”“\"»)]*\s*$|[”“\"»]\s*$|\)\s*$")
_CUT = re.compile(r"(?i)\b(?:att|och|som|den|en|ett|eller|samt|men|the|of|to|and|a|an|that)\W*$")
"""Words that no sentence ends with."""
_CUT = re.compile(r"(?i)\b(?:att|och|som|den|en|ett|eller|samt|men|the|of|to|and|a|an|that)\W*$")
"""Words that no sentence ends with."""
_ENGLISH_WORDS = re.compile(r"(?i)\b(?:the|of|and|was|were|to|that|by|with|for|is|has|from|on)\b")
_SWEDISH_WORDS = re.compile(r"(?i)\b(?:och|att|på|som|beslutade|är|av|för|till|nätverket|med|från|inte|ska)\b")
_JOIN = re.compile(r";|,?\s(?:och|samt|men|medan|and|but|while)\s|,\s(?=att\b|där\b|which\b|vilket\b|with\b)")
_VERB = re.compile(r"(?i)\b(?:\w+(?:ar|er|ade|de|te|r|des|s|ed)|fick|gav|tog|lade|kom)\b")


def quote_of(citation: Citation) -> Quote:
    """What the check needs of a citation."""
    printed = citation.number if citation.number_printed else None
    return Quote(
        citation.n,
        flat(citation.quote),
        citation.meeting,
        citation.body,
        citation.date or "",
        printed or "",
        citation.title or "",
        citation.kind,
    )


def verify(
    sentence: str, quotes: Sequence[Quote], similarity: Similarity | None = None, language: str = "sv"
) -> Verdict:
    """What becomes of one sentence, with the numbers of the citations it leans on; its markers keep their numbers.

    `quotes` are all that may be cited; `similarity` gives the cosine of two texts, None leaves that check out;
    `language` is the answer's, sv | en.
    """
    sentence = " ".join(sentence.split())
    known = {quote.n: quote for quote in quotes}
    numbers = find_markers(sentence)
    if reason := _fault_of_form(sentence, language):
        return Verdict("", False, reason, ())
    if not numbers:
        return Verdict("", False, "no_citation", ())
    if any(n not in known for n in numbers):
        return Verdict("", False, "unknown_citation", ())
    cited = [known[n] for n in numbers]
    if any(_ADDRESSED.search(quote.text) for quote in cited):
        return Verdict("", False, "injection", ())
    used, reason = _carriers(sentence, known, quotes, language)
    if not reason and similarity is not None and not _is_near(sentence, cited, similarity):
        reason = "dissimilar"
    if not reason:
        return Verdict(_with_markers(sentence, used), True, "", used)
    return _replaced(sentence, cited, language, reason)


def verify_text(
    text: str, quotes: Sequence[Quote], similarity: Similarity | None = None, language: str = "sv"
) -> tuple[Verdict, ...]:
    """What becomes of each sentence of a text, in order; nothing is said twice. Markers keep their numbers: `renumber`
    comes last.
    """
    found: list[Verdict] = []
    said: set[str] = set()
    for sentence in split_sentences(text):
        verdict = verify(sentence, quotes, similarity, language)
        if verdict.text in said:
            verdict = Verdict("", False, "repeated", ())
        if verdict.text:
            said.add(verdict.text)
        found.append(verdict)
    return tuple(found)


def enough(verdicts: Iterable[Verdict]) -> bool:
    """Whether what is left of a text is worth sending: most of its sentences hold, and the first that cites something
    was kept or stands as its quote.
    """
    told = [verdict for verdict in verdicts if verdict.reason != "repeated"]
    kept = sum(verdict.kept for verdict in told)
    return bool(told) and kept >= SHARE * len(told) and bool(told[0].text)


def renumber(verdicts: Iterable[Verdict]) -> tuple[tuple[Verdict, ...], tuple[int, ...]]:
    """The verdicts with their citations numbered from 1 in order of appearance, and the old numbers in that order."""
    verdicts = tuple(verdicts)
    order = tuple(dict.fromkeys(n for verdict in verdicts for n in verdict.citations))
    new = {n: at for at, n in enumerate(order, 1)}

    def write(verdict: Verdict) -> Verdict:
        text = MARKER.sub(
            lambda marker: "".join(f"[{new[n]}]" for n in find_markers(marker[0]) if n in new), verdict.text
        )
        return replace(verdict, text=text, citations=tuple(new[n] for n in verdict.citations))

    return tuple(write(verdict) for verdict in verdicts), order


def explain(reason: str, language: str) -> str:
    """Why a sentence was not kept, in words."""
    return REASONS[reason][language == "en"]


def _fault_of_form(sentence: str, language: str) -> str:
    """What is wrong with a sentence whatever it cites."""
    bare = without_markers(sentence)
    own = QUOTED.sub(" ", bare)
    if len(bare) > _LONGEST or not content(bare):
        return "garbage"
    if _MARKUP.search(bare) or re.search(r"[\[\]]", bare):
        return "markup"
    if _FOREIGN.search(bare) or _is_other_language(own, language):
        return "language"
    if _READER.search(bare) or bare.rstrip(f"{QUOTATION_MARKS} )").endswith("?"):
        return "instruction"
    if _SYSTEM.search(own):
        return "system"
    if _CUT.search(bare) and bare[-1] not in QUOTATION_MARKS:
        return "unfinished"
    if _CUT.search(bare) and bare[-1] not in QUOTATION_MARKS:
        return "unfinished"
    ended = _WHOLE.search(bare) or re.search(rf"{MARKER.pattern}\s*$", sentence)
    return "" if ended and not re.search(r"(?:…|\.\.\.)\W*$", bare) else "unfinished"


def _is_other_language(own: str, language: str) -> bool:
    other = _SWEDISH_WORDS if language == "en" else _ENGLISH_WORDS
    same = _ENGLISH_WORDS if language == "en" else _SWEDISH_WORDS
    return len(other.findall(own)) > max(1, len(same.findall(own)))


def _carriers(
    sentence: str, known: dict[int, Quote], quotes: Sequence[Quote], language: str
) -> tuple[tuple[int, ...], str]:
    """The numbers of the quotes that carry the sentence, or none and why not.

    Each stretch up to a marker is carried by the quotes of that marker.
    """
    used: list[int] = []
    for text, numbers in _stretches(sentence):
        found, reason = _stretch_carriers(text, [known[n] for n in numbers], quotes, language)
        if reason:
            return (), reason
        used += found
    return tuple(dict.fromkeys(used)), ""


def _stretches(sentence: str) -> list[tuple[str, tuple[int, ...]]]:
    """The stretches of a sentence with the citations that follow each; what follows the last belongs to it too."""
    found: list[tuple[str, tuple[int, ...]]] = []
    at = 0
    for match in re.finditer(rf"(?:\s*{MARKER.pattern})+", sentence):
        if content(sentence[at : match.start()]) or not found:
            found.append((sentence[at : match.start()], find_markers(match[0])))
        else:
            found[-1] = (found[-1][0], (*found[-1][1], *find_markers(match[0])))
        at = match.end()
    found[-1] = (found[-1][0] + sentence[at:], found[-1][1])
    return found


def _stretch_carriers(
    text: str, cited: Sequence[Quote], quotes: Sequence[Quote], language: str
) -> tuple[list[int], str]:
    rest, aside = text, []
    for match in QUOTED.finditer(text):
        inner = next(part for part in match.groups() if part is not None)
        holders = [quote for quote in cited if _is_verbatim(inner, quote)]
        if not holders:
            return [], "altered_quote"
        if any(_ends_whole(inner, quote) for quote in holders):
            rest = rest.replace(match[0], " ")
            aside += [quote for quote in holders if _ends_whole(inner, quote)]
    if any(mark in QUOTED.sub("", text) for mark in QUOTATION_MARKS):
        return [], "altered_quote"
    rest = re.sub(f"[{QUOTATION_MARKS}]", " ", rest)
    rest = " ".join(rest.split()).strip(" ,;:–-")
    if NO_DECISION.search(rest) and any(_decides_elsewhere(quote, quotes) for quote in cited):
        return [], "negated"
    if aside:
        return _lead_carriers(rest, aside, language)
    if any(is_shaken(rest, quote.text) for quote in cited):
        return [], "garbage"
    return _part_carriers(rest, cited, language, DECIDES.search(plain(rest)) is not None)


def _decides_elsewhere(quote: Quote, quotes: Sequence[Quote]) -> bool:
    """Whether another quote is a decision of the same item."""
    place = (quote.meeting, quote.item, quote.title)
    return any((q.meeting, q.item, q.title) == place and q.kind in ("substantive", "formal") for q in quotes)


def _is_verbatim(inner: str, quote: Quote) -> bool:
    words = flat(inner).strip(" .,;:")
    return bool(words) and any(_holds(part, words) for part in (quote.text, quote.title, quote.body))


def _holds(text: str, words: str) -> bool:
    """Whether the words stand in the text as whole words, the first letter's case apart."""
    first = re.escape(words[0])
    return re.search(rf"(?<!\w)(?i:{first}){re.escape(words[1:])}(?!\w)", text) is not None


def _ends_whole(inner: str, quote: Quote) -> bool:
    """Whether a quotation runs to the end of a sentence of the quote, and nothing before it turns its meaning."""
    words = flat(inner).strip(" .,;:")
    at = quote.text.find(words[1:]) - 1
    if at < -1 or len(words.split()) < 3:
        return False
    at = max(at, 0)
    spans = sentences(quote.text)
    end = at + len(words)
    if not any(end <= high and not content(quote.text[end:high]) for _, high in spans if high >= end - 1):
        return False
    head = quote.text[max((low for low, _ in spans if low <= at), default=0) : at]
    return not NEGATION.search(head) and not any(pattern.search(head) for pattern in KEPT.values())


def _sources(quote: Quote) -> list[Source]:
    whole = quote.text
    return [
        Source(whole[low:high], whole, quote.body, quote.date, quote.item, quote.title, quote.kind)
        for low, high in sentences(whole)
    ]


def _lead_carriers(lead: str, aside: Sequence[Quote], language: str) -> tuple[list[int], str]:
    """The carriers of what stands around a verbatim quotation: who said it, when and where."""
    reason = ""
    found = []
    for quote in dict.fromkeys(aside):
        whole = Source(quote.text, quote.text, quote.body, quote.date, quote.item, quote.title, quote.kind)
        sources = [whole, *_sources(quote)] if content(lead) or re.search(r"\d", lead) else []
        reasons = [fault(lead, source, language == "en", quoted=True) for source in sources]
        if not sources or "" in reasons:
            found.append(quote.n)
        else:
            reason = reasons[0]
    return found, "" if found else reason


def _part_carriers(part: str, cited: Sequence[Quote], language: str, decides: bool) -> tuple[list[int], str]:
    """The quotes of which one sentence carries the part; or those that carry its halves, cut at a conjunction."""
    told = decides and (
        DECIDES.search(plain(part)) is not None or re.match(r"(?i)\W*(?:att|to|that)\b", part) is not None
    )
    reasons: list[tuple[float, str]] = []
    found = []
    for quote in cited:
        faults = [(source, fault(part, source, language == "en", told)) for source in _sources(quote)]
        if any(not reason for _, reason in faults):
            found.append(quote.n)
        reasons += [(_overlap(part, source.text), reason) for source, reason in faults]
    if found:
        return found, ""
    for match in _JOIN.finditer(part):
        left, right = part[: match.start()], part[match.end() :]
        if not content(left) or not content(right):
            continue
        first, wrong = _part_carriers(left, cited, language, decides)
        if wrong:
            continue
        second, wrong = _part_carriers(_with_subject(left, right, cited), cited, language, decides)
        if not wrong:
            return [*first, *second], ""
    return [], max(reasons, key=lambda one: one[0])[1] if reasons else "unsupported"


def _with_subject(left: str, right: str, cited: Sequence[Quote]) -> str:
    """The second half of a sentence with the subject of the first, where it begins with a verb."""
    first = right.split()[0]
    if first[0].isupper() or not _VERB.fullmatch(first) or DECIDES.fullmatch(first):
        return right
    verb = _VERB.search(left, left.find(" ") + 1)
    subject = left[: verb.start()].strip() if verb else ""
    bodies = {word for quote in cited for word in content(quote.body)}
    named = [word for word in content(subject) if not is_carried(word, bodies)]
    return f"{subject} {right}" if named else right


def _overlap(text: str, other: str) -> float:
    """The share of a text's content words that the other carries."""
    found, pool = content(plain(text)), frozenset(content(plain(other)))
    return sum(is_carried(one, pool) for one in found) / len(found) if found else 0.0


def _is_near(sentence: str, cited: Sequence[Quote], similarity: Similarity) -> bool:
    bare = without_markers(sentence)
    return max(similarity(bare, quote.text) for quote in cited) >= SIMILARITY


def _with_markers(sentence: str, used: Sequence[int]) -> str:
    """The sentence with the markers of what carries it, and no others."""
    return MARKER.sub(lambda m: "".join(f"[{n}]" for n in find_markers(m[0]) if n in used), sentence).strip()


def _replaced(sentence: str, cited: Sequence[Quote], language: str, reason: str) -> Verdict:
    """The cited decision itself in place of a sentence that tells a decision wrongly; nothing for other sentences."""
    bare = without_markers(sentence)
    decisions = [q for q in cited if q.kind in ("substantive", "formal", "consultation", "deferred", "noted")]
    near = [quote for quote in decisions if _overlap(quote.text, bare) >= 1 / 3]
    if not near or not DECIDES.search(plain(bare)) or any(_MARKUP.search(quote.text) for quote in near[:1]):
        return Verdict("", False, reason, ())
    quote = near[0]
    return Verdict(quoted(quote, language), False, reason, (quote.n,))


def quoted(quote: Quote, language: str) -> str:
    """A quote on a line of its own, with its meeting and item: what may always be said."""
    where = [quote.body]
    if quote.date:
        precision = ("year", "month", "day")[quote.date.count("-")]
        where.append(format_date(quote.date, precision, language))
    if quote.item or quote.title:
        where.append(item_name(quote.item, bool(quote.item), quote.title, language))
    kind = {"noted": "noted", "deferred": "deferred", "consultation": "replied", "formal": "formal"}.get(
        quote.kind or ""
    )
    lead = word(language, kind or "decided").rstrip(":")
    return f"{', '.join(where)}, {lead}: ”{quote.text}” [{quote.n}]"
