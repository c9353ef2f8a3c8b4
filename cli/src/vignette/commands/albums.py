"""`vignette albums`."""

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urljoin

import typer

from vignette.albums import is_id
from vignette.commands.options import AsJson, Visibility
from vignette.errors import CommandError
from vignette.output import card, clean, counted, out, print_json, say, table
from vignette.session import open_api, requires_feature

app = typer.Typer(help="List, create and share albums.", invoke_without_command=True)


@app.callback()
def list_albums(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List your albums, or create and share them with the commands below."""
    if context.invoked_subcommand is not None:
        return
    with open_api() as api, requires_feature("albums"):
        albums = list(api.pages("albums"))
    if as_json:
        for album in albums:
            print_json(album)
        return
    if not out().is_terminal:
        table((), [(a["id"], a["photo_count"], a["visibility"], a["title"]) for a in albums])
        return
    if not albums:
        say("You have no albums yet; create one with `vignette albums create TITLE`.")
    for album in albums:
        details = f"{counted(album['photo_count'], 'photo')} · {album['visibility']}"
        card(album["id"], album["title"], details)


@app.command()
def create(
    title: Annotated[str, typer.Argument(help="1 to 200 characters.")],
    description: Annotated[str, typer.Option(help="Description of the album.")] = "",
    visibility: Annotated[Visibility, typer.Option(help="Who may see the album.")] = Visibility.private,
    *,
    as_json: AsJson = False,
) -> None:
    """Create an album and print its id."""
    with open_api() as api, requires_feature("albums"):
        body = {"title": title, "description": description, "visibility": visibility.value}
        album = api.post("albums", body)
    if as_json:
        print_json(album)
    else:
        say(f"Created {clean(album['title'])} ({album['visibility']}).")
        sys.stdout.write(f"{album['id']}\n")


@app.command()
def share(
    album_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the album.")],
    expires: Annotated[
        str | None,
        typer.Option(help="When the link expires: 12h, 7d, 4w, or a date like 2027-01-31. Default: never."),
    ] = None,
    *,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a password that guests must enter.")
    ] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read that password from stdin.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create a link that shows the album to people without an account."""
    if not is_id(album_id):
        raise CommandError(f"{clean(album_id)} is not an album id: `vignette albums` lists ids.")
    body: dict[str, str] = {}
    if expires is not None:
        body["expires_at"] = parse_expiry(expires, datetime.now(UTC)).isoformat()
    if password_stdin:
        body["password"] = sys.stdin.readline().rstrip("\r\n")
        if not body["password"]:
            raise CommandError("There is no password on stdin.")
    elif password:
        if not sys.stdin.isatty():
            raise CommandError("There is no terminal to ask for the password: use --password-stdin.")
        body["password"] = typer.prompt(
            "Password for guests", hide_input=True, confirmation_prompt=True, err=True
        )
    with open_api() as api, requires_feature("such album, or no share links"):
        link = api.post(f"albums/{album_id}/share-links", body)
        # The server returns a path, because it does not know the host name that people use.
        link["url"] = urljoin(f"{api.server}/", str(link["url"]).removeprefix("/"))
    if as_json:
        print_json(link)
        return
    # Unwrapped and without other text on the line, to be copied or piped.
    sys.stdout.write(f"{clean(link['url'])}\n")
    if out().is_terminal:
        expiry = (
            f"until {str(link['expires_at'])[:16].replace('T', ' ')} UTC"
            if link.get("expires_at")
            else "until you revoke it"
        )
        say(f"Valid {expiry}{', with the password' if link.get('has_password') else ''}.", style="dim")


def parse_expiry(text: str, now: datetime) -> datetime:
    """Parse `12h`, `7d`, `4w` or a date, which means its start in UTC. Raises `CommandError`."""
    if match := re.fullmatch(r"(\d{1,5})([hdw])", text.strip().lower()):
        unit = {"h": "hours", "d": "days", "w": "weeks"}[match[2]]
        return now + timedelta(**{unit: int(match[1])})
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(
            f"{clean(text)} is not an expiry: use 12h, 7d, 4w, or a date like 2027-01-31."
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment <= now:
        raise CommandError(f"{clean(text)} is in the past.")
    return moment
