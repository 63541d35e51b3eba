"""What is done on the command line, for the audit log."""

import getpass
from collections.abc import Iterable

import typer

from chatbot.settings import Settings


def operator() -> str:
    """The name of the operating system's user, where there is one."""
    try:
        return f"command line, {getpass.getuser()}"
    except (KeyError, OSError):  # a container's user need not have a name
        return "command line"


def audit(settings: Settings, action: str, subjects: Iterable[str]) -> None:
    """Say in the audit log what the operator did; where it cannot be written, say so on standard error."""
    from chatbot.storage import StorageUnavailableError, open_storage

    try:
        open_storage(settings).audit.add_all(operator(), action, subjects)
    except StorageUnavailableError as error:
        typer.echo(f"not in the audit log: {error}", err=True)
