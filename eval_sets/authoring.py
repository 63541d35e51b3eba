"""Writing a golden case with the product at hand: ask, look at what it found, pick the sentences that prove it."""

import getpass
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from eval_sets.cases import Expect, GoldenCase, dump
from eval_sets.corpora import shared_facts, unfounded
from eval_sets.errors import GoldenError
from index.hybrid import Hit
from ingest.model import Document, Sentence


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence that may be picked as evidence: its address (``2.1``: first sentence of the second passage), its
    document and its original wording."""

    address: str
    document_id: str
    text: str


def choices(hits: Sequence[Hit], documents: Sequence[Document]) -> list[Choice]:
    """The sentences of the passages found, in order."""
    texts = {document.id: document.source.text for document in documents}
    return [
        Choice(f"{rank}.{number}", hit.passage.document_id, _wording(sentence, texts[hit.passage.document_id]))
        for rank, hit in enumerate(hits, 1)
        for number, sentence in enumerate(hit.passage.sentences, 1)
    ]


def _wording(sentence: Sentence, text: str) -> str:
    return sentence.span.of(text).strip()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was picked: verbatim strings of one document."""

    document_id: str
    texts: tuple[str, ...]


def picked(answer: str, offered: Sequence[Choice], documents: Sequence[Document]) -> Evidence:
    """The evidence meant by ``1.2, 1.3``, or by wording pasted from a document.

    Raises GoldenError for an address not offered, wording that is in no document, or evidence of two documents.
    """
    if re.fullmatch(r"[\d.,，、\s]+", answer):
        by_address = {choice.address: choice for choice in offered}
        addresses = [part for part in re.split(r"[,，、\s]+", answer) if part]
        if unknown := [address for address in addresses if address not in by_address]:
            last = offered[-1].address if offered else "nothing"
            raise GoldenError(f"{', '.join(unknown)}: not offered; choose from 1.1 to {last}, or paste the wording")
        if not addresses:
            raise GoldenError("give at least one sentence, such as 1.1")
        chosen = [by_address[address] for address in addresses]
        if len({choice.document_id for choice in chosen}) > 1:
            raise GoldenError("the sentences are of two documents; a case has its evidence in one")
        return Evidence(chosen[0].document_id, tuple(choice.text for choice in chosen))
    wording = answer.strip()
    holders = [document.id for document in documents if wording in document.source.text]
    if not wording or not holders:
        raise GoldenError(f"{wording!r} is in no document as it stands; paste the original wording, or give addresses")
    return Evidence(holders[0], (wording,))


def groups(answer: str) -> tuple[tuple[str, ...], ...]:
    """``市教育局 | 教育局; 市体育局`` as groups of alternatives: ; (or ；) between groups, | (or ｜) within one."""
    rows = (re.split(r"[|｜]", part) for part in re.split(r"[;；]", answer))
    split = (tuple(text.strip() for text in row if text.strip()) for row in rows)
    return tuple(group for group in split if group)


def next_id(written: Sequence[GoldenCase], author: str) -> str:
    """An id that no case has yet: <author>-001."""
    taken = {case.id for case in written}
    prefix = re.sub(r"[^a-z0-9]+", "-", author.lower()).strip("-") or "case"
    return next(name for number in count(1) if (name := f"{prefix}-{number:03}") not in taken)


def problems(case: GoldenCase, written: Sequence[GoldenCase], texts: Mapping[str, str]) -> list[str]:
    """What speaks against adding ``case``: its id, evidence in no document, a fact that the other half has."""
    found = [f"id {case.id} is taken; choose another"] if any(other.id == case.id for other in written) else []
    other_half = [other for other in written if other.split != case.split]
    return found + unfounded([case], texts) + shared_facts([*other_half, case], texts)


def append(path: Path, case: GoldenCase) -> None:
    """Add ``case`` at the end of a golden file, which is made if there is none; raises GoldenError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8") if path.exists() else ""
        with path.open("a", encoding="utf-8") as file:
            file.write(("\n" if text and not text.endswith("\n") else "") + dump([case]))
    except OSError as error:
        raise GoldenError(f"{path} cannot be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Prompts:
    """How the author is asked: ``text(message, default)`` and ``yes(message, default)``; ``say`` shows something."""

    text: Callable[[str, str], str]
    yes: Callable[[str, bool], bool]
    say: Callable[[str], None]


def asked_for(prompts: Prompts, message: str, default: str = "") -> str:
    """Something that may not be left empty."""
    while not (said := prompts.text(message, default).strip()):
        prompts.say("this cannot be left empty")
    return said


def judgement(prompts: Prompts, offered: Sequence[Choice], documents: Sequence[Document]) -> dict[str, object]:
    """The fields that say what is right, asked one after the other; each again until it can be used."""
    if not prompts.yes("Do the documents answer it?", True):
        truth = groups(prompts.text("If its premise is false, what states the truth? (alternatives with |)", ""))
        expect = Expect.REFUSE_OR_CORRECT if truth else Expect.REFUSE
        return {"answerable": False, "expect": expect, "correction": truth}
    while True:
        try:
            evidence = picked(prompts.text("Evidence (1.1, 1.2 or the original wording)", ""), offered, documents)
            break
        except GoldenError as error:
            prompts.say(str(error))
    while not (
        wanted := groups(prompts.text("What must a right answer contain? (; between facts, | between wordings)", ""))
    ):
        prompts.say("an answer is judged by what it contains; give at least one fact")
    banned = groups(prompts.text("What must it not contain? (;)", ""))
    return {
        "answerable": True,
        "expect": Expect.ANSWER,
        "document": evidence.document_id,
        "evidence": evidence.texts,
        "must_contain": wanted,
        "must_not_contain": tuple(text for group in banned for text in group),
    }


def signature() -> tuple[str, str]:
    """Who writes, and today's date."""
    return getpass.getuser(), date.today().isoformat()
