"""LlamaIndex as its documentation starts, with an encoder of our own, no language model and no network.

Its splitter counts tokens of tiktoken and cuts sentences with nltk; the data of both ship inside llama-index-core.
"""

from collections.abc import Sequence

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from pydantic import PrivateAttr

from eval_sets.benchmarks.peers import DEPTH, Built, Original, Workshop
from index.encoders import Encoder


class EncoderEmbedding(BaseEmbedding):
    """Our encoder as LlamaIndex's embedding model."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(model_name=encoder.identity.name)
        self._encoder = encoder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(x) for x in self._encoder.encode_queries([query])[0]]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(x) for x in self._encoder.encode_passages([text])[0]]


def build(documents: Sequence[Original], workshop: Workshop) -> Built:
    """Split and index with LlamaIndex's defaults, but for the number of texts: two of its ranking are its default."""
    nodes = SentenceSplitter().get_nodes_from_documents([Document(text=d.source.text) for d in documents])
    index = VectorStoreIndex(nodes, embed_model=EncoderEmbedding(workshop.encoder()))
    retriever = index.as_retriever(similarity_top_k=DEPTH)

    def search(question: str) -> list[str]:
        return [found.node.get_content() for found in retriever.retrieve(question)]

    return Built(len(nodes), search)
