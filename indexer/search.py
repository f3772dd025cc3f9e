"""Query -> hits: a dense and a lexical leg over the chunks that the filters leave, fused into one score."""

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from indexer.lexical import query_terms, query_words, word_tokens, words
from indexer.records import Hit, Query
from indexer.store import Register
from indexer.thesaurus import alternatives
from indexer.vectors import VectorIndex

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float32]]

LEXICAL_WEIGHT = 0.1
"""What a full lexical match is worth in cosine: score = dense + 0.1 * lexical ** 2, both as in `Hit`.

Squared, because a small coverage is only the common grams that any Swedish text has. Found on half of the questions
of `../shared/ir` and `../shared/eval`; on the other halves it beats both legs (`tests/test_search_ir.py`). Anything
from 0.06 to 0.15 does as well. It goes with multilingual-e5-small: a model that spreads its cosines wider needs more.
"""
DEPTH = 300
"""How many chunks each leg puts forward to be fused; what neither does is beaten 300 times on both."""
MAX_WORDS = 32
"""A topic of more words is searched by the rarest of them: each costs a look-up for each of its grams."""
SYNONYM = 0.8
"""What another word for the same, out of the thesaurus, counts for beside the word itself."""
CONNECTIONS = 4
"""Queries that read the register at the same time; further ones wait their turn, which is a few milliseconds."""
CACHED_POSTINGS = 2_000_000
"""Chunk numbers kept in memory (16 MB): the common grams are the dear ones, and come again in every question."""


class Index(Protocol):
    """Where hits come from. The embedded one is below; another keeps its rows in PostgreSQL.

    `vector` is the question's embedding, shape (dim,), L2 norm 1; None searches by words alone.
    The query's filters restrict before anything is ranked: no hit lies outside them.
    """

    def search(self, query: Query, vector: Floats | None, k: int) -> list[Hit]:
        """The `k` best chunks, best first; fewer where the filters leave fewer, [] where they leave none."""

    def search_items(self, query: Query, vector: Floats | None, k: int) -> list[Hit]:
        """The best chunk of each of the `k` best agenda items, best first; ranks count items."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Chunk numbers, best first, and what each leg says of them, in the same order."""

    numbers: Numbers
    dense: Floats
    lexical: Floats

    def at(self, places: Numbers) -> "Ranking":
        """Those at these places (from 0), in that order."""
        return Ranking(self.numbers[places], self.dense[places], self.lexical[places])

    @property
    def scores(self) -> Floats:
        return self.dense + np.float32(LEXICAL_WEIGHT) * self.lexical**2


class Vectors(Protocol):
    """What ranking needs of the vectors, by chunk number: see `VectorIndex`."""

    @property
    def mean(self) -> Floats: ...
    @property
    def highest(self) -> int: ...
    def __len__(self) -> int: ...
    def mean_of(self, ids: Numbers) -> Floats: ...
    def search(self, vector: Floats, k: int, allowed: Numbers | None = None) -> tuple[Numbers, Floats]: ...
    def candidates(self, vector: Floats, k: int, allowed: Numbers | None = None) -> Numbers: ...
    def cosines(self, vector: Floats, ids: Numbers) -> Floats: ...


