"""The unit register: whose a unit is, and every name that means it."""

import pytest

from ingest.corpus import bundled
from ingest.model import Document, Format, Source
from ingest.pipeline import Given, ingest
from ingest.registry import Unit, UnitKey, UnitRegistry, without_other_name


def plan(place: str, *brackets: str) -> Document:
    """A plan of ``place`` with one task a bracket, each naming who is responsible."""
    title = f"{place}教育改革重点任务清单"
    tasks = "\n".join(f"{n}.推进任务。做好有关工作。（责任单位：{units}）" for n, units in enumerate(brackets, 1))
    return ingest(
        Source(f"{place}.txt", Format.TXT, f"{title}\n一、工作任务\n{tasks}\n", ""), Given(id=place, place=place)
    )


@pytest.fixture(scope="module")
def jinan() -> Document:
    source, given = next(iter(bundled()))
    return ingest(source, given)


@pytest.fixture(scope="module")
def register(jinan: Document) -> UnitRegistry:
    return UnitRegistry.of([jinan])


def called(name: str, register: UnitRegistry) -> list[str]:
    """The units that a name means."""
    return [u.name for u in register.units if name in (u.name, *u.aliases, u.english, *u.english_aliases)]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("体育局", "市体育局"),
        ("Sports Bureau", "市体育局"),
        ("人社局", "市人力资源社会保障局"),
        ("市人社局", "市人力资源社会保障局"),
        ("国资委", "市国有资产监督管理委员会"),
        ("SASAC", "市国有资产监督管理委员会"),
        ("教育局", "市教育局(市委教育工委)"),
        ("市教育局", "市教育局(市委教育工委)"),
        ("教育工委", "市教育局(市委教育工委)"),
        ("Education Bureau", "市教育局(市委教育工委)"),
        ("卫生健康委", "市卫健委"),
        ("文化和旅游局", "市文旅局"),
        ("共青团", "团市委"),
        ("工会", "市总工会"),
        ("宣传部", "市委宣传部"),
        ("组织部", "市委组织部"),
        ("市政府办", "市政府办公厅"),
        ("各区县", "各区县(功能区)党委和政府"),
        ("财政局", "市财政局"),
        ("Science and Technology Bureau", "市科技局"),
    ],
)
def test_a_name_people_use_means_exactly_one_unit_of_the_jinan_register(
    name: str, unit: str, register: UnitRegistry
) -> None:
    assert called(name, register) == [unit]


def test_every_unit_of_the_jinan_register_has_an_english_name_and_a_place(
    jinan: Document, register: UnitRegistry
) -> None:
    assert [unit.name for unit in register.units if unit.english is None] == []
    assert len(register.units) == len({r.unit for task in jinan.tasks for r in task.responsible}) == 15
    assert {unit.place for unit in register.units} == {"济南市"}


def test_a_unit_is_not_its_own_alias(register: UnitRegistry) -> None:
    assert [unit.name for unit in register.units if unit.name in unit.aliases] == []


def test_a_unit_the_lexicon_does_not_know_has_its_short_name_and_no_english() -> None:
    (unit,) = UnitRegistry.of([plan("甲市", "市园林绿化局")]).units
    assert (unit.name, unit.aliases, unit.english) == ("市园林绿化局", ("园林绿化局",), None)


def units_of(*documents: Document) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(unit.name, unit.place, unit.printed) for unit in UnitRegistry.of(documents).units]


def test_two_cities_bureaus_of_one_name_are_two_units() -> None:
    assert units_of(plan("甲阳市", "市教育局"), plan("乙阳市", "市教育局")) == [
        ("市教育局", "甲阳市", ("市教育局",)), ("市教育局", "乙阳市", ("市教育局",)),
    ]  # fmt: skip


