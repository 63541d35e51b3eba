"""The benchmark of near twins: which questions are asked, what counts as right, what is left out is said."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from fakes import FakeEncoder
from rich.console import Console
from typer.testing import CliRunner

from eval_sets.bench_command import app
from eval_sets.benchmarks import places as bench
from eval_sets.benchmarks.kept_vectors import KeptVectors
from eval_sets.benchmarks.place_questions import ENGLISH, MENTIONED, NAMED, SILENT, TWO, PlaceQuestion, questions
from eval_sets.benchmarks.tables import show_places
from eval_sets.errors import GoldenError
from index.hybrid import HybridIndex
from ingest.model import Document, Format, Source
from ingest.pipeline import Given, ingest

TWIN = (
    "关于加强美育工作的实施意见\n一、{}\n成立领导小组，定期研究美育工作。\n二、加大投入力度\n每年安排专项资金{}万元。\n"
)
LAW = "学校体育工作条例\n一、学校体育竞赛的组织\n每年举行运动会。\n二、潍坊市推行阳光体育的做法\n每天锻炼一小时。\n"


def document(name: str, place: str | None, text: str) -> Document:
    return ingest(Source(f"{name}.txt", Format.TXT, text, "0" * 64), Given(id=name, place=place))


@pytest.fixture(scope="module")
def twins() -> list[Document]:
    cities = ["潍坊市", "自贡市", "南平市", "滁州市"]
    found = [document(f"t{n}", city, TWIN.format("加强组织领导", 10 * n)) for n, city in enumerate(cities)]
    return [*found, document("law", None, LAW)]


@pytest.fixture(scope="module")
def index(twins: list[Document]) -> HybridIndex:
    return bench.build(twins, FakeEncoder())


def of_kind(asked: Sequence[PlaceQuestion], kind: str) -> list[PlaceQuestion]:
    return [question for question in asked if question.kind == kind]


# --- questions ---


def test_the_same_documents_give_the_same_questions(twins: list[Document]) -> None:
    assert questions(twins) == questions(twins)


def test_a_heading_with_a_twin_is_asked_of_its_place_and_its_clause_is_right(twins: list[Document]) -> None:
    asked = of_kind(questions(twins), NAMED)
    assert {(q.gold, "组织" in q.text) for q in asked} == {
        ((frozenset({f"t{n}/{path}#1"}),), path == 1) for n in range(4) for path in (1, 2)
    }
    names = {"t0": "潍坊", "t1": "自贡", "t2": "南平", "t3": "滁州"}
    for question in asked:
        (right,) = question.gold[0]
        assert names[right.partition("/")[0]] in question.text
        assert not any(name in question.bare for name in names.values())


def test_no_place_is_asked_about_in_both_halves(twins: list[Document]) -> None:
    halves: dict[str, set[str]] = {}
    for question in of_kind(questions(twins), NAMED):
        halves.setdefault(min(question.gold[0]).partition("/")[0], set()).add(question.half)
    assert all(len(found) == 1 for found in halves.values())
    assert set().union(*halves.values()) == {"dev", "test"}


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (("x", "潍坊市", TWIN.format("强化组织领导", 9)), False),
        (("x", "潍坊市", TWIN.format("加强组织领导", 9)), True),
        (("x", "潍坊市奎文区", TWIN.format("加强组织领导", 9)), False),
        (("x", "山东省", TWIN.format("加强组织领导", 9)), True),
    ],
    ids=["a rival heading at home", "the same heading at home", "the same heading inside", "the same heading around"],
)
def test_a_question_that_two_clauses_could_answer_is_not_asked(
    twins: list[Document], other: tuple[str, str, str], asked: bool
) -> None:
    found = of_kind(questions([*twins, document(*other)]), NAMED)
    of_weifang = [q for q in found if any("t0/1#1" in group for group in q.gold)]
    assert bool(of_weifang) is asked
    if asked and other[1] == "潍坊市":
        assert of_weifang[0].gold == (frozenset({"t0/1#1", "x/1#1"}),)


def test_a_clause_without_a_twin_or_of_too_many_passages_is_not_asked() -> None:
    alone = [document("a", "潍坊市", TWIN.format("加强组织领导", 1)), document("b", "自贡市", LAW)]
    assert of_kind(questions(alone), NAMED) == []
    long = "关于加强美育工作的实施意见\n一、加强组织领导\n" + "各校成立美育工作领导小组并定期研究解决问题。" * 150
    assert of_kind(questions([document("a", "潍坊市", long), document("b", "自贡市", long)]), NAMED) == []


def test_the_other_kinds_say_where_the_answer_stands(twins: list[Document]) -> None:
    asked = questions(twins)
    assert all(len(question.gold) == 2 for question in of_kind(asked, TWO))
    assert of_kind(asked, TWO)
    assert [q.gold for q in of_kind(asked, MENTIONED)] == [(frozenset({"law/2#1"}),)]
    assert (frozenset({"law/1#1"}),) in [q.gold for q in of_kind(asked, SILENT)]
    assert {q.text.isascii() for q in of_kind(asked, ENGLISH)} == {True}


# --- figures ---


def test_search_that_knows_places_finds_what_search_that_does_not_cannot(index: HybridIndex) -> None:
    asked = of_kind(questions(index.documents), NAMED)
    found = {(line.half, line.search): line for line in bench.lines(bench.run(asked, index, FakeEncoder()))}
    for half in ("dev", "test"):
        served, unknown = found[half, bench.SERVED].at_1.value, found[half, bench.UNKNOWN].at_1.value
        bare = found[half, bench.BARE].at_1.value
        assert served is not None
        assert unknown is not None
        assert bare is not None
        assert served > max(unknown, bare)


def test_ranks_are_of_each_group_and_a_line_wants_all_of_them() -> None:
    two = PlaceQuestion(TWO, "dev", "", "", (frozenset({"a"}), frozenset({"b"})))
    found = [bench.Found(two, bench.SERVED, (1, 6), True), bench.Found(two, bench.SERVED, (2, None), False)]
    (line,) = bench.lines(found)
    shares = [line.at_1, line.within_5, line.within_10, line.right_document]
    assert [share.value for share in shares] == [0.5, 0.0, 0.5, 0.5]
    assert line.mrr_10.value == pytest.approx((1 + 1 / 2) / 2)


def test_the_table_has_a_line_for_every_kind_half_and_search(index: HybridIndex) -> None:
    lines = bench.lines(bench.run(questions(index.documents), index, FakeEncoder()))
    out = StringIO()
    show_places(lines, Console(file=out, width=250))
    rows = [[cell.strip() for cell in row.split("│")[1:5]] for row in out.getvalue().split("\n") if "│" in row]
    assert rows == [[line.kind, line.half, str(line.at_1.count), line.search] for line in lines]


# --- the command ---


def test_one_format_a_document_is_read_and_what_is_not_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TWIN.format("加强组织领导", 1), "utf-8")
    (tmp_path / "a.md").write_text(TWIN.format("加强组织领导", 1), "utf-8")
    (tmp_path / "b.txt").write_text("", "utf-8")
    (tmp_path / "manifest.tsv").write_text("a\tb", "utf-8")
    found = bench.read_folder(tmp_path)
    assert [d.source.name for d in found.documents] == ["a.txt"]
    assert [line.partition(":")[0] for line in found.skipped] == ["a.md", "b.txt"]


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldenError, match="has no document that can be read"):
        bench.read_folder(tmp_path)
    assert isinstance(CliRunner().invoke(app, ["places", "--documents", str(tmp_path)]).exception, GoldenError)


def test_kept_vectors_are_encoded_once_and_questions_every_time(tmp_path: Path) -> None:
    inner, told = FakeEncoder(), list[None]()
    first = KeptVectors(inner, tmp_path, lambda: told.append(None))
    vectors = first.encode_passages(["甲", "乙", "甲"])
    first.save()
    assert inner.encoded == ["甲", "乙"]
    assert len(told) == 3
    again = KeptVectors(FakeEncoder(), tmp_path)
    assert (again.encode_passages(["甲", "乙", "甲"]) == vectors).all()
    assert isinstance(again.encoder, FakeEncoder)
    assert again.encoder.encoded == []
    again.encode_queries(["甲"])
    assert again.encoder.encoded == ["甲"]
