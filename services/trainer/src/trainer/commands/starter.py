"""`vignette-trainer starter`."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import ConfigOption, DataOption, new_app, parse_config, typed_command
from trainer.pipeline.starter import StarterInputs, build_starter
from trainer.support.progress import show_phases

app = new_app()


@app.command()
def starter(
    *,
    data: DataOption,
    weights: Annotated[Path, typer.Option(help="Weights of the starter backbone, safetensors.")],
    photos: Annotated[Path, typer.Option(help="Folder of annotated photos that no model was trained on.")],
    out: Annotated[Path, typer.Option(help="Folder of the registry to write.")],
    targets: Annotated[Path | None, typer.Option(help="Soft labels of the images, safetensors.")] = None,
    work: Annotated[
        Path | None, typer.Option(help="Folder of the bottleneck cache. Default: a temporary folder.")
    ] = None,
    config: ConfigOption = "{}",
) -> None:
    """Rebuild the model that ships with Vignette."""
    train_config = parse_config(config)
    with tempfile.TemporaryDirectory() as temporary, show_phases() as report:
        inputs = StarterInputs(data, weights, photos, targets, work or Path(temporary))
        manifest = build_starter(inputs, out, train_config, typed_command(), report)
    extra = manifest.model_extra or {}
    typer.echo(json.dumps({"version": manifest.version, **extra["figures"]}, indent=1))
