"""`search`, `tag` and `download`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from vignette.albums import is_id
from vignette.api.client import Api, Json
from vignette.downloading import Download, Downloader
from vignette.errors import CommandError, FileTrouble, NotSignedIn, Refused, Unreachable
from vignette.files import FileSource, scan
from vignette.output import amount, card, clean, complain, err, out, print_json, say, size_of, table
from vignette.running import interruptible, opened_api

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


class Size(StrEnum):
    thumb = "thumb"
    medium = "medium"
    preview = "preview"
    original = "original"


def search(
    query: Annotated[str, typer.Argument(help="Such as: lake -people after:2024-05-01")],
    limit: Annotated[int, typer.Option(min=1, help="Photos at most.")] = 20,
    *,
    as_json: AsJson = False,
) -> None:
    """Find photos by tags, words, people and dates."""
    with opened_api() as api:
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
        told = " · ".join(filter(None, (_labels(photo), _day(photo), _owner(photo))))
        card(photo["id"], photo.get("title") or "untitled", told)
    say(
        amount(len(photos), "photo") + (" (--limit shows more)" if len(photos) == limit else ""), err(), "dim"
    )


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
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Pictures; nothing of them is stored.")
    ],
    top: Annotated[int, typer.Option(min=1, max=1000, help="Labels a picture.")] = 10,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask the model what is in a picture."""
    failed = False
    with opened_api() as api:
        for source in scan(paths).files:
            try:
                prediction = _predict(api, source, top)
            except (Refused, FileTrouble) as error:
                failed = True
                line = error.line if isinstance(error, Refused) else error.detail
                complain(f"{source.shown}: {line}")
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
        # Without a threshold of one's own, what stays below the labels' own would not come at all.
        params = {"top": top, "threshold": 0}

        def make() -> dict[str, Any]:
            file.seek(0)
            return {"files": {"file": (source.name, file)}}

        answer: Json = api.send("POST", "predict", params=params, make=make).json()
        return answer


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
        console.print(Text("  None of them is sure enough to be shown.", style="dim"))


def download(
    photo_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[PHOTO_ID]…", help="Ids of photos.")
    ] = None,
    query: Annotated[str | None, typer.Option("--search", help="All that a query finds.")] = None,
    album: Annotated[str | None, typer.Option(help="All of an album, by its id.")] = None,
    out_dir: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path(),
    size: Annotated[
        Size, typer.Option(help="original: the bytes as uploaded, for their owner.")
    ] = Size.original,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace other files of the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Download photos; what was broken off goes on, and originals are checked against their hash."""
    if sum(bool(given) for given in (photo_ids, query is not None, album)) != 1:
        raise CommandError("Say what to download: ids of photos, or --search QUERY, or --album ID.")
    for photo_id in photo_ids or ():
        if not is_id(photo_id):
            raise CommandError(f"{clean(photo_id)} is no photo's id: `vignette search` shows ids.")
    results: list[Download] = []
    with opened_api() as api, interruptible(api.gate):
        username = str(api.get("me")["username"])
        downloader = Downloader(api, out_dir, size.value, username, force=force)
        for wanted in _wanted(api, photo_ids, query, album):
            result = _one(downloader, api, wanted)
            results.append(result)
            if as_json:
                print_json(result.as_json())
            elif result.status == "failed":
                complain(f"{result.photo_id}: {result.detail}")
        stopped = api.gate.stop.is_set()
    if not as_json:
        _sum_up(results, out_dir)
    if stopped:
        raise typer.Exit(130)
    if any(result.status == "failed" for result in results):
        raise typer.Exit(1)


def _wanted(api: Api, ids: list[str] | None, query: str | None, album: str | None) -> Any:
    if ids:
        return ids
    if album is not None:
        if not is_id(album):
            raise CommandError(f"{clean(album)} is no album's id: `vignette albums` shows ids.")
        return api.pages("photos", album=album)
    return api.pages("photos", q=query)


def _one(downloader: Downloader, api: Api, wanted: str | Json) -> Download:
    photo_id = wanted if isinstance(wanted, str) else str(wanted["id"])
    try:
        photo = api.get(f"photos/{wanted}") if isinstance(wanted, str) else wanted
        return downloader.fetch(photo)
    except (NotSignedIn, Unreachable):
        raise
    except Refused as refusal:
        return Download(photo_id, "failed", detail=refusal.line)
    except CommandError as trouble:
        return Download(photo_id, "failed", detail=trouble.detail)


def _sum_up(results: list[Download], folder: Path) -> None:
    loaded = [result for result in results if result.status == "downloaded"]
    there = sum(result.status == "there" for result in results)
    failed = sum(result.status == "failed" for result in results)
    text = f"{amount(len(loaded), 'photo')} downloaded to {folder}"
    text += f" ({size_of(sum(result.bytes for result in loaded))})" if loaded else ""
    text += f", {there:,} already there" if there else ""
    text += f", {failed:,} failed" if failed else ""
    say(text + ".", style="bold")
