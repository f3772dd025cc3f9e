"""A question -> what it asks (intent), where (filters) and about what (topic). Pure: the clock and the catalog are passed in."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from indexer.dates import MONTHS, FoundDate, bounds, find_dates
from indexer.places import ABBREVIATIONS, PLACES
from indexer.records import Query

MAX_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """A meeting as the catalog lists it."""

    id: str
    body: str
    date: str | None
    date_precision: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """What the index holds, as far as a question can name it: bodies with aliases, meetings newest first, people, places."""

    bodies: tuple[str, ...]
    aliases: dict[str, tuple[str, ...]]
    meetings: tuple[MeetingEntry, ...]
    people: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question asks for.

    `intent`: decision | list | item | timeline | comparison | attendance | action | deferred | meetings | attachments | help | direct;
    `asks`: who | when | how_much | how_many | why | where | "" for a direct question; `filters` says in words, for a refusal,
    which filters were understood; `missing` names a filter that matches nothing in the index; `required` are words
    (a place, a year) that the evidence must hold.
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


_ENGLISH = frozenset("what was were the who when how did does is are which about decided and meeting in of for many much why where from has have attended".split())
_SWEDISH = frozenset("vad vem vilka vilken vilket hur när var beslutades om det den på och i för som är har fick blev deltog finns mötet sa sas".split())

_INTENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("help", re.compile(r"(?i)^\W*(?:hjälp|help|hej(?:san)?|tjena|hallå|hello|hi|god\s?(?:dag|morgon)|vad kan du(?: göra| svara på)?|vad kan jag fråga.*|tack(?: så mycket)?|thanks)\W*$")),
    ("meetings", re.compile(r"(?i)^\W*(?:när (?:var|är|hölls) )?(?:det )?(?:senaste|sista|förra) (?:mötet|sammanträdet|träffen)(?:\s(?:i|med|för|hos|var)\s[\wåäö -]+)?\W*$|\b(?:vilka|hur många|när|lista|which|how many)\b.{0,30}\b(?:möten|sammanträden|träffar|meetings)\b.{0,40}(?:\b(?:hölls|har|hållits|finns|haft|ägt|varit|held|were)\b|\d{4}|\?|$)|\bnär (?:träffades|möttes|sammanträdde|var (?:det )?(?:senaste|förra) mötet)\b")),
    ("deferred", re.compile(r"(?i)\b(?:strukit|ströks|bordla\w+|bordlä\w+|sköts upp|skjutits upp|uppskjut\w+|återremitter\w+|utgick|utgått|sköts fram|postponed|deferred|tabled)\b")),
    ("attendance", re.compile(r"(?i)\bkom (?:inte )?(?:till|på)\b|\b(?:vem|vilka|vilken) (?:\w+\s)?representerade\b|\b(?:del[to]*og|deltagit|närvarade|närvarande|frånvarande|var (?:\w+\s){0,2}med\b|medverkade|saknades|deltagare|var (?:\w+\s)?på plats|attended|present|absent|participat\w+|kom till mötet|gäst\w*)\b")),
    ("action", re.compile(r"(?i)\b(?:i uppdrag|uppdrag(?:en|et)?\b|uppdrogs|ska \w+ göra|to.?do|att göra|assigned|assignments?|åtaganden?|åtagit sig|lovade|lovat|ansvar(?:ar|ig|iga) för|uppgifter)\b")),
    ("comparison", re.compile(r"(?i)\b(?:skilj\w+|skillnad\w*|jämför\w*|compar\w+|differ\w*)\b|\bvilka (?:nätverk|nämnder|organ|bodies|networks)\b.{0,12}\b(?:har|är|ska|have|did)\b")),
    ("timeline", re.compile(r"(?i)\b(?:utveckla(?:ts|des|t sig)|gått med|historik\w*|tidslinje|över tid|kronolog\w+|följ(?:ts|t) upp|developed|evolved|progressed|history)\b|\bhur har (?:frågan|arbetet|det)\b")),
    ("attachments", re.compile(r"(?i)\b(?:vilka|finns|which|any)\b.{0,20}\b(?:bilag(?:a|or|orna)|filer|bifoga\w+|dokument(?:en)? (?:bifoga|bila)\w+|attachments?)\b")),
    ("list", re.compile(r"(?i)\b(?:vilka|alla|samtliga|lista|vad för|which|all|list)\s+(?:\w+\s){0,2}?(?:beslut(?:en)?|decisions)\b(?!\s+(?:\w+\s){0,3}?(?:om|kring|gällande|rörande|avseende|angående|about|on)\b)|\bvad (?:beslutades|bestämdes|beslöts|beslutade \w+)\s+(?:på|vid|under|den|i|senast)\b(?!.*\b(?:om|kring|gällande|rörande|angående|avseende)\b)|\bwhat was decided (?:at|on the|in)\b(?!.*\babout\b)|\bbeslut(?:en)? (?:från|på|vid|i|hos) |^\W*besluten\b|\bvad (?:beslutade|bestämde|beslöt)\s(?!.*\b(?:om|kring|gällande|rörande|angående|avseende|att)\b)|\b(?:nämnd\w*|styrelse\w*|nätverk\w*|råd\w*)\s+beslut\b(?!.*\bom\b)")),
    ("decision", re.compile(r"(?i)\b(?:bes?lut\w*|best[aä]m\w*|bestmd\w*|beslöt\w*|enades|kom\w* (?:man|ni|de|vi)? ?(?:fram till|överens)|ställningstagande\w*|godkän\w+|antog\w*|decid\w+|decision\w*|tyckte|sa (?:nätverket|nämnden|mötet|styrelsen|rådet|man|de)|sade|resolved)\b")),
)  # fmt: skip
_ASKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("how_many", re.compile(r"(?i)\bhur många\b|\bhow many\b|\bantal(?:et)?\b")),
    ("how_much", re.compile(r"(?i)\bhur (?:mycket|stor(?:t|a)?|hög(?:t|a)?|länge|lång(?:t)?)\b|\bhow (?:much|long)\b|\bkosta[rd]?\w*\b|\bbudget\w*\b|\bvad kostar\b|\bpris(?:et)?\b|\bbelopp\w*\b")),
    ("when", re.compile(r"(?i)\bnär\b|\bwhen\b|\bvilk(?:et|en) (?:datum|dag|tid|månad|vecka)\b|\bdeadline\b|\bsista (?:dag|datum)\w*\b|\bsenast när\b")),
    ("who", re.compile(r"(?i)\bvem\b|\bvilka\b|\bvems\b|\bwho\b|\bvilken person\b|\bav vem\b")),
    ("why", re.compile(r"(?i)\bvarför\b|\bwhy\b|\banledning\w*\b|\borsak\w*\b")),
    ("where", re.compile(r"(?i)\bvar (?:är|ligger|finns|hålls|hölls|ska)\b|\bwhere\b")),
)  # fmt: skip
_TASK = re.compile(r"(?i)\b(?:vad|vilket|what)\b.{0,15}\b(?:ska|skall|skulle|lova\w*|åtog|should|will)\b")
_PLANNED_YEAR = re.compile(r"(?i)\b\w*(?:budget|plan|avtal|överenskommelse|medel|bokslut|riktlinjer|avgift|taxa|bidrag|anslag)\w*\s+(?:för\s+)?(?:år\s+)?(?:19|20)\d\d\b")
_LATEST = re.compile(r"(?i)\b(?:senaste|sista|förra|föregående|latest|last|most recent)\s+(?:\w+\s)?(?:mötet|möte|sammanträdet|träffen|protokollet|minnesanteckning\w*|meeting|minutes)\b|\bsenaste?\b(?=\s*\??$)|\bsenaste \w*(?:nätverks|nämnds|styrelse|råds)\w*möte\w*")
_NUMBER = re.compile(r"(?i)(?:\b(?:punkt(?:en|erna)?|p\.|paragraf(?:en)?|ärende|item|agenda item|pkt\.?)\s*(?:nr\.?\s*|nummer\s*)?|§+\s?)(\d{1,4}(?:\.\d{1,2})?)\b")
_MEETING_WORD = re.compile(r"(?i)\b\w*(?:möte|möten|mötet|mötena|sammanträde\w*|träff(?:en)?|protokoll\w*|minnesanteckning\w*|meeting|minutes)s?\b")
_GENERIC = frozenset(
    "nätverk nätverket nämnd nämnden råd rådet styrelse styrelsen grupp gruppen förening föreningen möte mötet kommun kommunen kommunens kommunala utskott utskottet "
    "referensgrupp beredning beredningen samverkan samverkansgrupp och för i av till region regionen regionala lokal lokala gemensam forum socialchefsnätverket kommunalförbund kommunalförbundet".split()
)  # fmt: skip


_BODY_NOUNS = "nätverk|nämnd|fullmäktige|styrelse|utskott|beredning|råd|kommitté|direktion|stämma|presidium|förening|kår"
_BODY_NOUN = re.compile(rf"(?:{_BODY_NOUNS})(?:en|et|n|t|ens|ets)?$")
_DECIDES = re.compile(r"\b(?:beslut\w*|beslöt|sa|sade|tyckte|bestämde|antog|godkände|avslog)\b")


def detect_language(question: str) -> str:
    """ "en" where English function words outnumber Swedish ones, else "sv"."""
    words = re.findall(r"[a-zåäö]+", question.casefold())
    english, swedish = sum(w in _ENGLISH for w in words), sum(w in _SWEDISH for w in words)
    return "en" if english > swedish and not re.search(r"[åäö]", " ".join(words[:2])) else "sv"


def _body_terms(body: str, aliases: Iterable[str]) -> set[str]:
    """The words and phrases that name a body in a question: its place, its short forms, its whole name."""
    terms = {body.casefold(), *(a.casefold() for a in aliases)}
    bare = re.sub(r"\([^)]*\)", " ", body)
    terms |= {m.casefold() for m in re.findall(r"\(([^)]{2,15})\)", body)}
    for word in re.findall(r"[\wåäö-]+", bare)[0:]:
        if word.casefold() not in _GENERIC and (word[0].isupper() or len(word) > 6) and len(word) > 2:
            terms.add(word.casefold())
    places = [p for p in PLACES if re.search(rf"\b{re.escape(p)}s?\b", body)]
    terms |= {p.casefold() for p in places} | {a.casefold() for a, p in ABBREVIATIONS.items() if p in places or p in body}
    if any("Skåne" in p for p in places):
        terms.add("skåne")
    return {t for t in terms if t not in _GENERIC and not _BODY_NOUN.search(t)} | {body.casefold()}


def _matches(term: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<![\w-]){re.escape(term)}(?:s|:s|et|ets|en|ens)?(?![\w-])", text)


def _kind_of(body: str) -> str:
    """The kind of body that a name begins with or holds: "socialchefsnätverket", "socialnämnden", "folkhälsorådet"."""
    words = [w.casefold() for w in re.findall(r"[\wåäö-]+", body)]
    return next((w for w in words if _BODY_NOUN.search(w)), words[0] if words else "")


def _kind_pattern(kind: str) -> str:
    """How people write a kind of body: in any form, split in two, as its members ("socialcheferna"), or as "nätverket"."""
    stem = re.sub(r"(?:et|en)$", "", kind)
    forms = [re.escape(stem) + r"(?:et|en|ets|ens|s)?"]
    if (members := re.match(r"(.+chef)s-?nätverk$", stem)) is not None:
        forms.append(re.escape(members[1]) + r"(?:erna|er|ernas|s\s?nätverk(?:et)?)")
    return rf"(?<![\w-])(?:{'|'.join(forms)})(?![\w-])"


def _subject(text: str) -> tuple[str, str] | None:
    """The kind of body and the place that a question gives as the one who decided or met, or None."""
    match = re.search(
        rf"(?i)(?<![\w-])(?P<kind>[\wåäö-]*(?:{_BODY_NOUNS})(?:en|et|n|t)?|[\wåäö-]+cheferna)(?:\s+(?:i|för|från)\s+(?P<place>[\wåäö-]+))?", text
    )
    return (match["kind"].casefold(), (match["place"] or "").casefold()) if match else None


def find_bodies(text: str, catalog: Catalog) -> tuple[tuple[str, ...], list[str], tuple[str, ...]]:
    """The bodies that a question names, the words that name them, and a body it names that the catalog lacks.

    A body is named by its place or short form, by its kind, or both; kind and place must be the same body's.
    """
    low = text.casefold()
    kinds: dict[str, set[str]] = {}
    for body in catalog.bodies:
        kinds.setdefault(_kind_of(body), set()).add(body)
    by_place: dict[str, list[str]] = {}
    for body in catalog.bodies:
        terms = _body_terms(body, catalog.aliases.get(body, ())) - set(kinds)
        hits = [t for t in terms if _matches(t, low)]
        if hits:
            by_place[body] = hits
    by_kind: set[str] = set()
    kind_words: list[str] = []
    for kind, members in kinds.items():
        if len(kind) > 6 and (match := re.search(_kind_pattern(kind), low)) is not None:
            by_kind |= members
            kind_words.append(match[0])
    words = [w for hits in by_place.values() for w in hits]
    both = [b for b in by_place if b in by_kind]
    subject = _subject(low)
    if both:
        return _ordered(both, catalog), [w for b in both for w in by_place[b]] + kind_words, ()
    if by_kind and by_place:
        return (), words, (f"{kind_words[0]} {next(iter(by_place.values()))[0].capitalize()}",)
    if by_kind and subject and subject[1] and not _common_word(subject[1]) and _is_place(subject[1], catalog):
        return (), kind_words, (f"{subject[0]} i {subject[1].capitalize()}",)
    if by_place and subject and _DECIDES.search(low) and not _same_kind(subject[0], by_place):
        return (), words, (f"{subject[0]} {next(iter(by_place.values()))[0].capitalize()}",)
    if by_place:
        return _ordered(by_place, catalog), words, ()
    return _ordered(by_kind, catalog), kind_words, ()


def _ordered(bodies: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    chosen = set(bodies)
    return tuple(b for b in catalog.bodies if b in chosen)


def _same_kind(kind: str, bodies: Iterable[str]) -> bool:
    """Whether a noun for a body may mean one of these: "nätverket" may mean any network."""
    stem = re.sub(r"(?:en|et|n|t)$", "", kind)
    return any(stem in b.casefold() or stem.removesuffix("cheferna") in b.casefold() or _kind_of(b).startswith(stem[:8]) for b in bodies)


def _is_place(word: str, catalog: Catalog) -> bool:
    """Whether a word is a place: one of Sweden's, or an organisation of the register."""
    return any(p.casefold() == word for p in PLACES) or any(word in re.findall(r"[\wåäö-]+", o.casefold()) for o in catalog.organisations)


