"""The first page, the chat as a custom element, the source reader, the staff desk, and the offline API docs."""

import io
from importlib.resources import files
from pathlib import Path

import fastapi_offline
import segno
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.staticfiles import StaticFiles

from chatbot.api.errors import problem
from chatbot.api.state import services

router = APIRouter(include_in_schema=False)

_PAGES = Path(str(files("chatbot.widget")))
_DESK = Path(str(files("chatbot.desk_page")))
_FILES = StaticFiles(directory=_PAGES)


@router.api_route("/", methods=["GET", "HEAD"])
def first_page() -> FileResponse:
    """What this is, and the chat."""
    return FileResponse(_PAGES / "index.html")


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def widget(request: Request) -> Response:
    """The chat as a custom element; browsers ask whether it has changed, since its name never does."""
    response = await _FILES.get_response("widget.js", request.scope)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # pages that isolate themselves ask for it
    return response


@router.api_route("/qr.svg", methods=["GET", "HEAD"])
def qr_code(request: Request) -> Response:
    """The service's public address as a QR code; 404 where no address is set."""
    address = services(request).settings.public_url
    if address is None:
        return problem(request, 404, "there is no QR code", "set REFORMQA_PUBLIC_URL to where people reach the service")
    picture = io.BytesIO()
    # Black on white in dark pages too: not every reader knows the reverse.
    segno.make(address, error="m").save(picture, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return Response(picture.getvalue(), media_type="image/svg+xml")


@router.api_route("/documents/{document_id}", methods=["GET", "HEAD"])
def reader(document_id: str, request: Request) -> FileResponse:
    """The source reader; 404 for an unknown document."""
    services(request).answerer.index.document(document_id)
    return FileResponse(_PAGES / "reader.html")


@router.api_route("/admin", methods=["GET", "HEAD"])
def staff_desk() -> FileResponse:
    """The staff desk; the page holds no data, so it takes no key."""
    return FileResponse(_DESK / "index.html")


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Swagger UI from this server, no CDN."""
    root = str(request.scope.get("root_path", ""))
    return get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title="reformqa API",
        swagger_js_url=f"{root}/static/docs/swagger-ui-bundle.js",
        swagger_css_url=f"{root}/static/docs/swagger-ui.css",
        swagger_favicon_url=f"{root}/static/docs/favicon.png",
    )


def mount(app: FastAPI) -> None:
    """Serve the static files."""
    assert fastapi_offline.__file__ is not None
    app.mount("/static/docs", StaticFiles(directory=Path(fastapi_offline.__file__).parent / "static"))
    app.mount("/static/desk", StaticFiles(directory=_DESK))
    app.mount("/static", _FILES)
