"""A file out of a multipart form, no longer than is allowed, and what it is."""

from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from chatbot.settings import Settings
from ingest.errors import UnreadableFileError
from ingest.model import Format
from ingest.readers.kinds import detect, unsupported
from ingest.readers.plain import decode

#: What a form may have besides the file: names, boundaries.
FORM_BYTES = 64 * 1024
READABLE = "read are .txt, .md, .html, .docx and .pdf with text, told by their content"
_FIELD = "file"
#: A directory of more entries is read where memory is limited; Word writes some twenty.
_ENTRIES = 2000

#: The request body, for OpenAPI.
FILE_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [_FIELD],
                    "properties": {
                        _FIELD: {"type": "string", "format": "binary", "description": f"A document; {READABLE}."}
                    },
                },
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: its name is whatever the client says."""

    name: str | None
    data: bytes


def upload_bytes(settings: Settings) -> int:
    """Bytes that a file may have."""
    return settings.upload_max_mb * 1_000_000


async def sent_file(request: Request, most: int) -> Sent:
    """The part ``file`` of a form, of at most ``most`` bytes; a body much longer is refused while it comes in.

    Raises HTTPException: 400 for a form that cannot be read, 413, 415 for another body, 422 for one without the file.
    """
    kind = parse_options_header(request.headers.get("content-type", ""))[0]
    if kind != b"multipart/form-data":
        raise HTTPException(415, f"send the document as multipart/form-data, in a part named {_FIELD!r}")
    try:
        form = await MultiPartParser(
            request.headers, request.stream(), max_files=1, max_fields=16, max_part_size=4096
        ).parse()
    except MultiPartException as error:
        raise HTTPException(400, f"the form cannot be read: {error.message}") from error
    try:
        file = form.get(_FIELD)
        if not isinstance(file, UploadFile):
            raise HTTPException(422, f"file: the form has no part {_FIELD!r} with a file name")
        if (file.size or 0) > most:
            raise _too_large(most)
        return Sent(file.filename, await file.read())
    finally:
        await form.close()


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"the file has more than {most:,} bytes; split it, or raise REFORMQA_UPLOAD_MAX_MB")


def check_kind(data: bytes, name: str) -> None:
    """Raises HTTPException: 422 for an empty file, 415 for a kind that no reader reads; looks, and reads nothing."""
    if not data.strip():
        raise HTTPException(422, f"{name}: it is empty; check it and send it again")
    if data.count(b"PK\x01\x02") <= _ENTRIES and (refusal := unsupported(data)):
        raise HTTPException(415, f"{name}: {refusal.kind} is not read; {refusal.remedy}; {READABLE}")
    if b"\x00" in data[:4096] and detect(data) is Format.TXT:
        try:
            decode(data, name)
        except UnreadableFileError as error:
            raise HTTPException(415, f"{error}; {READABLE}") from error
