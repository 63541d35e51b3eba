"""Retrieval pipelines over the same documents, questions and encoder.

ours        HybridIndex: passages cut by clause, meaning and words fused; the source text a passage covers
langchain   RecursiveCharacterTextSplitter(500, 50) and the FAISS vector store of langchain-community
llamaindex  SentenceSplitter and VectorStoreIndex as their documentation starts; its default of two texts, and four
bm25        windows of 500 characters, 50 shared, scored by bm25s over jieba's words; no encoder

The peers read the source text as it is, which is what people would give them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.corpus import bundled
from ingest.model import Source
from ingest.pipeline import Given, ingest

if TYPE_CHECKING:  # onnxruntime would count towards the memory of pipelines that do not encode
    from index.encoders import Encoder

#: Texts that are read for a question, unless a pipeline's own default is fewer.
TOP = 4
#: Texts that are ranked for a question: enough to fill a reader's budget of characters.
DEPTH = 24
#: Characters of a chunk, and those it shares with the next: the usual start for Chinese.
CHUNK, OVERLAP = 500, 50
REMEDY = "not installed: pip install 'reformqa[peers]'"


@dataclass(frozen=True, slots=True)
class Original:
    """A document before any pipeline has read it; what is given of it only ours can use."""

    source: Source
    given: Given


@dataclass(frozen=True, slots=True)
class Built:
    """An index in memory: how many passages it holds, and the texts it retrieves for a question, best first."""

    passages: int
    search: Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a pipeline builds with: an encoder, loaded when first asked for, and a folder for caches."""

    encoder: "Callable[[], Encoder]"
    scratch: Path


@dataclass(frozen=True, slots=True)
class Package:
    """An installed distribution."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Peer:
    """A pipeline: ``packages`` are the distributions it needs, ``top`` how many texts are read of what it ranks,
    ``hidden`` modules it would load without need."""

    name: str
    what: str
    packages: tuple[str, ...]
    top: int
    build: Callable[[Sequence[Original], Workshop], Built]
    hidden: tuple[str, ...] = ()

    def installed(self) -> tuple[Package, ...] | None:
        """Its packages with their versions, or None if one of them is missing."""
        try:
            return tuple(Package(name, version(name)) for name in self.packages)
        except PackageNotFoundError:
            return None


def originals() -> list[Original]:
    """The two documents that ship with the product."""
    return [Original(source, given) for source, given in bundled()]


def windows(text: str) -> list[str]:
    """Pieces of CHUNK characters, each sharing OVERLAP with the one before; none for blank text."""
    starts = range(0, max(1, len(text) - OVERLAP), CHUNK - OVERLAP)
    return [piece for start in starts if (piece := text[start : start + CHUNK]).strip()]


def _ours(documents: Sequence[Original], workshop: Workshop) -> Built:
    from index.hybrid import HybridIndex

    encoder = workshop.encoder()
    index = HybridIndex.build([ingest(d.source, d.given) for d in documents], encoder, workshop.scratch)
    texts = {document.id: document.source.text for document in index.documents}

    def search(question: str) -> list[str]:
        hits = index.search(index.query(question, encoder), DEPTH)
        return [hit.passage.span.of(texts[hit.passage.document_id]) for hit in hits]

    return Built(len(index.passages), search)


def _bm25(documents: Sequence[Original], workshop: Workshop) -> Built:
    import bm25s
    import jieba

    def words(text: str) -> list[str]:
        return [word for word in jieba.lcut(text.lower()) if word.strip()]

    chunks = [chunk for document in documents for chunk in windows(document.source.text)]
    scorer = bm25s.BM25()
    scorer.index([words(chunk) for chunk in chunks], show_progress=False)

    def search(question: str) -> list[str]:
        rows, _ = scorer.retrieve([words(question)], k=min(DEPTH, len(chunks)), show_progress=False)
        return [chunks[row] for row in rows[0]]

    return Built(len(chunks), search)


def _langchain(documents: Sequence[Original], workshop: Workshop) -> Built:
    from eval_sets.benchmarks import langchain_peer

    return langchain_peer.build(documents, workshop)


def _llamaindex(documents: Sequence[Original], workshop: Workshop) -> Built:
    from eval_sets.benchmarks import llamaindex_peer

    return llamaindex_peer.build(documents, workshop)


_LLAMAINDEX = "llama-index-core: SentenceSplitter() and VectorStoreIndex"
#: LlamaIndex imports all of langchain-community, where there is one, to ask whether an encoder is one of LangChain's.
_LLAMAINDEX_HIDDEN = ("llama_index.core.bridge.langchain",)

PEERS = (
    Peer("ours", "HybridIndex over clauses, meaning and words fused", ("reformqa",), TOP, _ours),
    Peer(
        "LangChain", "RecursiveCharacterTextSplitter(500, 50), FAISS",
        ("langchain-text-splitters", "langchain-community", "faiss-cpu"), TOP, _langchain,
    ),
    Peer(
        "LlamaIndex", f"{_LLAMAINDEX}, its default of two texts",
        ("llama-index-core",), 2, _llamaindex, _LLAMAINDEX_HIDDEN,
    ),
    Peer(
        "LlamaIndex, 4", f"{_LLAMAINDEX}, four texts", ("llama-index-core",), TOP, _llamaindex, _LLAMAINDEX_HIDDEN,
    ),
    Peer("BM25", "bm25s over jieba's words, windows of 500 characters", ("bm25s", "jieba"), TOP, _bm25),
)  # fmt: skip


def peer(name: str) -> Peer:
    """The pipeline of that name; KeyError if there is none."""
    return {found.name: found for found in PEERS}[name]
