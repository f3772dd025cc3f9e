"""LangChain: its recursive splitter at 1,000 characters, 200 shared, and its FAISS store."""

from pathlib import Path

from langchain_community.document_loaders import TextLoader
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bench.peers.passages import hit


def build(source: Path, index: Path, model: str) -> None:
    FAISS.from_documents(_split(sorted(source.iterdir())), _embeddings(model)).save_local(str(index))


def update(source: Path, index: Path, model: str, changed: str) -> None:
    store = _load(index, model)
    stored = store.docstore._dict  # there is no public way to list what a store holds
    store.delete([key for key, one in stored.items() if Path(one.metadata["source"]).name == changed])
    store.add_documents(_split([source / changed]))
    store.save_local(str(index))


def open_search(index: Path, source: Path, model: str):
    store = _load(index, model)

    def search(question: str, k: int) -> list[dict[str, str]]:
        return [hit(one.metadata["source"], one.page_content) for one in store.similarity_search(question, k=k)]

    return search


def _split(files: list[Path]):
    documents = [one for file in files for one in TextLoader(str(file), encoding="utf-8").load()]
    return RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)


def _embeddings(model: str) -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(
        model_name=model,
        model_kwargs={"device": "cpu"},
        encode_kwargs={"normalize_embeddings": True, "prompt_name": "passage"},
        query_encode_kwargs={"normalize_embeddings": True, "prompt_name": "query"},
    )


def _load(index: Path, model: str) -> FAISS:
    return FAISS.load_local(str(index), _embeddings(model), allow_dangerous_deserialization=True)
