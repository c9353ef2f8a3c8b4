"""`vignette-trainer dataset`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from trainer.commands.options import (
    DatasetArgument,
    JsonOption,
    RegistryOption,
    SnapshotOption,
    new_app,
    print_json,
    print_result,
)
from trainer.dataset import ANNOTATIONS_JSON, open_dataset, write_annotations
from trainer.dataset import download as mirflickr
from trainer.dataset.inspection import inspect_images
from trainer.dataset.manifest import SPLITS
from trainer.dataset.snapshot import freeze, open_snapshot, write_snapshot
from trainer.dataset.statistics import DatasetStatistics, describe
from trainer.errors import DatasetError
from trainer.support.progress import show_count, show_transfer
from trainer.support.registry import open_registry
from vignette_shared.registry import Registry

app = new_app()


@app.callback()
def _dataset() -> None:
    """Download, describe, split and export annotated images."""


@app.command()
def download(
    folder: Annotated[Path, typer.Argument(help="Folder to download to.")],
    *,
    images_url: Annotated[
        str, typer.Option(envvar="VIGNETTE_IMAGES_URL", help="URL of the image archive.")
    ] = mirflickr.IMAGES_URL,
    annotations_url: Annotated[
        str, typer.Option(envvar="VIGNETTE_ANNOTATIONS_URL", help="URL of the annotation archive.")
    ] = mirflickr.ANNOTATIONS_URL,
    unpack: Annotated[
        bool, typer.Option(help="Unpack the archives. Every command also reads them packed.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Download MIRFLICKR-25K.

    Complete files are kept; partial downloads resume.
    """
    unpacked = mirflickr.download(
        folder, mirflickr.sources(images_url, annotations_url), unpacked=unpack, shown=show_transfer
    )
    print_result({"folder": str(folder), "unpacked": unpacked}, f"{folder} is complete.", as_json=as_json)


@app.command()
def annotations(
    data: DatasetArgument,
    out: Annotated[
        Path | None, typer.Option(help="File to write. Default: annotations.json in the dataset's folder.")
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Convert annotations of any supported format to annotations.json."""
    dataset = open_dataset(data)
    path = out or (data if data.is_dir() else data.parent) / ANNOTATIONS_JSON
    write_annotations(dataset, path)
    print_result(
        {"file": str(path), "images": len(dataset.names), "labels": len(dataset.labels)},
        f"{path}: {len(dataset.names)} images, {len(dataset.labels)} labels.",
        as_json=as_json,
    )


@app.command()
def stats(
    data: DatasetArgument,
    *,
    snapshot: SnapshotOption = "",
    registry: RegistryOption = "",
    as_json: JsonOption = False,
) -> None:
    """Print a dataset's statistics, by split if it has splits."""
    dataset = open_snapshot(_registry(registry), data, snapshot) if snapshot else open_dataset(data)
    with show_count("images", len(dataset.names)) as progress:
        inspection = inspect_images(dataset, progress)
    statistics = describe(dataset, inspection)
    if as_json:
        print_json(statistics.as_json())
    else:
        _print_statistics(statistics)


@app.command()
def split(
    data: DatasetArgument,
    *,
    registry: RegistryOption,
    seed: Annotated[int, typer.Option(help="Seed of the split.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Split a dataset and freeze it as a snapshot.

    72 % train, 8 % validation, 20 % test, stratified by label.
    """
    dataset, models = open_dataset(data), _registry(registry)
    with show_count("images", len(dataset.names)) as progress:
        snapshot = write_snapshot(freeze(dataset, seed, progress=progress), models)
    sizes: dict[str, int] = {name: len(snapshot.rows_of(name)) for name in SPLITS}
    skipped = len(dataset.names) - len(snapshot.rows)
    print_result(
        {"snapshot": snapshot.name, "images": len(snapshot.rows), **sizes, "skipped": skipped},
        f"{snapshot.name}: {', '.join(f'{size} {name}' for name, size in sizes.items())}, {skipped} skipped.",
        as_json=as_json,
    )


@app.command()
def tfrecords(
    data: DatasetArgument,
    *,
    out: Annotated[Path, typer.Option(help="Folder to write the shards to.")],
    registry: RegistryOption,
    snapshot: SnapshotOption = "latest",
    as_json: JsonOption = False,
) -> None:
    """Export a snapshot as TFRecord shards and verify them."""
    dataset = open_snapshot(_registry(registry), data, snapshot)
    # TensorFlow takes seconds to import; the other dataset commands don't need it.
    from trainer.dataset.tfrecords import SHARDS, read_shards, write_shards  # noqa: PLC0415

    with show_count("records", len(dataset.names), "records") as progress:
        paths = write_shards(dataset, out, progress)
    records = {name: sum(1 for _ in read_shards(out, name)) for name in SHARDS}
    print_result(
        {"folder": str(out), "shards": [path.name for path in paths], "records": records},
        f"{out}: {len(paths)} shards, {sum(records.values())} records, all readable.",
        as_json=as_json,
    )


def _registry(address: str) -> Registry:
    if not address:
        raise DatasetError("--snapshot needs --registry.")
    return open_registry(address)


def _print_statistics(statistics: DatasetStatistics) -> None:
    console = Console()
    splits = statistics.splits
    names = list(splits.images) if splits else []
    table = Table("label", "images", "relevant", *names, "most often with")
    for row, label in enumerate(statistics.labels):
        together = list(statistics.co_occurrence[row])
        together[row] = -1
        partner = statistics.labels[together.index(max(together))].label
        counts = [str(splits.labels[name][label.label]) for name in names] if splits else []
        relevant = "" if label.relevant is None else str(label.relevant)
        table.add_row(label.label, str(label.images), relevant, *counts, partner)
    console.print(table)
    for title, count in statistics.totals().items():
        console.print(f"{title}: {count}")
    if splits:
        console.print(f"same bytes in different splits: {splits.same_bytes.count}")
        console.print(f"near-duplicates in different splits: {splits.look_alike.count}")
    for problem in statistics.unreadable:
        typer.echo(f"unreadable: {problem['image']}: {problem['reason']}")
