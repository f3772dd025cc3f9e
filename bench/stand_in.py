"""Indexes a folder with vectors that cost little: `python -m bench.stand_in SOURCE INDEX`.

For timing questions it matters that the index has as many vectors as it would have, and that those near the question
belong to the right items; not that each is the model's own. A chunk gets the packaged model's vector of its item's
title (embedded once for each topic) and noise of its own. The index says that it is the packaged model's, so that
`motesminnet ask` embeds its questions with the real one.
"""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.noise import noise
from bot.config import Settings
from indexer.build import build_index
from indexer.embed import Embedder, load_query_embedder
from indexer.model import choose_model

NOISE = 0.35


class StandIn:
    """An `Embedder` that asks a real one only for the subjects of titles."""

    def __init__(self, real: Embedder) -> None:
        self.model_id, self.dim = real.model_id, real.dim
        self._real = real
        self._known: dict[str, np.ndarray] = {}

    def passages(self, texts: Sequence[str], progress=None) -> np.ndarray:
        vectors = np.array([self._subject(text) + NOISE * noise(text, self.dim) for text in texts], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._real.queries(texts)

    def _subject(self, text: str) -> np.ndarray:
        title = re.sub(r"^.*?\. (?:§ )?(?:\d+\)? )?", "", text.split("\n")[0]).split(" – ")[0]
        if title not in self._known:
            self._known[title] = self._real.passages([title])[0]
        return self._known[title]


class Noise:
    """An `Embedder` whose vectors say nothing: for timing everything but the embedding."""

    model_id, dim = "noise", 384

    def passages(self, texts: Sequence[str], progress=None) -> np.ndarray:
        return np.array([noise(text, self.dim) for text in texts], np.float32).reshape(len(texts), self.dim)

    queries = passages


def main(source: Path, index: Path) -> None:
    settings = Settings.from_env(os.environ)
    real = load_query_embedder(choose_model(settings.model), settings.cache)
    report = build_index(source, index, real.model_id, lambda: StandIn(real))
    print(report.text())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
