"""Vectors that say nothing. Imports numpy and the standard library only, for the environments of the peers."""

import hashlib

import numpy as np


def noise(text: str, dim: int) -> np.ndarray:
    """A unit vector that depends on the text alone."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
    vector = np.random.default_rng(seed).standard_normal(dim)
    return vector / np.linalg.norm(vector)
