"""Decisions, deferrals and assignments in the text of an agenda item, each with its span.

A decision is the meeting's own: it stands under a label ("Beslut:"), after the body's name and a verb of deciding
("Nämnden beslutade att ..."), or as a set phrase ("lades till handlingarna"). What another body decided, a proposal, and a
word "beslut" in running text are none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.records import Assignment, Decision, Line

_LABEL = re.compile(
    r"(?i)^\W*(?:(?:[a-zåäö]+(?:ns|ts|rnas|s)\s+)?(?:beslut(?:et)?|beslutspunkter|decision|beslöts|beslutades|beslutade|ställningstagande)(?:\s+(?:i ärendet|på mötet|\d{1,2}))?|"
    r"(?:[a-zåäö]+ens\s+)?beslut\s*/\s*åtgärd)\s*(?P<mark>[:–—]|\s-\s|(?=\s*$))\s*(?P<rest>.*)$"
)
_REPLY = re.compile(r"(?i)^\W*(?:svar|yttrande|remissvar)\s*:\s*(?P<rest>\S.*)$")
_ENDS = re.compile(
    r"(?i)^\W*(?:sammanfattning(?: av ärendet)?|ärendebeskrivning|ärendet|ärende|bakgrund|beslutsunderlag|underlag|förslag till beslut|beslutsförslag|yrkanden?|propositionsordning|"
    r"omröstning\w*|votering\w*|reservation\w*|särskilt yttrande|protokollsutdrag.*|beslutet skickas till.*|skickas till.*|expedieras.*|kopia till.*|jäv|handlingar|bedömning|motivering|diskussion|redogörelse|"
    r"överläggning\w*|information|föredragande\b.*|ansvarig\b.*|uppföljning|åtgärd(?:er)?|att göra|bilag(?:a|or)\b.*|deltar inte i beslutet.*|protokollsanteckning.*|paragrafen är .*justerad.*|tidigare beslut.*|tidsplan|ekonomi)\s*(?::.*)?$"
)
_BULLET = re.compile(r"^\s*(?:[-–—•*·▪●○‣\uf0b7]|\(?\d{1,2}[.)]|\(?[a-zåäö][.)]|o(?=\s))\s+")
_ATT = re.compile(r"(?i)^\s*(?:[-–•*·]\s*|\(?\d{1,2}[.)]\s*|\(?[a-zåäö][.)]\s*)?att\b\s*(?=\S)")
_DECIDE = r"(?:beslut(?:ar|ade|at|ades|as)|beslöt|beslöts|beslutas)"
_ACT = (
    r"(?:beslut(?:ar|ade|at)|beslöt|godkän(?:ner|de|t)|fastställ(?:er|de)|anta(?:r|gs)|antog|bifaller|biföll|avsl(?:år|og)|väl(?:jer|de)|valde|utse(?:r|s)|utsåg|uppdr(?:ar|og)|tillstyrk(?:er|te)|"
    r"avstyrk(?:er|te)|enas|enades|bordl(?:ägger|ade)|återremittera(?:r|de)|remittera(?:r|de)|bevilja(?:r|de)|anslår|anslog|lägger|lade|ställer sig bakom|ställde sig bakom|noterar|noterade|"
    r"tackar för informationen|tackade för informationen|avger|rekommenderar|rekommenderade|upphäver|upphävde|antecknar|ger|gav|är eniga?|är överens|kom överens|kommer överens|ajournera(?:r|de))"
)
_HEAD_ONLY = re.compile(
    rf"^(?P<subject>[^\W\d][^.:;!?]{{1,70}}?)\s+{_DECIDE}(?:\s+(?:följande|enhälligt|därför|vidare|således|därmed|också|enligt följande|därefter|efter votering|efter diskussion)){{0,3}}\s*(?:att)?\s*:?\s*$", re.I
)
_PASSIVE = re.compile(r"(?i)^(?:det\s+)?(?:beslut(?:ades|as)|beslöts|beslutat)\b|^(?:man|vi)\s+(?:beslut|beslöt|enades)")
_FORMAL = re.compile(
    r"(?i)\btill handlingarna\b|(?:godkän\w+|fastställ\w+)\s.{0,40}\b(?:dagordning|föredragningslista|protokoll|anteckning|kallelse|röstlängd)|\b(?:dagordning|föredragningslista|kallelse|röstlängd|protokoll|anteckning)\w*\s.{0,30}\b(?:godkän|fastställ)|"
    r"\bjuster(?:are|ingspers|ingsm|a protokollet|ar protokollet)|\bmöte(?:t|sordförande|ssekreterare)\b.{0,20}\b(?:öppna|avsluta)|\b(?:mötesordförande|mötessekreterare|rösträknare|protokollförare)\b|behörigen? (?:utlyst|kallad)|stadgeenligt utlyst|inga synpunkter"
)
_NOTED = re.compile(r"(?i)\bnotera\w*\b|\btackar? för (?:informationen|rapporten|redovisningen|föredragningen)|\btar (?:del av )?informationen\b|\bantecknar? (?:informationen|redovisningen|rapporten)|\binformationen (?:noteras|antecknas|togs)|\blägg\w+ (?:informationen|rapporten|redovisningen) till handlingarna")
_DEFERRED = re.compile(r"(?i)\bbordl(?:ägg|ad|agd|ades|ades)\w*|\båterremi\w+|\b(?:skjuts|skjuta|sköts|flyttas|flytta|flyttades)\b.{0,30}\b(?:fram|upp|till (?:nästa|kommande|senare))|\butg(?:år|ick|å)\b|\bajourner\w+|\bvila[rs]?\b.{0,10}\btill|\buppskj\w+|\båterkommer (?:på|vid|till) (?:nästa|ett kommande|senare)")
_SUBSTANCE = re.compile(r"(?i)\bställer sig bakom|\buppdra\w*|\bgod(?:känner|kände)\b|\banta[rs]?\b|\bbeslutar att (?!notera|lägga|anteckna)|\btillstyrk|\bacceptera|\bbifall|\bavslå")
_SENTENCE_END = re.compile(r"[.!?]+[”\")]?(?=\s+[A-ZÅÄÖ”\"–-]|\s*$)")
_ABBREVIATION = re.compile(r"(?i)\b(?:kl|nr|ca|dr|st|bl\.\s?a|t\.\s?ex|d\.\s?v\.\s?s|m\.\s?m|f\.\s?d|fr\.\s?o\.\s?m|t\.\s?o\.\s?m|tel|resp|ev|inkl|exkl|etc|dvs|ordf|sekr|tf|v|[A-ZÅÄÖ])\.$")
_PROPOSAL = re.compile(r"(?i)\b(?:förslag(?:et|s)?|föreslå\w*|yrka\w*|rekommend\w+|borde|skulle|om\s+nämnden|kommer\s+att\s+(?:besluta|fatta)|ska\s+(?:besluta|fatta)|inför\s+beslut|tidigare|sedan tidigare|senast|förra (?:året|mötet)|(?:19|20)\d\d\s+beslutade)\b")


@dataclass(frozen=True, slots=True)
class Body:
    """The body that meets, as its own minutes call it: stems that may be the subject of its decisions."""

    name: str

    def is_subject(self, subject: str) -> bool:
        """Whether the noun phrase means this meeting: the meeting itself, "vi", or the body by its name or kind.

        >>> Body("Socialchefsnätverket Dalarna").is_subject("Socialchefs nätverket")
        True
        >>> Body("Socialchefsnätverket Dalarna").is_subject("Kommundirektörerna")
        False
        """
        phrase = re.sub(r"(?i)^(?:och|men|därefter|därmed|efter \w+|även|sedan|härefter|dock)\s+", "", subject.strip()).casefold()
        squeezed = re.sub(r"[\s-]", "", phrase)
        if re.fullmatch(r"(?:mötet|stämman|årsmötet|föreningsstämman|årsstämman|vi|man|det|församlingen|sammanträdet|deltagarna|samtliga|alla|gruppen|parterna|ledamöterna)", squeezed):
            return True
        own = re.sub(r"[\s-]", "", self.name.casefold())
        if len(squeezed) >= 5 and (squeezed in own or squeezed.rstrip("etn") in own):
            return True
        head = squeezed[:9]
        if len(squeezed) >= 9 and head in own and not re.search(r"s(?:ordförande|presidium)\w*$", squeezed):
            return True
        kinds = ("nätverk", "nämnd", "styrelse", "råd", "utskott", "grupp", "stämma", "fullmäktige", "förening", "samverkan", "kommitté", "beredning", "presidi", "direktion", "lag", "klubb", "kår")
        words = phrase.split()
        return len(words) == 1 and any(phrase.rstrip("n").rstrip("e").rstrip("t").endswith(k[: len(k) - 1]) and k in own for k in kinds)


def kind_of(text: str) -> str:
    """The kind of a decision by its words: substantive, formal, noted, deferred.

    >>> [kind_of(t) for t in ("Nätverket noterar informationen.", "att utse Bo Ek till ordförande", "Ärendet bordläggs.")]
    ['noted', 'substantive', 'deferred']
    """
    if _DEFERRED.search(text) and len(text) < 250 and not _SUBSTANCE.search(text):
        return "deferred"
    if _NOTED.search(text) and not _SUBSTANCE.search(re.sub(r"(?i)i övrigt.*", "", text)):
        return "noted"
    if _FORMAL.search(text) and len(text) < 220:
        return "noted" if re.search(r"(?i)informationen till handlingarna|rapporten till handlingarna|redovisningen till handlingarna", text) else "formal"
    return "substantive"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of an item's body: its text and its offset in the document, and its typography."""

    text: str
    start: int
    line: Line

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _rows(text: str, lines: Sequence[Line]) -> list[_Row]:
    return [_Row(text[line.start : line.end], line.start, line) for line in lines if not line.furniture]


