"""The stored session or API key, in a file that only its owner can read."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vignette.errors import CommandError, NotSignedIn
from vignette.paths import config_folder

DEFAULT_SERVER = "http://127.0.0.1:8080"
# Without the prefix VIGNETTE_, because the services reject unknown variables of that prefix.
SERVER_VARIABLE = "VGN_SERVER"
TOKEN_VARIABLE = "VGN_TOKEN"  # noqa: S105 - the name of a variable, not a secret


@dataclass(frozen=True)
class Credentials:
    """`token` is a session token or an API key; `username` is empty for credentials of the environment."""

    server: str
    token: str
    username: str = ""


def credentials_file() -> Path:
    return config_folder() / "credentials.json"


def normalise_server(address: str) -> str:
    """Return scheme, host and base path, without `/api/v1`. Raises `CommandError`."""
    address = address.strip()
    # Without a scheme, assume TLS: plain http would send the password unencrypted.
    if "://" not in address:
        address = f"https://{address}" if not _is_loopback(f"//{address}") else f"http://{address}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise CommandError(f"{address} is not a server address: use one like {DEFAULT_SERVER}.")
    path = parts.path.rstrip("/").removesuffix("/api/v1").rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _is_loopback(address: str) -> bool:
    return urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1")


def is_unencrypted(server: str) -> bool:
    """Whether a password is sent over a network without TLS."""
    return server.startswith("http://") and not _is_loopback(server)


def load_credentials() -> Credentials:
    """Return the credentials of the environment, else the stored ones.

    Raises:
        NotSignedIn: there are no credentials, or none for the chosen server.
        CommandError: the file can't be read or is damaged.
    """
    stored = _stored()
    server = os.environ.get(SERVER_VARIABLE, "").strip()
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if token:
        return Credentials(normalise_server(server or (stored.server if stored else DEFAULT_SERVER)), token)
    if stored is None:
        raise NotSignedIn("You are not signed in: run `vignette login`, or set VGN_TOKEN to an API key.")
    if server and normalise_server(server) != stored.server:
        # A token must never be sent to a server that did not issue it.
        raise NotSignedIn(
            f"You are signed in at {stored.server}, but VGN_SERVER is {normalise_server(server)}: "
            "sign in there with `vignette login`, or unset VGN_SERVER."
        )
    return stored


def _stored() -> Credentials | None:
    path = credentials_file()
    try:
        values = json.loads(path.read_text("utf-8"))
        return Credentials(str(values["server"]), str(values["token"]), str(values.get("username", "")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{path} is damaged: run `vignette login` again.") from error


def store_credentials(credentials: Credentials) -> Path:
    """Replace the file atomically. It has mode 0600 from its first byte on."""
    path = credentials_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp creates the file with mode 0600; with a later chmod, others could open it in between.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".credentials-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(credentials), file)
                file.flush()
                # Without it, a power cut after the rename could leave an empty file.
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}.") from error
    return path


def forget_credentials() -> Credentials | None:
    """Remove the file and return its credentials."""
    try:
        stored = _stored()
    except CommandError:
        stored = None
    credentials_file().unlink(missing_ok=True)
    return stored
