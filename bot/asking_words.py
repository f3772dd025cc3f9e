"""The words that a question can be made of without saying what it is about: by them a follow-up is known."""

import re
from difflib import get_close_matches

from bot.bodies import fold
from bot.intents import is_light
from indexer.lexical import STOP_WORDS


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


_SMALL = _folded(
    """
och å o men samt så då sen sedan i hos på från för vid under med mellan om till kring gällande angående enligt den
det de dom dem denna detta dessa där här också oxå även bara ju nu nog alltså väl jo ja nej ok okej hm tack snälla
gärna en ett av är var år året mötet möte sammanträdet träffen
"""
)
_SMALL_ENGLISH = _folded(
    """
and but so then also too in at from for during with about of on to the a an it that this those them there please just
well is was
"""
)
_ASKING = _folded(
    """
va vad vem vems vilka vilken vilket när hur varför vart ansvar ansvaret ansvarar ansvarade ansvarig ansvariga leda
leder ledde ledas sköta sköter sköttes håller höll hålls hölls driver drivs samordnar kontaktperson projektledare
ordförande ordföranden sekreterare justerare justerade föredragande samordnare representant representanter kosta
kostar kostade kostnad kostnader kostnaderna betalar betala betalade betalas finansierar finansieras finansierat
avgift avgiften pris priset dyrt fördelas fördelades börja började gälla gällt startade startar startas start starta
slutar slut sluta slutade klart klara klar färdig färdigt dröjer varar länge ofta träder trädde kraft deltar deltog
deltagare deltagarna deltagit närvarade närvarande frånvarande saknades ledamöter gäst gäster gästerna medverkade
förhinder plats ersättare bordlades bordlagt bordlagd sköts skjutits uppskjutet uppskjuten återremitterades
återremitterat utgick utgått ansåg föreslog föreslår föreslogs svarade svarar presenterade presenterar föredrog
berättade informerade lyfte tyckte tycker tyckt sade säger händer hänt sett såg ser framåt steg nästa planerat
planeras bilaga bilagor bilagan bilagorna dokument dokumenten kommun kommuner kommunen kommunerna nätverk nätverket
nätverken nämnden nämnderna innebär betyder innehåller handlar handlade syfte syftet mål målet bakgrund bakgrunden
anledning anledningen orsak orsaken skäl skälet tidsplan tidsplanen deadline skiljer skilde utvecklats uppe överens
eniga samma första förra han hon hen henne honom hans hennes
"""
)
_ASKING_ENGLISH = _folded(
    """
what who whose when where why how which did does do was were
responsible charge cost costs lead leads led run runs pay pays paid start starts begin begins began end ends ready
happen happened happens agreed attended attend present absent chair chaired assigned next step steps more item
everybody someone much many long he she him her his
"""
)
_ASKING_FORM = re.compile(r"(?:bes?lut|besta?m|beslot|decid)\w*$|\w{3,}(?:ades?|[lnrg]des|[tkp]tes)$")
"""Forms of to decide; and past tenses ("reserverade", "avsattes"), which say what was done, not to what."""
_COUNTED = _folded(
    "platser personer medarbetare dagar timmar veckor månader kronor pengar procent gånger places people days"
)

PRONOUNS = _folded("den det de dom dem denna detta dessa it that this those them they")
PERSONS = _folded("han hon hen henne honom hans hennes he she him her his")
MEETINGS = _folded("mötet sammanträdet träffen meeting")
EVERYTHING = _folded("alla samtliga lista all list every")
SPEAKERS = _folded("jag du dig mig min din ditt dina you your my me")
SAYING = _folded("sa sade säger tyckte tycker ansåg svarade think thought say said")

