"""`vignette-trainer pipeline`: what `make train` and the trainer's worker run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import (
    DataOption,
    DistortedOption,
    JsonOption,
    RegistryOption,
    WorkOption,
    new_app,
    parse_object,
    print_result,
    typed_command,
    user_name,
)
from trainer.errors import GateRefused
from trainer.head.config import load_experiment
from trainer.pipeline.end_to_end import PipelineOptions, run_pipeline
from trainer.runs.storage import REPORT_FILE
from trainer.support.process_pool import exit_with_parent
from trainer.support.progress import print_phases, show_phases
from vignette_shared.errors import VignetteError

app = new_app()


@app.command()
def pipeline(
    *,
    data: DataOption,
    registry: RegistryOption,
    work: WorkOption,
    backbone: Annotated[
        str, typer.Option(help="A backbone's name or fingerprint, `starter` or `production`.")
    ] = "production",
    config: Annotated[
        str, typer.Option(help="The training configuration: `best`, `baseline`, or a Python file.")
    ] = "best",
    changed: Annotated[str, typer.Option(help="Settings of it to override, as JSON.")] = "{}",
    seed: Annotated[int, typer.Option(help="Seed of the split.")] = 0,
    starter: Annotated[
        Path | None,
        typer.Option(
            envvar="VIGNETTE_REGISTRY__STARTER", help="Registry folder that holds the starter backbone."
        ),
    ] = None,
    distorted: DistortedOption = 300,
    events: Annotated[
        bool,
        typer.Option(
            "--events",
            help="Print progress and the result or error as NDJSON; exit when standard input closes.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run every step, from a dataset to production.

    Freezes a snapshot, embeds, trains, evaluates, publishes, and promotes a version that passes the gate.
    An interrupted run resumes after its last finished step.
    """
    with _printed_errors() if events else nullcontext():
        overrides = parse_object(changed, "--changed")
        train_config = load_experiment(config).changed(**overrides)
        if events:
            exit_with_parent()
        options = PipelineOptions(
            data=data,
            registry=registry,
            work=work,
            config=train_config,
            backbone=backbone,
            starter=starter,
            seed=seed,
            command=typed_command(),
            by=user_name(),
            distorted_images=distorted,
            name=f"{Path(config).stem}{', changed' if overrides else ''}",
        )
        with print_phases() if events else show_phases() as report:
            outcome = run_pipeline(options, report)
    if events:
        typer.echo(json.dumps({"result": outcome.as_json()}))
        return
    state = "in production" if outcome.promoted else "the candidate"
    sentence = (
        f"{outcome.version} is {state}. Mean AP {outcome.metrics.mean_ap:.4f}; "
        f"report: {outcome.run / REPORT_FILE}"
    )
    print_result(outcome.as_json(), sentence, as_json=as_json)
    if not outcome.promoted:
        raise GateRefused(
            f"The gate rejected it: {' '.join(outcome.verdict.reasons)}", outcome.verdict.reasons
        )


@contextmanager
def _printed_errors() -> Iterator[None]:
    """Print a `VignetteError` as a line of JSON before it propagates: the parent process needs its code."""
    try:
        yield
    except VignetteError as error:
        typer.echo(json.dumps({"error": {"code": error.code, "detail": error.detail}}))
        raise
