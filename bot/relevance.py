"""How strongly agenda items are about a question's topic: words in title, decisions and text, and meaning."""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.akin import closest, known_words
from indexer.lexical import query_words, words
from indexer.records import AgendaItem, Hit, Meeting
from indexer.thesaurus import alternatives, split_topic, translate


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that search found, with the evidence that it is about the topic; every share is 0-1, weighted by idf.

    `title`, `decisions`, `text`: the share of the topic's words that stand there. `focus`: how well the item has the
    topic's weightiest word. `dense` as in `Hit`. `support`: the probability that the item answers the
    question, once weighed.
    """

    meeting: Meeting
    item: AgendaItem
    hit: Hit
    title: float
    decisions: float
    text: float
    focus: float
    support: float = 0.0

    @property
    def dense(self) -> float:
        return self.hit.dense

    @property
    def about(self) -> float:
        """The strength of the evidence, words and meaning together: 0 nothing, 1 the words stand in the title."""
        return max(self.title, 0.95 * self.decisions, 0.85 * self.text)


SYNONYM = 0.8
"""How surely a word that the thesaurus gives for another means the same."""


def best_strength(term: str, others: Collection[str]) -> float:
    """The strength of the closest of the words, of two that together make up a compound, or of what the thesaurus gives
    for the term; 0.0 for none. A term is a word, or phrases parted by "|" of which any will do (see `topic_weights`).

    >>> best_strength("sommarbemanning", {"bemanning", "i", "sommar"})
    0.8
    >>> best_strength("särskilda boenden|säbo", {"vårt", "särskilda", "boende"})
    1.0
    >>> best_strength("jobba natt|nattarbete", {"nattbemanning"})
    0.85
    """
    if "|" in term:
        best = max(min(_closest(word, others) for word in phrase.split()) for phrase in term.split("|"))
        telling = [word for word in term.split("|")[0].split() if word not in _WEAK]
        return max(best, best_strength(telling[0], others)) if len(telling) == 1 else best
    best = _closest(term, others)
    if best >= SYNONYM:
        return best
    return max([best, *(SYNONYM * min(_closest(w, others) for w in other) for other in alternatives(term))])


def _closest(word: str, others: Collection[str]) -> float:
    return 1.0 if word in others else closest(word, others)


@lru_cache(maxsize=2_048)  # a question's candidates: each text is weighed by title, decisions, topic and sentences
def word_set(text: str) -> frozenset[str]:
    """The words of a text, each once."""
    return known_words(words(text))


def coverage(weights: Mapping[str, float], text: str) -> float:
    """The share of the topic's weight that the text's words carry."""
    total = sum(weights.values())
    if not total:
        return 0.0
    present = word_set(text)
    return sum(weight * best_strength(word, present) for word, weight in weights.items()) / total


_GENERIC_TAIL = re.compile(r"s?(?:fråg(?:a|an|or|orna)|ärende(?:t|n)?|punkt(?:en|er)?|arbete(?:t|n)?)$")


_WEAK = frozenset(
    """
