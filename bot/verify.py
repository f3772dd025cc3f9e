"""The check of what a language model wrote: sentence by sentence, against the quotes that it was given and names.

Nothing is trusted: a sentence is kept where the quotes it cites carry every word, number, date, name and turn of it;
else it is dropped, or where it tells a decision, replaced by the quote itself.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.answer.wording import format_date, item_name, word
from bot.carriers import find_carriers, overlap
from bot.cited import DECIDES, Quote
from bot.paraphrase import content, plain
from bot.prose import MARKER, QUOTATION_MARKS, QUOTED, find_markers, split_sentences, without_markers

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
class Verdict:
    """What becomes of one sentence. `text` is the sentence with its markers, the quote that replaces it, or "" where it
    is dropped; `kept` whether the sentence itself stays; `reason` why not, a key of `bot.reasons`.
    """

    text: str
    kept: bool
    reason: str
    citations: tuple[int, ...]


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
_ENGLISH_WORDS = re.compile(r"(?i)\b(?:the|of|and|was|were|to|that|by|with|for|is|has|from|on)\b")
_SWEDISH_WORDS = re.compile(r"(?i)\b(?:och|att|på|som|beslutade|är|av|för|till|nätverket|med|från|inte|ska)\b")


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
    used, reason = find_carriers(sentence, known, quotes, language)
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
    ended = _WHOLE.search(bare) or re.search(rf"{MARKER.pattern}\s*$", sentence)
    return "" if ended and not re.search(r"(?:…|\.\.\.)\W*$", bare) else "unfinished"


def _is_other_language(own: str, language: str) -> bool:
    other = _SWEDISH_WORDS if language == "en" else _ENGLISH_WORDS
    same = _ENGLISH_WORDS if language == "en" else _SWEDISH_WORDS
    return len(other.findall(own)) > max(1, len(same.findall(own)))


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
    near = [quote for quote in decisions if overlap(quote.text, bare) >= 1 / 3]
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
