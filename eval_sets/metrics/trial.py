"""A case, what was answered, and how it was judged: what every metric reads."""

from dataclasses import dataclass

from eval_sets.answers import Answer
from eval_sets.cases import GoldenCase
from eval_sets.judge import Verdict
from eval_sets.noise import Noise

#: Statuses that are replies to the question: an answer or refusal, too long, unusable.
_REPLIES = (200, 413, 422)


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
        """Whether the service declined to state anything, unusable input (413, 422) included; no other error is a
        refusal."""
        return not self.answer.claims and self.answer.status in _REPLIES

    @property
    def replied(self) -> bool:
        """Whether the service did its work: an outage says nothing of the product."""
        return self.answer.status in _REPLIES
