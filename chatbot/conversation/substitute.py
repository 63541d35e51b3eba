"""那体育呢 after 美育评价要评哪些能力: the words of the question before, with the new topic in the place of the old.

The two topics side by side would find the old answer again, so the old one has to go. Which words it is, no grammar
says: Chinese compounds end in what kind of thing they name (德育, 体育), so a word with the same last character is it;
else the word nearest in meaning is. Vectors alone confuse short words of one field (体育 is nearer to 孩子 than to
美育), last characters alone know nothing of 校长 for 教师, or of English.
"""

import re
from dataclasses import dataclass

from chatbot.terms import topic_words
from index.encoders import Encoder
from index.hybrid import HybridIndex

# 幼儿园 | evaluated
_RUN = re.compile(r"[㐀-鿿]+|[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    topic: bool


def substituted(before: str, asked: str, index: HybridIndex, encoder: Encoder) -> str | None:
    """``before`` with its topic replaced by that of ``asked``; None if one of them has none."""
    old, new = _words(before, index), [word for word in _words(asked, index) if word.topic]
    places = [n for n, word in enumerate(old) if word.topic and len(word.text) > 1]
    if not new or not places:
        return None
    topic = asked[new[0].start : new[-1].end]
    last = next((n for n in places if not topic.isascii() and old[n].text[-1] == topic[-1]), None)
    if last is None:
        vectors = encoder.encode_queries([topic, *(old[n].text for n in places)])
        last = places[int((vectors[1:] @ vectors[0]).argmax())]
    first = last
    while first and old[first - 1].topic and old[first - 1].end == old[first].start:
        first -= 1
    return before[: old[first].start] + topic + before[old[last].end :]


def _words(text: str, index: HybridIndex) -> list[_Word]:
    """The words of ``text`` as it is written, and whether each carries its topic."""
    found = []
    for run in _RUN.finditer(text):
        at = run.start()
        pieces = [run[0]] if run[0].isascii() else index.tokens.cut(run[0])
        for piece in pieces:
            word = text[at : at + len(piece)]
            found.append(_Word(word, at, at + len(piece), bool(topic_words(word, index))))
            at += len(piece)
    return found
