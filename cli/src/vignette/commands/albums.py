"""`vignette albums`."""

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urljoin

import typer

from vignette.albums import is_id
from vignette.commands.upload import Visible
from vignette.errors import CommandError
from vignette.output import amount, card, clean, out, print_json, say, table
from vignette.running import offered, opened_api

app = typer.Typer(help="List, make and share albums.", invoke_without_command=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.callback()
def list_albums(context: typer.Context, *, as_json: AsJson = False) -> None:
    """List your albums; the commands below do more."""
    if context.invoked_subcommand is not None:
        return
    with opened_api() as api, offered("albums"):
        albums = list(api.pages("albums"))
    if as_json:
        for album in albums:
            print_json(album)
        return
    if not out().is_terminal:
        table((), [(a["id"], a["photo_count"], a["visibility"], a["title"]) for a in albums])
    elif not albums:
        say("No album yet: `vignette albums create TITLE` makes one.")
    for album in albums if out().is_terminal else ():
        told = f"{amount(album['photo_count'], 'photo')} · {album['visibility']}"
        card(album["id"], album["title"], told)


@app.command()
def create(
    title: Annotated[str, typer.Argument(help="1 to 200 characters.")],
    description: Annotated[str, typer.Option(help="A few words about it.")] = "",
    visibility: Annotated[Visible, typer.Option(help="Who may see it.")] = Visible.private,
    *,
    as_json: AsJson = False,
) -> None:
    """Make an album."""
    with opened_api() as api, offered("albums"):
        body = {"title": title, "description": description, "visibility": visibility.value}
        album = api.post("albums", body)
    if as_json:
        print_json(album)
    else:
        say(f"Made {clean(album['title'])} ({album['visibility']}).")
        sys.stdout.write(f"{album['id']}\n")


@app.command()
def share(
    album_id: Annotated[str, typer.Argument(metavar="ID", help="The album's id.")],
    expires: Annotated[
        str | None, typer.Option(help="How long the link works: 12h, 7d, 4w, or a date such as 2027-01-31.")
    ] = None,
    *,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a password that visitors must know.")
    ] = False,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read it from stdin.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a link that opens the album to people without an account."""
    if not is_id(album_id):
        raise CommandError(f"{clean(album_id)} is no album's id: `vignette albums` shows ids.")
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
            "Password for visitors", hide_input=True, confirmation_prompt=True, err=True
        )
    with opened_api() as api, offered("such album, or no share links"):
        link = api.post(f"albums/{album_id}/share-links", body)
        # The server does not know by which name people reach it.
        link["url"] = urljoin(f"{api.server}/", str(link["url"]).removeprefix("/"))
    if as_json:
        print_json(link)
        return
    # The address stands alone on its line, whole, so that it can be copied or piped.
    sys.stdout.write(f"{clean(link['url'])}\n")
    if out().is_terminal:
        until = (
            f"until {str(link['expires_at'])[:16].replace('T', ' ')} UTC"
            if link.get("expires_at")
            else "until you revoke it"
        )
        say(f"Works {until}{', with the password' if link.get('has_password') else ''}.", style="dim")


def parse_expiry(text: str, now: datetime) -> datetime:
    """Read `12h`, `7d`, `4w` or a date, which is that day's start in UTC. Raises `CommandError`."""
    if match := re.fullmatch(r"(\d{1,5})([hdw])", text.strip().lower()):
        unit = {"h": "hours", "d": "days", "w": "weeks"}[match[2]]
        return now + timedelta(**{unit: int(match[1])})
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(
            f"{clean(text)} is no time: write 12h, 7d, 4w, or a date such as 2027-01-31."
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment <= now:
        raise CommandError(f"{clean(text)} is over already.")
    return moment
