"""Train an Inception-v3 from nothing, or go on from one: by labels, another network's embeddings, or both."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.backbone.pretraining.config import PretrainConfig
from trainer.backbone.pretraining.loop import Batch, Checkpoint, run
from trainer.backbone.pretraining.material import Material, centre, draw_batch, read_targets, store_pixels
from trainer.backbone.pretraining.probe import probe
from trainer.dataset import Dataset
from trainer.dataset.split import stratified_split
from trainer.errors import DatasetError, TrainingFailed
from trainer.support.atomic_file import write_whole
from trainer.support.progress import Phases, silent
from vignette_shared.vision import inception_v3
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone
from vignette_shared.vision.weights import InceptionWeights

VALIDATION_SHARE = 0.1
"""Of the images, where the dataset brings no split."""
_CHUNK = 256
STORY = "story.json"
BEST = "best.safetensors"


@dataclass(frozen=True, slots=True)
class Pretrained:
    """The best weights by validation, float16, and how they came about.

    `story`: `before` and `after` (mean AP of a linear probe; `before` is None from nothing), one entry an
    epoch, and counts.
    """

    weights: InceptionWeights
    story: dict[str, Any]


def pretrain(
    dataset: Dataset,
    config: PretrainConfig,
    work: Path,
    *,
    start: bytes | None = None,
    targets: Path | None = None,
    report: Phases = silent,
) -> Pretrained:
    """Train; stopped or killed, the same call goes on from the last checkpoint.

    Only the training side of the dataset's split is learnt from, and validation chooses the epoch: the start
    itself stands when none is better. With `every_split` another network's embeddings of all images are
    learnt, and no label: what is measured then is how well images embed whose labels are unknown.

    Args:
        work: folder for pixels, checkpoints and the result, in a subfolder named by all of these arguments.
        start: a weights file to go on from; None for random weights.
        targets: as `read_targets` takes it.
        report: called with the phases `pixels`, `pretrain` (all epochs) and `probe` (after each).

    Raises:
        DatasetError: nothing can be read or learnt.
        ModelDamaged: `start` is no weights file.
        TrainingFailed: the loss is not a number any more; the message has the step and the configuration.
        StorageFull: a checkpoint can't be written.
    """
    folder = work / _identity(dataset, config, start, targets)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / STORY).is_file():
        begin = InceptionWeights.parse(start) if start is not None else None
        material = _material(dataset, config, folder, targets, report)
        try:
            story = _train(material, config, folder, begin, report)
        except TrainingFailed as error:
            raise TrainingFailed(f"{error.detail} {config!r}") from error
        write_whole(folder / STORY, json.dumps(story, indent=1).encode())
    for large in ("checkpoint.safetensors", "pixels.npy", "pixels.rows.npy"):
        (folder / large).unlink(missing_ok=True)
    weights = InceptionWeights.parse((folder / BEST).read_bytes())
    return Pretrained(weights, json.loads((folder / STORY).read_text()))


def _train(
    material: Material, config: PretrainConfig, folder: Path, begin: InceptionWeights | None, report: Phases
) -> dict[str, Any]:
    """Run the epochs and leave the best weights in the folder; returns the story."""
    from trainer.backbone.pretraining.network import Network  # noqa: PLC0415 - TensorFlow, once all else is right

    keeper = _Keeper(folder, material, config, report)
    checkpoint = Checkpoint(folder / "checkpoint.safetensors", config.checkpoint_minutes * 60)
    labels = material.targets.labels.shape[1] if config.labels_weight else 0
    network = Network(config, labels, material.targets.embeddings.shape[1])
    story: dict[str, Any] = {"train": len(material.seen), "validation": len(material.check), "epochs": []}
    if begin is not None and not checkpoint.path.is_file():
        network.begin_at(begin)
        embeddings = keeper.embed(begin)
        network.fit_outputs(embeddings[material.seen], material.targets.take(material.seen), config.seed)
        story["before"] = story["best"] = keeper.measure(embeddings)
        keeper.keep(begin)
    per_epoch = max(len(material.seen) // config.batch, 1)
    steps = config.epochs * per_epoch
    network.compile(config, steps)
    rows_by_epoch = [
        np.random.default_rng((config.seed, epoch)).permutation(material.seen)
        for epoch in range(config.epochs)
    ]

    def batch(step: int) -> Batch:
        epoch, number = divmod(step, per_epoch)
        rows = rows_by_epoch[epoch][number * config.batch : (number + 1) * config.batch]
        x = draw_batch(material.pixels, rows, config, np.random.default_rng((config.seed, epoch, number)))
        return x, network.targets(material.targets.take(rows))

    def after(step: int, loss: float, told: dict[str, Any]) -> None:
        report("pretrain", step / steps, steps * config.batch)
        told["loss_sum"] = told.get("loss_sum", 0.0) + loss
        if step % per_epoch:
            return
        weights = network.averaged().halved()
        mean_ap = keeper.measure(keeper.embed(weights))
        told["epochs"].append({"loss": round(told.pop("loss_sum") / per_epoch, 4), "mean_ap": mean_ap})
        if mean_ap > told.get("best", -1.0):
            told["best"] = mean_ap
            keeper.keep(weights)
        checkpoint.save(network.model, step, told)

    return run(network.model, batch, steps, checkpoint, story=story, after=after)


class _Keeper:
    """Measures weights as they would be served, and keeps the best."""

    def __init__(self, folder: Path, material: Material, config: PretrainConfig, report: Phases) -> None:
        self._best = folder / BEST
        self._material = material
        self._spec = BackboneSpec(
            "", inception_v3.ARCHITECTURE, config.input_side, config.geometry, inception_v3.FEATURES
        )
        self._report = report

    def embed(self, weights: InceptionWeights) -> NDArray[np.float32]:
        """Return float32[images, features] of every image's whole square."""
        backbone = OpenVinoBackbone(self._spec, weights.dump(), precision="float32")
        pixels = self._material.pixels
        parts = []
        for first in range(0, len(pixels), _CHUNK):
            parts.append(backbone.embed(centre(pixels[first : first + _CHUNK], self._spec.input_side)))
            self._report("probe", min((first + _CHUNK) / len(pixels), 1.0), len(pixels))
        return np.concatenate(parts)

    def measure(self, embeddings: NDArray[np.float32]) -> float:
        material = self._material
        return round(probe(embeddings, material.truth, material.learn, material.check), 4)

    def keep(self, weights: InceptionWeights) -> None:
        temporary = self._best.with_suffix(".partial")
        temporary.write_bytes(weights.halved().dump())
        temporary.replace(self._best)


