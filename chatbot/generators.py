"""Wording of quoted answers by a chat model that is held to the same evidence.

A model sees the evidence under request-local handles (E1, E2 …) and must end every sentence with one. What it writes is
read as a stream; each finished sentence is verified (``verification.py``) and leaves at once if it holds. Register
answers, corrections and refusals are never given to a model.
"""

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from chatbot.amounts import fits
from chatbot.bounded_replies import bounded_client
from chatbot.deadline import until
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.errors import GenerationError
from chatbot.question import Language, Question
from chatbot.verification import Fault, Reason, Verifier
from chatbot.waiting import Waiting
from index.tokens import fold
from prompts import load

_log = logging.getLogger(__name__)

#: Past this nothing is read: an answer has three sentences, a model that runs on has none.
_MOST_CHARACTERS = 1500
_MOST_TOKENS = 600
#: Bytes of a reply: a token is 300 of them, and models that think aloud write thousands.
_MOST_BYTES = 4 << 20

# 每五年一轮。[E1] | every five years [E1], [E2].
_HANDLES = re.compile(r"(?:[ \t]*[,，]?[ \t]*\[E\d+\])+[。.]?")
_HANDLE = re.compile(r"\[E(\d+)\]")
# , [E
_MAY_GO_ON = re.compile(r"[ \t]*[,，]?[ \t]*(?:\[(?:E\d*)?)?")
_SENTENCE = re.compile(r"[^。！？!?；\n]+?(?:[。！？!?；\n]+|\.(?=\s|$)|$)")
#: What the prompt is framed with: tags, handles, lines.
_TAG = re.compile(r"[<>]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence a model wrote, the evidence it names (from 1), and why it is not shown (None: it is)."""

    text: str
    handles: tuple[int, ...]
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Wording:
    """What became of one answer: every sentence written, in order, and why the model stopped early, if it did."""

    sentences: tuple[Sentence, ...]
    stopped: str | None = None

    @property
    def shown(self) -> int:
        """How many sentences were shown."""
        return sum(sentence.fault is None for sentence in self.sentences)

    @property
    def reasons(self) -> Counter[Reason]:
        """Why the others were not."""
        return Counter(sentence.fault.reason for sentence in self.sentences if sentence.fault)


def log_wording(wording: Wording) -> None:
    """Log the counts, and a warning where the model was cut short."""
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(wording.reasons.items()))
    _log.info("language model: %d of %d sentences shown (%s)", wording.shown, len(wording.sentences), reasons)
    if wording.stopped:
        _log.warning("language model stopped: %s", wording.stopped)


class ChatModel:
    """A LangChain chat model, verified; ``seconds`` bound each answer, ``told`` hears what became of it."""

    def __init__(
        self, model: BaseChatModel, seconds: float = 20.0, told: Callable[[Wording], None] = log_wording
    ) -> None:
        self._model = model
        self._seconds = seconds
        self._told = told
        self._rules, self._material = load("word_rules"), load("word_material")

    def deadline(self) -> float:
        """When an answer that is begun now has to be finished, by the monotonic clock."""
        return monotonic() + self._seconds

    def statements(
        self, question: Question, draft: Draft, verifier: Verifier, end: float, waiting: Waiting | None = None
    ) -> Iterator[Statement]:
        """The model's sentences for a quoted draft, each as soon as it is verified; none if no sentence holds.

        What it has not written by ``end`` (``deadline``) is not waited for; ``waiting`` is how the rest is. 还有吗 asks
        for the words that were not quoted yet, so they are not put in others.

        The best evidence is not lost: where no sentence shown rests on it and holds the kind of thing asked for, its
        quotation follows.
        """
        if draft.method is not Method.EXTRACTIVE or draft.outcome is not Outcome.ANSWERED or question.more:
            return
        sources = [statement for statement in draft.statements if statement.refs]
        if not sources:
            return
        evidence = [verifier.evidence(source) for source in sources]
        written: list[Sentence] = []
        stopped, told = None, False
        try:
            with closing(until(end, lambda: self._pieces(question, sources), waiting)) as pieces:
                for text, handles in sentences(pieces):
                    fault = _fault(text, handles, len(sources))
                    if fault is None:
                        cited = [evidence[n - 1] for n in handles]
                        fault = verifier.fault(text, cited, question.language)
                    written.append(Sentence(text, handles, fault))
                    if fault is None:
                        told = told or (1 in handles and _tells(question, text))
                        yield Statement(text, tuple(ref for n in handles for ref in sources[n - 1].refs))
        except GenerationError as error:
            stopped = str(error)
        wording = Wording(tuple(written), stopped)
        self._told(wording)
        if wording.shown and not told:
            yield sources[0]

    def _pieces(self, question: Question, sources: Sequence[Statement]) -> Generator[str, None, None]:
        read = 0
        for chunk in self._model.stream(self._messages(question, sources)):
            text = chunk.text if isinstance(chunk.text, str) else ""
            read += len(text)
            yield text
            if read > _MOST_CHARACTERS:
                return

    def _messages(self, question: Question, sources: Sequence[Statement]) -> list[BaseMessage]:
        language = "Chinese" if question.language is Language.ZH else "English"
        evidence = "\n".join(f"[E{n}] {unframed(source.text)}" for n, source in enumerate(sources, 1))
        return [
            SystemMessage(self._rules.render(language=language)),
            HumanMessage(self._material.render(question=unframed(question.text), evidence=evidence)),
        ]


