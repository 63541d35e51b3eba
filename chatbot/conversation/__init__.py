"""Follow-ups and several questions in one: what an utterance asks, with what it omits taken from what was said before."""

from chatbot.conversation.exchange import Answered, Exchange, Part
from chatbot.conversation.several import joined
from chatbot.conversation.turns import MAX_TURNS, Turn, resolve

__all__ = ["MAX_TURNS", "Answered", "Exchange", "Part", "Turn", "joined", "resolve"]
