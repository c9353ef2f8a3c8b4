"""Who is signed in where: one file that only its owner can read."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vignette.errors import CommandError, NotSignedIn
from vignette.paths import config_folder

DEFAULT_SERVER = "http://127.0.0.1:8080"
# Not with the prefix VIGNETTE_: the services refuse every such variable that they don't know.
SERVER_VARIABLE = "VGN_SERVER"
TOKEN_VARIABLE = "VGN_TOKEN"  # noqa: S105 - a variable's name


@dataclass(frozen=True)
class Credentials:
    """`token` is a session's or an API key; `username` names the account, "" until the server told it."""

    server: str
    token: str
    username: str = ""


def credentials_file() -> Path:
    return config_folder() / "credentials.json"


def normal_server(address: str) -> str:
    """Return scheme and host (and path, for a site below one), without `/api/v1`. Raises `CommandError`."""
    address = address.strip()
    if "://" not in address:
        address = f"https://{address}" if not _is_loopback(f"//{address}") else f"http://{address}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise CommandError(f"{address} is no address of a server; give one such as {DEFAULT_SERVER}.")
    path = parts.path.rstrip("/").removesuffix("/api/v1").rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _is_loopback(address: str) -> bool:
    return urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1")


def is_in_the_clear(server: str) -> bool:
    """Whether a password sent there can be read on the way."""
    return server.startswith("http://") and not _is_loopback(server)


def load_credentials() -> Credentials:
    """Return those of the environment, else the stored ones.

    Raises:
        NotSignedIn: there are none.
        CommandError: the file can't be read or is damaged.
    """
    stored = _stored()
    server = os.environ.get(SERVER_VARIABLE, "").strip()
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if token:
        return Credentials(normal_server(server or (stored.server if stored else DEFAULT_SERVER)), token)
    if stored is None:
        raise NotSignedIn("You are not signed in: run `vignette login`, or set VGN_TOKEN to an API key.")
    if server and normal_server(server) != stored.server:
        # A token must never travel to another server than the one that gave it.
        raise NotSignedIn(
            f"You are signed in at {stored.server}, but VGN_SERVER says {normal_server(server)}: "
            "run `vignette login` there, or unset VGN_SERVER."
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
    """Replace the file at once; mode 0600 from its first byte on."""
    path = credentials_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # mkstemp makes its file 0600.
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".credentials-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(credentials), file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}.") from error
    return path


def forget_credentials() -> Credentials | None:
    """Remove the file; return what it held."""
    try:
        stored = _stored()
    except CommandError:
        stored = None
    credentials_file().unlink(missing_ok=True)
    return stored
