"""A question -> what it asks (intent), where (filters) and about what (topic). Pure: the clock and the catalog are
passed in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from bot.bodies import (
    find_bodies,
    find_first_names,
    find_organisations,
    find_people,
    fold,
    is_among,
    names_place,
    single_names,
    without_names,
    without_origins,
)
from bot.catalog import Catalog, MeetingEntry
from bot.intents import detect_language, find_asks, find_intent, strip_asking
from bot.records import Carried
from bot.relevance import topic_terms
from bot.when import When, find_when, latest_meetings
from indexer.lexical import query_words
from indexer.places import PLACES
from indexer.records import Query

MAX_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question asks for.

    `intent`: decision | list | item | timeline | comparison | attendance | action | deferred | next | meetings |
    attachments | help | direct. `asks`: who | which | which_all | when | how_much | how_many | why | where | "".
    `filters` says in words which filters were understood, for a refusal; `missing` names one that matches nothing in
    the index, `no_body` a body that the index lacks. `required` are words (a place, a year) that the evidence must
    hold. `key` is the topic without the words that only ask; `wording` the question without its filters, whose
    meaning is searched for. `when` are the words of the dates that filter, as typed. `carried` is what a follow-up
    takes from the turns before it, None for a question that stands alone.
    """

    question: str
    language: str
    intent: str
    asks: str
    query: Query
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    filters: tuple[str, ...] = field(default=())
    absent: bool = False
    no_body: tuple[str, ...] = ()
    key: str = ""
    wording: str = ""
    when: tuple[str, ...] = ()
    carried: Carried | None = None


_TASK = re.compile(r"(?i)\b(?:vad|vilket|what)\b.{0,15}\b(?:ska|skall|skulle|lova\w*|åtog|should|will)\b")
_PLANNED_YEAR = re.compile(
    r"(?i)\b\w*(?:budget|plan|avtal|överenskommelse|medel|bokslut|riktlinjer|avgift|taxa|bidrag|"
    r"anslag)\w*\s+(?:för\s+)?(?:år\s+)?(?:19|20)\d\d\b"
)
_ABOUT_TOPIC = ("decision", "direct", "comparison", "timeline")
_LEADING = frozenset(("who", "when", "how_much", "how_many", "why"))
_LEADS = re.compile(r"(?i)^\W*(?:vem|vems|när|hur(?! många beslut)|varför|who|when|how|why)\b")
_LISTS = frozenset(("list", "agenda", "meetings", "attendance", "attachments", "deferred", "next", "action"))
_LATEST = re.compile(
    r"(?i)\b(?:senaste|sista|förra|föregående|latest|last|most recent)\s+(?:\w+\s)?(?:mötet|möte|"
    r"sammanträdet|träffen|protokollet|minnesanteckning\w*|meeting|minutes)\b|"
    r"\bsenaste?\b(?=\s*\??$)|\bsenaste \w*(?:nätverks|nämnds|styrelse|råds)\w*möte\w*"
)
_NUMBER = re.compile(
    r"(?i)(?:\b(?:punkt(?:en|erna)?|p\.|paragraf(?:en|erna)?|ärende|item|agenda item|pkt\.?)\s*"
    r"(?:nr\.?\s*|nummer\s*)?|§+\s?)"
    r"(?P<list>\d{1,4}(?:\.\d{1,2})?(?:\s*(?:,|och|and|&|-|–)\s*(?:§\s*)?\d{1,4}(?:\.\d{1,2})?\b)*)\b"
)
_MEETING_WORD = re.compile(
    r"(?i)\b\w*(?:möte|möten|mötet|mötena|sammanträde\w*|träff(?:en)?|protokoll\w*|"
    r"minnesanteckning\w*|meeting|minutes)s?\b"
)


_MINUTES = r"(?:mötes|minnes)?(?:protokoll(?:et|en)?|anteckning(?:en|ar|arna))"
_RECORD = re.compile(
    rf"(?i)(?<=\bsäger ){_MINUTES}\b(?= (?:\w+ )?om\b)|(?<=\bstår ){_MINUTES}\b|\bi {_MINUTES}\b(?= om\b)|"
    rf"(?<=\bstår det )i {_MINUTES}\b|(?<=\bfinns det )i {_MINUTES}\b|\benligt {_MINUTES}\b|"
    r"(?<=\bdo )(?:the )?minutes\b(?= say)|\baccording to (?:the )?minutes\b|\bin the minutes\b(?= (?:about|on)\b)"
)
"""The minutes as what is read, not what is asked about: "vad säger protokollen om ..."."""


