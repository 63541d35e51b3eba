"""The bridge from English questions to the Chinese words of the corpus."""

import pytest
import Stemmer

from index.bridge import Bridge, Translation
from index.tokens import fold, pairs

CORPUS = "优化幼儿园评价。强化体育评价,完善学校、小学体育教师职责。市体育局负责教育督导。"
STEM = Stemmer.Stemmer("english").stemWord


def stems(text: str) -> list[str]:
    return [STEM(word) for word in text.lower().split() if word.isalpha()]


def bridge_to(corpus: str) -> Bridge:
    return Bridge.build(fold(corpus).count, stems)


@pytest.fixture(scope="module")
def bridge() -> Bridge:
    return bridge_to(CORPUS)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("kindergarten", "幼儿园"), ("kindergartens", "幼儿园"), ("preschool", "幼儿园"), ("teacher", "教师"),
     ("physical education", "体育"), ("primary school", "小学"), ("evaluation", "评价"), ("duty", "职责")],
)  # fmt: skip
def test_an_english_word_means_the_corpus_word(bridge: Bridge, english: str, chinese: str) -> None:
    (translation,) = bridge.translate(stems(english))
    assert chinese in translation.chinese


def test_a_term_of_the_lexicon_comes_before_the_dictionary(bridge: Bridge) -> None:
    assert bridge.translate(["evalu"])[0].chinese[0] == "评价"


def test_a_further_sense_is_trusted_less_than_the_first_and_a_character_less_than_a_word() -> None:
    # 教育 [jiao4 yu4] /to educate/to teach/education/ 教 [jiao1] /to teach/; 体育 is a term of the lexicon
    bridge = bridge_to("教育,体育")
    teach, educ, physical = (bridge.translations[key] for key in ("teach", "educ", "physic educ"))
    assert physical["体育"] > educ["教育"] > teach["教育"] > teach["教"]
    assert next(iter(teach)) == "教育"


@pytest.mark.parametrize("name", ["nanning", "jinan"])
def test_a_name_is_found_by_its_pinyin(name: str) -> None:
    (translation,) = bridge_to("南宁市与济南市").translate(stems(name))
    assert translation.chinese[0] == {"nanning": "南宁", "jinan": "济南"}[name]


def test_a_corpus_in_traditional_characters_is_reached_too() -> None:
    assert bridge_to("幼兒園").translate(stems("kindergarten"))[0].chinese == ("幼儿园",)


def test_only_words_of_the_corpus_are_translations(bridge: Bridge) -> None:
    words = {word for translations in bridge.translations.values() for word in translations}
    assert {word for word in words if any(pair not in CORPUS for pair in pairs(word))} == set()
    assert "高中" not in words


def test_the_longest_known_phrase_wins() -> None:
    known = {"physic educ": "体育", "physic": "物理", "educ": "教育", "educ bureau": "教育局"}
    bridge = Bridge({english: {chinese: 1.0} for english, chinese in known.items()})
    assert bridge.translate(["physic", "educ", "bureau"]) == [
        Translation("physic educ", ("体育",), (1.0,)),
        Translation("bureau", (), ()),
    ]
    assert [t.chinese for t in bridge.translate(["educ", "physic"])] == [("教育",), ("物理",)]


def test_an_unknown_word_has_no_translation_and_no_words_have_none() -> None:
    bridge = Bridge({})
    assert bridge.translate(["quux"]) == [Translation("quux", (), ())]
    assert bridge.translate([]) == []
