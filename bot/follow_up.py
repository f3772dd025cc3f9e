"""A short question taken apart: its filters, what it is about, and whether its words leave something out.

What the conversation was about is no matter here; `bot/conversation.py` fills in what is left out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from bot.asking_words import (
    EVERYTHING,
    MEETINGS,
    PERSONS,
    PRONOUNS,
    SAYING,
    SPEAKERS,
    ask_in_full,
    is_asking,
    is_counted,
    is_empty,
    spell,
    tell_language,
)
from bot.bodies import fold
from bot.catalog import Catalog
from bot.intents import find_intent, is_light
from bot.query import Understanding, understand
from bot.when import find_when
from indexer.lexical import query_words
from indexer.places import ABBREVIATIONS, PLACES

LONGEST_QUESTION = 12
"""Words of the longest question that may lean on another; who writes more says what they mean."""
_CUE = re.compile(
    r"(?i)^\W*(?:(?:ok|okej|jaha|jo|tack|ja|nej|hm+|so|well)\b\W*)*"
    r"(?:(?:och|oc|ohc|ocj|å|o|men|samt|sen|and|but|what about|how about)\b[\s,]*)+"
    r"(?:hur (?:är|var|blev|blir|går|gick) det med\b)?"
)
_CUE_LAST = re.compile(r"(?i)\b(?:då|också|oxå|then|too|as well)\W*$")
_PLACED = r"(?i:\b(?:i|hos|från|in|at|from)\s+)"
_DATED = r"(?i:\b(?:i|på|under|från|vid|in|on|of|during|from|at)\s+)"
_DANGLING = r"(?i:(?:\s+(?:i|på|hos|från|under|vid|för|den|in|on|of|at|from|for|during|by))+)"
_ONLY_PLACE = re.compile(r"(?i)^\W*(?:i|hos|från|in|at|from)\s+(?P<name>[\w-]+(?:\s[\w-]+)?)\W*$")
_EVERYWHERE = re.compile(
    r"(?i)\b(?:i |hos |in )?(?:alla|samtliga|all) (?:nätverk(?:en)?|nämnder(?:na)?|networks|boards)\b|\böverallt\b"
)
_LAST_WORD = re.compile(r"(?i)\s+(?:då|också|oxå|then|too|as well)(?=\W*$)")


@dataclass(frozen=True, slots=True)
class Parts:
    """A question taken apart: `wording` is it without its filters, `topic` the part of that which says what it is
    about ("" for none). The filters: `bodies` by name; `where`, other places and organisations; `when`, dates as typed.
    """

    wording: str
    topic: str
    bodies: tuple[str, ...]
    where: tuple[str, ...]
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A short question, read for what it leaves out.

    `cued`: it begins or ends as what goes on does ("och ...", "... då?"). `asking`: how many of its words ask; `own`
    are those of them that may stand in an answer ("ansvarar"). `unknown`: a place it names that the catalog lacks;
    `everywhere`: it lifts the filter on bodies. `meant`: a pronoun stands for what it is about; `person`: one for a
    person; `speaks`: one for who asks or who answers; `meeting`: "mötet" for a meeting. `everything`: it wants all
    there is. `says`: it wants what somebody said. `language`: sv | en, "" where its words do not tell.
    """

    asked: Understanding
    parts: Parts
    cued: bool
    asking: int
    own: tuple[str, ...]
    unknown: str
    everywhere: bool
    speaks: bool
    meant: bool
    person: bool
    meeting: bool
    everything: bool
    says: bool
    language: str

    @property
    def placed(self) -> bool:
        """Whether it names a body or another place."""
        return bool(self.parts.bodies or self.parts.where or self.unknown or self.asked.no_body or self.everywhere)

    @property
    def filtered(self) -> bool:
        return self.placed or bool(self.parts.when)


