"""Options that several commands share, and the parsing of JSON arguments."""

import getpass
import json
import shlex
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from trainer.errors import DatasetError
from trainer.head.config import TrainConfig, load_experiment

DatasetArgument = Annotated[Path, typer.Argument(help="The dataset's folder, or its annotation file.")]
DataOption = Annotated[Path, typer.Option(help="The dataset's folder, or its annotation file.")]
WorkOption = Annotated[
    Path, typer.Option(help="Folder for intermediate results: bottleneck cache, runs, reports.")
]
RegistryOption = Annotated[
    str, typer.Option(envvar="VIGNETTE_REGISTRY__URL", help="URL or folder of the model registry.")
]
SnapshotOption = Annotated[
    str, typer.Option(help="A snapshot in the registry; `latest` for the newest.", show_default=True)
]
OptionalSnapshotOption = Annotated[
    str, typer.Option(help="A snapshot in the registry, or `latest`. Default: draw a random split.")
]
BackboneOption = Annotated[str, typer.Option(help="A backbone's name or fingerprint, or `production`.")]
ConfigOption = Annotated[
    str,
    typer.Option(
        help="The training configuration: `best`, `baseline`, a Python file that defines `config`, or JSON."
    ),
]
PretrainConfigOption = Annotated[
    str,
    typer.Option(
        "--config", help='Settings to override, as JSON: {"epochs": 20}. A wrong name prints the valid ones.'
    ),
]
BackboneNameOption = Annotated[str, typer.Option(help="Name of the new backbone.")]
DistortedOption = Annotated[
    int, typer.Option(min=0, help="Number of test images to measure robustness on; 0 to skip.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def new_app(cls: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """Return a command group that prints plain errors, without frames or local variables."""
    return typer.Typer(
        cls=cls,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def typed_command() -> str:
    """Return the command line as the user typed it, for manifests."""
    return "vignette-trainer " + shlex.join(sys.argv[1:])


def user_name() -> str:
    """Return the name of the current user, for the promotion history."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user ID may have no name
        return "vignette-trainer"


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1))


def print_result(result: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    """Print a command's result as JSON, or as one sentence."""
    if as_json:
        print_json(result)
    else:
        typer.echo(sentence)


def parse_object(text: str, option: str) -> dict[str, Any]:
    """Parse the JSON object of an option; raises `DatasetError` that names the option."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise DatasetError(f"{option} is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise DatasetError(f"{option} is not a JSON object.")
    return values


def parse_config(text: str) -> TrainConfig:
    """Read a configuration from JSON or an experiment's file; raises `DatasetError`."""
    if not text.lstrip().startswith(("{", "[")):
        return load_experiment(text)
    return TrainConfig.parse(parse_object(text, "--config"))
