"""Prompts of models by what they bring and by their family."""

import pytest

from index.model_prompts import Prompts, prompts_of

INSTRUCTION = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "


@pytest.mark.parametrize(
    ("name", "prompts"),
    [
        ("intfloat/multilingual-e5-small", Prompts("query: ", "passage: ")),
        ("intfloat/e5-base-v2", Prompts("query: ", "passage: ")),
        ("/models/multilingual-e5-base", Prompts("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", Prompts(INSTRUCTION)),
        ("intfloat/e5-mistral-7b-instruct", Prompts(INSTRUCTION)),
        ("BAAI/bge-large-zh-v1.5", Prompts("为这个句子生成表示以用于检索相关文章：")),
        ("BAAI/bge-small-zh", Prompts("为这个句子生成表示以用于检索相关文章：")),
        ("BAAI/bge-base-en-v1.5", Prompts("Represent this sentence for searching relevant passages: ")),
        ("BAAI/bge-m3", Prompts()),
        ("Alibaba-NLP/gte-Qwen2-1.5B-instruct", Prompts(INSTRUCTION)),
        ("thenlper/gte-large-zh", Prompts()),
        ("sentence-transformers/all-MiniLM-L6-v2", Prompts()),
        ("someone/huge5-model", Prompts()),
    ],
)
def test_a_family_is_known_by_name(name: str, prompts: Prompts) -> None:
    assert prompts_of(name, {}) == prompts
    assert prompts_of(name, {"query": "", "document": None}) == prompts


@pytest.mark.parametrize("key", ["document", "passage", "corpus"])
def test_prompts_that_a_model_brings_come_before_those_of_its_family(key: str) -> None:
    assert prompts_of("intfloat/multilingual-e5-small", {"query": "Q ", key: "P "}) == Prompts("Q ", "P ")
    assert prompts_of("BAAI/bge-large-zh", {"query": "Q ", "s2s": "x"}) == Prompts("Q ", "")
