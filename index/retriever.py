"""Search and embeddings for LangChain; importing this imports langchain_core, so nothing else here does.

from index.retriever import PolicyRetriever
retriever = PolicyRetriever(index=services.answerer.index, encoder=services.encoder, k=4)
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from index.encoders import BundledEncoder, Encoder
from index.hybrid import Hit, HybridIndex
from index.reranker import Reranker, reranked_search


class PolicyRetriever(BaseRetriever):
    """The hybrid search as a LangChain retriever: the ``k`` best passages, of ``document_ids`` only, if any.

    Each becomes a Document: its text as printed, and as metadata ``document_id``, ``title``, ``status`` (None: not
    known), ``passage_id``, ``section`` (headings from the outermost), ``start`` and ``end`` (code points of the
    document's source text, half-open: ``text[start:end] == page_content``), and ``score``. Asynchronous calls run in a
    thread, as the work is computation.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: HybridIndex
    encoder: SkipValidation[Encoder]
    reranker: SkipValidation[Reranker | None] = None
    k: int = 4
    document_ids: tuple[str, ...] = ()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        asked = self.index.query(query, self.encoder)
        hits = reranked_search(self.index, asked, self.k, self.document_ids, self.reranker)
        return [self._document(hit) for hit in hits]

    def _document(self, hit: Hit) -> Document:
        passage = hit.passage
        document = self.index.document(passage.document_id)
        metadata: dict[str, Any] = {
            "document_id": document.id,
            "title": document.metadata.title.value,
            "status": document.metadata.status.value if document.metadata.status else None,
            "passage_id": passage.id,
            "section": list(passage.headings),
            "start": passage.span.start,
            "end": passage.span.end,
            "score": hit.score,
        }
        return Document(id=passage.id, page_content=passage.span.of(document.source.text), metadata=metadata)


class BundledE5Embeddings(Embeddings):
    """The bundled encoder, or any other, as LangChain embeddings; rows are L2-normalised, prefixes are added.

    Asynchronous calls run in a thread.
    """

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder: Encoder = encoder or BundledEncoder.load()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text, as passages."""
        return [[float(x) for x in row] for row in self._encoder.encode_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return [float(x) for x in self._encoder.encode_queries([text])[0]]