def _topic(text: str, drop: Iterable[str]) -> str:
    """The question without the words of its filters."""
    for words in drop:
        low = fold(text)
        if len(low) == len(text):  # same places in both: no letter folds into two
            for match in reversed(list(re.finditer(rf"(?<![\w-]){re.escape(fold(words))}(?:s|:s)?(?![\w-])", low))):
                text = f"{text[: match.start()]} {text[match.end() :]}"
    text = _RECORD.sub(" ", _NUMBER.sub(" ", _LATEST.sub(" ", text)))
    return " ".join(text.split())


def _numbers(text: str) -> tuple[str, ...]:
    """The item numbers a question names, each once; "45-48" names all between."""
    found: list[str] = []
    for match in _NUMBER.finditer(text):
        for part in re.split(r"\s*(?:,|och|and|&)\s*(?:§\s*)?", match["list"]):
            ends = re.split(r"\s*[-–]\s*", part)
            if len(ends) == 2 and all(e.isdigit() for e in ends) and 0 < int(ends[1]) - int(ends[0]) < 30:
                found += [str(n) for n in range(int(ends[0]), int(ends[1]) + 1)]
            else:
                found += ends
    return tuple(dict.fromkeys(found))


def _has_topic(key: str) -> bool:
    """Whether a word of six letters or more is left that could be what the question is about."""
    words = [w for w in query_words(_MEETING_WORD.sub(" ", key)) if len(w) >= 6 and not re.match(r"beslut|fatta", w)]
    return bool(words)


_ABSENT = re.compile(
    r"(?i)\b(?:frånvarande|saknades|förhinder|borta|uteblev|uteblivit|absent|inte med|deltog inte|kom inte|"
    r"ej (?:deltog|närvarande))\b"
)


_MONTHS_WRITTEN_OUT = {
    "jan": "januari",
    "feb": "februari",
    "apr": "april",
    "aug": "augusti",
    "sept": "september",
    "sep": "september",
    "okt": "oktober",
    "nov": "november",
    "dec": "december",
}
_SHORT_MONTH = rf"(?:{'|'.join(_MONTHS_WRITTEN_OUT)})\b\.?"
_WRITTEN_OUT = {
    "ordf": "ordförande",
    "sekr": "sekreterare",
    "enl": "enligt",
    "resp": "respektive",
    "ngt": "något",
    "ngn": "någon",
    "besult": "beslut",
    "besut": "beslut",
    "belsut": "beslut",
    "besultades": "beslutades",
    "belsutades": "beslutades",
    "besultet": "beslutet",
}
"""How people shorten and misspell the words they ask with."""
_TO_WRITE_OUT = re.compile(rf"(?i)(?<![\w-])(?:{'|'.join(_WRITTEN_OUT)})(?![\w-])\.?")
_MONTH_TO_WRITE_OUT = re.compile(
    rf"(?<=\bi ){_SHORT_MONTH}|\b{_SHORT_MONTH}(?= (?:till|-|–|och|o) \w)|(?<=\btill ){_SHORT_MONTH}"
)
"""Only beside a word for time: "Jan" is a name, too."""
_OF_A_BODY = re.compile(r"\b([A-ZÅÄÖ]{2,6})-(?=(?:möte|sammanträde|träff|protokoll|nätverk|nämnd)\w*)")
"""An abbreviation before a meeting's or a body's word: "GR-mötet" is a meeting of GR."""


def written_out(question: str) -> str:
    """The question with the short forms and slips of its asking words written out.

    >>> written_out("vem var ordf? besult jan till mars")
    'vem var ordförande? beslut januari till mars'
    """
    text = _OF_A_BODY.sub(r"\1 ", question)
    text = _TO_WRITE_OUT.sub(lambda m: _WRITTEN_OUT[m[0].rstrip(".").casefold()], text)
    return _MONTH_TO_WRITE_OUT.sub(lambda m: _MONTHS_WRITTEN_OUT[m[0].rstrip(".")], text)