def _material(
    dataset: Dataset, config: PretrainConfig, folder: Path, targets: Path | None, report: Phases
) -> Material:
    """Decode what trains and validates; the test side is left where it is, unless its pixels are learnt."""
    if dataset.splits is not None and not config.every_split:
        dataset = dataset.take(np.flatnonzero(np.array(dataset.splits) != "test"))
    learnt = read_targets(targets, dataset, config.soft_share)
    pixels, rows = store_pixels(dataset, config, folder / "pixels.npy", report)
    truth = dataset.targets[rows]
    if dataset.splits is None:
        learn, check = stratified_split(truth, VALIDATION_SHARE, config.seed)
    else:
        sides = np.array(dataset.splits)[rows]
        learn, check = np.flatnonzero(sides == "train"), np.flatnonzero(sides == "validation")
    if len(learn) < config.batch or not len(check):
        raise DatasetError(
            f"{len(learn)} images train and {len(check)} validate: at least one batch of {config.batch} and "
            "one image are needed."
        )
    if not learnt.embeddings.shape[1] and not config.labels_weight:
        raise DatasetError("There is nothing to learn: labels_weight is 0, and no embeddings are given.")
    seen = np.arange(len(rows)) if config.every_split else learn
    return Material(pixels, learnt.take(rows), truth, learn, check, seen)


def _identity(dataset: Dataset, config: PretrainConfig, start: bytes | None, targets: Path | None) -> str:
    """Name a training by all that its result depends on."""
    digest = hashlib.sha256(config.model_dump_json(exclude={"checkpoint_minutes"}).encode())
    digest.update(json.dumps([dataset.names, dataset.labels, dataset.splits]).encode())
    digest.update(np.packbits(dataset.targets).tobytes())
    for body in (start or b"", targets.read_bytes() if targets and targets.is_file() else b""):
        digest.update(hashlib.sha256(body).digest())
    return digest.hexdigest()[:16]
