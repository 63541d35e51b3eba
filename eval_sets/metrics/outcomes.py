"""Whether the right thing happened: answered, refused, corrected, in the right language."""

import re

from eval_sets.cases import Expect
from eval_sets.metrics.trial import Trial

# “每五年一轮” | (市体育局) | 《…办法》 | 〔…〕: wording of the source inside an English sentence
_QUOTED = re.compile(r"“[^”]*”|\([^()]*\([^()]*\)[^()]*\)|\([^()]*\)|《[^》]*》|〔[^〕]*〕")
_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[A-Za-z]+")


def correct(trial: Trial) -> float:
    """Share of cases judged right: what was asked for is in the answer and nothing wrong, or what the documents do not
    say was refused (eval_sets/judge.py; a correction where none was expected counts as refusing there, and as a false
    answer below). Applies to every case."""
    return float(trial.verdict.correct)


def cited(trial: Trial) -> float | None:
    """Share of answerable cases that are correct and whose quotes cover 80 % of some evidence string without being
    more than 300 characters, or three times the evidence. Not applicable: unanswerable cases."""
    if not trial.case.answerable:
        return None
    return float(trial.verdict.correct and bool(trial.verdict.cited))


def refusal_precision(trial: Trial) -> float | None:
    """Of the questions refused, the share that the documents do not answer. Not applicable: questions not refused."""
    return float(not trial.case.answerable) if trial.refused else None


def refusal_recall(trial: Trial) -> float | None:
    """Of the questions to be refused, the share refused. Not applicable: answerable questions and false premises,
    which may be corrected; errors of the service."""
    if trial.case.answerable or trial.case.correction or not trial.replied:
        return None
    return float(trial.refused)


def false_answers(trial: Trial) -> float | None:
    """Share of unanswerable questions that got a statement, the true correction of a false premise aside. Lower is
    better. Not applicable: answerable questions, errors of the service."""
    if trial.case.answerable or not trial.replied:
        return None
    return float(trial.answer.claims and not trial.verdict.corrected)


def wrongly_refused(trial: Trial) -> float | None:
    """Share of answerable questions that were refused. Lower is better. Not applicable: unanswerable questions."""
    return float(trial.refused) if trial.case.answerable else None


def corrections(trial: Trial) -> float | None:
    """Share of false premises whose answer states the fact. Not applicable: cases without a correction."""
    if trial.verdict.corrected is None:
        return None
    return float(trial.answer.claims and trial.verdict.corrected)


def follow_ups(trial: Trial) -> float | None:
    """Share of follow-up questions judged right. Not applicable: questions without history."""
    return float(trial.verdict.correct) if trial.case.history else None


def language(trial: Trial) -> float | None:
    """Share of replies in the language of the question, by counting Han characters against Latin words outside of
    quoted and bracketed source wording; refusals count. Not applicable: errors, and replies with as much of
    neither, such as one that is a quotation alone."""
    if trial.answer.status != 200:
        return None
    own = trial.answer.answer if trial.case.lang == "zh" else _QUOTED.sub("", trial.answer.answer)
    han, latin = len(_HAN.findall(own)), len(_LATIN.findall(own))
    if han == latin:
        return None
    return float((han > latin) == (trial.case.lang == "zh"))


def expected_outcome(trial: Trial) -> str:
    """What the case wants, for the table of expected against actual outcomes."""
    return trial.case.expect or (Expect.ANSWER if trial.case.answerable else Expect.REFUSE)
