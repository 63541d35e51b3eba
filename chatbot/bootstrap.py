"""Settings become Services: the only place where things are wired."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chatbot.answer import Answerer
from chatbot.library import Library
from chatbot.settings import Settings
from index.encoders import BundledEncoder, Encoder
from index.errors import IndexMissingError
from index.hybrid import HybridIndex
from index.store import IndexStore
from ingest.corpus import bundled
from ingest.model import Document
from ingest.pipeline import ingest

if TYPE_CHECKING:
    from chatbot.generators import ChatModel

_log = logging.getLogger(__name__)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a front end needs: the answerer over one index generation."""

    settings: Settings
    encoder: Encoder
    store: IndexStore
    library: Library
    answerer: Answerer
    generation: str


def open_store(settings: Settings) -> IndexStore:
    """The index folder of the data directory."""
    return IndexStore(settings.data_dir / "indexes", settings.data_dir / "cache")


def open_services(settings: Settings, progress: Progress = _log.info) -> Services:
    """Load the current index, building it first if there is none.

    Raises what the index store raises: a missing or damaged file is named, nothing half-working is served.
    """
    encoder = BundledEncoder.load(settings.encoder_threads)
    store, library = open_store(settings), Library(settings.data_dir / "sources")
    try:
        loaded = store.load(encoder.identity)
    except IndexMissingError:
        rebuild(settings, encoder, progress)
        loaded = store.load(encoder.identity)
    answerer = Answerer(loaded.index, encoder, settings.contact, _model(settings))
    answerer.warm_up()
    return Services(settings, encoder, store, library, answerer, loaded.generation)


def _model(settings: Settings) -> "ChatModel | None":
    if settings.llm is None:
        return None
    from chatbot.generators import chat_model  # imports LangChain, which takes a second

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    return chat_model(settings.llm, settings.llm_base_url, key, settings.llm_timeout)


def rebuild(settings: Settings, encoder: Encoder, progress: Progress = _log.info) -> str:
    """Build the index anew from the bundled corpus and every ingested file; returns the generation."""
    documents: list[Document] = []
    if settings.bundled_corpus:
        documents += (ingest(source, given) for source, given in bundled())
    documents += Library(settings.data_dir / "sources").documents()
    passages = sum(len(document.passages) for document in documents)
    progress(f"building the index: {len(documents)} documents, {passages} passages")
    index = HybridIndex.build(documents, encoder, settings.data_dir / "cache")
    return open_store(settings).save(index)
