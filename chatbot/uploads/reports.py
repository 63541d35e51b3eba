"""What a job that failed says, in the shape of every error."""

#: The code of jobs that a deletion ended.
WITHDRAWN = "withdrawn"


def error_view(job_id: str, code: str, message: str, hint: str = "") -> dict[str, str]:
    """The error of a job; its id stands for the request's."""
    return {"code": code, "message": message, "hint": hint, "request_id": job_id}
