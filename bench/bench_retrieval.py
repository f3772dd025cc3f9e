"""Retrieval alone, by our own search code: `python -m bench.bench_retrieval [--json FILE]`.

On the questions over the five real minutes, and on two public Swedish sets (../shared/ir). Each leg of the search by
itself, BM25 over character 4-grams as a stranger to compare with, and the fusion that questions get. The misses are
listed, to be understood, not to be tuned on: these questions are few.
"""

import argparse
import hashlib
import json
import math
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.measure import REAL, REAL_NAMES, ROOT, TODAY, finish, markdown_table
from bot.config import Settings
from bot.evaluation import read_gold
from bot.pipeline import Library, open_library, search_now
from indexer.build import build_index
from indexer.chunk import chunk_item, embedding_text
from indexer.embed import Embedder, load_indexing_embedder, load_query_embedder
from indexer.evaluate import UNANSWERABLE, Figures, question_qrels, retrieval_figures
from indexer.lexical import lexical_text
from indexer.model import choose_model
from indexer.records import AgendaItem, Document, Meeting, Query
from indexer.search import EmbeddedIndex
from indexer.vectors import VectorIndex
from indexer.write import IndexedDocument, write_register

SETS = ROOT.parent / "shared" / "ir"
NAMES = ("swefaq", "swequad-mc")
K = 10

Run = dict[str, list[str]]
"""For each question's id the ids of what was found, best first."""


# Public sets


@dataclass(frozen=True, slots=True)
class Public:
    """Texts and questions by their ids, and for each question the ids of the texts that answer it."""

    corpus: dict[str, str]
    questions: dict[str, str]
    qrels: dict[str, set[str]]


