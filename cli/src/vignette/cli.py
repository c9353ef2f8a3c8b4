"""Entry point of the `vignette` command."""

import sys
from typing import Annotated

import typer

from vignette.commands import account, admin, albums, imports, photos, upload
from vignette.errors import CommandError, Refused, Stopped
from vignette.output import print_error
from vignette.version import version

# Pretty tracebacks would print local variables, tokens among them.
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
    """Upload, find, tag, download and import photos at a Vignette site."""


for command in (
    account.login,
    account.logout,
    account.whoami,
    upload.upload,
    photos.search,
    photos.tag,
    photos.download,
):
    app.command()(command)
app.add_typer(albums.app, name="albums")
app.add_typer(imports.app, name="import")
app.add_typer(admin.app, name="admin")


def main() -> None:
    """Run the command; an expected error prints one line on stderr and exits with status 2."""
    try:
        app()
    except Stopped as stopped:
        print_error(stopped.detail)
        raise SystemExit(130) from None
    except Refused as refusal:
        print_error(refusal.line)
        raise SystemExit(2) from None
    except CommandError as error:
        print_error(error.detail)
        raise SystemExit(2) from None
    except BrokenPipeError:
        # The reader of the pipe, such as `head`, has closed it.
        sys.stderr.close()
        raise SystemExit(141) from None


if __name__ == "__main__":
    main()
