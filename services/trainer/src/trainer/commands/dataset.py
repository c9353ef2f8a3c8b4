"""`vignette-trainer dataset ...`: from archives and annotations to a frozen split."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from trainer.commands.options import JsonOption, RegistryOption, new_app, print_json
from trainer.dataset.download import ANNOTATIONS_URL, IMAGES_URL

app = new_app()

DataArgument = Annotated[
    Path, typer.Argument(help="A dataset: its folder, or the annotation file beside the images.")
]
SnapshotOption = Annotated[str, typer.Option(help="A frozen split in the registry, or `latest`.")]


@app.callback()
def _dataset() -> None:
    """Download, describe, split and export annotated images."""


@app.command()
def download(
    folder: Annotated[Path, typer.Argument(help="Folder to download to.")],
    *,
    images_url: Annotated[
        str, typer.Option(envvar="VIGNETTE_IMAGES_URL", help="Address of the images' archive.")
    ] = IMAGES_URL,
    annotations_url: Annotated[
        str, typer.Option(envvar="VIGNETTE_ANNOTATIONS_URL", help="Address of the annotations' archive.")
    ] = ANNOTATIONS_URL,
    unpack: Annotated[bool, typer.Option(help="Unpack; everything here reads the archives as well.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Download MIRFLICKR-25K; what is there already, in part or in whole, stays."""
    from trainer.dataset.download import download as run  # noqa: PLC0415
    from trainer.dataset.download import sources  # noqa: PLC0415
    from trainer.support.progress import shown_transfer  # noqa: PLC0415

    unpacked = run(folder, sources(images_url, annotations_url), unpacked=unpack, shown=shown_transfer)
    _say({"folder": str(folder), "unpacked": unpacked}, f"{folder} is complete.", as_json=as_json)


@app.command()
def annotations(
    data: DataArgument,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; annotations.json of the dataset's folder when left out."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write annotations.json from annotations of any kind that is read."""
    from trainer.dataset import ANNOTATIONS_JSON, open_dataset, write_annotations  # noqa: PLC0415

    dataset = open_dataset(data)
    path = out or (data if data.is_dir() else data.parent) / ANNOTATIONS_JSON
    write_annotations(dataset, path)
    figures = {"file": str(path), "images": len(dataset.names), "labels": len(dataset.labels)}
    _say(figures, f"{path}: {len(dataset.names)} images, {len(dataset.labels)} labels.", as_json=as_json)


@app.command()
def stats(
    data: DataArgument,
    *,
    snapshot: SnapshotOption = "",
    registry: RegistryOption = "",
    as_json: JsonOption = False,
) -> None:
    """Describe a dataset, and the sides of its split if it has one."""
    from trainer.dataset import open_dataset  # noqa: PLC0415
    from trainer.dataset.inspection import inspect_images  # noqa: PLC0415
    from trainer.dataset.statistics import describe  # noqa: PLC0415
    from trainer.support.progress import shown_count  # noqa: PLC0415

    dataset = open_dataset(data)
    if snapshot:
        dataset = _snapshot(registry, snapshot).dataset(dataset)
    with shown_count("images", len(dataset.names)) as progress:
        inspection = inspect_images(dataset, progress)
    figures = describe(dataset, inspection)
    if as_json:
        print_json(figures)
    else:
        _print_stats(figures)


@app.command()
def split(
    data: DataArgument,
    *,
    registry: RegistryOption,
    seed: Annotated[int, typer.Option(help="Another seed is another split.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Freeze a dataset with its split: 72 % train, 8 % validation, 20 % test, every label's share kept."""
    from trainer.dataset import open_dataset  # noqa: PLC0415
    from trainer.dataset.manifest import SPLITS  # noqa: PLC0415
    from trainer.dataset.snapshot import freeze, write  # noqa: PLC0415
    from trainer.support.progress import shown_count  # noqa: PLC0415

    dataset, store = open_dataset(data), _registry(registry)
    with shown_count("images", len(dataset.names)) as progress:
        frozen = write(freeze(dataset, seed, progress=progress), store)
    sides: dict[str, int] = {side: len(frozen.rows_of(side)) for side in SPLITS}
    figures = {"snapshot": frozen.name, "images": len(frozen.rows), **sides}
    said = ", ".join(f"{count} {side}" for side, count in sides.items())
    skipped = len(dataset.names) - len(frozen.rows)
    _say({**figures, "skipped": skipped}, f"{frozen.name}: {said}, {skipped} left out.", as_json=as_json)


@app.command()
def tfrecords(
    data: DataArgument,
    *,
    out: Annotated[Path, typer.Option(help="Folder of the shards.")],
    registry: RegistryOption,
    snapshot: SnapshotOption = "latest",
    as_json: JsonOption = False,
) -> None:
    """Write the original's TFRecord shards of a frozen split, and read them back."""
    from trainer.dataset import open_dataset  # noqa: PLC0415

    dataset = _snapshot(registry, snapshot).dataset(open_dataset(data))
    # TensorFlow takes seconds to import: only once the dataset is known to be there.
    from trainer.dataset.tfrecords import SHARDS, read_shards, write_shards  # noqa: PLC0415
    from trainer.support.progress import shown_count  # noqa: PLC0415

    with shown_count("records", len(dataset.names), "records") as progress:
        paths = write_shards(dataset, out, progress)
    records = {side: sum(1 for _ in read_shards(out, side)) for side in SHARDS}
    said = f"{out}: {len(paths)} shards, {sum(records.values())} records read back."
    _say(
        {"folder": str(out), "shards": [path.name for path in paths], "records": records},
        said,
        as_json=as_json,
    )


def _registry(address: str) -> Any:
    from trainer.errors import DatasetError  # noqa: PLC0415
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415

    if not address:
        raise DatasetError("--snapshot needs --registry: give the model registry's address or folder.")
    return open_registry(address)


def _snapshot(address: str, name: str) -> Any:
    from trainer.dataset.snapshot import read  # noqa: PLC0415

    return read(_registry(address), name)


def _say(figures: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
    else:
        typer.echo(sentence)


def _print_stats(figures: dict[str, Any]) -> None:
    console = Console()
    splits = figures["splits"]
    sides = list(splits.get("images", ()))
    table = Table("label", "images", "relevant", *sides, "most often with")
    for row, entry in enumerate(figures["labels"]):
        together = list(figures["co_occurrence"][row])
        together[row] = -1
        partner = figures["labels"][together.index(max(together))]["label"]
        counts = [str(splits["labels"][side][entry["label"]]) for side in sides]
        relevant = str(entry.get("relevant", ""))
        table.add_row(entry["label"], str(entry["images"]), relevant, *counts, partner)
    console.print(table)
    names = (
        "images",
        "labels_an_image",
        "without_labels",
        "exact_duplicates",
        "contradictory",
        "near_duplicates",
    )
    for name in names:
        console.print(f"{name.replace('_', ' ')}: {figures[name]}")
    for kind in ("same_bytes", "look_alike") if splits else ():
        console.print(f"{kind.replace('_', ' ')} on different sides: {splits[kind]['count']}")
    for problem in figures["unreadable"]:
        typer.echo(f"unreadable: {problem['image']}: {problem['reason']}")
