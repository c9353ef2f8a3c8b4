"""`vignette-trainer train`."""

from pathlib import Path
from typing import Annotated

import typer

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
    print_result,
    typed_command,
)
from trainer.dataset.snapshot import open_snapshot
from trainer.embedding.bottlenecks import CACHE
from trainer.runs.experiment import default_run_folder, run_experiment
from trainer.support.progress import show_phases
from trainer.support.registry import open_registry

app = new_app()


@app.command()
def train(
    *,
    data: DataOption,
    work: WorkOption,
    registry: RegistryOption,
    config: ConfigOption = "best",
    snapshot: SnapshotOption = "latest",
    backbone: BackboneOption = "production",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the run. Default: WORK/runs/ID, where ID identifies its inputs."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a head over a backbone.

    The result is a training run: a folder with the head, to be evaluated and published.
    """
    train_config = parse_config(config)
    models = open_registry(registry)
    dataset = open_snapshot(models, data, snapshot)
    with show_phases() as report:
        network = open_backbone(models, backbone, train_config.views)
        folder = out or default_run_folder(work, dataset, network.spec, train_config)
        run, trained = run_experiment(
            dataset, network, train_config, work / CACHE, folder, typed_command(), report
        )
    metrics = trained.metrics
    result = {
        "run": str(run.folder),
        "split": metrics.split,
        "images": metrics.images,
        "mean_ap": metrics.mean_ap,
        "pr_auc_mean": metrics.pr_auc_mean,
        "epochs": len(trained.history),
    }
    print_result(
        result,
        f"{run.folder}: mean AP {metrics.mean_ap} on {metrics.images} images of the {metrics.split} split. "
        f"Next: `vignette-trainer evaluate {run.folder}`.",
        as_json=as_json,
    )
