"""An index of a large one's kind, small: what is approximate in it, and what must not be."""

import numpy as np
import pytest

from indexer import vectors as vectors_module
from indexer.vectors import VectorIndex, write_vectors

DIM = 16


@pytest.fixture(params=["sq8", "ivf-sq8"])
def kind(request, monkeypatch):
    monkeypatch.setattr(vectors_module, "EXACT", 50)
    monkeypatch.setattr(vectors_module, "FLAT", 100_000 if request.param == "sq8" else 60)
    monkeypatch.setattr(vectors_module, "LISTS", 8)
    monkeypatch.setattr(vectors_module, "NPROBE", 3)
    monkeypatch.setattr(vectors_module, "FEW", 40)
    return request.param


@pytest.fixture
def rows():
    made = np.random.default_rng(1).normal(size=(900, DIM)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def index(kind, rows):
    return VectorIndex.build(range(1, 901), rows)


def test_cosines_are_exact_and_best_first(index, rows, kind):
    ids, cosines = index.search(rows[7], 10)
    assert index.kind == kind and ids[0] == 8
    np.testing.assert_allclose(cosines, rows[ids - 1] @ rows[7], atol=1e-6)
    assert list(cosines) == sorted(cosines, reverse=True)


def test_a_narrow_filter_is_searched_exactly(index, rows):
    allowed = np.arange(3, 900, 25)
    exact = sorted(allowed, key=lambda n: -float(rows[n - 1] @ rows[7]))[:10]
    assert index.search(rows[7], 10, allowed)[0].tolist() == exact


def test_a_wide_filter_lets_nothing_else_in_and_finds_most(index, rows):
    allowed = np.arange(2, 900, 3)
    found = [set(index.search(row, 10, allowed)[0].tolist()) for row in rows[:40]]
    exact = [set(sorted(allowed.tolist(), key=lambda n: -float(rows[n - 1] @ row))[:10]) for row in rows[:40]]
    assert all(ids <= set(allowed.tolist()) and len(ids) == 10 for ids in found)
    assert np.mean([len(a & b) / 10 for a, b in zip(found, exact, strict=True)]) > 0.8


def test_the_mean_is_that_of_all(index, rows):
    np.testing.assert_allclose(index.mean, rows.mean(axis=0), atol=1e-6)


def test_recall_is_measured_and_told(kind, rows, tmp_path):
    told = write_vectors(tmp_path / "vectors.faiss", range(1, 901), rows)
    assert told["kind"] == kind and 0.5 < told["recall_at_10"] <= 1


def test_few_vectors_make_an_exact_index_of_which_nothing_is_told(tmp_path, rows):
    assert write_vectors(tmp_path / "vectors.faiss", range(1, 901), rows) == {}
    assert [one.name for one in tmp_path.iterdir()] == ["vectors.faiss"]
