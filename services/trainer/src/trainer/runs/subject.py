"""The head to evaluate: of a training run or of a published version."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.runs.storage import RUN_FILE, read_run
from vignette_shared.registry import PRODUCTION, Registry
from vignette_shared.vision.head import Head
from vignette_shared.vision.loading import load_head


@dataclass(frozen=True, slots=True)
class Subject:
    """A head to evaluate.

    Attributes:
        backbone: its fingerprint.
        facts: how the head was made, for the report.
        folder: of its run; None for a published version.
    """

    name: str
    head: Head
    backbone: str
    facts: dict[str, Any]
    folder: Path | None


def open_subject(registry: Registry, name: str) -> Subject:
    """Open a head by the folder of its run, its version, or `production`.

    Raises:
        DatasetError: the folder's run is incomplete.
        ModelError: the version doesn't exist or is damaged.
    """
    folder = Path(name)
    if folder.is_dir() or (folder / RUN_FILE).exists():
        run = read_run(folder)
        facts = run.facts.model_dump(mode="json", exclude={"labels", "thresholds", "features"})
        return Subject(folder.resolve().name, run.head, run.facts.backbone, facts, folder)
    manifest = registry.production() if name == PRODUCTION else registry.model(name)
    facts = manifest.model_dump(mode="json", exclude={"labels", "thresholds", "files", "figures"})
    return Subject(manifest.version, load_head(registry, manifest), manifest.backbone, facts, None)
