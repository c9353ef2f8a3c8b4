"""`vignette-trainer backbone ...`, `finetune` and `embed`: networks and what they make of images."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from trainer.commands.options import (
    JsonOption,
    RegistryOption,
    WorkOption,
    new_app,
    print_json,
    typed_command,
)
from trainer.errors import DatasetError

app = new_app()
sources = new_app()
app.add_typer(sources, name="import")
top = new_app()
"""Commands that stand at the top, not below `backbone`: `embed`, `finetune`."""

NameArgument = Annotated[str, typer.Argument(help="A fingerprint, a name, or `production`.")]
BackboneOption = Annotated[str, typer.Option("--backbone", help="A fingerprint, a name, or `production`.")]
DataOption = Annotated[Path, typer.Option(help="A dataset: its folder, or the annotation file.")]
SnapshotOption = Annotated[
    str, typer.Option(help="A frozen split in the registry, or `latest`; without it one is drawn.")
]
PretrainConfigOption = Annotated[
    str,
    typer.Option("--config", help='Values to change, as JSON: {"epochs": 20}. A wrong key lists the others.'),
]


@app.callback()
def _backbone() -> None:
    """Import, check and train backbones."""


@sources.callback()
def _sources() -> None:
    """Bring in a network that others have trained."""


@sources.command("imagenet")
def import_imagenet(
    *,
    registry: RegistryOption,
    work: WorkOption = Path("var/trainer"),
    file: Annotated[
        Path | None,
        typer.Option(envvar="VIGNETTE_BACKBONE_FILE", help="Keras' HDF5 file, where there is no internet."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(envvar="VIGNETTE_IMAGENET_URL", help="Another address of that file.")
    ] = None,
    md5: Annotated[
        str | None, typer.Option(help="Of the file; Keras' published one when left out, any when empty.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Publish Keras' Inception-v3 with ImageNet weights as the backbone `imagenet`."""
    from trainer.backbone.artifacts import publish_backbone  # noqa: PLC0415
    from trainer.backbone.imagenet import FACTS, MD5, URL, imagenet_file, read_imagenet  # noqa: PLC0415
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.support.progress import shown_transfer  # noqa: PLC0415

    with shown_transfer("imagenet") as progress:
        wanted = MD5 if md5 is None else md5
        path = imagenet_file(work / "downloads", file, url=url or URL, md5=wanted, progress=progress)
    manifest, is_new = publish_backbone(open_registry(registry), read_imagenet(path).dump(), FACTS)
    _say_published(manifest.fingerprint, is_new=is_new, as_json=as_json)


@app.command("list")
def list_backbones(*, registry: RegistryOption, as_json: JsonOption = False) -> None:
    """List the backbones in the registry."""
    from trainer.backbone.lookup import list_backbones as found_in  # noqa: PLC0415
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415

    found = [manifest.model_dump(mode="json") for manifest in found_in(open_registry(registry))]
    if as_json:
        print_json(found)
    elif found:
        Console().print(_listed(found))
    else:
        typer.echo(
            f"{registry} holds no backbone: import one with `vignette-trainer backbone import imagenet`, "
            "or train one with `vignette-trainer backbone pretrain`."
        )


@app.command()
def show(name: NameArgument, *, registry: RegistryOption, as_json: JsonOption = False) -> None:
    """Print a backbone's manifest."""
    from trainer.backbone.lookup import find_backbone  # noqa: PLC0415
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415

    models = open_registry(registry)
    facts = models.backbone(find_backbone(models, name)).model_dump(mode="json")
    if as_json:
        print_json(facts)
        return
    for key, value in facts.items():
        typer.echo(f"{key:21} {json.dumps(value) if isinstance(value, (dict, list)) else value}")


@app.command()
def verify(name: NameArgument, *, registry: RegistryOption, as_json: JsonOption = False) -> None:
    """Check a backbone's files and what it makes of pictures; status 2 when it is damaged."""
    from trainer.backbone.artifacts import verify_backbone  # noqa: PLC0415
    from trainer.backbone.lookup import find_backbone  # noqa: PLC0415
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415

    models = open_registry(registry)
    figures = verify_backbone(models, find_backbone(models, name))
    if as_json:
        print_json(figures)
        return
    cosine = figures["cosine"]
    agrees = f"cosine {cosine} to its golden embeddings" if cosine else "no golden embeddings to compare with"
    typer.echo(f"{figures['fingerprint']} is whole: {', '.join(figures['files'])}; {agrees}.")


