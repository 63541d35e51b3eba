"""Places: what names say, which places a question names, and that a twin's place decides which twin is found."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEncoder

from index.hybrid import HybridIndex
from index.place_names import Level, Place, Relation, bare_name, gazetteer, read_place
from index.places import AROUND, ELSEWHERE, MENTIONED, Places
from index.tokens import Tokens
from ingest.model import Document, Format, Source
from ingest.pipeline import Given, ingest


def place(printed: str) -> Place:
    found = read_place(printed)
    assert found is not None
    return found


def document(
    printed: str | None, text: str = "一、加强组织领导\n各校成立领导小组，定期研究。\n", name: str = ""
) -> Document:
    document_id = name or f"d{abs(hash(printed)) % 10**8}"
    return ingest(Source(f"{document_id}.txt", Format.TXT, text, "0" * 64), Given(id=document_id, place=printed))


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    return Tokens((), tmp_path_factory.mktemp("jieba"))


def named(tokens: Tokens, question: str, printed: Sequence[str | None]) -> list[str]:
    """The places of documents of ``printed`` that ``question`` names, each by its last part."""
    documents = [document(p, name=f"d{n}") for n, p in enumerate(printed)]
    return [p.parts[-1].full for p in Places(documents, tokens).named_in(question).places]


# --- names ---


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("济南市", ["山东", "济南"]),
        ("广州市天河区", ["广东", "广州", "天河"]),
        ("荆州市沙市区", ["湖北", "荆州", "沙市"]),
        ("文山州", ["云南", "文山"]),
        ("延边朝鲜族自治州延吉市", ["吉林", "延边", "延吉"]),
        ("广西壮族自治区", ["广西"]),
        ("内蒙古自治区", ["内蒙古"]),
        ("北京市朝阳区", ["北京", "朝阳"]),
        ("上海市浦东新区", ["上海", "浦东"]),
        ("安徽省歙县", ["安徽", "歙县"]),
        ("云岩区", ["云岩"]),
        ("xx市", ["xx"]),
    ],
)
def test_a_printed_name_is_its_parts_with_the_province_known(printed: str, parts: list[str]) -> None:
    assert [part.name for part in place(printed).parts] == parts


def test_a_name_without_a_kind_of_place_is_none() -> None:
    assert read_place("教育部") is None


def test_a_prefecture_in_short_and_in_full_is_one_place() -> None:
    assert place("文山州") == place("文山壮族苗族自治州")
    assert place("海南州") != place("海南省")
    assert place("吉林市") != place("吉林省")


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("济南市", "济南市", Relation.SAME),
        ("山东省", "济南市", Relation.NEAR),
        ("天河区", "广州市天河区", Relation.SAME),
        ("山西省", "陕西省", Relation.OTHER),
        ("福州市鼓楼区", "南京市鼓楼区", Relation.OTHER),
        ("海南省", "海南州", Relation.OTHER),
        ("贵阳市", "云岩区", Relation.OTHER),
    ],
)
def test_places_are_the_same_one_in_the_other_or_apart(one: str, other: str, relation: Relation) -> None:
    assert place(one).relation(place(other)) is relation
    assert place(other).relation(place(one)) is relation


def test_the_larger_place_holds_the_smaller_and_not_the_other_way() -> None:
    assert place("山东省").holds(place("济南市"))
    assert not place("济南市").holds(place("山东省"))


@pytest.mark.parametrize("printed", ["日照市", "吉林市", "海南藏族自治州", "北京市朝阳区", "歙县"])
def test_a_name_that_is_a_word_or_a_larger_place_needs_its_kind(printed: str) -> None:
    assert bare_name(place(printed).parts[-1]) is None


def test_the_gazetteer_has_every_province_and_puts_each_prefecture_in_one() -> None:
    levels = [part.level for part in gazetteer().places]
    assert levels.count(Level.PROVINCE) == 34
    assert all(len(found.parts) == part.level for part, found in gazetteer().places.items())


# --- what a question names ---

CITIES = [
    "广州市",
    "广州市天河区",
    "南平市",
    "自贡市",
    "西安市",
    "山西省",
    "陕西省",
    "海南省",
    "青海省海南藏族自治州",
    None,
]


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("广州市加强组织领导有哪些要求？", ["广州市"]),
        ("加强组织领导方面，广州是怎么规定的？", ["广州市"]),
        ("自贡的组织领导", ["自贡市"]),
        ("組織領導方面，廣州市怎麼規定？", ["广州市"]),
        ("广州市教育局要做什么", ["广州市"]),
        ("广州市天河区怎么规定", ["天河区"]),
        ("天河怎么规定", ["天河区"]),
        ("福建省南平市怎么规定", ["南平市"]),
        ("福建南平怎么规定", ["南平市"]),
        ("广州和南平的规定有什么不同", ["广州市", "南平市"]),
        ("山西与陕西", ["山西省", "陕西省"]),
        ("In Guangzhou, what is required?", ["广州市"]),
        ("What are Tianhe District's rules?", ["天河区"]),
        ("xian's arts education", ["西安市"]),
        ("Xi'an's arts education", ["西安市"]),
        ("Shaanxi, not Shanxi", ["陕西省", "山西省"]),
        ("海南怎么规定", ["海南省"]),
        ("海南州怎么规定", ["海南藏族自治州"]),
    ],
)
def test_a_place_is_named_in_any_of_its_forms(tokens: Tokens, question: str, places: list[str]) -> None:
    assert sorted(named(tokens, question, CITIES)) == sorted(places)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("加强组织领导有哪些要求？", "no place"),
        ("河南平顶山怎么规定", "南平 across two names"),
        ("公安庆祝节日", "a name that begins inside a word"),
        ("海南区怎么规定", "海南 of another kind"),
        ("潍坊市怎么规定", "a place no document is near"),
        ("guangzhouers", "a name inside a word"),
    ],
)
def test_what_only_looks_like_a_place_is_none(tokens: Tokens, question: str, why: str) -> None:
    documents = ["广州市", "南平市", "安庆市", "海南省", None]
    assert named(tokens, question, documents) == [], why


def test_a_neighbouring_name_says_which_of_two_places_is_meant(tokens: Tokens) -> None:
    documents = ["南京市鼓楼区", "福州市鼓楼区"]
    assert len(named(tokens, "鼓楼区怎么规定", documents)) == 2
    found = Places([document(p, name=p) for p in documents], tokens).named_in("福州市鼓楼区怎么规定")
    assert found.document_ids == {"福州市鼓楼区"}
    elsewhere = Places([document(p, name=p) for p in documents], tokens).named_in("成都市鼓楼区怎么规定")
    assert elsewhere.document_ids == frozenset()
    assert elsewhere.rest == "成都市鼓楼区怎么规定"


@pytest.mark.parametrize("word", ["和平", "长安", "新城"])
def test_a_district_called_like_a_word_needs_its_kind_where_others_use_the_word(tokens: Tokens, word: str) -> None:
    own = document(f"{word}区", name="own")
    other = document("潍坊市", f"一、总体要求\n弘扬{word}精神，办好学校。\n", "other")
    asked = f"{word}教育有哪些要求"
    assert Places([own, other], tokens).named_in(asked).places == ()
    assert Places([own, other], tokens).named_in(f"{word}区教育有哪些要求").document_ids == {"own"}
    silent = document("潍坊市", name="silent")
    assert Places([own, silent], tokens).named_in(asked).document_ids == {"own"}


def test_documents_inside_a_place_speak_for_it_and_its_name_leaves_the_question(tokens: Tokens) -> None:
    places = Places([document("广州市", name="city"), document("广州市天河区", name="district")], tokens)
    found = places.named_in("广州市：组织领导？")
    assert found.document_ids == {"city", "district"}
    assert found.rest == ":组织领导?"
    assert places.named_in("天河区组织领导").document_ids == {"district"}


def test_a_place_with_documents_only_around_it_keeps_its_name_in_the_question(tokens: Tokens) -> None:
    found = Places([document("广东省", name="province")], tokens).named_in("深圳市组织领导")
    assert [p.parts[-1].full for p in found.places] == ["深圳市"]
    assert found.document_ids == frozenset()
    assert found.rest == "深圳市组织领导"


def test_a_question_that_names_nothing_is_left_as_it_is(tokens: Tokens) -> None:
    assert Places([document("广州市")], tokens).named_in("組織ＡＢ").rest == "組織ＡＢ"


# --- search ---

_TWIN = """关于加强美育工作的实施意见
一、加强组织领导
各级各部门成立领导小组，定期研究{}美育工作。
二、加大投入
每年安排{}万元。
"""


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> HybridIndex:
    texts = {
        "a": (
            None,
            _TWIN.format("学校", 10) + "三、典型经验\n自贡市考试院组织艺术素质测评。\n四、体育竞赛\n每年举行运动会。\n",
        ),
        "b": ("潍坊市", _TWIN.format("学校", 20)),
        "c": ("自贡市", _TWIN.format("学校", 30)),
        "d": ("自贡市贡井区", _TWIN.format("学校", 40)),
    }
    documents = [document(printed, text, name) for name, (printed, text) in texts.items()]
    return HybridIndex.build(documents, FakeEncoder(), tmp_path_factory.mktemp("jieba"))


def order(index: HybridIndex, question: str, title: str, k: int = 20) -> list[str]:
    """Documents in the order in which their clause of that title is found."""
    hits = index.search(index.query(question, FakeEncoder()), k)
    return [h.passage.document_id for h in hits if title in h.passage.headings[-1]]


def test_of_twins_the_one_of_the_place_named_comes_first_and_the_nations_before_others(twins: HybridIndex) -> None:
    found = order(twins, "加强组织领导方面，自贡市怎么规定？", "加强组织领导")
    assert (found[0], set(found[1:3]), found[3]) == ("c", {"a", "d"}, "b")
    assert order(twins, "加强组织领导方面，潍坊市怎么规定？", "加强组织领导")[0] == "b"
    assert order(twins, "贡井区：加强组织领导", "加强组织领导")[0] == "d"


def test_two_places_named_both_come_before_the_rest(twins: HybridIndex) -> None:
    found = order(twins, "潍坊市和自贡市在加强组织领导方面有什么不同", "加强组织领导")
    assert set(found[:2]) == {"b", "c"}


def test_a_clause_of_another_document_that_names_the_place_is_still_found(twins: HybridIndex) -> None:
    query = twins.query("自贡市考试院组织什么测评", FakeEncoder())
    assert twins.search(query, 1)[0].passage.text.startswith("三、典型经验")


def test_a_place_whose_documents_are_silent_leaves_the_question_to_the_nation(twins: HybridIndex) -> None:
    query = twins.query("自贡市体育竞赛和运动会怎么举行", FakeEncoder())
    assert query.named.document_ids == {"c", "d"}
    assert twins.search(query, 1)[0].passage.id == "a/4#1"


def test_passages_are_as_far_as_their_document_unless_they_name_the_place(twins: HybridIndex) -> None:
    distances = twins.places.distances(twins.places.named_in("自贡怎么规定"), twins.passages)
    by_clause = dict(zip((passage.clause_id for passage in twins.passages), distances.tolist(), strict=True))
    found = [by_clause[f"{document}/1"] for document in "cdab"]
    assert found == pytest.approx([0.0, AROUND, AROUND, ELSEWHERE])
    assert by_clause["a/3"] == pytest.approx(MENTIONED)
    assert 0.0 < MENTIONED < AROUND < ELSEWHERE


def test_without_a_place_or_with_one_nobody_speaks_for_nothing_changes(twins: HybridIndex) -> None:
    for question in ("加强组织领导有哪些要求", "深圳市加强组织领导有哪些要求"):
        query = twins.query(question, FakeEncoder())
        assert query.named.places == ()
        assert query.topic is query.vector
        np.testing.assert_array_equal(twins.places.distances(query.named, twins.passages), 0)


def test_a_document_filter_wins_over_the_place_named(twins: HybridIndex) -> None:
    hits = twins.search(twins.query("自贡市加强组织领导", FakeEncoder()), 10, ["b"])
    assert {hit.passage.document_id for hit in hits} == {"b"}


def test_a_clause_deep_in_the_ranking_is_found_where_its_place_is_named(tmp_path: Path) -> None:
    """150 twins fill the pool of candidates; the place's own clause, worded worse, is taken in all the same."""
    many = document("潍坊市", "".join(f"{n}.加强组织领导\n加强组织领导。\n" for n in range(1, 151)), "many")
    own = document("自贡市", "一、组织\n成立小组，由校长任组长，每季度研究一次。\n", "own")
    index = HybridIndex.build([many, own], FakeEncoder(), tmp_path)
    hits = index.search(index.query("自贡市加强组织领导", FakeEncoder()), 200)
    assert len(many.passages) >= 150
    assert "own" in {hit.passage.document_id for hit in hits}


@pytest.mark.parametrize(
    "question",
    [
        "xx市新建多少所学校",
        "ＸＸ市的方案怎么说",
        "How many schools will xx city build?",
        "In the city of xx, who is in charge?",
    ],
)
def test_a_place_whose_name_the_copy_hides_is_named_by_what_stands_for_it(tokens: Tokens, question: str) -> None:
    assert named(tokens, question, ["xx市", "济南市"]) == ["xx市"]
    assert named(tokens, question, ["济南市"]) == []


@pytest.mark.parametrize("printed", ["**市", "××市", "某市"])
def test_whatever_stands_for_a_place_an_english_question_is_read(tokens: Tokens, printed: str) -> None:
    assert named(tokens, "How many schools will be built in Jinan?", [printed, "济南市"]) == ["济南市"]
    assert named(tokens, f"{printed}新建多少所学校", [printed, "济南市"]) == [printed]
