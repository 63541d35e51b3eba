"""HybridIndex: exact order, incremental changes that equal a new build, nothing encoded twice."""

from collections.abc import Sequence
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest

from index.encoders import EncoderIdentity
from index.encoding import encode, passage_text, sentence_text
from index.errors import DocumentTwiceError, EncoderMismatchError, UnknownDocumentError
from index.hybrid import (
    LEXICAL_WEIGHT,
    POOL,
    READ,
    READER_WEIGHT,
    HybridIndex,
    Query,
    lexical_text,
    user_words,
)
from ingest.corpus import bundled
from ingest.model import Document, Format, Source
from ingest.pipeline import Given, ingest
from tests.fakes import FakeTokenEncoder

QUESTIONS = ["第15项任务由哪些单位负责?", "幼儿园怎么评价", "kindergarten evaluation", "教师编制周转池", "quux", ""]


def small(document_id: str, text: str) -> Document:
    return ingest(Source(f"{document_id}.txt", Format.TXT, text, "0" * 64), Given(id=document_id))


JINAN, NOISY = (ingest(source, given) for source, given in bundled())
THIRD = small("third", "关于校车的通知\n1.校车每日检查。〔市公安局负责〕\n2.校车司机培训。〔市教育局负责〕\n")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jieba")


@pytest.fixture(scope="module")
def both(cache: Path) -> HybridIndex:
    return HybridIndex.build([JINAN, NOISY], FakeTokenEncoder(), cache)


@pytest.fixture(scope="module")
def all_three(cache: Path) -> HybridIndex:
    return HybridIndex.build([JINAN, NOISY, THIRD], FakeTokenEncoder(), cache)


@pytest.fixture(scope="module")
def adding() -> FakeTokenEncoder:
    """The encoder that THIRD was added with."""
    return FakeTokenEncoder()


@pytest.fixture(scope="module")
def added(both: HybridIndex, adding: FakeTokenEncoder, cache: Path) -> HybridIndex:
    return both.put([THIRD], adding, cache)


@pytest.fixture(scope="module")
def removed(all_three: HybridIndex, cache: Path) -> HybridIndex:
    return all_three.remove("third", cache)


def results(index: HybridIndex, k: int = 100) -> list[list[tuple[str, int, float, float, float, bytes]]]:
    encoder, found = FakeTokenEncoder(), []
    for question in QUESTIONS:
        query = index.query(question, encoder)
        hits = index.search(query, k)
        found.append([(h.passage.id, h.row, h.score, h.dense, h.lexical, read(index, h.row, query)) for h in hits])
    return found


def read(index: HybridIndex, row: int, query: Query) -> bytes:
    scores = index.read([row], query)
    assert scores is not None
    return scores[0].tobytes()


# --- order ---


def bm25(index: HybridIndex, tokens: Sequence[str]) -> np.ndarray:
    """Lucene's BM25 written out, over the tokens of every passage: shape (tokens, passages)."""
    sources = {document.id: document.source.text for document in index.documents}
    cut = [index.tokens(lexical_text(p, sources[p.document_id])) for p in index.passages]
    average = sum(map(len, cut)) / len(cut)
    scores = np.zeros((len(tokens), len(cut)))
    for row, token in enumerate(tokens):
        frequency = sum(token in passage for passage in cut)
        idf = log(1 + (len(cut) - frequency + 0.5) / (frequency + 0.5))
        for n, passage in enumerate(cut):
            count = passage.count(token)
            scores[row, n] = idf * count / (count + 1.2 * (1 - 0.75 + 0.75 * len(passage) / average))
    return scores


def words(index: HybridIndex, query: Query) -> np.ndarray:
    """Shares of the best score possible: own tokens added up, of each concept the best form."""
    scores, most = bm25(index, query.wanted.tokens).sum(0), sum(map(index.lexical.most, query.wanted.tokens))
    for forms in query.wanted.concepts:
        scores += np.max([form.trust * bm25(index, form.tokens).mean(0) for form in forms], axis=0)
        most += max(form.trust * np.mean([index.lexical.most(token) for token in form.tokens]) for form in forms)
    return scores / most


