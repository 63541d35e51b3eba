"""Whom questions are put to: an answerer in this process, or a service at a URL. Both give the same records."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from subprocess import DEVNULL, CalledProcessError, check_output
from time import perf_counter
from typing import Any, Protocol

import httpx
from pydantic import ValidationError

from chatbot.answer import Ask
from chatbot.bootstrap import Services
from chatbot.conversation import Turn
from chatbot.schemas import AskIn, AskOut
from eval_sets.answers import Answer, Found, Quote
from eval_sets.cases import GoldenCase
from eval_sets.errors import TargetError

#: Passages asked of search for a question.
DEPTH = 10
#: Characters kept on each side of a quote.
_CONTEXT = 60
_NO_REPLY = 599


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
        identity = services.encoder.identity
        settings = services.settings.model_dump(mode="json")
        return Subject(
            "in process", code_version(), services.generation, f"{identity.name} {identity.fingerprint}",
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
        reply = answerer.reply(Ask(body.question, [Turn(turn.question) for turn in body.history]))
        milliseconds = 1000 * (perf_counter() - started)
        found = None
        if not case.history:
            index = answerer.index
            hits = index.search(index.query(body.question, answerer.encoder), DEPTH)
            found = tuple(
                Found(document_id=h.passage.document_id, start=h.passage.span.start, end=h.passage.span.end,
                      text=h.passage.span.of(self.texts[h.passage.document_id]))
                for h in hits
            )  # fmt: skip
        return _record(AskOut.of(reply, "").model_dump(), self.texts, milliseconds, found)


class AtUrl:
    """A running service, asked over HTTP; threads may share it. ``close`` it when done."""

    def __init__(self, url: str) -> None:
        """Reads what the service serves; raises TargetError if it does not answer as one."""
        self._base = url.rstrip("/")
        self._client = httpx.Client(timeout=60)
        documents = self._get("/api/documents").get("documents")
        if not isinstance(documents, list):
            raise TargetError(f"{self._base}/api/documents is no list of documents; is this a reformqa service?")
        self.texts = {row["id"]: str(self._get(f"/api/documents/{row['id']}/text")["text"]) for row in documents}

    def subject(self) -> Subject:
        """What the service says it serves."""
        info = self._get("/api/info")
        return Subject(
            self._base, str(info["version"]), str(info["index_generation"]), str(info["encoder"]),
            info.get("llm"), _hashes(self.texts), {},
        )  # fmt: skip

    def ask(self, case: GoldenCase) -> Answer:
        """POST the question, then GET its search; raises TargetError where the service limits the rate."""
        started = perf_counter()
        try:
            response = self._client.post(f"{self._base}/api/ask", json=_body(case))
            payload = response.json()
            status = response.status_code
        except (httpx.HTTPError, ValueError) as error:
            return _no_answer(_NO_REPLY, f"{type(error).__name__}: {error}", 1000 * (perf_counter() - started))
        milliseconds = 1000 * (perf_counter() - started)
        if status == 429:
            raise TargetError(f"{self._base} limits the rate; run it with REFORMQA_RATE_LIMIT=off for an evaluation")
        if status != 200:
            return _no_answer(status, str(payload.get("error", {}).get("message", payload)), milliseconds)
        found = None
        if not case.history:
            results = self._get("/api/search", q=case.question, k=str(DEPTH)).get("results", [])
            found = tuple(
                Found(document_id=r["document_id"], start=r["start"], end=r["end"], text=r["quote"]) for r in results
            )
        return _record(payload, self.texts, milliseconds, found)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        try:
            response = self._client.get(f"{self._base}{path}", params=query)
            response.raise_for_status()
            payload = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise TargetError(f"{self._base}{path} cannot be read ({error}); is a reformqa service there?") from error
        if not isinstance(payload, dict):
            raise TargetError(f"{self._base}{path} gave {type(payload).__name__}, not an object")
        return payload


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


def _record(
    payload: Mapping[str, Any], texts: Mapping[str, str], milliseconds: float, found: tuple[Found, ...] | None
) -> Answer:
    return Answer(
        status=200,
        outcome=payload["outcome"],
        answer=payload["answer"],
        language=payload["language"],
        method=payload["method"],
        citations=tuple(quoted(row, texts) for row in payload["citations"]),
        related=tuple(quoted(row, texts) for row in payload.get("related", ())),
        notices=tuple(payload.get("notices", ())),
        milliseconds=round(milliseconds, 2),
        found=found,
    )


def quoted(row: Mapping[str, Any], texts: Mapping[str, str]) -> Quote:
    """A citation on the wire, compared with its document's text; an unknown document has no text."""
    text, start, end = texts.get(row["document_id"], ""), row["start"], row["end"]
    return Quote(
        marker=row.get("marker"),
        document_id=row["document_id"],
        document_title=row["document_title"],
        section=tuple(row["section"]),
        clause_id=row["clause_id"],
        quote=row["quote"],
        start=start,
        end=end,
        verbatim=bool(row["quote"]) and 0 <= start < end and text[start:end] == row["quote"],
        before=text[max(0, start - _CONTEXT) : start],
        after=text[end : end + _CONTEXT],
    )
