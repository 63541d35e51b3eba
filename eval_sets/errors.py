"""What can go wrong in an evaluation.

EvalError
    GoldenError     a golden file, a case in it or the corpus it names is wrong
    RunError        a saved run is missing, damaged or not the one to resume or compare
    FloorError      a floor names no metric or kind, or is no number
    TargetError     the service to be judged cannot be asked
"""

from chatbot.errors import ChatbotError


class EvalError(ChatbotError):
    """Anything an evaluation says in one line and ends with."""


class GoldenError(EvalError):
    """The message names file, line and field, or the case and what is wrong with it."""


class RunError(EvalError):
    """The message names the run."""


class FloorError(EvalError):
    """The message names the floor and what could be meant."""


class TargetError(EvalError):
    """The message names the address and what came back."""
