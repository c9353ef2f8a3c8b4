"""`vignette-trainer sweep`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from trainer.backbone.lookup import open_backbone
from trainer.commands.options import (
    BackboneOption,
    ConfigOption,
    DataOption,
    JsonOption,
    RegistryOption,
    SnapshotOption,
    WorkOption,
    new_app,
    parse_config,
    parse_object,
    print_json,
)
from trainer.dataset.snapshot import open_snapshot
from trainer.embedding.bottlenecks import CACHE
from trainer.errors import DatasetError
from trainer.head.sweep import SweepRow, expand
from trainer.head.sweep import sweep as run_sweep
from trainer.head.train import prepare
from trainer.support.progress import show_count, show_phases
from trainer.support.registry import open_registry

app = new_app()


@app.command()
def sweep(
    *,
    data: DataOption,
    work: WorkOption,
    registry: RegistryOption,
    grid: Annotated[
        str, typer.Option(help='Values to combine, as JSON or a JSON file: {"dropout": [0.3, 0.5]}.')
    ],
    config: ConfigOption = "best",
    snapshot: SnapshotOption = "latest",
    backbone: BackboneOption = "production",
    out: Annotated[Path | None, typer.Option(help="Folder of the results. Default: WORK/sweep.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Trainings in parallel, one thread each.")] = 2,
    as_json: JsonOption = False,
) -> None:
    """Train a grid of configurations and compare them.

    Configurations are ranked by mean AP on the validation split; the test split is not used.
    """
    base, values = parse_config(config), read_grid(grid)
    configs = expand(base, values)
    models = open_registry(registry)
    dataset = open_snapshot(models, data, snapshot)
    with show_phases() as report:
        network = open_backbone(models, backbone, base.views)
        samples = prepare(dataset, network, base, work / CACHE, report)
    with show_count("trainings", len(configs), "trainings") as progress:
        rows = run_sweep(samples, configs, out or work / "sweep", jobs, progress)
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        _print_table(rows, list(values))


def read_grid(text: str) -> dict[str, Any]:
    """Read a grid from JSON or a JSON file; raises `DatasetError`."""
    if text.lstrip().startswith("{"):
        return parse_object(text, "--grid")
    try:
        return parse_object(Path(text).read_text(encoding="utf-8"), "--grid")
    except OSError as error:
        raise DatasetError(f"--grid: {text} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"--grid is not JSON: {error}.") from error


def _print_table(rows: list[SweepRow], keys: list[str]) -> None:
    table = Table("mean AP", "epoch", "loss", *keys)
    for row in rows:
        values = (json.dumps(row.config[key]) for key in keys)
        table.add_row(f"{row.mean_ap:.4f}", str(row.epoch), f"{row.loss:.4f}", *values)
    Console().print(table)
