"""Settings: every value the service can be told, from REFORMQA_… in the environment or from .env."""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from limits import parse
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chatbot.errors import SettingsError

_PREFIX = "REFORMQA_"
#: The database in the data directory, where no other is set.
SQLITE_FILE = "reformqa.sqlite3"
#: Read by the tests alone.
_TEST_PREFIX = "REFORMQA_TEST_"

#: Settings whose values no message repeats.
_SECRET = frozenset({"llm_api_key", "database_url", "api_keys", "rate_limit_storage"})

#: https://school.example, http://localhost:8080, https://[::1]:8000; they become part of a header
_ORIGIN = re.compile(r"\*|https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", re.IGNORECASE)

#: https://qa.school.example, https://school.example:8443/qa/
_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?", re.IGNORECASE)


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
    public_url: str | None = Field(
        None,
        description="Where people reach the service, such as https://qa.school.example; a QR code on the first page",
    )
    allowed_origins: str = Field("", description="Comma-separated origins that browsers may call from")
    rate_limit: str | None = Field(
        None,
        description="Questions a person may ask (by session, else by address) such as 60/minute, or off; addresses and "
        "keys may ask ten times that; default off on loopback, else 60/minute",
    )
    rate_limit_storage: SecretStr | None = Field(
        None, description="redis://host:6379 to count for all workers and machines; unset: each worker by itself"
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks, comma-separated, whose X-Forwarded-For, -Proto, X-Request-ID are believed",
    )
    database_url: SecretStr | None = Field(
        None, description="postgresql://user:password@host/name; unset: reformqa.sqlite3 in the data directory"
    )
    retention_days: int = Field(
        30, ge=0, le=36500, description="Days that questions, answers and comments are kept; 0: never written down"
    )
    api_keys: SecretStr = Field(
        SecretStr(""), description="Keys as name:scope:key, comma-separated; scopes read, write, admin"
    )
    public_ask: bool = Field(True, description="Whether anybody may ask and read; false: a key of scope read is needed")
    vector_store: Literal["faiss"] = Field("faiss", description="Where vectors are kept")
    encoder: str = Field("bundled", min_length=1, description="bundled, or a sentence-transformers folder or hub name")
    encoder_query_prompt: str | None = Field(None, description="Text before questions; default the model's own")
    encoder_passage_prompt: str | None = Field(None, description="Text before passages; default the model's own")
    reader: Literal["bundled", "none"] = Field("bundled", description="Whether the bundled encoder's reader is used")
    reranker: str | None = Field(None, description="A cross-encoder's folder or hub name; unset: no reranking")
    answer_threads: int = Field(4, ge=1, le=64, description="Answers worked out at once by a worker process")
    answer_queue: int = Field(30, ge=0, le=10_000, description="Answers that wait for a thread before 503 is told")
    answer_streams: int = Field(1000, ge=1, le=10_000, description="Answers that wait for the LLM before 503 is told")
    encoder_threads: int = Field(2, ge=1, le=64, description="Threads for encoding one text")
    upload_max_mb: int = Field(
        20, ge=1, le=200, description="Megabytes (1,000,000 bytes) a file sent over HTTP may have"
    )
    upload_seconds: float = Field(120.0, gt=0, description="Seconds that reading one such file may take")
    upload_memory_mb: int = Field(1024, ge=64, description="MiB of memory that reading one such file may take")
    upload_queue: int = Field(20, ge=1, description="Uploads and publications that may wait or run; past it, 503")

    @field_validator(
        "llm",
        "llm_base_url",
        "contact",
        "public_url",
        "rate_limit",
        "reranker",
        "database_url",
        "rate_limit_storage",
        mode="before",
    )
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("rate_limit")
    @classmethod
    def _readable_rate(cls, value: str | None) -> str | None:
        if value not in (None, "off"):
            parse(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError(f"{value!r} is no address such as https://qa.school.example/policies")
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _origins_alone(cls, value: str) -> str:
        for origin in _listed(value):
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin such as https://school.example")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        _in_full(value)
        return value

    @property
    def origins(self) -> list[str]:
        """The allowed origins as a list."""
        return _listed(self.allowed_origins)

    @property
    def proxies(self) -> list[str]:
        """The trusted proxies as networks: 10.0.0.1/24, as people write it, is 10.0.0.0/24."""
        return _in_full(self.trusted_proxies)


def _listed(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]


def _in_full(value: str) -> list[str]:
    return [str(ip_network(each, strict=False)) for each in _listed(value)]


def read_settings() -> Settings:
    """Settings from the environment; raises SettingsError naming an unknown or wrong variable."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        upper = name.upper()
        if not upper.startswith(_PREFIX) or upper.startswith(_TEST_PREFIX) or upper in known:
            continue
        raise SettingsError(f"unknown setting {name}; known: {', '.join(sorted(known))}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = _PREFIX + str(first["loc"][0]).upper()
        given = "" if first["loc"][0] in _SECRET else f"={first.get('input')!r}"
        # Not from the error, which would print what was given.
        raise SettingsError(f"{name}{given}: {first['msg']}") from None
