"""GET /api/admin/evaluations: how well golden questions were answered, for staff."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from chatbot.api.access import requires
from chatbot.api.errors import documented
from chatbot.api.state import settings
from chatbot.schemas import Text
from chatbot.security import Scope
from chatbot.staff.evaluations import Estimate, Evaluation, evaluations, report
from chatbot.storage import UnknownRecordError

router = APIRouter(tags=["staff"], prefix="/api/admin/evaluations", dependencies=[Depends(requires(Scope.ADMIN))])


class GroupOut(BaseModel):
    """Shares by metric over ``cases`` questions of one kind, each with its 95 % interval."""

    kind: str
    cases: int
    metrics: dict[str, Estimate]


class EvaluationOut(BaseModel):
    """A finished run of ``reformqa eval``: which half of the questions (null: both), what answered, and how well."""

    id: str
    started: datetime
    finished: datetime
    split: str | None
    code: str
    llm: str | None
    all: GroupOut
    kinds: list[GroupOut]


class EvaluationList(BaseModel):
    """Finished runs, newest first."""

    evaluations: list[EvaluationOut]


@router.get("")
def runs(request: Request, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> EvaluationList:
    """The newest finished runs of the golden questions."""
    return EvaluationList(evaluations=[_out(each) for each in evaluations(settings(request).data_dir, limit)])


@router.get(
    "/{run_id}/report",
    response_class=FileResponse,
    responses={200: {"content": {"text/html": {}}}, **documented(404)},
)
def run_report(run_id: Annotated[Text, Path(examples=["2026-11-22T14-30-05"])], request: Request) -> FileResponse:
    """The report of a run, a page that needs no server."""
    path = report(settings(request).data_dir, run_id)
    if path is None:
        raise UnknownRecordError(f"no evaluation {run_id!r} has a report; GET /api/admin/evaluations lists them")
    return FileResponse(path, media_type="text/html", filename=f"{run_id}.html")


def _out(each: Evaluation) -> EvaluationOut:
    subjects = each.manifest.subjects.values()
    whole, *kinds = (GroupOut(kind=g.group, cases=g.cases, metrics=dict(g.metrics)) for g in (each.all, *each.by_kind))
    return EvaluationOut(
        id=each.manifest.id,
        started=each.manifest.started,
        finished=each.manifest.finished,
        split=each.manifest.selection.get("split"),
        code=", ".join(sorted({str(subject["code"]) for subject in subjects})),
        llm=", ".join(sorted({str(subject["llm"]) for subject in subjects if subject.get("llm")})) or None,
        all=whole,
        kinds=kinds,
    )
