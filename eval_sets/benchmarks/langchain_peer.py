"""LangChain's usual first pipeline: recursive character splitting, FAISS, four texts."""

from collections.abc import Sequence

from langchain_community.vectorstores import FAISS
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval_sets.benchmarks.peers import CHUNK, DEPTH, OVERLAP, Built, Original, Workshop
from index.retriever import BundledE5Embeddings


def build(documents: Sequence[Original], workshop: Workshop) -> Built:
    """Split and index; the store ranks by L2 distance, which for vectors of norm 1 ranks as the cosine does."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    chunks = [chunk for document in documents for chunk in splitter.split_text(document.source.text)]
    store = FAISS.from_texts(chunks, BundledE5Embeddings(workshop.encoder()))

    def search(question: str) -> list[str]:
        return [found.page_content for found in store.similarity_search(question, k=DEPTH)]

    return Built(len(chunks), search)
