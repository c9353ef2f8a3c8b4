"""`vignette-trainer`: training without the website."""

import json
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from trainer.config import TrainConfig
from trainer.errors import DatasetError
from vignette_shared.errors import VignetteError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

DataOption = Annotated[Path, typer.Option(help="Folder with MIRFLICKR-25K's two zip archives.")]
ConfigOption = Annotated[str, typer.Option(help="Training configuration as JSON; see trainer/config.py.")]


@app.callback()
def _commands() -> None:
    """Train, evaluate and publish heads over a backbone."""


@app.command()
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

    command = "vignette-trainer " + shlex.join(sys.argv[1:])
    with tempfile.TemporaryDirectory() as temporary, shown_progress() as report:
        inputs = StarterInputs(data, weights, photos, targets, work or Path(temporary))
        manifest = build_starter(inputs, out, chosen, command, report)
    extra = manifest.model_extra or {}
    typer.echo(json.dumps({"version": manifest.version, **extra["figures"]}, indent=1))


@app.command()
def train(
    *,
    data: DataOption,
    work: Annotated[Path, typer.Option(help="Folder of the bottleneck cache.")],
    registry: Annotated[str, typer.Option(help="Address of the model registry.")],
    config: ConfigOption = "{}",
) -> None:
    """Train a head over the backbone in production and publish it as the candidate."""
    chosen = parse_config(config)
    from trainer.candidate import train_candidate  # noqa: PLC0415
    from trainer.progress import shown_progress  # noqa: PLC0415

    with shown_progress() as report:
        manifest, metrics = train_candidate(data, work, registry, chosen, report)
    typer.echo(json.dumps({"version": manifest.version, "mean_ap": metrics["mean_ap"]}))


@app.command()
def evaluate(
    version: Annotated[str, typer.Argument(help="A version, or `production`.")],
    registry: Annotated[str, typer.Option(help="Address of the model registry.")],
    photos: Annotated[Path, typer.Option(help="Folder of photos with annotations.json.")],
) -> None:
    """Measure a published version on annotated photos."""
    from trainer.measure import measure_version, open_registry  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as temporary:
        figures = measure_version(open_registry(registry), version, photos, Path(temporary))
    for entry in figures["per_label"]:
        del entry["curve"]
    typer.echo(json.dumps(figures, indent=1))


def parse_config(text: str) -> TrainConfig:
    """Read a configuration from JSON; raises `DatasetError`."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise DatasetError(f"--config is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise DatasetError("--config is not a JSON object.")
    return TrainConfig.parse(values)


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit status 2."""
    try:
        app()
    except VignetteError as error:
        sys.stderr.write(f"{error.detail}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