@pytest.mark.parametrize(
    "question", ["第15项任务由哪些单位负责?", "幼儿园怎么评价", "kindergarten evaluation", "教师编制周转池"]
)
def test_passages_come_in_the_order_of_the_fused_scores_and_of_what_the_first_are_read_to_answer(
    both: HybridIndex, question: str
) -> None:
    assert len(both.passages) <= POOL, "the oracle fuses over every passage"
    query = both.query(question, FakeTokenEncoder())
    asked = FakeTokenEncoder().encode_queries([question])[0]
    vectors = encode(both.passages, FakeTokenEncoder())
    ends = np.cumsum([len(passage.sentences) for passage in both.passages])[:-1]
    best = [(sentences @ asked).max() for sentences in np.split(vectors.sentences, ends)]
    fused = (vectors.passages @ asked + best) / 2 + LEXICAL_WEIGHT * words(both, query)
    first = np.lexsort((np.arange(len(fused)), -fused))[:READ]
    answering = np.array([np.frombuffer(read(both, n, query), np.float32).max() for n in range(len(fused))])
    unread = np.setdiff1d(np.arange(len(fused)), first)
    answering[unread] = answering[first].min()
    fused += READER_WEIGHT * answering
    hits = both.search(query, 10)
    expected = np.lexsort((np.arange(len(fused)), -fused))[:10]
    np.testing.assert_allclose([h.score for h in hits], fused[expected], atol=1e-5)
    assert [h.passage.id for h in hits] == [both.passages[n].id for n in expected]
    np.testing.assert_allclose([h.dense for h in hits], (vectors.passages @ asked)[expected], atol=1e-6)


def test_equal_passages_come_by_their_place_in_the_index(cache: Path) -> None:
    twins = [small(name, "校车每日检查,确保安全。") for name in ("b", "a", "c")]
    index = HybridIndex.build(twins, FakeTokenEncoder(), cache)
    query = index.query("校车检查", FakeTokenEncoder())
    assert [h.passage.document_id for h in index.search(query)] == ["b", "a", "c"]
    assert [h.passage.document_id for h in index.search(query, document_ids=["c", "b"])] == ["b", "c"]


def test_k_bounds_the_hits_and_a_prefix_of_more_is_the_same(both: HybridIndex) -> None:
    query = both.query("体育评价", FakeTokenEncoder())
    assert [len(both.search(query, k)) for k in (0, 1, 5, 1000)] == [0, 1, 5, len(both.passages)]
    assert both.search(query, 5) == both.search(query, 10)[:5]


def test_an_english_question_is_searched_with_the_chinese_words_it_means(both: HybridIndex) -> None:
    query = both.query("kindergarten", FakeTokenEncoder())
    assert [t.chinese[0] for t in query.translations] == ["幼儿园"]
    best = max(both.search(query, 100), key=lambda hit: hit.lexical)
    assert best.passage.clause_id == "jinan-2024/2/6"


def test_a_question_in_traditional_characters_finds_what_it_finds_in_simplified(both: HybridIndex) -> None:
    simplified, traditional = (both.query(q, FakeTokenEncoder()) for q in ("幼儿园怎么评价", "幼兒園怎麼評價"))
    assert both.search(traditional) == both.search(simplified)


def test_the_printed_wording_is_found_as_well_as_the_repaired(both: HybridIndex) -> None:
    for words in ("基础教育", "根底教育"):
        assert both.lexical.scores(both.tokens(words)).argmax() >= len(JINAN.passages)
        assert both.lexical.knows(words[:2])


# --- document filter ---


