"""One run of uploads, from the signed-in account to the exit status."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from vignette.api.retries import UNATTENDED, Gate
from vignette.output import err
from vignette.session import interruptible, open_api
from vignette.uploads.journal import Journal
from vignette.uploads.progress import show_progress
from vignette.uploads.summary import exit_status, print_summary
from vignette.uploads.upload import Upload
from vignette.uploads.uploader import Outcome, Uploader, connect_uploader, count_bytes


@contextmanager
def open_uploader(jobs: int, album_visibility: str | None = None) -> Iterator[Uploader]:
    """Yield an uploader for the signed-in account; after its first answer, it outlasts restarts."""
    with open_api() as api:
        journal = Journal.open()
        try:
            uploader = connect_uploader(api, journal, jobs=jobs, album_visibility=album_visibility)
            # Only now: a wrong server address should fail quickly.
            api.policy = UNATTENDED
            yield uploader
        finally:
            journal.close()


def upload_all(uploader: Uploader, uploads: Sequence[Upload], *, as_json: bool) -> list[Outcome]:
    """Upload with progress, print a summary, and return one outcome per upload."""
    started = time.monotonic()
    uploader.inventory.prepare(len(uploads), uploader.photo_count)
    with (
        interruptible(uploader.api.gate),
        show_progress(err(), len(uploads), count_bytes(uploads), as_json=as_json) as progress,
    ):
        uploader.progress = progress
        uploader.api.gate.on_wait = progress.waiting
        outcomes = uploader.run(uploads)
    if not as_json:
        print_summary(outcomes, time.monotonic() - started)
    return outcomes


def exit_with(outcomes: Sequence[Outcome], gate: Gate) -> None:
    """Exit with the status of the run. Raises `typer.Exit`."""
    raise typer.Exit(130 if gate.stop.is_set() else exit_status(outcomes))