def take_apart(asked: Understanding) -> Parts:
    """A question's wording, topic and filters. A date that the evidence must hold is one of them, so that another can
    take its place.
    """
    needed = (word for word in asked.required if any(letter.isdigit() for letter in word))
    dates = asked.when or (tuple(needed) if asked.intent == "direct" else ())
    wording, where = _split_where(_without(asked.wording, dates), _names(asked), bare=False)
    wording = _trim(wording)
    return Parts(wording, _topic(wording), asked.query.bodies, where, _when(asked.query.question, dates))


def read_fragment(text: str, catalog: Catalog, today: date) -> Fragment | None:
    """The question read for what it leaves out; None for one too long to leave anything out. Misspelt words that only
    ask are put right.
    """
    if not 0 < len(re.findall(r"\w+", text)) <= LONGEST_QUESTION:
        return None
    first = _read(text, catalog, today)
    spelled = spell(text) if not first.unknown else text
    return first if spelled == text else _read(spelled, catalog, today)


def _read(text: str, catalog: Catalog, today: date) -> Fragment:
    cue = _CUE.match(text)
    rest = _LAST_WORD.sub("", text[cue.end() :] if cue else text)
    everywhere = _EVERYWHERE.search(rest)
    rest = ask_in_full(_EVERYWHERE.sub(" ", rest))
    asked = understand(_with_places(rest, catalog), catalog, today)
    dates = asked.when or find_when(asked.query.question, _within(asked, catalog), today, True).words
    wording, where = _split_where(_without(asked.wording, dates), _names(asked), bare=True)
    parts = Parts(_trim(wording), _topic(wording), asked.query.bodies, where, _when(asked.query.question, dates))
    placed = _ONLY_PLACE.match(wording) if not (parts.bodies or where) else None
    placed = placed if placed and placed["name"] == parts.topic else None
    spoken = _words(wording)
    return Fragment(
        asked=asked,
        parts=replace(parts, topic="" if placed or _only_counts(parts, spoken) else parts.topic),
        cued=bool(cue or _CUE_LAST.search(text)),
        asking=sum(is_asking(word) for word in spoken),
        unknown=placed["name"] if placed else "",
        everywhere=everywhere is not None,
        speaks=bool(SPEAKERS.intersection(spoken)),
        own=tuple(word for word in query_words(wording) if not is_light(word) or find_intent(word) == "deferred"),
        meant=_is_meant(wording),
        person=bool(PERSONS.intersection(spoken)),
        meeting=bool(MEETINGS.intersection(spoken)),
        everything=bool(EVERYTHING.intersection(spoken)),
        says=bool(SAYING.intersection(spoken)),
        language=tell_language(text),
    )


def _words(text: str) -> list[str]:
    return [fold(word) for word in re.findall(r"[^\W_]+", text)]


def _trim(text: str) -> str:
    """The text without the prepositions and signs that filters leave behind."""
    left = re.sub(rf"{_DANGLING}(?=\W*$|\s+(?:om|kring|about)\b)", "", " ".join(text.split()))
    return " ".join(left.split()).strip(" ?!.,:;–-")


def _topic(wording: str) -> str:
    """From the first word that says what the question is about to the last; "hur många platser" counts of anything."""
    found = [m for m in re.finditer(r"[^\W_]+(?:-[^\W_]+)*", wording) if not is_empty(m[0])]
    found = [m for m in found if not is_counted(m[0])] or found
    return wording[found[0].start() : found[-1].end()] if found else ""


def _only_counts(parts: Parts, spoken: Sequence[str]) -> bool:
    """Whether "hur många platser?" is all there is: it names a thing to count, but not of what."""
    filtered = parts.bodies or parts.where or parts.when
    return not filtered and len(spoken) <= 4 and all(is_empty(word) or is_counted(word) for word in spoken)


