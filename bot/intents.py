"""What a question asks for, told by its words: the intent, the kind of answer, the language, and the words that only
ask.
"""

import re

from bot.bodies import fold
from indexer.lexical import query_words

_ENGLISH = frozenset(
    """
what was were the who when how did does is are which about decided and meeting in of for many much why where
from has have attended help hello hi thanks thank
""".split()
)
_SWEDISH = frozenset(
    """
vad vem vilka vilken vilket hur när var beslutades om det den på och i för som är har fick blev deltog finns
mötet sa sas
""".split()
)

_INTENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("help", re.compile(r"(?i)^\W*(?:hjälp|help|hej(?:san)?|tjena|hallå|hello|hi|god\s?(?:dag|morgon)|"
        r"vad kan du(?: göra| svara på)?|vad kan jag fråga.*|tack(?: så mycket| för hjälpen)?|"
        r"(?:many )?thanks|thank you)\W*$")),
    ("meetings", re.compile(r"(?i)\bvilka (?:nätverk|nämnder|organ|styrelser|grupper)\b"
        r".{0,12}\b(?:finns|har du|kan du|läser)\b|"
        r"^\W*möten(?: under| i| från)? \d{4}\b|"
        r"^\W*(?:när (?:var|är|hölls) )?(?:det )?"
        r"(?:senaste|sista|förra) (?:mötet|sammanträdet|"
        r"träffen)(?:\s(?:i|med|för|hos|var)\s[\wåäö -]+)?\W*$|\b(?:vilka|hur många|när|lista|which|"
        r"how many)\b.{0,30}\b(?:möten|sammanträden|träffar|meetings)\b.{0,40}(?:\b(?:hölls|har|"
        r"hållits|finns|haft|ägt|varit|held|were)\b|\d{4}|\?|$)|\bnär (?:träffades|möttes|"
        r"sammanträdde|var (?:det )?(?:senaste|förra) mötet)\b|"
        r"\bnär (?:har|hade|brukar)\b.{3,60}\b(?:träffats|mötts|sammanträtt|haft möte\w*|träffas)\W*$")),
    ("agenda", re.compile(r"(?i)\b(?:sammanfatta|summera|summari[sz]e)\b.{0,40}"
        r"(?:möte|sammanträde|träff|protokoll|meeting)|"
        r"\bdagordning(?:en)?\b(?!.*\bbeslut)|\bvilka punkter\b(?!.{0,20}(?:utgick|bordla|sköts|skjut))|"
        r"\bvad (?:hände|togs upp|diskuterades|avhandlades|handlade|sas)\b.{0,30}\b"
        r"(?:möte\w*|sammanträde\w*)\b(?!.*\bom\b)|\bagenda\b")),
    ("deferred", re.compile(r"(?i)\b(?:strukit|ströks|bordla\w+|bordlä\w+|sköts upp|skjutits upp|uppskjut\w+|"
        r"återremitter\w+|utgick|utgått|sköts fram|senarelades|senarelagts|flyttades (?:fram|till)|"
        r"(?:punkter|ärenden|frågor)\b.{0,25}\b(?:flyttades|flyttats|återstår|kvarstår)|"
        r"put off|postponed|deferred|tabled)\b")),
    ("attendance", re.compile(r"(?i)\bkom (?:inte )?(?:till|på) (?:\S+\s)?\S*(?:möte|sammanträde|träff)\w*|"
        r"\b(?:vem|vilka|vilken) (?:\w+\s)?representerade\b|"
        r"\bnärvaro(?:lista|n)?\b|\b(?:gick|lämnade|anslöt)\b.{0,40}\bmötet\b|"
        r"\bersatte\b(?!.*\b(?:slut\w+|avgick|avgått|pension))|\bersättare för\b|\bkom i ?stället för\b|\bförhinder\b|"
        r"\brepresenterade\b|\bvar det (?:någon|nån|några) från\b|"
        r"\b(?:was|were) .{2,40} (?:at|in) (?:the|that) meeting\b|"
        r"\bvem (?:var|är) (?:\w+\s)?(?:ordförande|sekreterare|justerare)\b|"
        r"\b(?:del[to]*og|deltagit|närvarade|närvarande|frånvarande|borta|uteblev|uteblivit|var (?:\w+\s){0,2}med\b|"
        r"medverkade|saknades|deltagar(?:na|lista\w*)(?! och| per)|"
        r"(?:vilka|antal|många) (?:\w+ )?deltagare\b(?! och| per)|"
        r"var (?:\w+\s)?på plats|attended|present|absent|participat\w+|kom till mötet|gäst\w*)\b")),
    ("action", re.compile(r"(?i)\b(?:vem gör vad|vem ska göra vad|i uppdrag|uppdrag(?:en|et)?\b|uppdrogs|ska \w+ göra|"
        r"to.?do|att göra|assigned|"
        r"assignments?|åtaganden?|åtagit sig|lovade|lovat|ansvar(?:ar|ig|iga) för|uppgifter)\b")),
    ("next", re.compile(r"(?i)(?<!till )(?<!före )(?<!inför )(?<!innan )(?<!på )"
        r"\bnästa \w*(?:möte|sammanträde|träff|styrelsemöte|gång)\w*\b|"
        r"(?<!before the )(?<!to the )(?<!at the )(?<!until the )\bnext meeting\b")),
    ("comparison", re.compile(r"(?i)\b(?:skilj\w+|skillnad\w*|jämför\w*|compar\w+|differ\w*)\b|"
        r"\bvilka (?:nätverk|nämnder|organ|bodies|networks)\b.{0,12}\b(?:har|är|ska|have|did)\b")),
    ("timeline", re.compile(r"(?i)\b(?:utveckla(?:ts|des|t sig)|gått med|historik\w*|tidslinje|över tid|kronolog\w+|"
        r"följ(?:ts|t) upp|developed|evolved|progressed|history)\b|"
        r"\bhur har (?:frågan|arbetet|det)\b|\butvecklingen av\b|"
        r"\bhur har \w+(?:\s\w+)? (?:gått|utvecklats)\b|\bhur gick det (?:sedan |sen |vidare )?(?:med|för)\b|"
        r"\bvad (?:hände|har hänt|hänt|blev det|blev) (?:sedan |sen )?(?:med|av)\b|\bhur gick det(?: sedan| sen)?\W*$|"
        r"\bhur har det gått\b|,\s*vad (?:hände|har hänt|blev det)(?: sedan| sen)?\W*$|"
        r"\bwhat (?:happened to|became of)\b|"
        r"\bgått vidare\b|\bfrån start till\b|\ballt (?:\w+ ){0,3}om\b|\beverything (?:\w+ ){0,3}about\b|"
        r"\b(?:sammanfatta|summera|summari[sz]e)\b(?! svar).{0,40}\b(?:om|kring|frågan|arbetet|about)\b")),
    ("attachments", re.compile(r"(?i)\b(?:vilka|finns|which|any)\b.{0,20}\b(?:bilag(?:a|or|orna)|bifogade filer|"
        r"bifoga\w+|dokument(?:en)? (?:bifoga|bila)\w+|attachments?)\b|\bvilken (?:fil|bilaga|länk)\b|"
        r"\bvad (?:heter|hette) (?:bilagan|filen|dokumentet)\b|\bvad (?:är|var|finns|fanns|blev) bifoga[dt]\w*|"
        r"\b(?:vad|vilka \w+) bifoga(?:des|ts|s)\b|\bbilag(?:an|orna) till\b")),
    ("list", re.compile(r"(?i)\b(?:vilka|alla|samtliga|lista|vad för|which|all|"
        r"list)\s+(?:\w+\s){0,2}?(?:beslut(?:en)?|decisions)\b(?!\s+(?:\w+\s){0,3}?(?:om|kring|"
        r"gällande|rörande|avseende|angående|about|on(?!\s\d))\b)|\bvad (?:beslutades|bestämdes|beslöts|"
        r"beslutade \w+)\s+(?:på|vid|under|den|i|senast)\b(?!.*\b(?:om|kring|gällande|rörande|"
        r"angående|avseende)\b)|\bwhat was decided (?:at|on the|in)\b(?!.*\babout\b)|"
        r"\bbeslut(?:en)? (?:från|på|vid|i|hos) |^\W*besluten\b|\bvad (?:beslutade|bestämde|"
        r"beslöt)\s(?!.*\b(?:om|kring|gällande|rörande|angående|avseende|att)\b)|\b(?:nämnd\w*|"
        r"styrelse\w*|nätverk\w*|råd\w*)\s+beslut\b(?!.*\bom\b)")),
    ("decision", re.compile(r"(?i)\b(?:bes?lut\w*|best[aä]m\w*|bestmd\w*|beslöt\w*|enades|kom\w* (?:man|ni|de|"
        r"vi)? ?(?:fram till|överens)|ställningstagande\w*|godkän\w+|antog\w*|decid\w+|decision\w*|"
        r"tyckte|vad (?:sa|sade|tycker) \w+|sa (?:nätverket|nämnden|mötet|styrelsen|rådet|man|de)|sade|resolved)\b")),
)  # fmt: skip
_ASKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("how_many", re.compile(r"(?i)\bhur många\b|\bhow many\b|\bantal(?:et)?\b")),
    ("how_much", re.compile(r"(?i)\bhur (?:mycket|mkt|mke|mycke|stor(?:t|a)?|hög(?:t|a)?|länge|lång(?:t)?)\b|"
        r"\bhow (?:much|long)\b|"
        r"\bkosta[rd]?\w*\b|\b\w*pris(?:et)?\b|\bbudget\w*\b|\bvad kostar\b|\bpris(?:et)?\b|\bbelopp\w*\b")),
    ("when", re.compile(r"(?i)^(?:\W|och\b|men\b|från\b|sen\b)*när\b|,\s*när\b|\boch när\b|\bnär (?:är|var|går|ska|"
        r"börjar|startar|hålls|hölls|träffas|sker|gäller|kommer|blir|öppnar|stänger|annonseras|"
        r"slutar)\b|\bwhen\b|\bvilk(?:et|en|a) (?:datum|dag|tid|månad|vecka)\b|\bdeadline\b|"
        r"\bsista (?:dag|datum)\w*\b|\bsenast när\b")),
    ("who", re.compile(r"(?i)\bvem\b|\bvems\b|\bwho\b|\bheter\b|\bav vem\b")),
    ("which_all", re.compile(r"(?i)\bvilka\b")),
    ("which", re.compile(r"(?i)\bvilke[nt]\s+(?!nätverk|nämnd|möte)\w+|\bwhich\b")),
    ("why", re.compile(r"(?i)\bvarför\b|\bwhy\b|\banledning\w*\b|\borsak\w*\b")),
    ("where", re.compile(r"(?i)\bvar (?:är|ligger|finns|hålls|hölls|ska)\b|\bwhere\b")),
)  # fmt: skip


