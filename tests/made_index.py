"""A small index over invented minutes, and a way to run the command on it: shared by the tests of the command line."""

import hashlib
import zlib

import numpy as np
from click.testing import CliRunner

from bot.cli import main
from indexer.build import build_index
from indexer.lexical import query_words, word_tokens
from indexer.model import Model

MODEL = Model("packaged", "topic", "topic-4096")


class TopicEmbedder:
    """An embedder without a model: a vector counts the stems of a text, so that texts without a common one are at 0."""

    def __init__(self, model_id=MODEL.id, dim=4096):
        self.model_id, self.dim = model_id, dim

    def passages(self, texts, progress=None):
        return self.queries(texts)

    def queries(self, texts):
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in query_words(text):
                row[zlib.crc32(word_tokens(word)[0].encode(errors="replace")) % self.dim] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


class KeptEmbedder:
    """An embedder whose vectors of passages are kept in a folder, by model and text: seconds a text only once."""

    def __init__(self, embedder, folder):
        self.model_id, self.dim, self.queries = embedder.model_id, embedder.dim, embedder.queries
        self._embedder, self._folder = embedder, folder

    def passages(self, texts, progress=None):
        return np.stack([self._passage(text) for text in texts])

    def _passage(self, text):
        file = self._folder / f"{hashlib.sha256(f'{self.model_id} {text}'.encode()).hexdigest()}.npy"
        if not file.exists():
            np.save(file, self._embedder.passages([text])[0])
        return np.load(file)


MINUTES = {
    "norrdal-2022-03-04.txt": """\
Minnesanteckningar
Socialchefsnätverket Norrdal
Datum: fredag 4 mars 2022

Närvarande:
Anna Ek, Sjövik
Bo Lind, Tallhamra
Frånvarande:
Cecilia Alm, Granvik

1. Föregående anteckningar
Beslut: Anteckningarna läggs till handlingarna.

2. Yrkesresan
Bo Lind informerade om Yrkesresan för barn och unga.
Beslut: Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023.
Anna Ek får i uppdrag att teckna avtalet senast den 30 april 2022.
Bilaga: avtal_yrkesresan.pdf

3. Färdtjänsten
Upphandlingen av färdtjänsten är försenad till hösten.
Punkten bordläggs till nästa möte.
""",
    "sjovik-2021-11-19.md": """\
# Ledningsgruppen Sjövik
Minnesanteckningar fredag 19 november 2021

## 4. Yrkesresan
Ledningsgruppen noterar informationen om Yrkesresan.

## 5. Budget
Budgeten för 2022 är 4,25 kronor per invånare.
Beslut: Ledningsgruppen godkänner budgeten för 2022.
""",
    "granvik.txt": """\
Nämnden Granvik

1. Familjehem
Nämnden talade om familjehem och om hur många som behövs.
""",
}


def write_minutes(folder, minutes=MINUTES):
    """The minutes as files in the folder, which is made."""
    folder.mkdir()
    for name, text in minutes.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def build(source, index, embedder=None):
    """An index over the source, made with this embedder (None: words alone) and published under its model's id."""
    embedder = embedder or TopicEmbedder()
    build_index(source, index, embedder.model_id, lambda: embedder)
    return index


def run(*arguments):
    """The outcome of `motesminnet` with these arguments; a failure that is no clean exit is raised."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
