"""What is well with an installation, what is not, and what to do about it."""

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import httpx

from chatbot.bootstrap import open_collection, open_reranker
from chatbot.errors import SettingsError
from chatbot.security import configured_keys
from chatbot.settings import Settings
from chatbot.storage import StorageUnavailableError, open_storage
from index.errors import IndexingError

#: Module by extra, and what the extra is for.
_EXTRAS = {
    "llm": ("langchain_openai", "wording by a language model"),
    "models": ("sentence_transformers", "other encoders, and rerankers"),
    "redis": ("redis", "rate limits shared by workers"),
    "postgres": ("psycopg", "PostgreSQL"),
    "mcp": ("mcp", "reformqa mcp"),
}
#: Bytes below which the next generation, a copy of the index beside it, may not fit.
_SPACE = 500_000_000
#: Seconds that the language model's endpoint may take to say anything.
_SECONDS = 5.0


class State(StrEnum):
    """``advice`` is no fault: it works, but maybe not as was meant."""

    WELL = "well"
    ADVICE = "advice"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``remedy`` is empty where it is well."""

    name: str
    state: State
    found: str
    remedy: str = ""


def findings(settings: Settings, loopback: bool) -> Iterator[Finding]:
    """Everything looked at, one by one; ``loopback`` says whether only this machine reaches the service."""
    yield Finding("version", State.WELL, f"reformqa {version('reformqa')}, Python {platform.python_version()}")
    for extra, (module, purpose) in _EXTRAS.items():
        there = find_spec(module) is not None
        hint = "" if there else f"; if wanted: pip install 'reformqa[{extra}]'"
        yield Finding(f"extra {extra}", State.WELL, f"{'installed' if there else 'not installed'}: {purpose}{hint}")
    yield _folder(settings.data_dir)
    yield from _index(settings)
    yield _database(settings)
    yield from _exposure(settings, loopback)
    if settings.llm_base_url:
        yield _endpoint(settings, settings.llm_base_url)


def _folder(folder: Path) -> Finding:
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding("data folder", State.FAULT, f"{existing} cannot be written", f"chown it to user {os.getuid()}")
    free = shutil.disk_usage(existing).free
    found = f"{folder}, {free / 1e9:.1f} GB free"
    if free < _SPACE:
        return Finding("data folder", State.FAULT, found, "make room: a new index is written beside the old one")
    return Finding("data folder", State.WELL, found)


def _index(settings: Settings) -> Iterator[Finding]:
    try:
        collection = open_collection(settings)
        encoder = collection.encoder.identity
        yield Finding("encoder", State.WELL, f"{encoder}, checksums right")
        if open_reranker(settings):
            yield Finding("reranker", State.WELL, f"{settings.reranker}, loads")
        loaded = collection.store.load(encoder)
    except (IndexingError, SettingsError) as error:  # their messages say what to do
        yield Finding("index", State.FAULT, str(error))
        return
    counts = f"{len(loaded.index.documents)} documents, {len(loaded.index.passages)} passages"
    yield Finding("index", State.WELL, f"generation {loaded.generation}, {counts}, checksums right")


def _database(settings: Settings) -> Finding:
    try:
        storage = open_storage(settings)
        database = storage.database
        if storage.empty:
            return Finding("database", State.WELL, f"{database.file} is made by the first start")
        database.prepare()
    except (StorageUnavailableError, SettingsError) as error:
        remedy = "questions are answered meanwhile, nothing is stored; check the server and REFORMQA_DATABASE_URL"
        return Finding("database", State.FAULT, str(error), remedy)
    size = f", {database.file.stat().st_size / 1e6:.1f} MB" if database.file else ""
    kind = database.url.get_backend_name()
    database.close()
    return Finding("database", State.WELL, f"{kind}, migrated{size}")


def _exposure(settings: Settings, loopback: bool) -> Iterator[Finding]:
    if not loopback and settings.rate_limit == "off":
        yield Finding("rate limit", State.ADVICE, "off, though other machines can ask", "unset REFORMQA_RATE_LIMIT")
    if not loopback and "*" in settings.origins:
        yield Finding(
            "origins", State.ADVICE, "pages of every site may call and frame", "name yours in REFORMQA_ALLOWED_ORIGINS"
        )
    if settings.contact is None:
        yield Finding("contact", State.ADVICE, "refusals name nobody to ask", "set REFORMQA_CONTACT")
    try:
        if not configured_keys(settings.api_keys.get_secret_value()) and not _has_stored_key(settings):
            remedy = "reformqa keys create NAME --scope write, or go on with the command line"
            yield Finding("keys", State.ADVICE, "none: nobody can upload or delete over HTTP", remedy)
    except SettingsError as error:
        yield Finding("keys", State.FAULT, str(error))


def _has_stored_key(settings: Settings) -> bool:
    storage = open_storage(settings)
    try:
        return not storage.empty and any(key.revoked is None for key in storage.keys.all())
    except StorageUnavailableError:
        return True  # not known; the database itself is reported as a fault
    finally:
        storage.database.close()


def _endpoint(settings: Settings, url: str) -> Finding:
    try:
        reply = httpx.get(f"{url.rstrip('/')}/models", timeout=_SECONDS, headers=_authorization(settings))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        remedy = "answers are given without it meanwhile; check REFORMQA_LLM_BASE_URL"
        return Finding("language model", State.FAULT, f"{url} does not answer: {type(error).__name__}", remedy)
    if reply.status_code in (401, 403):
        return Finding("language model", State.FAULT, f"{url} refuses the key", "check REFORMQA_LLM_API_KEY")
    return Finding("language model", State.WELL, f"{url} answers (status {reply.status_code})")


def _authorization(settings: Settings) -> dict[str, str]:
    key = settings.llm_api_key
    return {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
