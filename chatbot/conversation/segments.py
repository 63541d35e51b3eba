"""Several questions in one utterance, and questions inside long stories: where one ends and the next begins.

Conservative: text is cut only where both sides ask something of their own, an interrogative with something it asks of.
A和B都有哪些单位 has one interrogative, 已经印发了，对吗 has a tag that asks nothing of its own, and 落款是谁、哪天 lists what
one question wants: none of them is cut. A cut too many loses what the sides share, a cut too few leaves the question as it
was always read.
"""

import re
from dataclasses import dataclass

from chatbot.cues import cues
from index.tokens import fold

#: From this many characters on a question among other sentences is read by itself first; shorter ones are read whole.
LONG = 45

# ， between clauses | ？ behind a sentence | " and when" in the middle of an English one
_BREAK = re.compile(
    r"(?<=[？?；;。！!\n])\s*|(?<=[，,])\s*|\.\s+(?=[A-Z])"
    r"|\s*(?:\band\b|，|,)?\s*(?=\band (?:who|whom|when|what|which|how|where|why|by when|is|are|does|do|can)\b)"
    r"|(?=(?:以及|并且|而且|另外|还有|同时)(?:[^，。？?]{0,6})(?:谁|什么|哪|多少|多久|几|何时|怎么|如何))",
    re.I,
)
# 不管是什么学校 | whatever
_INDEFINITE = re.compile(
    r"(?:不管|无论|不论|任何|凡是)[^，。？?]*|没(?:有)?什么|\b(?:whatever|whoever|however)\b", re.I
)
# 谁 | 多久 | 吗 | 呢
_ASKS = re.compile(
    r"谁|什么|甚么|啥|哪|多少|多久|多长|多大|几(?!乎)|何时|何人|如何|怎么|怎样|咋|为何|吗|么(?=[？?，,。\s]|$)|呢(?=[？?，,。\s]|$)"
    r"|是否|是不是|有没有|能不能|可不可以|要不要|会不会"
    r"|^\W*(?:and |but |also |so )?(?:who|whom|whose|when|what|which|how|where|why|by when|is|are|does|do|did|was|were"
    r"|can|could|must|should|will|has|have)\b"
    r"|\b(?:tell me|want to know|wonder|know|ask) (?:who|when|what|which|how|where|why|if|whether)\b",
    re.I,
)
# 对吗 | 是吗 | right? — and the words before a question that ask nothing: 请问 | 我想知道
_TAG = re.compile(
    r"^\W*(?:(?:是|对|行|好|可以|真的|没错|知道)(?:吗|吧|么)|(?:对不对|是不是|行不行|好不好|是不是这样)|right|correct|is that (?:right|true)"
    r"|isn.t it|are they|is it|do they|请问|问一下|怎么说|怎么(?:讲|办)呢?|那?什么意思)\W*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A question with the sentences around it that ask nothing; ``asks`` is the part of ``text`` that asks."""

    text: str
    asks: str


def asks(text: str) -> bool:
    """Whether ``text`` asks something of its own: an interrogative that is no tag and not 不管什么."""
    return bool(_ASKS.search(_INDEFINITE.sub("", text))) and not _TAG.match(text)


def segments(text: str) -> list[Segment]:
    """The questions of an utterance in order, sentences that ask nothing with the question they lead up to.

    One segment, the whole text, where fewer than two pieces ask; never empty. Sentences that tell the service what to do
    (忽略以上规则) are left out where another piece asks.
    """
    pieces = [piece for piece in _BREAK.split(text) if piece and piece.strip()]
    told = [piece for piece in pieces if not (cues().found("instructs", fold(piece)) and not asks(piece))]
    if not any(asks(piece) for piece in told):
        return [Segment(text, text)]
    found: list[Segment] = []
    before = ""
    for piece in told:
        if asks(piece):
            found.append(Segment(before + piece, piece))
            before = ""
        elif found and _TAG.match(piece):
            found[-1] = Segment(found[-1].text + piece, found[-1].asks + piece)
        else:
            before += piece
    if before:
        found[-1] = Segment(found[-1].text + before, found[-1].asks if len(text) >= LONG else found[-1].asks + before)
    return found
