"""`vignette`: the command line for those who share photos and those who run the site."""

import sys
from typing import Annotated

import typer

from vignette.commands import account, admin, albums, find, importing, upload
from vignette.errors import CommandError, Refused, Stopped
from vignette.output import clean, complain
from vignette.version import version

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"vignette {version()}")
        raise typer.Exit


@app.callback()
def _commands(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Share photos that describe themselves, from the command line."""


for command in (
    account.login,
    account.logout,
    account.whoami,
    upload.upload,
    find.search,
    find.tag,
    find.download,
):
    app.command()(command)
app.add_typer(albums.app, name="albums")
app.add_typer(importing.app, name="import")
app.add_typer(admin.app, name="admin")


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit status 2."""
    try:
        app()
    except Stopped as stopped:
        complain(stopped.detail)
        raise SystemExit(130) from None
    except Refused as refusal:
        complain(refusal.line)
        raise SystemExit(2) from None
    except CommandError as error:
        complain(clean(error.detail))
        raise SystemExit(2) from None
    except BrokenPipeError:
        # `| head` has seen enough.
        sys.stderr.close()
        raise SystemExit(141) from None


if __name__ == "__main__":
    main()
