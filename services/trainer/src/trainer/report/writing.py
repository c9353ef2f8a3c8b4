"""Evaluate a head and write `metrics.json`, `report.html` and a row of `results.csv`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.backbone.lookup import open_backbone
from trainer.dataset import Dataset
from trainer.embedding.bottlenecks import CACHE
from trainer.evaluation.assessment import OtherHead, assess
from trainer.evaluation.results import RESULTS_FILE, add_result
from trainer.report.page import render_report
from trainer.runs.experiment import read_history
from trainer.runs.storage import METRICS_FILE, REPORT_FILE
from trainer.runs.subject import Subject
from trainer.support.atomic_file import write_atomically, write_error
from trainer.support.progress import PhaseCallback, no_progress
from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import Backbone

_SUMMARY = (
    "images",
    "mean_ap",
    "mean_ap_low",
    "mean_ap_high",
    "pr_auc_mean",
    "f1_micro",
    "f1_macro",
    "ece",
    "against",
)


@dataclass(frozen=True, slots=True)
class Written:
    """The path of the report, and the main metrics by name."""

    report: Path
    summary: dict[str, Any]


def evaluate_subject(
    registry: Registry,
    subject: Subject,
    dataset: Dataset,
    work: Path,
    *,
    name: str,
    against: Subject | None = None,
    out: Path | None = None,
    results: Path | None = None,
    distorted_images: int = 300,
    report: PhaseCallback = no_progress,
) -> Written:
    """Evaluate a head and write its files. The files of a published version in the registry don't change.

    Args:
        dataset: with the splits of its snapshot.
        work: folder that holds the bottleneck cache.
        name: in the report and in the results.
        against: another head to compare with.
        out: folder of `metrics.json` and `report.html`. Default: the run's folder, or one below `work`.
        results: CSV file. Default: `results.csv` in `work`.
        distorted_images: number of test images to measure robustness on; 0 to skip.

    Raises:
        DatasetError: the labels of head and dataset differ, or a file can't be written.
        ModelError: the head's backbone is missing or damaged.
    """
    folder = out or subject.folder or work / "evaluations" / subject.name
    # float32, whatever the worker serves with: metrics must not depend on the machine.
    backbone = open_backbone(registry, subject.backbone)
    assessment = assess(
        subject.head,
        dataset,
        backbone,
        work / CACHE,
        against=_other_head(registry, against, backbone) if against else None,
        distorted_images=distorted_images,
        report=report,
    )
    metrics = assessment.metrics
    page = render_report(name, metrics, assessment.pixels, subject.facts, read_history(subject.folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / REPORT_FILE, page.encode())
        # Written last: its presence tells a resumed pipeline that the evaluation is complete.
        write_atomically(folder / METRICS_FILE, json.dumps(metrics.as_json(), indent=1).encode() + b"\n")
    except OSError as error:
        raise write_error(folder, error) from error
    add_result(results or work / RESULTS_FILE, name, metrics)
    return Written(folder / REPORT_FILE, metrics.summary(*_SUMMARY))


def _other_head(registry: Registry, other: Subject, backbone: Backbone) -> OtherHead:
    shared = other.backbone == backbone.spec.fingerprint
    return OtherHead(other.name, other.head, backbone if shared else open_backbone(registry, other.backbone))
