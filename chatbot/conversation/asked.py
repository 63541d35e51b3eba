"""A question being read after others: what it names, leaves out and points at."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.catalog import Catalog
from chatbot.conversation.exchange import Exchange, Named
from chatbot.conversation.segments import asks
from chatbot.cues import cues
from chatbot.question import Question
from chatbot.terms import topic_words
from index.encoders import Encoder
from index.tokens import fold

#: A question with this many words of its own says what it is about.
TOPIC_WORDS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """An utterance being read: as understood alone, and what was said before it, latest last and never empty."""

    text: str
    folded: str
    question: Question
    said: Sequence[Exchange]
    catalog: Catalog
    encoder: Encoder
    corrected: bool
    returned: bool

    @property
    def before(self) -> Question:
        """The question it follows."""
        return self.said[-1].question

    @property
    def named(self) -> Named:
        """What the answer before it named."""
        return self.said[-1].named

    @property
    def names_thing(self) -> bool:
        """Whether it names a task, clause, section or unit."""
        q = self.question
        return bool(q.numbers or q.clauses or q.units or q.sections)

    @property
    def elliptic(self) -> bool:
        """Whether it begins or ends like one that leaves something out: 那…呢."""
        return self.corrected or cues().found("elliptic", self.folded)

    @property
    def complete(self) -> bool:
        """Whether it asks a whole question: an interrogative beside 呢, and words enough to say of what."""
        return (
            asks(self.folded.rstrip("呢？?。.!！ ")) and len(topic_words(self.text, self.catalog.index)) >= TOPIC_WORDS
        )

    @property
    def points_back(self) -> bool:
        """Whether it has a word for something said before (它, 这项, that), or goes back to it.

        What such a word means may stand in the same question, before it (破除唯名校那项); and a whole question says
        itself what its 'they' or 'its' are, unless it points at one task and nothing else (这一项).
        """
        if self.returned:
            return True
        if self.question.document_ids or cues().found("instructs", self.folded):
            return False
        if self.question.step and not self.complete:
            return True
        match = cues().patterns["points_back"].search(self.folded)
        if match is None or len(topic_words(self.folded[: match.start()], self.catalog.index)) >= TOPIC_WORDS:
            return False
        return not self.complete or cues().found("points_at_one", self.folded)

    def bare(self, text: str) -> bool:
        """Whether no word of ``text`` says what it is about, names of documents aside."""
        for name in self.catalog.names_of_documents(text):
            text = fold(text).replace(name, " ")
        return not topic_words(text, self.catalog.index)