def _make(text: str, start: int, end: int, kind: str | None = None) -> Decision:
    """A decision at the span, without the bullet before it and the space around it."""
    raw = text[start:end]
    if (bullet := _BULLET.match(raw)) is not None:
        start += bullet.end()
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    words = text[start:end]
    return Decision(words, kind or kind_of(words), start, end)


def _list_after(rows: Sequence[_Row], at: int) -> int:
    """The index after the run of list rows (bullets, numbers, att-clauses) that begins at `at`."""
    end = at
    while end < len(rows) and (_BULLET.match(rows[end].text) or _ATT.match(rows[end].text)) and not _ENDS.match(rows[end].text):
        end += 1
    return end


def _block(rows: Sequence[_Row], at: int) -> tuple[list[tuple[int, int]], int]:
    """The spans of the decisions in the block that begins at row `at` under a label, and the row after it."""
    spans: list[tuple[int, int]] = []
    i = at
    while i < len(rows):
        row = rows[i]
        if _ENDS.match(row.text) or _LABEL.match(row.text) or _REPLY.match(row.text) or (row.line.heading and i > at) or row.line.bold and i > at and not rows[at].line.bold:
            break
        if (end := _list_after(rows, i)) > i:
            spans += [(r.start, r.end) for r in rows[i:end]]
            i = end
            gap = i < len(rows) and rows[i].start - rows[i - 1].end > 1
            if gap or (i < len(rows) and not _HEAD_ONLY.match(rows[i].text)):
                break
            continue
        if _HEAD_ONLY.match(row.text) or row.text.rstrip().endswith(":"):
            if spans and row.start - rows[i - 1].end > 1 and not _HEAD_ONLY.match(row.text):
                break
            following = _list_after(rows, i + 1)
            if following == i + 1 and i + 1 < len(rows) and not _ENDS.match(rows[i + 1].text):
                spans.append((rows[i + 1].start, rows[i + 1].end))
                i += 2
                continue
            if following == i + 1 and not row.text.rstrip().endswith(":"):
                spans.append((row.start, row.end))
            i += 1
            continue
        if spans:
            same = rows[i - 1].line.italic and row.line.italic
            if row.start - rows[i - 1].end > 1 and not same:
                break
        spans.append((row.start, row.end))
        i += 1
    return spans, i


