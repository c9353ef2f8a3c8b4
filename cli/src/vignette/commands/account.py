"""`vignette login`, `logout` and `whoami`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from vignette.api.client import Api
from vignette.api.problems import not_vignette
from vignette.credentials import (
    DEFAULT_SERVER,
    SERVER_VARIABLE,
    Credentials,
    forget_credentials,
    is_unencrypted,
    load_credentials,
    normalise_server,
    store_credentials,
)
from vignette.errors import CommandError, NotSignedIn, Refused, Unreachable
from vignette.output import counted, format_bytes, print_error, print_json, say
from vignette.session import open_api


def login(
    server: Annotated[
        str | None,
        typer.Option(
            help=f"Address of the site. Default: $VGN_SERVER, else {DEFAULT_SERVER}.", show_default=False
        ),
    ] = None,
    username: Annotated[str | None, typer.Option(help="Username or e-mail. Default: ask for it.")] = None,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from stdin.")
    ] = False,
    api_key_stdin: Annotated[
        bool, typer.Option("--api-key-stdin", help="Read an API key from stdin instead of a password.")
    ] = False,
) -> None:
    """Sign in and store the session for later commands."""
    if password_stdin and api_key_stdin:
        raise CommandError("Use either --password-stdin or --api-key-stdin, not both.")
    address = normalise_server(server or os.environ.get(SERVER_VARIABLE) or DEFAULT_SERVER)
    if is_unencrypted(address):
        print_error(f"warning: {address} is not https; others on the network can read what you send")
    if api_key_stdin:
        credentials = _sign_in_with_key(address, _read_stdin_line("API key"))
    else:
        credentials = _sign_in_with_password(address, username, from_stdin=password_stdin)
    path = store_credentials(credentials)
    say(f"Signed in at {credentials.server} as {credentials.username}.")
    say(f"The session is stored in {_tilde(str(path))}, readable only by you.", style="dim")


def _sign_in_with_password(server: str, username: str | None, *, from_stdin: bool) -> Credentials:
    if not from_stdin and not sys.stdin.isatty():
        raise CommandError(
            "There is no terminal to ask for the password: use --password-stdin or --api-key-stdin."
        )
    if username is None:
        if from_stdin:
            raise CommandError("Name the account with --username.")
        username = typer.prompt("Username or e-mail", err=True)
    password = (
        _read_stdin_line("password") if from_stdin else typer.prompt("Password", hide_input=True, err=True)
    )
    with Api(server) as api:
        try:
            session = api.post("auth/login", {"login": username, "password": password})
        except Refused as refusal:
            raise _sign_in_error(server, refusal) from refusal
    try:
        return Credentials(server, str(session["access_token"]), str(session["user"]["username"]))
    except (KeyError, TypeError) as error:
        raise not_vignette(server) from error


def _sign_in_with_key(server: str, key: str) -> Credentials:
    if not key.isascii() or not key.isprintable():
        raise CommandError("This is not an API key: keys contain only ASCII characters.")
    with Api(server, key) as api:
        try:
            return Credentials(server, key, str(api.get("me")["username"]))
        except NotSignedIn as error:
            raise CommandError(
                "The server does not know this API key: create one on your settings page."
            ) from error
        except Refused as refusal:
            raise _sign_in_error(server, refusal) from refusal
        except KeyError as error:
            raise not_vignette(server) from error


def _sign_in_error(server: str, refusal: Refused) -> CommandError:
    return not_vignette(server) if refusal.http_status in (404, 405) else CommandError(refusal.line)


def _read_stdin_line(what: str) -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise CommandError(f"There is no {what} on stdin.")
    return line


def logout() -> None:
    """End the session at the server and remove it from this machine."""
    stored = forget_credentials()
    if stored is None:
        say("You were not signed in.")
        return
    if stored.token.startswith("vgn_"):
        say(f"Removed the API key for {stored.server} from this machine. Delete the key there to revoke it.")
        return
    try:
        with Api(stored.server, stored.token) as api:
            api.send("POST", "auth/logout")
    except NotSignedIn:
        pass  # the session had already ended
    except (Unreachable, Refused) as error:
        say(f"Signed out on this machine; the session at {stored.server} may still be valid: {error.detail}")
        return
    say(f"Signed out at {stored.server}.")


def whoami(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print the profile as JSON.")] = False
) -> None:
    """Show the account, the server and the used storage."""
    with open_api() as api:
        me = api.get("me")
    server = load_credentials().server
    if as_json:
        print_json({**me, "server": server})
        return
    say(f"{me['username']} ({me.get('role', 'user')}) at {server}")
    used, quota = me.get("bytes_used"), me.get("bytes_quota")
    storage = f", {format_bytes(used)}" if used is not None else ""
    storage += f" of {format_bytes(quota)}" if used is not None and quota else ""
    say(f"{counted(int((me.get('counts') or {}).get('photos', 0)), 'photo')}{storage}")


def _tilde(path: str) -> str:
    home = str(Path.home())
    return f"~{path[len(home) :]}" if path.startswith(home + os.sep) else path
