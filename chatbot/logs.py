"""Logs as JSON, a line a record, on standard error; without secrets, and without what people wrote."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from chatbot.settings import Settings

#: rqa_e2aff2a4_16G2Y6T2iKkam8…; Bearer sk-…; a password in a URL: //user:password@
_KEYS = re.compile(r"rqa_\w+_[\w-]+|(?<=bearer )\S+|(?<=://)[^\s/@]+:[^\s/@]+(?=@)", re.IGNORECASE)
_MASK = "***"
_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Put ``ids``, such as a request's, into every line of this task or thread meanwhile, and of tasks begun in it."""
    token = _ABOUT.set({**_ABOUT.get(), **ids})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def ids() -> Mapping[str, str]:
    """What every line says now, to be said again in another process."""
    return dict(_ABOUT.get())


class JsonLines(logging.Formatter):
    """Formats records as JSON; ``secrets`` and whatever looks like a key are masked."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(sorted((s for s in secrets if s), key=len, reverse=True))

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._masked(record.getMessage()),
        }
        line |= _ABOUT.get()
        line |= getattr(record, "request", {})
        if record.exc_info and record.exc_info[1]:
            line["exception"] = self._masked(without_words(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return _KEYS.sub(_MASK, text)


def without_words(error: BaseException) -> str:
    """The type of an exception and where it came from; its message may repeat a question, or a key."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    cause = error.__cause__ or error.__context__
    return f"{type(error).__name__} at {places or '?'}" + (f"; from {without_words(cause)}" if cause else "")


def configure_logs(settings: Settings) -> None:
    """Log what the service says, and warnings of everything else; a log that cannot be written stops nothing."""
    logging.raiseExceptions = False  # else every line that does not fit on a full disk is a traceback beside it
    write_warnings(secrets_of(settings))
    logging.getLogger("chatbot").setLevel(logging.INFO)


def write_warnings(secrets: Sequence[str] = ()) -> None:
    """Log warnings and what is graver."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(secrets))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def secrets_of(settings: Settings) -> list[str]:
    """What must not be in a log, as it would stand there."""
    known = [settings.llm_api_key, settings.database_url, settings.rate_limit_storage]
    entries = settings.api_keys.get_secret_value().split(",")
    keys = [entry.split(":", 2)[-1].strip() for entry in entries if entry.count(":") >= 2]
    return [*(secret.get_secret_value() for secret in known if secret), *keys]