def understand(question: str, catalog: Catalog, today: date) -> Understanding:
    """What the question asks, by rules on its words and on what the catalog holds. The same question gives the same
    result.
    """
    text = written_out(" ".join(question.replace("\x00", " ").split()))[:MAX_QUESTION]
    language = detect_language(text)
    intent, asks, people = _first_reading(text, catalog)
    bodies, body_words, no_body = find_bodies(
        without_origins(text, catalog) if intent == "attendance" else text, catalog
    )
    scope = catalog.meetings_of(bodies)
    when, planned = _dates(text, intent, asks, scope, today)
    latest = _LATEST.search(text) if when.meetings is None else None
    numbers = _numbers(text)
    wording = _topic(text, [*when.words, *body_words])
    organisations = find_organisations(text, catalog)
    named = (p for p in PLACES if names_place(p, text) and not is_among(p, body_words))
    places = tuple(sorted(named, key=lambda p: (text.casefold().find(p.casefold()), p)))  # as the question has them
    also = _bodies_of_places(bodies, places, catalog) if intent in ("comparison", "direct", "decision") else bodies
    if also != bodies:
        bodies, places = also, tuple(p for p in places if not any(fold(p) in fold(b) for b in also))
    speaker = _speaker(text, (*body_words, *people, *organisations, *places))
    intent = "item" if numbers and intent in ("direct", "decision", "list") else intent
    intent = "direct" if intent == "deferred" and asks == "why" else intent
    key = strip_asking(without_names(wording, bodies) if len(bodies) == 1 else wording, intent, asks)
    intent = _list_or_decision(intent, key, numbers)
    if not no_body and intent in _LISTS and not any(is_among(place, organisations) for place in places):
        no_body = () if intent == "action" and _is_to_act(text, places) else places[:1]
    query = Query(
        question=text,
        topic=key,
        terms=tuple(topic_terms(key, language)),
        bodies=bodies,
        meetings=latest_meetings(scope, when) if latest else when.meetings,
        since=when.since,
        until=when.until,
        numbers=numbers,
    )
    return Understanding(
        question=question,
        language=language,
        intent=intent,
        asks=asks,
        query=query,
        people=tuple(p for p in people if not any(fold(word) in fold(p).split() for word in body_words)),
        organisations=tuple(o for o in organisations if not is_among(o, body_words)),
        required=tuple(
            dict.fromkeys((*when.required, *planned, *places, *single_names(organisations, body_words), *speaker))
        ),
        missing=when.missing,
        no_body=no_body,
        filters=tuple(dict.fromkeys((*bodies, *when.words, *(f"punkt {n}" for n in numbers)))),
        key=key,
        wording=wording,
        when=(*when.words, *((latest[0],) if latest else ())),
        absent=bool(_ABSENT.search(text)),
    )


_SPOKE = re.compile(
    r"(?i)\bvad (?:sa|sade|säger|tycker|tyckte|svarade|svarar|ansåg|anser|föreslog|meddelade|kom)\s(?P<who>[\w-]+)\s"
    r"(?:om|på|kring|angående|gällande|fram|till)\b|"
    r"\bwhat (?:did|does) (?:the )?(?P<en>[\w-]+) (?:say|think|answer|conclude|reply)\b"
)
_ORGANISATION = re.compile(
    r"(?i)\w{3,}(?:verket|förbundet|myndigheten|inspektionen|departementet|universitetet|högskolan|stiftelsen|kassan|"
    r"bolaget|kammaren|facket|fackförbundet)$"
)


