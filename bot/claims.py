"""One claim against one source: whether a sentence of the cited minutes carries all that the claim says."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from bot.actors import acts_for_another, wrong_actor, wrong_names, wrong_order
from bot.cited import DECIDES, NO_DECISION, Source
from bot.figures import find_days, find_figures, without_days
from bot.measures import wrong_days, wrong_figures, wrong_item
from bot.paraphrase import content, in_same_group, is_carried, is_same_word, key, phrase_is_carried, plain
from bot.polarity import ADDED, KEPT, NEGATION, clauses, negated_words, opposite_words, turned_words
from bot.roles import undone, wrong_subject
from indexer.lexical import words

_DEFERRED = re.compile(
    r"(?i)bordl|återremi|skjut|sköt|senarel|utg(?:år|ick)|uppsk|flytt|fram(?:åt)?\b|defer|postpon|återkom|ajourner|vila"
)
_NOTED = re.compile(r"(?i)noter|anteckn|handling|informati|rapport|redovisning|noted|tacka|tar del|tog del")
_INSTEAD = re.compile(r"(?i)\b(?:utan|but|instead)\b")
_ABOUT = re.compile(
    r"(?i)\b(?:om|gällande|angående|kring|rörande|avseende|beträffande|för|frågan|ärendet|punkten|under|about|"
    r"regarding|concerning|on|matter|item|"
    r"of|for)\b[^,;]*$"
)
_IN_MINUTES = re.compile(
    r"(?i)\b(?:i|enligt|av|ur|in|from|according to)\s+(?:the\s+)?(?:protokoll\w*|(?:minnes|mötes)?anteckning\w*|"
    r"minutes)\b"
)
_OPEN = frozenset("till för från vid där under per av på i om med hos mot by for with in on at from".split())
"""Words that a sentence seldom ends with; one that is cut short does."""


def fault(claim: str, source: Source, english: bool, decides: bool = False, quoted: bool = False) -> str:
    """Why the source does not carry the claim, as a key ("number", "negated", ...); "" where it does.

    `claim` is a sentence or a part of one, without markers and quotation marks; `decides` says that it tells a decision
    though its verb stands in another part, `quoted` that the source's own words stand beside it.
    """
    if _bare(claim) == _bare(source.text):
        return ""
    claim = claim.rstrip(" .")
    last = words(claim)[-1:]
    if last and last[0] in _OPEN and words(source.text)[-1:] != last:
        return "unfinished"
    told = plain(claim)
    if reason := _wrong_decision(told, source, decides):
        return reason
    plainly_none = NO_DECISION.search(told) is not None
    if plainly_none:
        told = _INSTEAD.sub("", NO_DECISION.sub("", told))
    checks: tuple[Callable[[], str], ...] = (
        lambda: wrong_item(told, source),
        lambda: wrong_days(told, source),
        lambda: wrong_figures(told, source),
        lambda: wrong_names(claim, source),
        lambda: _wrong_polarity(told, source, plainly_none or quoted),
        lambda: _wrong_marks(told, source, plainly_none, quoted),
        lambda: "opposite" if _is_opposite(told, source) else "",
        lambda: "" if plainly_none else wrong_actor(told, source, english),
        lambda: _uncarried(told, source, english),
        lambda: "" if plainly_none else wrong_order(told, source),
        lambda: "" if plainly_none else wrong_subject(told, source, english),
        lambda: undone(claim, source),
        lambda: "actor" if acts_for_another(told, source) else "",
    )
    return next((reason for check in checks if (reason := check())), "")


def _bare(text: str) -> str:
    """The text for comparing: no full stop, no capital at its beginning."""
    found = text.strip(" .,;:–-")
    return found[:1].casefold() + found[1:]


def _wrong_decision(claim: str, source: Source, decides: bool) -> str:
    if NO_DECISION.search(claim):
        plain_none = source.kind in (None, "deferred") or (source.kind == "noted" and _NOTED.search(claim))
        own = source.kind is not None or not re.search(r"(?i)\bbeslut|\bbeslöt", source.told)
        return "" if plain_none and own else "negated"
    match = DECIDES.search(claim)
    if match is None and not decides:
        return ""
    if source.kind is None:
        return "not_a_decision"
    if source.kind == "noted" and not _NOTED.search(claim):
        return "not_a_decision"
    if source.kind == "deferred" and not _DEFERRED.search(claim):
        return "not_a_decision"
    return ""


def _wrong_polarity(claim: str, source: Source, may_leave: bool) -> str:
    """ "negated" where a "not" of the claim is none of the source's, or one that it should repeat is left out: of the
    same sentence where a word beside it is told, of another where all of them are.
    """
    ours, own = negated_words(claim), negated_words(source.told)
    if _unmatched(ours, own):
        return "negated"
    pool = frozenset(content(claim))
    rest = [] if may_leave else [near for near in negated_words(plain(source.whole)) if near not in own]
    told = [near for near in own if not may_leave and _are_told(near, pool, source, any)]
    told += [near for near in rest if _are_told(near, pool, source, all)]
    return "negated" if _unmatched(told, ours) else ""


def _are_told(
    near: Collection[str], pool: Collection[str], source: Source, how: Callable[[Iterable[bool]], bool]
) -> bool:
    """Whether one or all of the words beside a "not" stand in the claim, the body's name apart."""
    named = [word for word in near if not is_carried(word, source.named)]
    return bool(named) and how(is_carried(word, pool) for word in named)


