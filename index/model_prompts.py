"""What a model wants written before a question and before a passage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompts:
    """Text put in front of every question and every passage, separators included; empty: none."""

    query: str = ""
    passage: str = ""


#: Names under which models keep their prompts, in the order in which sentence-transformers' encode_document tries.
_OF_PASSAGES = ("document", "passage", "corpus")
_INSTRUCTION = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
#: Families whose models do not all bring their prompts; from their model cards. The first that matches counts.
_FAMILIES = (
    # intfloat/multilingual-e5-large-instruct, intfloat/e5-mistral-7b-instruct
    (re.compile(r"\be5-.*instruct", re.I), Prompts(_INSTRUCTION)),
    # intfloat/multilingual-e5-small, intfloat/e5-base-v2
    (re.compile(r"\be5-", re.I), Prompts("query: ", "passage: ")),
    # BAAI/bge-large-zh-v1.5
    (re.compile(r"\bbge-.*zh\b", re.I), Prompts("为这个句子生成表示以用于检索相关文章：")),
    # BAAI/bge-base-en-v1.5; BAAI/bge-m3 wants none
    (re.compile(r"\bbge-.*en\b", re.I), Prompts("Represent this sentence for searching relevant passages: ")),
    # Alibaba-NLP/gte-Qwen2-1.5B-instruct; thenlper/gte-large-zh wants none
    (re.compile(r"\bgte-qwen2", re.I), Prompts(_INSTRUCTION)),
)


def prompts_of(name: str, own: Mapping[str, str | None]) -> Prompts:
    """The prompts for a model by hub name or folder: its ``own`` if it has any, else its family's, else none."""
    query = own.get("query") or ""
    passage = next((own[key] or "" for key in _OF_PASSAGES if own.get(key)), "")
    if query or passage:
        return Prompts(query, passage)
    return next((prompts for family, prompts in _FAMILIES if family.search(name)), Prompts())
