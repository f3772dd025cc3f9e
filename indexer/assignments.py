"""Assignments in the text of an agenda item: who is to do what, and by when; roles tied to names."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from indexer.action_lists import entry, opens_list, table_rows
from indexer.item_rows import BULLET, item_rows, row_sentences
from indexer.labels import STRUCTURE
from indexer.people import NAME, is_name
from indexer.records import Assignment, Attendee, Decision, Line

_WORD = r"[A-ZÅÄÖ][\wé]{1,30}(?:-[A-ZÅÄÖ]\w{1,30})?"
_NAME = rf"{_WORD}(?:\s+(?:von|af|de)\s+)?(?:\s+{_WORD}){{0,2}}"
_NAMES = rf"{_NAME}(?:(?:,\s{_NAME}){{0,6}}\s(?:och|samt)\s{_NAME})?"
_OFFICE = (
    r"strateg|chef|direktör|ledare|samordnare|sekreterare|ordförande|utvecklare|handläggare|kassör|"
    r"koordinator|kansli|jurist|ekonom|"
    r"styrgrupp|arbetsgrupp|projektgrupp|beredningsgrupp|arbetsutskott|presidium|presidie|förvaltning|kommunförbund|"
    r"kommunalförbund|valberedning|styrelse|grupp|nätverk|kontor|enhet|rektor|revisor|vaktmästare|"
    r"ledamot|ledamöter|kontaktperson"
)
_ROLE = (
    rf"(?:nätverkets\s|gruppens\s|förvaltningens\s)?[A-Za-zåäöÅÄÖ]{{0,30}}(?:{_OFFICE})(?:en|n|et|t|"
    rf"erna|arna|na|a|er|e|s)?"
)
_WHO = rf"(?P<who>{_NAMES}|{_ROLE}|[Aa]lla|[Vv]arje \w+|[Kk]ommunerna|[Ss]amtliga|[Rr]espektive \w+)"
_DOES = (
    r"återkommer|bevakar|återkopplar|skickar|kontaktar|kollar|undersöker|sammanställer|ansvarar för|"
    r"bjuder in|bokar|ordnar|fixar|"
    r"tar (?:fram|kontakt|med sig|in|med|över|reda|hand|tag|på sig|ansvar)|mejlar|mailar|ringer|"
    r"hör (?:sig för|av sig|med)|"
    r"ser (?:över|till)|följer upp|håller (?:ihop|i)|utreder|kallar|återrapporterar|distribuerar|"
    r"skriver|uppdaterar|samordnar|"
    r"inventerar|stämmer av|publicerar|annonserar|läser på|sätter upp|hänger upp|beställer|köper|åtgärdar|"
    r"lägger (?:upp|in|ut)|delar (?:ut|med)|sprider|meddelar(?!\s+att\b)|"
    r"tillfrågar|förbereder|sammankallar|samlar|representerar|pratar med|talar med|begär (?:in|offert)|"
    r"gör (?:klart|(?:en|ett)(?!\s(?:\w+\s)?(?:underskott|överskott|minus|plus|resultat|bra|undantag|"
    r"bedömning att)\b))|kartlägger|"
    r"rapporterar till|redovisar (?:till|vid|på)|formulerar|skapar|löser|rättar|för in|vidarebefordrar|"
    r"efterhör|frågar (?:runt|efter)|lyfter (?:frågan )?(?:till|med)|tar (?:upp )?frågan (?:till|internt)|planerar|"
    r"anställer|"
    r"rekryterar|testar|byter|lagar"
)
_MAY_DO = (
    r"leder|genomför|driver|håller|svarar för|hjälper|arbetar vidare|jobbar vidare|påminner|lämnar|besöker|söker|"
    r"anmäler|"
    r"hämtar|lånar|hyr|översätter|registrerar|kompletterar|reviderar|färdigställer|slutför|inhämtar|sköter|tittar på|"
    r"(?:redovisar|presenterar|återrapporterar)(?!\s(?:att|om|från|hur|vad)\b)"
)
"""Verbs that report as often as they promise: a task only where the sentence is a decision, an action or has a date."""
_NO_TASK = (
    r"(?!(?:vara|ha|bli|gälla|finnas|medverka|göras|kunna|kosta|få|innehålla|omfatta|bestå|ligga|öka|minska|stå|heta|"
    r"innebära|"
    r"börja|veta|känna|behöva|räcka|pågå|sina|dessa|denna|flera|andra|båda|alla|vissa|inga|många|samma|bra|extra|"
    r"egna|nya)\b)"
)
_ASSIGN: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_WHO}\s+(?:får|fick|har fått|har)\s+(?:också\s+|även\s+|därför\s+)?i uppdrag\s+(?:att|"
        rf"av\s.{{0,30}}att)\s+(?P<what>[^.;]+)",
        rf"\b{_WHO}\s+(?:upp?dras|uppdrogs|uppmanas|ombeds|ombads)\s+(?:även\s+|därför\s+)?(?:att\s+)?(?P<what>[^.;]+)",
        rf"\b(?:uppdr(?:ar|as|og|ogs|a))\s+(?:vidare\s+|även\s+|därför\s+)?(?:åt|till|)\s*(?:den\s|det\s)?{_WHO}"
        r"(?:\s+(?:och|samt)\s+[^.;]{0,40}?)?\s+att\s+(?P<what>[^.;]+)",
        rf"\b(?:ger|gav|ge|gavs|ges)\s+{_WHO}(?:\s[^.;]{{0,30}}?)?\s+i uppdrag\s+att\s+(?P<what>[^.;]+)",
        rf"^\W*{_WHO}\s+(?:ska|skall|kommer att|kommer|får)\s+(?P<what>{_NO_TASK}[a-zåäö]+[aå]\b[^.;]+)",
        rf"(?:^\W*(?:[Aa]tt\s)?|,\s(?:och\s)?|\boch\s){_WHO}\s+(?P<what>(?:{_DOES})\b[^.;]*)",
        rf"(?:^\W*(?:[Aa]tt\s)?|,\s(?:och\s)?|\boch\s){_WHO}\s+(?P<what>(?P<soft>(?:{_MAY_DO})\b)[^.;]*)",
        r"(?i)^\W*(?:ansvarig(?:a)?)\s*:\s*(?P<who>[^.;,]{2,60}?)\s*[,.;–-]\s*(?P<what>[^.;]{6,})",
    )
)
_MONTH = r"(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)"
_DAY = rf"(?:\d{{1,2}}\s?/\s?\d{{1,2}}(?:\s\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:\s\d{{4}})?|\d{{4}}-\d\d-\d\d)"
_TIME = (
    rf"(?:{_DAY}|nästa (?:möte|träff|sammanträde|gång|vecka|månad)\w*|(?:nästkommande|kommande) möte|"
    rf"årsskiftet|sommaren|jul|"
    rf"(?:måndag|tisdag|onsdag|torsdag|fredag)|mötet (?:i|den) \w+|{_MONTH}(?:\s\d{{4}})?|v(?:ecka|"
    rf"\.)?\s?\d{{1,2}}|hösten|våren|höst|vår|höstens \w+|vårens \w+|"
    rf"(?:nämndens|styrelsens|nätverkets) möte i \w+)"
)
_DUE = re.compile(
    rf"(?i)((?:→|\b(?:klart|senast|före|innan|till|inför|fram till|den|i))\s+(?:den\s+)?{_TIME}|"
    r"\b(?:vid|på) (?:nästa|nästkommande|kommande) (?:möte|träff|sammanträde)\w*|\b(?:under|i) (?:våren|"
    r"hösten|sommaren|veckan))"
)
_PROMISED = re.compile(
    rf"(?i)\b(?:senast|före|innan|inför|fram till|till)\s(?:den\s)?(?:{_TIME}|\d)|"
    rf"\b(?:före|innan|inför)\s\w{{4,}}(?:et|en|an)\b|\b(?:vid|på)\s(?:nästa|"
    rf"nästkommande|kommande)\s|→\s"
)
"""A date that something is to be done by, rather than one on which something happened."""
_BODIES = frozenset("Rådet Nätverket Styrelsen Nämnden Gruppen Mötet Föreningen Kommittén Utskottet Stämman".split())
_NOT_WHO = frozenset(
    "Beslut Svar Det Den De Detta Denna Man Vi En Ett Frågan Punkten Ärendet Medlen Information "
    "Mötet Nästa Medel Ingen Under "
    "Efter För Vid När Om Kommunens Arbetet Projektet Dessutom Därför Därefter Där Här Nu Sedan Vidare Även Också "
    "Samtidigt Istället Till Från Med På Som Att Alla Ordförandebeslut Budgeten Planen Förslaget Resultatet".split()
) - {"Alla"}
_LEAD = re.compile(
    r"(?i)^\W*(?:beslut|beslutades|svar|åtgärd(?:er)?|att göra|uppdrag|ansvar(?:ig)?|nästa steg|uppföljning|action|"
    r"todo|"
    r"(?:vi|mötet|rådet|gruppen|styrelsen|nätverket)\s(?:bestämde|beslutade|kom överens om))\s*:?\s+"
)
_GENERAL = re.compile(
    r"(?i)\b(?:sedan\s(?:(?:19|20)\d\d|\w+\s(?:19|20)\d\d|många|flera|länge|i\s)|numera|i\s?dag|brukar|normalt|ofta|"
    r"alltid|"
    r"vanligen|vanligtvis|just\snu|för\snärvarande|i\snuläget|redan|regelbundet|generellt|i\sregel|enligt\slag\w*|"
    r"i\spraktiken)\b"
)
"""Words of a report on what somebody does in general."""
_THING = re.compile(r"[A-ZÅÄÖ][a-zåäö]{3,}(?:en|et|an|erna|arna|orna)$")
"""A word in the definite form, which is no first name unless the minutes list one like it."""
_DONE = re.compile(r"\W*\[[xX]\]")
_LONGEST = 600
"""No sentence longer than this, in characters, is an assignment."""


def find_assignments(
    text: str, lines: Sequence[Line], start: int = 0, decisions: Sequence[Decision] = (), known: Collection[str] = ()
) -> tuple[Assignment, ...]:
    """Who is to do what, sentence by sentence from the offset `start` on; the span is the whole sentence.

    A sentence inside one of the `decisions`, or under "Att göra", promises where another only reports. `known` are the
    first names of those who attended.
    """
    found = table_rows(text, lines)
    taken = [(one.start, one.end) for one in found]
    listed = among = False  # under a label of actions; among its bullets
    for row in item_rows(text, lines, start):
        if any(a <= row.start < b for a, b in taken):
            continue
        if opens_list(row):
            listed, among = True, False
            continue
        if _DONE.match(row.text):
            continue
        bulleted = BULLET.match(row.text) is not None
        listed = listed and not (STRUCTURE.match(row.text) or row.line.heading or (among and not bulleted))
        among = listed and bulleted
        before = len(found)
        for sentence, low, high in row_sentences(row):
            lead = _LEAD.match(sentence)
            action = listed or lead is not None or any(one.start < high and low < one.end for one in decisions)
            if (match := _assigning(sentence[lead.end() if lead is not None else 0 :], action, known)) is not None:
                found.append(_assignment(match, match.string, text, low, high))
        if listed and len(found) == before and (one := entry(row)) is not None:
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def _assigning(core: str, action: bool, known: Collection[str]) -> re.Match[str] | None:
    """The match of the pattern by which a sentence gives somebody a task, or None; `action` as it stands."""
    if len(core) > _LONGEST or core.endswith("?"):
        return None
    core = BULLET.sub("", core).lstrip("@")
    for n, pattern in enumerate(_ASSIGN):
        match = pattern.search(core)
        if match is None or not _is_someone(match["who"], action or bool(_PROMISED.search(core)), known):
            continue
        if n < _EXPLICIT or (action and not (match.groupdict().get("soft") and match["who"] in _BODIES)):
            return match
        soft = match.groupdict().get("soft")
        if not _GENERAL.search(core) and (not soft or _PROMISED.search(match["what"])):
            return match
    return None


_EXPLICIT = 4
"""So many of the patterns say in words that a task is given ("får i uppdrag", "uppdras")."""


def _is_someone(who: str, promised: bool, known: Collection[str]) -> bool:
    """Whether the subject can be given a task: no adverb, no thing ("Trafiken") where nothing promises anything."""
    if who.split()[0] in _NOT_WHO or (who.isupper() and not (promised and len(who) < 6)):
        return False
    thing = bool(known) and not promised and " " not in who and who not in known and _THING.match(who) is not None
    return not thing or bool(re.fullmatch(_ROLE, who, re.I)) or who in ("Kommunerna", "Samtliga")


def _assignment(match: re.Match[str], core: str, text: str, start: int, end: int) -> Assignment:
    due = _DUE.search(match["what"]) or _DUE.search(core)
    when = re.sub(r"(?i)^(?:(?:→|klart|till|i|den|vid|på|under)\s+)+", "", due[1]) if due is not None else None
    what = " ".join(match["what"].split()).rstrip(" ,")
    return Assignment(" ".join(match["who"].split()), what, when, text[start:end], start, end)


_TIED = (
    r"(?:strateg|chef|direktör|ledare|samordnare|sekreterare|ordförande|utvecklare|kassör|koordinator|"
    r"handläggare|rektor)"
)
_NAME_ROLE = re.compile(rf"({NAME.pattern}),\s+(?:[\w-]{{1,30}}\s){{0,2}}?([a-zåäöA-ZÅÄÖ-]{{0,30}}{_TIED})\b")
_ROLE_NAME = re.compile(rf"\b([A-Za-zåäöÅÄÖ-]{{0,30}}{_TIED})\s*:?\s+({NAME.pattern})")
_SIGNED = re.compile(rf"(?m)^({NAME.pattern})[ \t]*\n\s*([a-zåäöA-ZÅÄÖ-]{{0,30}}{_TIED})\b")
"""A signature: a name on a line of its own, and the role under it."""


def ties(text: str, people: Sequence[Attendee]) -> dict[str, str]:
    """Roles and first names -> full name, only where these minutes tie them to one person."""
    seen: dict[str, set[str]] = {}
    for person in people:
        seen.setdefault(person.name.split()[0].casefold(), set()).add(person.name)
        if person.role:
            seen.setdefault(person.role.casefold(), set()).add(person.name)
    for match in (*_NAME_ROLE.finditer(text), *_SIGNED.finditer(text)):
        if is_name(match[1]):
            seen.setdefault(match[2].casefold(), set()).add(match[1])
    for match in _ROLE_NAME.finditer(text):
        if is_name(match[2]):
            seen.setdefault(match[1].casefold(), set()).add(match[2])
    return {key: next(iter(names)) for key, names in seen.items() if len(names) == 1}


def resolve(assignment: Assignment, tied: dict[str, str], known: Sequence[str]) -> Assignment:
    """The assignment with the full name of the person it falls to, where the same minutes tie `who` to one."""
    who = assignment.who.casefold()
    if assignment.who in known:
        return replace(assignment, person=assignment.who)
    forms = (who, who.removesuffix("en"), who.removesuffix("n"))
    person = next((tied[form] for form in forms if form in tied), None)
    return assignment if person is None else replace(assignment, person=person)
