"""Fill the bottleneck cache: in this process, in several, or by the tagger workers."""

import os
from collections.abc import Callable
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from trainer.backbone.lookup import find_backbone, with_views
from trainer.dataset import Dataset, open_dataset
from trainer.embedding.bottlenecks import CACHE, SHARD_ROWS, Cache, embed_dataset
from trainer.embedding.distribution import Distribution
from trainer.errors import DatasetError, TrainingFailed
from trainer.evaluation.measure import open_registry
from trainer.settings import DistributionSettings
from trainer.support.process_pool import process_pool
from trainer.support.progress import Count
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.connection import connect
from vignette_shared.queue.publisher import CeleryPublisher
from vignette_shared.registry import Registry
from vignette_shared.settings import load_settings
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.loading import RuntimeOptions, load_backbone

Shown = Callable[[str, int], AbstractContextManager[Count]]


@dataclass(frozen=True, slots=True)
class _Place:
    """All that a process needs to embed a part of a dataset."""

    data: Path
    registry: str
    backbone: str
    folder: Path
    threads: int


def fill_cache(
    data: Path,
    registry: str,
    work: Path,
    backbone: str,
    processes: int,
    *,
    views: Literal[1, 2] | None = None,
    distributed: bool,
    shown: Shown,
) -> dict[str, Any]:
    """Embed what the cache in `work` lacks of a dataset.

    Args:
        backbone: a fingerprint or name.
        processes: each with a network of its own and its share of the cores.
        views: as `with_views` takes them; as many as the backbone has when left out.
        distributed: leave it to the tagger workers instead, which find the broker and the store by the
            settings that this process has, too.
        shown: opens a progress bar of so many images.

    Returns:
        `images` that have an embedding, `embedded` now, `skipped`, `bytes_per_image`, `folder`, `backbone`.

    Raises:
        DatasetError, ModelError, StorageError: the dataset, the backbone or the cache can't be used.
        TrainingFailed: a process died; what it had finished is kept.
    """
    models = open_registry(registry)
    fingerprint = find_backbone(models, backbone)
    if views is not None:
        fingerprint = with_views(models, fingerprint, views)
    spec = BackboneSpec.from_manifest(models.backbone(fingerprint))
    dataset = open_dataset(data)
    before = len(Cache(work / CACHE, spec).rows)
    with shown("bottlenecks", len(dataset.names)) as progress:
        if distributed:
            _distribution(models, Cache(work / CACHE, spec), spec).embed(dataset, progress)
        elif processes > 1:
            threads = max((os.cpu_count() or 1) // processes, 1)
            place = _Place(data, registry, fingerprint, work / CACHE, threads)
            _embed_in_processes(dataset, place, processes, progress)
        else:
            embed_dataset(
                dataset, load_backbone(models, fingerprint, RuntimeOptions()), work / CACHE, progress
            )
    cache = Cache(work / CACHE, spec)
    if not cache.rows:
        raise DatasetError("Not one image of the dataset could be read.")
    return {
        "images": len(cache.rows),
        "embedded": len(cache.rows) - before,
        "skipped": len(cache.skipped),
        "bytes_per_image": round(cache.size() / len(cache.rows), 1),
        "folder": str(cache.folder),
        "backbone": fingerprint,
    }


def _distribution(models: Registry, cache: Cache, spec: BackboneSpec) -> Distribution:
    settings = load_settings(DistributionSettings)
    client = connect(settings.broker, longest_block_s=1)
    return Distribution(models, cache, spec, CeleryPublisher(make_celery("trainer", settings.broker)), client)


def _embed_in_processes(dataset: Dataset, place: _Place, processes: int, progress: Count) -> None:
    """Deal out parts of a shard's size; a part that a dead process held is embedded by the next call."""
    size = max(min(SHARD_ROWS, -(-len(dataset.names) // processes)), 1)
    parts = [
        range(first, min(first + size, len(dataset.names))) for first in range(0, len(dataset.names), size)
    ]
    with process_pool(processes) as pool:
        waiting = {pool.submit(_embed_part, place, part): len(part) for part in parts}
        try:
            for done in as_completed(waiting):
                done.result()
                progress(waiting[done])
        except BrokenProcessPool as error:
            raise TrainingFailed(
                "A process that embeds was killed, perhaps for lack of memory: take fewer --processes and "
                "run the command again; what is finished is kept."
            ) from error
        finally:
            for future in waiting:
                future.cancel()


def _embed_part(place: _Place, part: range) -> None:
    dataset = open_dataset(place.data)
    names = tuple(dataset.names[row] for row in part)
    chosen = Dataset(names, dataset.labels, dataset.targets[part.start : part.stop], dataset.read)
    backbone = load_backbone(
        open_registry(place.registry), place.backbone, RuntimeOptions(threads=place.threads)
    )
    try:
        embed_dataset(chosen, backbone, place.folder)
    except DatasetError:
        return  # a part without one good image: the whole says so if all are
