"""The metrics can fail: each kind of damage shows in the metric named for it, beyond its interval."""

import pytest

from chatbot.bootstrap import Services
from eval_sets.cases import bundled_files, load_all
from eval_sets.mutations import MUTATIONS, prove, unharmed
from eval_sets.selection import plan


@pytest.mark.slow
def test_every_mutation_shows_in_its_metric(services: Services) -> None:
    cases = [each for each in load_all(bundled_files()) if each.split == "dev" and each.corpus == "bundled"]
    proofs = list(prove(unharmed(plan(cases), services)))
    assert len(proofs) == len(MUTATIONS) >= 6
    assert [proof.mutation.name for proof in proofs if not proof.named.worse] == []
