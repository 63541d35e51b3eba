"""A run as JUnit XML, which CI systems show: a suite for each kind of question, a failure for each wrong answer."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval_sets.legal import legal
from eval_sets.metrics import Trial
from eval_sets.reasons import reasons

_SERVER_ERROR = 500


def junit(trials: Sequence[Trial]) -> bytes:
    """The document, in the order of ``trials``; questions with noise in them are not judged and left out."""
    plain = [trial for trial in trials if trial.noise is None]
    root = Element("testsuites", {"name": "reformqa eval", **_counts(plain)})
    for kind in sorted({trial.case.type for trial in plain}):
        mine = [trial for trial in plain if trial.case.type == kind]
        suite = SubElement(root, "testsuite", {"name": legal(kind), **_counts(mine)})
        for trial in mine:
            seconds = f"{trial.answer.milliseconds / 1000:.4f}"
            case = SubElement(suite, "testcase", classname=legal(kind), name=legal(trial.case.id), time=seconds)
            if not trial.verdict.correct:
                kind_of_fault = "failure" if trial.answer.status < _SERVER_ERROR else "error"
                question = legal(trial.case.question)
                fault = SubElement(case, kind_of_fault, message=question, type=legal(trial.answer.outcome))
                fault.text = legal("\n".join((trial.answer.answer, *map(str, reasons(trial)))))
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _counts(trials: Sequence[Trial]) -> dict[str, str]:
    seconds = sum(trial.answer.milliseconds for trial in trials) / 1000
    wrong = [trial for trial in trials if not trial.verdict.correct]
    errors = sum(trial.answer.status >= _SERVER_ERROR for trial in wrong)
    counts = {"tests": len(trials), "failures": len(wrong) - errors, "errors": errors}
    return {**{name: str(number) for name, number in counts.items()}, "time": f"{seconds:.4f}"}
