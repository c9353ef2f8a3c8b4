"""`train`, `sweep`, `evaluate` and `starter`: heads over a backbone."""

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from trainer.commands.options import (
    ConfigOption,
    DataOption,
    DistortedOption,
    JsonOption,
    RegistryOption,
    WorkOption,
    new_app,
    parse_config,
    print_json,
    typed_command,
)
from trainer.errors import DatasetError

top = new_app()

SnapshotOption = Annotated[str, typer.Option(help="A frozen split in the registry, or `latest`.")]
BackboneOption = Annotated[
    str, typer.Option(help="A backbone's name or fingerprint; `production`: the one that serves.")
]


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
    from trainer.pipeline.starter import StarterInputs, build_starter  # noqa: PLC0415
    from trainer.support.progress import shown_progress  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as temporary, shown_progress() as report:
        inputs = StarterInputs(data, weights, photos, targets, work or Path(temporary))
        manifest = build_starter(inputs, out, chosen, typed_command(), report)
    extra = manifest.model_extra or {}
    typer.echo(json.dumps({"version": manifest.version, **extra["figures"]}, indent=1))


@top.command()
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
        typer.Option(
            help="Folder of the run to write; below WORK/runs, named by what it is made of, when left out."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a head over a backbone: a run, to be evaluated and published."""
    chosen = parse_config(config)
    from trainer.embedding.bottlenecks import CACHE  # noqa: PLC0415
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.runs.experiment import run_experiment, run_folder  # noqa: PLC0415
    from trainer.runs.subject import open_backbone, open_split  # noqa: PLC0415
    from trainer.support.progress import shown_progress  # noqa: PLC0415

    models = open_registry(registry)
    dataset = open_split(models, data, snapshot)
    with shown_progress() as report:
        network = open_backbone(models, backbone, chosen.views)
        folder = out or run_folder(work, dataset, network.spec, chosen)
        run, trained = run_experiment(dataset, network, chosen, work / CACHE, folder, typed_command(), report)
    figures = {key: trained.metrics[key] for key in ("split", "images", "mean_ap", "pr_auc_mean")}
    if as_json:
        print_json({"run": str(run.folder), **figures, "epochs": len(trained.history)})
        return
    typer.echo(
        f"{run.folder}: mean AP {figures['mean_ap']} on {figures['images']} images of the "
        f"{figures['split']} split. Next: `vignette-trainer evaluate {run.folder}`."
    )


@top.command()
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
    out: Annotated[Path | None, typer.Option(help="Folder of the results; WORK/sweep when left out.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Trainings at a time, one thread each.")] = 2,
    as_json: JsonOption = False,
) -> None:
    """Train a grid of configurations and compare them on the validation split."""
    chosen = parse_config(config)
    values = read_grid(grid)
    from trainer.embedding.bottlenecks import CACHE  # noqa: PLC0415
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.head.sweep import expand, sweep  # noqa: PLC0415
    from trainer.head.train import prepare  # noqa: PLC0415
    from trainer.runs.subject import open_backbone, open_split  # noqa: PLC0415
    from trainer.support.progress import shown_count, shown_progress  # noqa: PLC0415

    configs = expand(chosen, values)
    models = open_registry(registry)
    dataset = open_split(models, data, snapshot)
    with shown_progress() as report:
        network = open_backbone(models, backbone, chosen.views)
        material = prepare(dataset, network, chosen, work / CACHE, report)
    with shown_count("trainings", len(configs), "trainings") as progress:
        rows = sweep(material, configs, out or work / "sweep", jobs, progress)
    if as_json:
        print_json(rows)
    else:
        _print_table(rows, list(values))


@top.command()
def evaluate(
    subject: Annotated[str, typer.Argument(help="Folder of a run, a version, or `production`.")],
    *,
    registry: RegistryOption,
    photos: Annotated[
        Path | None,
        typer.Option(help="Annotated photos: print the figures on them instead, and write nothing."),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the dataset.")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder of what is kept between steps.")] = None,
    snapshot: SnapshotOption = "latest",
    against: Annotated[
        str, typer.Option(help="Another head, named likewise: state the difference from it.")
    ] = "",
    name: Annotated[str, typer.Option(help="In the report and in results.csv.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; the run's own, or WORK/evaluations/VERSION.")
    ] = None,
    results: Annotated[Path | None, typer.Option(help="CSV file; WORK/results.csv when left out.")] = None,
    distorted: DistortedOption = 300,
    as_json: JsonOption = False,
) -> None:
    """Measure a head on the frozen test split: metrics.json, a row of results.csv, report.html."""
    from trainer.evaluation.measure import measure_version, open_registry  # noqa: PLC0415

    models = open_registry(registry)
    if photos:
        with tempfile.TemporaryDirectory() as temporary:
            figures = measure_version(models, subject, photos, Path(temporary))
        for entry in figures["per_label"]:
            del entry["curve"]
        print_json(figures)
        return
    if data is None or work is None:
        raise DatasetError("Give the dataset by --data and the folder of what is kept by --work.")
    from trainer.report.writing import evaluate_subject  # noqa: PLC0415
    from trainer.runs.subject import open_split, open_subject  # noqa: PLC0415
    from trainer.support.progress import shown_progress  # noqa: PLC0415

    opened = open_subject(models, subject)
    dataset = open_split(models, data, snapshot)
    with shown_progress() as report:
        written = evaluate_subject(
            models,
            opened,
            dataset,
            work,
            name=name or opened.name,
            against=open_subject(models, against) if against else None,
            out=out,
            results=results,
            distorted_images=distorted,
            report=report,
        )
    shown = {"report": str(written.report), **written.summary}
    if as_json:
        print_json(shown)
    else:
        typer.echo("\n".join(f"{key:12} {_said(value)}" for key, value in shown.items()))


def read_grid(text: str) -> dict[str, Any]:
    """Read a grid from JSON or a JSON file; raises `DatasetError`."""
    try:
        body = text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8")
        values = json.loads(body)
    except OSError as error:
        raise DatasetError(f"--grid: {text} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise DatasetError(f"--grid is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise DatasetError("--grid is not a JSON object.")
    return values


def _said(value: Any) -> str:
    """Return a figure as people read it; the difference from another head is a mapping."""
    if isinstance(value, dict):
        return f"{value['name']}: {value['delta']:+.4f} mean AP ({value['low']:+.4f} to {value['high']:+.4f})"
    return str(value)


def _print_table(rows: list[dict[str, Any]], keys: list[str]) -> None:
    table = Table("mean AP", "epoch", "loss", *keys)
    for row in rows:
        values = (str(row["config"][key]) for key in keys)
        table.add_row(f"{row['mean_ap']:.4f}", str(row["epoch"]), f"{row['loss']:.4f}", *values)
    Console().print(table)
