"""GET /api/units: who is responsible for anything."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from chatbot.api.errors import documented
from chatbot.api.state import services
from chatbot.schemas import Text
from chatbot.unit_table import UnitRow, unit_rows, units_as_csv

router = APIRouter(tags=["documents"])


class UnitList(BaseModel):
    """Responsible units."""

    units: list[UnitRow]


@router.get(
    "/api/units",
    response_model=UnitList,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **documented(404)},
)
def units(
    request: Request, document_id: Text | None = None, format: Literal["json", "csv"] = "json"
) -> Response | UnitList:
    """Every responsible unit: its names in both languages, and its tasks by role and document."""
    rows = unit_rows(services(request).answerer.catalog, document_id)
    if format == "csv":
        name = {"Content-Disposition": 'attachment; filename="units.csv"'}
        return Response(units_as_csv(rows), media_type="text/csv; charset=utf-8", headers=name)
    return UnitList(units=rows)
