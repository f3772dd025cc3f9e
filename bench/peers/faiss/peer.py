"""sentence-transformers and a flat FAISS index, the texts in a JSON file beside it."""

import json
from pathlib import Path

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

from bench.peers.passages import hit, passages


def build(source: Path, index: Path, model: str) -> None:
    found = faiss.IndexIDMap2(faiss.IndexFlatIP(384))
    rows: dict[str, list[str]] = {}
    _add(found, rows, sorted(source.iterdir()), model)
    _save(found, rows, index)


def update(source: Path, index: Path, model: str, changed: str) -> None:
    found, rows = _load(index)
    gone = [number for number, (name, _) in rows.items() if name == changed]
    found.remove_ids(np.array([int(number) for number in gone], np.int64))
    for number in gone:
        del rows[number]
    _add(found, rows, [source / changed], model)
    _save(found, rows, index)


def open_search(index: Path, source: Path, model: str):
    found, rows = _load(index)
    transformer = SentenceTransformer(model, device="cpu")

    def search(question: str, k: int) -> list[dict[str, str]]:
        vector = transformer.encode_query([question], normalize_embeddings=True, show_progress_bar=False)
        return [hit(*rows[str(number)]) for number in found.search(vector, k)[1][0] if number >= 0]

    return search


def _add(found: faiss.Index, rows: dict[str, list[str]], files: list[Path], model: str) -> None:
    new = [[file.name, text] for file in files for text in passages(file)]
    texts = [text for _, text in new]
    transformer = SentenceTransformer(model, device="cpu")
    vectors = transformer.encode_document(texts, normalize_embeddings=True, show_progress_bar=False)
    first = max(map(int, rows), default=-1) + 1
    found.add_with_ids(vectors, np.arange(first, first + len(new)))
    rows.update({str(number): row for number, row in enumerate(new, first)})


def _save(found: faiss.Index, rows: dict[str, list[str]], index: Path) -> None:
    index.mkdir(exist_ok=True)
    faiss.write_index(found, str(index / "vectors.faiss"))
    (index / "rows.json").write_text(json.dumps(rows), encoding="utf-8")


def _load(index: Path):
    return faiss.read_index(str(index / "vectors.faiss")), json.loads((index / "rows.json").read_text("utf-8"))