_TYPED = {
    fold(word): word
    for word in (
        "ansvarar ansvarig beslutades bestämdes deltog deltagare närvarande frånvarande kostar kostade börjar startar "
        "punkten ärendet paragrafen varför mycket betalar ordförande sekreterare bordlades uppdrag bilagor attended "
        "decided responsible"
    ).split()
}
"""Words of six letters or more, whose misspelt forms are few and mean nothing else."""
_IN_FULL = {
    **dict.fromkeys(_folded("datum datumet tidpunkt date"), "när"),
    **dict.fromkeys(_folded("kostnad kostnaden avgift avgiften pris priset cost price"), "vad kostar det"),
    **dict.fromkeys(_folded("ansvarig ansvariga"), "vem ansvarar"),
    **dict.fromkeys(_folded("anledning anledningen orsak orsaken skäl skälet"), "varför"),
    **dict.fromkeys(_folded("bilaga bilagor bilagorna attachments"), "finns det bilagor"),
}
"""What a single noun asks."""
_SHORTENED = {"nr": "när", "va": "vad", "vrf": "varför", "vfr": "varför", "varfr": "varför"}
"""As a first word, which no number follows."""


_COMMANDS = _folded("visa läs öppna hela punkten mer mera fler flera alla resten")
_COMMANDS_ENGLISH = _folded("show read open whole full more all rest everything others")


def tell_language(text: str) -> str:
    """ "sv" or "en" by the words that ask; "" where they do not tell.

    >>> tell_language("och i Dalarna?"), tell_language("and in Dalarna?"), tell_language("2022?")
    ('sv', 'en', '')
    """
    words = [fold(word) for word in re.findall(r"[^\W\d_]+", text)]
    swedish = sum(word in _SMALL or word in _ASKING or word in _COMMANDS for word in words)
    english = sum(word in _SMALL_ENGLISH or word in _ASKING_ENGLISH or word in _COMMANDS_ENGLISH for word in words)
    return "" if swedish == english else "sv" if swedish > english else "en"


def is_empty(word: str) -> bool:
    """Whether a word, in any case, says nothing of what a question is about; "hur många platser" counts, it names
    nothing.

    >>> [is_empty(word) for word in ("och", "ansvarar", "beslutades", "färdtjänsten")]
    [True, True, True, False]
    """
    low = fold(word)
    known = any(low in words for words in (_SMALL, _SMALL_ENGLISH, _ASKING, _ASKING_ENGLISH, STOP_WORDS))
    return known or is_light(low) or _ASKING_FORM.match(low) is not None


def is_small(word: str) -> bool:
    """Whether a word is a preposition, a pronoun or a polite word: it neither asks nor names anything."""
    return fold(word) in _SMALL | _SMALL_ENGLISH


def is_asking(word: str) -> bool:
    """Whether a word asks: an empty one that is more than a preposition, a pronoun or a polite word."""
    return is_empty(word) and not is_small(word)


def is_counted(word: str) -> bool:
    """Whether a word is what "hur många" counts of anything: "platser", "personer"."""
    return fold(word) in _COUNTED


def ask_in_full(text: str) -> str:
    """What a single noun asks ("kostnad?"); any other text as it is.

    >>> ask_in_full("kostnad?"), ask_in_full("kostnad för larm?")
    ('vad kostar det', 'kostnad för larm?')
    """
    return _IN_FULL.get(fold(text.strip(" ?!.")), text)


def spell(text: str) -> str:
    """The text with its misspelt words that ask put right; all other words as they are.

    >>> spell("vem ansvrar då?"), spell("nr då?"), spell("och i västerled?")
    ('vem ansvarar då?', 'när då?', 'och i västerled?')
    """
    first = re.match(r"\W*([^\W\d_]+)\b(?!\s*\d)", text)
    if first and fold(first[1]) in _SHORTENED:
        text = f"{_SHORTENED[fold(first[1])]}{text[first.end() :]}"
    return re.sub(
        r"[^\W\d_]+", lambda m: m[0] if m.start() and m[0][0].isupper() else _spell_word(m[0]), text
    )  # a capital inside a sentence begins a name


def _spell_word(word: str) -> str:
    """The word that asks which this one is but for a letter or two; the word itself where there is none."""
    low = fold(word)
    if len(low) < 5 or is_empty(low) or is_empty(low.removesuffix("s")):
        return word
    near = get_close_matches(low, _TYPED, 1, 0.8)
    is_typo = near and near[0][0] == low[0] and abs(len(near[0]) - len(low)) <= 1
    return _TYPED[near[0]] if is_typo else word
