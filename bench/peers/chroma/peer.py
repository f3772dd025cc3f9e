"""Chroma on disk, with an embedding function that gives questions and passages the model's own prompts."""

from pathlib import Path

import chromadb
from chromadb import EmbeddingFunction
from sentence_transformers import SentenceTransformer

from bench.peers.passages import hit, passages

BATCH = 5000
"""Rows that one call may add; Chroma refuses more than SQLite has variables for."""


class Prompted(EmbeddingFunction):
    """The model with "query: " and "passage: "; Chroma's own function for sentence-transformers knows no prompts."""

    def __init__(self, model: str) -> None:
        self._transformer = SentenceTransformer(model, device="cpu")

    def __call__(self, input):
        return list(self._transformer.encode_document(input, normalize_embeddings=True, show_progress_bar=False))

    def embed_query(self, input):
        return list(self._transformer.encode_query(input, normalize_embeddings=True, show_progress_bar=False))

    @staticmethod
    def name() -> str:
        return "prompted"

    def get_config(self) -> dict[str, str]:
        return {}

    @staticmethod
    def build_from_config(config: dict[str, str]) -> "Prompted":
        raise NotImplementedError("The function is given when the collection is opened.")


def build(source: Path, index: Path, model: str) -> None:
    _add(_collection(index, model), sorted(source.iterdir()))


def update(source: Path, index: Path, model: str, changed: str) -> None:
    collection = _collection(index, model)
    collection.delete(where={"name": changed})
    _add(collection, [source / changed])


def open_search(index: Path, source: Path, model: str):
    collection = _collection(index, model)

    def search(question: str, k: int) -> list[dict[str, str]]:
        found = collection.query(query_texts=[question], n_results=k)
        return [hit(one["name"], text) for one, text in zip(found["metadatas"][0], found["documents"][0], strict=True)]

    return search


def _collection(index: Path, model: str):
    client = chromadb.PersistentClient(path=str(index), settings=chromadb.Settings(anonymized_telemetry=False))
    return client.get_or_create_collection("minutes", embedding_function=Prompted(model))


def _add(collection, files: list[Path]) -> None:
    rows = [(f"{file.name}#{n}", file.name, text) for file in files for n, text in enumerate(passages(file))]
    for start in range(0, len(rows), BATCH):
        ids, names, texts = zip(*rows[start : start + BATCH], strict=True)
        collection.add(ids=list(ids), documents=list(texts), metadatas=[{"name": name} for name in names])
