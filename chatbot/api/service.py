"""Information and health."""

from importlib.metadata import version

from fastapi import APIRouter, Request
from pydantic import BaseModel

from chatbot.api.state import services

router = APIRouter(tags=["service"])


class Info(BaseModel):
    """What is served, and by what."""

    version: str
    documents: int
    passages: int
    tasks: int
    index_generation: str
    encoder: str
    llm: str | None
    languages: list[str]
    contact: str | None
    public_url: str | None
    retention_days: int


class Health(BaseModel):
    """Whether all is well."""

    status: str


@router.get("/api/info")
def info(request: Request) -> Info:
    """Versions and sizes."""
    found = services(request)
    index = found.answerer.index
    return Info(
        version=version("reformqa"),
        documents=len(index.documents),
        passages=len(index.passages),
        tasks=sum(len(document.tasks) for document in index.documents),
        index_generation=found.generation,
        encoder=index.identity.name,
        llm=found.settings.llm,
        languages=["zh", "en"],
        contact=found.settings.contact,
        public_url=found.settings.public_url,
        retention_days=found.settings.retention_days,
    )


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> Health:
    """The process lives."""
    return Health(status="ok")


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz")
def readyz(request: Request) -> Health:
    """An index is loaded, an empty one included."""
    services(request)
    return Health(status="ready")
