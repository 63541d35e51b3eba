"""Runs in the input formats of two frameworks whose metrics ask a language model, for who wants a second opinion.

Nothing here calls a model, and no gate of this project rests on one. What such judges get wrong on Chinese is in
eval_sets/README.md.
"""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from eval_sets.metrics import Trial

#: The reference of a question that the documents do not answer.
_REFUSAL = {"zh": "文件没有说明。", "en": "The documents do not say."}


class Framework(StrEnum):
    """Whose format."""

    RAGAS = "ragas"
    DEEPEVAL = "deepeval"


def export(trials: Sequence[Trial], framework: Framework) -> str:
    """The plain questions of a run.

    ragas: JSON lines for ``EvaluationDataset.from_jsonl`` (SingleTurnSample's fields). deepeval: a JSON list for
    ``EvaluationDataset.add_test_cases_from_json_file``, whose key names are LLMTestCase's. The reference answer is what
    must be in the answer, else the evidence; the retrieved contexts are search's passages where it was asked, else the
    quotes.
    """
    plain = [trial for trial in trials if trial.noise is None]
    if framework is Framework.RAGAS:
        return "".join(json.dumps(_ragas(trial), ensure_ascii=False) + "\n" for trial in plain)
    return json.dumps([_deepeval(trial) for trial in plain], ensure_ascii=False, indent=1) + "\n"


def _ragas(trial: Trial) -> dict[str, Any]:
    return {
        "user_input": _question(trial),
        "response": trial.answer.answer,
        "reference": _reference(trial),
        "retrieved_contexts": _contexts(trial),
        "reference_contexts": list(trial.case.evidence),
    }


def _deepeval(trial: Trial) -> dict[str, Any]:
    return {
        "input": _question(trial),
        "actual_output": trial.answer.answer,
        "expected_output": _reference(trial),
        "retrieval_context": _contexts(trial),
        "context": list(trial.case.evidence),
    }


def _question(trial: Trial) -> str:
    return "\n".join((*trial.case.history, trial.case.question))


def _reference(trial: Trial) -> str:
    wanted = trial.case.must_contain or trial.case.correction
    separator = "；" if trial.case.lang == "zh" else "; "
    said = [group[0] for group in wanted] or trial.case.evidence
    return separator.join(said) if said and (wanted or trial.case.answerable) else _REFUSAL[trial.case.lang]


def _contexts(trial: Trial) -> list[str]:
    if trial.answer.found is not None:
        return [passage.text for passage in trial.answer.found]
    return [citation.quote for citation in trial.answer.citations]