@app.command()
def pretrain(
    *,
    data: DataOption,
    registry: RegistryOption,
    work: WorkOption = Path("var/trainer"),
    start: Annotated[
        str, typer.Option("--from", help="Backbone to go on from; without it the weights are random.")
    ] = "",
    targets: Annotated[
        Path | None, typer.Option(help="Another network's embeddings and soft labels, safetensors.")
    ] = None,
    snapshot: SnapshotOption = "",
    name: Annotated[str, typer.Option(help="What the backbone is called in lists.")] = "pretrained",
    config: PretrainConfigOption = "{}",
    as_json: JsonOption = False,
) -> None:
    """Train a whole backbone, from nothing or from another; publish what validates best."""
    settings = _parsed(config, {})
    _train_backbone(data, registry, work, start, targets, snapshot, name, settings, as_json=as_json)


@top.command()
def finetune(
    *,
    data: DataOption,
    registry: RegistryOption,
    work: WorkOption = Path("var/trainer"),
    start: Annotated[str, typer.Option("--from", help="Backbone to go on from.")] = "production",
    blocks: Annotated[int, typer.Option(min=1, max=12, help="How many of the 12, from the top, learn.")] = 2,
    snapshot: SnapshotOption = "",
    name: Annotated[str, typer.Option(help="What the backbone is called in lists.")] = "finetuned",
    config: PretrainConfigOption = "{}",
    as_json: JsonOption = False,
) -> None:
    """Train the top blocks of a backbone on the labels of a dataset; publish what validates best."""
    settings = _parsed(config, {"top_blocks": blocks})
    _train_backbone(data, registry, work, start, None, snapshot, name, settings, as_json=as_json)


@top.command()
def embed(
    *,
    data: DataOption,
    registry: RegistryOption,
    work: WorkOption = Path("var/trainer"),
    backbone: BackboneOption = "production",
    mirrored: Annotated[
        bool | None, typer.Option(help="See images mirrored, too, or not; as the backbone does if left out.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="Networks at a time, each in its process.")] = 1,
    distributed: Annotated[
        bool, typer.Option(help="By the tagger workers on the broker of VIGNETTE_BROKER__URL.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Fill the bottleneck cache: embed what it lacks of a dataset."""
    from trainer.embedding.fill import fill_cache  # noqa: PLC0415
    from trainer.support.progress import shown_count  # noqa: PLC0415

    views: Literal[1, 2] | None = None if mirrored is None else 2 if mirrored else 1
    figures = fill_cache(
        data, registry, work, backbone, processes, views=views, distributed=distributed, shown=shown_count
    )
    if as_json:
        print_json(figures)
        return
    typer.echo(
        f"{figures['embedded']} images embedded now, {figures['skipped']} skipped; {figures['images']} are "
        f"in {figures['folder']}, {figures['bytes_per_image']} bytes each."
    )


def _parsed(text: str, values: dict[str, Any]) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError as error:
        raise DatasetError(f"--config is not JSON: {error}.") from error
    if not isinstance(read, dict):
        raise DatasetError("--config is not a JSON object.")
    return {**values, **read}


def _train_backbone(
    data: Path,
    registry: str,
    work: Path,
    start: str,
    targets: Path | None,
    snapshot: str,
    name: str,
    config: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    from trainer.backbone.pretraining.publishing import BackboneOrder, train_backbone  # noqa: PLC0415
    from trainer.support.progress import shown_progress  # noqa: PLC0415

    order = BackboneOrder(data, work, start, targets, snapshot, name, typed_command())
    with shown_progress() as report:
        manifest, is_new, story = train_backbone(registry, order, config, report)
    if as_json:
        print_json({"fingerprint": manifest.fingerprint, "new": is_new, **story})
        return
    measured = f"of a linear probe on {story['validation']} validation images"
    if not is_new and manifest.fingerprint == story.get("start"):
        typer.echo(
            f"Nothing new is published: no epoch was better than {manifest.fingerprint}, the start, with a "
            f"mean AP of {story['best']} {measured}."
        )
        return
    before = "" if story.get("before") is None else f" ({story['before']} before)"
    typer.echo(
        f"{manifest.fingerprint} {'is published' if is_new else 'was there already'} as {name!r}: "
        f"mean AP {story['best']}{before} {measured}."
    )


def _listed(found: list[dict[str, Any]]) -> Table:
    """The source, which may be long, gets what room is left."""
    titles = ("fingerprint", "name", "input", "geometry", "made")
    table = Table(*(Column(title, no_wrap=True) for title in titles), Column("source"), box=None)
    for each in found:
        side = f"{each['input_side']} px"
        name, made = each.get("name", ""), each["created_at"][:10]
        source = Text(each["source"], no_wrap=True, overflow="ellipsis")
        table.add_row(each["fingerprint"], name, side, each["geometry"], made, source)
    return table


def _say_published(fingerprint: str, *, is_new: bool, as_json: bool) -> None:
    if as_json:
        print_json({"fingerprint": fingerprint, "new": is_new})
    else:
        typer.echo(f"{fingerprint} {'is published' if is_new else 'was there already'}.")
