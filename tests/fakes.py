"""Stand-ins that are small real classes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.encoders import EncoderIdentity, TextTokens

FAKE = EncoderIdentity("fake", "bag-of-characters", 16, "")


@dataclass
class FakeEncoder:
    """A bag of characters hashed into few dimensions: alike texts get alike vectors, no model needed.

    ``encoded`` lists every text that was encoded, in order, so that a test can tell what was not encoded again.
    """

    identity: EncoderIdentity = FAKE
    encoded: list[str] = field(default_factory=list)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Float32, shape (len(texts), dimensions), rows of length 1."""
        self.encoded += texts
        vectors = np.zeros((len(texts), self.identity.dimensions), np.float32)
        for row, text in enumerate(texts):
            # A constant character keeps the empty text from having no direction.
            for character in f"\N{NULL}{text}":
                at = crc32(character.encode("utf-8", "surrogatepass"))
                vectors[row, at % self.identity.dimensions] += 1 if at & 0x10000 else -1
            if not vectors[row].any():
                vectors[row, 0] = 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    encode_passages = encode_queries

    def token_count(self, text: str) -> int:
        """A token a character."""
        return len(text)


@dataclass
class FakeTokenEncoder(FakeEncoder):
    """A FakeEncoder with a token a character, alike for alike characters."""

    reads: int = 4

    def tokens_of_query(self, text: str) -> TextTokens:
        """Vector and tokens, of length 1."""
        return TextTokens(self.encode_queries([text])[0], self._tokens(text), _spans(text))

    def tokens_of_passages(self, texts: Sequence[str]) -> list[TextTokens]:
        """As of a query."""
        return [self.tokens_of_query(text) for text in texts]

    def _tokens(self, text: str) -> NDArray[np.float32]:
        codes = [crc32(character.encode("utf-8", "surrogatepass")) for character in text]
        values = np.array([[(code >> 8 * n & 255) - 127.5 for n in range(self.reads)] for code in codes], np.float32)
        values = values.reshape(-1, self.reads)
        return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), np.float32)


def _spans(text: str) -> NDArray[np.int64]:
    starts = np.arange(len(text))
    return np.stack([starts, starts + 1], axis=1)


#: A key of every scope, for the servers of tests.
KEY = "a-key-that-only-the-tests-know-0123456789"