def read_set(name: str, small: bool = False) -> Public:
    """A public set, its corpus in no order: where scores are equal, order must not help.

    A small set has only the untuned half of the questions, and what answers them.
    """
    folder = SETS / name
    corpus, questions = (
        {row["id"]: row["text"] for row in map(json.loads, _lines(folder / f"{part}.jsonl"))}
        for part in ("corpus", "queries")
    )
    pairs = [line.split("\t")[:2] for line in _lines(folder / "qrels.tsv")[1:]]
    chosen = untuned(list(questions)) if small else list(questions)
    qrels = {query: {found for one, found in pairs if one == query} for query in chosen}
    if small:
        corpus = {found: corpus[found] for gold in qrels.values() for found in gold}
    order = sorted(corpus, key=lambda one: hashlib.sha256(one.encode()).digest())
    return Public({one: corpus[one] for one in order}, {one: questions[one] for one in chosen}, qrels)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def untuned(names: Sequence[str]) -> list[str]:
    """The half of the questions that the fusion's weight was not found on (a permutation by the seed used then)."""
    order = np.random.default_rng(7).permutation(len(names))
    return [names[place] for place in sorted(order[len(names) // 2 :])]


def build(folder: Path, corpus: Mapping[str, str], passages: Callable[[list[str]], np.ndarray]) -> EmbeddedIndex:
    """An index with one item for each text, through the project's own chunks, register and vectors."""
    documents = []
    for name, text in corpus.items():
        title = text.splitlines()[0] if "\n" in text else ""
        item = AgendaItem(name, "1", False, title, 0, len(text), 0)
        meeting = Meeting(name, name, "okänt", None, "unknown", "", (item,))
        document = Document(name, name, name, "", "0" * 64, text, ())
        documents.append(IndexedDocument(document, (meeting,), chunk_item(meeting, item, text)))
    chunks = [chunk for one in documents for chunk in one.chunks]
    vectors = passages([embedding_text(chunk) for chunk in chunks])
    write_register(folder / "register.db", documents, [chunk.id for chunk in chunks], vectors, lexical_text)
    return EmbeddedIndex(folder / "register.db", VectorIndex.build(range(1, len(chunks) + 1), vectors))


def bm25_run(corpus: Mapping[str, str], questions: Mapping[str, str]) -> Run:
    """BM25 (k1 1.2, b 0.75) over character 4-grams of whole texts, as in ../shared/ir/eval_bm25.py."""

    def grams(text: str) -> list[str]:
        marked = [f"_{word}_" for word in re.findall(r"\w+", text.lower())]
        return [word[i : i + 4] for word in marked for i in range(max(1, len(word) - 3))]

    counts = {name: Counter(grams(text)) for name, text in corpus.items()}
    mean = sum(count.total() for count in counts.values()) / len(counts)
    documents = Counter(gram for count in counts.values() for gram in count)

    def score(count: Counter[str], wanted: set[str]) -> float:
        norm = 1.2 * (0.25 + 0.75 * count.total() / mean)
        idf = {gram: math.log(1 + (len(counts) - documents[gram] + 0.5) / (documents[gram] + 0.5)) for gram in wanted}
        return sum(idf[gram] * count[gram] * 2.2 / (count[gram] + norm) for gram in wanted if gram in count)

    run: Run = {}
    for query, text in questions.items():
        wanted = set(grams(text))
        scores = {name: score(count, wanted) for name, count in counts.items()}
        run[query] = sorted(counts, key=lambda name: -scores[name])[:K]
    return run


# Runs


def leg_runs(index: EmbeddedIndex, questions: Mapping[str, str], vectors: np.ndarray) -> dict[str, Run]:
    """The ten best items for each question as it stands: by words alone, by vectors alone, and fused."""
    legs: dict[str, Run] = {"our words alone": {}, "e5 alone": {}, "fused": {}}
    for (name, text), vector in zip(questions.items(), vectors, strict=True):
        asked = Query(text, text)
        legs["our words alone"][name] = [hit.item for hit in index.search_items(asked, None, K)]
        legs["e5 alone"][name] = [hit.item for hit in index.search_items(Query(text, ""), vector, K)]
        legs["fused"][name] = [hit.item for hit in index.search_items(asked, vector, K)]
    return legs


def compare(
    folder: Path, made: Public, embedder: Embedder, passages: Callable[[list[str]], np.ndarray]
) -> dict[str, Run]:
    """The runs of BM25 over 4-grams, both legs and their fusion over a public set; the index is made in the folder."""
    index = build(folder, made.corpus, passages)
    vectors = embedder.queries(list(made.questions.values()))
    return {"BM25, 4-grams": bm25_run(made.corpus, made.questions), **leg_runs(index, made.questions, vectors)}


def minutes_runs(library: Library, questions: Mapping[str, str], embedder: Embedder) -> dict[str, Run]:
    """The same over an index of minutes, items as DOCUMENT:NUMBER; and what a question gets: understood, filtered."""
    found = library.index.register.items().values()
    keys = {item.id: f"{meeting.document}:{item.number}" for meeting, item in found}
    texts = {item.id: library.document(meeting.document).text[item.start : item.end] for meeting, item in found}
    vectors = embedder.queries(list(questions.values()))
    runs = {"BM25, 4-grams": bm25_run(texts, questions), **leg_runs(library.index, questions, vectors)}
    runs["fused, question understood"] = {
        name: [hit.item for hit in search_now(text, library, lambda: embedder, TODAY, K)[1]]
        for name, text in questions.items()
    }
    return {system: {name: [keys[one] for one in ids] for name, ids in run.items()} for system, run in runs.items()}


# Report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    model, cache = choose_model(None), Settings.from_env(os.environ).cache
    embedder, indexing = load_query_embedder(model, cache), load_indexing_embedder(model, cache)
    figures: dict[str, object] = {}
    if REAL.is_dir():
        figures["minutes"] = on_minutes(embedder, indexing)
    for name in NAMES:
        if SETS.is_dir():
            figures[name] = on_public(name, embedder, indexing)
    if not figures:
        print("Nothing to measure on: there is no 'shared' beside the project.")
    finish(figures, options.json)


def on_minutes(embedder: Embedder, indexing: Embedder) -> dict[str, Figures]:
    """Prints and gives the figures over the five real minutes, and what is missed."""
    gold = read_gold(REAL.parent / "eval" / "questions.jsonl", None)
    asked = [one for one in gold if one["kind"] != UNANSWERABLE]
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as folder:
        build_index(REAL, Path(folder) / "index", indexing.model_id, lambda: indexing)
        library = open_library(Path(folder) / "index", embedder.model_id)
        qrels = question_qrels(asked, REAL_NAMES)
        runs = minutes_runs(library, {place: asked[int(place)]["q"] for place in qrels}, embedder)
    figures = {system: retrieval_figures(qrels, run, (1, 5, K)) for system, run in runs.items()}
    columns = ("hit@1", "hit@5", "recall@5", f"mrr@{K}")
    _print(f"The five real minutes, {len(qrels)} questions that items answer", figures, columns)
    print("\nNot all within the first 5, or not first:\n")
    for place, found in runs["fused, question understood"].items():
        one = retrieval_figures({place: qrels[place]}, {place: found}, (5, K))
        if one["recall@5"] != 1 or one[f"mrr@{K}"] != 1:
            rank = next((n for n, key in enumerate(found, start=1) if key in qrels[place]), None)
            told = f"{len(qrels[place])} items, recall@5 {one['recall@5']}, first at rank {rank or f'over {K}'}"
            print(f"- {asked[int(place)]['q']} ({asked[int(place)]['kind']}): {told}")
    return figures


def on_public(name: str, embedder: Embedder, indexing: Embedder) -> dict[str, Figures]:
    """Prints and gives the figures over a public set, all questions and the untuned half."""
    made = read_set(name)
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as folder:
        runs = compare(Path(folder), made, embedder, indexing.passages)
    half = untuned(list(made.questions))
    figures = {}
    for system, run in runs.items():
        figures[system] = retrieval_figures(made.qrels, run, (1, 5, K))
        of_half = retrieval_figures({one: made.qrels[one] for one in half}, {one: run[one] for one in half}, (K,))
        figures[system][f"mrr@{K}, untuned half"] = of_half[f"mrr@{K}"]
    title = f"{name}: {len(made.questions)} questions, {len(made.corpus)} texts"
    _print(title, figures, ("hit@1", "recall@5", f"mrr@{K}", f"mrr@{K}, untuned half"))
    return figures


def _print(title: str, figures: Mapping[str, Figures], columns: Sequence[str]) -> None:
    rows = [(system, *(f"{one[column]:.3f}" for column in columns)) for system, one in figures.items()]
    print(f"\n{title}\n\n{markdown_table(('search', *columns), rows)}", flush=True)


if __name__ == "__main__":
    main()
