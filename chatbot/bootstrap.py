"""Settings become Services: the only place where things are wired."""

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbot.answer import Answerer
from chatbot.collection import Collection, Progress
from chatbot.errors import SettingsError
from chatbot.settings import SQLITE_FILE, Settings
from index.encoders import BundledEncoder, Encoder
from index.query_cache import CachedQueries
from index.reranker import CrossEncoderReranker, Reranker
from index.sentence_encoder import SentenceEncoder
from index.store import Loaded

if TYPE_CHECKING:
    from chatbot.curated import CuratedStore
    from chatbot.generators import ChatModel
    from chatbot.security import KeyRing
    from chatbot.security.rates import Rates
    from chatbot.storage import Storage

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a front end needs: the answerer over one index generation."""

    settings: Settings
    collection: Collection
    answerer: Answerer
    generation: str

    @property
    def encoder(self) -> Encoder:
        """What questions are encoded with."""
        return self.answerer.encoder

    def token_count(self, text: str) -> int:
        """Tokens of a text alone, as the encoder's tokenizer counts them."""
        encoder = self.encoder
        assert isinstance(encoder, CachedQueries)
        return encoder.token_count(text) - encoder.token_count("")

    def of_generation(self, loaded: Loaded) -> "Services":
        """The same over another index."""
        answerer = self.answerer.over(loaded.index)
        answerer.warm_up()
        return replace(self, answerer=answerer, generation=loaded.generation)


def open_collection(settings: Settings) -> Collection:
    """The documents of the data directory, with the encoder that is set."""
    return Collection(settings, open_encoder(settings))


def open_services(settings: Settings, progress: Progress = _log.info) -> Services:
    """Load the current index, building it first if there is none.

    Raises what the index store raises: a missing or damaged file is named, nothing half-working is served.
    """
    collection = open_collection(settings)
    loaded = collection.open(progress)
    answerer = Answerer(loaded.index, collection.encoder, settings.contact, _model(settings), open_reranker(settings))
    if (curated := _curated(settings)) is not None:
        answerer = answerer.with_curated(curated)
    answerer.warm_up()
    return Services(settings, collection, answerer, loaded.generation)


def _curated(settings: Settings) -> "CuratedStore | None":
    """The answers that staff wrote; None where there is no database yet."""
    if settings.database_url is None and not (settings.data_dir / SQLITE_FILE).exists():
        return None
    from chatbot.storage import open_storage  # imports SQLAlchemy

    return open_storage(settings).curated


def open_keys(settings: Settings, storage: "Storage") -> "KeyRing":
    """The keys that are let in; raises SettingsError."""
    from chatbot.security import KeyRing, configured_keys

    return KeyRing(storage.keys, configured_keys(settings.api_keys.get_secret_value()))


def open_rates(settings: Settings, loopback: bool) -> "Rates":
    """The rate limits; raises SettingsError."""
    from chatbot.security.rates import rates

    storage = settings.rate_limit_storage
    return rates(settings.rate_limit, storage.get_secret_value() if storage else None, loopback)


def open_encoder(settings: Settings) -> Encoder:
    """The encoder of the settings, remembering questions; raises EncoderError, SettingsError."""
    query, passage = settings.encoder_query_prompt, settings.encoder_passage_prompt
    if settings.encoder != "bundled":
        return CachedQueries(SentenceEncoder.load(settings.encoder, settings.encoder_threads, query, passage))
    if (query, passage) != (None, None):
        raise SettingsError(
            "REFORMQA_ENCODER_QUERY_PROMPT and REFORMQA_ENCODER_PASSAGE_PROMPT are for a model named by "
            "REFORMQA_ENCODER; the bundled encoder has its own: unset them"
        )
    return CachedQueries(BundledEncoder.load(settings.encoder_threads, reader=settings.reader == "bundled"))


def open_reranker(settings: Settings) -> Reranker | None:
    """The reranker of the settings, if there is one; raises EncoderError."""
    return CrossEncoderReranker.load(settings.reranker, settings.encoder_threads) if settings.reranker else None


def _model(settings: Settings) -> "ChatModel | None":
    if settings.llm is None:
        return None
    from chatbot.generators import chat_model  # imports LangChain, which takes a second

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    return chat_model(settings.llm, settings.llm_base_url, key, settings.llm_timeout)
