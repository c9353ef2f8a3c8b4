"""Runs of uploads as commands make them: opened, shown, interrupted, summed up."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx
import typer

from vignette.api.client import OVERNIGHT, Api, Gate
from vignette.credentials import load_credentials
from vignette.errors import CommandError, Refused
from vignette.output import complain, err
from vignette.uploads.journal import Journal
from vignette.uploads.progress import shown
from vignette.uploads.summary import exit_status, print_summary
from vignette.uploads.transfer import Upload
from vignette.uploads.uploader import Outcome, Uploader, count_bytes, open_uploader


@contextmanager
def opened_api(transport: httpx.BaseTransport | None = None) -> Iterator[Api]:
    """The API for whoever is signed in. Raises `NotSignedIn`."""
    credentials = load_credentials()
    with Api(credentials.server, credentials.token, transport=transport) as api:
        yield api


@contextmanager
def opened_uploader(jobs: int, album_visibility: str | None = None) -> Iterator[Uploader]:
    """What a run needs; from the first answer on it is patient with the server."""
    with opened_api() as api:
        journal = Journal.open()
        try:
            uploader = open_uploader(api, journal, _Unheard(), jobs=jobs, album_visibility=album_visibility)
            api.patience = OVERNIGHT
            yield uploader
        finally:
            journal.close()


@contextmanager
def offered(thing: str) -> Iterator[None]:
    """Say of a 404 what it means where the address itself can't be wrong: an older server."""
    try:
        yield
    except Refused as refusal:
        if refusal.http_status not in (404, 405):
            raise
        raise CommandError(f"The server has no {thing}: look at the id, or update the server.") from refusal


class _Unheard:
    def advanced(self, size: int) -> None:
        pass

    def finished(self, outcome: Outcome) -> None:
        pass


def upload_all(uploader: Uploader, uploads: Sequence[Upload], *, as_json: bool) -> list[Outcome]:
    """Upload with progress, print the summary, and return what became of each."""
    begun = time.monotonic()
    uploader.inventory.prepare(len(uploads), int(uploader.photos))
    with (
        interruptible(uploader.api.gate),
        shown(err(), len(uploads), count_bytes(uploads), as_json=as_json) as progress,
    ):
        uploader.progress = progress
        uploader.api.gate.on_wait = progress.waiting
        outcomes = uploader.run(uploads)
    if not as_json:
        print_summary(outcomes, time.monotonic() - begun)
    return outcomes


def end(outcomes: Sequence[Outcome], gate: Gate) -> None:
    """Leave with the status that scripts look at. Raises `typer.Exit`."""
    raise typer.Exit(130 if gate.stop.is_set() else exit_status(outcomes))


@contextmanager
def interruptible(gate: Gate) -> Iterator[None]:
    """Ctrl-C or a SIGTERM ends the run in good order; the second one ends the process."""

    def stop(_signal: int, _frame: object) -> None:
        if gate.stop.is_set():
            os._exit(130)
        gate.stop.set()
        complain("stopping: the files in hand come to an end (Ctrl-C again leaves at once)")

    before: dict[signal.Signals, Callable[..., object] | int | None] = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, stop)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