def _is_meant(wording: str) -> bool:
    """Whether a pronoun stands for what the question is about: "vad kostar den?", "vilka rutiner gäller för den?".

    Not where words that name something follow it or stand in a clause of their own: there it points within the
    question ("yrkesresan, vad kostar den?", "det nya avtalet").
    """
    tokens = re.findall(r"[^\W_]+|,", wording)
    naming = [n for n, token in enumerate(tokens) if token != "," and not is_empty(token)]
    at = max((n for n, token in enumerate(tokens) if fold(token) in PRONOUNS), default=-1)
    if at < 0 or not naming:
        return at >= 0
    between = {fold(token) for token in tokens[naming[0] : at]}
    empty_subject = fold(tokens[at]) == "det" and fold(tokens[at - 1]) in _EMPTY_VERBS
    return (
        len(naming) <= 2
        and naming[-1] < at
        and is_asking(tokens[0])
        and not between & {",", "och", "and", "som"}
        and not empty_subject
    )


_EMPTY_VERBS = frozenset("finns fanns ar var blev blir gar gick ser star sags behovs".split())
"""Before "det" these have no subject that the pronoun could stand for: "hur många platser finns det?"."""


def _names(asked: Understanding) -> list[str]:
    """The places and organisations that the question names, the longest first."""
    places = (name for name in asked.required if name in PLACES)
    return sorted({*asked.organisations, *places}, key=lambda name: (-len(name), name))


def _split_where(wording: str, names: Iterable[str], bare: bool) -> tuple[str, tuple[str, ...]]:
    """The wording without "i NAME", and the names; `bare`: also where a name alone is all that is named."""
    where: list[str] = []
    for name in names:
        pattern = rf"(?i:(?<![\w-]){re.escape(name)}(?:s|:s)?(?![\w-]))"
        placed = re.search(_PLACED + pattern, wording)
        alone = re.search(pattern, wording) if bare and not placed and name[0].isupper() else None
        if alone and not _topic(wording[: alone.start()] + wording[alone.end() :]):
            placed = alone
        if placed:
            where.append(name)
            wording = f"{wording[: placed.start()]} {wording[placed.end() :]}"
    return wording, tuple(where)


def _when(text: str, words: Sequence[str]) -> tuple[str, ...]:
    """The dates as typed, each with the preposition before it; all in one where only "och" stands between them."""
    found = [m for m in (re.search(rf"{_DATED}?(?i:{re.escape(word)})", text) for word in words) if m]
    if not found:
        return ()
    first, last = min(m.start() for m in found), max(m.end() for m in found)
    whole = text[first:last]
    if not _topic(_without(whole, words)):
        return (whole,)
    return tuple(m[0] for m in found)


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = re.sub(rf"(?i)(?<![\w-]){re.escape(word)}(?![\w-])", " ", text)
    return text


def without_dates(text: str, today: date) -> str:
    """The text without its dates."""
    return " ".join(_without(text, find_when(text, Catalog((), {}, (), (), ()), today, True).words).split())


def _within(asked: Understanding, catalog: Catalog) -> Catalog:
    """The meetings of the bodies that the question names."""
    return Catalog((), {}, catalog.meetings_of(asked.query.bodies), (), ())


def _with_places(text: str, catalog: Catalog) -> str:
    """The text of "i PLACE?" or a place alone with the place's name as it is written; a misspelt one is put right
    after a preposition, where the name of one of the catalog's or of Sweden's places is near.
    """
    placed = re.match(r"(?i)^(?P<lead>\W*(?:(?:i|hos|från|in|at|from)\s+)?)(?P<name>[\w-]{4,})(?=\W*$)", text)
    if placed is None or is_empty(placed["name"]):
        return text
    known = {fold(name): name for name in (*ABBREVIATIONS, *sorted(PLACES), *_catalog_names(catalog))}
    low = fold(placed["name"])
    near = [low] if low in known else get_close_matches(low, known, 1, 0.85) if placed["lead"].strip() else []
    return f"{placed['lead']}{known[near[0]]}{text[placed.end() :]}" if near else text


def _catalog_names(catalog: Catalog) -> list[str]:
    """The words of the bodies' names, aliases and organisations that are names: written with a capital."""
    texts = (*catalog.bodies, *(a for names in catalog.aliases.values() for a in names), *catalog.organisations)
    return [word for text in texts for word in re.findall(r"\b[A-ZÅÄÖ][\w-]{3,}", text)]
