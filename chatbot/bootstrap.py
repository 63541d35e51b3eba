"""Settings become Services: the only place where things are wired."""

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chatbot.answer import Answerer
from chatbot.collection import Collection, Progress
from chatbot.settings import Settings
from index.encoders import BundledEncoder, Encoder
from index.store import Loaded

if TYPE_CHECKING:
    from chatbot.generators import ChatModel

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a front end needs: the answerer over one index generation."""

    settings: Settings
    collection: Collection
    model: "ChatModel | None"
    answerer: Answerer
    generation: str

    @property
    def encoder(self) -> Encoder:
        """What questions and passages are encoded with."""
        return self.collection.encoder

    def of_generation(self, loaded: Loaded) -> "Services":
        """The same over another index."""
        answerer = Answerer(loaded.index, self.encoder, self.settings.contact, self.model)
        answerer.warm_up()
        return replace(self, answerer=answerer, generation=loaded.generation)


def open_collection(settings: Settings) -> Collection:
    """The documents of the data directory, with the encoder that is set."""
    return Collection(settings, BundledEncoder.load(settings.encoder_threads))


def open_services(settings: Settings, progress: Progress = _log.info) -> Services:
    """Load the current index, building it first if there is none.

    Raises what the index store raises: a missing or damaged file is named, nothing half-working is served.
    """
    collection = open_collection(settings)
    loaded = collection.open(progress)
    model = _model(settings)
    answerer = Answerer(loaded.index, collection.encoder, settings.contact, model)
    answerer.warm_up()
    return Services(settings, collection, model, answerer, loaded.generation)


def _model(settings: Settings) -> "ChatModel | None":
    if settings.llm is None:
        return None
    from chatbot.generators import chat_model  # imports LangChain, which takes a second

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    return chat_model(settings.llm, settings.llm_base_url, key, settings.llm_timeout)
