"""Passages mapped from disk are the passages that were saved."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.passages import AllPassages, PassageTable, StoredPassages, sentence_counts
from ingest.corpus import bundled
from ingest.model import Document, Passage
from ingest.pipeline import ingest

DOCUMENTS = [ingest(source, given) for source, given in bundled()]
EMPTY = replace(DOCUMENTS[0], id="empty", passages=())


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    folder = tmp_path_factory.mktemp("table")
    documents = [DOCUMENTS[0], EMPTY, DOCUMENTS[1]]
    PassageTable.of(documents).save(folder)
    table = PassageTable.load(folder)
    starts = [0, len(DOCUMENTS[0].passages), len(DOCUMENTS[0].passages)]
    return [
        replace(d, passages=StoredPassages(replace(d, passages=()), table, start, len(d.passages)))
        for d, start in zip(documents, starts, strict=True)
    ]


def test_every_passage_comes_back_with_every_field(stored: list[Document]) -> None:
    for before, after in zip([DOCUMENTS[0], EMPTY, DOCUMENTS[1]], stored, strict=True):
        assert tuple(after.passages) == tuple(before.passages)
        assert after == before


def test_sentences_are_counted_without_making_any(stored: list[Document]) -> None:
    for document in stored:
        expected = [len(passage.sentences) for passage in document.passages]
        np.testing.assert_array_equal(sentence_counts(document.passages), expected)
        np.testing.assert_array_equal(sentence_counts(tuple(document.passages)), expected)


def test_all_passages_are_those_of_one_document_after_the_other(stored: list[Document]) -> None:
    everything: list[Passage] = [*DOCUMENTS[0].passages, *DOCUMENTS[1].passages]
    passages = AllPassages(stored)
    assert list(passages) == everything
    assert passages[-1] == everything[-1]
    assert passages[3:7] == tuple(everything[3:7])
    assert [passages[n] for n in range(len(passages))] == everything
    for outside in (len(everything), -len(everything) - 1):
        with pytest.raises(IndexError, match=f"passage {outside} of {len(everything)}"):
            passages[outside]


def test_no_documents_have_no_passages(tmp_path: Path) -> None:
    PassageTable.of([]).save(tmp_path)
    assert len(PassageTable.load(tmp_path)) == 0
    assert list(AllPassages([])) == []


def test_other_passages_are_not_equal(stored: list[Document]) -> None:
    passages = stored[0].passages
    assert passages != DOCUMENTS[1].passages
    assert passages != list(DOCUMENTS[0].passages)[:-1]
    assert passages != "text"
