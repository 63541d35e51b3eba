"""Passages become what an index holds: vectors of them and of their sentences, and the tokens that a reader reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.encoders import Encoder, EncoderIdentity, TokenEncoder
from index.reader import TokenVectors, sentences_of_tokens
from index.tokens import simplified
from ingest.model import Passage, Sentence

#: Texts encoded between two reports of progress.
_BLOCK = 32
Advance = Callable[[int], None]


def silent(texts: int) -> None:
    """An Advance that tells nobody."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Passage vectors, shape (passages, d), sentence vectors, shape (sentences, d), and the tokens of the sentences if
    the encoder has a reader, in index order."""

    passages: NDArray[np.float32]
    sentences: NDArray[np.float32]
    tokens: TokenVectors | None


@dataclass(slots=True)
class Known:
    """What texts were encoded to: vectors by text; tokens by the text of a passage and its sentences' number and
    length, since its headings are part of the one and not of the other."""

    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    tokens: dict[tuple[str, int, int], TokenVectors] = field(default_factory=dict)

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Remember those of ``passages``, in order."""
        sentence = 0
        for row, passage in enumerate(passages):
            self.vectors[passage_text(passage)] = vectors.passages[row]
            end = sentence + len(passage.sentences)
            if vectors.tokens:
                self.tokens[_key(passage)] = vectors.tokens.sentences(sentence, end)
            for at, said in enumerate(passage.sentences, sentence):
                self.vectors[sentence_text(passage, said)] = vectors.sentences[at]
            sentence = end


def passage_text(passage: Passage) -> str:
    """What a passage is encoded as: with the headings it stands under, in simplified characters."""
    return simplified("\n".join((*passage.headings, passage.text)))


def sentence_text(passage: Passage, sentence: Sentence) -> str:
    """What a sentence is encoded as: with the heading it stands under, in simplified characters."""
    return simplified("\n".join((*passage.headings[-1:], sentence.text)))


def encode(
    passages: Sequence[Passage], encoder: Encoder, advance: Advance = silent, known: Known | None = None
) -> Vectors:
    """Vectors of passages and of their sentences, and the sentences' tokens if the encoder has a reader; texts that are
    ``known`` are not encoded, nor any text twice."""
    found = Known(dict(known.vectors), dict(known.tokens)) if known else Known()
    reading = encoder if isinstance(encoder, TokenEncoder) and encoder.reads else None
    if reading:
        for block in _blocks({_key(p): p for p in passages if _key(p) not in found.tokens}):
            texts = list(map(passage_text, block))
            for passage, text, read in zip(block, texts, reading.tokens_of_passages(texts), strict=True):
                spans = _sentence_spans(passage, text)
                sentence_of = sentences_of_tokens(read.spans, spans)
                found.vectors[text] = read.vector
                found.tokens[_key(passage)] = TokenVectors.of(read.tokens, sentence_of, len(spans))
            advance(len(block))
    of_passages = list(map(passage_text, passages))
    of_sentences = [sentence_text(passage, sentence) for passage in passages for sentence in passage.sentences]
    for missing in _blocks({text: text for text in (*of_passages, *of_sentences) if text not in found.vectors}):
        found.vectors.update(zip(missing, encoder.encode_passages(missing), strict=True))
        advance(len(missing))
    width = encoder.identity.dimensions
    return Vectors(
        np.array([found.vectors[text] for text in of_passages], np.float32).reshape(-1, width),
        np.array([found.vectors[text] for text in of_sentences], np.float32).reshape(-1, width),
        TokenVectors.joined([found.tokens[_key(p)] for p in passages], reading.reads) if reading else None,
    )


_Given = TypeVar("_Given")


def _blocks(given: Mapping[object, _Given]) -> Iterable[list[_Given]]:
    """The values, in order, so many as are encoded between two reports of progress."""
    values = list(given.values())
    return (values[start : start + _BLOCK] for start in range(0, len(values), _BLOCK))


def _key(passage: Passage) -> tuple[str, int, int]:
    return passage_text(passage), len(passage.sentences), len(passage.text)


def _sentence_spans(passage: Passage, text: str) -> list[tuple[int, int]]:
    """Where the sentences of a passage stand in what it is encoded as."""
    spans, at = [], len(simplified("\n".join((*passage.headings, ""))))
    for sentence in passage.sentences:
        said = simplified(sentence.text)
        start = max(text.find(said, at), at)
        at = start + len(said)
        spans.append((start, at))
    return spans


def joined(parts: Sequence[Vectors], identity: EncoderIdentity) -> Vectors:
    """The vectors and tokens of ``parts``, in order."""
    none = np.empty((0, identity.dimensions), np.float32)
    tokens = [part.tokens for part in parts if part.tokens]
    return Vectors(
        np.concatenate([none, *(part.passages for part in parts)]),
        np.concatenate([none, *(part.sentences for part in parts)]),
        TokenVectors.joined(tokens, tokens[0].codes.shape[1]) if tokens else None,
    )
