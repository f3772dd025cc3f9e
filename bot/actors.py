"""Who a claim is about and who acts in it, held against its source."""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.cited import DECIDES, Source
from bot.figures import find_days, without_days
from bot.paraphrase import FRAME, content, in_same_group, is_carried, is_same_word, plain
from bot.polarity import NEGATION
from indexer.lexical import words

_DECIDED = re.compile(r"(?i)^(?:beslut|beslöt|bestämde|decid|decision|agreed|resolved)")
_BE = re.compile(r"(?i)\b(?:was|were|been|is|are|be)\b")
_GENERIC = frozenset("mötet sammanträdet man det de vi ledamöterna deltagarna meeting they it members".split())
_LEAD = re.compile(
    r"(?i)^\W*(?:på|vid|den|i|efter|under|från|enligt|därefter|dessutom|sedan|vidare|där|då|\d|år|idag|här|om|när|"
    r"för|punkt\w*)\b"
)
_PARTICLES = frozenset(("af", "von", "van", "de", "der", "la"))
_BEFORE_OBJECT = frozenset(
    "om för till i från med på av kring hos åt mot över under vid mellan utan about for to in from with on by of over"
    " at between without".split()
)
_BY_WHOM = re.compile(r"\b(?:av|by|får\s)\s(?=[A-ZÅÄÖ]|nätverket|nämnden|rådet|kommunerna|the\b).*")
_ACTIVE = re.compile(r"\w{2,}(?:ar|er|år|år|ade|dde|te|öt|og|av|ick|lår|nar|jer|ner|slog|gav|fick)")
_CAPITAL = re.compile(r"[A-ZÅÄÖÉÜØÆ][\w’'-]*")


def _runs(claim: str) -> list[tuple[list[str], bool]]:
    """The capitalised words of a claim that stand together, frame words left out; whether the first begins it."""
    found: list[tuple[list[str], bool]] = []
    last_end = -2
    for match in _CAPITAL.finditer(claim):
        if match.start() and (claim[match.start() - 1].isalnum() or claim[match.start() - 1] == "-"):
            continue
        if match[0].casefold() in FRAME:
            continue
        first = not claim[: match.start()].strip(' "”“«»–-(')
        if found and claim[last_end : match.start()] == " ":
            found[-1][0].append(match[0])
        else:
            found.append(([match[0]], first))
        last_end = match.end()
    return found


def wrong_names(claim: str, source: Source) -> str:
    """ "name" where a name of the claim stands neither in the quote nor as its body or title; "" where not."""
    known = [_folded(part) for part in (source.whole, source.body, source.title)]
    for run, first in _runs(claim):
        tokens = _folded(" ".join(run))
        if any(_stands_in(tokens, part) for part in known):
            continue
        common = run[0] not in source.whole.split()
        if first and (len(run) == 1 or (common and any(_stands_in(tokens[1:], part) for part in known))):
            continue  # a common word, with a capital for beginning the sentence; whether it is carried is seen to later
        if len(run) == 1 and _is_english_common(tokens[0], source):
            continue
        return "name"
    return ""


def _is_english_common(word: str, source: Source) -> bool:
    """Whether a capitalised word of an English sentence translates a word of the body's name ("the Network")."""
    return is_carried(word, source.named, english=True) and not any(word == known for known in source.pool)


def _folded(text: str) -> list[str]:
    """The words of a text without a genitive's s."""
    return [word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words(text) if word != "s"]


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    return any(list(whole[at : at + len(part)]) == list(part) for at in range(len(whole) - len(part) + 1))


def wrong_actor(claim: str, source: Source, english: bool) -> str:
    """ "actor" where somebody decides in the claim who does not in the source; "" where not."""
    for match in DECIDES.finditer(claim):
        who, agent = _actor(claim, match, english)
        if agent and any(not _may_act(word, match[0], source, english) for word in who):
            return "actor"
    return ""


