"""Whether a word of a sentence is carried by the words of a quote: in another form, in a compound, by a word that means
the same. Stricter than search: nothing is taken for misspelt, and a part never stands for what is more than it.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

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
        (r"(?:går|gick|gått|ges|gavs|getts) till\b", "får "),
        (r"efter att\b", "sedan"),
        (r"svara(?:r|de)? för\b", "ansvarar "),
        (r"(?:ge|ger|gav|ges|gavs|gett|getts)(?= (?:\w+ ){0,3}uppdras\b)", "får "),
        (r"i fjol\b|förra året\b|året (?:före|innan|dessförinnan)\b|last year\b|the year before\b", "fjolåret"),
        (r"(?:tar|tog|ta|tas|togs|tagit|tagits) upp\b", "behandlas "),
        (r"(?:tar|tog|ta|tas|togs|tagit|tagits) reda på\b|finds? out\b|found out\b", "undersöker "),
        (r"(?:tar|tog|ta|tagit) över\b", "övertar "),
        (r"(?:ser|såg|se|setts?) över\b", "översyn "),
        (r"(?:kommit|kom|kommer) in\b", "inkommer "),
        (r"(?:skicka\w*|sän[dt]\w*) (?:\w+ ){0,2}tillbaka\b|(?:sent|refer\w*) back\b", "återremitterar "),
        (r"in charge of\b", "ansvarar "),
        (r"(?:lägg(?:a|er|s)|lade|lades) (?=[^.;:]{0,60}till handlingarna)", ""),
    )
)
"""Phrases told by one word, in sentences and quotes alike."""

_GROUPS = Path(__file__).with_name("paraphrases.txt")
"""Words that mean the same in minutes, Swedish and English, a group a line; stricter than the thesaurus of search."""

_VERBS = Path(__file__).with_name("verbs.txt")

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
    for number, line in enumerate(_GROUPS.read_text(encoding="utf-8").splitlines()):
        for word in () if line.startswith("#") else line.split():
            found.setdefault(key(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@lru_cache(maxsize=1)
def verbs() -> frozenset[str]:
    """Verbs in the infinitive that are known as such."""
    lines = _VERBS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


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
    fattas fattar fatta fattat fattats tagits bestämde bestämdes bestämmer bestämt kom överens enades
    möte mötet mötets möten sammanträde sammanträdet punkt punkten punkts paragraf dagordningspunkten mötesdagen
    januari februari mars april maj juni juli augusti september oktober november december måndag tisdag onsdag
    torsdag fredag lördag söndag år året kronor kr tkr mkr mnkr miljoner miljon miljarder tusen procent sek
    möttes sammanträdde träffades hölls met until
    frågan fråga ärendet ärende matter issue question
    uppgår uppgick ligger låg utgör utgjorde sker ske genomförs genomföras görs finnas amounts
    nu här vad hur när dock formellt formell formella nämnda sådan sådant sådana bl
    a an the of to in on at by for from with and or as that this these those it its they them their he she his her
    was were is are be been being has have had will shall would which who whom what when where also then there thus
    about regarding concerning under per into upon such while whereas
    decided decides decide decision decisions made makes make took take taken agreed agrees resolved meeting meetings
    item items held paragraph formal formally year according
    january february march may june july august october monday tuesday wednesday thursday friday saturday sunday
    million thousand billion percent cent kronor date dated th st nd rd
    """.split()
)
"""Words that a sentence may add by itself: they name neither a thing, an act, a person nor a measure."""
