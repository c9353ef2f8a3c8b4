"""`python -m photos.cli`: commands for operators and start scripts."""

import sys

import typer

from photos import migrations
from photos.kernel.database import open_engine
from photos.settings import MigrationSettings
from vignette_shared.process import run
from vignette_shared.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def photos() -> None:
    """Vignette's photos service."""


@app.command()
def migrate() -> None:
    """Create or upgrade the database schema; does nothing if it is up to date."""
    settings = load_settings(MigrationSettings)
    engine = open_engine(settings.database)
    revision = migrations.upgrade(engine)
    engine.dispose()
    typer.echo(f"The database is at revision {revision}.")


if __name__ == "__main__":
    sys.exit(run("photos", app))