def _actor(claim: str, verb: re.Match[str], english: bool) -> tuple[list[str], bool]:
    """The content words of who acts: before the verb, after an inverted one, or after "av" of a passive; and whether
    they act, or are what is acted on.
    """
    before = re.split(r"[,;:(]|\b(?:att|som|och|samt|men|medan|that|and|which|while)\b", claim[: verb.start()])[-1]
    after = re.split(r"[,;:()”]|\b(?:att|om|till|i|på|från|that|to|för|med|in|on|at)\b", claim[verb.end() :])[0]
    if (passive := re.match(r"(?i)\s*(?:\w+\s){0,2}?(?:av|by)\s+(?P<who>.*)", after)) is not None:
        return content(passive["who"])[:4], True
    if verb[0].casefold().endswith(("s", "ts")) or re.search(r"(?i)\b(?:was|were|been|is|are|be)\s*$", before):
        return content(before), english and verb[0].casefold().endswith("s") and not _BE.search(before)
    follows = content(without_days(after, find_days(after)))
    if _DECIDED.match(verb[0]) and not english and (_LEAD.match(before) or not before.strip()):
        return (follows[:4] if verb[0].casefold().endswith(("de", "ar", "öt")) else []), True
    if _LEAD.match(before) and not english:
        return follows[:1], True
    return content(without_days(before, find_days(before)))[-4:], True


def _may_act(word: str, verb: str, source: Source, english: bool) -> bool:
    if word in _GENERIC or is_carried(word, source.named, english):
        return True
    order = content(source.told)
    at = next((n for n, other in enumerate(order) if in_same_group(other, verb.casefold())), -1)
    where = next((n for n, other in enumerate(order) if is_same_word(word, other)), None)
    if re.search(rf"(?i)\bav\s+(?:\w+\s){{0,2}}?{re.escape(word)}\b", source.told):
        return True
    if _DECIDED.match(verb):
        match = DECIDES.search(source.told)
        return match is not None and any(is_same_word(word, w) for w in content(source.told[: match.start()]))
    if where is None or at < 0:
        return where is not None
    return where < at


def wrong_order(claim: str, source: Source) -> str:
    """ "order" where names change places, or the words stand in no order that has to do with the source's."""
    order = words(source.told)
    claim = _BY_WHOM.sub("", claim)  # who acts comes last in a passive
    runs = [run for run, first in _runs(claim) if not (first and len(run) == 1)]
    names = [run[-1].casefold() for run in runs if not set(words(run[-1])) <= source.named]
    at = [place for name in names if (place := _place(name, order)) is not None]
    if at != sorted(at) or _acts_before(claim, source) or _begins_inside_phrase(claim, order):
        return "order"
    found = content(claim)
    if any(found.count(word) > order.count(word) + 1 for word in found):
        return "garbage"
    places = _places([word for word in found if not is_carried(word, source.named)], order)
    return "order" if len(places) >= 5 and _longest_rise(places) < 0.5 * len(places) else ""


def is_shaken(claim: str, text: str) -> bool:
    """Whether a claim is made of the text's own words, but hardly two of them together as they stand there.

    >>> is_shaken("Fem poolen ansluter att två till sade", "Nätet sade att fem och två ansluter till poolen")
    True
    """
    said, orders = words(claim), (words(text), words(plain(text)))
    own = [word for word in said if any(word in order for order in orders)]
    if len(said) < 7 or len(own) < 0.75 * len(said):
        return False
    pairs = {pair for order in orders for pair in pairwise(order)}
    share = sum(pair in pairs for pair in pairwise(said)) / (len(said) - 1)
    places = _places(own, orders[0])
    back = sum(b < a for a, b in pairwise(places))  # a phrase that was moved to the front goes back once
    return (share < 0.4 and back > 1) or (share < 0.55 and back > 1 and _longest_rise(places) < 0.75 * len(places))


