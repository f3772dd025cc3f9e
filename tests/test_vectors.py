from pathlib import Path

import numpy as np
import pytest

from indexer.records import IndexerError
from indexer.vectors import VectorIndex


@pytest.fixture(scope="module")
def rows():
    made = np.random.default_rng(1).normal(size=(500, 24)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def ids():
    return np.arange(500, dtype=np.int64) * 3 + 7


@pytest.fixture(scope="module")
def index(ids, rows):
    return VectorIndex.build(ids, rows)


@pytest.mark.parametrize("k", [1, 10, 500, 5000])
@pytest.mark.parametrize("step", [None, 1, 7, 400])
def test_search_equals_a_numpy_dot_product(index, ids, rows, k, step):
    allowed = None if step is None else ids[3::step]
    scores = dict(zip(ids.tolist(), rows @ rows[5], strict=True))
    expected = sorted(scores if allowed is None else allowed.tolist(), key=lambda one: (-scores[one], one))[:k]
    found, cosines = index.search(rows[5], k, allowed)
    assert found.tolist() == expected
    np.testing.assert_allclose(cosines, [scores[one] for one in expected], atol=1e-6)


def test_filter_comes_before_ranking(index, ids, rows):
    worst = ids[np.argmin(rows @ rows[0])]
    assert index.search(rows[0], 1, np.array([worst]))[0].tolist() == [worst]


@pytest.mark.parametrize("allowed", [[], [1, 2, 999_999]], ids=["none", "unknown ids"])
def test_filter_that_matches_nothing_finds_nothing(index, rows, allowed):
    found, cosines = index.search(rows[0], 5, np.array(allowed, np.int64))
    assert len(found) == len(cosines) == 0


def test_equal_scores_come_in_order_of_id():
    index = VectorIndex.build([9, 4, 6], np.ones((3, 2), np.float32))
    assert index.search(np.ones(2, np.float32), 3)[0].tolist() == [4, 6, 9]


def test_cosines_of_chosen_ids_in_their_order(index, ids, rows):
    chosen = ids[[40, 3, 77]]
    np.testing.assert_allclose(index.cosines(rows[1], chosen), rows[[40, 3, 77]] @ rows[1], atol=1e-6)
    assert len(index.cosines(rows[1], ids[:0])) == 0


def test_mean_gives_the_mean_cosine(index, rows):
    assert index.mean.shape == (24,)
    assert float(rows[8] @ index.mean) == pytest.approx(float((rows @ rows[8]).mean()), abs=1e-6)


def test_saved_index_answers_as_before(index, rows, tmp_path):
    index.save(tmp_path / "vectors.faiss")
    loaded = VectorIndex.load(tmp_path / "vectors.faiss")
    assert (len(loaded), loaded.dim) == (500, 24)
    assert loaded.search(rows[2], 9)[0].tolist() == index.search(rows[2], 9)[0].tolist()
    np.testing.assert_array_equal(loaded.mean, index.mean)


def test_empty_index_finds_nothing():
    index = VectorIndex.build([], np.zeros((0, 4), np.float32))
    assert len(index) == 0
    assert index.search(np.ones(4, np.float32), 3)[0].tolist() == []
    assert index.mean.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        (np.ones(25), "Indexet har 24 dimensioner, modellen ger 25. Bygg om"),
        (np.full(24, np.nan), "inte ändlig"),
        (np.full(24, np.inf), "inte ändlig"),
    ],
    ids=["dimension", "nan", "infinite"],
)
def test_bad_query_is_refused(index, vector, message):
    with pytest.raises(IndexerError, match=message):
        index.search(vector, 3)
    with pytest.raises(IndexerError, match=message):
        index.cosines(vector, np.array([7]))


@pytest.mark.parametrize(
    ("ids", "vectors"),
    [
        ([1], np.full((1, 3), np.nan)),
        ([1, 1], np.ones((2, 3))),
        ([1, 2], np.ones((1, 3))),
        ([1], np.ones(3)),
    ],
    ids=["nan", "same id twice", "fewer vectors", "one dimension"],
)
def test_bad_vectors_are_refused(ids, vectors):
    with pytest.raises(IndexerError):
        VectorIndex.build(ids, vectors)


def test_unknown_chunk_number_is_refused(index, rows):
    with pytest.raises(IndexerError, match="saknas i FAISS-indexet"):
        index.cosines(rows[0], np.array([8]))


@pytest.mark.parametrize("content", [b"", b"nonsense"], ids=["empty", "nonsense"])
def test_file_that_is_no_index_is_refused(tmp_path, content):
    (tmp_path / "vectors.faiss").write_bytes(content)
    with pytest.raises(IndexerError, match="är inget FAISS-index"):
        VectorIndex.load(tmp_path / "vectors.faiss")


def test_disk_that_is_full_is_told_however_small_the_index(index):
    with pytest.raises(OSError, match="No space left on device"):
        index.save(Path("/dev/full"))
