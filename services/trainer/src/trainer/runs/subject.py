"""What the commands name by words: a registry's snapshot with its images, a backbone, a head."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from trainer.backbone.lookup import find_backbone, with_views
from trainer.dataset import Dataset, open_dataset
from trainer.dataset.snapshot import read
from trainer.runs.storage import RUN_FILE, read_run
from vignette_shared.registry import PRODUCTION, Registry
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head
from vignette_shared.vision.loading import RuntimeOptions, load_backbone, load_head


@dataclass(frozen=True, slots=True)
class Subject:
    """A head to be measured: `folder` of its run, or None for a published version."""

    name: str
    head: Head
    backbone: str
    facts: dict[str, Any]
    folder: Path | None


def open_split(registry: Registry, data: Path, snapshot: str) -> Dataset:
    """Return the images of `data` with the labels and sides of a snapshot (`latest`: the newest).

    Raises:
        DatasetError: there is no such snapshot, or `data` lacks its images.
    """
    return read(registry, snapshot).dataset(open_dataset(data))


def open_backbone(registry: Registry, name: str, views: Literal[1, 2] | None = None) -> Backbone:
    """Load a backbone in float32, so that figures are the same on every machine.

    Args:
        name: `production` (the one below the version there), a fingerprint, or a backbone's own name.
        views: that it shall have; as many as it has when left out.

    Raises:
        ModelError: there is none of that name, or it is damaged.
    """
    fingerprint = find_backbone(registry, name)
    if views is not None:
        fingerprint = with_views(registry, fingerprint, views)
    return load_backbone(registry, fingerprint, RuntimeOptions(precision="float32"))


def open_subject(registry: Registry, where: str) -> Subject:
    """Open a head by the folder of its run, its version, or `production`.

    Raises:
        DatasetError: the folder's run is not complete.
        ModelError: there is no such version, or it is damaged.
    """
    folder = Path(where)
    if folder.is_dir() or (folder / RUN_FILE).exists():
        run = read_run(folder)
        facts = run.facts.model_dump(mode="json", exclude={"labels", "thresholds", "features"})
        return Subject(folder.resolve().name, run.head, run.facts.backbone, facts, folder)
    manifest = registry.production() if where == PRODUCTION else registry.model(where)
    facts = manifest.model_dump(mode="json", exclude={"labels", "thresholds", "files", "figures"})
    return Subject(manifest.version, load_head(registry, manifest), manifest.backbone, facts, None)
