"""Signing in and out."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from vignette.api.client import Api
from vignette.credentials import (
    DEFAULT_SERVER,
    SERVER_VARIABLE,
    Credentials,
    forget_credentials,
    is_in_the_clear,
    load_credentials,
    normal_server,
    store_credentials,
)
from vignette.errors import CommandError, NotSignedIn, Refused, Unreachable
from vignette.output import amount, complain, print_json, say, size_of
from vignette.running import opened_api


def login(
    server: Annotated[
        str | None,
        typer.Option(
            help=f"Address of the site; else $VGN_SERVER, else {DEFAULT_SERVER}.", show_default=False
        ),
    ] = None,
    username: Annotated[
        str | None, typer.Option(help="User name or e-mail; asked for when left out.")
    ] = None,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from stdin.")
    ] = False,
    api_key_stdin: Annotated[
        bool,
        typer.Option("--api-key-stdin", help="Read an API key from stdin, and use it instead of a password."),
    ] = False,
) -> None:
    """Sign in, and remember it for the commands that follow."""
    if password_stdin and api_key_stdin:
        raise CommandError("Give either --password-stdin or --api-key-stdin: stdin holds one of them.")
    address = normal_server(server or os.environ.get(SERVER_VARIABLE) or DEFAULT_SERVER)
    if is_in_the_clear(address):
        complain(f"warning: {address} is not https; whoever is on the way can read what you send")
    if api_key_stdin:
        credentials = _by_key(address, _stdin_line("API key"))
    else:
        credentials = _by_password(address, username, from_stdin=password_stdin)
    path = store_credentials(credentials)
    say(f"Signed in at {credentials.server} as {credentials.username}.")
    say(f"Kept in {_short(str(path))}, readable by you alone.", style="dim")


def _by_password(server: str, username: str | None, *, from_stdin: bool) -> Credentials:
    if not from_stdin and not sys.stdin.isatty():
        raise CommandError("No terminal to ask for the password at: use --password-stdin or --api-key-stdin.")
    if username is None:
        if from_stdin:
            raise CommandError("Name the account with --username.")
        username = typer.prompt("User name or e-mail", err=True)
    password = _stdin_line("password") if from_stdin else typer.prompt("Password", hide_input=True, err=True)
    with Api(server) as api:
        try:
            answer = api.post("auth/login", {"login": username, "password": password})
        except Refused as refusal:
            raise CommandError(_not_here(server, refusal)) from refusal
    try:
        return Credentials(server, str(answer["access_token"]), str(answer["user"]["username"]))
    except (KeyError, TypeError) as error:
        raise Unreachable(f"{server} answers, but not as Vignette does: is the address right?") from error


def _by_key(server: str, key: str) -> Credentials:
    if not key.isascii() or not key.isprintable():
        raise CommandError("That is no API key: it has letters, digits and signs of plain ASCII only.")
    with Api(server, key) as api:
        try:
            return Credentials(server, key, str(api.get("me")["username"]))
        except NotSignedIn as error:
            raise CommandError(
                "The server does not know this API key: make one on your settings page."
            ) from error
        except Refused as refusal:
            raise CommandError(_not_here(server, refusal)) from refusal
        except KeyError as error:
            raise Unreachable(f"{server} answers, but not as Vignette does: is the address right?") from error


def _not_here(server: str, refusal: Refused) -> str:
    if refusal.http_status in (404, 405):
        return f"{server} answers, but not as Vignette does: is the address right?"
    return refusal.line


def _stdin_line(what: str) -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise CommandError(f"There is no {what} on stdin.")
    return line


def logout() -> None:
    """Sign out: the session ends at the server, and is forgotten here."""
    stored = forget_credentials()
    if stored is None:
        say("You were not signed in.")
        return
    if stored.token.startswith("vgn_"):
        say(f"Forgot the API key for {stored.server}; it still works elsewhere until it is deleted there.")
        return
    try:
        with Api(stored.server, stored.token) as api:
            api.send("POST", "auth/logout")
    except NotSignedIn:
        pass  # it had ended before
    except (Unreachable, Refused) as error:
        say(f"Forgotten here. {stored.server} could not be told: {error.detail}")
        return
    say(f"Signed out at {stored.server}.")


def whoami(*, as_json: Annotated[bool, typer.Option("--json", help="The profile as JSON.")] = False) -> None:
    """Show the account and the server in use."""
    with opened_api() as api:
        me = api.get("me")
    if as_json:
        print_json({**me, "server": load_credentials().server})
        return
    photos = int((me.get("counts") or {}).get("photos", 0))
    say(f"{me['username']} ({me.get('role', 'user')}) at {load_credentials().server}")
    used, quota = me.get("bytes_used"), me.get("bytes_quota")
    room = f", {size_of(used)}" if used is not None else ""
    room += f" of {size_of(quota)}" if used is not None and quota else ""
    say(f"{amount(photos, 'photo')}{room}")


def _short(path: str) -> str:
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path.startswith(home + os.sep) else path
