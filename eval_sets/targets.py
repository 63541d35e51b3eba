"""Whom questions are put to: an answerer in this process, or a service at a URL. Both give the same records."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from subprocess import DEVNULL, CalledProcessError, check_output
from time import perf_counter
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from chatbot.answer import Ask
from chatbot.bootstrap import Services
from chatbot.conversation import Turn
from chatbot.schemas import AskIn, AskOut
from eval_sets.answers import Answer, Found, Quote
from eval_sets.cases import GoldenCase
from eval_sets.errors import TargetError
from eval_sets.wire import WireAnswer, WireDocuments, WireInfo, WireQuote, WireSearch, WireText
from index.reranker import reranked_search

#: Passages asked of search for a question.
DEPTH = 10
#: Characters kept on each side of a quote.
_CONTEXT = 60
_NO_REPLY = 599
#: Characters kept of what an error says.
_ERROR_TEXT = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """What was judged: enough to say of two runs what differs between them.

    ``code`` is the product's version, with the commit where it runs from a git checkout; ``documents`` maps ids to the
    sha256 of their text; ``settings`` are those of the process, secrets masked (empty for a URL).
    """

    where: str
    code: str
    generation: str
    encoder: str
    llm: str | None
    documents: dict[str, str]
    settings: dict[str, Any]


class Target(Protocol):
    """Something that answers golden questions."""

    @property
    def texts(self) -> Mapping[str, str]: ...

    def subject(self) -> Subject: ...

    def ask(self, case: GoldenCase) -> Answer: ...

    def close(self) -> None: ...


class InProcess:
    """The answerer of this process, asked as the HTTP service asks it; threads may share it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.texts = {document.id: document.source.text for document in services.answerer.index.documents}

    def subject(self) -> Subject:
        """What this process serves."""
        services = self._services
        settings = services.settings.model_dump(mode="json")
        return Subject(
            "in process", code_version(), services.generation, services.encoder.identity.name,
            services.settings.llm, _hashes(self.texts), settings,
        )  # fmt: skip

    def close(self) -> None:
        """Nothing to close."""

    def ask(self, case: GoldenCase) -> Answer:
        """Validate as the service would, ask, and search for the same question."""
        try:
            body = AskIn.model_validate(_body(case))
        except ValidationError as error:
            return _no_answer(422, str(error.errors()[0]["msg"]), 0.0)
        answerer = self._services.answerer
        started = perf_counter()
        # What the service answers with a 500 is recorded as one: a bug in one answer is no reason to lose the run.
        try:
            reply = answerer.reply(Ask(body.question, [Turn(turn.question) for turn in body.history]))
        except Exception as error:
            return _no_answer(500, f"{type(error).__name__}: {error}", _since(started))
        milliseconds = _since(started)
        found = None
        if not case.history:
            hits = reranked_search(
                answerer.index, answerer.index.query(body.question, answerer.encoder), DEPTH, (), answerer.reranker
            )
            places = [(hit.passage.document_id, hit.passage.span) for hit in hits]
            found = tuple(
                Found(document_id=name, start=span.start, end=span.end, text=span.of(self.texts[name]))
                for name, span in places
            )
        wire = WireAnswer.model_validate(AskOut.of(reply, "").model_dump())
        return _record(wire, self.texts, milliseconds, found)


_Wire = TypeVar("_Wire", bound=BaseModel)


