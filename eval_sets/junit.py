"""A run as JUnit XML, which CI systems show: a suite for each kind of question, a failure for each wrong answer."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval_sets.legal import legal
from eval_sets.metrics import Trial


def junit(trials: Sequence[Trial]) -> bytes:
    """The document, in the order of ``trials``; questions with noise in them are not judged and left out."""
    plain = [trial for trial in trials if trial.noise is None]
    root = Element("testsuites", {"name": "reformqa eval", **_counts(plain)})
    for kind in sorted({trial.case.type for trial in plain}):
        mine = [trial for trial in plain if trial.case.type == kind]
        suite = SubElement(root, "testsuite", {"name": kind, **_counts(mine)})
        for trial in mine:
            seconds = f"{trial.answer.milliseconds / 1000:.4f}"
            case = SubElement(suite, "testcase", classname=kind, name=legal(trial.case.id), time=seconds)
            if not trial.verdict.correct:
                failure = SubElement(case, "failure", message=legal(trial.case.question), type=trial.answer.outcome)
                failure.text = legal(explain(trial))
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def explain(trial: Trial) -> str:
    """Why a case is judged wrong, in a few lines."""
    verdict, answer = trial.verdict, trial.answer
    lines = [f"{answer.outcome}: {answer.answer or answer.error or ''}"]
    lines += [f"missing: {' | '.join(group)}" for group in verdict.missing]
    lines += [f"must not contain: {text}" for text in verdict.banned]
    if verdict.dump:
        lines.append("the answer is a dump: far longer than its evidence")
    if trial.case.answerable and not verdict.answered:
        lines.append("refused, but the documents answer it")
    if not trial.case.answerable and not verdict.correct:
        lines.append("answered, but the documents do not say")
    return "\n".join(lines)


def _counts(trials: Sequence[Trial]) -> dict[str, str]:
    seconds = sum(trial.answer.milliseconds for trial in trials) / 1000
    failures = sum(not trial.verdict.correct for trial in trials)
    return {"tests": str(len(trials)), "failures": str(failures), "errors": "0", "time": f"{seconds:.4f}"}
