"""What is kept in memory, and there only, because it will be asked for again: answers, and vectors of questions."""

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np

from indexer.embed import Embedder
from indexer.model import Vectors

Key = TypeVar("Key")
Value = TypeVar("Value")

QUERIES = 1_000
"""Questions whose vectors are kept (1.5 KB each with the packaged model)."""


class Kept(Generic[Key, Value]):
    """The values that were used last, at most so many. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._values: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """The value kept for the key; None where there is none."""
        with self._lock:
            value = self._values.pop(key, None)
            if value is not None:
                self._values[key] = value  # dicts keep their order: the last used come last
            return value

    def put(self, key: Key, value: Value) -> None:
        """Keep the value, and forget the one that was used longest ago where there are too many."""
        with self._lock:
            self._values.pop(key, None)
            self._values[key] = value
            if len(self._values) > self._most:
                del self._values[next(iter(self._values))]


class KeptQueries:
    """An `Embedder` that keeps the vectors of the questions that were asked last."""

    def __init__(self, embedder: Embedder, most: int = QUERIES) -> None:
        self.model_id, self.dim, self.passages = embedder.model_id, embedder.dim, embedder.passages
        self._query = lru_cache(maxsize=most)(lambda text: embedder.queries([text])[0])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """As the embedder's own."""
        return np.stack([self._query(text) for text in texts]) if texts else np.zeros((0, self.dim), np.float32)
