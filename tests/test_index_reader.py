"""The reader: scores equal the plain definition, tokens stand where their characters do, files survive."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.encoders import BundledEncoder
from index.errors import EncoderError
from index.reader import Reader, TokenVectors, sentences_of_tokens

RANDOM = np.random.default_rng(7)
TEXT = "一、总体要求\n到2025年，全市公办幼儿园在园幼儿占比达到60%以上。推进义务教育优质均衡。👍Schools open at 8:30."


def vectors(rows: int, width: int = 6) -> NDArray[np.float32]:
    return RANDOM.standard_normal((rows, width)).astype(np.float32)


@pytest.fixture(scope="module")
def encoder() -> BundledEncoder:
    return BundledEncoder.load(threads=1)


@pytest.fixture(scope="module")
def plain() -> BundledEncoder:
    return BundledEncoder.load(threads=1, reader=False)


# --- scores ---


@given(st.lists(st.integers(0, 5), max_size=8), st.integers(1, 4))
def test_a_sentence_scores_the_sum_of_what_is_nearest_to_each_token_of_the_question(
    lengths: list[int], asked: int
) -> None:
    sentence_of = np.repeat(np.arange(len(lengths)), lengths)
    tokens, question = vectors(len(sentence_of)), vectors(asked)
    stored = TokenVectors.of(tokens, sentence_of, len(lengths))
    scores = stored.scores(question)
    assert scores.shape == (len(lengths),)
    for sentence, length in enumerate(lengths):
        own = tokens[sentence_of == sentence]
        expected = (question @ own.T).max(axis=1).sum() if length else -1.0
        # 8 bits a value: half a step of the largest of a token's values, over 6 dimensions and all tokens asked
        bound = np.abs(question).sum() * np.abs(tokens).max(initial=0) / 127 / 2 + 1e-5
        assert scores[sentence] == pytest.approx(expected, abs=float(bound))


@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), max_size=4))
def test_tokens_joined_are_those_of_the_parts(parts: list[list[int]]) -> None:
    made = [TokenVectors.of(vectors(sum(p)), np.repeat(np.arange(len(p)), p), len(p)) for p in parts]
    joined, question, at = TokenVectors.joined(made, 6), vectors(3), 0
    for part in made:
        end = at + len(part.starts) - 1
        np.testing.assert_array_equal(joined.sentences(at, end).scores(question), part.scores(question))
        at = end
    assert len(joined.starts) == at + 1


def test_tokens_of_no_sentence_are_not_kept() -> None:
    tokens = vectors(4)
    stored = TokenVectors.of(tokens, np.array([-1, 0, 0, -1]), 1)
    assert len(stored.codes) == 2
    np.testing.assert_allclose(stored.codes * stored.scales[:, None], tokens[1:3], atol=np.abs(tokens).max() / 250)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    stored = TokenVectors.of(vectors(5), np.array([0, 0, 1, 3, 3]), 4)
    stored.save(tmp_path)
    loaded, question = TokenVectors.load(tmp_path), vectors(2)
    np.testing.assert_array_equal(loaded.scores(question), stored.scores(question))


# --- where tokens stand ---


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=6), st.lists(st.integers(1, 4), max_size=12))
def test_a_token_is_of_the_first_sentence_it_has_a_character_of(
    gaps_and_lengths: list[tuple[int, int]], tokens: list[int]
) -> None:
    sentences, at = [], 0
    for gap, length in gaps_and_lengths:
        sentences.append((at + gap, at + gap + length))
        at += gap + length
    ends = np.cumsum(tokens).astype(np.int64)
    spans = np.stack([ends - np.array(tokens, np.int64), ends], axis=1).reshape(-1, 2)
    found = sentences_of_tokens(spans, sentences)
    for (start, end), sentence in zip(spans.tolist(), found.tolist(), strict=True):
        shared = [n for n, (a, b) in enumerate(sentences) if a < end and start < b]
        assert sentence == (shared[0] if shared else -1)


def test_tokens_cover_the_text_in_order_and_markers_nothing(encoder: BundledEncoder) -> None:
    (read,) = encoder.tokens_of_passages([TEXT])
    assert read.tokens.shape == (len(read.spans), encoder.reads)
    assert (np.diff(read.spans[1:-1, 0]) >= 0).all()
    assert read.spans[0].tolist() == read.spans[-1].tolist() == [0, 0]
    covered = {n for start, end in read.spans.tolist() for n in range(start, end)}
    assert {n for n, character in enumerate(TEXT) if not character.isspace()} <= covered
    assert max(covered) == len(TEXT) - 1


# --- with the encoder ---


def test_reading_changes_no_vector_and_neighbours_change_no_token(
    encoder: BundledEncoder, plain: BundledEncoder
) -> None:
    texts = [TEXT, "", "课" * 600, "教师评价"]
    together = encoder.tokens_of_passages(texts)
    for text, read in zip(texts, together, strict=True):
        np.testing.assert_array_equal(read.vector, plain.encode_passages([text])[0])
        np.testing.assert_array_equal(read.tokens, encoder.tokens_of_passages([text])[0].tokens)
        np.testing.assert_array_equal(encoder.tokens_of_query(text).vector, plain.encode_queries([text])[0])


def test_the_tokens_of_a_question_share_its_weight_and_those_of_a_passage_are_no_longer_than_2(
    encoder: BundledEncoder,
) -> None:
    asked = encoder.tokens_of_query("幼儿园占比达到多少？").tokens
    assert np.linalg.norm(asked, axis=1).sum() == pytest.approx(1.0, abs=1e-5)
    (read,) = encoder.tokens_of_passages([TEXT])
    assert np.linalg.norm(read.tokens, axis=1).max() <= 2.0


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("公办园占比要达到多少？", "到2025年，全市公办幼儿园在园幼儿占比达到60%以上。"),
        ("教师一周上几节体育课？", "小学体育教师每周授课不超过16节。"),
        ("How many PE lessons does a teacher give a week?", "小学体育教师每周授课不超过16节。"),
        ("校车多久检查一次？", "学校应当每半年对校车进行一次安全检查。"),
    ],
)
def test_a_reader_puts_the_sentence_that_answers_before_others(
    encoder: BundledEncoder, question: str, answer: str
) -> None:
    others = [
        "推进义务教育优质均衡发展，建立健全教师评价制度。",
        "各区县要高度重视，加强组织领导，压实工作责任。",
        "体育是学校教育的重要组成部分。",
        "校车应当符合国家标准。",
    ]
    passage = "".join(said := [*others[:2], answer, *others[2:]])
    spans = [(start := passage.index(sentence), start + len(sentence)) for sentence in said]
    (read,) = encoder.tokens_of_passages([passage])
    stored = TokenVectors.of(read.tokens, sentences_of_tokens(read.spans, spans), len(spans))
    assert int(np.argmax(stored.scores(encoder.tokens_of_query(question).tokens))) == 2


def test_without_a_reader_there_are_no_tokens_and_the_identity_says_so(
    encoder: BundledEncoder, plain: BundledEncoder
) -> None:
    assert (plain.reads, plain.identity.reader) == (0, "")
    assert plain.identity != encoder.identity
    assert f"reader {encoder.identity.reader}" in str(encoder.identity)


# --- the file ---


def test_the_same_weights_are_the_same_bytes_and_load_as_they_were(tmp_path: Path) -> None:
    made = Reader("", vectors(1)[0], vectors(1)[0], vectors(7, 3), vectors(7, 3), vectors(1, 7)[0], vectors(1, 7)[0])
    made.save(tmp_path / "one.npz")
    made.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    loaded, states = Reader.load(tmp_path / "one.npz"), vectors(5)
    np.testing.assert_array_equal(loaded.of_question(states), made.of_question(states))
    np.testing.assert_array_equal(loaded.of_passage(states), made.of_passage(states))


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04"])
def test_a_damaged_reader_is_named_with_the_remedy(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "reader.npz"
    path.write_bytes(damage)
    with pytest.raises(EncoderError, match=r"reader\.npz cannot be read.*reinstall reformqa"):
        Reader.load(path)
