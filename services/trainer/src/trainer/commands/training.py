"""`train`, `evaluate` and `starter`: heads over a backbone."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import (
    ConfigOption,
    DataOption,
    RegistryOption,
    WorkOption,
    new_app,
    parse_config,
    typed_command,
)

top = new_app()


@top.command()
def starter(
    *,
    data: DataOption,
    weights: Annotated[Path, typer.Option(help="The backbone's weights, safetensors.")],
    photos: Annotated[Path, typer.Option(help="Folder of photos that nothing was trained on, annotated.")],
    out: Annotated[Path, typer.Option(help="Folder of the registry to write.")],
    targets: Annotated[Path | None, typer.Option(help="Soft labels of the images, safetensors.")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder of the bottleneck cache to keep.")] = None,
    config: ConfigOption = "{}",
) -> None:
    """Rebuild the model that the project ships."""
    chosen = parse_config(config)
    # TensorFlow takes seconds to import: only once the command line is known to be right.
    from trainer.progress import shown_progress  # noqa: PLC0415
    from trainer.starter import StarterInputs, build_starter  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as temporary, shown_progress() as report:
        inputs = StarterInputs(data, weights, photos, targets, work or Path(temporary))
        manifest = build_starter(inputs, out, chosen, typed_command(), report)
    extra = manifest.model_extra or {}
    typer.echo(json.dumps({"version": manifest.version, **extra["figures"]}, indent=1))


@top.command()
def train(
    *, data: DataOption, work: WorkOption, registry: RegistryOption, config: ConfigOption = "{}"
) -> None:
    """Train a head over the backbone in production and publish it as the candidate."""
    chosen = parse_config(config)
    from trainer.candidate import train_candidate  # noqa: PLC0415
    from trainer.progress import shown_progress  # noqa: PLC0415

    with shown_progress() as report:
        manifest, metrics = train_candidate(data, work, registry, chosen, report)
    typer.echo(json.dumps({"version": manifest.version, "mean_ap": metrics["mean_ap"]}))


@top.command()
def evaluate(
    version: Annotated[str, typer.Argument(help="A version, or `production`.")],
    registry: RegistryOption,
    photos: Annotated[Path, typer.Option(help="Folder of photos with annotations.json.")],
) -> None:
    """Measure a published version on annotated photos."""
    from trainer.measure import measure_version, open_registry  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as temporary:
        figures = measure_version(open_registry(registry), version, photos, Path(temporary))
    for entry in figures["per_label"]:
        del entry["curve"]
    typer.echo(json.dumps(figures, indent=1))