able add agree agreed aldrig allow allowed alltid andra anledning annan annat antal använda använde använder använts
arbeta arbetade arbetar arbetat ask asked avsluta avslutades avslutas avslutats avvakta bara became become bedöma
bedömdes bedöms began begin behöva behövde behöver behövt berätta berättade berättar besöka besöker besökte betala
betalade betalar betalas betalt betyda betyder bidra bidrar bidrog bjuda bjuder bjöd bo bodde bor bort borta bott
bra bring buy bygga byggdes bygger byggts byta byter byts bytt bytte bäst bättre börja började börjar börjat call
came change changed cirka come concern conclude continue cost del delar delen delta deltar deltog dessutom detalj
detaljer direkt diskutera diskuterar dit dra drabba drabbas drabbats drar dras drev driva drive driver drivs drog
dröja dröjer dyka därför dålig dåliga dåligt döpa egen eget egna enda endast enkel enkelt erbjuda erbjuder erbjuds
erbjöds ersatte ersätta ersätter exempel expect explain extra fall fallet fastna fattas fel finansierar finansieras
find finish fixa fixar fler flera flest flytta flyttade flyttades flyttar flyttas folk follow fortfarande fortsatte
fortsätta fortsätter found framföra framförde framgå framgår framtid framtiden framåt framöver fråga frågade frågar
fundera fungera fungerade fungerar funka funkar färre få följa följde följer fördela fördelades fördelas föreslagits
föreslog föreslogs föreslå föreslår förklara förslag förslaget först försvann försvinna försvinner försöka försöker
förvänta förväntas förändra förändras gamla gammal gammalt ganska gave gemensamt genomföra genomfördes genomförs
genomförts get gets give given go goes going gone got grej grejen grejer grupp gruppen gälla gäng gänget halv handla
hann hantera hanterades hanterar hanteras happen happened hear hel hela help hem hemma hinna hinner hit hitta hittar
hjälpa hjälper hjälpte hold hända händer hänt hänvisa hålla håller hållit hålls hög höga högre höja höll hör höra
hörde hörs hört ibland idag igen igång igår ihop imorgon info information införa infördes införs införts ingick ingå
ingår inleda inleds innebär innebära innehålla inträffa issue istället isär iväg jobba jobbade jobbar kalla kallas
keep klaga klagade klagar klara klarar know kom komma kommer kommit kommun kommunen kommuner kommunerna kontakta
kort korta kosta kräva krävdes kräver krävs köpa köper köps köpt köpte kör köra körde körs kört lagt lead leads
leave leda ledde leder leds let leverera levererar lika like lita liten litet long lova lovade lyckades lyckas lyfta
lyfter lyftes lyfts läge läget lägga lägger läggs lägre lämna lämnade lämnar lämnas lämnat längre lära läras läsa
läser lätt låg låga lång långa lösa löser löste löstes made make making mean meant member members mena menade menar
mention mer mest mindre minska minskade minskar minskat minst much must människa människor märka märks mäta mäts
många möjlig möjligt möta möter need needed new ny nya nyaste nyligen nytt nämna nämnde nästan nå nådde når
nödvändig också ofta old olika område området open ordna ordnar ordnas orsak paid part passa passar pay peka pekar
people person personer place plan planera planerades planerar planeras planned plats platsen point prata pratade
pratar prioritera problem problemen problemet propose proposed prova provar pröva prövas put påbörjas påverka
påverkar raise raised reach reagera reason receive redan redovisa redovisades redovisas region regionen rekommendera
report request result resultat resultatet ringa ringer räcka räcker räckte rädda räkna räknar rätt rör röra rörde
said sak saker saknade saknar saknas samla samlas satsa satsar satt sattes say says se sedan see sen senare senaste
send sent ser set sett show sist sitta sitter situation situationen själv skapa skapar skapas skicka skickades
skickar skickas skickat skjuta skrev skriva skriver skrivit skrivs skynda skäl skära sköta sköter skötte slag slippa
slipper sluta slutade slutat släppa släpps slå små snabb snabbare snabbt snart spara split stanna stannar start
starta startade startar startat started state stop stoppa stoppar stoppas stoppats stor stora strula strulade styr
styra ställa ställdes ställe ställen ställer ställs stänga stängdes stängs stå stöd stödja stödjer större störst
suggest svara svår svårt säga sälja säljer säljs sämre sämst sända sänka särskild särskilt sätt sätta sätter sättet
sågs ta tagit tagits take taken tala talar talk tappa tappade tas testa testar testas thing think tidig tidigare
tidigt tillräckligt tillsammans tillsättas tillåta tillåts time told tro trodde tror try tycka tycker
tyckt typ tänka tänker tänkt tänkte undersöka undersöks undvika ungefär uppdatera uppge uppger uppgick uppgår
uppleva upplever upplevs uppmanades uppmanas uppstod uppstå use used utföra utförs utgöra utse utveckla utvärdera
utvärderas utöka vanlig vanliga vanligt vara verksamhet verksamheten vet veta viktig viktiga viktigaste viktigt
vilja vill ville visa visade visar visat visste väcka väldigt välja väljer väljs vänta väntade väntar växa växer
want wanted work working would close closes closed closing before after next another both during date dates last lasted
happens applies apply applied days weeks months years
ändra ändrades ändras ändrat ändå ännu även åka åker åkte åter åtgärd åtgärda
åtgärder öka ökade ökar ökat öppna öppnade öppnas överväga
""".split()
)
"""Verbs, adjectives, adverbs and nouns of everyday questions: what is asked about is told by the other words, so that
these weigh less.
"""


def is_weak(word: str) -> bool:
    """Whether a word of everyday questions says little of what one is about."""
    return word in _WEAK


WEAK_WEIGHT = 0.4
"""What such a word weighs, of what it would weigh by its inverse document frequency."""


def topic_terms(topic: str, language: str = "sv") -> dict[str, tuple[tuple[str, ...], ...]]:
    """The topic's terms, no stop words, each with the phrases that may stand for it.

    A term is a word, or where it is a phrase or English, all phrases of the same meaning parted by "|"
    ("särskilt boende|säbo"). A compound that ends in a word for any matter stands for its first part:
    "färdtjänstfrågan" for "färdtjänst".
    """
    found = {}
    known = translate(query_words(topic)) if language == "en" else split_topic(query_words(topic))
    for phrase, others in known:
        own = (_without_tail(phrase[0]),) if len(phrase) == 1 else phrase
        phrases = (own, *others)
        plain = len(own) == 1 and (language == "sv" or not others)
        found[own[0] if plain else "|".join(" ".join(one) for one in phrases)] = phrases
    return found


def in_swedish(wording: str) -> str:
    """An English wording with the Swedish for what the glossary knows behind it: the minutes' meaning is nearer.

    >>> in_swedish("who leads the steering group?")
    'who leads the steering group? styrgrupp'
    """
    known = translate(query_words(wording))
    return " ".join([wording, *(" ".join(others[0]) for _, others in known if others)])


def topic_weights(
    topic: str, idf: Callable[[str], float], unknown: float = math.inf, language: str = "sv"
) -> dict[str, float]:
    """The topic's terms with their inverse document frequencies in the index: each weighs what the most common of its
    phrases does.

    A word that no chunk has (its frequency gives `unknown`) weighs no more than the weightiest one that some chunk has.
    """
    found = {
        term: min(max(idf(word) for word in phrase) for phrase in phrases)
        for term, phrases in topic_terms(topic, language).items()
    }
    most = max((weight for weight in found.values() if weight < unknown), default=unknown)
    return {
        term: min(weight, most) * (WEAK_WEIGHT if term.split("|")[0] in _WEAK else 1.0)
        for term, weight in found.items()
    }


def _without_tail(word: str) -> str:
    head = _GENERIC_TAIL.sub("", word)
    return head if len(head) >= 5 else word


def weigh(
    hits: Sequence[Hit],
    items: Mapping[str, tuple[Meeting, AgendaItem]],
    text_of: Callable[[Meeting, AgendaItem], str],
    weights: Mapping[str, float],
) -> list[Candidate]:
    """The hits' items with their evidence, in the order of the hits."""
    heavy = max(weights, key=lambda w: weights[w]) if weights else ""
    texts = {hit.item: text_of(*items[hit.item]) for hit in hits}
    for text in texts.values():
        word_set(text)  # all words are known before any is compared: what is akin is then looked up once
    found = []
    for hit in hits:
        meeting, item = items[hit.item]
        whole = texts[hit.item]
        found.append(
            Candidate(
                meeting=meeting,
                item=item,
                hit=hit,
                title=coverage(weights, item.title),
                decisions=max((coverage(weights, d.text) for d in item.decisions), default=0.0),
                text=coverage(weights, whole),
                focus=best_strength(heavy, word_set(whole)) if heavy else 0.0,
            )
        )
    return found
