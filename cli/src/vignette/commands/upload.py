"""`vignette upload`."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vignette.errors import CommandError, Stopped, Unreachable
from vignette.files import Scan, scan
from vignette.labels import split_labels
from vignette.output import amount, complain, err, say
from vignette.running import end, interruptible, opened_uploader, upload_all
from vignette.uploads.transfer import Upload
from vignette.uploads.uploader import Outcome, Uploader
from vignette.uploads.watching import Watch


class Visible(StrEnum):
    public = "public"
    unlisted = "unlisted"
    private = "private"


Jobs = Annotated[int, typer.Option(min=1, max=16, help="Files at a time.")]
AGAIN_S = 30
"""Seconds until a watch tries again what the server could not take."""

Plan = Callable[[Scan], list[Upload]]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a file, as it ends.")]


def upload(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE|FOLDER…", help="Photos, and folders of photos.")
    ],
    album: Annotated[
        str | None, typer.Option(help="Title or id of the album; made when it is not there.")
    ] = None,
    visibility: Annotated[Visible | None, typer.Option(help="Else your account's default.")] = None,
    tags: Annotated[str, typer.Option(help="Tags of your own, separated by commas.")] = "",
    jobs: Jobs = 4,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: upload what comes into the folders.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Upload photos; what is there already is left alone, what was broken off goes on."""
    found = scan(paths)
    labels = split_labels(tags)
    if not found.files and not watch:
        raise CommandError(f"There is no photo to upload.{_aside(found)}")
    if watch and not any(path.is_dir() for path in paths):
        raise CommandError("--watch wants a folder.")

    with opened_uploader(jobs, visibility) as uploader:
        if album:
            uploader.albums.id_of(album)  # a wrong id ends the command before any byte is sent

        def plan(scanned: Scan) -> list[Upload]:
            albums = (album,) if album else ()
            return [Upload(file, tags=labels, visibility=visibility, albums=albums) for file in scanned.files]

        outcomes: list[Outcome] = []
        if found.files:
            outcomes = upload_all(uploader, plan(found), as_json=as_json)
        if not as_json:
            _tell_the_rest(found)
        if watch and not uploader.stopped:
            _watch(uploader, paths, found, plan, as_json=as_json)
        end(outcomes, uploader.api.gate)


def _watch(uploader: Uploader, paths: list[Path], begun: Scan, plan: Plan, *, as_json: bool) -> None:
    watch = Watch(paths, {file.path: (file.size, file.modified_ns) for file in begun.files})
    if not as_json:
        say("Watching; Ctrl-C ends it.", err(), "dim")
    with interruptible(uploader.api.gate):
        try:
            for files in watch.looks(uploader.api.gate.rest):
                try:
                    upload_all(uploader, plan(Scan(files)), as_json=as_json)
                    trouble = uploader.hopeless
                except Unreachable as error:
                    trouble = error
                if trouble is None:
                    continue
                # Nobody may be looking: what could not be sent is tried again when the server is back.
                complain(f"trying again in {AGAIN_S} s: {trouble.detail}")
                uploader.hopeless = None
                for file in files:
                    watch.known.pop(file.path, None)
                uploader.api.gate.rest(AGAIN_S)
        except Stopped:
            pass


def _tell_the_rest(found: Scan) -> None:
    if found.left_aside:
        say(_aside(found).strip(), err(), "dim")
    for path in found.unreadable:
        complain(f"{path} can't be read; it was passed over")


def _aside(found: Scan) -> str:
    if not found.left_aside:
        return ""
    kinds = ", ".join(sorted(found.left_aside)[:8])
    return f" Left aside: {amount(sum(found.left_aside.values()), 'file')} of other kinds ({kinds})."