def _labelled(text: str, rows: Sequence[_Row]) -> tuple[list[Decision], set[int]]:
    """The decisions under labels, and the rows they take."""
    found: list[Decision] = []
    used: set[int] = set()
    i = 0
    while i < len(rows):
        row = rows[i]
        if (reply := _REPLY.match(row.text)) is not None:
            found.append(_make(text, row.start + reply.start("rest"), row.end, "consultation"))
            used.add(i)
            i += 1
            continue
        label = _LABEL.match(row.text)
        if label is None or re.match(r"(?i)\W*(?:förslag|tidigare)", row.text):
            i += 1
            continue
        rest = label["rest"].strip()
        used.add(i)
        if rest and not rest.endswith(":") and not re.search(rf"(?i)\b{_DECIDE}(?:\s+att)?$", rest):
            end = row.end
            found.append(_make(text, row.start + label.start("rest"), end))
            i += 1
            if (stop := _list_after(rows, i)) > i and rows[i].start - row.end <= 1 and _ATT.match(rows[i].text):
                found += [_make(text, r.start, r.end) for r in rows[i:stop]]
                used.update(range(i, stop))
                i = stop
            continue
        spans, end_row = _block(rows, i + 1)
        found += [_make(text, start, end) for start, end in spans]
        used.update(range(i, end_row))
        i = max(end_row, i + 1)
    return found, used


