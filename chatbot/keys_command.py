"""reformqa keys: create, list, revoke."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from chatbot.security.operators import operator

if TYPE_CHECKING:
    from chatbot.storage import Keys

app = typer.Typer(help="API keys: who may upload, delete and administer.", no_args_is_help=True)
_out = Console()


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is; the audit log will say so.")],
    scope: Annotated[str, typer.Option(help="read, write or admin; each includes those before it.")] = "read",
) -> None:
    """Make a key and print it, this once: only its digest is kept."""
    from chatbot.security import Scope, make_key

    if scope not in list(Scope):
        raise typer.BadParameter(f"{scope!r} is none of {', '.join(Scope)}", param_hint="--scope")
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise typer.BadParameter("a name has 1 to 100 printable characters", param_hint="NAME")
    made = make_key(name.strip(), Scope(scope))
    _keys().add(made.stored, operator())
    Console(stderr=True).print(f"key {made.stored.id} of scope {scope}; it is shown this once:", highlight=False)
    typer.echo(made.secret)


@app.command("list")
def list_keys() -> None:
    """List the keys made with this command, the revoked ones too."""
    table = Table("id", "name", "scope", "created", "revoked")
    for key in _keys().all():
        revoked = f"{key.revoked:%Y-%m-%d %H:%M}" if key.revoked else ""
        table.add_row(key.id, key.name, key.scope, f"{key.created:%Y-%m-%d %H:%M}", revoked)
    _out.print(table, markup=False)


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="The key's id or name.")]) -> None:
    """End a key; running services refuse it from now on."""
    revoked = _keys().revoke(key, operator())
    typer.echo(f"revoked {revoked.id} ({revoked.name})")


def _keys() -> "Keys":
    from chatbot.settings import read_settings
    from chatbot.storage import open_storage

    return open_storage(read_settings()).keys
