"""Whether a word of a sentence is carried by the words of a quote: in another form, in a compound, by a word that means
the same. Stricter than search: nothing is taken for misspelt, and a part never stands for what is more than it.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from indexer.lexical import stem, words
from indexer.thesaurus import alternatives, translate

_PHRASES = tuple(
    (re.compile(rf"(?i)\b(?:{pattern})"), word)
    for pattern, word in (
        (r"(?:ställ(?:er|de|a|t|s|des)|står|stod|stå) (?:sig )?bakom\b|stands? behind\b|stood behind\b", "stödjer"),
        (r"(?:stands?|stood) by\b|back(?:s|ed)\b", "stödjer"),
        (r"(?:skjut(?:s|er|a|its|as)|skjuta|sköts?|skjutits) (?:\w+ )?(?:upp|fram)\b|put off\b", "bordlägger"),
        (r"(?:går|gick|gå|gått|är) med i\b", "ansluter"),
        (r"(?:i|in) uppdrag\b", "uppdras"),
        (
            r"(?:skriv(?:er|a|s|as)|skrev|skrevs) (?:på|under)\b|(?:ingå[rs]?|ingick|sluta|slöt) (?=\w*avtal)",
            "tecknar ",
        ),
        (r"(?:läggs?|lades?|lägga|lagts?) ne[dr]\b", "nedlägger"),
        (r"(?:tar|tog|ta|tas|togs|tagits) fram\b|(?:draw|draws|drew|drawn) up\b", "utarbetar"),
        (r"(?:följ(?:er|a|s|as|des|de)) upp\b|follow(?:s|ed)? up\b", "uppföljning"),
        (r"fr\.?\s?o\.?\s?m\b\.?|från och med\b|with effect from\b|as of\b", "från"),
        (r"t\.?\s?o\.?\s?m\b\.?|till och med\b|up to and including\b", "till"),
        (r"i\s?stället för\b|instead of\b", "utan"),
        (r"på grund av\b|p\.?g\.?a\b\.?|till följd av\b|because of\b|due to\b", "eftersom"),
        (r"(?:tar|tog|ta) (?:på sig|hand om)\b|take(?:s|n)? on\b|took on\b", "ansvarar"),
        (r"responsible for\b|ansvarig(?:a|t)? för\b|ansvar för\b", "ansvarar "),
        (r"(?:lägg(?:a|er|s)|lade|lades) (?=[^.;:]{0,60}till handlingarna)", ""),
    )
)
"""Phrases told by one word, in sentences and quotes alike."""

_GROUPS = """
godkänna godkänner godkände godkänns godkändes godkänt godkänd anta antar antog antas antogs antagit fastställa fastställer fastställde fastställs fastställdes approve approved approves adopt adopted adopts
stödjer stöder stödde tillstyrker tillstyrkte tillstyrka tillstyrks tillstyrktes support supports supported endorse endorsed endorses
bifalla bifaller biföll bifölls bifalls beviljar beviljade bevilja beviljas beviljades grant granted grants award awarded
avslå avslår avslog avslogs avslås avslagit reject rejected rejects
avstyrka avstyrker avstyrkte avstyrktes
ansluta ansluter anslöt ansluts anslutit anslutning join joined joins joining
delta deltar deltog medverka medverkar medverkade participate participates participated
utse utser utsåg utses utsågs utsetts välja väljer valde väljs valdes val appoint appointed appoints elect elected elects
noterar noterade notera noteras noterades antecknar antecknade antecknas antecknades note noted notes
bordlägger bordlägga bordlade bordlades bordläggs bordlagt bordlagd bordläggning uppskjuts senareläggs senarelades defer deferred defers postpone postponed postpones postponement
återremitterar återremitterade återremitteras återremitterades återremittera återremiss
uppdrar uppdras uppdrog uppdrogs uppdra uppdraget uppdrag uppgift assign assigned assignment task tasked commissioned
tecknar teckna tecknade tecknas tecknades avtalar sign signs signed
finansiera finansierar finansieras finansierade finansierades finansiering betala betalar betalade betalas betalades bekosta bekostar bekostade bekostas finance financed finances pay pays paid fund funded funding
kosta kostar kostade kostnad kostnaden kostnader pris priset cost costs price
utarbetar utarbeta utarbetade utarbetas arbeta_fram prepare prepared prepares preparing develop developed
informera informerar informerade information informationen berätta berättar berättade redogör redogjorde redogöra redogörelse redovisa redovisar redovisade redovisas redovisning presentera presenterar presenterade presentation beskriver beskrev föredra föredrog inform informed report reported reports presented told described
återkommer återkom återkomma return returns returned
fortsätter fortsätta fortsatte fortsatt fortsättning continue continues continued
starta startar startade startas börja börjar började börjas inleda inleder inledde inleds inleddes påbörja påbörjas påbörjade start starts started begin begins began launch launched
avsluta avslutar avslutade avslutas avslutades upphör upphörde upphöra end ends ended terminate terminated
införa inför införde införs infördes införande introduce introduced introduces
inrätta inrättar inrättade inrättas inrättades inrättande bilda bildar bildade bildas establish established establishes set_up
anställa anställer anställde anställs anställning rekrytera rekryterar rekryterade hire hired hires employ employs employed recruit recruited
samordna samordnar samordnade samordnas samordning koordinera koordinerar coordinate coordinates coordinated
sammanställa sammanställer sammanställde sammanställs sammanställning compile compiled
skicka skickar skickade skickas sända sänder sände sänds send sends sent
meddela meddelar meddelade meddelas anmäla anmäler notify notified notifies
höja höjer höjde höjs höjdes höjning höjd höjda höjt raise raises raised
öka ökar ökade ökas ökades ökning ökat increase increases increased
sänka sänker sänkte sänks sänktes sänkning sänkt sänkta lower lowers lowered
minska minskar minskade minskas minskades minskning minskat reduce reduced reduces decrease decreased
avsätta avsätter avsatte avsätts avsattes anslår anslog allocate allocated allocates set_aside
ansvara ansvarar ansvarade ansvarig ansvariga ansvar responsible responsibility
använda använder använde används användes use uses used
behålla behåller behöll behålls keep keeps kept
ändra ändrar ändrade ändras ändrades ändring change changed changes
förlänga förlänger förlängde förlängs förlängdes förlängning extend extended extends extension
inventera inventerar inventerade kartlägga kartlägger kartlade kartläggs kartläggning map mapped
fördela fördelar fördelade fördelas fördelades fördelning distribute distributed distributes share shared
föreslå föreslår föreslog föreslås föreslogs förslag propose proposes proposed proposal
diskuterar diskuterade diskuterades diskutera diskussion samtalade samtalar discuss discussed discussion
önskar önskade önska vill ville want wants wanted wish wishes wished
planerar planerade planera planeras plan plans planned
behöver behövde behövs behov need needs needed
gemensam gemensamt gemensamma joint jointly common shared
kommun kommunen kommuner kommunerna municipality municipalities
nätverk nätverket network
nämnd nämnden board committee
råd rådet council
budget budgeten
avtal avtalet agreement contract överenskommelse
riktlinje riktlinjer riktlinjerna guideline guidelines
samordnare samordnaren coordinator
utbildning utbildningen training education
invånare invånaren inhabitant resident
tillfällig tillfälligt temporary temporarily
förslag förslaget proposal
dagordning dagordningen agenda
minnesanteckningar anteckningar anteckningarna minutes protokoll protokollet protocol
ersätter ersatte ersätta efterträder efterträdde efterträda replace replaces replaced succeed succeeds succeeded
frågan fråga frågor ärendet ärende ärenden matter issue question
senast latest
försenad försenat försening delayed delay
hösten höst höstterminen autumn
våren vår vårterminen spring
sommaren sommar summer
medel medlen anslag anslaget funds
kartlägga kartlägger kartläggning survey
projekt projektet project
grupp gruppen group
yttrande yttrandet remissvar svar svaret statement response reply
svara svarade svarar besvara besvarar besvarade replied reply answered
lämna lämnar lämnade lämnas
får fick få fått
ger gav ge gett ges gavs
går gick gå gått
lägger lade lägga läggs lades lagt
håller höll hålla hålls hölls
skriver skrev skriva skrivs skrevs
säger sade sa säga sägs sades
ser såg se sett
sätter satte sätta sätts sattes
drar drog dra dras drogs
driver drev driva drivs drevs
ligger låg ligga
sker skedde ske
vet visste veta
sitter satt sitta
avger avgav avge avges avgavs
bjuder bjöd bjuda bjuds bjöds
väcker väckte väcka
upphandla upphandlar upphandlade upphandling procure procures procured procurement
dela delar delade delas fördelar
"""
"""Words that mean the same in minutes, Swedish and English, a group a line; stricter than the thesaurus of search."""

_ENDINGS = frozenset(
    "a ar ad ade an ande are at er en et ing ning ningen ningar ningarna s t te d de else eller r n na ra rn arn ern "
    "sam ig igt iga lig ligt liga het".split()
)
"""What may follow a stem in another form of the same word ("finansiera", "finansiering")."""


def plain(text: str) -> str:
    """The text with phrases told by their one word (see above), in lower case but for nothing else.

    >>> plain("Nätverket ställer sig bakom förslaget")
    'Nätverket stödjer förslaget'
    """
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return text


@lru_cache(maxsize=50_000)
def key(word: str) -> str:
    """A word's stem without the neuter endings that Snowball's stemmer leaves."""
    found = stem(word)
    if found.endswith("et") and len(found) > 6:
        found = stem(found[:-2])
    return found[:-1] if found[-1:] in ("t", "d") and len(found) > 6 else found


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    """The groups of each word's key."""
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for word in line.split():
            found.setdefault(key(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def in_same_group(word: str, other: str) -> bool:
    """Whether two words mean the same in minutes.

    >>> in_same_group("godkände", "antog"), in_same_group("godkände", "avslog")
    (True, False)
    """
    groups = _groups()
    return not groups.get(key(word), frozenset()).isdisjoint(groups.get(key(other), frozenset()))


@lru_cache(maxsize=100_000)
def is_same_word(word: str, other: str) -> bool:
    """Whether two words are forms of one, or of the same group.

    >>> is_same_word("finansieringen", "finansiera"), is_same_word("avsluta", "ansluta")
    (True, False)
    """
    a, b = key(word), key(other)
    if a == b or in_same_group(word, other):
        return True
    short, long = sorted((a, b), key=len)
    return len(short) >= 5 and long.startswith(short) and long[len(short) :] in _ENDINGS


def is_carried(word: str, pool: Collection[str], english: bool = False) -> bool:
    """Whether a word is carried by the words of the pool: as a form of one of them, as the last part of a compound
    among them, as a compound of two of them, as what the thesaurus gives for it, or (`english`) as a translation.

    >>> is_carried("kostnaden", {"kursadministratörskostnad"}), is_carried("elev", {"invånare"})
    (True, False)
    """
    if any(is_same_word(word, other) for other in pool):
        return True
    whole = key(word)
    if len(whole) >= 4 and any(_is_tail(word, whole, other) for other in pool):
        return True
    if _is_joined(whole, pool):
        return True
    phrases = [*alternatives(word), *(translate([word])[0][1] if english else ())]
    return any(all(any(is_same_word(part, other) for other in pool) for part in phrase) for phrase in phrases)


def _is_tail(word: str, whole: str, other: str) -> bool:
    """Whether the word is the last part of a compound ("kostnaden" of "restidskostnad")."""
    at = other.rfind(whole[:5], 3)
    return at > 0 and is_same_word(word, other[at:])


def _is_joined(whole: str, pool: Iterable[str]) -> bool:
    """Whether a compound is one word of the pool followed by another ("restidsfördelning": "restid", "fördelning")."""
    if len(whole) < 9:
        return False
    parts = [part for part in map(key, pool) if 4 <= len(part) < len(whole) - 2 and part in whole]
    heads = [part for part in parts if whole.startswith(part)]
    tails = [part for part in parts if whole.endswith(part)]
    return any(0 <= len(whole) - len(head) - len(tail) <= 2 for head in heads for tail in tails)


def phrase_is_carried(first: str, second: str, pool: Collection[str], english: bool) -> bool:
    """Whether two words that stand together are carried as a phrase that thesaurus or glossary know."""
    if english:
        known = translate([first, second])
        phrases = known[0][1] if len(known) == 1 else ()
        return any(all(any(is_same_word(part, other) for other in pool) for part in phrase) for phrase in phrases)
    return False


def content(text: str) -> list[str]:
    """The words of a text that say something, in order: no frame words, no digits.

    >>> content("Nätverket beslutade den 4 mars att godkänna budgeten")
    ['nätverket', 'godkänna', 'budgeten']
    """
    return [word for word in words(text) if word not in FRAME and not word[0].isdigit() and len(word) > 1]


FRAME = frozenset(
    """
    att av i på till från för med om vid hos inom under över enligt genom per åt mellan ur kring angående gällande
    avseende beträffande rörande och eller samt men medan dels både även också dessutom därtill vidare därefter sedan
    då där dit därmed därför alltså således nämligen vilket vilka vilken som så den det de dem denna detta dessa dess
    deras en ett sig sin sitt sina man han hon honom henne dennes var är vara varit blir blev bli blivit har hade ha
    haft ska skall skulle kommer gäller gällde gälla handlar handlade innebär innebar avser avsåg framgår står stod
    finns fanns följande enligt dag dagen gång gången ta tar tog tas togs görs gör gjorde gjordes göra
    beslut beslutet besluten beslutade beslutar besluta beslutat beslutades beslutas beslöt beslöts fattade fattades
    fattas fattar fatta fattat bestämde bestämdes bestämmer bestämt kom överens enades
    möte mötet mötets möten sammanträde sammanträdet punkt punkten punkts paragraf dagordningspunkten mötesdagen
    januari februari mars april maj juni juli augusti september oktober november december måndag tisdag onsdag
    torsdag fredag lördag söndag år året kronor kr tkr mkr mnkr miljoner miljon miljarder tusen procent sek
    möttes sammanträdde träffades hölls met until
    frågan fråga ärendet ärende matter issue question nu här vad hur när dock bara_ formellt formell formella alltså ytterligare_ nämnda sådan sådant sådana bl
    a an the of to in on at by for from with and or as that this these those it its they them their he she his her
    was were is are be been being has have had will shall would which who whom what when where also then there thus
    about regarding concerning under per into upon such while whereas
    decided decides decide decision decisions made makes make took take taken agreed agrees resolved meeting meetings
    item items held paragraph formal formally year according according_to
    january february march may june july august october monday tuesday wednesday thursday friday saturday sunday
    million thousand billion percent cent kronor date dated th st nd rd
    """.split()
) - {"bara_", "ytterligare_", "according_to"}
"""Words that a sentence may add by itself: they name neither a thing, an act, a person nor a measure."""