def _heads(text: str, rows: Sequence[_Row], body: Body, used: set[int]) -> list[Decision]:
    """The decisions listed under "X beslutade" (X this body) where no label stands."""
    found: list[Decision] = []
    for i, row in enumerate(rows):
        if i in used:
            continue
        head = _HEAD_ONLY.match(row.text)
        passive = re.match(r"(?i)^(?:det\s+)?(?:beslutades|beslutas|beslöts)\s*(?:att)?\s*:?\s*$", row.text)
        if passive is None and (head is None or not body.is_subject(head["subject"])):
            continue
        end = _list_after(rows, i + 1)
        if end == i + 1:
            continue
        found += [_make(text, r.start, r.end) for r in rows[i + 1 : end]]
        used.update(range(i, end))
    return found


_INLINE = re.compile(rf"^(?:[–-]\s*)?(?P<subject>[^\W\d][^,.:;!?]{{1,60}}?)\s+(?P<verb>{_ACT})\b", re.I)
_INVERTED = re.compile(rf"(?i)^(?:efter|därefter|därmed|sedan|med|utifrån|efter votering|mot bakgrund)\b.{{0,90}}?\b(?P<verb>{_ACT})\s+(?P<subject>[^\W\d]\w+(?:\s[^\W\d]\w+)?)\s+(?:att\b|enhälligt|följande)")
_SET_PHRASE = re.compile(
    r"(?i)^(?:(?:punkten|ärendet|frågan|motionen|protokollet|anteckningarna|minnesanteckningarna|föregående \w+|informationen|rapporten|dagordningen|förslaget|berättelserna?|verksamhetsberättelsen|kallelsen|röstlängden|\w+(?:en|et|na|erna))\b[^.]{0,60}?\s)?"
    r"(?:bordlades|bordläggs|återremitteras|återremitterades|lades till handlingarna|läggs till handlingarna|läggs ad acta|godkändes|godkänns|fastställdes|fastställs|antogs|bifölls|bifalles|avslogs|avslås)\b"
)
_BARE_OUTCOME = re.compile(r"(?i)^(?:till handlingarna|bordlades|bordläggs|bifall|avslag|godkändes|godkänns|läggs? till handlingarna|lades till handl\w*\.?)\W*$")


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences of a paragraph; an abbreviation's full stop ends none.

    >>> [t for t in ("Kl. 9 bl.a. Bo. Sedan Eva.",) for t in [t[a:b] for a, b in sentences(t)]]
    ['Kl. 9 bl.a. Bo.', 'Sedan Eva.']
    """
    spans, at = [], 0
    for match in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[at : match.end()].rstrip("”\")")) and match.end() < len(text.rstrip()) and not re.search(r"[a-zåäö]{4,}\.$", text[at : match.end()]):
            continue
        spans.append((at, match.end()))
        at = match.end()
    if text[at:].strip():
        spans.append((at, len(text)))
    return [(a + len(text[a:b]) - len(text[a:b].lstrip()), b - (len(text[a:b]) - len(text[a:b].rstrip()))) for a, b in spans]


def _sentences(row: _Row) -> Iterator[tuple[str, int, int]]:
    for start, end in sentences(row.text):
        yield row.text[start:end], row.start + start, row.start + end


def _is_inline(sentence: str, body: Body) -> bool:
    """Whether a sentence without a label is a decision of this meeting."""
    if _BARE_OUTCOME.match(sentence) or _SET_PHRASE.match(sentence):
        return not re.search(r"(?i)\b(?:av|i)\s+(?:kommunfullmäktige|regeringen|riksdagen|direktionen|regionen|kommunstyrelsen)\b", sentence)
    if re.match(r"(?i)^(?:det\s+)?(?:beslutades|beslöts|beslutas)\s", sentence):
        return True
    match = _INLINE.match(sentence) or _INVERTED.match(sentence)
    if match is None:
        return False
    subject, verb = match["subject"], match["verb"].casefold()
    if re.search(r"(?i)\b(?:som|vilket|att|om|när|hade|har|ska|kommer|inte)\b", subject) or not body.is_subject(subject):
        return False
    rest = sentence[match.end("verb") :]
    if verb.startswith(("beslut", "beslöt")):
        return not re.match(r"(?i)\s+(?:om|inte)\b.{0,20}$", rest) and not _PROPOSAL.search(sentence[: match.end("verb") + 2])
    if verb in ("ger", "gav"):
        return bool(re.match(r"(?i)\s+\S.{0,60}\bi uppdrag\b", rest))
    if verb in ("lägger", "lade"):
        return "handlingarna" in rest
    if verb in ("är enig", "är eniga", "är överens", "enas", "enades", "kom överens", "kommer överens"):
        return bool(re.match(r"(?i)\s+om\b", rest))
    if verb in ("antar", "rekommenderar", "rekommenderade", "antecknar"):
        return len(rest.split()) >= 2
    if subject.casefold() in ("vi", "man", "det", "alla", "samtliga", "deltagarna") and not verb.startswith(("beslut", "beslöt", "enas", "enad", "kom")):
        return False
    return True


def find_decisions(text: str, lines: Sequence[Line], body: Body) -> tuple[Decision, ...]:
    """The decisions of an item whose body consists of these lines, in order.

    Labelled decisions win: where the item has any, unlabelled sentences are only taken for an explicit "beslutade att".
    """
    rows = _rows(text, lines)
    found, used = _labelled(text, rows)
    found += _heads(text, rows, body, used)
    strict = bool([d for d in found if d.kind != "consultation"])
    for i, row in enumerate(rows):
        if i in used or row.line.quoted:
            continue
        if strict:
            continue
        for sentence, start, end in _sentences(row):
            if _is_inline(sentence, body):
                found.append(_make(text, start, end))
    unique = {(d.start, d.end): d for d in found if d.text}
    return tuple(sorted(unique.values(), key=lambda d: d.start))


_DEFERRAL = re.compile(r"(?i)\b(?:punkt(?:en|er|erna)?|fråga(?:n)?|ärendet|ärende|detta|diskussionen|beslutet)\b.{0,40}?(?:bordl\w+|återremi\w+|utg(?:år|ick)\b|(?:skjuts|sköts|flyttas|flyttades|tas upp|lyfts)\b.{0,25}\b(?:fram|upp|nästa|kommande|senare)|återkommer\b.{0,25}\b(?:nästa|senare|kommande))|\bbordl(?:ades|äggs)\b|\bbordläggs\b")


def find_deferrals(text: str, lines: Sequence[Line], decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The sentences that say that the item was put off, decisions of kind deferred left out."""
    taken = [(d.start, d.end) for d in decisions]
    found = []
    for row in _rows(text, lines):
        for sentence, start, end in _sentences(row):
            if _DEFERRAL.search(sentence) and len(sentence) < 250 and not any(a <= start < b for a, b in taken):
                found.append(_make(text, start, end, "deferred"))
    return tuple(found)


