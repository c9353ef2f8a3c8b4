"""Options that several commands take, and how results are printed."""

import getpass
import json
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from trainer.errors import DatasetError
from trainer.head.config import TrainConfig, load_experiment

DataOption = Annotated[
    Path, typer.Option(help="Folder of the dataset, such as MIRFLICKR-25K's two archives.")
]
WorkOption = Annotated[Path, typer.Option(help="Folder of what is kept between steps: bottlenecks, reports.")]
RegistryOption = Annotated[
    str,
    typer.Option(envvar="VIGNETTE_REGISTRY__URL", help="Address or folder of the model registry."),
]
ConfigOption = Annotated[
    str,
    typer.Option(
        help="An experiment: a Python file, the name of one that comes with the trainer (best, baseline), "
        "or the configuration as JSON."
    ),
]
DistortedOption = Annotated[
    int, typer.Option(min=0, help="Test images on which robustness is measured; 0 for none.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one document, for machines.")]


def new_app() -> typer.Typer:
    """Return a group of commands that prints no frames around errors and no locals."""
    return typer.Typer(
        add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
    )


def typed_command() -> str:
    """Return the command line as it was typed, for manifests."""
    return "vignette-trainer " + shlex.join(sys.argv[1:])


def user_name() -> str:
    """Return who runs this, for the registry's history."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "vignette-trainer"


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1))


def parse_config(text: str) -> TrainConfig:
    """Read a configuration from JSON or an experiment's file; raises `DatasetError`."""
    if not text.lstrip().startswith(("{", "[")):
        return load_experiment(text)
    try:
        values = json.loads(text)
    except ValueError as error:
        raise DatasetError(f"--config is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise DatasetError("--config is not a JSON object.")
    return TrainConfig.parse(values)