def _acts_before(claim: str, source: Source) -> bool:
    """Whether who acts in the claim ("kommunerna föreslår") comes after the same verb in the source."""
    order = words(source.told)
    if _LEAD.match(source.text) or _LEAD.match(claim):
        return False  # a verb that stands second comes before who acts
    for subject, verb in pairwise(words(claim)):
        if subject in FRAME or verb in FRAME or NEGATION.fullmatch(verb) or not _ACTIVE.fullmatch(verb):
            continue
        who, act = _place(subject, order), _place(verb, order)
        if who is not None and act is not None and who > act and not order[act].endswith("s"):
            return True
    return False


def _begins_inside_phrase(claim: str, order: Sequence[str]) -> bool:
    """Whether the claim's first word and the next stand together in the source, but always after a preposition: then
    the first belongs to what stands before it ("underlaget om hyran kom in för sent"), and it is not the subject.
    """
    first = tuple(words(claim)[:2])
    before = [order[at - 1] if at else "" for at, pair in enumerate(pairwise(order)) if pair == first]
    return bool(before) and first[0] not in FRAME and all(word in _BEFORE_OBJECT for word in before)


def acts_for_another(claim: str, source: Source) -> bool:
    """Whether somebody named acts in the claim, where in the source another name stands between them and the act."""
    tokens = list(re.finditer(r"[^\W\d_][\w-]*", source.told))
    order = [token[0].casefold() for token in tokens]
    for name, verb in _agents(claim):
        who, act = _place(name, order), _place(verb, order)
        if who is None or act is None or name in source.named or order[act] == name:
            continue
        if who > act:
            continue  # an inverted or a passive source; `_acts_before` looks at the rest
        between = tokens[who + 1 : act]
        if not tokens[who][0][0].isupper():
            continue
        while between and (between[0][0][0].isupper() or between[0][0] in _PARTICLES):
            if source.told[tokens[who].end() : between[0].start()] != " ":
                break
            who, between = who + 1, between[1:]  # the rest of the same name
        told = [token[0] for token in between]
        names = [n for n, word in enumerate(told) if word[0].isupper() and word.casefold() not in FRAME]
        if names and content(" ".join(word for word in told[: names[-1]] if not word[0].isupper())):
            return True
    return False


def _agents(claim: str) -> list[tuple[str, str]]:
    """Who acts by name in a claim, each with the act: "Bo Ek ska teckna", "tecknas av Bo Ek"."""
    found = []
    tokens = re.findall(r"[^\W\d_][\w-]*", claim)
    for n, token in enumerate(tokens):
        if not token[0].isupper() or token.casefold() in FRAME:
            continue
        after = [word for word in tokens[n + 1 :] if word.casefold() not in FRAME]
        acts = n == 0 or tokens[n - 1].casefold() not in _BEFORE_OBJECT
        if acts and after and not after[0][0].isupper() and not after[0].endswith("s"):
            found.append((token.casefold(), after[0].casefold()))
        if n > 1 and tokens[n - 1] in ("av", "by"):
            done = [word for word in tokens[: n - 1] if word.endswith(("s", "ed", "ts")) and len(word) > 3]
            found += [(token.casefold(), word.casefold()) for word in done[-1:]]
    return found


def _places(found: Sequence[str], order: Sequence[str]) -> list[int]:
    """Where the words stand in the source: of several places the first that follows the word before."""
    places: list[int] = []
    for word in found:
        at = [n for n, other in enumerate(order) if word == other] or [
            n for n, other in enumerate(order) if is_same_word(word, other)
        ]
        if at:
            places.append(next((n for n in at if not places or n >= places[-1]), at[0]))
    return places


def _place(word: str, order: Sequence[str]) -> int | None:
    at = [n for n, other in enumerate(order) if word == other]
    return at[0] if at else next((n for n, other in enumerate(order) if is_same_word(word, other)), None)


def _longest_rise(places: Sequence[int]) -> int:
    best: list[int] = []
    for n, place in enumerate(places):
        best.append(1 + max((best[m] for m in range(n) if places[m] <= place), default=0))
    return max(best, default=0)
