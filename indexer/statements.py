"""Sentences that decide: whether a sentence without a label is a decision of the meeting whose minutes it stands in."""

import re

from indexer.bodies import Body

_ACT = (
    r"(?:beslut(?:ar|ade|at)|beslöt|beslutas|godkän(?:ner|de|t)|fastställ(?:er|de)|anta(?:r|gs)|antog|"
    r"bifaller|biföll|avsl(?:år|og)|väl(?:jer|de)|valde|utse(?:r|s)|utsåg|"
    r"uppdr(?:ar|og)|tillstyrk(?:er|te)|avstyrk(?:er|te)|enas|enades|bordl(?:ägger|ade)|"
    r"återremittera(?:r|de)|remittera(?:r|de)|bevilja(?:r|de)|"
    r"anslår|anslog|avsätter|avsatte|lägger|lade|ställer sig bakom|ställde sig bakom|"
    r"ställer sig positiv\w*|noterar|noterade|tackar för|tackade för|"
    r"avger|rekommenderar|rekommenderade|upphäver|upphävde|förelägger|antecknar|ger|gav|är eniga?|"
    r"är överens|kom överens|kommer överens|ajournera(?:r|de)|adjungera(?:r|de)|"
    r"tar del av|tog del av|befanns|befinns|avstår från|önskar|"
    r"kom fram till|kommer fram till|begär|begärde|ansåg|anser|förklarar|förklarade)"
)
_OWN_SUBJECT = re.compile(rf"(?i)^(?:[–-]\s*)?(?P<subject>[^\W\d][^,.:;!?]{{1,60}}?)\s+(?P<verb>{_ACT})\b")
_INVERTED = re.compile(
    rf"(?i)^(?:efter|därefter|därmed|sedan|med|härvid|på förslag av|utifrån|mot bakgrund|i enlighet|"
    rf"enligt|härefter|slutligen|vidare|samtidigt|dessutom)\b.{{0,110}}?"
    rf"\b(?P<verb>{_ACT})\s+(?P<subject>[^\W\d]\w+(?:\s(?!att\b)[^\W\d]\w+)?)\s+(?:att\b|enhälligt|"
    rf"följande|enligt|avslå|bifalla|[a-zåäö]+a\b)"
)
_THINGS = (
    r"(?:[A-ZÅÄÖ][\wåäö]+s\s)?(?:punkten|ärendet|ärendena|frågan|motionen|motionerna|protokoll(?:et|en)?|(?:minnes|mötes|"
    r"dag)?anteckningar(?:na)?|föregående \w+|information(?:en)?|rapport(?:en|er|erna)?|"
    r"dagordning(?:en)?|föredragningslista(?:n)?|förslaget|förslagen|berättelserna?|"
    r"\w+berättelse[nr]?(?:na)?|(?:\w+- och )?\w+räkning(?:en|arna)?|kallelsen?|röstlängd(?:en)?|"
    r"den|det|\w{3,}(?:en|et|na|erna|an|ing|tion))"
)
_OUTCOME = (
    r"(?:bordlades|bordläggs|återremitteras|återremitterades|(?:lades|läggs|lagt|lägges) (?:därmed |"
    r"därefter |sedan |också |med [^.]{1,60}?)?(?:till handl\w*|ad acta)|godkändes|godkänns|fastställdes|fastställs|"
    r"antogs|antas|beviljades|beviljas|avskrivs|avskrevs|"
    r"bifölls|bifalles|avslogs|avslås|anses (?:vara )?(?:besvara\w+|färdigbehandla\w+)|"
    r"noteras till protokollet|togs till handl\w*|hänskj?(?:uts|öts) till|(?:om|ny)valdes|valdes om|"
    r"besvara(?:s|des) (?:med ja|jakande)|"
    r"(?:befanns|befinns|ansågs|anses|förklara(?:s|des)|konstatera(?:s|des)|beslutades)(?: (?:vara|som|att vara))? "
    r"(?:behörig\w*|stadgeenlig\w*|rätt|i (?:laga|behörig|stadgeenlig) ordning) (?:utlyst|kallad|sammankallad)\w*|"
    r"(?:var|är) (?:(?:behörigen|behörigt|stadgeenligt) (?:utlyst|kallad|sammankallad)\w*|"
    r"utlyst\w* i (?:behörig|laga|stadgeenlig|rätt)\b))"
)
_SET_PHRASE = re.compile(
    rf"(?i)^(?:{_THINGS}\b[^.;:]{{0,60}}?\s)?{_OUTCOME}(?!\w)|^informationen\s(?:noteras|noterades|"
    rf"togs till protokollet)\b"
    r"|^(?-i:[A-ZÅÄÖ])[\wåäö-]+(?:\s[\wåäö-]+){0,4}\s(?:beviljades|bifölls|avslogs|antogs|"
    r"fastställdes|godkändes|bordlades)(?!\w)"
    r"|^[^.;:]{3,90}?\s(?:presentera(?:de)?s|föredra(?:gs|s|ges)|föredrogs|gicks igenom|gås igenom|lästes upp|"
    r"läses upp|visa(?:de)?s)"
    r"\b[^.;:]{0,50}?\soch\s(?:sedan\s)?(?:godkändes|godkänns|fastställdes|fastställs|antogs|antas)(?!\w)"
)
_ANSWERED = re.compile(r"(?i)^frågan?\s(?:om|huruvida)\s[^.;:]{5,120}\sbesvara(?:s|des)\s(?:med\sja|jakande)\b")
_BARE = re.compile(
    r"(?i)^(?:till handlingarna|bordlades|bordläggs|bordlagd|bordlagt|bifall|bifalles|avslag|avslås|"
    r"godkändes|godkänns|fastställdes|fastställs|"
    r"(?:läggs?|lades) till handl\w*)\W*$"
)
_PASSIVE = re.compile(
    r"(?i)^(?:det\s+)?(?:beslutades|beslöts|beslutas)\s|^beslut(?:et)?(?:\s+(?:togs|fattades|tas|"
    r"fattas|blev|är|blir))?(?:\s+om)?\s+(?:för\s+)?att\s+\S"
    r"|^beslut(?:ade|ar|at)\s+(?:enhälligt\s+)?(?:att|om|enligt)\s|"
    r"^beslut(?:\s+fattades)?\s+(?:enligt|i enlighet med)\s"
)
_VERB_FIRST = re.compile(r"(?i)^(?P<verb>beslutade|beslutar|beslöt)\s+(?P<subject>[^\W\d]\w+)\s+(?:enhälligt\s+)?att\b")
_NAMES = (
    r"[A-ZÅÄÖ][\wé-]+(?:\s[A-ZÅÄÖ][\wé-]+){0,3}"
    r"(?:,\s[a-zåäö]{4,30}(?:\s[a-zåäö]{2,30}){0,2}(?:,|(?=\s(?:och|samt)\b)))?"  # "Siv Palmborg, sammankallande, och"
)
_CHOSEN = r"(?:(?:om|ny)?(?:väljs|valdes|utses|utsågs)|adjungera(?:s|des)|nominera(?:s|des))"
_ELECTED = re.compile(
    rf"^(?:(?:[A-ZÅÄÖ][a-zåäö]+(?:\s[a-zåäö]+){{0,2}}:\s)?(?:{_NAMES}(?:,|\soch|\ssamt)\s)*{_NAMES}\s{_CHOSEN}"
    r"(?:\s(?:enhälligt|även|också|därefter)){0,2}\s(?:till|att|som|i|med|på|om)\b"
    rf"|(?:[A-ZÅÄÖ][a-zåäö]+(?:\s[a-zåäö]+){{0,2}}:\s)?Till\s[^.;:]{{3,70}}\s{_CHOSEN}(?:\s[a-zåäö]+){{0,2}}:?\s[A-ZÅÄÖ]"
    r"|(?:[A-ZÅÄÖ][a-zåäö]+(?:\s[a-zåäö]+){0,2}:\s)?(?:Väljs|Valdes|Utses|Utsågs|Omvaldes|Nyvaldes)"
    r"\s(?:enhälligt\s)?[A-ZÅÄÖ]"
    r"|[A-ZÅÄÖ][^.:;!?]{3,150}\s(?:valdes|väljs)\som\b)"
)
_ASSIGNED = re.compile(
    r"(?i)^(?P<subject>[^\W\d][^.:;!?]{1,60}?)\s(?:(?:får|fick|ges|gavs)\s(?:därför\s|också\s|"
    r"även\s)?i uppdrag (?:att|till)|(?:uppdras|uppdrogs)\s(?:även\s|därför\s|att\s)|"
    r"ombeds(?: att)?\s)"
)
_VOTE = re.compile(
    r"(?i)^(?:med\s)?\d+\s(?:röst(?:er)?\s)?för\s.{2,40}(?:,|\soch)\s\d+\s(?:röst(?:er)?\s)?(?:för|mot|emot)\b"
)
_OTHERS_HAND = re.compile(
    r"(?i)\b(?:av|i)\s+(?:kommunfullmäktige|regeringen|riksdagen|direktionen|regionen|kommunstyrelsen|"
    r"länsstyrelsen|domstolen|hovrätten|kammarrätten)\b"
)
_NOT_THEN = re.compile(
    r"(?i)^\s+(?:(?:19|20)\d\d\b|den\s\d|i\s(?:januari|februari|mars|april|maj|juni|juli|augusti|"
    r"september|oktober|november|december|fjol|våras|höstas|somras|vintras)\b|"
    r"(?:vid|på)\s(?:sitt\s|det\s|ett\s|sin\s)?(?:förra|föregående|tidigare|senaste|mötet den|mötet i|"
    r"sammanträdet den|sammanträdet i)\b|förra|tidigare|redan|senast\b|om\s+det\s+tidigare)"
)
_PROPOSAL = re.compile(
    r"(?i)\b(?:föreslå\w*|yrka\w*|borde|skulle|om\s+nämnden|kommer\s+att\s+(?:besluta|fatta)|"
    r"ska\s+(?:besluta|fatta)|inför\s+beslut|"
    r"sedan tidigare|förra (?:året|mötet))\b"
)
_NO_SUBJECT = re.compile(
    r"(?i)\b(?:som|vilket|vilka|att|om|när|hade|har|ska|skall|kommer|inte|kan|borde|bör|föreslår|"
    r"yrkar|innan|eftersom)\b"
)
_CROWD = frozenset(("vi", "man", "det", "alla", "samtliga", "deltagarna", "ledamöterna", "parterna"))


