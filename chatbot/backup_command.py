"""reformqa backup, reformqa restore."""

from pathlib import Path
from typing import Annotated

import typer

from chatbot.security.operators import audit
from chatbot.settings import read_settings


def backup(file: Annotated[Path, typer.Argument(help="The archive to write, such as reformqa.tar.gz.")]) -> None:
    """Back up index, files, previews and SQLite database to one archive, while the service runs."""
    from chatbot.backup import back_up
    from chatbot.bootstrap import open_collection
    from chatbot.storage import open_storage

    settings = read_settings()
    database = open_storage(settings).database
    made = back_up(open_collection(settings), database, settings.data_dir, file.absolute())
    audit(settings, "backup", [made.generation])
    typer.echo(f"{file}: generation {made.generation}, {len(made.documents)} documents, "
               f"{'with' if made.database else 'without'} a database, {file.stat().st_size / 1e6:.1f} MB")  # fmt: skip
    if database.file is None:
        typer.echo("the PostgreSQL database is not in it; back it up with pg_dump", err=True)


def restore(
    file: Annotated[Path, typer.Argument(help="An archive of reformqa backup.")],
    replace: Annotated[bool, typer.Option("--replace", help="Lose what the data folder has.")] = False,
) -> None:
    """Restore an archive into the data folder, every checksum verified first; stop the service before."""
    from chatbot.backup import restore as restored

    settings = read_settings()
    made = restored(file, settings.data_dir, replace)
    audit(settings, "restore", [made.generation])
    typer.echo(f"{settings.data_dir}: generation {made.generation}, {len(made.documents)} documents, "
               f"{'with' if made.database else 'without'} a database, backed up {made.created:%Y-%m-%d %H:%M} UTC "
               f"by reformqa {made.version}")  # fmt: skip
    if made.database and settings.database_url:
        typer.echo("its SQLite database is not used while REFORMQA_DATABASE_URL names another", err=True)
