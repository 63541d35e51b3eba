"""LangChain: documents that can be cited, embeddings, a chain over them."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore

from chatbot.bootstrap import Services
from index.retriever import BundledE5Embeddings, PolicyRetriever
from tests.fakes import FakeEncoder

QUESTION = "强化体育评价由谁负责？"


@pytest.fixture(scope="module")
def retriever(services: Services) -> PolicyRetriever:
    return PolicyRetriever(index=services.answerer.index, encoder=services.encoder, k=3)


def test_documents_are_the_passages_of_search_as_they_are_printed(
    services: Services, retriever: PolicyRetriever
) -> None:
    index = services.answerer.index
    hits = index.search(index.query(QUESTION, services.encoder), 3)
    found = retriever.invoke(QUESTION)
    assert [document.metadata["passage_id"] for document in found] == [hit.passage.id for hit in hits]
    assert [document.metadata["score"] for document in found] == [hit.score for hit in hits]
    for document, hit in zip(found, hits, strict=True):
        known = document.metadata
        text = index.document(known["document_id"]).source.text
        assert text[known["start"] : known["end"]] == document.page_content
        assert known["section"] == list(hit.passage.headings)
        assert known["title"] == index.document(known["document_id"]).metadata.title.value


def test_a_draft_is_marked_as_one(retriever: PolicyRetriever) -> None:
    drafts = [d.metadata["status"] for d in retriever.invoke(QUESTION) if d.metadata["document_id"] == "jinan-2024"]
    assert drafts
    assert set(drafts) == {"draft"}


def test_search_may_be_limited_to_documents(services: Services) -> None:
    limited = PolicyRetriever(
        index=services.answerer.index, encoder=services.encoder, k=5, document_ids=("xx-reform-plan",)
    )
    assert {d.metadata["document_id"] for d in limited.invoke(QUESTION)} == {"xx-reform-plan"}


def test_an_asynchronous_call_finds_the_same(retriever: PolicyRetriever) -> None:
    assert asyncio.run(retriever.ainvoke(QUESTION)) == retriever.invoke(QUESTION)


def _shown(documents: list[Document]) -> str:
    return "\n".join(f"[{d.metadata['passage_id']}] {d.page_content}" for d in documents)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_chain_gives_a_model_what_was_found(retriever: PolicyRetriever, asynchronous: bool) -> None:
    prompt = ChatPromptTemplate.from_messages([("system", "Answer from:\n{context}"), ("human", "{question}")])
    asked: list[str] = []

    def overheard(value: object) -> object:
        asked.append(str(value))
        return value

    chain = (
        {"context": retriever | _shown, "question": RunnablePassthrough()}
        | prompt
        | overheard
        | FakeListChatModel(responses=["市教育局"])
        | StrOutputParser()
    )
    answer = asyncio.run(chain.ainvoke(QUESTION)) if asynchronous else chain.invoke(QUESTION)
    assert answer == "市教育局"
    assert "jinan-2024/" in asked[0]
    assert "体育评价" in asked[0].partition(QUESTION)[0]


def test_embeddings_are_the_encoders_rows() -> None:
    embeddings, encoder = BundledE5Embeddings(FakeEncoder()), FakeEncoder()
    texts = ["体育评价", "幼儿园"]
    np.testing.assert_array_equal(embeddings.embed_documents(texts), encoder.encode_passages(texts))
    np.testing.assert_array_equal(embeddings.embed_query("体育"), encoder.encode_queries(["体育"])[0])
    assert asyncio.run(embeddings.aembed_documents(texts)) == embeddings.embed_documents(texts)
    assert asyncio.run(embeddings.aembed_query("体育")) == embeddings.embed_query("体育")
    assert embeddings.embed_documents([]) == []


def test_the_bundled_embeddings_serve_a_vector_store_of_langchain() -> None:
    clauses = ["学生每天校内校外各1小时体育活动。", "规范校外培训机构，加强收费监管。", "落实乡村教师生活补助。"]
    store = InMemoryVectorStore.from_texts(clauses, BundledE5Embeddings())
    assert store.similarity_search("课外辅导班怎么收费？", k=1)[0].page_content == clauses[1]


def test_the_service_does_not_import_langchain() -> None:
    code = "import sys, chatbot.bootstrap, chatbot.api; sys.exit('langchain_core' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_example_of_the_readme_prints_what_it_says(services: Services, data_dir: Path) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", readme, re.S)
    assert example is not None
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REFORMQA_")}
    environment |= {"REFORMQA_DATA_DIR": str(data_dir), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", example[1]], env=environment, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.stdout == example[2], done.stderr
