import hashlib

import numpy as np
import pytest

from indexer.vector_log import NAME, append_vectors, read_vectors, remove_vectors

HASHES = [hashlib.sha256(bytes([n])).hexdigest() for n in range(6)]
ROWS = np.random.default_rng(3).normal(size=(6, 5)).astype(np.float32)


@pytest.fixture
def kept(tmp_path):
    append_vectors(tmp_path, HASHES[:4], ROWS[:4])
    append_vectors(tmp_path, HASHES[4:], ROWS[4:])
    return tmp_path


def test_what_was_added_is_read(kept):
    found = read_vectors(kept)
    assert list(found) == HASHES
    np.testing.assert_array_equal(np.array(list(found.values())), ROWS)


@pytest.mark.parametrize("lost", [1, 30, 60, 61])
def test_a_torn_end_is_cut_off_and_added_to(kept, lost):
    data = (kept / NAME).read_bytes()
    (kept / NAME).write_bytes(data[:-lost])
    whole = 5 if lost <= 60 else 4
    assert list(read_vectors(kept)) == HASHES[:whole]
    append_vectors(kept, HASHES[whole:], ROWS[whole:])
    assert list(read_vectors(kept)) == HASHES


def test_nothing_is_read_from_a_damaged_record_on(kept):
    data = bytearray((kept / NAME).read_bytes())
    data[26 + 60 + 40] ^= 1
    (kept / NAME).write_bytes(bytes(data))
    assert list(read_vectors(kept)) == HASHES[:1]


def test_a_file_of_another_kind_is_begun_anew(tmp_path):
    (tmp_path / NAME).write_bytes(b"something else")
    assert read_vectors(tmp_path) == {}
    append_vectors(tmp_path, HASHES, ROWS)
    assert len(read_vectors(tmp_path)) == 6


def test_removed_is_gone(kept):
    remove_vectors(kept)
    remove_vectors(kept)
    assert list(kept.iterdir()) == [] and read_vectors(kept) == {}
