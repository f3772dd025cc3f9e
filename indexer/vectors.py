"""The FAISS index over chunk vectors: filtered before ranking, and a cache of what the register holds.

Up to 100,000 chunks it is exact and in memory. Above that it holds the vectors in one byte a value, and above 200,000
in lists of neighbours of which a search reads a few, straight from the file: such an index only puts candidates
forward, whose cosines are worked out from the register's own vectors.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from indexer.generation import REGISTER
from indexer.records import IndexerError
from indexer.store import Register

Ids = np.ndarray[Any, np.dtype[np.int64]]
Vectors = np.ndarray[Any, np.dtype[np.float32]]
Fetch = Callable[[Ids], Vectors]
"""The vectors of chunks, one row each in the order asked for. Raises IndexerError where a chunk has none."""

EXACT = 100_000
"""Up to so many vectors the index is exact: 19 ms of processor time a search, half of that in one byte a value."""
FLAT = 200_000
"""Up to so many vectors every one is compared; above it, those in the lists that are nearest to the query."""
LISTS = 4096
"""Neighbourhoods of an index of lists."""
TRAINED = 50 * LISTS
"""Vectors that an index learns from; FAISS warns below 39 a list, and takes an hour with all of a million."""
NPROBE = 128
"""How many lists a search reads: recall@10 .974 among a million vectors at 8 ms of processor time; 32 give .906 at 5,
192 give .981 at 10.
"""
FEW = 4_000
"""Up to so many chunks that a filter leaves are all compared with the query, exactly."""
AT_LEAST = 100
"""Candidates that an approximate search puts forward, however few are asked for."""
SAMPLE = 200
"""Stored vectors that recall is measured with."""
MEAN = ".mean.npy"
BLOCK = 50_000
"""Vectors worked on at a time where all are."""
NEAREST = 10
CONNECTIONS = 4
"""Searches that read vectors out of the register at the same time."""


class VectorIndex:
    """Unit vectors by chunk number; scores are inner products, that is cosines.

    FAISS detects no corruption of its file and answers a wrong dimension with a bare assert: the file's sha256 is
    checked by `generation.py`, dimensions and numbers here.
    """

    def __init__(  # `index` is of FAISS, which is untyped, and imported only where it is needed
        self,
        index: Any,  # noqa: ANN401
        fetch: Fetch | None = None,
        mean: Vectors | None = None,
    ) -> None:
        """`fetch` and `mean` are None for an exact index, which holds the vectors itself."""
        self._index = index
        self._fetch = fetch
        self._mean = mean

    @classmethod
    def build(cls, ids: Iterable[int], vectors: Vectors) -> "VectorIndex":
        """An index of `vectors`, shape (n, dim), one row for each of the distinct `ids`; its kind goes by their number.

        Raises IndexerError where the numbers differ, an id comes twice, or a value is not finite.
        """
        numbers, rows = np.fromiter(ids, np.int64), np.ascontiguousarray(vectors, np.float32)
        if rows.ndim != 2 or len(rows) != len(numbers) or len(np.unique(numbers)) != len(numbers):
            raise IndexerError(f"Vectors of shape {rows.shape} do not fit {len(numbers)} chunk numbers, each once.")
        if not all(np.isfinite(block).all() for block in _blocks(rows)):
            bad = numbers[~np.isfinite(rows).all(axis=1)][0]
            raise IndexerError(f"Vektorn för textavsnitt {bad} är inte ändlig. Kontrollera modellen: motesminnet check")
        index = _empty(len(rows), rows.shape[1])
        if not index.is_trained:
            index.train(rows[np.linspace(0, len(rows) - 1, min(TRAINED, len(rows))).astype(np.int64)])
        if len(rows):
            index.add_with_ids(rows, numbers)
        if len(rows) <= EXACT:
            return cls(index)
        return cls(index, _from_rows(numbers, rows), np.sum([b.sum(axis=0) for b in _blocks(rows)], 0) / len(rows))

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """The index saved at `path`; one that is not exact takes the vectors themselves out of the register beside it.

        Raises IndexerError where FAISS cannot read it, or it has no register.
        """
        import faiss

        mean = path.with_name(path.name + MEAN)
        try:
            if not mean.exists():
                return cls(faiss.read_index(str(path)))
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        except RuntimeError as error:
            raise IndexerError(f"{str(path)!r} är inget FAISS-index. Bygg om det: motesminnet index MAPP") from error
        return cls(index, Register.open(path.with_name(REGISTER), CONNECTIONS).vectors_at, np.load(mean))

    def save(self, path: Path) -> None:
        """Writes the index to `path`, and the mean of one that is not exact beside it; raises OSError where it cannot
        be written.

        FAISS's own writing does not tell of a disk that is full when the file is closed.
        """
        import faiss

        path.write_bytes(faiss.serialize_index(self._index).data)
        if self._mean is not None:
            np.save(path.with_name(path.name + MEAN), self._mean)

    @property
    def kind(self) -> str:
        """ "exact", "sq8" (one byte a value) or "ivf-sq8" (in lists)."""
        return "exact" if self._fetch is None else "ivf-sq8" if self._in_lists else "sq8"

    @property
    def dim(self) -> int:
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def highest(self) -> int:
        """The highest chunk number: a register file numbers its chunks from 1."""
        return len(self)

    @cached_property
    def mean(self) -> Vectors:
        """The mean of all vectors, shape (dim,), float32: its dot product with a query is the query's mean cosine."""
        import faiss

        if self._mean is not None:
            return np.asarray(self._mean, np.float32)
        if not len(self):
            return np.zeros(self.dim, np.float32)
        flat: Any = faiss.downcast_index(self._index.index)
        rows = faiss.rev_swig_ptr(flat.get_xb(), len(self) * self.dim)
        weights = np.full(len(self), 1 / len(self), np.float32)
        return np.asarray(weights @ rows.reshape(len(self), self.dim), np.float32)

    def mean_of(self, ids: Ids) -> Vectors:
        """The mean of these chunks' vectors, as `mean` is that of all; raises IndexerError on an unknown id."""
        if self._fetch is not None and len(ids) > BLOCK:
            sums = [self._rows(ids[start : start + BLOCK]).sum(axis=0) for start in range(0, len(ids), BLOCK)]
            return np.asarray(np.sum(sums, axis=0) / len(ids), np.float32)
        weights = np.full(len(ids), 1 / max(len(ids), 1), np.float32)
        return np.asarray(weights @ self._rows(ids), np.float32)

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """The ids and cosines of the `k` nearest chunks, best first, equal ones by id; fewer where there are fewer.

        `vector` has shape (dim,); `allowed` restricts to these ids before anything is ranked (None: all).
        Raises IndexerError where the dimension is another or a value is not finite.
        """
        ids, scores = self._candidates(vector, k, allowed)
        if self._fetch is not None:
            scores = self.cosines(vector, ids)
        order = np.lexsort((ids, -scores))[: max(k, 0)]
        return ids[order], scores[order]

    def candidates(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Ids:
        """The ids of the `k` nearest chunks in any order, as `search` takes and raises; an index that is not exact may
        put more forward, or miss some.
        """
        return self._candidates(vector, k, allowed)[0]

    def cosines(self, vector: Vectors, ids: Ids) -> Vectors:
        """The cosine of `vector` to each chunk in `ids`, in that order; raises IndexerError on an unknown id."""
        query = self._query(vector)
        if not len(ids):
            return np.empty(0, np.float32)
        return np.asarray(self._rows(ids) @ query[0], np.float32)

    def _candidates(self, vector: Vectors, k: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
        """Ids and scores as FAISS has them: exact, or near enough to choose by."""
        query = self._query(vector)
        count = len(self) if allowed is None else len(allowed)
        if min(k, count) < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if self._fetch is None:
            return self._search(query, min(k, count), allowed)
        if allowed is not None and count <= FEW:
            return allowed, np.zeros(count, np.float32)
        return self._search(query, min(max(k, AT_LEAST), count), allowed)

    def _search(self, query: Vectors, k: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
        parameters, kept = self._parameters(allowed)  # what is kept lives as long as the search
        scores, ids = self._index.search(query, k, params=parameters)
        found = ids[0] >= 0
        del kept
        return ids[0][found], scores[0][found]

    def _parameters(self, allowed: Ids | None) -> tuple[Any, Any]:
        """How FAISS is to search, and what must stay in memory meanwhile.

        A filter that leaves a tenth of the chunks leaves a tenth of each list: ten times as many are read.
        """
        import faiss

        selectors: Any = faiss
        parameters: Any = faiss.SearchParametersIVF() if self._in_lists else faiss.SearchParameters()
        if self._in_lists:
            share = 1.0 if allowed is None else len(allowed) / len(self)
            parameters.nprobe = min(self._index.nlist, round(NPROBE / share))
        if allowed is None:
            return parameters, None
        if self._fetch is None:
            parameters.sel = selector = selectors.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
            return parameters, selector
        bits = np.zeros(8 * (int(allowed.max()) // 8 + 1), np.bool_)
        bits[allowed] = True
        packed = np.packbits(bits, bitorder="little")
        parameters.sel = selector = selectors.IDSelectorBitmap(packed)
        return parameters, (selector, packed)

    @cached_property
    def _in_lists(self) -> bool:
        return hasattr(self._index, "nlist")

    def _rows(self, ids: Ids) -> Vectors:
        if self._fetch is not None:
            return self._fetch(ids)
        try:
            rows = self._index.reconstruct_batch(np.ascontiguousarray(ids, np.int64))
        except RuntimeError as error:
            raise IndexerError("Ett textavsnitt saknas i FAISS-indexet. Bygg om det: motesminnet index MAPP") from error
        return np.asarray(rows, np.float32)

    def _query(self, vector: Vectors) -> Vectors:
        return check_vector(vector, self.dim).reshape(1, -1)


def check_vector(vector: Vectors, dim: int) -> Vectors:
    """A question's vector, shape (dim,), float32. Raises IndexerError where the dimension is another or a value is not
    finite.
    """
    query = np.ascontiguousarray(vector, np.float32).reshape(-1)
    if len(query) != dim:
        raise IndexerError(
            f"Indexet har {dim} dimensioner, modellen ger {len(query)}."
            " Bygg om det med den här modellen: motesminnet index MAPP"
        )
    if not np.isfinite(query).all():
        raise IndexerError("Frågans vektor är inte ändlig. Kontrollera modellen: motesminnet check")
    return query


def write_vectors(path: Path, ids: Iterable[int], vectors: Vectors) -> dict[str, str | float]:
    """Builds the index of these vectors and saves it; what the manifest is to say of it, nothing where it is exact.

    Raises as `VectorIndex.build` and `VectorIndex.save`.
    """
    numbers = np.fromiter(ids, np.int64)
    index = VectorIndex.build(numbers, vectors)
    index.save(path)
    if index.kind == "exact":
        return {}
    return {"kind": index.kind, "recall_at_10": round(measure_recall(index, numbers, vectors), 4)}


def measure_recall(index: VectorIndex, ids: Ids, vectors: Vectors) -> float:
    """Recall@10 of the index against exact search over these vectors, some of which are the queries."""
    queries = vectors[np.unique(np.linspace(0, len(vectors) - 1, SAMPLE).astype(np.int64))]
    best: list[list[tuple[float, int]]] = [[] for _ in queries]
    for start, block in zip(range(0, len(vectors), BLOCK), _blocks(vectors), strict=True):
        for scores, found in zip(queries @ block.T, best, strict=True):
            near = np.argsort(-scores, kind="stable")[:NEAREST]
            found += [(-float(scores[place]), int(ids[start + place])) for place in near]
    shares = []
    for query, found in zip(queries, best, strict=True):
        right = {number for _, number in sorted(found)[:NEAREST]}
        shares.append(len(right.intersection(index.search(query, NEAREST)[0].tolist())) / len(right))
    return float(np.mean(shares))


def _empty(count: int, dim: int) -> Any:  # noqa: ANN401 - as above
    """An index for so many vectors, without any; the kinds and their limits are measured (`bench/scale.md`)."""
    import faiss

    if count <= EXACT:
        return faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
    if count <= FLAT:
        flat = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
        return faiss.IndexIDMap2(flat)
    return faiss.index_factory(dim, f"IVF{LISTS}_HNSW32,SQ8", faiss.METRIC_INNER_PRODUCT)


def _blocks(rows: Vectors) -> Iterable[Vectors]:
    return (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))


def _from_rows(numbers: Ids, rows: Vectors) -> Fetch:
    """Vectors out of memory, for an index that is being built."""
    order = np.argsort(numbers)

    def fetch(ids: Ids) -> Vectors:
        return rows[order[np.searchsorted(numbers, ids, sorter=order)]]

    return fetch