@pytest.mark.parametrize("wanted", [["jinan-2024"], ["xx-reform-plan"], ["xx-reform-plan", "jinan-2024"]])
def test_a_filter_keeps_to_its_documents(both: HybridIndex, wanted: list[str]) -> None:
    hits = both.search(both.query("教师评价", FakeTokenEncoder()), 1000, wanted)
    assert {h.passage.document_id for h in hits} == set(wanted)
    assert len(hits) == sum(len(both.document(name).passages) for name in wanted)
    assert all(both.passages[h.row] is h.passage for h in hits)


def test_a_document_named_twice_is_searched_once(both: HybridIndex) -> None:
    query = both.query("教师评价", FakeTokenEncoder())
    assert both.search(query, 10, ["jinan-2024", "jinan-2024"]) == both.search(query, 10, ["jinan-2024"])


def test_naming_every_document_is_naming_none(both: HybridIndex) -> None:
    query = both.query("教师评价", FakeTokenEncoder())
    assert both.search(query, 10, ["xx-reform-plan", "jinan-2024"]) == both.search(query, 10)


def test_a_filter_of_unknown_documents_finds_nothing(both: HybridIndex) -> None:
    assert both.search(both.query("教师评价", FakeTokenEncoder()), 10, ["none"]) == []


# --- adding and removing ---


def test_adding_equals_building_anew(added: HybridIndex, all_three: HybridIndex) -> None:
    assert results(added) == results(all_three)


def test_removing_equals_building_without(removed: HybridIndex, both: HybridIndex) -> None:
    assert results(removed) == results(both)
    for row in range(len(both.passages)):
        np.testing.assert_array_equal(removed.vectors_of_sentences(row), both.vectors_of_sentences(row))


def test_removing_from_the_middle_keeps_each_passage_with_its_vectors(all_three: HybridIndex, cache: Path) -> None:
    removed = all_three.remove("xx-reform-plan", cache)
    fresh = encode(removed.passages, FakeTokenEncoder())
    np.testing.assert_array_equal(removed.dense.all(), fresh.passages)
    np.testing.assert_array_equal(removed.sentence_vectors, fresh.sentences)
    assert removed.token_vectors is not None
    assert fresh.tokens is not None
    for name in ("codes", "scales", "starts"):
        np.testing.assert_array_equal(getattr(removed.token_vectors, name), getattr(fresh.tokens, name))
    assert [d.id for d in removed.documents] == ["jinan-2024", "third"]


def test_what_is_removed_leaves_no_word_behind(all_three: HybridIndex, removed: HybridIndex) -> None:
    assert all_three.lexical.knows("校车")
    assert not removed.lexical.knows("校车")
    assert "校车" not in {word for words in removed.bridge.translations.values() for word in words}


def texts_of(document: Document) -> set[str]:
    """What a document's passages and sentences are encoded as."""
    return {passage_text(p) for p in document.passages} | {
        sentence_text(p, s) for p in document.passages for s in p.sentences
    }


def test_adding_encodes_the_new_passages_and_sentences_only_and_no_text_twice(
    added: HybridIndex, adding: FakeTokenEncoder
) -> None:
    assert added.documents[-1] is THIRD
    assert sorted(adding.encoded) == sorted(texts_of(THIRD))


def test_a_document_put_again_takes_its_place_and_only_what_changed_is_encoded(
    all_three: HybridIndex, cache: Path
) -> None:
    changed = ingest(
        replace(JINAN.source, text=JINAN.source.text.replace("强化体育评价", "强化美育评价")), Given(id=JINAN.id)
    )
    encoder = FakeTokenEncoder()
    index = all_three.put([changed], encoder, cache)
    assert [d.id for d in index.documents] == ["jinan-2024", "xx-reform-plan", "third"]
    assert set(encoder.encoded) == texts_of(changed) - texts_of(JINAN) != set()
    assert results(index) == results(HybridIndex.build(index.documents, FakeTokenEncoder(), cache))


def test_an_unchanged_document_put_again_encodes_nothing(both: HybridIndex, cache: Path) -> None:
    encoder = FakeTokenEncoder()
    assert results(both.put([JINAN, NOISY], encoder, cache)) == results(both)
    assert encoder.encoded == []


