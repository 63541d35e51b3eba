"""Settings: every value the service can be told, from REFORMQA_… in the environment or from .env."""

import logging
import os
from pathlib import Path
from typing import Literal

from limits import parse
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chatbot.errors import SettingsError

_PREFIX = "REFORMQA_"
#: Read by the tests alone.
_TEST_PREFIX = "REFORMQA_TEST_"
#: Settings of the contract that this version does not act on yet: accepted with a warning, so that one
#: environment file serves the versions that do.
_NOT_YET = frozenset({"api_keys", "database_url"})

_log = logging.getLogger(__name__)


class Settings(BaseSettings):
    """What the service can be told; build one with ``read_settings`` and pass it on."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("var"), description="Folder for indexes and ingested files")
    bundled_corpus: bool = Field(True, description="Whether the two bundled documents are part of the index")
    llm: str | None = Field(None, description="LangChain model string such as openai:qwen-plus; unset: no LLM")
    llm_base_url: str | None = Field(None, description="Base URL of an OpenAI-compatible endpoint")
    llm_api_key: SecretStr | None = Field(None, description="Key for the LLM endpoint")
    llm_timeout: float = Field(20.0, gt=0, description="Seconds to wait for the LLM before answering without it")
    contact: str | None = Field(None, description="Whom to ask when the documents do not say; shown in refusals")
    allowed_origins: str = Field("", description="Comma-separated origins that browsers may call from")
    rate_limit: str | None = Field(
        None,
        description="Questions per client address such as 60/minute, or off; default off on loopback, else 60/minute",
    )
    vector_store: Literal["faiss"] = Field("faiss", description="Where vectors are kept")
    encoder: str = Field("bundled", min_length=1, description="bundled, or a sentence-transformers folder or hub name")
    encoder_query_prompt: str | None = Field(None, description="Text before questions; default the model's own")
    encoder_passage_prompt: str | None = Field(None, description="Text before passages; default the model's own")
    reranker: str | None = Field(None, description="A cross-encoder's folder or hub name; unset: no reranking")
    answer_threads: int = Field(4, ge=1, le=64, description="Answers worked out at once by a worker process")
    answer_queue: int = Field(100, ge=0, le=10_000, description="Answers that wait for a thread before 503 is told")
    answer_streams: int = Field(1000, ge=1, le=10_000, description="Answers that wait for the LLM before 503 is told")
    encoder_threads: int = Field(2, ge=1, le=64, description="Threads for encoding one text")

    @field_validator("llm", "llm_base_url", "contact", "rate_limit", "reranker", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("rate_limit")
    @classmethod
    def _readable_rate(cls, value: str | None) -> str | None:
        if value not in (None, "off"):
            parse(value)
        return value

    @property
    def origins(self) -> list[str]:
        """The allowed origins as a list."""
        return [origin.strip() for origin in self.allowed_origins.split(",") if origin.strip()]


def read_settings() -> Settings:
    """Settings from the environment; raises SettingsError naming an unknown or wrong variable."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        upper = name.upper()
        if not upper.startswith(_PREFIX) or upper.startswith(_TEST_PREFIX) or upper in known:
            continue
        if upper.removeprefix(_PREFIX).lower() not in _NOT_YET:
            raise SettingsError(f"unknown setting {name}; known: {', '.join(sorted(known))}")
        _log.warning("%s is set but not used by this version", name)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(f"{name}={first.get('input')!r}: {first['msg']}") from error
