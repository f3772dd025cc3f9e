"""Haystack: its splitter at 200 words, its embedders, its in-memory store written to disk."""

from pathlib import Path

from haystack import Pipeline
from haystack.components.converters import TextFileToDocument
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from bench.peers.passages import hit

EMBEDDER = {"normalize_embeddings": True, "progress_bar": False, "local_files_only": True}


def build(source: Path, index: Path, model: str) -> None:
    index.mkdir()
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    _add(store, sorted(source.iterdir()), model)
    store.save_to_disk(str(index / "store.json"))


def update(source: Path, index: Path, model: str, changed: str) -> None:
    store = InMemoryDocumentStore.load_from_disk(str(index / "store.json"))
    store.delete_by_filter({"field": "meta.file_path", "operator": "==", "value": changed})
    _add(store, [source / changed], model)
    store.save_to_disk(str(index / "store.json"))


def open_search(index: Path, source: Path, model: str):
    store = InMemoryDocumentStore.load_from_disk(str(index / "store.json"))
    pipeline = Pipeline()
    pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=model, prefix="query: ", **EMBEDDER))
    pipeline.add_component("retriever", InMemoryEmbeddingRetriever(document_store=store))
    pipeline.connect("embedder.embedding", "retriever.query_embedding")

    def search(question: str, k: int) -> list[dict[str, str]]:
        found = pipeline.run({"embedder": {"text": question}, "retriever": {"top_k": k}})
        return [hit(one.meta["file_path"], one.content) for one in found["retriever"]["documents"]]

    return search


def _add(store: InMemoryDocumentStore, files: list[Path], model: str) -> None:
    pipeline = Pipeline()
    pipeline.add_component("converter", TextFileToDocument(store_full_path=False))
    pipeline.add_component("splitter", DocumentSplitter())
    pipeline.add_component(
        "embedder", SentenceTransformersDocumentEmbedder(model=model, prefix="passage: ", **EMBEDDER)
    )
    pipeline.add_component("writer", DocumentWriter(document_store=store))
    pipeline.connect("converter.documents", "splitter.documents")
    pipeline.connect("splitter.documents", "embedder.documents")
    pipeline.connect("embedder.documents", "writer.documents")
    pipeline.run({"converter": {"sources": files}})
