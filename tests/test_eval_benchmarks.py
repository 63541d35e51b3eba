"""Benchmarks: metrics on hand-computed cases, what is retrieved and counted, and that nothing is left out silently.

Times are never asserted.
"""

import json
from collections.abc import Sequence
from io import StringIO
from math import log2
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEncoder
from numpy.typing import NDArray
from rich.console import Console
from typer.testing import CliRunner

from chatbot.answer import Ask
from chatbot.bootstrap import Services
from eval_sets.bench_command import app
from eval_sets.benchmarks import ablations, desk, retrieval
from eval_sets.benchmarks.encoder import Engine, engines
from eval_sets.benchmarks.encoder import run as run_encoder
from eval_sets.benchmarks.peer_process import Measured, Retrieved, measure, peak_bytes
from eval_sets.benchmarks.peers import (
    DEPTH,
    PEERS,
    REMEDY,
    Built,
    Original,
    Package,
    Peer,
    Workshop,
    originals,
    peer,
    windows,
)
from eval_sets.benchmarks.ranking import ndcg, recall, reciprocal_rank
from eval_sets.benchmarks.side_by_side import Absent, Paired, Row, compare, complete, eligible, read, row, within
from eval_sets.benchmarks.speed import Stage, forgetful, stages, timed
from eval_sets.benchmarks.tables import show_encoder, show_peers, show_retrieval, show_speed
from eval_sets.benchmarks.term_counting import TermCounts
from eval_sets.benchmarks.timing import Turns, ratio, take_turns
from eval_sets.cases import GoldenCase, bundled_files, load_all
from eval_sets.errors import EvalError, GoldenError
from eval_sets.statistics import Estimate
from index.hybrid import lexical_text
from index.query_cache import CachedQueries

BASE = {
    "id": "x", "lang": "zh", "type": "units_forward", "question": "第15项任务由哪些单位负责？", "answerable": True,
    "document": "jinan-2024", "evidence": ["市体育局分工负责"], "split": "dev",
}  # fmt: skip
TEXTS = ["孔子是春秋时期的思想家。", "济南是山东省的省会。", "泰山位于山东省泰安市。"]


def case(**fields: object) -> GoldenCase:
    return GoldenCase.model_validate({**BASE, **fields})


def rows(*given: dict[str, object]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in given)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    encoder = FakeEncoder()
    return Workshop(lambda: encoder, tmp_path)


@pytest.fixture
def dev() -> list[GoldenCase]:
    return [case for case in load_all(bundled_files()) if case.split == "dev"]


