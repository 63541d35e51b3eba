"""The task register answers: which tasks, whose, until when; complete, counted, and each with its place.

``selection`` decides which rows are meant, ``wording`` and ``places`` how they are told and what they rest on; the
other modules are kinds of answers.
"""

from chatbot.register.answer import answer
from chatbot.register.claims import missing_numbers

__all__ = ["answer", "missing_numbers"]