_GREETING = re.compile(r"(?i)^\W*(?:hej(?:san)?|tjena|hallå|hello|hi|god\s?(?:dag|morgon))\W*$")
_THANKS = re.compile(r"(?i)^\W*(?:tack\b|(?:many )?thanks|thank you)")


def is_thanks(question: str) -> bool:
    """Whether somebody thanks; for questions whose intent is help."""
    return _THANKS.match(question) is not None


def is_greeting(question: str) -> bool:
    """Whether somebody greets or thanks; for questions whose intent is help."""
    return _GREETING.match(question) is not None or is_thanks(question)


def detect_language(question: str) -> str:
    """ "en" where English function words outnumber Swedish ones, else "sv"."""
    words = re.findall(r"[a-zåäö]+", question.casefold())
    english, swedish = sum(w in _ENGLISH for w in words), sum(w in _SWEDISH for w in words)
    return "en" if english > swedish and not re.search(r"[åäö]", " ".join(words[:2])) else "sv"


def find_intent(text: str) -> str:
    for intent, pattern in _INTENTS:
        if pattern.search(text):
            return intent
    return "direct"


def find_asks(text: str) -> str:
    return next((name for name, pattern in _ASKS if pattern.search(text)), "")


_LIGHT = frozenset(
    """
valdes väljs vald valda utsågs utses utsedd utsedda lades läggs lade sköts skjuts skjutits gått går gick fått
får fick gäller heter hette blev blir bli tyckte hände händer sker skedde ligger hålls hölls kostar kostade
kostnad kostnaden pengar belopp summa pris antal antalet stor stort stora lång långt länge per totalt total
sammanlagt fråga frågan frågor frågorna ärende ärendet punkt punkten möte mötet möten nätverket nämnden
styrelsen rådet gruppen bestämdes bestämde bestmdes utvecklats utvecklas utveckling utvecklingen vidare
skiljer skillnad skillnaden jämfört sade säger sagt sas framkom diskuterades diskussion datum dag dagar tid
tidpunkt månad vecka sista senast senaste stänger öppnar börjar startar ut upp in ned ner fram med ta tar tog
ny nya nytt enligt hur varför vem vilka vilken vilket gör göra gjort finns gång pågår ska skulle kommer kunde
jämför berätta information info status läget läge anslutit decided decide about meeting minutes say said
happened uppdrag uppdraget uppdragen uppgifter delades togs made någonstans nånstans någon nån något ärenden
beslut uppe hanterats hanterat behandlats behandlades kommande tillbaka bort hand back undan igen själva nämnd
nämndens nätverk rådets utgick utgått bordlades bordlagts bordlagt uppskjuten uppskjutet postponed deferred
innehåller tack tackar snabbt snälla snäll hej hejsan bråttom tagna taget säga veta undrar gärna lista lister
gavs öppna punkter punkterna egentligen ju nog bara lite mer alltså ok okej ung ungefär typ svarade svar svara
sammanfatta sammanfattning summera summarise summarize summary please thanks quickly nånting någonting
procent kronor kr tkr mkr mnkr percent
respektive resp
""".split()
)


