"""Lists printed as an opening and items: read out whole, counted, each item cited where it stands."""

from pathlib import Path

import pytest

from chatbot.answer import Answerer, Ask
from chatbot.catalog import Catalog, Clause
from chatbot.citations import Numbering
from chatbot.enumerations import around, opened_by, read_out, said_of
from chatbot.question import Language
from eval_sets.corpora import named
from index.encoders import BundledEncoder
from index.hybrid import HybridIndex
from ingest.model import Document, Format, Sentence, Source
from ingest.pipeline import ingest
from tests.fakes import FakeEncoder


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The Teachers Law and the Vocational Education Law."""
    documents = [ingest(d.source) for d in named("cities").documents if "law" in d.id]
    return Catalog(HybridIndex.build(documents, FakeEncoder(), Path(tmp_path_factory.mktemp("cache"))))


def _openings(catalog: Catalog) -> list[tuple[Clause, Sentence]]:
    return [
        (catalog.clauses[passage.clause_id], sentence)
        for document in catalog.documents
        for passage in document.passages
        for sentence in passage.sentences
        if opened_by(catalog.clauses[passage.clause_id], sentence, catalog)
    ]


def _source(catalog: Catalog, document_id: str) -> Document:
    return next(d for d in catalog.documents if d.id == document_id)


def test_every_item_is_cited_once_in_the_order_it_is_printed(catalog: Catalog) -> None:
    openings = _openings(catalog)
    assert len(openings) >= 8
    for clause, sentence in openings:
        found = opened_by(clause, sentence, catalog)
        assert found
        numbers = [item.clause.section.ordinal for item in found.items]
        assert numbers == list(range(1, len(numbers) + 1))
        for language in Language:
            numbering = Numbering(catalog, "")
            for statement in read_out(found, language):
                numbering.add(statement)
            cited = numbering.cited()
            assert len(cited.citations) == 1 + len(found.items)
            assert [span.of(cited.text) for span in cited.highlights] == [
                f"共{len(numbers)}项" if language is Language.ZH else f"{len(numbers)} items"
            ]
            starts = [citation.span.start for citation in cited.citations]
            assert starts == sorted(starts)
            for item, citation in zip(found.items, cited.citations[1:], strict=True):
                assert citation.quote == item.ref.span.of(_source(catalog, citation.document_id).source.text)
                assert citation.quote.lstrip().startswith(item.clause.section.number)


def test_an_item_leads_to_its_list_and_other_clauses_to_none(catalog: Catalog) -> None:
    openings = _openings(catalog)
    items = {
        child.section.id: clause.section.id for clause, _ in openings for child in catalog.children(clause.section.id)
    }
    for clause in catalog.clauses.values():
        found = around(clause, catalog)
        assert (found.clause.section.id if found else None) == items.get(clause.section.id)


def test_what_follows_the_last_item_is_no_part_of_it(catalog: Catalog) -> None:
    clause, sentence = next(pair for pair in _openings(catalog) if pair[0].section.number == "第三十七条")
    found = opened_by(clause, sentence, catalog)
    assert found
    assert found.items[-1].text.endswith("影响恶劣的。")


# --- openings that semicolons divide, and that hold what is said of each item ---

PENALTIES = """某市学校条例

第一章 法律责任

第一条 学校有下列情形之一的，由县级人民政府责令限期改正；情节严重的，依法给予处分：
（一）设置重点班的；
（二）公布学生排名的。

第二条 学校应当重点做好以下工作：
（一）推进家校共育。
（二）改进教学方法。
"""


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    document = ingest(Source("rules.txt", Format.TXT, PENALTIES, ""))
    encoder = BundledEncoder.load(threads=1)
    return Answerer(HybridIndex.build([document], encoder, tmp_path_factory.mktemp("cache")), encoder)


@pytest.fixture(scope="module")
def rules(answerer: Answerer) -> Catalog:
    return answerer.catalog


def _part(catalog: Catalog, words: str) -> tuple[Clause, Sentence]:
    return next(
        (catalog.clauses[passage.clause_id], sentence)
        for passage in catalog.documents[0].passages
        for sentence in passage.sentences
        if words in sentence.text
    )


def test_each_part_of_a_divided_opening_opens_the_list_with_all_of_it(rules: Catalog) -> None:
    for words in ("责令限期改正", "情节严重"):
        found = opened_by(*_part(rules, words), rules)
        assert found
        assert found.opening.text == (
            "第一条 学校有下列情形之一的，由县级人民政府责令限期改正；情节严重的，依法给予处分："
        )
        assert len(found.items) == 2


def test_what_is_said_of_an_item_stands_in_an_opening_that_names_cases_and_in_no_other(rules: Catalog) -> None:
    found = said_of(*_part(rules, "公布学生排名"), rules)
    assert found
    assert found.clause.section.number == "第一条"
    assert said_of(*_part(rules, "家校共育"), rules) is None
    assert said_of(*_part(rules, "责令限期改正"), rules) is None


def test_an_item_is_quoted_behind_the_opening_that_says_what_follows_from_it(answerer: Answerer) -> None:
    reply = answerer.reply(Ask("公布学生排名会受什么处理？"))
    assert reply.answer == (
        "《某市学校条例》第一条：学校有下列情形之一的，由县级人民政府责令限期改正；情节严重的，依法给予处分："
        "（二）公布学生排名的。[1][2]"
    )
    opening, item = reply.citations
    assert opening.quote.endswith("依法给予处分：")
    assert item.quote == "（二）公布学生排名的。"
