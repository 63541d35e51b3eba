"""Times by which something is to be done, as documents print them."""

from datetime import date

import pytest

from chatbot.target_dates import counts_from_publication, last_day, targets


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023 年12 月底前", date(2023, 12, 31)),
        ("2021年10月", date(2021, 10, 31)),
        ("2024年2月底前", date(2024, 2, 29)),
        ("2019年7月底前，以后每年持续实施", date(2019, 7, 31)),
        ("2025年", date(2025, 12, 31)),
        ("2020年12月5日前", date(2020, 12, 5)),
        ("持续推进", None),
        ("年底前", None),
        ("6 月底", None),
        ("2023年2月31日前", None),
    ],
)
def test_the_last_day_of_a_printed_deadline(text: str, day: date | None) -> None:
    assert last_day(text) == day


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("到2025年,建成与国家中心城市相匹配的教育", ["到2025年"]),
        ("力争2022年实现全覆盖，2023年底前完成验收", ["力争2022年", "2023年底前"]),
        ("2020年12月31日之前报送", ["2020年12月31日之前"]),
        ("2016年5月20日印发", []),
        ("2015年以来取得成绩", []),
        ("2017年前后", []),
    ],
)
def test_a_target_is_a_time_set_ahead_and_not_every_date(text: str, found: list[str]) -> None:
    assert [target.text for target in targets(text)] == found


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("自本工作清单发布之日起1个月内制定方案", True),
        ("印发后三个月内", True),
        ("自公布之日起施行", False),
        ("收到申请材料之日起3个工作日内", False),
    ],
)
def test_periods_counted_from_publication(text: str, counted: bool) -> None:
    assert counts_from_publication(text) is counted