_COMPARING = frozenset("mellan gentemot jämfört skilja skilde olika between compared versus".split())
"""Words that only set what is compared beside each other."""
_LIGHT_PLAIN = frozenset(map(fold, _LIGHT))


def is_light(word: str) -> bool:
    """Whether a word only asks: "gäller", "kostnaden", "datum"; without diacritics too."""
    return fold(word) in _LIGHT_PLAIN


_RESPONSIBLE = frozenset("ansvarar ansvarade ansvarat ansvarig ansvariga responsible".split())
"""What a question for assignments asks, and no topic."""
_TOPICAL = re.compile(r"(?i)budget")
"""Words that tell what is asked for and are its topic too."""


def strip_asking(topic: str, intent: str, asks: str) -> str:
    """The topic without the words that only ask: those of the intent, and light verbs and nouns; the topic itself if
    none is left.
    """
    text = topic
    for pattern in (dict(_INTENTS).get(intent), dict(_ASKS).get(asks if intent == "direct" else "")):
        if pattern is not None and intent not in ("meetings", "attachments", "action") and asks != "which":
            text = pattern.sub(lambda m: " " if len(m[0].split()) <= 2 and not _TOPICAL.match(m[0]) else m[0], text)
    light = _LIGHT | {"action": _RESPONSIBLE, "comparison": _COMPARING}.get(intent, frozenset())
    kept = " ".join(w for w in text.split() if w.strip(".,:;!?–-").casefold() not in light)
    needs_topic = intent in ("decision", "comparison", "timeline", "direct")
    return kept if query_words(kept) or not needs_topic else topic