# Rankings of 甲乙丙丁戊, right are 乙 and 戊: first right at rank 2.
@pytest.mark.parametrize(
    ("metric", "k", "value"),
    [
        (recall, 1, 0.0),
        (recall, 2, 0.5),
        (recall, 5, 1.0),
        (reciprocal_rank, 10, 0.5),
        (reciprocal_rank, 1, 0.0),
        (ndcg, 10, (1 / log2(3) + 1 / log2(6)) / (1 + 1 / log2(3))),
        (ndcg, 1, 0.0),
        (ndcg, 2, (1 / log2(3)) / (1 + 1 / log2(3))),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_metric_is_what_it_is_by_hand(metric: object, k: int, value: float) -> None:
    assert callable(metric)
    assert metric(list("甲乙丙丁戊"), ["乙", "戊", "乙"], k) == pytest.approx(value)


@pytest.mark.parametrize("metric", [recall, reciprocal_rank, ndcg])
def test_a_perfect_ranking_scores_one_and_an_empty_one_nothing(metric: object) -> None:
    assert callable(metric)
    assert metric(["乙", "戊"], ["戊", "乙"], 10) == 1.0
    assert metric([], ["乙"], 10) == 0.0
    with pytest.raises(ValueError, match="without a right passage"):
        metric(["乙"], [], 10)


def test_windows_share_their_overlap_and_leave_nothing_out() -> None:
    text = "".join(chr(0x4E00 + n) for n in range(1100))
    pieces = windows(text)
    assert [len(piece) for piece in pieces] == [500, 500, 200]
    assert pieces[0] + "".join(piece[50:] for piece in pieces[1:]) == text
    assert windows("市体育局") == ["市体育局"]
    assert windows(" \n") == []


def test_evidence_is_complete_where_every_string_is_wholly_covered() -> None:
    both = case(evidence=["市教育局、市体育局分工负责", "每五年一轮全覆盖"])
    assert complete(both, ["由市教育局、市体育局分工负责。", "实行每五年一轮全覆盖督导"])
    assert not complete(both, ["由市教育局、市体育局分工负责。"])
    assert not complete(both, ["由市教育局、市体育局分工负责。", "每五年一轮全覆"])


def test_cases_that_retrieval_cannot_be_judged_by_are_not_asked() -> None:
    kept = [case(id="a"), case(id="b", corpus="bundled"), case(id="c", split="test")]
    others = [
        case(id="d", answerable=False), case(id="e", evidence=[]), case(id="f", history=["第14项呢？"]),
        case(id="g", corpus="policies"), case(id="h", document="elsewhere"),
    ]  # fmt: skip
    assert [c.id for c in eligible([*kept, *others], ["jinan-2024"], "dev")] == ["a", "b"]
    assert [c.id for c in eligible([*kept, *others], ["jinan-2024"], None)] == ["a", "b", "c"]


def nothing(documents: Sequence[Original], workshop: Workshop) -> Built:
    return Built(0, lambda question: [])


def test_a_row_counts_by_kind_and_pairs_with_ours_case_by_case() -> None:
    cases = [case(id="a"), case(id="b", lang="en", type="number"), case(id="c")]
    found = ["由市体育局分工负责", "由市体育局分工负责。", "别的"]
    measured = Measured(12, 3.0, tuple(Retrieved((text,), ms) for text, ms in zip(found, (1, 2, 6), strict=True)), 7)
    got = row(Peer("other", "", (), 4, nothing), (), cases, measured, [True, False, True])
    shares = {c.kind: (c.share.value, c.share.count) for c in got.complete}
    assert shares == {"all": (2 / 3, 3), "zh": (0.5, 2), "en": (1.0, 1), "units_forward": (0.5, 2)}
    assert got.against_reference == Paired(1, 1, 1.0)
    assert got.characters == pytest.approx((9 + 10 + 2) / 3)
    assert (got.passages, got.passages_per_second, got.ms_p50, got.peak_bytes) == (12, 4.0, 2.0, 7)
    assert {c.kind: c.share.value for c in got.in_budget} == {c.kind: c.share.value for c in got.complete}
    ours = row(peer("ours"), (), cases, measured, [True, True, False])
    assert ours.against_reference is None


@pytest.mark.filterwarnings("ignore:`langchain-community` is being sunset:DeprecationWarning")
@pytest.mark.parametrize("pipeline", PEERS, ids=lambda pipeline: pipeline.name)
def test_a_pipeline_ranks_source_text(pipeline: Peer, workshop: Workshop) -> None:
    if pipeline.installed() is None:
        pytest.skip(f"{', '.join(pipeline.packages)}: {REMEDY}")
    measured = measure(pipeline, originals(), ["第15项任务由哪些单位负责？", "Who is responsible?"], workshop)
    sources = ["".join(document.source.text.split()) for document in originals()]
    assert measured.passages > 10
    assert measured.peak_bytes > 10_000_000
    for answer in measured.retrieved:
        assert pipeline.top <= len(answer.texts) <= DEPTH
        for text in answer.texts:
            assert any("".join(text.split()) in source for source in sources)


def test_only_the_first_texts_count_and_at_equal_length_only_the_first_characters() -> None:
    ranking = ("别的", "由市体育局分工负责", "后面的")
    measured = Measured(3, 1.0, (Retrieved(ranking, 1.0),), 7)
    assert read(Peer("p", "", (), 1, nothing), measured) == [("别的",)]
    assert within(ranking, 11) == ["别的", "由市体育局分工负责"]
    assert within(ranking, 5) == ["别的", "由市体"]
    assert within(ranking, 0) == []


def test_what_is_not_installed_or_fails_is_listed_with_its_reason() -> None:
    missing = Peer("missing", "a library nobody has", ("no-such-distribution",), 4, nothing)
    failing = Peer("nobody", "no process knows it", ("reformqa",), 4, nothing)
    got = compare([missing, failing], [case()])
    assert got[0] == Absent("missing", "a library nobody has", "not installed: pip install 'reformqa[peers]'")
    assert isinstance(got[1], Absent)
    assert got[1].reason == "failed with status 1: KeyError: 'nobody'"


def test_a_pipeline_is_measured_in_a_process_of_its_own() -> None:
    held = np.ones(40_000_000)
    [found] = compare([peer("BM25")], [case()])
    assert isinstance(found, Row)
    assert {package.name for package in found.packages} == {"bm25s", "jieba"}
    assert found.against_reference is None
    assert found.complete[0].share.count == 1
    assert 0 < found.peak_bytes < held.nbytes < peak_bytes()


def retrieval_set(tmp_path: Path) -> retrieval.RetrievalSet:
    corpus, questions = tmp_path / "corpus.jsonl", tmp_path / "questions.jsonl"
    passages = [{"pid": f"p{n}", "title": "", "text": text, "more": 1} for n, text in enumerate(TEXTS)]
    asked = [
        {"id": "q0", "question": TEXTS[0], "gold_pids": ["p0"], "answers": ["孔子"]},
        {"id": "q1", "question": TEXTS[1], "gold_pids": ["p1"]},
        {"id": "q2", "question": TEXTS[2], "gold_pids": ["p2", "p0"]},
        {"id": "q3", "question": "", "gold_pids": ["p2"]},
    ]
    corpus.write_text(rows(*passages) + "\n\n", "utf-8")
    questions.write_text(rows(*asked), "utf-8")
    return retrieval.load(corpus, questions)


def test_retrieval_scores_every_channel_through_the_index_that_serves(tmp_path: Path) -> None:
    given, encoder, encoded, asked = retrieval_set(tmp_path), FakeEncoder(), [], []
    index = retrieval.build(given.passages, encoder, encoded.append)
    assert sum(encoded) == len(encoder.encoded) <= retrieval.texts_to_encode(given.passages)
    channels = retrieval.run(given, index, encoder, lambda: asked.append("asked"))
    assert len(asked) == 4
    assert index.sentence_vectors.shape == (3, encoder.identity.dimensions), "each text is one sentence"
    assert [channel.name for channel in channels] == ["lexical", "dense", "hybrid"]
    lexical, dense, hybrid = channels
    # The words of q0 to q2 find their own passage first; those of q3 find nothing.
    assert lexical.recall_1.value == pytest.approx((1 + 1 + 1 / 2 + 0) / 4)
    assert lexical.recall_1.low < lexical.recall_1.value < lexical.recall_1.high
    assert lexical.mrr_10 == pytest.approx(3 / 4)
    # All three passages are within the first ten by meaning.
    assert (dense.recall_5, dense.recall_10) == (1.0, 1.0)
    ranks = [
        [hit.passage.document_id for hit in index.search(index.query(q.question, encoder))] for q in given.questions
    ]
    expected = [ndcg(found, q.gold_pids, 10) for found, q in zip(ranks, given.questions, strict=True)]
    assert hybrid.ndcg_10 == pytest.approx(sum(expected) / 4)


def test_retrieval_json_has_the_shape_promised(tmp_path: Path) -> None:
    given = retrieval_set(tmp_path)
    command = ["retrieval", "--corpus", f"{tmp_path}/corpus.jsonl", "--questions", f"{tmp_path}/questions.jsonl"]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert list(printed) == ["passages", "questions", "channels"]
    assert (printed["passages"], printed["questions"]) == (len(given.passages), len(given.questions))
    assert list(printed["channels"]) == ["lexical", "dense", "hybrid"]
    for scores in printed["channels"].values():
        assert {"recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10", "ms_p50"} <= set(scores)
        low, high = scores["recall@1_95"]
        assert 0 <= low <= scores["recall@1"] <= high <= 1
    assert printed["channels"]["lexical"]["recall@1"] == 0.625


def test_ablations_end_with_search_as_it_is_served(tmp_path: Path) -> None:
    given, encoder = retrieval_set(tmp_path), FakeEncoder()
    index = retrieval.build(given.passages, encoder)
    *others, served = ablations.run(given, index, encoder)
    lexical, dense, hybrid = retrieval.run(given, index, encoder)
    assert "served" in served.name
    assert (served.recall_1, served.ndcg_10) == (hybrid.recall_1, hybrid.ndcg_10)
    by_name = {channel.name: channel for channel in others}
    assert by_name["meaning: passage"].ndcg_10 == dense.ndcg_10
    assert by_name["words: characters"].recall_1.value == lexical.recall_1.value == 0.625


def test_baseline_fusions_by_hand() -> None:
    scores = np.array([1, 3, 2], np.float32)
    np.testing.assert_allclose(ablations.reciprocal_ranks(scores), [1 / 63, 1 / 61, 1 / 62], rtol=1e-6)
    # mean 2, population deviation sqrt(2/3)
    np.testing.assert_allclose(ablations.standard(scores), [-1.2247449, 1.2247449, 0], rtol=1e-6)
    np.testing.assert_array_equal(ablations.standard(np.ones(3, np.float32)), np.zeros(3))


GOOD_PASSAGE = {"pid": "p0", "title": "孔子", "text": "孔子是思想家。"}
GOOD_QUESTION = {"id": "q0", "question": "孔子是谁？", "gold_pids": ["p0"]}


@pytest.mark.parametrize(
    ("passages", "questions", "said"),
    [
        ("{bad", rows(GOOD_QUESTION), r"corpus\.jsonl:1: .*JSON"),
        (rows(GOOD_PASSAGE, {"pid": "p1", "title": ""}), rows(GOOD_QUESTION), r"corpus\.jsonl:2: text: Field required"),
        (rows({**GOOD_PASSAGE, "pid": 7}), rows(GOOD_QUESTION), r"corpus\.jsonl:1: pid: "),
        (rows({**GOOD_PASSAGE, "text": ""}), rows(GOOD_QUESTION), r"corpus\.jsonl:1: text: "),
        (rows(GOOD_PASSAGE, GOOD_PASSAGE), rows(GOOD_QUESTION), r"corpus\.jsonl:2: pid: p0 occurs before, in line 1"),
        (rows(GOOD_PASSAGE), rows({**GOOD_QUESTION, "gold_pids": []}), r"questions\.jsonl:1: gold_pids: "),
        (rows(GOOD_PASSAGE), rows({**GOOD_QUESTION, "gold_pids": "p0"}), r"questions\.jsonl:1: gold_pids: "),
        (rows(GOOD_PASSAGE), "\n" + rows({**GOOD_QUESTION, "gold_pids": ["p9"]}), r"questions\.jsonl:2: gold_pids: p9"),
        (rows(GOOD_PASSAGE), "", r"questions\.jsonl has no rows"),
        ("", rows(GOOD_QUESTION), r"corpus\.jsonl has no rows"),
    ],
)
def test_a_bad_row_is_named_with_file_line_and_field(tmp_path: Path, passages: str, questions: str, said: str) -> None:
    (tmp_path / "corpus.jsonl").write_text(passages, "utf-8")
    (tmp_path / "questions.jsonl").write_text(questions, "utf-8")
    with pytest.raises(GoldenError, match=said):
        retrieval.load(tmp_path / "corpus.jsonl", tmp_path / "questions.jsonl")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldenError, match=r"nowhere\.jsonl cannot be read"):
        retrieval.load(tmp_path / "nowhere.jsonl", tmp_path / "nowhere.jsonl")


def test_a_thing_and_its_baseline_take_turns() -> None:
    calls: list[str] = []
    turns = take_turns(lambda: calls.append("A"), lambda: calls.append("B"), 0.0)
    assert "".join(calls) == "AB" * (len(turns.subject) + 1)
    assert len(turns.subject) == len(turns.baseline) >= 5


def test_a_ratio_is_that_of_the_medians_with_an_interval_around_it() -> None:
    found = ratio(Turns((2.0, 4.0, 6.0, 4.0, 4.0), (1.0, 2.0, 3.0, 2.0, 2.0)))
    assert found is not None
    assert (found.value, found.low, found.high, found.count) == (2.0, 2.0, 2.0, 5)
    wide = ratio(Turns((1.0, 2.0, 3.0), (2.0, 2.0, 2.0)))
    assert wide is not None
    assert (wide.value, wide.low, wide.high) == (1.0, 0.5, 1.5)
    assert ratio(Turns((1.0, 2.0))) is None


def test_counting_terms_by_brute_force_scores_as_the_index_does(services: Services) -> None:
    index = services.answerer.index
    sources = {document.id: document.source.text for document in index.documents}
    passages = [index.tokens(lexical_text(p, sources[p.document_id])) for p in index.passages]
    for question in ("第15项任务由哪些单位负责？", "体育评价", "Who evaluates schools?", "🀄"):
        tokens = index.query(question, services.encoder).wanted.tokens
        counted = TermCounts.of(passages, tokens).scores(tokens)
        np.testing.assert_allclose(counted, index.lexical.scores(tokens), rtol=1e-4, atol=1e-5)


def test_every_stage_of_speed_and_its_baseline_run(services: Services, dev: list[GoldenCase]) -> None:
    names = []
    for stage in stages(services.answerer, [case.question for case in dev if not case.history][:30]):
        names.append(stage.name)
        for work in (stage.work, stage.baseline):
            if work is not None:
                work()
        assert (stage.baseline is None) == (stage.baseline_name is None)
        assert stage.note or (stage.work and stage.baseline), stage.name
    assert names == [
        "ingest", "tokens", "BM25 scores", "FAISS, ten nearest", "hybrid search", "encoder, questions",
        "encoder, passages", "answers, register", "answers, extractive", "answers, refusal",
    ]  # fmt: skip


def test_speed_forgets_questions_so_that_every_repetition_encodes_them(services: Services) -> None:
    fresh = forgetful(services)
    assert isinstance(services.encoder, CachedQueries)
    assert fresh.encoder is fresh.answerer.encoder is services.encoder.encoder
    assert services.answerer.encoder is services.encoder
    assert (
        fresh.answerer.reply(Ask("第15项任务由谁负责？")).answer
        == services.answerer.reply(Ask("第15项任务由谁负责？")).answer
    )


def test_engines_are_timed_in_turns_and_compared_with_the_first() -> None:
    asked: list[tuple[str, int]] = []

    def engine(name: str, vectors: list[list[float]]) -> Engine:
        def encode(texts: Sequence[str]) -> NDArray[np.float32]:
            asked.append((name, len(texts)))
            return np.array([vectors[0]] * len(texts), np.float32)

        return Engine(name, encode, encode)

    compared = [engine("ours", [[1.0, 0.0]]), engine("float32", [[0.8, 0.6]])]
    ours, exact = run_encoder(compared, 1, ["a", "b"], ["p", "q", "r"], 0.0)
    assert (ours.engine, ours.question_ratio, ours.passage_ratio) == ("ours", None, None)
    assert ours.cosine == pytest.approx(0.8)
    assert exact.cosine == pytest.approx(1.0)
    assert exact.question_ratio is not None
    assert exact.question_ratio.low <= exact.question_ratio.value <= exact.question_ratio.high
    warm_up = [("ours", 1)] * 2 + [("float32", 1)] * 2
    assert asked[:8] == warm_up * 2, "questions one by one, the engines in turns"
    assert [call for call in asked if call[1] == 3][:4] == [("ours", 3), ("float32", 3)] * 2, "passages at once"
    out = Console(record=True, width=120)
    show_encoder([ours, exact], out)
    assert "float32" in out.export_text()


def test_a_folder_without_baselines_says_how_they_are_made(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"is missing: make it with python -m index.encoder_model.build_baselines"):
        engines(tmp_path, 1)


def test_a_stage_is_timed_an_item_and_one_without_work_says_why() -> None:
    found = timed(Stage("cut", "passage", 2, "characters", 10.0, lambda: None, "same", lambda: None), 0.0)
    assert found.ms is not None
    assert found.per_second is not None
    assert found.ms * found.per_second == pytest.approx(1000 * 5)
    assert found.ratio is not None
    idle = timed(Stage("answers, refusal", "question", 0, "questions", 0.0, None, note="none is refused"), 0.0)
    assert (idle.ms, idle.ratio, idle.note) == (None, None, "none is refused")


def test_the_desk_is_measured_over_a_database_of_its_own(services: Services, tmp_path: Path) -> None:
    asked = ["第15项任务由哪些单位负责？", "学校食堂一顿饭多少钱？"]
    found = desk.measure(services, asked, 300, tmp_path, None, lambda said: None)
    assert (found.engine, found.questions) == ("sqlite", 300)
    assert found.bytes == (tmp_path / "reformqa.sqlite3").stat().st_size
    assert found.topics > 1
    assert all(cost.ms_p50 > 0 for cost in found.costs)


def test_tables_show_every_row_and_keep_what_looks_like_markup() -> None:
    out = Console(width=100, record=True, file=StringIO())
    measured = Measured(1, 1.0, (Retrieved(("市体育局分工负责",), 1.0),), 1_000_000)
    full = row(peer("ours"), (Package("reformqa", "0.1.0"),), [case()], measured, None)
    show_peers([full, Absent("LangChain", "FAISS", REMEDY)], 1, out)
    show_retrieval([retrieval.Channel("dense", Estimate(0.1, 0.05, 0.2, 9), 0.2, 0.3, 0.4, 0.5, 6.0)], out)
    idle = Stage("encoder", "question", 0, "tokens", 0.0, None, note="pip install 'reformqa[models]'")
    show_speed([timed(idle, 0.0)], out)
    shown = out.export_text()
    for expected in ("1.00", REMEDY, "reformqa 0.1.0", "0.3000", "reformqa[models]"):
        assert expected in shown


@pytest.mark.slow
def test_all_pipelines_side_by_side_as_json(tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text(rows(BASE), "utf-8")
    done = CliRunner().invoke(app, ["peers", "--golden", str(golden), "--json"])
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert (printed["cases"], printed["split"]) == (1, "dev")
    assert [pipeline["name"] for pipeline in printed["pipelines"]] == [pipeline.name for pipeline in PEERS]
    assert not [p["reason"] for p in printed["pipelines"] if p.get("reason", REMEDY) != REMEDY]
