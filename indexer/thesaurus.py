"""Words that mean the same to those who ask and to those who write minutes: everyday words, officialese,
abbreviations; and the Swedish words for English ones.

`thesaurus.sv.txt` has a group of such words or phrases a line; `glossary.en-sv.txt` an English word or phrase, a colon,
and its Swedish ones. Both are our own writing; a word is found in any inflection, by its stem.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import Stemmer

from indexer.lexical import query_words, stem, words

Phrase = tuple[str, ...]
_SWEDISH = Path(__file__).with_name("thesaurus.sv.txt")
_ENGLISH = Path(__file__).with_name("glossary.en-sv.txt")
_LONGEST = 4
"""Words of the longest phrase that is looked for in a question."""


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _phrases(line: str) -> list[Phrase]:
    return [phrase for part in line.split(",") if (phrase := tuple(words(part)))]


def _stems(phrase: Sequence[str]) -> Phrase:
    return tuple(_key(word) for word in phrase)


@lru_cache(maxsize=20_000)
def _key(word: str) -> str:
    """The word's stem without neuter endings, which Snowball's stemmer leaves ("självmordet", "särskilt")."""
    key = stem(word)
    if key.endswith("et") and len(key) > 6:
        key = stem(key[:-2])
    return key[:-1] if key[-1] in "td" and len(key) > 6 else key


def _english_stems(phrase: Sequence[str]) -> Phrase:
    return tuple(Stemmer.Stemmer("english").stemWords(list(phrase)))


def _asked(phrase: Phrase) -> Phrase:
    """A phrase as it stands in a topic, without stop words ("omsorg äldre"); as it is where one word would be left."""
    plain = tuple(query_words(" ".join(phrase)))
    return plain if len(plain) > 1 else phrase


@lru_cache(maxsize=1)
def _thesaurus() -> dict[Phrase, tuple[Phrase, ...]]:
    """For the stems of each word or phrase, the phrases of its groups but itself."""
    found: dict[Phrase, dict[Phrase, None]] = {}
    for line in _lines(_SWEDISH):
        group = _phrases(line)
        for phrase in group:
            others = found.setdefault(_stems(_asked(phrase)), {})
            others.update(dict.fromkeys(other for other in group if _stems(other) != _stems(phrase)))
    return {key: tuple(others) for key, others in found.items()}


@lru_cache(maxsize=1)
def _glossary() -> dict[Phrase, tuple[Phrase, ...]]:
    found: dict[Phrase, dict[Phrase, None]] = {}
    for line in _lines(_ENGLISH):
        english, _, swedish = line.partition(":")
        found.setdefault(_english_stems(words(english)), {}).update(dict.fromkeys(_phrases(swedish)))
    return {key: tuple(others) for key, others in found.items()}


@lru_cache(maxsize=20_000)
def alternatives(word: str) -> tuple[Phrase, ...]:
    """What else a Swedish word may be called, each as the words of a phrase; () where the thesaurus has nothing.

    >>> ("suicid",) in alternatives("självmordet"), alternatives("xyz")
    (True, ())
    """
    return _thesaurus().get(_stems((word,)), ())


def split_topic(topic: Sequence[str]) -> list[tuple[Phrase, tuple[Phrase, ...]]]:
    """A topic's words in order, those of a phrase that the thesaurus knows together, each with what else it may be
    called.

    >>> [phrase for phrase, _ in split_topic(["taxan", "särskilda", "boenden"])]
    [('taxan',), ('särskilda', 'boenden')]
    """
    return [(phrase, _thesaurus().get(_stems(phrase), ())) for phrase in _split(topic, _stems, _thesaurus())]


def translate(topic: Sequence[str]) -> list[tuple[Phrase, tuple[Phrase, ...]]]:
    """An English topic's words in order, phrases together, each with its Swedish phrases (() for one that the glossary
    lacks).

    >>> translate(["steering", "groups", "minimaria"])
    [(('steering', 'groups'), (('styrgrupp',),)), (('minimaria',), ())]
    """
    return [
        (phrase, _glossary().get(_english_stems(phrase), ())) for phrase in _split(topic, _english_stems, _glossary())
    ]


def _split(
    topic: Sequence[str], stems_of: Callable[[Sequence[str]], Phrase], known: Container[Phrase]
) -> Iterator[Phrase]:
    """The words in order, the longest known phrases together."""
    at = 0
    while at < len(topic):
        length = next(
            (n for n in range(min(_LONGEST, len(topic) - at), 1, -1) if stems_of(topic[at : at + n]) in known), 1
        )
        yield tuple(topic[at : at + length])
        at += length