def _speaker(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Who is said to have spoken, where that is an organisation by its name, and none of those known: what others said
    does not answer.
    """
    match = _SPOKE.search(text)
    who = (match["who"] or match["en"]) if match is not None else ""
    named = who[1:2].isupper() or _ORGANISATION.match(who) or who[:1].isupper()
    return (who,) if who and named and not any(is_among(who, [one]) or is_among(one, [who]) for one in known) else ()


def _bodies_of_places(bodies: tuple[str, ...], places: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    """The bodies that a question names, with those whose names begin with a place named beside them: "Göteborg" is the
    Göteborg region's network beside another network.
    """
    if not bodies:
        return bodies
    parts = [re.compile(rf"(?<!\w){re.escape(fold(place))}") for place in places]
    return tuple(b for b in catalog.bodies if b in bodies or any(p.search(fold(b)) for p in parts))


_BARE_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SEASONS = re.compile(r"(?i)\b(?:vår|sommar|höst|vinter|vintr)")


def second_reading(asked: Understanding) -> Understanding | None:
    """The question read again where the first reading found nothing, or None: its year ("sommaren 2024") or number
    ("ärende 107") as a word of the topic, which the evidence must hold, and not as a filter of meetings or items.

    A question that speaks of a meeting, or of a day, has no such reading.
    """
    when = " ".join(f for f in asked.filters if f not in asked.query.bodies)
    if asked.intent == "item" and query_words(asked.key):
        query, required, intent = replace(asked.query, numbers=()), asked.query.numbers, "direct"
    elif asked.intent in _ABOUT_TOPIC and not _MEETING_WORD.search(asked.question):
        required = (*_BARE_YEAR.findall(when), *_SEASONS.findall(when))
        if (
            asked.query.meetings
            or not required
            or not set(re.findall(r"[a-zåäö]{4,}", when)) <= set(re.findall(r"\w*(?:vår|sommar|höst|vint)\w*", when))
        ):
            return None
        query, intent = replace(asked.query, since=None, until=None, meetings=None), asked.intent
    else:
        return None
    return replace(
        asked,
        intent=intent,
        query=query,
        required=tuple(dict.fromkeys((*asked.required, *required))),
        missing=(),
        filters=asked.query.bodies,
    )


def without_filters(asked: Understanding) -> Understanding | None:
    """The question asked of everything, or None where it has no topic, or no filter: for an offer beside a no."""
    query = asked.query
    filtered = bool(query.bodies or asked.missing or asked.no_body or query.since or query.meetings)
    if (
        asked.intent not in ("decision", "direct", "comparison", "timeline")
        or not filtered
        or not query_words(asked.key)
    ):
        return None
    wide = replace(query, bodies=(), meetings=None, since=None, until=None)
    return replace(asked, query=wide, required=(), missing=(), no_body=(), filters=())


_WHEN_DECIDED = re.compile(
    r"(?i)^\W*(?:när|when) (?:(?:togs|fattades|kom|tog|fattade)\b.{0,60}\bbeslut|"
    r"(?:besluta|bestäm|godkän|anto)\w*|"
    r"(?:was|were|did)\b.{2,80}\b(?:decided?|approved?|adopted?)\b)"
)
"""The date of a decision is asked for, which every decision is shown with."""
_ABOUT = re.compile(r"(?i)\b(?:om|kring|gällande|angående|rörande|about|on)\b")
_SAID = re.compile(r"(?i)\b(?:vad|what) (?:sa|sade|säger|tyckte|tycker|did \w+(?: \w+)? say)\b")


def _first_reading(text: str, catalog: Catalog) -> tuple[str, str, tuple[str, ...]]:
    """The intent, what is asked for, and the people named, before the filters are known."""
    intent, asks = find_intent(text), find_asks(text)
    people = find_people(text, catalog)
    if intent == "direct" and _WHEN_DECIDED.match(text):
        intent = "decision"
    elif intent == "decision" and asks in _LEADING and _LEADS.match(text) and not _WHEN_DECIDED.match(text):
        intent = "direct"  # "vem reserverade sig mot beslutet om ..."
    if intent == "decision" and people and _SAID.search(text):
        intent = "direct" if _ABOUT.search(text) else "timeline"
    if not people and intent in ("attendance", "action"):
        people = find_first_names(text, catalog)
    if people and intent == "direct" and _TASK.search(text):
        intent = "action"
    return intent, asks, people


def _dates(
    text: str, intent: str, asks: str, scope: tuple[MeetingEntry, ...], today: date
) -> tuple[When, tuple[str, ...]]:
    """What the question's dates restrict to; and the year of a plan ("budget 2025"), which the evidence must name."""
    planned = _PLANNED_YEAR.search(text)
    about_meeting = bool(_MEETING_WORD.search(text)) or intent in ("list", "agenda", "attendance", "meetings")
    about_meeting = about_meeting and not (asks == "when" and intent == "direct")
    about_meeting = about_meeting or (intent == "decision" and planned is None)
    if planned is None or intent not in ("decision", "direct", "comparison"):
        return find_when(text, Catalog((), {}, scope, (), ()), today, about_meeting), ()
    rest = text[: planned.start()] + text[planned.end() :]
    return find_when(rest, Catalog((), {}, scope, (), ()), today, about_meeting), (planned[0][-4:],)


def _is_to_act(text: str, places: tuple[str, ...]) -> bool:
    """Whether a place is asked about as the one that is to do something ("vad ska Lund göra?"), not as a body."""
    doing = r"(?:ska|skall|skulle|fick|får|har|hade|lovade|should|will|must|does|did)"
    return any(re.search(rf"(?i)\b{doing} (?:region )?{re.escape(p)}s?(?: kommun)?\b", text) for p in places)


def _list_or_decision(intent: str, key: str, numbers: tuple[str, ...]) -> str:
    """A list of decisions that names a topic is about that topic; a decision question without one is a list."""
    if intent == "list" and _has_topic(key):
        return "decision"
    return "list" if intent == "decision" and not query_words(key) and not numbers else intent
