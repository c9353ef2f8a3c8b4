"""`vignette-trainer backbone`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from trainer.backbone import lookup
from trainer.backbone.artifacts import publish_backbone, verify_backbone
from trainer.backbone.imagenet import MD5, SOURCE, URL, imagenet_file, read_imagenet
from trainer.backbone.pretraining.publishing import BackboneOrder, train_backbone
from trainer.commands.options import (
    BackboneNameOption,
    DataOption,
    JsonOption,
    OptionalSnapshotOption,
    PretrainConfigOption,
    RegistryOption,
    WorkOption,
    new_app,
    parse_object,
    print_json,
    print_result,
    typed_command,
)
from trainer.support.progress import show_phases, show_transfer
from trainer.support.registry import open_registry
from vignette_shared.registry import BackboneManifest

app = new_app()
imports = new_app()
app.add_typer(imports, name="import")

NameArgument = Annotated[str, typer.Argument(help="A backbone's name or fingerprint, or `production`.")]


@app.callback()
def _backbone() -> None:
    """Import, verify and train backbones."""


@imports.callback()
def _import() -> None:
    """Import a pretrained network."""


@imports.command("imagenet")
def import_imagenet(
    *,
    registry: RegistryOption,
    work: WorkOption = Path("var/trainer"),
    file: Annotated[
        Path | None,
        typer.Option(envvar="VIGNETTE_BACKBONE_FILE", help="Keras' HDF5 file, instead of a download."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(envvar="VIGNETTE_IMAGENET_URL", help="URL of a mirror of that file.")
    ] = None,
    md5: Annotated[
        str | None, typer.Option(help="Expected MD5. Default: the one Keras publishes; empty to skip.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Publish Keras' ImageNet weights of Inception-v3 as the backbone `imagenet`."""
    with show_transfer("imagenet") as progress:
        expected = MD5 if md5 is None else md5
        path = imagenet_file(work / "downloads", file, url=url or URL, md5=expected, progress=progress)
    manifest, is_new = publish_backbone(open_registry(registry), read_imagenet(path).dump(), SOURCE)
    print_result(
        {"fingerprint": manifest.fingerprint, "new": is_new},
        f"{manifest.fingerprint} {'is published' if is_new else 'was already published'}.",
        as_json=as_json,
    )


@app.command("list")
def list_backbones(*, registry: RegistryOption, as_json: JsonOption = False) -> None:
    """List the backbones in the registry."""
    manifests = lookup.list_backbones(open_registry(registry))
    if as_json:
        print_json([manifest.model_dump(mode="json") for manifest in manifests])
    elif manifests:
        Console().print(_table(manifests))
    else:
        typer.echo(
            f"{registry} has no backbones. Import one with `vignette-trainer backbone import imagenet`, "
            "or train one with `vignette-trainer backbone pretrain`."
        )


@app.command()
def show(name: NameArgument, *, registry: RegistryOption, as_json: JsonOption = False) -> None:
    """Print a backbone's manifest."""
    models = open_registry(registry)
    facts = models.backbone(lookup.find_backbone(models, name)).model_dump(mode="json")
    if as_json:
        print_json(facts)
        return
    for key, value in facts.items():
        typer.echo(f"{key:21} {json.dumps(value) if isinstance(value, (dict, list)) else value}")


@app.command()
def verify(name: NameArgument, *, registry: RegistryOption, as_json: JsonOption = False) -> None:
    """Verify a backbone's files and embeddings.

    Exits with status 2 if the backbone is damaged.
    """
    models = open_registry(registry)
    verified = verify_backbone(models, lookup.find_backbone(models, name))
    golden = (
        "no golden embeddings to compare with"
        if verified.cosine is None
        else f"cosine {verified.cosine} to its golden embeddings"
    )
    print_result(
        verified.as_json(),
        f"{verified.fingerprint} is intact: {', '.join(verified.files)}; {golden}.",
        as_json=as_json,
    )


@app.command()
def pretrain(
    *,
    data: DataOption,
    registry: RegistryOption,
    work: WorkOption = Path("var/trainer"),
    start: Annotated[
        str, typer.Option("--from", help="The backbone to start from. Default: random weights.")
    ] = "",
    targets: Annotated[
        Path | None, typer.Option(help="Another network's embeddings and soft labels, safetensors.")
    ] = None,
    snapshot: OptionalSnapshotOption = "",
    name: BackboneNameOption = "pretrained",
    config: PretrainConfigOption = "{}",
    as_json: JsonOption = False,
) -> None:
    """Train a whole backbone.

    Publishes the weights of the best epoch by validation.
    """
    order = BackboneOrder(data, work, start, targets, snapshot, name, typed_command())
    with show_phases() as report:
        result = train_backbone(registry, order, parse_object(config, "--config"), report)
    print_result(result.as_json(), result.sentence(name), as_json=as_json)


def _table(manifests: list[BackboneManifest]) -> Table:
    titles = ("fingerprint", "name", "input", "geometry", "created")
    # Only the source may be long: it gets the remaining width.
    table = Table(*(Column(title, no_wrap=True) for title in titles), Column("source"), box=None)
    for manifest in manifests:
        name = (manifest.model_extra or {}).get("name", "")
        source = Text(manifest.source, no_wrap=True, overflow="ellipsis")
        created = f"{manifest.created_at:%Y-%m-%d}"
        side = f"{manifest.input_side} px"
        table.add_row(manifest.fingerprint, name, side, manifest.geometry, created, source)
    return table