def _common_word(word: str) -> bool:
    return word in MONTHS or word in ("år", "fjol", "våras", "höstas", "dag", "somras", "vintras")


@dataclass(frozen=True, slots=True)
class _When:
    """The dates a question restricts to, the words that said so, and those that match no meeting."""

    since: date | None = None
    until: date | None = None
    meetings: tuple[str, ...] | None = None
    words: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


def _inside(entry: MeetingEntry, since: date, until: date) -> bool:
    if entry.date is None:
        return False
    first, last = bounds(entry.date)
    return since <= first and last <= until


def _relative(text: str, today: date) -> tuple[date, date, str] | None:
    """The range that a relative or seasonal expression means."""
    low = text.casefold()
    year = next((int(y) for y in re.findall(r"\b(20\d\d|19\d\d)\b", low)), None)
    if (season := re.search(r"\b(våren|vår|hösten|höst|sommaren|sommar|vintern|vinter)(?:\s*-?\s*(?:20\d\d))?\b", low)) is not None and (
        year or season[1].endswith("en")
    ):
        y = year or today.year
        months = {"v": (1, 6), "h": (7, 12), "s": (6, 8)}
        lo, hi = (12, 12) if season[1].startswith("vint") else months[season[1][0]]
        return date(y, lo, 1), date(y, hi, monthrange(y, hi)[1]), season[0]
    for words, (first, last) in {
        r"i fjol|förra året|last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        r"i år|det här året|this year": (date(today.year, 1, 1), date(today.year, 12, 31)),
        r"förra månaden": ((today.replace(day=1) - timedelta(days=1)).replace(day=1), today.replace(day=1) - timedelta(days=1)),
        r"den här månaden": (today.replace(day=1), today),
    }.items():
        if (match := re.search(rf"\b(?:{words})\b", low)) is not None:
            return first, last, match[0]
    return None


