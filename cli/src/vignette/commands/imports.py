"""`vignette import`."""

import os
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from vignette.commands.options import Jobs, Visibility
from vignette.commands.upload import JsonPerFile
from vignette.errors import CommandError
from vignette.importers.details import Plan
from vignette.importers.immich import read_immich_folder
from vignette.importers.takeout import read_takeout
from vignette.output import counted, err, format_bytes, out, print_error, print_json, say, table
from vignette.uploads.run import exit_with, open_uploader, upload_all
from vignette.uploads.uploader import count_bytes

app = typer.Typer(
    help="Import photos with their titles, descriptions, albums and tags.",
    no_args_is_help=True,
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be uploaded, without uploading it.")]
# Private by default: importing a library must not publish it.
ImportVisibility = Annotated[Visibility, typer.Option(help="Who may see the photos and new albums.")]
MAX_ROWS = 20
MAX_ERRORS = 10


@app.callback()
def _commands() -> None:
    """Import photos with their titles, descriptions, albums and tags."""


@app.command()
def takeout(
    paths: Annotated[
        list[Path], typer.Argument(metavar="ZIP|DIR…", help="All archives or folders of one takeout.")
    ],
    visibility: ImportVisibility = Visibility.private,
    jobs: Jobs = 4,
    *,
    people: Annotated[bool, typer.Option("--people", help="Add the names of people as tags.")] = False,
    dry_run: DryRun = False,
    as_json: JsonPerFile = False,
) -> None:
    """Import Google Photos from a Google Takeout, without unpacking its archives."""
    with ExitStack() as archives:
        plan = read_takeout(paths, archives, visibility=visibility.value, people=people)
        _run(plan, jobs, visibility.value, dry_run=dry_run, as_json=as_json)


@app.command("immich-folder")
def immich_folder(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Immich's upload location, or any folder of photos.")
    ],
    visibility: ImportVisibility = Visibility.private,
    jobs: Jobs = 4,
    *,
    folder_albums: Annotated[
        bool, typer.Option("--folder-albums", help="Create an album for each folder not named after a date.")
    ] = False,
    dry_run: DryRun = False,
    as_json: JsonPerFile = False,
) -> None:
    """Import an Immich library, or any folder of photos with XMP sidecars."""
    plan = read_immich_folder(folder, visibility=visibility.value, folder_albums=folder_albums)
    _run(plan, jobs, visibility.value, dry_run=dry_run, as_json=as_json)


def _run(plan: Plan, jobs: int, visibility: str, *, dry_run: bool, as_json: bool) -> None:
    for error in plan.errors[:MAX_ERRORS]:
        print_error(f"skipped: {error}")
    if (more := len(plan.errors) - MAX_ERRORS) > 0:
        print_error(f"skipped: {more} more files that can't be read")
    if not plan.uploads:
        raise CommandError("There is no photo to import.")
    if dry_run:
        _show(plan, as_json=as_json)
        return
    with open_uploader(jobs, visibility) as uploader:
        outcomes = upload_all(uploader, plan.uploads, as_json=as_json)
        if not as_json:
            _print_losses(plan)
            if any(outcome.status in ("skipped", "duplicate") for outcome in outcomes):
                say("Photos already on the server keep their titles and tags, and were added to the albums.")
        exit_with(outcomes, uploader.api.gate)


def _show(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        for upload in plan.uploads:
            print_json(
                {
                    "file": upload.source.shown,
                    "bytes": upload.source.size,
                    **upload.fields,
                    "albums": upload.albums,
                }
            )
        return
    is_terminal = out().is_terminal
    shown = plan.uploads[:MAX_ROWS] if is_terminal else plan.uploads
    names = [upload.source.shown for upload in shown]
    # A terminal has little room, so the common folder is left out.
    common = _common_folder(names) if is_terminal else ""
    rows = [
        (
            upload.source.shown.removeprefix(common),
            upload.title,
            upload.description,
            ", ".join(upload.tags),
            ", ".join(upload.albums),
        )
        for upload in shown
    ]
    table(("File", "Title", "Description", "Tags", "Albums"), rows)
    console = err()
    if (more := len(plan.uploads) - len(shown)) > 0:
        say(f"… and {more:,} more; --json lists all.", console)
    size = format_bytes(count_bytes(plan.uploads))
    say(
        f"{counted(len(plan.uploads), 'photo')} ({size}), {plan.with_sidecar:,} with a sidecar.",
        console,
        "bold",
    )
    albums = Counter(album for upload in plan.uploads for album in upload.albums)
    if albums:
        titles = ", ".join(f"{title} ({count})" for title, count in albums.most_common(12))
        say(f"{counted(len(albums), 'album')}: {titles}{' …' if len(albums) > 12 else ''}", console)
    sys.stdout.flush()
    _print_losses(plan)


def _common_folder(names: list[str]) -> str:
    try:
        common = os.path.commonpath([str(PurePosixPath(name).parent) for name in names])
    except ValueError:  # archive members mixed with absolute paths
        return ""
    return f"{common}/" if common.strip("./") else ""


def _print_losses(plan: Plan) -> None:
    console = err()
    if plan.dated or plan.placed or plan.rated:
        kinds = ", ".join(
            f"{what} of {counted(count, 'photo')}"
            for what, count in (("dates", plan.dated), ("places", plan.placed), ("ratings", plan.rated))
            if count
        )
        say(
            f"Not imported from the sidecars: {kinds}. Vignette reads dates and places from EXIF, "
            "and has no ratings.",
            console,
        )
    if plan.cut:
        say(f"Shortened the texts of {counted(plan.cut, 'photo')}, or removed characters from tags.", console)
    if plan.trashed:
        say(f"Skipped {counted(plan.trashed, 'photo')} in the trash.", console)
    if plan.ignored:
        extensions = ", ".join(f"{extension} {count:,}" for extension, count in plan.ignored.most_common(8))
        say(f"Ignored files of other types: {extensions}.", console)
