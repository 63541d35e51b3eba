"""Follow-ups and several questions in one: what an utterance asks, in full, given what was said before it."""

from chatbot.conversation.exchange import Answered, Exchange, Means, Part
from chatbot.conversation.several import in_order, joined
from chatbot.conversation.turns import MAX_TURNS, Conversations, Turn

__all__ = ["MAX_TURNS", "Answered", "Conversations", "Exchange", "Means", "Part", "Turn", "in_order", "joined"]
