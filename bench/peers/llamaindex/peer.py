"""LlamaIndex as its starter shows it: a folder read, its own splitter (1,024 tokens, 200 shared), its simple store."""

from pathlib import Path

from llama_index.core import Settings, SimpleDirectoryReader, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from bench.peers.passages import hit


def build(source: Path, index: Path, model: str) -> None:
    _use(model)
    VectorStoreIndex.from_documents(_read(sorted(source.iterdir()))).storage_context.persist(str(index))


def update(source: Path, index: Path, model: str, changed: str) -> None:
    found = _load(index, model)
    found.refresh_ref_docs(_read([source / changed]))
    found.storage_context.persist(str(index))


def open_search(index: Path, source: Path, model: str):
    found = _load(index, model)

    def search(question: str, k: int) -> list[dict[str, str]]:
        nodes = found.as_retriever(similarity_top_k=k).retrieve(question)
        return [hit(one.metadata["file_name"], one.get_content()) for one in nodes]

    return search


def _read(files: list[Path]):
    documents = SimpleDirectoryReader(input_files=files).load_data()
    for one in documents:
        one.id_ = one.metadata["file_name"]  # the same document in another folder is the same document
    return documents


def _use(model: str) -> None:
    Settings.embed_model = HuggingFaceEmbedding(
        model, query_instruction="query: ", text_instruction="passage: ", device="cpu"
    )


def _load(index: Path, model: str):
    _use(model)
    return load_index_from_storage(StorageContext.from_defaults(persist_dir=str(index)))
