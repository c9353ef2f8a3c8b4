"""`publish`, `promote`, `rollback`, `versions` and `diff`: what is served, and by whose leave."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trainer.commands.options import JsonOption, RegistryOption, new_app, print_json, user_name
from trainer.errors import DatasetError

if TYPE_CHECKING:
    from trainer.dataset import Dataset
    from trainer.release.promotion import Override, Promoted

top = new_app()
_PIPE_WIDTH = 160

SourceOption = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the dataset, where production was measured on other images than the version."
    ),
]
KeptOption = Annotated[Path | None, typer.Option(help="Folder with the bottleneck cache.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Whatever the gate says; needs --reason.")]
ReasonOption = Annotated[str, typer.Option(help="Kept in the history.")]


@top.command()
def publish(
    run: Annotated[Path, typer.Argument(help="Folder of a trained and evaluated head.")],
    *,
    registry: RegistryOption,
    data: SourceOption = None,
    work: KeptOption = None,
    candidate: Annotated[
        bool, typer.Option("--candidate", help="Only as the candidate; production stays as it is.")
    ] = False,
    force: ForceOption = False,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Publish a run as a version and, if the gate lets it through, put it into production."""
    override = _override(force, reason)
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.release.publish import publish_run  # noqa: PLC0415
    from trainer.runs.storage import read_run  # noqa: PLC0415

    models = open_registry(registry)
    manifest = publish_run(models, read_run(run), by=user_name())
    if candidate:
        _tell(
            {"version": manifest.version, "alias": "candidate"},
            as_json,
            f"{manifest.version} is the candidate.",
        )
        return
    if not as_json:
        typer.echo(f"{manifest.version} is published.", err=True)
    _promote(registry, manifest.version, data, work, override, reason, as_json=as_json)


@top.command()
def promote(
    version: Annotated[str, typer.Argument(help="A version, or `candidate`.")],
    *,
    registry: RegistryOption,
    data: SourceOption = None,
    work: KeptOption = None,
    force: ForceOption = False,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put a version into production, if the gate lets it through."""
    _promote(registry, version, data, work, _override(force, reason), reason, as_json=as_json)


@top.command()
def rollback(*, registry: RegistryOption, reason: ReasonOption = "", as_json: JsonOption = False) -> None:
    """Put the version back that was in production before."""
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.release.promotion import rollback as roll_back  # noqa: PLC0415

    entry = roll_back(open_registry(registry), by=user_name(), reason=reason)
    _tell(entry.model_dump(mode="json"), as_json, f"{entry.version} is in production again.")


@top.command()
def versions(*, registry: RegistryOption, as_json: JsonOption = False) -> None:
    """List the published versions, newest first, with their figures and aliases."""
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.release.listing import list_versions, versions_table  # noqa: PLC0415

    found = list_versions(open_registry(registry))
    if as_json:
        print_json(found)
    else:
        _print(versions_table(found))


@top.command()
def diff(
    a: Annotated[str, typer.Argument(help="A version or an alias.")],
    b: Annotated[str, typer.Argument(help="Another one.")],
    *,
    registry: RegistryOption,
    as_json: JsonOption = False,
) -> None:
    """Compare two versions: figures by label, data, configuration."""
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.release.listing import diff_table, diff_versions  # noqa: PLC0415

    found = diff_versions(open_registry(registry), a, b)
    if as_json:
        print_json(found)
    else:
        _print(diff_table(found))


def _promote(
    address: str,
    version: str,
    data: Path | None,
    work: Path | None,
    override: "Override | None",
    reason: str,
    *,
    as_json: bool,
) -> None:
    from trainer.embedding.bottlenecks import CACHE  # noqa: PLC0415
    from trainer.evaluation.measure import open_registry  # noqa: PLC0415
    from trainer.release.comparison import resolve  # noqa: PLC0415
    from trainer.release.promotion import promote as put_into_production  # noqa: PLC0415
    from trainer.support.progress import shown_progress  # noqa: PLC0415

    models = open_registry(address)
    with tempfile.TemporaryDirectory() as temporary, shown_progress() as report:
        done = put_into_production(
            models,
            resolve(models, version),
            by=user_name(),
            reason=reason,
            override=override,
            source=_source(data),
            work=work / CACHE if work else Path(temporary),
            report=report,
        )
    _tell(done.as_json(), as_json, _said(done))


def _said(done: "Promoted") -> str:
    note = f" {done.comparison.note}" if done.comparison and done.comparison.note else ""
    return f"{done.version} is in production, in place of {done.replaced or 'nothing'}.{note}"


def _override(force: bool, reason: str) -> "Override | None":
    if force and not reason.strip():
        raise DatasetError("--force needs --reason TEXT: the history must say why.")
    from trainer.release.promotion import Override  # noqa: PLC0415

    return Override(reason.strip()) if force else None


def _source(data: Path | None) -> "Dataset | None":
    from trainer.dataset import open_dataset  # noqa: PLC0415

    return open_dataset(data) if data else None


def _tell(value: dict[str, Any], as_json: bool, sentence: str) -> None:
    if as_json:
        print_json(value)
    else:
        typer.echo(sentence)


def _print(table: Any) -> None:
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    # A pipe has no width of its own, and names cut short are of no use to what reads it.
    (console if console.is_terminal else Console(width=_PIPE_WIDTH)).print(table)