_NAME = r"[A-ZÅÄÖ][\wé]+(?:-[A-ZÅÄÖ]\w+)?(?:\s+(?:von|af|de)\s+)?(?:\s+[A-ZÅÄÖ][\wé]+(?:-[A-ZÅÄÖ]\w+)?){0,2}"
_ROLE = (
    r"(?:(?:nätverkets\s|gruppens\s|förvaltningens\s)?[A-Za-zåäöÅÄÖ]*(?:strateg|chef|direktör|ledare|samordnare|sekreterare|ordförande|utvecklare|handläggare|kassör|koordinator|kansli|jurist|ekonom|styrgrupp|arbetsgrupp|projektgrupp|beredningsgrupp|"
    r"arbetsutskott|presidium|presidie|förvaltning|kommunförbund|kommunalförbund|valberedning|styrelse|grupp|nätverk|kontor|enhet|rektor|revisor|vaktmästare|ledamot|ledamöter|kontaktperson)(?:en|n|et|t|erna|arna|na|a|er|e|s)?)"
)
_WHO = rf"(?P<who>{_NAME}(?:(?:,\s{_NAME})*\s(?:och|samt)\s{_NAME})?|{_ROLE}|[Aa]lla|[Vv]arje \w+|[Kk]ommunerna|[Ss]amtliga|[Rr]espektive \w+)"
_ASSIGN: tuple[re.Pattern[str], ...] = (
    re.compile(rf"\b{_WHO}\s+(?:får|fick|har fått|har)\s+(?:också\s+|även\s+|därför\s+)?i uppdrag\s+(?:att|av\s.{{0,30}}att)\s+(?P<what>[^.;]+)"),
    re.compile(rf"\b{_WHO}\s+(?:upp?dras|uppdrogs|uppmanas|ombeds|ombads)\s+(?:även\s+|därför\s+)?att\s+(?P<what>[^.;]+)"),
    re.compile(rf"\b(?:uppdr(?:ar|as|og|ogs|a)|uppdra)\s+(?:vidare\s+|även\s+|därför\s+)?(?:åt|till|)\s*(?P<det>den\s|det\s)?{_WHO}(?:\s+(?:och|samt)\s+[^.;]{{0,40}}?)?\s+att\s+(?P<what>[^.;]+)"),
    re.compile(rf"\b(?:ger|gav|ge|gavs|ges)\s+{_WHO}(?:\s[^.;]{{0,30}}?)?\s+i uppdrag\s+att\s+(?P<what>[^.;]+)"),
    re.compile(rf"^\W*{_WHO}\s+(?:ska|skall|kommer att|kommer|får)\s+(?P<what>(?!vara\b|ha\b|bli\b|gälla\b|finnas\b|medverka\b|göras\b)[a-zåäö]+[aå]\b[^.;]+)"),
    re.compile(rf"^\W*{_WHO}\s+(?P<what>(?:återkommer|bevakar|återkopplar|skickar|kontaktar|kollar|undersöker|tar fram|tar kontakt|tar med sig|sammanställer|ansvarar för|bjuder in|bokar|ordnar|fixar|mejlar|mailar|ringer|hör sig för|frågar|ser över|följer upp|lämnar|håller ihop|utreder|tar reda på|kallar|återrapporterar|distribuerar|skriver|uppdaterar|samordnar|inventerar|stämmer av|informerar|publicerar|beställer|köper|åtgärdar|lägger upp|delar|sprider|meddelar|tillfrågar|påminner|förbereder|sammankallar)\b[^.;]*)"),
    re.compile(r"(?i)^\W*(?:ansvarig(?:a)?)\s*:\s*(?P<who>[^.;,]{2,60}?)\s*[,.;–-]\s*(?P<what>[^.;]{6,})"),
)  # fmt: skip
_DUE = re.compile(
    r"(?i)\b((?:senast|före|innan|till|inför|fram till|den|i)\s+(?:den\s+)?(?:\d{1,2}\s?/\s?\d{1,2}(?:\s\d{4})?|\d{1,2}\s(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)\w*(?:\s\d{4})?|\d{4}-\d\d-\d\d|nästa (?:möte|träff|sammanträde|gång|vecka|månad)\w*|nästkommande möte|kommande möte|årsskiftet|sommaren|jul|fredag|måndag|tisdag|onsdag|torsdag|mötet (?:i|den) \w+|(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)(?:\s\d{4})?|v(?:ecka|\.)?\s?\d{1,2}|hösten|våren|(?:nämndens|styrelsens|nätverkets) möte i \w+)|(?:vid|på) (?:nästa|nästkommande|kommande) (?:möte|träff|sammanträde)\w*|(?:under|i) (?:våren|hösten|sommaren|veckan))"
)
_NOT_WHO = frozenset("Beslut Svar Det Den De Detta Denna Man Vi En Ett Frågan Punkten Ärendet Medlen Information Mötet Nästa Medel Ingen Under Efter För Vid När Om Kommunens Arbetet Projektet".split())


def find_assignments(text: str, lines: Sequence[Line]) -> tuple[Assignment, ...]:
    """Who is to do what, sentence by sentence; the span is the whole sentence."""
    found: list[Assignment] = []
    for row in _rows(text, lines):
        for sentence, start, end in _sentences(row):
            core = re.sub(r"(?i)^\W*(?:beslut|beslutades|svar|åtgärd)\s*:?\s+", "", sentence)
            for pattern in _ASSIGN:
                match = pattern.search(core)
                if match is None or match["who"].split()[0] in _NOT_WHO:
                    continue
                due = _DUE.search(match["what"]) or _DUE.search(core)
                found.append(
                    Assignment(
                        who=" ".join(match["who"].split()), what=" ".join(match["what"].split()).rstrip(" ,"),
                        due=due[1] if due else None, text=text[start:end], start=start, end=end,
                    )  # fmt: skip
                )
                break
    return tuple(found)
