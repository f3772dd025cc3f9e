"""One claim against one source: whether a sentence of the cited minutes carries all that the claim says."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from bot.figures import (
    Day,
    Figure,
    find_days,
    find_figures,
    is_same_day,
    is_same_figure,
    says_one,
    without_days,
    words_beside,
)
from bot.paraphrase import FRAME, content, in_same_group, is_carried, is_same_word, key, phrase_is_carried, plain
from bot.polarity import ADDED, KEPT, NEGATION, clauses, negated_words, opposite_words
from indexer.dates import ENGLISH_MONTHS, MONTHS, WEEKDAYS, FoundDate
from indexer.lexical import words

DECIDES = re.compile(
    r"(?i)\b(?:beslut(?:ade|ar|at|ades|as|et|en)?|beslöts?|bestämde\w*|godkän(?:de|ner|ns|des|t)|"
    r"fastställ(?:de|er|s|des|t)|ant(?:og|ogs|ar|as|agit)|avsl(?:og|ogs|år|ås)|avstyrk(?:er|te|tes)|"
    r"tillstyrk(?:er|te|tes)|bif(?:aller|öll|ölls)|bevilja(?:r|de|des|s)|bordl(?:ägger|ade|ades|äggs|agt)|"
    r"återremitter(?:ar|ade|ades|as)|noter(?:ar|ade|ades|as)|uppdr(?:ar|og|ogs|as)|utse(?:r|s)|utsågs?|"
    r"val(?:de|des)|väljs|stödjer|skjuts upp|sköts? upp|"
    r"decided|decides|decision|agreed|resolved|approve[sd]?|adopt(?:s|ed)|reject(?:s|ed)|grant(?:s|ed)|appoint(?:s|ed)|"
    r"elect(?:s|ed)|deferred|postponed|noted|notes|endorse[sd]?|commissioned)\b"
)
_DECIDED = re.compile(r"(?i)^(?:beslut|beslöt|bestämde|decid|decision|agreed|resolved)")
_ACTED = frozenset(("substantive", "formal", "consultation"))
_DEFERRED = re.compile(
    r"(?i)bordl|återremi|skjut|sköt|senarel|utg(?:år|ick)|uppsk|flytt|fram(?:åt)?\b|defer|postpon|återkom|ajourner|vila"
)
_NOTED = re.compile(r"(?i)noter|anteckn|handling|informati|rapport|redovisning|noted|tacka|tar del|tog del")
NO_DECISION = re.compile(
    r"(?i)\b(?:inget|inga|ej något|inte något|no)\s+(?:formell\w*\s+|formal\s+|eget\s+|annat\s+)?(?:beslut|decisions?)\b|"
    r"\bbeslut\s+(?:fattades|togs)\s+inte\b|\b(?:något|any)\s+(?:formellt\s+|formal\s+)?(?:beslut|decision)\b[^.;:]{0,60}\b(?:inte|not)\b|"
    r"\b(?:inte|not)\s+(?:fattat?|fatta|made|taken?)\s+(?:något|any)\s+(?:formellt\s+|formal\s+)?(?:beslut|decision)\b|\bbeslutade\s+(?:inget|ingenting)\b"
)
_NO_DECISION_WORDS = frozenset(("inget", "inga", "inte", "no", "något", "eget"))
_INSTEAD = re.compile(r"(?i)\b(?:utan|but|instead)\b")
_ITEM = re.compile(
    r"(?i)(?:\bpunkt(?:en)?|§+|\bparagraf|\bitem|\bp\.)\s*(?P<number>\d+(?:\.\d+)*\s?[a-z]?)(?![\w.]*\d)\b"
)
_BE = re.compile(r"(?i)\b(?:was|were|been|is|are|be)\b")
_GENERIC = frozenset("mötet sammanträdet man det de vi ledamöterna deltagarna meeting they it members".split())
_LEAD = re.compile(
    r"(?i)^\W*(?:på|vid|den|i|efter|under|från|enligt|därefter|dessutom|sedan|vidare|där|då|\d|år|idag|här|om|när|för|punkt\w*)\b"
)
_ABOUT = re.compile(
    r"(?i)\b(?:om|gällande|angående|kring|rörande|avseende|beträffande|för|frågan|ärendet|punkten|under|about|regarding|concerning|on|matter|item|"
    r"of|for)\b[^,;]*$"
)
_MEETING_BEFORE = re.compile(
    r"(?i)(?:möte\w*|möttes|träffades|sammanträdde|hölls|\bmet|sammanträde\w*|meeting|protokoll\w*|minutes|anteckning\w*|"
    r"beslut\w*|beslöt\w*|noter\w*|godkän\w*|decided|noted|approved|\(|,)\s*(?:(?:den|on|of|från|held|som|hölls|datum|från den|"
    r"i|in|of the)\s+)*$"
)
_IN_MINUTES = re.compile(
    r"(?i)\b(?:i|enligt|av|ur|in|from|according to)\s+(?:the\s+)?(?:protokoll\w*|(?:minnes|mötes)?anteckning\w*|minutes)\b"
)
_RANGE = re.compile(r"^\D*\d\d?\s?(?:[–-]|och|till)\s?\d\d?\D")
_OPEN = frozenset("till för från vid där under per av på i om med hos mot by for with in on at from".split())
"""Words that a sentence seldom ends with; one that is cut short does."""
_PARTICLES = frozenset(("af", "von", "van", "de", "der", "la"))
_BEFORE_OBJECT = frozenset("om för till i från med på av kring hos åt mot about for to in from with on by of".split())
_BY_WHOM = re.compile(r"\b(?:av|by)\s(?=[A-ZÅÄÖ]|nätverket|nämnden|rådet|kommunerna|the\b).*")
_ACTIVE = re.compile(r"\w{2,}(?:ar|er|år|år|ade|dde|te|öt|og|av|ick|lår|nar|jer|ner|slog|gav|fick)")
_MINUTES_OF = re.compile(
    r"(?i)\b(?:möte|sammanträde|protokoll|\w*anteckning|minutes|meeting)\w*\s+(?:från|from)\s+(?:den\s+)?$"
)
"""What a "from" stands after that tells when a meeting was, not when something begins."""
_CAPITAL = re.compile(r"[A-ZÅÄÖÉÜØÆ][\w’'-]*")
_YEARS = range(1900, 2101)
_MONTH_NUMBER = {name: n for names in (MONTHS, ENGLISH_MONTHS) for n, name in enumerate(names, 1) if name != "may"}


@dataclass(frozen=True)
class Source:
    """What a claim may rest on: one sentence (`text`) of a quote (`whole`), its item's title and number, its meeting's
    body and ISO date ("" unknown), and the kind of decision that it is, if any.
    """

    text: str
    whole: str
    body: str
    date: str
    item: str
    title: str
    kind: str | None

    @cached_property
    def told(self) -> str:
        return plain(self.text)

    @cached_property
    def pool(self) -> frozenset[str]:
        return frozenset(words(self.told))

    @cached_property
    def named(self) -> frozenset[str]:
        """The words of the body's name."""
        return frozenset(words(self.body))

    @cached_property
    def titled(self) -> frozenset[str]:
        return frozenset(words(plain(self.title)))


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
    checks = (
        lambda: _wrong_item(told, source),
        lambda: _wrong_days(told, source),
        lambda: _wrong_figures(told, source),
        lambda: _wrong_names(claim, source),
        lambda: _wrong_polarity(told, source, plainly_none or quoted),
        lambda: _wrong_marks(told, source, plainly_none, quoted),
        lambda: "opposite" if _is_opposite(told, source) else "",
        lambda: "" if plainly_none else _wrong_actor(told, source, english),
        lambda: _uncarried(told, source, english),
        lambda: "" if plainly_none else _wrong_order(told, source),
        lambda: "actor" if _acts_for_another(told, source) else "",
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


def _wrong_item(claim: str, source: Source) -> str:
    own = {_bare_number(source.item), *(_bare_number(m["number"]) for m in _ITEM.finditer(source.told))}
    return "" if all(_bare_number(match["number"]) in own for match in _ITEM.finditer(claim)) else "item"


def _bare_number(number: str) -> str:
    return re.sub(r"[^\w.]", "", number).strip(".").casefold()


def _meeting_day(source: Source) -> FoundDate | None:
    parts = [int(part) for part in source.date.split("-")] if source.date else []
    return FoundDate(0, 0, parts[0], parts[1], parts[2] if len(parts) > 2 else None) if len(parts) > 1 else None


def _tells_meeting(claim: str, start: int, source: Source) -> bool:
    """Whether a date at this place of the claim is the meeting's: at its beginning, or after its verb or name."""
    before = claim[:start]
    return _MEETING_BEFORE.search(before) is not None or set(content(before)) <= source.named


def _wrong_days(claim: str, source: Source) -> str:
    days, known = find_days(claim), find_days(source.told)
    titled = find_days(source.title)
    meeting = _meeting_day(source)
    for day in days:
        if not _is_weekday_right(day.found):
            return "date"
        if any(_says_day(day, claim, other, source.told) for other in known) or any(
            is_same_day(day.found, other.found) for other in titled
        ):
            continue
        own = meeting is not None and is_same_day(day.found, meeting)
        before = claim[: day.found.start]
        dated = day.role == "since" and _MINUTES_OF.search(before) is not None
        if not (own and (dated or (day.role == "" and _tells_meeting(claim, day.found.start, source)))):
            return "date"
    return "" if _loose_months_known(claim, days, known, source) else "date"


def _says_day(day: Day, claim: str, other: Day, told: str) -> bool:
    """Whether a date of the claim says nothing but the source's does: the same day, beginning or end, and last day."""
    if not is_same_day(day.found, other.found) or day.role not in ("", other.role):
        return False
    ours, theirs = claim[day.found.start : day.found.end], told[other.found.start : other.found.end]
    return _RANGE.search(ours) is None or set(re.findall(r"\d+", ours)) <= set(re.findall(r"\d+", theirs))


def _is_weekday_right(day: FoundDate) -> bool:
    if day.weekday is None or day.year is None or day.day is None:
        return True
    return date(day.year, day.month, day.day).weekday() == day.weekday


def _loose_months_known(claim: str, days: Sequence[Day], known: Sequence[Day], source: Source) -> bool:
    """Whether months and weekdays that stand without a day are the source's, or the meeting's at the beginning."""
    rest = without_days(claim, days)
    months = {day.found.month for day in known} | {_MONTH_NUMBER[w] for w in source.pool if w in _MONTH_NUMBER}
    meeting = _meeting_day(source)
    for match in re.finditer(r"[^\W\d_]+", rest):
        word = match[0].casefold()
        if word in WEEKDAYS and word not in source.pool:
            return False
        month = _MONTH_NUMBER.get(word)
        if word == "march" and match[0] != "March":
            continue
        if month is None or month in months:
            continue
        if not (meeting and meeting.month == month and _tells_meeting(rest, match.start(), source)):
            return False
    return True


def _wrong_figures(claim: str, source: Source) -> str:
    bare = _ITEM.sub(lambda m: " " * len(m[0]), without_days(claim, find_days(claim)))
    days = find_days(source.told)
    text = without_days(source.told, days)
    known = find_figures(text)
    titled = find_figures(source.title)
    years = {day.found.year for day in days}
    for figure in find_figures(bare):
        if figure.value in _YEARS and figure.unit == "" and figure.written:
            if figure.value in years or any(is_same_figure(figure, other) for other in (*known, *titled)):
                continue
            if source.date[:4] == str(int(figure.value)) and _tells_meeting(bare, figure.start, source):
                continue
            return "number"
        if figure.value == 1.0 and not figure.unit and says_one(source.told):
            continue
        same = [other for other in known if is_same_figure(figure, other)]
        if same:
            if not _is_bound_alike(bare, figure, text, known):
                return "number"
        elif not any(is_same_figure(figure, other) for other in titled):
            return "number"
    return ""


def _is_bound_alike(claim: str, figure: Figure, text: str, known: Sequence[Figure]) -> bool:
    """Whether a number says of the words beside it what the source's does: of several numbers, the nearest to them."""
    known = [other for other in known if other.unit or other.value not in _YEARS]
    if len({(other.value, other.unit) for other in known}) < 2:
        return True
    before, after = ([word for word in side if word.casefold() not in FRAME] for side in words_beside(claim, figure))
    if _same_preposition(claim, figure, text, known) and before[:1] and not after[:1]:
        near = _nearest(before[0], text, known)
        return not near or any(other.unit in ("", figure.unit) for other in near)
    names = [word for word in (*after[:1], *before[:1]) if word[0].isupper()]
    beside = names or after[:1] or before[:1]
    return all(_nearest_is(word, figure, text, known) for word in beside)


def _same_preposition(claim: str, figure: Figure, text: str, known: Sequence[Figure]) -> bool:
    """Whether the word right before a number ("till 110") is the one before the same number in the source."""
    own = words(claim[: figure.start])[-1:]
    return any(is_same_figure(figure, other) and words(text[: other.start])[-1:] == own for other in known)


def _nearest_is(word: str, figure: Figure, text: str, known: Sequence[Figure]) -> bool:
    near = _nearest(word, text, known)
    return not near or any(is_same_figure(figure, other) for other in near)


def _nearest(word: str, text: str, known: Sequence[Figure]) -> list[Figure]:
    """The numbers nearest to a word of the source; none where it lacks the word."""
    gaps = []
    for match in re.finditer(r"[^\W\d_][\w-]*", text):
        if is_same_word(match[0].casefold(), word.casefold()):
            gaps += [(_gap(text, match.start(), match.end(), other), other) for other in known]
    least = min((gap for gap, _ in gaps), default=0)
    return [other for gap, other in gaps if gap == least]


def _gap(text: str, start: int, end: int, figure: Figure) -> int:
    """How many words stand between a word and a number."""
    between = text[end : figure.start] if figure.start >= end else text[figure.end : start]
    return len(between.split())


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


def _wrong_names(claim: str, source: Source) -> str:
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


def _wrong_polarity(claim: str, source: Source, may_leave: bool) -> str:
    ours, theirs = negated_words(claim), negated_words(plain(source.whole))
    pool = frozenset(content(claim))
    for near in ours:
        if not any(_share(near, other) for other in theirs):
            return "negated"
    for near in () if may_leave else theirs:
        if any(is_carried(word, pool) for word in near) and not any(_share(near, other) for other in ours):
            return "negated"
    return ""


def _share(one: Collection[str], other: Collection[str]) -> bool:
    return any(is_same_word(a, b) for a in one for b in other)


_WIDE = frozenset(("proposed", "condition"))
"""Marks that bear on the whole of a sentence."""


def _wrong_marks(claim: str, source: Source, plainly_none: bool, quoted: bool) -> str:
    said = frozenset(content(claim))
    claim = without_days(claim, find_days(claim))  # "may" is a month too
    for name, pattern in {**KEPT, **ADDED}.items():
        ours, theirs = pattern.search(claim), pattern.search(source.told)
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
    return bool(opposite_words(claim, source.told)) and not NO_DECISION.search(claim)


def _wrong_actor(claim: str, source: Source, english: bool) -> str:
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


def _wrong_order(claim: str, source: Source) -> str:
    """ "order" where names change places, or the words stand in no order that has to do with the source's."""
    order = words(source.told)
    claim = _BY_WHOM.sub("", claim)  # who acts comes last in a passive
    runs = [run for run, first in _runs(claim) if not (first and len(run) == 1)]
    names = [run[-1].casefold() for run in runs if not set(words(run[-1])) <= source.named]
    at = [place for name in names if (place := _place(name, order)) is not None]
    if at != sorted(at) or _acts_before(claim, source):
        return "order"
    found = content(claim)
    if any(found.count(word) > order.count(word) + 1 for word in found):
        return "garbage"
    places = _places([word for word in found if not is_carried(word, source.named)], order)
    return "order" if len(places) >= 5 and _longest_rise(places) < 0.5 * len(places) else ""


def is_shaken(claim: str, text: str) -> bool:
    """Whether a claim is made of the text's own words, but hardly two of them together as they stand there.

    >>> is_shaken("Fem projektet beslutade att kommuner till nätverket", "Nätverket beslutade att fem kommuner till projektet")
    True
    """
    said, orders = words(claim), (words(text), words(plain(text)))
    own = [word for word in said if any(word in order for order in orders)]
    if len(said) < 7 or len(own) < 0.75 * len(said):
        return False
    pairs = {pair for order in orders for pair in pairwise(order)}
    share = sum(pair in pairs for pair in pairwise(said)) / (len(said) - 1)
    places = _places(own, orders[0])
    return share < 0.4 or (share < 0.55 and _longest_rise(places) < 0.75 * len(places))


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


def _acts_for_another(claim: str, source: Source) -> bool:
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
