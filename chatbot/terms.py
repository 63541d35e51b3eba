"""What a question is about: its content words, how much each matters, and how many of them a text has."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.question import Question
from index.hybrid import HybridIndex, Query
from index.tokens import fold
from ingest.lexicon import table

#: A character that is in no word of the dictionary says little: 评 in 评一次.
_LONE_CHARACTER = 0.3
#: A two-character word of which one character stands in the text: 测 of 测评.
_ONE_CHARACTER = 0.3
#: Part of a longer word in the text.
_PART = 0.8
#: A word that no document has may be everyday grammar as well as a topic that is missing.
_UNKNOWN = 0.5
# 三年 | 第十五 | 几项 | 一轮: amounts are compared as numbers, not as words
_AMOUNT = re.compile(r"[第每]?[〇零一二两三四五六七八九十百千万亿几多\d]+[年月日天周次轮项个条所名级种类届大位家]?")


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question: what it may read like in the documents, and how much it matters (idf)."""

    forms: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Words:
    """Words without a topic (words.toml): Chinese ones, and English stems."""

    chinese: frozenset[str]
    english: frozenset[str]


@cache
def words_without_topic() -> Words:
    """The words of words.toml."""
    data = tomllib.loads(files("chatbot").joinpath("words.toml").read_text("utf-8"))
    return Words(frozenset(data["chinese"].split()), frozenset(data["english"].split()))


def topic_words(text: str, index: HybridIndex) -> list[str]:
    """Chinese words and English stems that carry the topic of ``text``, in order, each once; maybe none."""
    without = words_without_topic()
    chinese = [w for w in index.tokens.cut(text) if w not in without.chinese and not _AMOUNT.fullmatch(w)]
    english = [stem for stem in index.tokens.english(text) if stem not in without.english]
    return list(dict.fromkeys(chinese + english))


def content_terms(question: Question, query: Query, index: HybridIndex, known_names: Sequence[str] = ()) -> list[Term]:
    """The words of a question that say what it is about; ``known_names`` (documents, places) say only where to look."""
    text = fold(query.text)
    for name in known_names:
        text = text.replace(fold(name), " ")
    terms = []
    for word in topic_words(text, index):
        if word.isascii():
            continue
        forms = (word, *_everyday().get(word, ()))
        share = 1.0 if len(word) > 1 or len(forms) > 1 else _LONE_CHARACTER
        terms.append(Term(forms, share * _weight(forms, index)))
    addresses = {str(n) for n in (*question.numbers, *question.sections)}
    numbers = dict.fromkeys(re.findall(r"\d+", text))
    terms += (Term((number,), index.idf(number)) for number in numbers if number not in addresses)
    for translation in query.translations:
        if translation.english not in words_without_topic().english:
            forms = translation.chinese
            terms.append(Term(forms or (translation.english,), _weight(forms or ("",), index)))
    return terms


def _everyday() -> Mapping[str, Sequence[str]]:
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
    total = sum(term.weight for term in terms)
    if not total:
        return 0.0
    return sum(term.weight * max(_match(form, text) for form in term.forms) for term in terms) / total


def _match(word: str, text: str) -> float:
    if word in text:
        return 1.0
    if len(word) < 2 or word.isascii():
        return 0.0
    if len(word) == 2:
        return _ONE_CHARACTER if any(character in text for character in word) else 0.0
    return _PART * sum(word[n : n + 2] in text for n in range(len(word) - 1)) / (len(word) - 1)
