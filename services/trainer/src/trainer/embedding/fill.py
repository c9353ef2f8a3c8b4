"""Fill the bottleneck cache: in this process, in several processes, or on the tagger workers."""

import dataclasses
import os
from collections.abc import Callable
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.dataset import Dataset, open_dataset
from trainer.embedding.bottlenecks import CACHE, SHARD_ROWS, Cache, embed_dataset
from trainer.embedding.distribution import Distribution
from trainer.errors import DatasetError, TrainingFailed
from trainer.settings import DistributionSettings
from trainer.support.process_pool import process_pool
from trainer.support.progress import CountCallback
from trainer.support.registry import open_registry
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.connection import connect
from vignette_shared.queue.publisher import CeleryPublisher
from vignette_shared.registry import Registry
from vignette_shared.settings import load_settings
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.loading import RuntimeOptions, load_backbone

Shown = Callable[[str, int], AbstractContextManager[CountCallback]]


@dataclass(frozen=True, slots=True)
class FillResult:
    """The cache after `fill_cache`.

    Attributes:
        images: with an embedding in the cache.
        embedded: by this call.
        skipped: damaged or unreadable.
    """

    images: int
    embedded: int
    skipped: int
    bytes_per_image: float
    folder: str
    backbone: str

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What a child process needs to embed a part of the dataset."""

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
    distributed: bool,
    shown: Shown,
) -> FillResult:
    """Embed the images of a dataset that the cache in `work` lacks.

    Args:
        registry: URL or folder; child processes open it, too.
        backbone: its fingerprint.
        processes: each loads the network and uses its share of the cores.
        distributed: use the tagger workers instead; the broker's address comes from the environment.
        shown: opens a progress bar with a name and a number of images.

    Raises:
        DatasetError, ModelError, StorageError: the dataset, the backbone or the cache can't be used.
        TrainingFailed: a process died; the finished shards are kept.
    """
    models = open_registry(registry)
    spec = BackboneSpec.from_manifest(models.backbone(backbone))
    dataset = open_dataset(data)
    before = len(Cache(work / CACHE, spec).rows)
    with shown("bottlenecks", len(dataset.names)) as progress:
        if distributed:
            _distribution(models, Cache(work / CACHE, spec), spec).embed(dataset, progress)
        elif processes > 1:
            # By default, each process would use every core.
            threads = max((os.cpu_count() or 1) // processes, 1)
            inputs = _Inputs(data, registry, backbone, work / CACHE, threads)
            _embed_in_processes(dataset, inputs, processes, progress)
        else:
            embed_dataset(dataset, load_backbone(models, backbone, RuntimeOptions()), work / CACHE, progress)
    cache = Cache(work / CACHE, spec)
    if not cache.rows:
        raise DatasetError("No image of the dataset can be read.")
    return FillResult(
        images=len(cache.rows),
        embedded=len(cache.rows) - before,
        skipped=len(cache.skipped),
        bytes_per_image=round(cache.size() / len(cache.rows), 1),
        folder=str(cache.folder),
        backbone=backbone,
    )


def _distribution(models: Registry, cache: Cache, spec: BackboneSpec) -> Distribution:
    settings = load_settings(DistributionSettings)
    client = connect(settings.broker, longest_block_s=1)
    return Distribution(models, cache, spec, CeleryPublisher(make_celery("trainer", settings.broker)), client)


def _embed_in_processes(dataset: Dataset, inputs: _Inputs, processes: int, progress: CountCallback) -> None:
    """Distribute parts of a shard's size over processes; the next call embeds a dead process's part."""
    size = max(min(SHARD_ROWS, -(-len(dataset.names) // processes)), 1)
    parts = [
        range(first, min(first + size, len(dataset.names))) for first in range(0, len(dataset.names), size)
    ]
    with process_pool(processes) as pool:
        pending = {pool.submit(_embed_part, inputs, part): len(part) for part in parts}
        try:
            for done in as_completed(pending):
                done.result()
                progress(pending[done])
        except BrokenProcessPool as error:
            raise TrainingFailed(
                "An embedding process was killed, probably because memory ran out. Use fewer --processes and "
                "run the command again; the finished images are kept."
            ) from error
        finally:
            for future in pending:
                future.cancel()


def _embed_part(inputs: _Inputs, part: range) -> None:
    # Opened in the child: neither a dataset's `read` nor a compiled network can be pickled.
    dataset = open_dataset(inputs.data)
    names = tuple(dataset.names[row] for row in part)
    chosen = Dataset(names, dataset.labels, dataset.targets[part.start : part.stop], dataset.read)
    backbone = load_backbone(
        open_registry(inputs.registry), inputs.backbone, RuntimeOptions(threads=inputs.threads)
    )
    try:
        embed_dataset(chosen, backbone, inputs.folder)
    except DatasetError:
        return  # a part without a readable image; `fill_cache` raises if no part has one
