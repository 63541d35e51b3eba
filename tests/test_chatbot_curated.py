"""Curated answers: for the same question only, and only while the documents still say so."""

from dataclasses import replace

import pytest

from chatbot.answer import Answerer, Ask
from chatbot.conversation import Turn
from chatbot.curated import CuratedAnswer, InMemory, PinnedEvidence, PinnedStatement, Slots, standing
from chatbot.draft import Method, Outcome
from chatbot.question import Language, understand
from index.hybrid import HybridIndex
from ingest.model import Document, Span

QUESTION = "第15项任务由哪些单位负责？"
TEXT = "第15项任务由市教育局和市体育局共同办理，咨询请拨打大厅电话。"


@pytest.fixture(scope="module")
def pinned(answerer: Answerer) -> CuratedAnswer:
    """Pinned to what the register cites for the question."""
    (citation,) = answerer.reply(Ask(QUESTION)).citations
    document = answerer.index.document(citation.document_id)
    evidence = PinnedEvidence(
        document.id, citation.clause_id, citation.span, citation.quote, document.source.sha256
    )  # fmt: skip
    return CuratedAnswer("c1", QUESTION, Language.ZH, (PinnedStatement(TEXT, (evidence,)),))


@pytest.fixture(scope="module")
def curated(answerer: Answerer, pinned: CuratedAnswer) -> Answerer:
    return Answerer(answerer.index, answerer.encoder, curated=InMemory((pinned,)))


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "第15项任务由哪些单位负责",
        "第十五项任务由哪些单位负责？",
        "第１５项任务由哪些单位负责?",
        "第15項任務由哪些單位負責？",
    ],
)
def test_the_question_asked_again_gets_the_answer_that_staff_wrote(question: str, curated: Answerer) -> None:
    reply = curated.reply(Ask(question))
    assert (reply.outcome, reply.method, reply.answer) == (Outcome.ANSWERED, Method.CURATED, f"{TEXT}[1]")
    assert "市体育局" in reply.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "第16项任务由哪些单位负责？",
        "第15项任务由哪个单位牵头？",
        "第15项任务的主要内容是什么？",
        "青岛市第15项任务由哪些单位负责？",
        "第15项任务是由市财政局负责的吗？",
        "第15项和第16项任务由哪些单位负责？",
        "Which units are responsible for task 15?",
        "哪些任务由市体育局负责？",
    ],
)
def test_another_question_does_not(question: str, curated: Answerer) -> None:
    assert curated.reply(Ask(question)).method != Method.CURATED


def test_a_follow_up_that_means_another_task_does_not(curated: Answerer) -> None:
    assert curated.reply(Ask("那第16项呢？", [Turn(QUESTION)])).method != Method.CURATED


def test_it_answers_its_part_of_several_questions(curated: Answerer) -> None:
    reply = curated.reply(Ask(f"{QUESTION}幼儿园多久评估一次？"))
    assert (reply.outcome, reply.method) == (Outcome.ANSWERED, Method.CURATED)
    assert reply.answer.startswith(f"{TEXT}[1]")
    assert "每五年一轮" in reply.answer


def test_several_questions_that_staff_answered_as_one_are_one(answerer: Answerer, pinned: CuratedAnswer) -> None:
    both = replace(pinned, question="第15项任务由哪些单位负责？幼儿园多久评估一次？")
    curated = Answerer(answerer.index, answerer.encoder, curated=InMemory((both,)))
    assert curated.reply(Ask(both.question)).answer == f"{TEXT}[1]"


def test_a_follow_up_finds_what_it_named(curated: Answerer, answerer: Answerer) -> None:
    asked = Ask("第二个呢？", [Turn(QUESTION)])
    assert curated.reply(asked).answer == answerer.reply(asked).answer != ""
    assert [task.clause_id for task in curated.reply(Ask(QUESTION)).facts] == ["jinan-2024/4/15"]


@pytest.mark.parametrize("number", range(1, 21))
def test_task_numbers_are_slots(number: int, answerer: Answerer) -> None:
    asked = understand(f"第{number}项任务由哪些单位负责？", answerer.catalog)
    assert (Slots.of(asked) == Slots.of(understand(QUESTION, answerer.catalog))) is (number == 15)


def served(document: Document) -> dict[str, Document]:
    return {document.id: document}


def document_of(pinned: CuratedAnswer, answerer: Answerer) -> Document:
    return answerer.index.document(pinned.statements[0].evidence[0].document_id)


def changed(document: Document, text: str, by: int = 0) -> Document:
    """Another version of a document; its clauses stand ``by`` characters further on."""
    sections = tuple(replace(section, own=section.own.shifted(by)) for section in document.sections)
    source = replace(document.source, text=text, sha256="0" * 64)
    return replace(document, source=source, sections=sections)


def test_an_answer_whose_document_is_gone_is_withdrawn(pinned: CuratedAnswer) -> None:
    assert "is gone" in (standing(pinned, {}).withdrawn or "")


def test_an_answer_whose_quote_changed_is_withdrawn(pinned: CuratedAnswer, answerer: Answerer) -> None:
    document = document_of(pinned, answerer)
    quote = pinned.statements[0].evidence[0].quote
    other = changed(document, document.source.text.replace(quote, quote.replace("市体育局", "市卫健委")))
    assert "no longer says" in (standing(pinned, served(other)).withdrawn or "")


def test_a_quote_that_moved_with_its_clause_is_followed(pinned: CuratedAnswer, answerer: Answerer) -> None:
    document = document_of(pinned, answerer)
    moved = changed(document, "更新说明\n" + document.source.text, by=5)
    stands = standing(pinned, served(moved))
    assert stands.withdrawn is None
    (statement,) = stands.statements
    assert statement.refs[0].span.of(moved.source.text) == pinned.statements[0].evidence[0].quote


def test_a_quote_that_moved_to_another_clause_is_not(pinned: CuratedAnswer, answerer: Answerer) -> None:
    document = document_of(pinned, answerer)
    moved = changed(document, document.source.text + pinned.statements[0].evidence[0].quote)
    elsewhere = replace(
        moved, sections=tuple(replace(s, own=Span(len(document.source.text), len(moved.source.text)))
                              if s.id != pinned.statements[0].evidence[0].clause_id else replace(s, own=Span(0, 1))
                              for s in moved.sections)
    )  # fmt: skip
    assert standing(pinned, served(elsewhere)).withdrawn


def test_a_withdrawn_answer_gives_way_to_the_documents(pinned: CuratedAnswer, answerer: Answerer) -> None:
    document_id = pinned.statements[0].evidence[0].document_id
    curated = Answerer(answerer.index, answerer.encoder, curated=InMemory((pinned,)))
    without: HybridIndex = answerer.index.remove(document_id)
    reply = curated.over(without).reply(Ask(QUESTION))
    assert reply.method != Method.CURATED
    assert TEXT not in reply.answer


def test_a_curated_statement_needs_evidence() -> None:
    with pytest.raises(ValueError, match="needs evidence"):
        PinnedStatement("没有依据", ())
