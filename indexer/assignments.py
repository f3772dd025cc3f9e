"""Assignments in the text of an agenda item: who is to do what, and by when."""

import re
from collections.abc import Sequence

from indexer.records import Assignment, Line
from indexer.item_rows import item_rows, row_sentences

_NAME = r"[A-ZÅÄÖ][\wé]+(?:-[A-ZÅÄÖ]\w+)?(?:\s+(?:von|af|de)\s+)?(?:\s+[A-ZÅÄÖ][\wé]+(?:-[A-ZÅÄÖ]\w+)?){0,2}"
_ROLE = (
    r"(?:(?:nätverkets\s|gruppens\s|förvaltningens\s)?[A-Za-zåäöÅÄÖ]*(?:strateg|chef|direktör|ledare|samordnare|sekreterare|ordförande|utvecklare|handläggare|kassör|koordinator|kansli|jurist|ekonom|styrgrupp|arbetsgrupp|projektgrupp|beredningsgrupp|"
    r"arbetsutskott|presidium|presidie|förvaltning|kommunförbund|kommunalförbund|valberedning|styrelse|grupp|nätverk|kontor|enhet|rektor|revisor|vaktmästare|ledamot|ledamöter|kontaktperson)(?:en|n|et|t|erna|arna|na|a|er|e|s)?)"
)
_WHO = rf"(?P<who>{_NAME}(?:(?:,\s{_NAME})*\s(?:och|samt)\s{_NAME})?|{_ROLE}|[Aa]lla|[Vv]arje \w+|[Kk]ommunerna|[Ss]amtliga|[Rr]espektive \w+)"
_DOES = (
    r"återkommer|bevakar|återkopplar|skickar|kontaktar|kollar|undersöker|tar (?:fram|kontakt|med sig|in|med|över|upp|reda|hand|tag|på sig|ansvar)|"
    r"sammanställer|ansvarar för|bjuder in|bokar|ordnar|fixar|mejlar|mailar|ringer|hör (?:sig för|av sig|med)|ser (?:över|till)|följer upp|håller (?:ihop|i)|utreder|"
    r"kallar|återrapporterar|distribuerar|skriver|uppdaterar|samordnar|inventerar|stämmer av|publicerar|beställer|köper|åtgärdar|lägger (?:upp|in|ut)|"
    r"delar (?:ut|med)|sprider|meddelar|tillfrågar|förbereder|sammankallar|samlar|representerar|pratar med|talar med|begär|gör (?:klart|en|ett)|utreder|"
    r"kartlägger|rapporterar till|redovisar (?:till|vid|på|utfallet)|anmäler|formulerar|skapar|löser|rättar|för in|ser över|vidarebefordrar|lyfter (?:frågan )?(?:till|med)|planerar|anställer|rekryterar|letar|söker|testar|byter|lagar|städar"
)
_ASSIGN: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\b{_WHO}\s+(?:får|fick|har fått|har)\s+(?:också\s+|även\s+|därför\s+)?i uppdrag\s+(?:att|av\s.{{0,30}}att)\s+(?P<what>[^.;]+)"),
    re.compile(rf"\b{_WHO}\s+(?:upp?dras|uppdrogs|uppmanas|ombeds|ombads)\s+(?:även\s+|därför\s+)?att\s+(?P<what>[^.;]+)"),
    re.compile(rf"\b(?:uppdr(?:ar|as|og|ogs|a)|uppdra)\s+(?:vidare\s+|även\s+|därför\s+)?(?:åt|till|)\s*(?P<det>den\s|det\s)?{_WHO}(?:\s+(?:och|samt)\s+[^.;]{{0,40}}?)?\s+att\s+(?P<what>[^.;]+)"),
    re.compile(rf"\b(?:ger|gav|ge|gavs|ges)\s+{_WHO}(?:\s[^.;]{{0,30}}?)?\s+i uppdrag\s+att\s+(?P<what>[^.;]+)"),
    re.compile(rf"^\W*{_WHO}\s+(?:ska|skall|kommer att|kommer|får)\s+(?P<what>(?!vara\b|ha\b|bli\b|gälla\b|finnas\b|medverka\b|göras\b)[a-zåäö]+[aå]\b[^.;]+)"),
    re.compile(rf"(?:^\W*(?:[Aa]tt\s)?|,\s(?:och\s)?|\boch\s){_WHO}\s+(?P<what>(?:{_DOES})\b[^.;]*)"),
    re.compile(rf"\b{_WHO}\s+(?:ombeds|ombads|tillfrågas om)\s+(?:att\s+)?(?P<what>[^.;]+)"),
    re.compile(r"(?i)^\W*(?:ansvarig(?:a)?)\s*:\s*(?P<who>[^.;,]{2,60}?)\s*[,.;–-]\s*(?P<what>[^.;]{6,})"),
)  # fmt: skip
_DUE = re.compile(
    r"(?i)\b((?:senast|före|innan|till|inför|fram till|den|i)\s+(?:den\s+)?(?:\d{1,2}\s?/\s?\d{1,2}(?:\s\d{4})?|\d{1,2}\s(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)\w*(?:\s\d{4})?|\d{4}-\d\d-\d\d|nästa (?:möte|träff|sammanträde|gång|vecka|månad)\w*|nästkommande möte|kommande möte|årsskiftet|sommaren|jul|fredag|måndag|tisdag|onsdag|torsdag|mötet (?:i|den) \w+|(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)(?:\s\d{4})?|v(?:ecka|\.)?\s?\d{1,2}|hösten|våren|(?:nämndens|styrelsens|nätverkets) möte i \w+)|(?:vid|på) (?:nästa|nästkommande|kommande) (?:möte|träff|sammanträde)\w*|(?:under|i) (?:våren|hösten|sommaren|veckan))"
)
_NOT_WHO = frozenset("Beslut Svar Det Den De Detta Denna Man Vi En Ett Frågan Punkten Ärendet Medlen Information Mötet Nästa Medel Ingen Under Efter För Vid När Om Kommunens Arbetet Projektet".split())


def find_assignments(text: str, lines: Sequence[Line], body_start: int = 0) -> tuple[Assignment, ...]:
    """Who is to do what, sentence by sentence; the span is the whole sentence."""
    found: list[Assignment] = []
    for row in item_rows(text, lines, body_start):
        for sentence, start, end in row_sentences(row):
            core = re.sub(r"(?i)^\W*(?:beslut|beslutades|svar|åtgärd)\s*:?\s+", "", sentence)
            for pattern in _ASSIGN:
                match = pattern.search(core)
                if match is None or match["who"].split()[0] in _NOT_WHO or match["who"].isupper() or sentence.endswith("?"):
                    continue
                due = _DUE.search(match["what"]) or _DUE.search(core)
                when = re.sub(r"(?i)^(?:(?:till|i|den|vid|på|under)\s+)+", "", due[1]) if due else None
                found.append(
                    Assignment(
                        who=" ".join(match["who"].split()), what=" ".join(match["what"].split()).rstrip(" ,"),
                        due=when, text=text[start:end], start=start, end=end,
                    )  # fmt: skip
                )
                break
    return tuple(found)
