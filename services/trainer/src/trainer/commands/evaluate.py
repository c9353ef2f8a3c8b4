"""`vignette-trainer evaluate`."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from trainer.commands.options import (
    DistortedOption,
    JsonOption,
    RegistryOption,
    SnapshotOption,
    new_app,
    print_json,
)
from trainer.dataset.snapshot import open_snapshot
from trainer.errors import DatasetError
from trainer.evaluation.photos import evaluate_on_photos
from trainer.report.writing import evaluate_subject
from trainer.runs.subject import open_subject
from trainer.support.progress import show_phases
from trainer.support.registry import open_registry
from vignette_shared.registry import Registry

app = new_app()


@app.command()
def evaluate(
    subject: Annotated[str, typer.Argument(help="A run's folder, a version, or `production`.")],
    *,
    registry: RegistryOption,
    photos: Annotated[
        Path | None,
        typer.Option(help="Evaluate on this folder of annotated photos, print the metrics, write nothing."),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The dataset's folder, or its annotation file.")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder with the bottleneck cache.")] = None,
    snapshot: SnapshotOption = "latest",
    against: Annotated[
        str, typer.Option(help="A second head to compare with: a run's folder, a version, or `production`.")
    ] = "",
    name: Annotated[str, typer.Option(help="Name in the report and in results.csv.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the report. Default: the run's folder, or WORK/evaluations/VERSION."),
    ] = None,
    results: Annotated[
        Path | None, typer.Option(help="CSV file of results. Default: WORK/results.csv.")
    ] = None,
    distorted: DistortedOption = 300,
    as_json: JsonOption = False,
) -> None:
    """Evaluate a head and write its report.

    Measures on the snapshot's test split; writes metrics.json, report.html and a row of results.csv.
    """
    models = open_registry(registry)
    if photos:
        _print_photo_metrics(models, subject, photos)
        return
    if data is None or work is None:
        raise DatasetError("evaluate needs --data and --work, or --photos.")
    evaluated = open_subject(models, subject)
    dataset = open_snapshot(models, data, snapshot)
    with show_phases() as report:
        written = evaluate_subject(
            models,
            evaluated,
            dataset,
            work,
            name=name or evaluated.name,
            against=open_subject(models, against) if against else None,
            out=out,
            results=results,
            distorted_images=distorted,
            report=report,
        )
    result = {"report": str(written.report), **written.summary}
    if as_json:
        print_json(result)
    else:
        typer.echo("\n".join(f"{key:12} {_format(value)}" for key, value in result.items()))


def _print_photo_metrics(models: Registry, version: str, photos: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        metrics = evaluate_on_photos(models, version, photos, Path(temporary))
    # Sixty points of each label's curve would bury the figures.
    print_json(
        metrics.model_dump(mode="json", exclude_unset=True, exclude={"per_label": {"__all__": {"curve"}}})
    )


def _format(value: Any) -> str:
    """Format a figure; a comparison with another head is a mapping."""
    if isinstance(value, dict):
        return f"{value['name']}: {value['delta']:+.4f} mean AP ({value['low']:+.4f} to {value['high']:+.4f})"
    return str(value)
