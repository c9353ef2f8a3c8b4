"""The signed-in client and the Ctrl-C handling that commands share."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vignette.api.client import Api
from vignette.api.retries import Gate
from vignette.credentials import load_credentials
from vignette.errors import CommandError, Refused
from vignette.output import print_error


@contextmanager
def open_api() -> Iterator[Api]:
    """Yield a client for the signed-in account. Raises `NotSignedIn`."""
    credentials = load_credentials()
    with Api(credentials.server, credentials.token) as api:
        yield api


@contextmanager
def requires_feature(feature: str) -> Iterator[None]:
    """Explain a 404 for a fixed address: the server is older than this client."""
    try:
        yield
    except Refused as refusal:
        if refusal.http_status not in (404, 405):
            raise
        raise CommandError(f"The server has no {feature}: check the id, or update the server.") from refusal


@contextmanager
def interruptible(gate: Gate) -> Iterator[None]:
    """Make Ctrl-C and SIGTERM finish what is running; a second one exits at once."""

    def stop(_signal: int, _frame: object) -> None:
        if gate.stop.is_set():
            # Skips cleanup, which may be what the user is waiting for.
            os._exit(130)
        gate.stop.set()
        print_error("stopping after the current files (press Ctrl-C again to exit now)")

    previous: dict[signal.Signals, Callable[..., object] | int | None] = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            previous[number] = signal.signal(number, stop)
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