class AtUrl:
    """A running service, asked over HTTP; threads may share it. ``close`` it when done."""

    def __init__(self, url: str) -> None:
        """Reads what the service serves; raises TargetError if it does not answer as one.

        A user and password in the URL are sent, and appear in no message and no record.
        """
        try:
            parsed = httpx.URL(url.rstrip("/"))
        except httpx.InvalidURL as error:
            raise TargetError(f"--url {url!r} is no URL ({error}); give one such as http://127.0.0.1:8000") from error
        login = (parsed.username, parsed.password) if parsed.userinfo else None
        self._base = str(parsed.copy_with(userinfo=b""))
        self._client = httpx.Client(timeout=60, auth=login)
        documents = self._get("/api/documents", WireDocuments).documents
        self.texts = {row.id: self._get(f"/api/documents/{quote(row.id)}/text", WireText).text for row in documents}

    def subject(self) -> Subject:
        """What the service says it serves."""
        info = self._get("/api/info", WireInfo)
        return Subject(
            self._base, info.version, info.index_generation, info.encoder, info.llm, _hashes(self.texts), {},
        )  # fmt: skip

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, case: GoldenCase) -> Answer:
        """POST the question, then GET its search.

        What goes wrong with one question is recorded as its status (599: no readable reply). Raises TargetError where
        no question would fare better: the rate is limited, a login or another address is wanted.
        """
        started = perf_counter()
        try:
            response = self._client.post(f"{self._base}/api/ask", json=_body(case))
        except httpx.HTTPError as error:
            return _no_answer(_NO_REPLY, f"{type(error).__name__}: {error}", _since(started))
        milliseconds = _since(started)
        if response.status_code == 429:
            raise TargetError(f"{self._base} limits the rate; run it with REFORMQA_RATE_LIMIT=off for an evaluation")
        if response.status_code in (401, 403, 404):
            raise TargetError(f"{self._base}/api/ask replied {response.status_code}; check the address and the login")
        if response.status_code != 200:
            return _no_answer(response.status_code, response.text[:_ERROR_TEXT], milliseconds)
        try:
            wire = WireAnswer.model_validate_json(response.content)
        except ValidationError as error:
            return _no_answer(_NO_REPLY, f"the reply is not as the contract has it: {error}", milliseconds)
        return _record(wire, self.texts, milliseconds, None if case.history else self._search(case.question))

    def _search(self, question: str) -> tuple[Found, ...] | None:
        """The passages found; None where this one search failed."""
        try:
            hits = self._get("/api/search", WireSearch, q=question, k=str(DEPTH)).results
        except TargetError:
            return None
        return tuple(Found(document_id=hit.document_id, start=hit.start, end=hit.end, text=hit.quote) for hit in hits)

    def _get(self, path: str, model: type[_Wire], **query: str) -> _Wire:
        try:
            response = self._client.get(f"{self._base}{path}", params=query)
            response.raise_for_status()
            return model.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise TargetError(f"{self._base}{path} cannot be read ({error}); is a reformqa service there?") from error


def code_version() -> str:
    """The installed version, with commit and ``-dirty`` where the package runs from a git checkout."""
    here = Path(__file__).parent
    try:
        commit = check_output(["git", "describe", "--always", "--dirty"], cwd=here, stderr=DEVNULL, text=True).strip()
    except (OSError, CalledProcessError):
        return version("reformqa")
    return f"{version('reformqa')}+{commit}"


def _body(case: GoldenCase) -> dict[str, Any]:
    return {"question": case.question, "history": [{"question": turn} for turn in case.history]}


def _hashes(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for name, text in texts.items()}


def _no_answer(status: int, error: str, milliseconds: float) -> Answer:
    return Answer(
        status=status, outcome="error", answer="", language="", method="none", citations=(), related=(), notices=(),
        milliseconds=milliseconds, found=None, error=error,
    )  # fmt: skip


def _since(started: float) -> float:
    return 1000 * (perf_counter() - started)


def _record(wire: WireAnswer, texts: Mapping[str, str], milliseconds: float, found: tuple[Found, ...] | None) -> Answer:
    return Answer(
        status=200,
        outcome=wire.outcome,
        answer=wire.answer,
        language=wire.language,
        method=wire.method,
        citations=tuple(quoted(row, texts) for row in wire.citations),
        related=tuple(quoted(row, texts) for row in wire.related),
        notices=wire.notices,
        milliseconds=round(milliseconds, 2),
        found=found,
    )


def quoted(wire: WireQuote, texts: Mapping[str, str]) -> Quote:
    """A citation compared with its document's text; an unknown document has no text."""
    text, start, end = texts.get(wire.document_id, ""), wire.start, wire.end
    return Quote(
        **wire.model_dump(),
        verbatim=bool(wire.quote) and 0 <= start < end and text[start:end] == wire.quote,
        before=text[max(0, start - _CONTEXT) : max(0, start)],
        after=text[max(0, end) : max(0, end) + _CONTEXT],
    )
