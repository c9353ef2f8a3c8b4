"""An evaluation from a head to its files: `metrics.json`, `report.html`, a row of `results.csv`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.dataset import Dataset
from trainer.embedding.bottlenecks import CACHE
from trainer.evaluation.assessment import Rival, assess
from trainer.evaluation.results import RESULTS_FILE, add_result
from trainer.report.page import render_report
from trainer.runs.storage import HISTORY_FILE, METRICS_FILE, REPORT_FILE
from trainer.runs.subject import Subject, open_backbone
from trainer.support.atomic_file import unwritable, write_whole
from trainer.support.progress import Phases, silent
from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import Backbone

_SUMMARY = ("images", "mean_ap", "mean_ap_low", "mean_ap_high", "pr_auc_mean", "f1_micro", "f1_macro", "ece")


@dataclass(frozen=True, slots=True)
class Written:
    """Where the report lies, and the figures of the whole."""

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
    report: Phases = silent,
) -> Written:
    """Measure and write; a published version's own files stay as they are.

    Args:
        dataset: with the sides of its snapshot.
        work: folder of what is kept between steps, the bottleneck cache in it.
        name: in the report and in the results.
        against: another head, to state the difference from.
        out: folder of `metrics.json` and `report.html`; the run's own, or below `work` for a version.
        results: CSV file; `results.csv` in `work` when left out.
        distorted_images: of the test split, on which robustness is measured; 0 for none.

    Raises:
        DatasetError: the images do not fit the head, or a file can't be written.
        ModelError: the head's backbone is missing or damaged.
    """
    folder = out or subject.folder or work / "evaluations" / subject.name
    backbone = open_backbone(registry, subject.backbone)
    found = assess(
        subject.head,
        dataset,
        backbone,
        work / CACHE,
        against=_rival(registry, against, backbone) if against else None,
        distorted_images=distorted_images,
        report=report,
    )
    history = _read_history(subject.folder)
    page = render_report(name, found.metrics, found.pixels, subject.facts, history)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / REPORT_FILE, page.encode())
        write_whole(folder / METRICS_FILE, json.dumps(found.metrics, indent=1).encode() + b"\n")
    except OSError as error:
        raise unwritable(folder, error) from error
    add_result(results or work / RESULTS_FILE, name, found.metrics)
    summary = {key: found.metrics[key] for key in (*_SUMMARY, "against") if key in found.metrics}
    return Written(folder / REPORT_FILE, summary)


def _rival(registry: Registry, other: Subject, present: Backbone) -> Rival:
    same = other.backbone == present.spec.fingerprint
    return Rival(other.name, other.head, present if same else open_backbone(registry, other.backbone))


def _read_history(folder: Path | None) -> list[dict[str, Any]]:
    """Return a run's epochs; a version, or a run from before there were any, has none."""
    path = folder / HISTORY_FILE if folder else None
    if path is None or not path.exists():
        return []
    history: list[dict[str, Any]] = json.loads(path.read_bytes())
    return history
