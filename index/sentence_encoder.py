"""Any sentence-transformers model as an encoder; needs the extra ``models``."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoders import EncoderIdentity, storable
from index.errors import EncoderError
from index.hub_models import digest_of, folder_of, open_model
from index.model_prompts import Prompts, prompts_of

_log = logging.getLogger(__name__)


class SentenceEncoder:
    """A model by folder or hub name, in float32, each text in a run of its own.

    Without neighbours there is no padding, so a row is the same to the bit whatever else is encoded with it, on one
    machine and with one number of threads; another number of threads or another machine may move the last digits
    (cosine above 0.99999), because the products are summed in another order. Texts past ``max_tokens`` are cut at the
    end. Safe to share between threads: they take turns, as tokenizers of this library cannot be shared.
    """

    def __init__(self, model: Any, identity: EncoderIdentity, prompts: Prompts, max_tokens: int) -> None:
        self.identity = identity
        self.prompts = prompts
        self.max_tokens = max_tokens
        self._model = model
        self._lock = Lock()

    @classmethod
    def load(
        cls, name: str, threads: int = 2, query_prompt: str | None = None, passage_prompt: str | None = None
    ) -> SentenceEncoder:
        """The model in folder ``name``, or of that name on the hub; a prompt of None is the model's or its family's.

        Its fingerprint covers every file of weights, vocabulary and configuration, the prompts and the token limit.
        Raises: EncoderError with the remedy.
        """
        model = open_model("SentenceTransformer", name, threads)
        folder = folder_of(name)
        found = prompts_of(name, model.prompts)
        prompts = Prompts(
            found.query if query_prompt is None else query_prompt,
            found.passage if passage_prompt is None else passage_prompt,
        )
        _log.info("encoder %s puts %r before questions and %r before passages", name, prompts.query, prompts.passage)
        max_tokens = model.get_max_seq_length()
        if max_tokens is None:
            raise EncoderError(f"model {name} has no token limit: set max_seq_length in its sentence_bert_config.json")
        decisive = json.dumps([digest_of(folder), asdict(prompts), max_tokens])
        fingerprint = hashlib.sha256(decisive.encode()).hexdigest()[:16]
        dimensions = len(model.encode("", show_progress_bar=False))
        shown = Path(name).expanduser().resolve().name if Path(name).expanduser().is_dir() else name
        return cls(model, EncoderIdentity(shown, fingerprint, dimensions, ""), prompts, max_tokens)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Questions -> (len(texts), dimensions), rows of L2 norm 1; the query prompt is added here."""
        return self._encode(self.prompts.query, texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Passages -> (len(texts), dimensions), rows of L2 norm 1; the passage prompt is added here."""
        return self._encode(self.prompts.passage, texts)

    def token_count(self, text: str) -> int:
        """Tokens of ``text`` as a passage, prompt and markers included; above ``max_tokens`` it is cut."""
        with self._lock:
            marked = self._model.tokenizer(self.prompts.passage + storable(text), truncation=False, verbose=False)
        return len(marked["input_ids"])

    def _encode(self, prompt: str, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.identity.dimensions), np.float32)
        with self._lock:
            vectors = self._model.encode(
                [storable(text) for text in texts],
                prompt=prompt,
                batch_size=1,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, np.float32)
