"""Train an Inception-v3 on labels, on another network's embeddings, or on both."""

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
from trainer.backbone.pretraining.probe import probe as probe_embeddings
from trainer.dataset import Dataset
from trainer.dataset.split import stratified_split
from trainer.errors import DatasetError, TrainingFailed
from trainer.support.atomic_file import write_atomically
from trainer.support.progress import PhaseCallback, no_progress
from vignette_shared.vision import inception_v3
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone
from vignette_shared.vision.weights import InceptionWeights

# Share of the images to validate on, if the dataset has no splits.
VALIDATION_SHARE = 0.1
_CHUNK = 256
# Renaming the file would make finished trainings run again.
SUMMARY = "story.json"
BEST = "best.safetensors"


@dataclass(frozen=True, slots=True)
class Pretrained:
    """The best weights by validation, in float16, and a summary of the training.

    Attributes:
        summary: in JSON values: the numbers of images (`train`, `validation`), `epochs` with loss and mean AP
            of a linear probe, `best` of these, and `before` for the start if there was one.
    """

    weights: InceptionWeights
    summary: dict[str, Any]


def pretrain(
    dataset: Dataset,
    config: PretrainConfig,
    work: Path,
    *,
    start: bytes | None = None,
    targets: Path | None = None,
    report: PhaseCallback = no_progress,
) -> Pretrained:
    """Train; the same call resumes an interrupted training from its last checkpoint.

    Trains on the train split and chooses the epoch by the validation split; if no epoch is better than the
    start, the start's weights are the result. With `every_split`, the network learns another network's
    embeddings of all images but no labels: validation then measures images whose labels are unseen.

    Args:
        work: folder for pixels, checkpoints and results, in a subfolder that identifies all arguments.
        start: the weights file to start from; None for random weights.
        targets: see `read_targets`.
        report: called with the phases `pixels`, `pretrain` (all epochs) and `probe` (after each).

    Raises:
        DatasetError: no image can be read, or there is nothing to learn.
        ModelDamaged: `start` is not a weights file.
        TrainingFailed: the loss became NaN; the message names the step and the configuration.
        StorageFull: a checkpoint can't be written.
    """
    folder = work / _identity(dataset, config, start, targets)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / SUMMARY).is_file():
        begin = InceptionWeights.parse(start) if start is not None else None
        material = _material(dataset, config, folder, targets, report)
        try:
            summary = _train(material, config, folder, begin, report)
        except TrainingFailed as error:
            raise TrainingFailed(f"{error.detail} {config!r}") from error
        write_atomically(folder / SUMMARY, json.dumps(summary, indent=1).encode())
    # They serve only to resume an interrupted training.
    for large in ("checkpoint.safetensors", "pixels.npy", "pixels.rows.npy"):
        (folder / large).unlink(missing_ok=True)
    weights = InceptionWeights.parse((folder / BEST).read_bytes())
    return Pretrained(weights, json.loads((folder / SUMMARY).read_text()))


def _train(
    material: Material,
    config: PretrainConfig,
    folder: Path,
    begin: InceptionWeights | None,
    report: PhaseCallback,
) -> dict[str, Any]:
    """Run the epochs, write the best weights to the folder, and return the summary."""
    # TensorFlow takes seconds to import: a wrong dataset must fail without it.
    from trainer.backbone.pretraining.network import Network  # noqa: PLC0415

    probe = _Probe(folder, material, config, report)
    checkpoint = Checkpoint(folder / "checkpoint.safetensors", config.checkpoint_minutes * 60)
    labels = material.targets.labels.shape[1] if config.labels_weight else 0
    network = Network(config, labels, material.targets.embeddings.shape[1])
    summary: dict[str, Any] = {"train": len(material.seen), "validation": len(material.check), "epochs": []}
    if begin is not None and not checkpoint.path.is_file():
        network.begin_at(begin)
        embeddings = probe.embed(begin)
        network.fit_outputs(embeddings[material.seen], material.targets.take(material.seen), config.seed)
        summary["before"] = summary["best"] = probe.measure(embeddings)
        probe.save(begin)
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
        # Seeded by the step: a resumed training draws the same batches.
        x = draw_batch(material.pixels, rows, config, np.random.default_rng((config.seed, epoch, number)))
        return x, network.targets(material.targets.take(rows))

    def after(step: int, loss: float, state: dict[str, Any]) -> None:
        report("pretrain", step / steps, steps * config.batch)
        state["loss_sum"] = state.get("loss_sum", 0.0) + loss
        if step % per_epoch:
            return
        weights = network.averaged().to_float16()
        mean_ap = probe.measure(probe.embed(weights))
        state["epochs"].append({"loss": round(state.pop("loss_sum") / per_epoch, 4), "mean_ap": mean_ap})
        if mean_ap > state.get("best", -1.0):
            state["best"] = mean_ap
            probe.save(weights)
        checkpoint.save(network.model, step, state)

    return run(network.model, batch, steps, checkpoint, state=summary, after=after)


