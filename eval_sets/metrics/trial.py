"""A case, what was answered, and how it was judged: what every metric reads."""

from dataclasses import dataclass

from eval_sets.answers import Answer
from eval_sets.cases import GoldenCase
from eval_sets.judge import Verdict
from eval_sets.noise import Noise


@dataclass(frozen=True, slots=True)
class Trial:
    """One question put once. ``noise`` is what was done to its wording (None: nothing); ``base`` the trial of the case
    that this one is another wording or a noisy form of."""

    case: GoldenCase
    answer: Answer
    verdict: Verdict
    noise: Noise | None = None
    base: "Trial | None" = None

    @property
    def refused(self) -> bool:
        """Whether the service declined to state anything; an error of the service is no refusal."""
        return not self.answer.claims and self.answer.status < 500
