"""An encoder that keeps passage vectors in a folder: encoding a hundred documents takes many minutes, once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders import Encoder, EncoderIdentity


@dataclass
class KeptVectors:
    """Encodes the passages that ``folder`` has no vector for; ``save`` keeps them there. Questions are not kept.

    ``advance`` is called for every passage, ``folder`` None keeps nothing.
    """

    encoder: Encoder
    folder: Path | None
    advance: Callable[[], None] = lambda: None
    _known: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self._path and self._path.exists():
            with np.load(self._path, allow_pickle=False) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    @property
    def identity(self) -> EncoderIdentity:
        """That of the encoder whose vectors these are."""
        return self.encoder.identity

    @property
    def _path(self) -> Path | None:
        return self.folder and self.folder / f"{self.identity.name.replace('/', '-')}-{self.identity.fingerprint}.npz"

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder does."""
        return self.encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the encoder does, each text once."""
        vectors = np.empty((len(texts), self.identity.dimensions), np.float32)
        for row, text in enumerate(texts):
            key = sha256(text.encode("utf-8", "replace")).hexdigest()
            if key not in self._known:
                self._known[key] = self.encoder.encode_passages([text])[0]
            vectors[row] = self._known[key]
            self.advance()
        return vectors

    def save(self) -> None:
        """Write every vector to the folder, if there is one."""
        if self._path and self._known:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_suffix(".part.npz")
            np.savez(part, keys=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
            part.replace(self._path)
