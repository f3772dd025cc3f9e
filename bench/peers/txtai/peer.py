"""txtai: its segmentation into paragraphs, its embeddings database with content."""

from pathlib import Path

from txtai import Embeddings
from txtai.pipeline import Segmentation

from bench.peers.passages import hit


def build(source: Path, index: Path, model: str) -> None:
    embeddings = Embeddings(path=model, content=True, gpu=False, instructions={"query": "query: ", "data": "passage: "})
    embeddings.index(_rows(sorted(source.iterdir())))
    embeddings.save(str(index))


def update(source: Path, index: Path, model: str, changed: str) -> None:
    embeddings = _load(index)
    gone = embeddings.search("SELECT id FROM txtai WHERE name = :name", limit=100_000, parameters={"name": changed})
    embeddings.delete([one["id"] for one in gone])
    embeddings.upsert(_rows([source / changed]))
    embeddings.save(str(index))


def open_search(index: Path, source: Path, model: str):
    embeddings = _load(index)
    sql = "SELECT name, text FROM txtai WHERE similar(:question)"

    def search(question: str, k: int) -> list[dict[str, str]]:
        found = embeddings.search(sql, limit=k, parameters={"question": question})
        return [hit(one["name"], one["text"]) for one in found]

    return search


def _rows(files: list[Path]):
    split = Segmentation(paragraphs=True)
    return [
        (f"{file.name}#{n}", {"text": text, "name": file.name})
        for file in files
        for n, text in enumerate(split(file.read_text(encoding="utf-8")))
    ]


def _load(index: Path) -> Embeddings:
    embeddings = Embeddings()
    embeddings.load(str(index))
    return embeddings