def test_an_index_made_anew_takes_vectors_over_from_one_of_the_same_encoder(
    both: HybridIndex, all_three: HybridIndex, cache: Path
) -> None:
    encoder, other = FakeTokenEncoder(), FakeTokenEncoder(EncoderIdentity("other", "1", 64, ""))
    index = HybridIndex.build([JINAN, NOISY, THIRD], encoder, cache, known=both)
    assert set(encoder.encoded) <= texts_of(THIRD)
    assert results(index) == results(all_three)
    HybridIndex.build([THIRD], other, cache, known=all_three)
    assert set(other.encoded) == texts_of(THIRD)


def test_progress_counts_every_text_that_is_encoded(cache: Path) -> None:
    encoder, done = FakeTokenEncoder(), []
    HybridIndex.build([JINAN], encoder, cache, done.append)
    assert sum(done) == len(encoder.encoded) == len(texts_of(JINAN))
    assert len(done) > 1


def test_two_documents_of_one_id_are_refused_and_nothing_is_encoded(both: HybridIndex) -> None:
    encoder = FakeTokenEncoder()
    with pytest.raises(DocumentTwiceError, match="two documents have the id third; rename the file of one"):
        both.put([THIRD, THIRD], encoder)
    assert encoder.encoded == []


def test_vectors_of_another_encoder_are_not_mixed_in(both: HybridIndex) -> None:
    with pytest.raises(EncoderMismatchError, match=r"encoder fake \(bag-of-characters\).*with other \(1\)"):
        both.put([THIRD], FakeTokenEncoder(EncoderIdentity("other", "1", 16, "")))


def test_an_unknown_document_is_refused_with_those_that_are_known(both: HybridIndex) -> None:
    with pytest.raises(UnknownDocumentError, match="'none'; known: jinan-2024, xx-reform-plan"):
        both.remove("none")


# --- the empty index ---


def test_an_empty_index_finds_nothing_and_can_be_filled(cache: Path) -> None:
    empty = HybridIndex.build([], FakeTokenEncoder(), cache)
    assert [empty.search(empty.query(question, FakeTokenEncoder())) for question in QUESTIONS] == [[]] * len(QUESTIONS)
    with pytest.raises(UnknownDocumentError, match="none, the index is empty"):
        empty.document("jinan-2024")
    filled = empty.put([THIRD], FakeTokenEncoder(), cache)
    assert [h.passage.clause_id for h in filled.search(filled.query("校车司机培训", FakeTokenEncoder()), 1)] == [
        "third/2"
    ]
    assert results(empty) == [[]] * len(QUESTIONS), "adding makes a new index and leaves the old one as it was"


# --- what a passage is found by ---


def test_lexical_text_has_headings_in_both_languages_and_both_wordings() -> None:
    passage = next(p for p in NOISY.passages if p.clause_id == "xx-reform-plan/3/3/2")
    lines = lexical_text(passage, NOISY.source.text).split("\n")
    assert "二是完善基础保障" in lines
    assert "Improve basic conditions and support" in lines
    assert any("动态性到达" in line for line in lines)
    assert any("动态性达到" in line for line in lines)


def test_a_clean_passage_is_indexed_once() -> None:
    passage = next(p for p in JINAN.passages if p.clause_id == "jinan-2024/4/15")
    assert lexical_text(passage, JINAN.source.text).count("优化中小学体质健康报告书制度") == 1


def test_units_of_documents_are_kept_whole_by_jieba(both: HybridIndex) -> None:
    assert "市国有资产监督管理委员会" in user_words([JINAN])
    assert "市国有资产监督管理委员会" in both.tokens("由市国有资产监督管理委员会负责")


def test_a_rare_token_has_more_weight_than_a_common_one(both: HybridIndex) -> None:
    n = len(both.passages)
    assert both.idf("无此词") == pytest.approx(log(1 + (n + 0.5) / 0.5))
    assert both.idf("周转池") > both.idf("教育") > 0
