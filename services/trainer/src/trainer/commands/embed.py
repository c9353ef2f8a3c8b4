"""`vignette-trainer embed`."""

from pathlib import Path
from typing import Annotated

import typer

from trainer.backbone.lookup import find_backbone, with_views
from trainer.commands.options import (
    BackboneOption,
    DataOption,
    JsonOption,
    RegistryOption,
    WorkOption,
    new_app,
    print_result,
)
from trainer.embedding.fill import fill_cache
from trainer.support.progress import show_count
from trainer.support.registry import open_registry

app = new_app()


@app.command()
def embed(
    *,
    data: DataOption,
    registry: RegistryOption,
    work: WorkOption = Path("var/trainer"),
    backbone: BackboneOption = "production",
    mirrored: Annotated[
        bool | None,
        typer.Option(
            help="Average each image's embedding with its mirror image's. Default: as the backbone."
        ),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="Number of processes, each with its network.")] = 1,
    distributed: Annotated[
        bool, typer.Option(help="Embed on the tagger workers of the broker VIGNETTE_BROKER__URL.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Fill the bottleneck cache of a dataset."""
    models = open_registry(registry)
    fingerprint = find_backbone(models, backbone)
    if mirrored is not None:
        fingerprint = with_views(models, fingerprint, 2 if mirrored else 1)
    result = fill_cache(
        data, registry, work, fingerprint, processes, distributed=distributed, shown=show_count
    )
    print_result(
        result.as_json(),
        f"{result.embedded} images embedded, {result.skipped} skipped. {result.folder} now holds "
        f"{result.images}, {result.bytes_per_image} bytes each.",
        as_json=as_json,
    )
