"""`search`, `tag` and `download`."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from vignette.albums import is_id
from vignette.api.client import Api
from vignette.api.problems import Json, read_object
from vignette.commands.options import AsJson
from vignette.downloads import Download, Downloader
from vignette.errors import CommandError, FileError, NotSignedIn, Refused, Unreachable
from vignette.files import FileSource, scan
from vignette.output import card, clean, counted, err, format_bytes, out, print_error, print_json, say, table
from vignette.session import interruptible, open_api


class Size(StrEnum):
    thumb = "thumb"
    medium = "medium"
    preview = "preview"
    original = "original"


def search(
    query: Annotated[str, typer.Argument(help="For example: lake -people after:2024-05-01")],
    limit: Annotated[int, typer.Option(min=1, help="The most photos to print.")] = 20,
    *,
    as_json: AsJson = False,
) -> None:
    """Find photos by tags, words, people and dates."""
    with open_api() as api:
        try:
            photos = list(api.pages("photos", limit=limit, q=query))
        except Refused as refusal:
            raise _with_position(refusal, query) from refusal
    if as_json:
        for photo in photos:
            print_json(photo)
        return
    console = out()
    if not console.is_terminal:
        table(
            (),
            [
                (photo["id"], photo.get("title", ""), _labels(photo), _day(photo), _owner(photo))
                for photo in photos
            ],
        )
        return
    for photo in photos:
        details = " · ".join(filter(None, (_labels(photo), _day(photo), _owner(photo))))
        card(photo["id"], photo.get("title") or "untitled", details)
    hint = " (raise --limit for more)" if len(photos) == limit else ""
    say(counted(len(photos), "photo") + hint, err(), "dim")


def _with_position(refusal: Refused, query: str) -> CommandError:
    position = refusal.position
    if refusal.problem_code != "bad_query" or position is None:
        return refusal
    marked = f"{query[:position]}⟨here⟩{query[position:]}"
    return Refused(refusal.http_status, refusal.problem_code, f"{refusal.detail} {marked}")


def _labels(photo: Json) -> str:
    tags = [tag for tag in photo.get("tags", []) if tag.get("state") != "rejected"]
    return ", ".join(
        f"{tag['label']} {tag['score']:.2f}" if tag.get("score") else tag["label"] for tag in tags
    )


def _day(photo: Json) -> str:
    return str(photo.get("taken_at") or photo.get("created_at") or "")[:10]


def _owner(photo: Json) -> str:
    return str((photo.get("owner") or {}).get("username", ""))


def tag(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Photos, which are not stored.")],
    top: Annotated[int, typer.Option(min=1, max=1000, help="Labels per photo.")] = 10,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the model's labels and scores for photos without storing them."""
    failed = False
    with open_api() as api:
        for source in scan(paths).files:
            try:
                prediction = _predict(api, source, top)
            except (Refused, FileError) as error:
                failed = True
                line = error.line if isinstance(error, Refused) else error.detail
                print_error(f"{source.shown}: {line}")
                if as_json:
                    code = error.problem_code if isinstance(error, Refused) else error.code
                    print_json({"file": source.shown, "error": {"code": code, "detail": error.detail}})
                continue
            if as_json:
                print_json({"file": source.shown, **prediction})
            else:
                _show_prediction(source.shown, prediction)
    if failed:
        raise typer.Exit(1)


def _predict(api: Api, source: FileSource, top: int) -> Json:
    with source.reading() as file:
        # Without a threshold, the server omits labels below their own thresholds.
        params = {"top": top, "threshold": 0}

        def prepare() -> Json:
            file.seek(0)
            return {"files": {"file": (source.name, file)}}

        return read_object(api.send("POST", "predict", params=params, prepare=prepare))


def _show_prediction(name: str, prediction: Json) -> None:
    console = out()
    tags = prediction.get("tags", [])
    if not console.is_terminal:
        rows = [
            (name, tag["label"], f"{tag['score']:.4f}", "over" if tag["over_threshold"] else "")
            for tag in tags
        ]
        table((), rows)
        return
    console.print(Text(clean(name), style="bold"))
    label_width = max((len(tag["label"]) for tag in tags), default=0)
    bar_width = max(5, min(40, console.width - label_width - 12))
    for tag in tags:
        over, score = tag["over_threshold"], tag["score"]
        bar = "█" * round(score * bar_width) or "▏"
        mark = "✓" if over else " "
        line = f"  {mark} {clean(tag['label']):<{label_width}} {score:5.2f} {bar}"
        console.print(Text(line, style="" if over else "dim"), no_wrap=True, overflow="crop")
    if not any(tag["over_threshold"] for tag in tags):
        console.print(Text("  No label reaches its threshold.", style="dim"))


def download(
    photo_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[PHOTO_ID]…", help="Ids of photos.")
    ] = None,
    query: Annotated[str | None, typer.Option("--search", help="Download what a query finds.")] = None,
    album: Annotated[str | None, typer.Option(help="Download an album, by its id.")] = None,
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path(),
    size: Annotated[Size, typer.Option(help="original is the uploaded file, for its owner.")] = Size.original,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace existing files of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Download photos; resume interrupted downloads and verify originals by their hash."""
    if sum(bool(given) for given in (photo_ids, query is not None, album)) != 1:
        raise CommandError("Choose what to download: photo ids, --search QUERY or --album ID.")
    for photo_id in photo_ids or ():
        if not is_id(photo_id):
            raise CommandError(f"{clean(photo_id)} is not a photo id: `vignette search` lists ids.")
    results: list[Download] = []
    with open_api() as api, interruptible(api.gate):
        username = str(api.get("me")["username"])
        downloader = Downloader(api, out_dir, size.value, username, force=force)
        for photo_or_id in _select(api, photo_ids, query, album):
            result = _download(downloader, api, photo_or_id)
            results.append(result)
            if as_json:
                print_json(result.as_json())
            elif result.status == "failed":
                print_error(f"{result.photo_id}: {result.detail}")
        stopped = api.gate.stop.is_set()
    if not as_json:
        _print_summary(results, out_dir)
    if stopped:
        raise typer.Exit(130)
    if any(result.status == "failed" for result in results):
        raise typer.Exit(1)


def _select(api: Api, ids: list[str] | None, query: str | None, album: str | None) -> Iterable[str | Json]:
    if ids:
        return ids
    if album is not None:
        if not is_id(album):
            raise CommandError(f"{clean(album)} is not an album id: `vignette albums` lists ids.")
        return api.pages("photos", album=album)
    return api.pages("photos", q=query)


def _download(downloader: Downloader, api: Api, photo_or_id: str | Json) -> Download:
    photo_id = photo_or_id if isinstance(photo_or_id, str) else str(photo_or_id["id"])
    try:
        photo = api.get(f"photos/{photo_id}") if isinstance(photo_or_id, str) else photo_or_id
        return downloader.fetch(photo)
    except (NotSignedIn, Unreachable):
        raise
    except Refused as refusal:
        return Download(photo_id, "failed", detail=refusal.line)
    except CommandError as error:
        return Download(photo_id, "failed", detail=error.detail)


def _print_summary(results: list[Download], folder: Path) -> None:
    downloaded = [result for result in results if result.status == "downloaded"]
    present = sum(result.status == "there" for result in results)
    failed = sum(result.status == "failed" for result in results)
    text = f"{counted(len(downloaded), 'photo')} downloaded to {folder}"
    text += f" ({format_bytes(sum(result.bytes for result in downloaded))})" if downloaded else ""
    text += f", {present:,} already present" if present else ""
    text += f", {failed:,} failed" if failed else ""
    say(text + ".", style="bold")
