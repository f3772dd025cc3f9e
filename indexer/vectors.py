"""The FAISS index over chunk vectors: exact, filtered before ranking, and a cache of what the register holds."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from indexer.records import IndexerError

Ids = np.ndarray[Any, np.dtype[np.int64]]
Vectors = np.ndarray[Any, np.dtype[np.float32]]


class VectorIndex:
    """Unit vectors by chunk number; scores are inner products, that is cosines.

    FAISS detects no corruption of its file and answers a wrong dimension with a bare assert: the file's sha256 is
    checked by `generation.py`, dimensions and numbers here.
    """

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - faiss is untyped, and imported only where it is needed
        self._index = index

    @classmethod
    def build(cls, ids: Iterable[int], vectors: Vectors) -> "VectorIndex":
        """An index of `vectors`, shape (n, dim), one row for each of the distinct `ids`.

        Raises IndexerError where the numbers differ, an id comes twice, or a value is not finite.
        """
        import faiss

        numbers, rows = np.fromiter(ids, np.int64), np.ascontiguousarray(vectors, np.float32)
        if rows.ndim != 2 or len(rows) != len(numbers) or len(np.unique(numbers)) != len(numbers):
            raise IndexerError(f"Vectors of shape {rows.shape} do not fit {len(numbers)} chunk numbers, each once.")
        if not np.isfinite(rows).all():
            bad = numbers[~np.isfinite(rows).all(axis=1)][0]
            raise IndexerError(f"Vektorn för textavsnitt {bad} är inte ändlig. Kontrollera modellen: motesminnet check")
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(rows.shape[1]))
        if len(rows):
            index.add_with_ids(rows, numbers)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """The index saved at `path`. Raises IndexerError where FAISS cannot read it."""
        import faiss

        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexerError(f"{str(path)!r} är inget FAISS-index. Bygg om det: motesminnet index MAPP") from error

    def save(self, path: Path) -> None:
        """Writes the index to `path`; raises OSError where it cannot be written.

        FAISS's own writing does not tell of a disk that is full when the file is closed.
        """
        import faiss

        path.write_bytes(faiss.serialize_index(self._index).data)

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

        if not len(self):
            return np.zeros(self.dim, np.float32)
        flat: Any = faiss.downcast_index(self._index.index)
        rows = faiss.rev_swig_ptr(flat.get_xb(), len(self) * self.dim)
        weights = np.full(len(self), 1 / len(self), np.float32)
        return np.asarray(weights @ rows.reshape(len(self), self.dim), np.float32)

    def mean_of(self, ids: Ids) -> Vectors:
        """The mean of these chunks' vectors, as `mean` is that of all; raises IndexerError on an unknown id."""
        weights = np.full(len(ids), 1 / max(len(ids), 1), np.float32)
        return np.asarray(weights @ self._rows(ids), np.float32)

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """The ids and cosines of the `k` nearest chunks, best first, equal ones by id; fewer where there are fewer.

        `vector` has shape (dim,); `allowed` restricts to these ids before anything is ranked (None: all).
        Raises IndexerError where the dimension is another or a value is not finite.
        """
        import faiss

        query = self._query(vector)
        k = min(k, len(self) if allowed is None else len(allowed))
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters: Any = faiss.SearchParameters()
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))  # lives as long as the search
            parameters.sel = selector
        scores, ids = self._index.search(query, k, params=parameters)
        found = ids[0] >= 0
        ids, scores = ids[0][found], scores[0][found]
        order = np.lexsort((ids, -scores))
        return ids[order], scores[order]

    def cosines(self, vector: Vectors, ids: Ids) -> Vectors:
        """The cosine of `vector` to each chunk in `ids`, in that order; raises IndexerError on an unknown id."""
        query = self._query(vector)
        if not len(ids):
            return np.empty(0, np.float32)
        return np.asarray(self._rows(ids) @ query[0], np.float32)

    def _rows(self, ids: Ids) -> Vectors:
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
