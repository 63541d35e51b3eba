"""Training the reader: sets are read whole, what is trained is what is shipped, and it learns."""

import json
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest

from eval_sets.errors import GoldenError
from eval_sets.reader.data import QuestionSet, ReadPassage, ReadQuestion, load, texts_in
from eval_sets.reader.measure import by_meaning_and_words, reached, read, reranked
from index.encoders import BundledEncoder
from index.reader import READER_FILE, Reader

HIDDEN = 384
PASSAGES = [
    "校車應當每半年進行一次安全技術檢驗。校車駕駛人應當接受審驗！學校負責管理。",
    "Pupils rest! 幼儿园学位增加30万个。",
]
QUESTIONS = [("校車多久檢驗一次？", ["每半年"], 0), ("增加多少学位", ["30万个"], 1), ("谁写的", ["没有这个词"], 0)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    passages = [{"pid": f"p{n}", "title": "", "text": text} for n, text in enumerate(PASSAGES)]
    asked = [{"id": q, "question": q, "answers": a, "gold_pids": [f"p{n}"]} for q, a, n in QUESTIONS]
    for name, rows in (("small.corpus", passages), ("small", asked)):
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def encoder() -> BundledEncoder:
    return BundledEncoder.load(threads=1)


@pytest.fixture(scope="module")
def small(folder: Path, encoder: BundledEncoder) -> QuestionSet:
    return load(folder, "small", encoder)


def test_a_set_is_read_in_simplified_characters_without_what_no_sentence_answers(
    folder: Path, small: QuestionSet
) -> None:
    assert small.passages[0].sentences == (
        "校车应当每半年进行一次安全技术检验。", "校车驾驶人应当接受审验！", "学校负责管理。"
    )  # fmt: skip
    assert [(q.text, q.passage, q.right) for q in small.questions] == [
        ("校车多久检验一次？", 0, (0,)), ("增加多少学位", 1, (1,))
    ]  # fmt: skip
    assert texts_in(folder, "small") == 5
    for passage in small.passages:
        assert len(passage.states) == len(passage.sentence_of)
        assert sorted(set(passage.sentence_of.tolist())) == [-1, *range(len(passage.sentences))]


def test_sets_joined_keep_each_question_with_its_passage(small: QuestionSet) -> None:
    twice = small + small
    assert len(twice.passages) == 4
    assert [q.passage for q in twice.questions] == [0, 1, 2, 3]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, encoder: BundledEncoder) -> None:
    (tmp_path / "bad.corpus.jsonl").write_text("no json", "utf-8")
    with pytest.raises(GoldenError, match=r"bad\.corpus\.jsonl cannot be read"):
        load(tmp_path, "bad", encoder)
    with pytest.raises(GoldenError, match=r"none\.corpus\.jsonl cannot be read"):
        load(tmp_path, "none", encoder)


def test_the_measures_count_first_and_second_and_the_bundled_reader_is_right_on_easy_questions(
    small: QuestionSet, encoder: BundledEncoder
) -> None:
    scores = [np.array([0.1, 0.3, 0.2], np.float32), np.array([0.5, 0.4], np.float32)]
    found = reached(small, scores)
    assert (found.first.value, found.second.value) == (0.0, 0.5)
    with as_file(files("index.encoder_model").joinpath(READER_FILE)) as path:
        reader = Reader.load(path)
    assert reached(small, read(small, reader)).first.value == 1.0
    assert reached(small, by_meaning_and_words(small, encoder)[1.0]).first.value == 1.0
    assert reranked(small, reader)[0.1].value == 1.0


# --- training, which needs torch ---


def made(questions: int, seed: int) -> QuestionSet:
    """Passages of three sentences of four tokens; of each question one token is like one of the sentence that answers,
    by other numbers of its state than the passage's: what is like what has to be learned."""
    random = np.random.default_rng(seed)
    passages, asked, none = [], [], np.zeros(HIDDEN, np.float32)
    for number in range(questions):
        states, question = random.standard_normal((12, HIDDEN)), random.standard_normal((2, HIDDEN))
        states[:, :8] *= 8
        right = int(random.integers(3))
        question[0, 8:16] = states[right * 4 + int(random.integers(4)), :8]
        passages.append(ReadPassage(("a", "b", "c"), states.astype(np.float16), np.repeat(np.arange(3), 4), none))
        asked.append(ReadQuestion("q", question.astype(np.float16), none, number, (right,)))
    return QuestionSet(tuple(passages), tuple(asked))


def test_what_is_trained_is_what_is_shipped_and_it_learns(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: see eval_sets/reader/train.py")
    from eval_sets.reader.late_interaction import Plan, train

    losses: list[float] = []
    plan = Plan(dimensions=64, steps=150, rate=2e-3, dropout=0.0)
    layer = train(made(600, 1), plan, lambda step, loss: losses.append(loss))
    unseen = made(200, 2)
    reader = layer.reader(tmp_path / "reader.npz")
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:10])
    assert (reached(unseen, read(unseen, reader)).first.value or 0) > 0.6, "a third by chance"

    question, passage = unseen.questions[0], unseen.passages[0]
    states = torch.from_numpy(question.states).float()[None]
    with torch.no_grad():
        scores = layer(
            states, torch.ones(states.shape[:2], dtype=torch.bool), torch.from_numpy(passage.states).float(),
            torch.from_numpy(passage.sentence_of), 3,
        )[0] / layer.temperature  # fmt: skip
    np.testing.assert_allclose(read(unseen, reader)[0], scores.numpy(), atol=0.02)

    again = train(made(600, 1), plan).reader(tmp_path / "again.npz")
    assert again.fingerprint == reader.fingerprint