def is_own_decision(sentence: str, body: Body, explicit: bool = False, alone: bool = False) -> bool:
    """Whether a sentence without a label is a decision of this meeting.

    `explicit` asks for a verb of deciding ("beslutade att"); else noting, set phrases, elections and votes count too,
    and an assignment where it stands `alone` in its paragraph.
    """
    sentence = sentence.strip()
    if _PASSIVE.match(sentence) or _ANSWERED.match(sentence):
        return True
    if not explicit and (
        _BARE.match(sentence) or _SET_PHRASE.match(sentence) or _ELECTED.match(sentence) or _VOTE.match(sentence)
    ):
        head = _head_length(sentence)
        return not (
            _OTHERS_HAND.search(sentence)
            or _NO_SUBJECT.search(sentence[:head])
            or (head and _NOT_THEN.match(sentence[head:]))
        )
    if alone and (given := _ASSIGNED.match(sentence)) is not None:
        return not _NO_SUBJECT.search(given["subject"]) and not re.search(r"(?i)i uppdrag av\b", sentence)
    matches = (pattern.match(sentence) for pattern in (_OWN_SUBJECT, _INVERTED, _VERB_FIRST))
    return any(match is not None and _is_own_act(match, sentence, body, explicit) for match in matches)


def _head_length(sentence: str) -> int:
    match = _SET_PHRASE.match(sentence)
    return match.end() if match is not None else 0


