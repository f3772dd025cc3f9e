"""The vectors that a long run has made so far: one that is killed need not make them again.

A file beside the generations, written as vectors are made and removed with the next generation that is published. It
holds content hashes and vectors, no text; each record carries its checksum, and what a crash left half-written ends it.
"""

import hashlib
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

Vectors = np.ndarray[Any, np.dtype[np.float32]]

NAME = "vectors.begun"
_MAGIC = b"motesminnet vectors 1\n"
_DIM = struct.Struct("<I")
_CHECK = 8


def append_vectors(index_dir: Path, hashes: Sequence[str], vectors: Vectors) -> None:
    """Adds vectors, one row for each content hash (sha256, hex), to the index's file. Raises OSError."""
    path = index_dir / NAME
    index_dir.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if not file.tell():
            file.write(_MAGIC + _DIM.pack(vectors.shape[1]))
        for digest, vector in zip(hashes, vectors, strict=True):
            record = bytes.fromhex(digest) + np.asarray(vector, "<f4").tobytes()
            file.write(record + hashlib.sha256(record).digest()[:_CHECK])


def read_vectors(index_dir: Path) -> dict[str, Vectors]:
    """Content hash -> vector, as far as the file is whole; nothing where there is none. A damaged end is cut off, so
    that the file can be added to.
    """
    path = index_dir / NAME
    found: dict[str, Vectors] = {}
    if not path.exists():
        return found
    with path.open("r+b") as file:
        head = file.read(len(_MAGIC) + _DIM.size)
        whole = 0
        if head.startswith(_MAGIC) and len(head) == len(_MAGIC) + _DIM.size:
            whole, size = len(head), 32 + 4 * _DIM.unpack(head[len(_MAGIC) :])[0]
            while len(record := file.read(size + _CHECK)) == size + _CHECK:
                if hashlib.sha256(record[:size]).digest()[:_CHECK] != record[size:]:
                    break
                found[record[:32].hex()] = np.frombuffer(record[32:size], "<f4").astype(np.float32)
                whole += len(record)
        file.truncate(whole)
    return found


def remove_vectors(index_dir: Path) -> None:
    """Removes the file, if there is one. Raises OSError."""
    (index_dir / NAME).unlink(missing_ok=True)
