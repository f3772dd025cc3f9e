"""Text -> the tokens that lexical search runs on: character 4-grams and Swedish word stems, side by side.

Grams find misspellings, compounds and inflections; they are made without diacritics, so that "fardtjanst" finds
"färdtjänst". Stems tell whole words apart, and "får" from "far". Measured on `../shared/ir` (MRR@10, words weighted by
BM25): swefaq .644 with grams alone, .658 with stems too; swequad-mc .841 and .847.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

GRAM = 4
_WORD = re.compile(r"[^\W_]{1,60}")  # longer runs are no words; in pieces they cost no more than words do
_PLAIN = str.maketrans("åäöéèüæø", "aaoeeuao")


def words(text: str) -> list[str]:
    """The words of a text in order, lower case, soft hyphens gone, ligatures and other compatibility forms made plain.

    >>> words("Punkt 8: Färdtjänsten, SoL-avtal")
    ['punkt', '8', 'färdtjänsten', 'sol', 'avtal']
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word's Swedish stem, by the Snowball algorithm: the same for most of its inflections."""
    # A stemmer object belongs to one thread; making one costs a microsecond.
    return Stemmer.Stemmer("swedish").stemWord(word)  # type: ignore[no-any-return]


@lru_cache(maxsize=50_000)
def word_tokens(word: str) -> tuple[str, ...]:
    """The tokens of one word: `__` and its stem first, then its character 4-grams, its ends marked with `_`.

    A word carries no underscore, so a stem's token never equals a gram.

    >>> word_tokens("resorna"), word_tokens("få")
    (('__res', '_res', 'reso', 'esor', 'sorn', 'orna', 'rna_'), ('__få', '_fa_'))
    """
    padded = f"_{word.translate(_PLAIN)}_"
    grams = (padded[start : start + GRAM] for start in range(max(1, len(padded) - GRAM + 1)))
    return (f"__{stem(word)}", *dict.fromkeys(grams))


def lexical_text(text: str) -> str:
    """The text of a chunk's row in the full-text table: the tokens of its words, a space between them."""
    return " ".join(map(_joined, words(text)))


@lru_cache(maxsize=50_000)
def _joined(word: str) -> str:
    return " ".join(word_tokens(word))


def query_words(topic: str) -> tuple[str, ...]:
    """The words of a topic that say what it is about, each once, in order; none where all are stop words.

    An abbreviation in capitals is no stop word: "IT", "OM" and "WHO" are topics.

    >>> query_words("Vad beslutades om yrkesresan för IT?"), query_words("VAD BESLUTADES OM YRKESRESAN?")
    (('yrkesresan', 'it'), ('yrkesresan',))
    """
    shouted = topic.isupper()
    capitals = set() if shouted else {word.casefold() for word in _WORD.findall(topic) if _is_abbreviation(word)}
    return tuple(dict.fromkeys(word for word in words(topic) if word in capitals or word not in STOP_WORDS))


def query_terms(chosen: Iterable[str]) -> tuple[str, ...]:
    """The tokens to look words up by, each once.

    >>> query_terms(["restid", "rest"])
    ('__restid', '_res', 'rest', 'esti', 'stid', 'tid_', '__rest', 'est_')
    """
    return tuple(dict.fromkeys(token for word in chosen for token in word_tokens(word)))


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper()


# Function words, question words, and the verbs that people ask about minutes with: Snowball's Swedish list, words of
# asking, then English. Forms without diacritics are added below.
_FUNCTION_WORDS = """
alla allt att av blev bli blir blivit de dem den denna deras dess dessa det detta dig din dina ditt du där då efter ej
eller en er era ert ett från för ha hade han hans har henne hennes hon honom hur här i icke ingen inom inte jag ju kan
kunde man med mellan men mig min mina mitt mot mycket ni nu när någon något några och om oss på samma sedan sig sin
sina sitt
själv skulle som så sådan sådana sådant till under upp ut utan vad var vara varför varit varje vars vart vem vi
vid vilka vilkas vilken vilket vår våra vårt än är åt över
ang angående bl ca dvs fr hos hej inkl iväg kanske känns låta låter m mkt mm mycke nej nog nåt nån nåra ngn ngt o obs
ok osv pga resp samt t typ tex verkar väl å
beslut besluta beslutade beslutades beslutar beslutat beslutats besluten beslutet bestämde bestämdes bestämt
diskuterade diskuterades fanns fattade fattades fattats finns får fått gick gäller gällde gör göra gjorde gjordes gjort
går handla handlade hände hänt kom kunna många måste nämndes också sa sade sades sagt sagts sas säga säger ska skall
står stod sägs tog togs ville vill bör borde berätta visa hitta sök ge
a about all an and any are as at be been by can could decide decided decision decisions did do does for from had has
have how in into is me of on or should show tell than that the their there they this to was we were what when where
which who whom whose why will with would you
am also but each get gets got he her him his if it its many may might must my next no not our she so some them then
these they those us want wanted wants your
"""
STOP_WORDS = frozenset(form for word in _FUNCTION_WORDS.split() for form in (word, word.translate(_PLAIN)))
"""Words that say nothing about what a question is about."""
