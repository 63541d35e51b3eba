"""The scores of reading, on hand-computed documents; and what the shipped gold says of the shipped documents."""

from pathlib import Path

import pytest

from eval_sets.errors import GoldenError
from eval_sets.reading import table
from eval_sets.reading.scores import (
    GoldFurniture,
    GoldHeading,
    GoldNoise,
    GoldTask,
    Tally,
    furniture_score,
    noise_score,
    outline_score,
    spans_score,
    task_score,
)
from eval_sets.reading.speed import Pace, ReadingSpeed, grown, reading_speed
from ingest.model import Document, Format, Source, Span
from ingest.pipeline import ingest

TEXT = (
    "一、总体要求\n坚持立德树人。\n二、重点任务\n"
    "1.强化体育评价。健全监测制度。（市教育局、市体育局负责）\n"
    "2.深化美育评价。完善办法。（市教育局负责）\n"
)


def document(text: str = TEXT) -> Document:
    return ingest(Source("doc.txt", Format.TXT, text, "0"))


def heading(printed: str, number: str, title: str, parent: int | None = None) -> GoldHeading:
    return GoldHeading(start=TEXT.index(printed), number=number, title=title, parent=parent)


RIGHT = [
    heading("一、", "一", "总体要求"),
    heading("二、", "二", "重点任务"),
    heading("1.强化", "1", "强化体育评价", 1),
    heading("2.深化", "2", "深化美育评价", 1),
]


def test_tallies_add_up_and_have_no_share_of_nothing() -> None:
    total = Tally(1, 2, 4) + Tally(1, 1, 1)
    assert (total.precision, total.recall, total.f1) == (2 / 3, 2 / 5, 0.5)
    assert (Tally(0, 0, 0).precision, Tally(0, 0, 0).recall, Tally(0, 0, 0).f1) == (None, None, None)


def test_headings_count_by_place_and_number_then_by_parent_then_by_title() -> None:
    score = outline_score(document(), RIGHT)
    assert (score.headings, score.parents, score.titles) == (Tally(4, 4, 4), Tally(4, 4, 4), Tally(4, 4, 4))
    wrong = [*RIGHT[:3], heading("2.深化", "3", "深化美育评价", 1)]
    assert outline_score(document(), wrong).headings == Tally(3, 4, 4)
    lost = [*RIGHT[:3], heading("2.深化", "2", "深化美育评价")]
    assert outline_score(document(), lost).parents == Tally(3, 4, 4)
    cut = [*RIGHT[:3], heading("2.深化", "2", "深化美育", 1)]
    assert outline_score(document(), cut).titles == Tally(3, 4, 4)


def task(**fields: object) -> GoldTask:
    given = {
        "number": "1", "title": "强化体育评价", "units": ["市教育局", "市体育局"],
        "roles": {"市教育局": "负责", "市体育局": "负责"}, "text_start": "1.强化体育评价。健全",
    }  # fmt: skip
    return GoldTask.model_validate({**given, **fields})


def test_tasks_count_by_their_text_units_as_sets_and_roles_of_all() -> None:
    score = task_score(document(), [task()])
    assert (score.tasks, score.units, score.roles) == (Tally(1, 2, 1), Tally(1, 1, 1), Tally(1, 1, 1))
    assert len(score.misses) == 1, "the second task is extra"
    assert task_score(document(), [task(units=["市教育局"])]).units == Tally(0, 1, 1)
    assert task_score(document(), [task(roles={"市教育局": "牵头"})]).roles == Tally(0, 1, 1)
    assert task_score(document(), [task(deadline="2023年底前")]).deadlines == Tally(0, 1, 1)
    assert task_score(document(), [task(text_start="别的")]).tasks == Tally(0, 2, 1)


def test_spans_count_visible_characters() -> None:
    assert spans_score([Span(0, 4)], [Span(2, 6)], "甲乙 丙丁戊") == Tally(1, 3, 3)


def test_furniture_of_a_page_that_has_changed_is_not_scored() -> None:
    gold = GoldFurniture(file="p", characters=3, furniture=((0, 1),))
    with pytest.raises(ValueError, match="visible characters, marked with 3"):
        furniture_score(document(), gold)


def test_a_clean_document_has_no_repairs_to_score() -> None:
    at = TEXT.index("完善")
    gold = [GoldNoise(start=at, end=at + 2, printed="完善", reads="改善", kind="swap")]
    score = noise_score(document(), gold)
    assert score.swaps == Tally(0, 0, 1)
    assert score.misses[0].startswith(f"{at} 完善 should read 改善")


def test_the_shipped_documents_are_read_as_they_were_marked_by_hand() -> None:
    lines = table.with_total([*table.outlines(), *table.noise()])
    totals = {line.measure: line.tally for line in lines if line.document == "all"}
    assert (totals["headings"].f1 or 0) >= 0.94
    assert (totals["copy noise"].precision or 0) >= 0.98
    assert (totals["copy noise"].recall or 0) >= 0.95
    assert (totals["page artefacts"].f1 or 0) >= 0.98


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldenError, match="cannot be read"):
        list(table.tasks(tmp_path, tmp_path))


def test_grown_text_has_the_length_asked_for_and_numbers_every_round_anew() -> None:
    assert (
        grown(["1.甲\n2.乙\n", "2024年"], 40)
        == "1.甲\n2.乙\n\n2024年\n2.甲\n3.乙\n\n2025年\n3.甲\n4.乙\n\n2026年\n"[:40]
    )
    with pytest.raises(ValueError, match="no text to grow"):
        grown([""], 10)


def test_growth_is_the_time_of_a_character_over_that_of_a_shorter_text() -> None:
    assert ReadingSpeed(Pace(100, 1.0), Pace(500, 10.0)).growth == 2.0
    measured = reading_speed([TEXT], short=200, long=1_000)
    assert (measured.short.characters, measured.long.characters) == (200, 1_000)
    assert measured.short.per_second > 0
