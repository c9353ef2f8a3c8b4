"""TensorBoard scalars of a training: loss, mean AP and each label's AP, by epoch."""

from pathlib import Path
from typing import Any

import tensorflow as tf

from trainer.head.fit import Epoch
from vignette_shared.errors import StorageFull


class ScalarLog:
    """Writes to `folder/seed-<n>`, one TensorBoard run for each member of the ensemble."""

    def __init__(self, folder: Path, labels: tuple[str, ...], seed: int) -> None:
        self._folder = folder
        self._labels = labels
        self._seed = seed
        self._writers: dict[int, Any] = {}

    def write(self, epoch: Epoch) -> None:
        """Add an epoch; raises `StorageFull` if it can't be written."""
        try:
            self._write(epoch)
        except tf.errors.OpError as error:  # its message doesn't state the cause
            raise StorageFull(
                f"{self._folder} can't be written, probably because the disk is full: free some "
                "space, then train again."
            ) from error

    def _write(self, epoch: Epoch) -> None:
        writer = self._writers.get(epoch.member)
        if writer is None:
            place = self._folder / f"seed-{self._seed + epoch.member}"
            writer = self._writers[epoch.member] = tf.summary.create_file_writer(str(place))
        with writer.as_default(step=epoch.number):
            tf.summary.scalar("loss", epoch.loss)
            tf.summary.scalar("mean_ap", epoch.mean_ap)
            for label, value in zip(self._labels, epoch.label_ap, strict=True):
                tf.summary.scalar(f"ap/{label}", value)
        # TensorBoard reads the file while training runs.
        writer.flush()
