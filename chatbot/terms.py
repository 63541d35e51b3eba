"""What a question is about: its content words, how much each matters, and how many of them a text has."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import mul
from typing import TYPE_CHECKING

from index.hybrid import HybridIndex, Query
from index.tokens import fold
from ingest.lexicon import table
from ingest.numerals import to_int

if TYPE_CHECKING:  # question.py asks which words carry a topic
    from chatbot.question import Question

#: What words say that name a document or a role as such, amounts, and characters that are in no word (评 in 评一次).
_WEAK = 0.3
#: A two-character word of which one character stands in the text: 测 of 测评.
_ONE_CHARACTER = 0.3
#: A word of the first and last characters of what the text has: 名师 of 名优教师.
_SHORTENED = 0.6
#: Part of a longer word in the text.
_PART = 0.8
#: A word that no document has may be everyday grammar as well as a topic that is missing.
_UNKNOWN = 0.5
# 几项 | 多少 | 哪些方面
_ASKS_AMOUNT = re.compile(r"[几多].?|哪.*|[〇零一二两三四五六七八九十百千万亿\d]+")
# 三年 | 三类 | 一轮: amounts are compared as numbers rather than as words
_AMOUNT = re.compile(
    r"[第每]?[〇零一二两三四五六七八九十百千万亿几多\d]+(?:[年月日天周次轮回项个条所名级种类届大位家]|件事?)?"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question: what it may read like in the documents, and how much it matters (idf)."""

    forms: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Words:
    """Words without a topic (words.toml): Chinese ones, those that may be one after all, and English stems."""

    chinese: frozenset[str]
    weak: frozenset[str]
    english: frozenset[str]


@cache
def words_without_topic() -> Words:
    """The words of words.toml."""
    data = tomllib.loads(files("chatbot").joinpath("words.toml").read_text("utf-8"))
    return Words(*(frozenset(data[name].split()) for name in ("chinese", "weak", "english")))


def topic_words(text: str, index: HybridIndex) -> list[str]:
    """Chinese words and English stems that carry the topic of ``text``, in order, each once; maybe none."""
    without = words_without_topic()
    chinese = [
        w for w in index.tokens.cut(text) if w not in without.chinese | without.weak and not _AMOUNT.fullmatch(w)
    ]
    english = [stem for stem in index.tokens.english(text) if stem not in without.english]
    return list(dict.fromkeys(chinese + english))


def topic_forms(text: str, index: HybridIndex, known_names: Sequence[str]) -> list[tuple[str, ...]]:
    """The Chinese topic words of ``text`` in all the forms documents may give them; names of documents left out."""
    for name in known_names:
        text = fold(text).replace(fold(name), " ")
    words = [word for word in topic_words(text, index) if not word.isascii()]
    return [(w, *everyday_words(w)) for w in words if len(w) > 1 or w in everyday()]


def content_terms(
    question: "Question", query: Query, index: HybridIndex, known_names: Sequence[str] = ()
) -> list[Term]:
    """The words of a question that say what it is about; ``known_names`` (documents, places) say only where to look."""
    text = fold(query.text)
    for name in known_names:
        text = text.replace(fold(name), " ")
    addresses = {*question.numbers, *question.sections}
    without = words_without_topic()
    terms = []
    for word in dict.fromkeys(index.tokens.cut(text)):
        if word in without.chinese or _ASKS_AMOUNT.fullmatch(word):
            continue
        if word[0] == "第" and to_int(word[1:].rstrip("项条个")) in addresses:
            continue
        forms = (word, *everyday_words(word))
        weak = word in without.weak or _AMOUNT.fullmatch(word) or (len(word) == 1 and len(forms) == 1)
        terms.append(Term(forms, (_WEAK if weak else 1.0) * _weight(forms, index)))
    numbers = dict.fromkeys(re.findall(r"\d+", text))
    terms += (Term((number,), index.idf(number)) for number in numbers if int(number) not in addresses)
    for translation in query.translations:
        if translation.english not in without.english:
            forms = translation.chinese
            terms.append(Term(forms or (translation.english,), _weight(forms or ("",), index)))
    return terms


def everyday_words(word: str) -> Sequence[str]:
    """What documents may call an everyday word: 教师 for 老师; none if it is no everyday word."""
    return everyday().get(word, ())


def everyday() -> Mapping[str, Sequence[str]]:
    """Words of daily speech and what documents say for them (孩子: 学生)."""
    words = table("everyday")["words"]
    assert isinstance(words, dict)
    return words


def _weight(forms: Sequence[str], index: HybridIndex) -> float:
    """Of a word that has several forms, the weight of the commonest; of a long word the mean of its character pairs."""

    unknown = index.idf("")

    def weight(word: str) -> float:
        if len(word) <= 2:
            idf = index.idf(word)
            return idf if idf < unknown else _UNKNOWN * unknown
        pairs = [index.idf(word[n : n + 2]) for n in range(len(word) - 1)]
        return sum(pairs) / len(pairs)

    return min(map(weight, forms))


def coverage(terms: Sequence[Term], text: str) -> float:
    """Share of the terms' weight that folded ``text`` has, 0 to 1; 0 for no terms."""
    return share(terms, matches(terms, text))


def matches(terms: Sequence[Term], text: str) -> list[float]:
    """How much of each term folded ``text`` has, 0 to 1."""
    return [max([_match(form, text) for form in term.forms]) for term in terms]


def share(terms: Sequence[Term], matched: Sequence[float]) -> float:
    """Share of the terms' weight that is matched, 0 to 1; 0 for no terms."""
    weights = [term.weight for term in terms]
    total = sum(weights)
    return sum(map(mul, weights, matched)) / total if total else 0.0


def _match(word: str, text: str) -> float:
    if word in text:
        return 1.0
    if len(word) < 2 or word.isascii():
        return 0.0
    if len(word) == 2:
        if word[0] not in text or word[1] not in text:
            return _ONE_CHARACTER if word[0] in text or word[1] in text else 0.0
        return _SHORTENED if _shortens(word, text) else _ONE_CHARACTER
    return _PART * sum(word[n : n + 2] in text for n in range(len(word) - 1)) / (len(word) - 1)


def _shortens(word: str, text: str) -> bool:
    """Whether ``text`` has the two characters of ``word`` with one or two others between them."""
    first, last = word[0], word[1]
    at = text.find(first)
    while at >= 0:
        if last in text[at + 2 : at + 4] and "一" <= text[at + 1] <= "鿿":
            return True
        at = text.find(first, at + 1)
    return False