def unframed(text: str) -> str:
    """``text`` on one line, without characters that end a frame of the prompt or look like one of its handles."""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    text = _TAG.sub(lambda match: "＜" if match[0] == "<" else "＞", text)
    return text.replace("[", "［").replace("]", "］")


def sentences(pieces: Iterable[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The sentences of a stream, each with the handles that follow it, once it is known that no more of them do.

    A sentence without a handle of its own has that of the sentence behind it; behind the last handle there is none.
    """
    pending = ""
    for piece in pieces:
        pending += piece
        while (match := _HANDLES.search(pending)) and _is_whole(match[0], pending[match.end() :]):
            yield from _of_one_handle(pending[: match.start()], match[0])
            pending = pending[match.end() :]
    while match := _HANDLES.search(pending):
        yield from _of_one_handle(pending[: match.start()], match[0])
        pending = pending[match.end() :]
    yield from ((text, ()) for text in _split(pending))


def _is_whole(handles: str, rest: str) -> bool:
    """Whether what follows the handles cannot be their full stop or another handle still to come."""
    return handles.endswith(("。", ".")) or not _MAY_GO_ON.fullmatch(rest)


def _of_one_handle(text: str, handles: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    numbers = tuple(dict.fromkeys(int(n) for n in _HANDLE.findall(handles)))
    end = "".join(c for c in handles if c in "。.")
    yield from ((sentence, numbers) for sentence in _split(text + end))


def _split(text: str) -> list[str]:
    found = (match[0].strip() for match in _SENTENCE.finditer(text))
    return [sentence for sentence in found if any(character.isalnum() for character in sentence)]


def _fault(text: str, handles: Sequence[int], known: int) -> Fault | None:
    if not handles:
        return Fault(Reason.HANDLE, text)
    missing = [n for n in handles if not 1 <= n <= known]
    return Fault(Reason.HANDLE, f"E{missing[0]}") if missing else None


def _tells(question: Question, text: str) -> bool:
    """Whether a sentence holds the kind of thing asked for; of English sentences that is not known, and granted."""
    return question.language is Language.EN or fits(question.wanted, fold(question.text), fold(text))


def chat_model(
    name: str,
    base_url: str | None,
    api_key: str | None,
    timeout: float,
    told: Callable[[Wording], None] = log_wording,
) -> ChatModel:
    """The model that a LangChain model string names; raises GenerationError naming the extra that is missing.

    ``timeout`` bounds an answer, however slowly it drips, and each wait of the client itself, in seconds.
    """
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "timeout": timeout, "max_retries": 0, "max_tokens": _MOST_TOKENS}
    if name.startswith("openai:"):  # other providers' clients take none
        options["http_client"] = bounded_client(timeout, _MOST_BYTES)
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
    return ChatModel(model, timeout, told)
