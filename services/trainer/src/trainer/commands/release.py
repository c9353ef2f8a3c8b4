"""`vignette-trainer publish`, `promote`, `rollback`, `versions` and `diff`."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from trainer.commands.options import (
    JsonOption,
    RegistryOption,
    new_app,
    print_json,
    print_result,
    user_name,
)
from trainer.dataset import open_dataset
from trainer.embedding.bottlenecks import CACHE
from trainer.errors import DatasetError
from trainer.release import promotion
from trainer.release.promotion import Override, Promotion
from trainer.release.publish import publish_run
from trainer.release.versions import diff_table, diff_versions, list_versions, resolve, versions_table
from trainer.runs.storage import read_run
from trainer.support.progress import show_phases
from trainer.support.registry import open_registry

app = new_app()
_PIPE_WIDTH = 160

SourceOption = Annotated[
    Path | None,
    typer.Option(help="The dataset, needed if production was not measured on the version's test split."),
]
CacheOption = Annotated[Path | None, typer.Option(help="Folder with the bottleneck cache.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Skip the gate; needs --reason.")]
ReasonOption = Annotated[str, typer.Option(help="Reason to record in the promotion history.")]


@app.command()
def publish(
    run: Annotated[Path, typer.Argument(help="Folder of an evaluated training run.")],
    *,
    registry: RegistryOption,
    data: SourceOption = None,
    work: CacheOption = None,
    candidate: Annotated[
        bool, typer.Option("--candidate", help="Publish as the candidate; don't promote.")
    ] = False,
    force: ForceOption = False,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Publish a training run and promote it if it passes the gate."""
    override = _override(force, reason)
    manifest = publish_run(open_registry(registry), read_run(run), by=user_name())
    if candidate:
        result = {"version": manifest.version, "alias": "candidate"}
        print_result(result, f"{manifest.version} is the candidate.", as_json=as_json)
        return
    if not as_json:
        # On standard error, because standard output holds only the result.
        typer.echo(f"{manifest.version} is published.", err=True)
    _promote(registry, manifest.version, data, work, override, reason, as_json=as_json)


@app.command()
def promote(
    version: Annotated[str, typer.Argument(help="A version, or `candidate`.")],
    *,
    registry: RegistryOption,
    data: SourceOption = None,
    work: CacheOption = None,
    force: ForceOption = False,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Promote a version to production if it passes the gate."""
    _promote(registry, version, data, work, _override(force, reason), reason, as_json=as_json)


@app.command()
def rollback(*, registry: RegistryOption, reason: ReasonOption = "", as_json: JsonOption = False) -> None:
    """Restore the previous production version."""
    entry = promotion.rollback(open_registry(registry), by=user_name(), reason=reason)
    print_result(entry.model_dump(mode="json"), f"{entry.version} is in production again.", as_json=as_json)


@app.command()
def versions(*, registry: RegistryOption, as_json: JsonOption = False) -> None:
    """List the published versions, newest first."""
    listed = list_versions(open_registry(registry))
    if as_json:
        print_json([version.as_json() for version in listed])
    else:
        _print(versions_table(listed))


@app.command()
def diff(
    a: Annotated[str, typer.Argument(help="A version or an alias.")],
    b: Annotated[str, typer.Argument(help="A version or an alias.")],
    *,
    registry: RegistryOption,
    as_json: JsonOption = False,
) -> None:
    """Compare two versions.

    Shows the metrics of each label, the configuration and the data, B relative to A.
    """
    difference = diff_versions(open_registry(registry), a, b)
    if as_json:
        print_json(difference)
    else:
        _print(diff_table(difference))


def _promote(
    address: str,
    version: str,
    data: Path | None,
    work: Path | None,
    override: Override | None,
    reason: str,
    *,
    as_json: bool,
) -> None:
    models = open_registry(address)
    with tempfile.TemporaryDirectory() as temporary, show_phases() as report:
        promoted = promotion.promote(
            models,
            resolve(models, version),
            by=user_name(),
            reason=reason,
            override=override,
            source=open_dataset(data) if data else None,
            work=work / CACHE if work else Path(temporary),
            report=report,
        )
    print_result(promoted.as_json(), _sentence(promoted), as_json=as_json)


def _sentence(promoted: Promotion) -> str:
    note = f" {promoted.comparison.note}" if promoted.comparison and promoted.comparison.note else ""
    replaced = f", replacing {promoted.replaced}" if promoted.replaced else ""
    return f"{promoted.version} is in production{replaced}.{note}"


def _override(force: bool, reason: str) -> Override | None:
    if force and not reason.strip():
        raise DatasetError("--force needs --reason TEXT, which is recorded in the promotion history.")
    return Override(reason.strip()) if force else None


def _print(table: Table) -> None:
    console = Console()
    # A pipe has no width. Rich would assume 80 columns and truncate names that scripts read.
    (console if console.is_terminal else Console(width=_PIPE_WIDTH)).print(table)