class RankedIndex(ABC):
    """A register and vectors, ranked the same wherever they lie. Threads may share it.

    A part of a `whole` answers as an index over the documents of its register alone would, figures included.
    """

    def __init__(self, register: Register, vectors: Vectors, whole: "RankedIndex | None" = None) -> None:
        self.register, self.vectors, self._whole = register, vectors, whole
        self._postings: dict[str, Numbers] = {}
        self._cached = 0
        self._common: Mapping[str, int] = register.common_tokens() if whole is None else whole._common

    @abstractmethod
    def restricted(self, documents: Collection[str]) -> "RankedIndex":
        """The same index, as if it held these documents alone."""

    @abstractmethod
    def _items_of(self, numbers: Numbers) -> Numbers:
        """For each of these chunk numbers, its item as a number: the same one for chunks of the same item."""

    def _order_of(self, numbers: Numbers) -> Numbers:
        """What settles the order of chunks whose scores are equal: that of the documents, and within one."""
        return numbers

    def warm(self) -> None:
        """Works out what all searches need and the first one would have to wait for."""
        _ = self._mean

    def reading(self) -> AbstractContextManager[None]:
        """Within it all that a thread reads is of one state; a file of an index never changes, so that is so anyway."""
        return nullcontext()

    def search(self, query: Query, vector: Floats | None, k: int) -> list[Hit]:
        """As `Index.search`. Raises IndexerError where the vector does not fit the index."""
        return self._hits(self._rank(query, vector), k)

    def search_items(self, query: Query, vector: Floats | None, k: int) -> list[Hit]:
        """As `Index.search_items`. Raises IndexerError where the vector does not fit the index."""
        ranking = self._rank(query, vector)
        _, first = np.unique(self._items_of(ranking.numbers), return_index=True)
        return self._hits(ranking.at(np.sort(first)), k)

    def _rank(self, query: Query, vector: Floats | None) -> Ranking:
        allowed = self.register.allowed(query)
        allowed = self._numbers if allowed is None else allowed
        coverage = self._coverage(query)
        numbers = _strongest(coverage, allowed)
        if vector is not None:
            numbers = np.union1d(numbers, self.vectors.candidates(vector, DEPTH, allowed))
        ranking = Ranking(numbers, self._dense(vector, numbers), coverage[numbers])
        _, place, often = np.unique(ranking.scores, return_inverse=True, return_counts=True)
        order, tied = np.zeros(len(numbers), np.int64), often[place] > 1
        order[tied] = self._order_of(numbers[tied])
        return ranking.at(np.lexsort((order, -ranking.scores)))

    def _dense(self, vector: Floats | None, numbers: Numbers) -> Floats:
        if vector is None:
            return np.zeros(len(numbers), np.float32)
        return self.vectors.cosines(vector, numbers) - np.float32(self._mean @ vector)

    @cached_property
    def _numbers(self) -> Numbers | None:
        """The numbers of all chunks, ascending; None where they are those of the vectors."""
        if self._whole is None:
            return None
        return np.array([row[0] for row in self.register.rows("SELECT n FROM chunks ORDER BY n")], np.int64)

    @cached_property
    def _held(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """For each chunk number whether the index holds it."""
        held = np.full(self.vectors.highest + 1, self._numbers is None)
        held[self._numbers] = True
        return held

    @cached_property
    def _mean(self) -> Floats:
        return self.vectors.mean if self._numbers is None else self.vectors.mean_of(self._numbers)

    @property
    def _count(self) -> int:
        """How many chunks the index holds."""
        return len(self.vectors) if self._numbers is None else len(self._numbers)

    def _coverage(self, query: Query) -> Floats:
        """For each chunk number, the share of the topic's idf mass that the chunk carries; [0] belongs to no chunk."""
        carried, total = np.zeros(self.vectors.highest + 1, np.float32), 0.0
        seen: set[str] = set()
        for term in self._rarest(query.terms or query_words(query.topic)):
            phrases = [tuple(phrase.split()) for phrase in term.split("|")]
            tokens = tuple(t for t in query_terms(phrases[0]) if t not in seen)
            seen.update(tokens)
            tokens = self._telling(tokens)
            mass = sum(self.idf(token) for token in tokens)
            also = [*phrases[1:], *(alternatives(phrases[0][0]) if len(phrases) == len(phrases[0]) == 1 else ())]
            if also:
                carried += self._best_of(tokens, also, mass)
            else:
                self._add(tokens, carried)
            total += mass
        share: Floats = np.minimum(carried / np.float32(total or 1.0), np.float32(1))
        return share

    def _telling(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """The tokens without those that are common in a large index, or the least common one where all are.

        They take 95 % of the time, and all together weigh less than one rare token.
        """
        rare = tuple(token for token in tokens if token not in self._common)
        return rare or tuple(sorted(tokens, key=self._common.__getitem__)[:1])

    def _add(self, tokens: Iterable[str], carried: Floats) -> None:
        for token in tokens:
            chunks = self._chunks_with(token)
            carried[chunks] += self._idf(len(chunks))

    def _best_of(self, tokens: Iterable[str], also: Iterable[tuple[str, ...]], mass: float) -> Floats:
        """For each chunk number, the mass of a term's own tokens or of another phrase that stands for it."""
        best = np.zeros(self.vectors.highest + 1, np.float32)
        self._add(tokens, best)
        for phrase in also:
            chunks = self._chunks_with(word_tokens(phrase[0])[0])
            for word in phrase[1:]:
                chunks = np.intersect1d(chunks, self._chunks_with(word_tokens(word)[0]), assume_unique=True)
            best[chunks] = np.maximum(best[chunks], np.float32(SYNONYM * mass))
        return best

    def _rarest(self, terms: tuple[str, ...]) -> Iterable[str]:
        """At most MAX_WORDS of the terms: of those that some chunk has, the rarest; then those that none has."""
        if len(terms) <= MAX_WORDS:
            return terms
        counts = {term: self._frequency(word_tokens(words(term)[0])[0]) for term in terms}
        return sorted(terms, key=lambda term: counts[term] or math.inf)[:MAX_WORDS]

    def idf(self, term: str) -> float:
        """The inverse document frequency of a token of `indexer.lexical`, over the index's chunks."""
        return self._idf(self._frequency(term))

    def _frequency(self, token: str) -> int:
        """In how many chunks the token stands."""
        counted = None if self._whole is not None else self._common.get(token)
        return counted or len(self._chunks_with(token))

    def _idf(self, count: int) -> float:
        """BM25's inverse document frequency (Robertson and Sparck Jones, in Lucene's form, which is never negative)."""
        return math.log(1 + (self._count - count + 0.5) / (count + 0.5))

    def _chunks_with(self, term: str) -> Numbers:
        """The numbers of the chunks that have the term."""
        found = self._postings.get(term)
        if found is None:
            found = self._read_chunks_with(term)
            self._keep(term, found)
        return found

    def _read_chunks_with(self, term: str) -> Numbers:
        if self._whole is not None:
            everywhere = self._whole._chunks_with(term)
            return everywhere[self._held[everywhere]]
        return self.register.chunks_with(term)

    def _keep(self, term: str, postings: Numbers) -> None:
        room = max(CACHED_POSTINGS, 4 * len(self.vectors))
        if self._cached + len(postings) > (room if self._whole is None else room // 10):
            self._postings, self._cached = {}, 0  # a new dict: another thread may be reading the old one
        self._postings[term] = postings
        self._cached += len(postings)

    def _hits(self, ranking: Ranking, k: int) -> list[Hit]:
        best = ranking.at(np.arange(min(max(k, 0), len(ranking.numbers))))
        chunks = self.register.chunks_at(best.numbers).values()
        figures = zip(best.scores.tolist(), best.dense.tolist(), best.lexical.tolist(), strict=True)
        return [
            Hit(chunk.id, chunk.item, chunk.meeting, rank, *scores)
            for rank, (chunk, scores) in enumerate(zip(chunks, figures, strict=True), start=1)
        ]


class EmbeddedIndex(RankedIndex):
    """The register file and the FAISS index of one generation."""

    def __init__(
        self,
        register: Path,
        vectors: VectorIndex,
        documents: Collection[str] | None = None,
        whole: "EmbeddedIndex | None" = None,
    ) -> None:
        super().__init__(Register.open(register, CONNECTIONS, documents), vectors, whole)
        self._path = register
        self._items: Numbers | None = None

    def restricted(self, documents: Collection[str]) -> "EmbeddedIndex":
        """As `RankedIndex.restricted`."""
        return EmbeddedIndex(self._path, cast(VectorIndex, self.vectors), documents, self)

    def warm(self) -> None:
        """As `RankedIndex.warm`."""
        super().warm()
        self._item_of()

    def _items_of(self, numbers: Numbers) -> Numbers:
        return self._item_of()[numbers]

    def _item_of(self) -> Numbers:
        """For each chunk number, its item as a number; read once."""
        if isinstance(self._whole, EmbeddedIndex):
            return self._whole._item_of()
        if self._items is None:
            rows = self.register.rows("SELECT min(n) FROM chunks GROUP BY item")  # the chunks of one are neighbours
            starts = np.zeros(len(self.vectors) + 1, np.int64)
            starts[[row[0] for row in rows]] = 1
            self._items = np.cumsum(starts) - 1
        return self._items


def _strongest(coverage: Floats, allowed: Numbers | None) -> Numbers:
    """The numbers of the DEPTH chunks with most coverage among those allowed; none without any."""
    numbers = np.flatnonzero(coverage) if allowed is None else allowed[coverage[allowed] > 0]
    if len(numbers) > DEPTH:
        numbers = numbers[np.argpartition(-coverage[numbers], DEPTH)[:DEPTH]]
    return numbers
