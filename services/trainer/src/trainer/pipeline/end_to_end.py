"""The pipeline: from annotated photos to a version in production, in resumable steps."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.backbone.lookup import find_backbone, with_views
from trainer.dataset import Dataset, open_dataset
from trainer.dataset.snapshot import freeze, write_snapshot
from trainer.embedding.bottlenecks import CACHE, embed_dataset
from trainer.errors import DatasetError, GateRefused
from trainer.evaluation.results import RESULTS_FILE
from trainer.head.config import TrainConfig
from trainer.release.promotion import promote
from trainer.release.publish import publish_run
from trainer.report.writing import evaluate_subject
from trainer.runs.experiment import default_run_folder, run_experiment
from trainer.runs.storage import METRICS_FILE, Run, read_run
from trainer.runs.subject import open_subject
from trainer.support.progress import PhaseCallback, phase_counter
from trainer.support.registry import open_registry
from vignette_shared.contracts.gate import GateVerdict
from vignette_shared.contracts.metrics import Metrics
from vignette_shared.contracts.trainings import TrainingPhase, TrainingResult
from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.loading import RuntimeOptions, load_backbone

_SUMMARY = ("images", "mean_ap", "mean_ap_low", "mean_ap_high", "pr_auc_mean", "ece")


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """The inputs of a pipeline.

    Attributes:
        data: the dataset's folder or annotation file.
        registry: URL or folder.
        work: folder of the bottleneck cache and the runs, to be kept.
        backbone: a name or fingerprint for `find_backbone`.
        starter: registry folder that holds the starter backbone.
        seed: of the split.
        command: as the user typed it.
        by: the user's name, for the history.
        distorted_images: number of test images to measure robustness on; 0 to skip.
        name: of the experiment, for the report; the run's folder name if empty.
    """

    data: Path
    registry: str
    work: Path
    config: TrainConfig
    backbone: str = "production"
    starter: Path | None = None
    seed: int = 0
    command: str = ""
    by: str = "vignette-trainer"
    distorted_images: int = 300
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a pipeline: `version` is in production if `promoted`, else the verdict says why not."""

    version: str
    promoted: bool
    verdict: GateVerdict
    replaced: str | None
    snapshot: str
    run: Path
    metrics: Metrics

    def as_json(self) -> dict[str, Any]:
        result = TrainingResult(
            version=self.version,
            promoted=self.promoted,
            replaced=self.replaced,
            gate=self.verdict,
            snapshot=self.snapshot,
            run=str(self.run),
            metrics=self.metrics.summary(*_SUMMARY),
        )
        return result.model_dump(mode="json")


def run_pipeline(options: PipelineOptions, report: PhaseCallback) -> Outcome:
    """Freeze, embed, train, evaluate, publish, and promote a version that passes the gate.

    Each step skips what an earlier pipeline with the same options has finished.

    Args:
        report: called with each `TrainingPhase`.

    Raises:
        VignetteError: a step failed; finished steps are kept.
    """
    registry = open_registry(options.registry)
    report(TrainingPhase.SNAPSHOT, 0.0)
    source = open_dataset(options.data)
    hashed = phase_counter(report, TrainingPhase.SNAPSHOT, len(source.names))
    snapshot = write_snapshot(freeze(source, options.seed, progress=hashed), registry)
    dataset = snapshot.dataset(source)
    fingerprint = find_backbone(registry, options.backbone, options.starter)
    backbone = load_backbone(
        registry, with_views(registry, fingerprint, options.config.views), RuntimeOptions()
    )
    cache = options.work / CACHE
    embedded = phase_counter(report, TrainingPhase.BOTTLENECKS, len(dataset.names))
    # Only fills the cache, from which the later steps read.
    embed_dataset(dataset, backbone, cache, embedded)
    run = _train(options, dataset, backbone, cache, report)
    metrics = _evaluate(options, registry, run, dataset, report)
    report(TrainingPhase.PUBLISH, 0.0)
    version = publish_run(registry, run, by=options.by).version
    report(TrainingPhase.PUBLISH, 1.0)
    report(TrainingPhase.GATE, 0.0)
    promoted, replaced, verdict = True, None, GateVerdict(passed=True)
    try:
        replaced = promote(
            registry, version, by=options.by, source=source, work=cache, report=report
        ).replaced
    except GateRefused as error:
        promoted, verdict = False, GateVerdict(passed=False, reasons=error.reasons)
    report(TrainingPhase.GATE, 1.0)
    return Outcome(version, promoted, verdict, replaced, snapshot.name, run.folder, metrics)


def _train(
    options: PipelineOptions, dataset: Dataset, backbone: Backbone, cache: Path, report: PhaseCallback
) -> Run:
    """Return the run of this snapshot, backbone and configuration; train it unless it is complete."""
    out = default_run_folder(options.work, dataset, backbone.spec, options.config)
    try:
        run = read_run(out)
    except DatasetError:  # there is no run yet, or it was interrupted
        # The experiment embeds again from the cache, which would report finished phases a second time.
        train_only = _filtered(report, TrainingPhase.TRAIN)
        run, _ = run_experiment(dataset, backbone, options.config, cache, out, options.command, train_only)
    report(TrainingPhase.TRAIN, 1.0)
    return run


def _evaluate(
    options: PipelineOptions, registry: Registry, run: Run, dataset: Dataset, report: PhaseCallback
) -> Metrics:
    """Return the run's metrics; evaluate it unless `metrics.json` exists, which is written last."""
    path = run.folder / METRICS_FILE
    if not path.is_file():
        evaluate_subject(
            registry,
            open_subject(registry, str(run.folder)),
            dataset,
            options.work,
            name=options.name or run.folder.name,
            # A results.csv for each run: runs on other datasets have other label columns.
            results=run.folder / RESULTS_FILE,
            distorted_images=options.distorted_images,
            report=_filtered(report, "distortions", TrainingPhase.EVALUATE),
        )
    report(TrainingPhase.EVALUATE, 1.0)
    return Metrics.parse(path.read_bytes(), str(path))


def _filtered(report: PhaseCallback, phase: str, name: str = "") -> PhaseCallback:
    """Return a callback that reports a single phase, under another name if given."""

    def report_phase(reported: str, done: float, images: int = 0, /) -> None:
        if reported == phase:
            report(name or phase, done, images)

    return report_phase
