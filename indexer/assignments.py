"""Assignments in the text of an agenda item: who is to do what, and by when; roles tied to names."""

import re
from collections.abc import Sequence
from dataclasses import replace

from indexer.item_rows import item_rows, row_sentences
from indexer.people import NAME, is_name
from indexer.records import Assignment, Attendee, Line

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
    r"inventerar|stämmer av|publicerar|beställer|köper|åtgärdar|lägger (?:upp|in|ut)|delar (?:ut|med)|sprider|meddelar|"
    r"tillfrågar|förbereder|sammankallar|samlar|representerar|pratar med|talar med|begär|gör (?:klart|"
    r"en|ett)|kartlägger|"
    r"rapporterar till|redovisar (?:till|vid|på|utfallet)|formulerar|skapar|löser|rättar|för in|vidarebefordrar|"
    r"lyfter (?:frågan )?(?:till|med)|tar (?:upp )?frågan (?:till|internt)|planerar|anställer|"
    r"rekryterar|testar|byter|lagar"
)
_NO_TASK = r"(?!vara\b|ha\b|bli\b|gälla\b|finnas\b|medverka\b|göras\b)"
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
        r"(?i)^\W*(?:ansvarig(?:a)?)\s*:\s*(?P<who>[^.;,]{2,60}?)\s*[,.;–-]\s*(?P<what>[^.;]{6,})",
    )
)
_MONTH = r"(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)"
_DAY = rf"(?:\d{{1,2}}\s?/\s?\d{{1,2}}(?:\s\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:\s\d{{4}})?|\d{{4}}-\d\d-\d\d)"
_TIME = (
    rf"(?:{_DAY}|nästa (?:möte|träff|sammanträde|gång|vecka|månad)\w*|(?:nästkommande|kommande) möte|"
    rf"årsskiftet|sommaren|jul|"
    rf"(?:måndag|tisdag|onsdag|torsdag|fredag)|mötet (?:i|den) \w+|{_MONTH}(?:\s\d{{4}})?|v(?:ecka|"
    rf"\.)?\s?\d{{1,2}}|hösten|våren|"
    rf"(?:nämndens|styrelsens|nätverkets) möte i \w+)"
)
_DUE = re.compile(
    rf"(?i)\b((?:senast|före|innan|till|inför|fram till|den|i)\s+(?:den\s+)?{_TIME}|"
    r"(?:vid|på) (?:nästa|nästkommande|kommande) (?:möte|träff|sammanträde)\w*|(?:under|i) (?:våren|"
    r"hösten|sommaren|veckan))"
)
_NOT_WHO = frozenset(
    "Beslut Svar Det Den De Detta Denna Man Vi En Ett Frågan Punkten Ärendet Medlen Information "
    "Mötet Nästa Medel Ingen Under "
    "Efter För Vid När Om Kommunens Arbetet Projektet".split()
)
_LEAD = re.compile(r"(?i)^\W*(?:beslut|beslutades|svar|åtgärd)\s*:?\s+")
_LONGEST = 600
"""No sentence longer than this, in characters, is an assignment."""


def find_assignments(text: str, lines: Sequence[Line], start: int = 0) -> tuple[Assignment, ...]:
    """Who is to do what, sentence by sentence from the offset `start` on; the span is the whole sentence."""
    found: list[Assignment] = []
    for row in item_rows(text, lines, start):
        for sentence, low, high in row_sentences(row):
            if len(sentence) > _LONGEST or sentence.endswith("?"):
                continue
            core = _LEAD.sub("", sentence)
            match = next(
                (m for m in (p.search(core) for p in _ASSIGN) if m is not None and _is_someone(m["who"])), None
            )
            if match is not None:
                found.append(_assignment(match, core, text, low, high))
    return tuple(found)


def _is_someone(who: str) -> bool:
    return who.split()[0] not in _NOT_WHO and not who.isupper()


def _assignment(match: re.Match[str], core: str, text: str, start: int, end: int) -> Assignment:
    due = _DUE.search(match["what"]) or _DUE.search(core)
    when = re.sub(r"(?i)^(?:(?:till|i|den|vid|på|under)\s+)+", "", due[1]) if due is not None else None
    what = " ".join(match["what"].split()).rstrip(" ,")
    return Assignment(" ".join(match["who"].split()), what, when, text[start:end], start, end)


_TIED = (
    r"(?:strateg|chef|direktör|ledare|samordnare|sekreterare|ordförande|utvecklare|kassör|koordinator|"
    r"handläggare|rektor)"
)
_NAME_ROLE = re.compile(rf"({NAME.pattern}),\s+(?:[\w-]{{1,30}}\s){{0,2}}?([a-zåäöA-ZÅÄÖ-]{{0,30}}{_TIED})\b")
_ROLE_NAME = re.compile(rf"\b([A-Za-zåäöÅÄÖ-]{{0,30}}{_TIED})\s*:?\s+({NAME.pattern})")


def ties(text: str, people: Sequence[Attendee]) -> dict[str, str]:
    """Roles and first names -> full name, only where these minutes tie them to one person."""
    seen: dict[str, set[str]] = {}
    for person in people:
        seen.setdefault(person.name.split()[0].casefold(), set()).add(person.name)
        if person.role:
            seen.setdefault(person.role.casefold(), set()).add(person.name)
    for match in _NAME_ROLE.finditer(text):
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