class _Probe:
    """Measures weights in the runtime that serves, and saves the best."""

    def __init__(
        self, folder: Path, material: Material, config: PretrainConfig, report: PhaseCallback
    ) -> None:
        self._best = folder / BEST
        self._material = material
        self._spec = BackboneSpec(
            "", inception_v3.ARCHITECTURE, config.input_side, config.geometry, inception_v3.FEATURES
        )
        self._report = report

    def embed(self, weights: InceptionWeights) -> NDArray[np.float32]:
        """Return the embeddings, float32[images, features], of every image's whole square."""
        backbone = OpenVinoBackbone(self._spec, weights.dump(), precision="float32")
        pixels = self._material.pixels
        parts = []
        for first in range(0, len(pixels), _CHUNK):
            parts.append(backbone.embed(centre(pixels[first : first + _CHUNK], self._spec.input_side)))
            self._report("probe", min((first + _CHUNK) / len(pixels), 1.0), len(pixels))
        return np.concatenate(parts)

    def measure(self, embeddings: NDArray[np.float32]) -> float:
        material = self._material
        return round(probe_embeddings(embeddings, material.truth, material.learn, material.check), 4)

    def save(self, weights: InceptionWeights) -> None:
        temporary = self._best.with_suffix(".partial")
        temporary.write_bytes(weights.to_float16().dump())
        temporary.replace(self._best)


def _material(
    dataset: Dataset, config: PretrainConfig, folder: Path, targets: Path | None, report: PhaseCallback
) -> Material:
    """Decode the images of the train and validation splits; of all splits with `every_split`."""
    if dataset.splits is not None and not config.every_split:
        dataset = dataset.take(np.flatnonzero(np.array(dataset.splits) != "test"))
    learned = read_targets(targets, dataset, config.soft_share)
    pixels, rows = store_pixels(dataset, config, folder / "pixels.npy", report)
    truth = dataset.targets[rows]
    if dataset.splits is None:
        learn, check = stratified_split(truth, VALIDATION_SHARE, config.seed)
    else:
        splits = np.array(dataset.splits)[rows]
        learn, check = np.flatnonzero(splits == "train"), np.flatnonzero(splits == "validation")
    if len(learn) < config.batch or not len(check):
        raise DatasetError(
            f"There are {len(learn)} training and {len(check)} validation images; at least one batch of "
            f"{config.batch} and one image are needed."
        )
    if not learned.embeddings.shape[1] and not config.labels_weight:
        raise DatasetError("There is nothing to learn: labels_weight is 0 and --targets gives no embeddings.")
    seen = np.arange(len(rows)) if config.every_split else learn
    return Material(pixels, learned.take(rows), truth, learn, check, seen)


def _identity(dataset: Dataset, config: PretrainConfig, start: bytes | None, targets: Path | None) -> str:
    """Hash everything that the result of a training depends on."""
    # How often checkpoints are written doesn't change the result.
    digest = hashlib.sha256(config.model_dump_json(exclude={"checkpoint_minutes"}).encode())
    digest.update(json.dumps([dataset.names, dataset.labels, dataset.splits]).encode())
    digest.update(np.packbits(dataset.targets).tobytes())
    for body in (start or b"", targets.read_bytes() if targets and targets.is_file() else b""):
        digest.update(hashlib.sha256(body).digest())
    return digest.hexdigest()[:16]
