"""From annotated photos to a version in production, in steps that go on where they were stopped."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.backbone.lookup import find_backbone, with_views
from trainer.dataset import Dataset, open_dataset
from trainer.dataset.snapshot import freeze, write
from trainer.embedding.bottlenecks import CACHE, embed_dataset
from trainer.errors import DatasetError, GateRefused
from trainer.evaluation.measure import open_registry
from trainer.evaluation.results import RESULTS_FILE
from trainer.head.config import TrainConfig
from trainer.release.promotion import promote
from trainer.release.publish import publish_run
from trainer.report.writing import evaluate_subject
from trainer.runs.experiment import run_experiment, run_folder
from trainer.runs.storage import METRICS_FILE, Run, read_run
from trainer.runs.subject import open_subject
from trainer.support.progress import Phases, counted
from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.loading import RuntimeOptions, load_backbone


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes into a whole run.

    Attributes:
        data: as `open_dataset` takes it.
        registry: address or folder.
        work: folder of bottlenecks and runs, kept.
        backbone: a name for `find_backbone`.
        shipped: registry folder with the starter.
        seed: of the split; another seed is another test split.
        by: who is named in the history.
        distorted_images: of the test split, on which robustness is measured; 0 for none.
        name: of the experiment, for the report; the run's when empty.
    """

    data: Path
    registry: str
    work: Path
    config: TrainConfig
    backbone: str = "production"
    shipped: Path | None = None
    seed: int = 0
    command: str = ""
    by: str = "vignette-trainer"
    distorted_images: int = 300
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`promoted`: whether `version` is in production now; `reasons` say why not."""

    version: str
    promoted: bool
    reasons: tuple[str, ...]
    replaced: str | None
    snapshot: str
    run: Path
    metrics: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return what is told of a training: api.md's `version`, `gate` and the figures in short."""
        kept = ("images", "mean_ap", "mean_ap_low", "mean_ap_high", "pr_auc_mean", "ece")
        return {
            "version": self.version,
            "promoted": self.promoted,
            "replaced": self.replaced,
            "gate": {"passed": not self.reasons, "reasons": list(self.reasons)},
            "snapshot": self.snapshot,
            "run": str(self.run),
            "metrics": {name: self.metrics[name] for name in kept if name in self.metrics},
        }


def run_pipeline(plan: Plan, report: Phases) -> Outcome:
    """Freeze, embed, train, evaluate, publish, and promote what passes the gate.

    Each step finds what an earlier run with the same plan has finished, and goes on from there.

    Args:
        report: called with the phases `snapshot`, `bottlenecks`, `train`, `evaluate`, `gate`, `publish`.

    Raises:
        VignetteError: as each step says; what was finished before stays.
    """
    registry = open_registry(plan.registry)
    report("snapshot", 0.0)
    source = open_dataset(plan.data)
    frozen = write(
        freeze(source, plan.seed, progress=counted(report, "snapshot", len(source.names))), registry
    )
    dataset = frozen.dataset(source)
    found = find_backbone(registry, plan.backbone, plan.shipped)
    backbone = load_backbone(registry, with_views(registry, found, plan.config.views), RuntimeOptions())
    cache = plan.work / CACHE
    embed_dataset(dataset, backbone, cache, counted(report, "bottlenecks", len(dataset.names)))
    run = _trained(plan, dataset, backbone, cache, report)
    metrics = _evaluated(plan, registry, run, dataset, report)
    report("publish", 0.0)
    version = publish_run(registry, run, by=plan.by).version
    report("publish", 1.0)
    report("gate", 0.0)
    promoted, replaced = True, None
    reasons: tuple[str, ...] = ()
    try:
        replaced = promote(registry, version, by=plan.by, source=source, work=cache, report=report).replaced
    except GateRefused as error:
        promoted, reasons = False, error.reasons
    report("gate", 1.0)
    return Outcome(version, promoted, reasons, replaced, frozen.name, run.folder, metrics)


def _trained(plan: Plan, dataset: Dataset, backbone: Backbone, cache: Path, report: Phases) -> Run:
    """Return the run of this data, backbone and configuration; trained already if it is whole."""
    out = run_folder(plan.work, dataset, backbone.spec, plan.config)
    try:
        run = read_run(out)
    except DatasetError:  # there is none yet, or it was cut short
        run, _ = run_experiment(
            dataset, backbone, plan.config, cache, out, plan.command, _only(report, "train")
        )
    report("train", 1.0)
    return run


def _evaluated(plan: Plan, registry: Registry, run: Run, dataset: Dataset, report: Phases) -> dict[str, Any]:
    """Write figures and report beside the head; the figures, written last, say that both are there."""
    path = run.folder / METRICS_FILE
    if not path.is_file():
        evaluate_subject(
            registry,
            open_subject(registry, str(run.folder)),
            dataset,
            plan.work,
            name=plan.name or run.folder.name,
            # Not shared among runs: another dataset's labels are other columns.
            results=run.folder / RESULTS_FILE,
            distorted_images=plan.distorted_images,
            report=_only(report, "distortions", "evaluate"),
        )
    report("evaluate", 1.0)
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def _only(report: Phases, phase: str, told_as: str = "") -> Phases:
    """Return a report that passes on one phase of a step, by the name that people know."""

    def told(heard: str, done: float, images: int = 0, /) -> None:
        if heard == phase:
            report(told_as or phase, done, images)

    return told
