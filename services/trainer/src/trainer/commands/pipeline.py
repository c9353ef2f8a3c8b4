"""`pipeline`: the whole way from a folder to production, which `make train` and the worker go."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from trainer.commands.options import (
    DataOption,
    DistortedOption,
    JsonOption,
    RegistryOption,
    WorkOption,
    new_app,
    print_json,
    typed_command,
    user_name,
)
from trainer.errors import DatasetError, GateRefused
from trainer.head.config import load_experiment
from vignette_shared.errors import VignetteError

top = new_app()


@top.command()
def pipeline(
    *,
    data: DataOption,
    registry: RegistryOption,
    work: WorkOption,
    backbone: Annotated[
        str, typer.Option(help="`production`, `starter`, a published name, or a fingerprint.")
    ] = "production",
    config: Annotated[str, typer.Option(help="An experiment: its file, or `best`, `baseline`.")] = "best",
    changed: Annotated[str, typer.Option(help="Values of it to change, as JSON.")] = "{}",
    seed: Annotated[int, typer.Option(help="Of the split; another seed is another test split.")] = 0,
    starter: Annotated[
        Path | None,
        typer.Option(envvar="VIGNETTE_REGISTRY__STARTER", help="Registry folder with the shipped starter."),
    ] = None,
    distorted: DistortedOption = 300,
    events: Annotated[
        bool,
        typer.Option(
            "--events", help="Print NDJSON: progress, then the result or an error; ends with standard input."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Do it all: freeze, embed, train, evaluate, publish, and promote what passes the gate."""
    with _told_errors() if events else nullcontext():
        changes = _object(changed)
        chosen = load_experiment(config).changed(**changes)
        # TensorFlow takes seconds to import: only once the command line is known to be right.
        from trainer.pipeline.end_to_end import Plan, run_pipeline  # noqa: PLC0415
        from trainer.runs.storage import REPORT_FILE  # noqa: PLC0415
        from trainer.support.progress import end_with_parent, shown_progress, told_progress  # noqa: PLC0415

        if events:
            end_with_parent()
        name = f"{Path(config).stem}{', changed' if changes else ''}"
        told = (typed_command(), user_name(), distorted, name)
        plan = Plan(data, registry, work, chosen, backbone, starter, seed, *told)
        with told_progress() if events else shown_progress() as report:
            outcome = run_pipeline(plan, report)
    if events:
        typer.echo(json.dumps({"result": outcome.as_json()}))
        return
    state = "in production" if outcome.promoted else "the candidate"
    report_file = outcome.run / REPORT_FILE
    said = f"{outcome.version} is {state}; mean AP {outcome.metrics['mean_ap']:.4f}, report: {report_file}"
    if as_json:
        print_json(outcome.as_json())
    else:
        typer.echo(said)
    if not outcome.promoted:
        raise GateRefused(f"The gate keeps it out: {' '.join(outcome.reasons)}", outcome.reasons)


@contextmanager
def _told_errors() -> Iterator[None]:
    """Print an error of ours as a line of JSON, too, so that its code is not lost."""
    try:
        yield
    except VignetteError as error:
        typer.echo(json.dumps({"error": {"code": error.code, "detail": error.detail}}))
        raise


def _object(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise DatasetError(f"--changed is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise DatasetError("--changed is not a JSON object.")
    return values