def _day_filter(found: FoundDate, catalog: Catalog) -> tuple[str, ...]:
    """The meetings held on a day, its year given or not."""
    hits = []
    for entry in catalog.meetings:
        parts = (entry.date or "").split("-")
        if len(parts) == 3 and int(parts[1]) == found.month and int(parts[2]) == found.day and (found.year in (None, int(parts[0]))):
            hits.append(entry.id)
    return tuple(hits)


def find_when(text: str, catalog: Catalog, today: date, about_meeting: bool) -> _When:
    """The meetings that a question's dates restrict to. A date that is no meeting's is a word of the topic, unless a meeting is asked for."""
    if (between := re.search(r"(?i)\bmellan\s+(.+?)\s+och\s+(.+?)(?:\?|$)", text)) is not None:
        first, last = _edge(between[1], False), _edge(between[2], True)
        if first and last:
            return _When(first, last, words=(between[0],))
    found = find_dates(text, short=False)
    days = [f for f in found if f.day]
    if days:
        meetings = tuple(m for f in days for m in _day_filter(f, catalog))
        words = tuple(text[f.start : f.end] for f in days)
        if meetings:
            return _When(meetings=meetings, words=words)
        if about_meeting:
            return _When(meetings=(), words=words, missing=words)
        return _When(required=words)
    if found and found[0].iso:
        since, until = bounds(found[0].iso)
        return _range(since, until, text[found[0].start : found[0].end], catalog, about_meeting)
    if (relative := _relative(text, today)) is not None:
        first, last, words = relative
        if not about_meeting and not any(_inside(e, first, last) for e in catalog.meetings):
            return _When()  # a season to come: the dates in it are what is asked for
        return _range(first, last, words, catalog, about_meeting)
    if (month := re.search(rf"(?i)\b(?:i|under|från|mötet i)\s+({'|'.join(MONTHS)})\b", text)) is not None:
        number = MONTHS.index(month[1].casefold()) + 1
        hits = tuple(e.id for e in catalog.meetings if e.date and e.date[5:7] == f"{number:02}")
        return _When(meetings=hits, words=(month[1],), missing=() if hits else (month[1],)) if hits or about_meeting else _When(required=(month[1],))
    if (year := re.search(r"(?<![\d:/-])\b((?:19|20)\d\d)\b(?![:/-]\d)", text)) is not None:
        y = int(year[1])
        return _range(date(y, 1, 1), date(y, 12, 31), year[1], catalog, about_meeting)
    return _When()


