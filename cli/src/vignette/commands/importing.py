"""`vignette import`."""

import os
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from vignette.commands.upload import Jobs, Visible
from vignette.commands.upload import Json as AsJson
from vignette.errors import CommandError
from vignette.importers.details import Plan
from vignette.importers.immich import read_immich_folder
from vignette.importers.takeout import read_takeout
from vignette.output import amount, complain, err, out, print_json, say, size_of, table
from vignette.running import end, opened_uploader, upload_all
from vignette.uploads.uploader import count_bytes

app = typer.Typer(
    help="Bring photos from elsewhere, with their titles, descriptions, albums and tags.",
    no_args_is_help=True,
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, and send nothing.")]
# A library at home was seen by nobody; it does not become public by being moved.
Visibility = Annotated[Visible, typer.Option(help="Who may see the photos and the albums that are made.")]
SHOWN_ROWS = 20
SHOWN_TROUBLES = 10


@app.callback()
def _commands() -> None:
    """Bring photos from elsewhere, with their titles, descriptions, albums and tags."""


@app.command()
def takeout(
    paths: Annotated[
        list[Path], typer.Argument(metavar="ZIP|DIR…", help="All parts of one takeout, packed or not.")
    ],
    visibility: Visibility = Visible.private,
    jobs: Jobs = 4,
    *,
    people: Annotated[bool, typer.Option("--people", help="Names of people become tags.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import a Google Takeout of Google Photos, straight from its archives."""
    with ExitStack() as archives:
        plan = read_takeout(paths, archives, visibility=visibility.value, people=people)
        _carry_out(plan, jobs, visibility.value, dry_run=dry_run, as_json=as_json)


@app.command("immich-folder")
def immich_folder(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Immich's upload location, or a folder of it.")
    ],
    visibility: Visibility = Visible.private,
    jobs: Jobs = 4,
    *,
    folder_albums: Annotated[
        bool, typer.Option("--folder-albums", help="Folders become albums, but for those that are dates.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import an Immich library, or any folder of photos with XMP sidecars."""
    plan = read_immich_folder(folder, visibility=visibility.value, folder_albums=folder_albums)
    _carry_out(plan, jobs, visibility.value, dry_run=dry_run, as_json=as_json)


def _carry_out(plan: Plan, jobs: int, visibility: str, *, dry_run: bool, as_json: bool) -> None:
    for trouble in plan.troubles[:SHOWN_TROUBLES]:
        complain(f"passed over: {trouble}")
    if (more := len(plan.troubles) - SHOWN_TROUBLES) > 0:
        complain(f"passed over: {more} more files that can't be read")
    if not plan.uploads:
        raise CommandError("There is no photo to import.")
    if dry_run:
        _show(plan, as_json=as_json)
        return
    with opened_uploader(jobs, visibility) as uploader:
        outcomes = upload_all(uploader, plan.uploads, as_json=as_json)
        if not as_json:
            _tell_what_stayed_behind(plan)
            if any(outcome.status in ("skipped", "duplicate") for outcome in outcomes):
                say("Photos that were there keep the titles and tags that they have; albums were added.")
        end(outcomes, uploader.api.gate)


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
    terminal = out().is_terminal
    shown = plan.uploads[:SHOWN_ROWS] if terminal else plan.uploads
    names = [upload.source.shown for upload in shown]
    # On a terminal room is dear: not the folder that all have in common.
    common = _common_folder(names) if terminal else ""
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
    size = size_of(count_bytes(plan.uploads))
    say(
        f"{amount(len(plan.uploads), 'photo')} ({size}), {plan.with_sidecar:,} with a sidecar.",
        console,
        "bold",
    )
    albums = Counter(album for upload in plan.uploads for album in upload.albums)
    if albums:
        titles = ", ".join(f"{title} ({count})" for title, count in albums.most_common(12))
        say(f"{amount(len(albums), 'album')}: {titles}{' …' if len(albums) > 12 else ''}", console)
    sys.stdout.flush()
    _tell_what_stayed_behind(plan)


def _common_folder(names: list[str]) -> str:
    try:
        common = os.path.commonpath([str(PurePosixPath(name).parent) for name in names])
    except ValueError:  # members of archives beside files with full paths
        return ""
    return f"{common}/" if common.strip("./") else ""


def _tell_what_stayed_behind(plan: Plan) -> None:
    console = err()
    if plan.dated or plan.placed or plan.rated:
        known = ", ".join(
            f"{what} of {amount(count, 'photo')}"
            for what, count in (("dates", plan.dated), ("places", plan.placed), ("ratings", plan.rated))
            if count
        )
        say(
            f"The sidecars also know {known}. These can't be sent: Vignette reads date and place "
            "from the photo's own EXIF, and has no ratings.",
            console,
        )
    if plan.cut:
        say(
            f"Tags or texts of {amount(plan.cut, 'photo')} are made to fit (letters, digits, space, _, -).",
            console,
        )
    if plan.trashed:
        say(f"Left in the trash: {amount(plan.trashed, 'photo')}.", console)
    if plan.left_aside:
        kinds = ", ".join(f"{ending} {count:,}" for ending, count in plan.left_aside.most_common(8))
        say(f"Left aside, no photos that Vignette takes: {kinds}.", console)