def _unmatched(needed: Sequence[Collection[str]], given: Sequence[Collection[str]]) -> bool:
    """Whether one of the needed has no counterpart of its own, with a word in common, among the given."""
    left = list(given)
    for near in needed:
        match = next((other for other in left if _share(near, other)), None)
        if match is None:
            return True
        left.remove(match)
    return False


def _share(one: Collection[str], other: Collection[str]) -> bool:
    return any(is_same_word(a, b) for a in one for b in other)


_TOLD_SO = {
    "thought": re.compile(r"(?i)\b(?:enligt|according to)\b"),
    "rejected": re.compile(r"(?i)^\W*(?:ansökan|förslag\w*|yrkande\w*|begäran|the (?:application|proposal|request))\b"),
}
"""How a claim may begin that tells somebody's view as theirs, or only what was asked for and refused."""
_WIDE = frozenset(("proposed", "condition", "thought", "rejected"))
"""Marks that bear on the whole of a sentence."""


def _wrong_marks(claim: str, source: Source, plainly_none: bool, quoted: bool) -> str:
    said = frozenset(content(claim))
    claim = without_days(claim, find_days(claim))  # "may" is a month too
    undated = without_days(source.told, find_days(source.told))
    for name, pattern in {**KEPT, **ADDED}.items():
        wide = name == "condition"
        if name in _TOLD_SO and _TOLD_SO[name].search(claim):
            continue
        ours, theirs = pattern.search(claim), pattern.search(plain(source.sentence) if wide else undated)
        if ours and not theirs and not (plainly_none and name == "some") and not pattern.search(source.title):
            return name
        if (
            theirs
            and not ours
            and name in KEPT
            and not (plainly_none or quoted)
            and _is_told(pattern, name, said, source)
        ):
            return name
    return ""


def _is_told(pattern: re.Pattern[str], name: str, said: frozenset[str], source: Source) -> bool:
    """Whether the claim tells what a mark of the source bears on."""
    if name in _WIDE:
        return bool(said - source.named)
    for clause in clauses(source.told):
        for match in pattern.finditer(clause):
            before, after = content(clause[: match.start()]), content(clause[match.end() :])
            near = after[:1] or before[-1:]
            if any(is_carried(word, said) for word in near if word not in source.named):
                return True
    return False


def _is_opposite(claim: str, source: Source) -> bool:
    turned = opposite_words(claim, source.told) or turned_words(claim, source.told)
    return bool(turned) and not NO_DECISION.search(claim)


def _uncarried(claim: str, source: Source, english: bool) -> str:
    """ "unsupported" where a word of the claim stands neither in the sentence nor in the name of body, item or date."""
    found = content(_IN_MINUTES.sub(" ", without_days(claim, find_days(claim))))
    texted = False
    lone = []
    for n, word in enumerate(found):
        if _is_mark(word) or _is_number_word(word) or _is_its_kind(word, source.kind):
            continue
        if is_carried(word, source.pool, english) or any(
            phrase_is_carried(a, b, source.pool, english)
            for a, b in ((found[n - 1] if n else "", word), (word, found[n + 1] if n + 1 < len(found) else ""))
            if a and b
        ):
            texted = True
        elif not is_carried(word, source.named, english):
            lone.append(word)
    return "" if all(_is_titled(word, claim, source, texted, english) for word in lone) else "unsupported"


def _is_titled(word: str, claim: str, source: Source, texted: bool, english: bool) -> bool:
    """Whether a word that only the item's title has may stand: as it stands there, in what the claim is about."""
    if english:
        same = is_carried(word, source.titled, english)
    else:
        same = any(key(word) == key(other) or key(other).endswith(key(word)) for other in source.titled)
    about = re.search(rf"(?i)\b{re.escape(word)}", claim)
    return same and (texted or (about is not None and _ABOUT.search(claim[: about.start()]) is not None))


def _is_mark(word: str) -> bool:
    marks = (pattern for name, pattern in {**KEPT, **ADDED}.items() if name != "proposed")
    return NEGATION.fullmatch(word) is not None or any(pattern.fullmatch(word) for pattern in marks)


def _is_its_kind(word: str, kind: str | None) -> bool:
    """Whether a word names the kind of decision that the source is."""
    return (kind == "noted" and in_same_group(word, "noterar")) or (
        kind == "deferred" and in_same_group(word, "bordlägger")
    )


def _is_number_word(word: str) -> bool:
    return any(not figure.written for figure in find_figures(word))
