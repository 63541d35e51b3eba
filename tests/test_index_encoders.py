"""The bundled encoder: its promises, and its agreement with the float32 model it was made from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.encoder_model.record import MODEL_FILE, RECORD_FILE, TOKENIZER_FILE, fingerprint
from index.encoders import BundledEncoder, EncoderIdentity
from index.errors import EncoderError, IndexingError
from index.reader import READER_FILE

ROOT = Path(__file__).parent.parent
REFERENCE_PASSAGES = [
    "加快推进教育数字化，建设国家智慧教育公共服务平台。（责任单位：市教育局、市财政局）",
    "到2025年，全市公办幼儿园在园幼儿占比达到60%以上。",
    "深化新时代教育评价改革，坚决克服唯分数、唯升学、唯文凭、唯论文、唯帽子的顽瘴痼疾。",
    "Schools shall provide at least one hour of physical activity every day.",
]
REFERENCE_QUERIES = [
    "中小学教师的待遇由哪些部门负责落实？",
    "什么时候完成职业教育改革试点任务",
    "Which departments are responsible for vocational education?",
    "义务教育课后服务如何收费？",
]
#: More texts than any test has threads, the shortest and one that is cut among them.
OF_ALL_LENGTHS = [*REFERENCE_PASSAGES, "", "推动义务教育优质均衡发展。" * 60, *REFERENCE_QUERIES]
# The float32 graph of the same build (before fusing and quantising), passages then queries, (8, 384).
REFERENCE = Path(__file__).parent / "data" / "encoder_reference.npy"


@pytest.fixture(scope="module")
def encoder() -> BundledEncoder:
    return BundledEncoder.load(threads=1)


@pytest.fixture(scope="module")
def of_one_thread(encoder: BundledEncoder) -> NDArray[np.float32]:
    return encoder.encode_passages(OF_ALL_LENGTHS)


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    """A model directory a test may damage."""
    with as_file(files("index.encoder_model")) as shipped:
        for name in (MODEL_FILE, TOKENIZER_FILE, RECORD_FILE, READER_FILE):
            shutil.copy(shipped / name, tmp_path / name)
    return tmp_path


def test_vectors_are_float32_rows_of_unit_length(encoder: BundledEncoder) -> None:
    vectors = encoder.encode_passages(REFERENCE_PASSAGES)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_rows_of_full_width(encoder: BundledEncoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)
    assert encoder.encode_passages([]).shape == (0, 384)


def test_an_empty_text_still_has_a_unit_vector(encoder: BundledEncoder) -> None:
    assert np.linalg.norm(encoder.encode_queries([""])) == pytest.approx(1.0, abs=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(encoder: BundledEncoder) -> None:
    texts = [*REFERENCE_PASSAGES, "课" * 600]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together[::-1], encoder.encode_passages(texts[::-1]))


def test_vectors_repeat_exactly_in_another_session(encoder: BundledEncoder) -> None:
    again = BundledEncoder.load(threads=1)
    np.testing.assert_array_equal(encoder.encode_queries(REFERENCE_QUERIES), again.encode_queries(REFERENCE_QUERIES))


@pytest.mark.parametrize("threads", [2, 3])
def test_the_number_of_threads_does_not_move_a_bit(
    encoder: BundledEncoder, of_one_thread: NDArray[np.float32], threads: int
) -> None:
    several = BundledEncoder.load(threads=threads)
    np.testing.assert_array_equal(several.encode_passages(OF_ALL_LENGTHS), of_one_thread)
    np.testing.assert_array_equal(
        several.encode_queries(OF_ALL_LENGTHS[:1]), encoder.encode_queries(OF_ALL_LENGTHS[:1])
    )


def test_many_threads_may_ask_one_encoder_at_once(encoder: BundledEncoder) -> None:
    shared = BundledEncoder.load(threads=2)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(shared.encode_queries, [REFERENCE_QUERIES] * 8))
    for vectors in found:
        np.testing.assert_array_equal(vectors, encoder.encode_queries(REFERENCE_QUERIES))


def test_every_vector_agrees_with_the_float32_model(encoder: BundledEncoder) -> None:
    vectors = np.concatenate([encoder.encode_passages(REFERENCE_PASSAGES), encoder.encode_queries(REFERENCE_QUERIES)])
    cosines = (vectors * np.load(REFERENCE)).sum(axis=1)
    assert cosines.min() >= 0.99, cosines


def test_queries_and_passages_get_different_prefixes(encoder: BundledEncoder) -> None:
    text = ["教育评价改革"]
    assert not np.array_equal(encoder.encode_queries(text), encoder.encode_passages(text))


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        pytest.param("How many hours of physical exercise should pupils get each day?", 0, id="physical-education"),
        pytest.param("Who pays for subsidies to rural teachers?", 1, id="rural-teachers"),
        pytest.param("What are the rules on after-school tutoring companies?", 2, id="tutoring"),
        pytest.param("How will vocational schools work with companies?", 3, id="vocational"),
    ],
)
def test_an_english_question_is_nearest_to_its_chinese_clause(
    encoder: BundledEncoder, question: str, clause: int
) -> None:
    clauses = [
        "保障中小学生每天校内、校外各1个小时体育活动时间。",
        "落实乡村教师生活补助政策，所需资金由市、区财政共同承担。",
        "规范校外培训机构，严格审批登记，加强收费监管。",
        "深化产教融合、校企合作，支持企业举办职业院校。",
        "加强党对教育工作的全面领导，完善议事协调机制。",
    ]
    scores = encoder.encode_passages(clauses) @ encoder.encode_queries([question])[0]
    assert int(scores.argmax()) == clause, scores


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        pytest.param("２０２５年", "2025年", id="full-width-digits"),
        pytest.param("ＳＴＥＭ教育", "STEM教育", id="full-width-latin"),
        pytest.param("教育局\u3000财政局", "教育局 财政局", id="ideographic-space"),
        pytest.param("（一）学前教育", "(一)学前教育", id="full-width-brackets"),
        pytest.param("①学前教育", "1学前教育", id="circled-digit"),
    ],
)
def test_compatible_forms_are_one_text_to_the_model(encoder: BundledEncoder, written: str, plain: str) -> None:
    np.testing.assert_array_equal(encoder.encode_queries([written]), encoder.encode_queries([plain]))


def test_words_of_other_scripts_are_all_one_unknown_piece(encoder: BundledEncoder) -> None:
    np.testing.assert_array_equal(encoder.encode_queries(["교육"]), encoder.encode_queries(["Привет"]))


def test_token_count_says_when_a_text_is_cut(encoder: BundledEncoder) -> None:
    sentence = "推动义务教育优质均衡发展，缩小城乡差距。"
    assert encoder.token_count("") < 10
    long = sentence * 60
    assert encoder.token_count(long) > encoder.record.max_tokens
    np.testing.assert_array_equal(encoder.encode_passages([long]), encoder.encode_passages([long + sentence]))


def test_a_text_just_within_the_limit_is_read_to_its_end(encoder: BundledEncoder) -> None:
    text = "推动义务教育优质均衡发展。"
    while encoder.token_count(text + "教育均衡。") <= encoder.record.max_tokens:
        text += "教育均衡。"
    assert not np.array_equal(encoder.encode_passages([text]), encoder.encode_passages([text[:-5]]))


def test_a_lone_surrogate_is_encoded_rather_than_raised(encoder: BundledEncoder) -> None:
    assert encoder.encode_queries(["教育\ud800改革"]).shape == (1, 384)


def test_the_fingerprint_is_of_the_two_files(encoder: BundledEncoder) -> None:
    record = encoder.record
    assert record.fingerprint == fingerprint(record.model_sha256, record.tokenizer_sha256)
    assert encoder.identity == EncoderIdentity(
        "multilingual-e5-small-zh-en-int8", record.fingerprint, 384, encoder.identity.reader
    )


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE, RECORD_FILE, READER_FILE])
def test_a_missing_file_is_named_with_its_remedy(copied_model: Path, name: str) -> None:
    (copied_model / name).unlink()
    with pytest.raises(EncoderError, match=rf"{name} cannot be read.*reinstall reformqa"):
        BundledEncoder.load(directory=copied_model)


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
def test_an_altered_file_is_refused(copied_model: Path, name: str) -> None:
    data = bytearray((copied_model / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied_model / name).write_bytes(data)
    with pytest.raises(EncoderError, match=rf"{name} has sha256 .* expected .*reinstall reformqa"):
        BundledEncoder.load(directory=copied_model)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "x", "surprise": 1}'])
def test_a_malformed_record_is_refused(copied_model: Path, text: str) -> None:
    (copied_model / RECORD_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(EncoderError, match=r"encoder\.json is malformed .*reinstall reformqa"):
        BundledEncoder.load(directory=copied_model)


def test_encoder_errors_share_the_package_root() -> None:
    assert issubclass(EncoderError, IndexingError)


def test_encoding_tells_nobody_and_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    code = "from index.encoders import BundledEncoder; BundledEncoder.load(1).encode_queries(['作业管理'])"
    # Without what tells onnxruntime that it is tested, where it keeps quiet by itself.
    told = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], env=told, cwd=tmp_path, check=True, capture_output=True)
    assert list(tmp_path.rglob("*")) == []
