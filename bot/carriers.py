"""Which of the quotes that a sentence cites carry it: stretch by stretch, part by part, quotation by quotation."""

import re
from collections.abc import Sequence

from bot.actors import is_shaken
from bot.answer.draft import flat
from bot.cited import DECIDES, NO_DECISION, Quote, source_of, sources_of
from bot.claims import fault
from bot.clauses import clauses
from bot.paraphrase import content, is_carried, plain
from bot.polarity import KEPT, NEGATION
from bot.prose import MARKER, QUOTATION_MARKS, QUOTED, find_markers
from indexer.item_rows import sentences

_JOIN = re.compile(r";|,?\s(?:och|samt|men|medan|and|but|while)\s|,\s(?=att\b|där\b|which\b|vilket\b|with\b)")
_MOST_JOINS = 5
"""Conjunctions of the longest part that is tried in halves: each one doubles the work."""
_VERB = re.compile(r"(?i)\b(?:\w+(?:ar|er|ade|de|te|r|des|s|ed)|fick|gav|tog|lade|kom)\b")


def find_carriers(
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


def _lead_carriers(lead: str, aside: Sequence[Quote], language: str) -> tuple[list[int], str]:
    """The carriers of what stands around a verbatim quotation: who said it, when and where."""
    reason = ""
    found = []
    for quote in dict.fromkeys(aside):
        whole = source_of(quote, quote.text, quote.text)
        sources = [whole, *sources_of(quote)] if content(lead) or re.search(r"\d", lead) else []
        reasons = [fault(lead, source, language == "en", quoted=True) for source in sources]
        if not sources or "" in reasons:
            found.append(quote.n)
        else:
            reason = reasons[0]
    return found, "" if found else reason


def _part_carriers(part: str, cited: Sequence[Quote], language: str, decides: bool) -> tuple[list[int], str]:
    """The quotes of which one sentence carries the part; or those that carry its halves, cut at a conjunction."""
    pieces = clauses(part)
    if len(pieces) > 1:
        carried = [_part_carriers(piece, cited, language, decides) for piece in pieces]
        if not any(wrong for _, wrong in carried):
            return [n for numbers, _ in carried for n in numbers], ""
    told = decides and (
        DECIDES.search(plain(part)) is not None or re.match(r"(?i)\W*(?:att|to|that)\b", part) is not None
    )
    reasons: list[tuple[float, str]] = []
    found = []
    for quote in cited:
        faults = [(source, fault(part, source, language == "en", told)) for source in sources_of(quote)]
        if any(not reason for _, reason in faults):
            found.append(quote.n)
        reasons += [(overlap(part, source.text), reason) for source, reason in faults]
    if found:
        return found, ""
    joins = list(_JOIN.finditer(part))
    for match in joins if len(joins) <= _MOST_JOINS else ():
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


def overlap(text: str, other: str) -> float:
    """The share of a text's content words that the other carries."""
    found, pool = content(plain(text)), frozenset(content(plain(other)))
    return sum(is_carried(one, pool) for one in found) / len(found) if found else 0.0
