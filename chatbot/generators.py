"""Wording of quoted answers by a chat model that is held to the same evidence.

A model sees the evidence under request-local handles (E1, E2 …) and must end every sentence with one. What it writes
is kept sentence by sentence only if the handles exist and the sentence has no number, unit or quoted title that its
evidence does not print. Register answers are never given to a model.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from langchain_core.language_models import BaseChatModel

from chatbot.amounts import amounts
from chatbot.catalog import Catalog
from chatbot.draft import Draft, Method, Statement
from chatbot.errors import GenerationError
from chatbot.question import Language, Question
from ingest.registry import UnitKey
from prompts import load

_log = logging.getLogger(__name__)


# 每五年一轮。[E1] | It is done every five years [E1].
_CLAIM = re.compile(r".+?(?:\[E\d+\]\s*)+[。.]?", re.S)
_HANDLE = re.compile(r"\[E(\d+)\]")
# 2025 | 30 | 70%
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
# 《幼儿园保育教育服务规范》
_TITLE = re.compile(r"《[^》]+》")
# 不得 | 免试 | not | never
_NEGATION = re.compile(
    r"不得|不能|不可|禁止|严禁|免(?=试|费)|\b(?:not|never|no longer|without|must not|cannot)\b", re.I
)


class ChatModel:
    """A LangChain chat model, verified."""

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model
        self._prompt = load("phrase_answer")

    def word(self, question: Question, draft: Draft, catalog: Catalog) -> Draft:
        """The model's wording of an extractive draft, as far as it is verified; else the draft unchanged."""
        if draft.method is not Method.EXTRACTIVE:
            return draft
        sources = [statement for statement in draft.statements if statement.refs]
        try:
            written = self._write(question, sources)
        except GenerationError as error:
            _log.warning("answering without the language model: %s", error)
            return draft
        claims = _CLAIM.findall(written)
        kept = tuple(s for s in (_verified(claim, sources, catalog) for claim in claims) if s)
        _log.info("language model: %d of %d claims kept", len(kept), len(claims))
        return replace(draft, statements=kept, method=Method.GENERATED) if kept else draft

    def _write(self, question: Question, sources: Sequence[Statement]) -> str:
        evidence = "\n".join(f"[E{n}] {statement.text}" for n, statement in enumerate(sources, 1))
        language = "Chinese" if question.language is Language.ZH else "English"
        prompt = self._prompt.render(language=language, question=question.text, evidence=evidence)
        try:
            reply = self._model.invoke(prompt)
        # Providers raise what they like (openai, httpx, json …); whatever it is, the extractive answer stands.
        except Exception as error:
            raise GenerationError(f"{type(error).__name__}: {error}") from error
        return reply.text if isinstance(reply.text, str) else ""


def _verified(sentence: str, sources: Sequence[Statement], catalog: Catalog) -> Statement | None:
    """The sentence with the places of its handles, or None if its evidence does not print what it says."""
    handles = [int(n) for n in dict.fromkeys(_HANDLE.findall(sentence))]
    text = _HANDLE.sub("", sentence).strip()
    if not text or not handles or any(not 1 <= n <= len(sources) for n in handles):
        return None
    evidence = "\n".join(sources[n - 1].text for n in handles)
    if any(number not in evidence for number in _NUMBER.findall(text)):
        return None
    if not amounts(text) <= amounts(evidence) or any(title not in evidence for title in _TITLE.findall(text)):
        return None
    printed = _units(evidence, catalog)
    if not all(any(unit.meets(other) for other in printed) for unit in _units(text, catalog)):
        return None
    if bool(_NEGATION.search(text)) and not _NEGATION.search(evidence):
        return None
    refs = tuple(ref for n in handles for ref in sources[n - 1].refs)
    return Statement(text, refs)


def _units(text: str, catalog: Catalog) -> set[UnitKey]:
    return {named.key for named in (*catalog.units_in(text), *catalog.other_units_in(text))}


def chat_model(name: str, base_url: str | None, api_key: str | None, timeout: float) -> ChatModel:
    """The model that a LangChain model string names; raises GenerationError naming the extra that is missing."""
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "timeout": timeout, "max_retries": 0}
    if base_url:
        options["base_url"] = base_url
    if api_key or base_url:
        options["api_key"] = api_key or "none"
    try:
        model = init_chat_model(name, **options)
    except ImportError as error:
        raise GenerationError(f"{name} needs a package that is not installed: pip install 'reformqa[llm]'") from error
    except ValueError as error:
        raise GenerationError(f"REFORMQA_LLM={name}: {error}") from error
    assert isinstance(model, BaseChatModel)
    return ChatModel(model)
