"""`vignette upload`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vignette.commands.options import Jobs, Visibility
from vignette.errors import CommandError, Stopped, Unreachable
from vignette.files import Scan, scan
from vignette.labels import split_labels
from vignette.output import counted, err, print_error, say
from vignette.session import interruptible
from vignette.uploads.run import exit_with, open_uploader, upload_all
from vignette.uploads.upload import Upload
from vignette.uploads.uploader import Outcome, Uploader
from vignette.uploads.watch import Watch

RETRY_S = 30
"""Seconds until --watch retries after an error of the server."""

Plan = Callable[[Scan], list[Upload]]
JsonPerFile = Annotated[bool, typer.Option("--json", help="Print one JSON object per file as it finishes.")]


def upload(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE|FOLDER…", help="Photos, and folders of photos.")
    ],
    album: Annotated[
        str | None, typer.Option(help="Title or id of an album; created if there is none.")
    ] = None,
    visibility: Annotated[
        Visibility | None, typer.Option(help="Who may see the photos. Default: the account's setting.")
    ] = None,
    tags: Annotated[str, typer.Option(help="Tags to add, separated by commas.")] = "",
    jobs: Jobs = 4,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep running, and upload files added to the folders.")
    ] = False,
    as_json: JsonPerFile = False,
) -> None:
    """Upload photos in parallel; skip what is on the server, and resume what was interrupted."""
    scanned = scan(paths)
    labels = split_labels(tags)
    if not scanned.files and not watch:
        raise CommandError(f"There is no photo to upload.{_ignored(scanned)}")
    if watch and not any(path.is_dir() for path in paths):
        raise CommandError("--watch needs a folder.")

    with open_uploader(jobs, visibility) as uploader:
        if album:
            uploader.albums.id_of(album)  # reports a wrong id before any file is uploaded

        def plan(scanned: Scan) -> list[Upload]:
            albums = (album,) if album else ()
            return [Upload(file, tags=labels, visibility=visibility, albums=albums) for file in scanned.files]

        outcomes: list[Outcome] = []
        if scanned.files:
            outcomes = upload_all(uploader, plan(scanned), as_json=as_json)
        if not as_json:
            _print_ignored(scanned)
        if watch and not uploader.is_stopped:
            _watch(uploader, paths, scanned, plan, as_json=as_json)
        exit_with(outcomes, uploader.api.gate)


def _watch(uploader: Uploader, paths: list[Path], scanned: Scan, plan: Plan, *, as_json: bool) -> None:
    watch = Watch(paths, {file.path: (file.size, file.modified_ns) for file in scanned.files})
    if not as_json:
        say("Watching for new files; press Ctrl-C to stop.", err(), "dim")
    with interruptible(uploader.api.gate):
        try:
            # Each batch is a run with its own summary and its own failures.
            for files in watch.batches(uploader.api.gate.sleep):
                try:
                    upload_all(uploader, plan(Scan(files)), as_json=as_json)
                    error = uploader.fatal_error
                except Unreachable as unreachable:
                    error = unreachable
                if error is None:
                    continue
                # A watch runs unattended: it must survive an outage and upload these files afterwards.
                print_error(f"retrying in {RETRY_S} s: {error.detail}")
                uploader.fatal_error = None
                for file in files:
                    watch.reported.pop(file.path, None)
                uploader.api.gate.sleep(RETRY_S)
        except Stopped:
            pass


def _print_ignored(scanned: Scan) -> None:
    if scanned.ignored:
        say(_ignored(scanned).strip(), err(), "dim")
    for path in scanned.unreadable:
        print_error(f"{path} can't be read; skipped")


def _ignored(scanned: Scan) -> str:
    if not scanned.ignored:
        return ""
    extensions = ", ".join(sorted(scanned.ignored)[:8])
    return f" Ignored {counted(sum(scanned.ignored.values()), 'file')} of other types ({extensions})."