def test_a_unit_is_one_in_all_documents_of_its_city_whatever_they_call_it() -> None:
    first, second = plan("甲阳市", "市人社局"), plan("甲阳市", "甲阳市人力资源和社会保障局")
    second = ingest(second.source, Given(id="second", place="甲阳市"))
    assert units_of(first, second) == [
        ("甲阳市人力资源和社会保障局", "甲阳市", ("市人社局", "甲阳市人力资源和社会保障局")),
    ]  # fmt: skip


def test_a_name_without_a_level_has_that_of_the_unit_before_it() -> None:
    city = plan("甲阳市", "市教育局、文广新局", "省教育厅、财政厅")
    assert units_of(city, plan("甲阳市乙区", "区教育局、体育局")) == [
        ("市教育局", "甲阳市", ("市教育局",)),
        ("文广新局", "甲阳市", ("文广新局",)),
        ("省教育厅", None, ("省教育厅",)),
        ("财政厅", None, ("财政厅",)),
        ("区教育局", "甲阳市乙区", ("区教育局",)),
        ("体育局", "甲阳市乙区", ("体育局",)),
    ]
    register = UnitRegistry.of([city])
    assert register.unit("甲阳市", "财政厅").keys == (UnitKey("省", "财政厅"),)
    assert "市文广新局" in register.unit("甲阳市", "文广新局").aliases


def test_units_alike_of_two_documents_without_a_place_are_two() -> None:
    first, second = (ingest(plan("", "教育局").source, Given(id=name)) for name in ("first", "second"))
    register = UnitRegistry.of([first, second])
    assert register.unit("first", "教育局") != register.unit("second", "教育局")


def test_a_district_s_document_that_names_the_city_s_bureau_means_the_city_s() -> None:
    register = UnitRegistry.of([plan("甲阳市", "市教育局"), plan("甲阳市乙区", "市教育局、区教育局")])
    assert register.unit("甲阳市乙区", "市教育局") is register.unit("甲阳市", "市教育局")
    assert register.unit("甲阳市乙区", "区教育局").place == "甲阳市乙区"


@pytest.mark.parametrize(
    ("name", "level", "kind"),
    [
        ("市场监管局", "市", "市场监管局"),
        ("市市场监管局", "市", "市场监管局"),
        ("市委组织部", "市", "委组织部"),
        ("省委组织部", "省", "委组织部"),
        ("自治区教育厅", "省", "教育厅"),
        ("市乡村振兴局", "市", "乡村振兴局"),
        ("丙州市体育局", "市", "体育局"),
        ("乡村振兴局", "市", "乡村振兴局"),
        ("市北区教育局", "区", "教育局"),
        ("镇江市教育局", "市", "教育局"),
        ("各县（市、区）人民政府", "", "各县人民政府"),
    ],
)
def test_level_and_kind_are_read_from_the_name(name: str, level: str, kind: str) -> None:
    (unit,) = UnitRegistry.of([plan("甲阳市", name)]).units
    assert unit.keys == (UnitKey(level, kind),)


def test_a_key_without_a_level_meets_every_level_and_others_only_their_own() -> None:
    anyone, city, province = UnitKey("", "体育局"), UnitKey("市", "体育局"), UnitKey("省", "体育局")
    assert anyone.meets(city)
    assert province.meets(anyone)
    assert not city.meets(province)
    assert not city.meets(UnitKey("市", "教育局"))


def test_one_office_with_two_names_is_met_by_both(register: UnitRegistry) -> None:
    printed = "市教育局(市委教育工委)"
    assert register.means(UnitKey("市", "教育局"), "jinan-2024", printed)
    assert register.means(UnitKey("", "委教育工委"), "jinan-2024", printed)
    assert not register.means(UnitKey("市", "体育局"), "jinan-2024", printed)


def test_units_without_another_name_are_told() -> None:
    assert without_other_name(plan("甲阳市", "市体育局、市朱子文化办").tasks) == ["市朱子文化办"]


def test_a_register_of_nothing_has_no_unit() -> None:
    units: tuple[Unit, ...] = UnitRegistry.of([]).units
    assert units == ()