def _is_own_act(match: re.Match[str], sentence: str, body: Body, explicit: bool) -> bool:
    subject, verb = match["subject"].casefold(), match["verb"].casefold()
    if _NO_SUBJECT.search(subject) or not body.is_subject(match["subject"]):
        return False
    rest = sentence[match.end("verb") :]
    decides = verb.startswith(("beslut", "beslöt"))
    if verb == "önskar" and (" " in subject or not re.match(r"(?i)\s+en\b", rest)):
        return False
    if decides:
        return (
            not _NOT_THEN.match(rest)
            and not re.match(r"(?i)\s+(?:om|inte)\b.{0,20}$", rest)
            and not _PROPOSAL.search(match[0])
        )
    if explicit and verb not in (
        "bordlägger",
        "bordlade",
        "fastställer",
        "fastställde",
        "godkänner",
        "godkände",
        "antar",
        "antog",
        "utser",
        "utsåg",
        "valde",
        "väljer",
    ):
        return False
    if (
        subject in _CROWD
        and not (verb in ("enas", "enades") or (verb.startswith("kom") and subject == "vi"))
        and not (subject == "parterna" and verb.startswith("noter"))
    ):
        return False
    return _is_complete(verb, rest)


def _is_complete(verb: str, rest: str) -> bool:
    """Whether what follows the verb makes it an act: "ger X i uppdrag", "lägger ... till handlingarna"."""
    if verb in ("ger", "gav"):
        return bool(re.match(r"(?i)\s+\S.{0,60}\bi uppdrag\b", rest))
    if verb in ("lägger", "lade"):
        return "handl" in rest or "ad acta" in rest
    if verb.startswith("tacka"):
        return bool(
            re.match(
                r"(?i)\s+(?:informationen|rapporten|redovisningen|föredragningen|dragningen|presentationen|genomgången)",
                rest,
            )
        )
    if verb in ("är enig", "är eniga", "är överens", "enas", "enades", "kom överens", "kommer överens"):
        return bool(re.match(r"(?i)\s+om\b", rest))
    if verb.startswith("begär") or verb.endswith("fram till"):
        return bool(re.match(r"(?i)\s+(?:att|hos|av)\b", rest))
    if verb.startswith(("anse", "ansåg", "förklara")):
        return bool(
            re.match(
                r"(?i)\s+(?:därmed\s+)?\S.{0,80}\b(?:besvarad\w*|utlyst|kallad|färdigbehandlad\w*|justerad)\b", rest
            )
        )
    if verb in ("befanns", "befinns"):
        return bool(re.search(r"(?i)utlyst|kallad|beslutsför", rest))
    return len(rest.split()) >= (2 if verb in ("antar", "rekommenderar", "rekommenderade", "antecknar") else 1)
