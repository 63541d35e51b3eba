"""Evidence with the index's reader and without: each has its own models, and the reader decides between likes."""

from math import isnan
from pathlib import Path

import numpy as np
import pytest

from chatbot.bootstrap import open_encoder
from chatbot.catalog import Catalog
from chatbot.evidence import WITH_READER, WITHOUT_READER, Candidate, candidates, linear, models
from chatbot.question import understand
from chatbot.settings import Settings
from index.encoders import Encoder, TokenEncoder
from index.hybrid import HybridIndex
from ingest.model import Format, Source
from ingest.pipeline import Given, ingest
from tests.fakes import FakeEncoder, FakeTokenEncoder

TEXT = "关于校车的通知\n一、安全\n校车每半年检查一次。司机每年培训一次。学生每天乘车。\n二、费用\n家长每月交费。\n"
DOCUMENT = ingest(Source("bus.txt", Format.TXT, TEXT, "0" * 64), Given(id="bus"))


def found(encoder: Encoder, cache: Path) -> tuple[HybridIndex, list[Candidate]]:
    index = HybridIndex.build([DOCUMENT], encoder, cache)
    question = understand("校车多久检查一次？", Catalog(index))
    query = index.query(question.text, encoder)
    return index, candidates(question, query, index.search(query, 20), index)


def test_without_a_reader_candidates_have_no_score_of_it_and_the_models_without_it(tmp_path: Path) -> None:
    _, given = found(FakeEncoder(), tmp_path)
    assert given
    assert all(isnan(candidate.reader) for candidate in given)
    assert {id(models(candidate)) for candidate in given} == {id(WITHOUT_READER)}
    assert [c.score for c in given] == [linear(WITHOUT_READER.ranking, c) for c in given]


def test_with_a_reader_each_candidate_has_the_score_of_its_own_sentence(tmp_path: Path) -> None:
    encoder = FakeTokenEncoder()
    index, given = found(encoder, tmp_path)
    assert {id(models(candidate)) for candidate in given} == {id(WITH_READER)}
    query = index.query("校车多久检查一次？", encoder)
    for candidate in given:
        row = [*index.passages].index(candidate.passage)
        scores = index.read([row], query)
        assert scores is not None
        assert candidate.reader == scores[0][candidate.passage.sentences.index(candidate.sentence)]
        assert candidate.score == linear(WITH_READER.ranking, candidate)
    assert len({candidate.reader for candidate in given}) > 1


@pytest.mark.parametrize(("reader", "reads"), [("bundled", True), ("none", False)])
def test_the_setting_says_whether_sentences_are_read(settings: Settings, reader: str, reads: bool) -> None:
    encoder = open_encoder(settings.model_copy(update={"reader": reader}))
    assert isinstance(encoder, TokenEncoder)
    assert bool(encoder.reads) == bool(encoder.identity.reader) == reads
    np.testing.assert_array_equal(
        encoder.encode_queries(["校车"]), open_encoder(settings).encode_queries(["校车"])
    )  # fmt: skip