def _range(since: date, until: date, words: str, catalog: Catalog, about_meeting: bool) -> _When:
    if any(_inside(e, since, until) for e in catalog.meetings):
        return _When(since, until, words=(words,))
    if about_meeting:
        return _When(since, until, words=(words,), missing=(words,))
    return _When(required=(words,))


def _edge(text: str, last: bool) -> date | None:
    found = [f for f in find_dates(text) if f.iso]
    if found and found[0].iso:
        return bounds(found[0].iso)[1 if last else 0]
    if (year := re.search(r"\b((?:19|20)\d\d)\b", text)) is not None:
        return date(int(year[1]), 12, 31) if last else date(int(year[1]), 1, 1)
    return None


def find_people(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The people of the register that a question names, by whole name, or by a first or last name written with a capital."""
    low = text.casefold()
    whole = [p for p in catalog.people if re.search(rf"(?<!\w){re.escape(p.casefold())}s?(?!\w)", low)]
    if whole:
        return tuple(whole)
    words = {w for w in re.findall(r"\b[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?\b", text[1:])} | set(re.findall(r"^[A-ZÅÄÖ][a-zåäöé]+", text))
    words |= {w[:-1] for w in words if w.endswith("s")}
    return tuple(p for p in catalog.people if any(part in words for part in p.split()))


def find_organisations(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The organisations of attendees that a question names ("från Trollhättan")."""
    return tuple(o for o in catalog.organisations if len(o) > 1 and re.search(rf"(?<![\w-]){re.escape(o.casefold())}s?(?![\w-])", text.casefold()))


def _names_place(place: str, text: str) -> bool:
    """Whether the text names a place: with its capital, or in lower case after a preposition of place."""
    name = re.escape(place)
    return bool(re.search(rf"(?<![\w-]){name}s?(?![\w-])|(?<![\w-])(?:i|från|hos)\s(?i:{name})s?(?![\w-])", text))


def _intent(text: str) -> str:
    for intent, pattern in _INTENTS:
        if pattern.search(text):
            return intent
    return "direct"


def _asks(text: str) -> str:
    return next((name for name, pattern in _ASKS if pattern.search(text)), "")


def _topic(text: str, drop: Iterable[str]) -> str:
    """The question without the words of its filters."""
    for words in drop:
        text = re.sub(rf"(?i)(?<![\w-]){re.escape(words)}(?:s|:s)?(?![\w-])", " ", text)
    text = _NUMBER.sub(" ", _LATEST.sub(" ", text))
    return " ".join(text.split())


def understand(question: str, catalog: Catalog, today: date) -> Understanding:
    """What the question asks, by rules on its words and on what the catalog holds. The same question gives the same result."""
    text = " ".join(question.replace("\x00", " ").split())[:MAX_QUESTION]
    intent, asks = _intent(text), _asks(text)
    people = find_people(text, catalog)
    if people and intent == "direct" and _TASK.search(text):
        intent = "action"
    about_meeting = bool(_MEETING_WORD.search(text)) or intent in ("list", "attendance", "meetings")
    about_meeting = about_meeting or (intent == "decision" and not _PLANNED_YEAR.search(text))
    bodies, body_words, no_body = find_bodies(_without_origins(text, catalog) if intent == "attendance" else text, catalog)
    scope = [e for e in catalog.meetings if not bodies or e.body in bodies]
    when = find_when(text, Catalog(catalog.bodies, {}, tuple(scope), (), ()), today, about_meeting)
    meetings = when.meetings
    if _LATEST.search(text) and meetings is None:
        meetings = _latest(scope, when)
    numbers = tuple(dict.fromkeys(_NUMBER.findall(text)))
    if numbers and intent in ("direct", "decision", "list"):
        intent = "item"
    organisations = find_organisations(text, catalog)
    drop = [*when.words, *body_words]
    topic = _topic(text, drop)
    places = tuple(p for p in PLACES if _names_place(p, text) and p.casefold() not in body_words)
    query = Query(
        question=text, topic=topic, bodies=bodies, meetings=meetings, since=when.since, until=when.until, numbers=numbers,
    )  # fmt: skip
    return Understanding(
        question=question, language=detect_language(text), intent=intent, asks=asks, query=query, people=people,
        organisations=organisations, required=tuple(dict.fromkeys((*when.required, *places, *_named(organisations, body_words)))), missing=(*no_body, *when.missing),
        filters=tuple(dict.fromkeys((*bodies, *when.words, *(f"punkt {n}" for n in numbers)))),
        absent=bool(re.search(r"(?i)\b(?:frånvarande|saknades|förhinder|absent|inte med|deltog inte|ej (?:deltog|närvarande))\b", text)),
    )  # fmt: skip


def _without_origins(text: str, catalog: Catalog) -> str:
    """The text without "från X" where X is an attendee's organisation: it says whom, not which body."""
    return re.sub(
        r"(?i)\bfrån\s+([\wåäö-]+)", lambda m: " " if any(m[1].casefold() in o.casefold().split() for o in catalog.organisations) else m[0], text
    )


def _named(organisations: Iterable[str], body_words: Iterable[str]) -> tuple[str, ...]:
    """Organisations that are one proper name: what is said of another does not answer."""
    taken = set(body_words)
    return tuple(o for o in organisations if o[0].isupper() and len(o.split()) == 1 and len(o) > 3 and o.casefold() not in taken)


def _latest(scope: Iterable[MeetingEntry], when: _When) -> tuple[str, ...]:
    """The latest dated meeting of each body in the scope."""
    newest: dict[str, MeetingEntry] = {}
    for entry in scope:
        if entry.date is None or (when.since and when.until and not _inside(entry, when.since, when.until)):
            continue
        if entry.body not in newest or entry.date > (newest[entry.body].date or ""):
            newest[entry.body] = entry
    return tuple(e.id for e in newest.values())
