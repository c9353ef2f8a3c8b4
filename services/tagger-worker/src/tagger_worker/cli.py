"""`vignette-tagger`: the tagger's command line."""

import sys
from typing import Annotated

import typer

from tagger_worker.settings import PublishStarterSettings
from vignette_shared.errors import SettingsError, VignetteError
from vignette_shared.registry import PRODUCTION, Registry
from vignette_shared.settings import load_settings
from vignette_shared.storage import open_store

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def _commands() -> None:
    """Manage the tagger's models."""


@app.command()
def publish_starter(
    repair: Annotated[bool, typer.Option(help="Also replace a damaged model in production.")] = False,
) -> None:
    """Publish the shipped starter model unless a model is in production."""
    settings = load_settings(PublishStarterSettings).registry
    if settings.starter is None:
        raise SettingsError("Set VIGNETTE_REGISTRY__STARTER to the folder of the starter model.")
    registry = Registry(open_store(settings.url))
    published = registry.publish_starter(settings.starter, repair=repair)
    if published is not None:
        typer.echo(f"Published the starter model {published}.")
        return
    entry = registry.alias(PRODUCTION)
    typer.echo(f"Model {entry.version if entry else '?'} is already in production; nothing to do.")


def main() -> None:
    """Run the command line; a `VignetteError` becomes one line on stderr and exit status 2."""
    try:
        app()
    except VignetteError as error:
        sys.stderr.write(f"{error.detail}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
