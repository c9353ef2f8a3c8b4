"""TFRecord shards in the first Vignette's format.

`train-???-008.tfr`, `test-???-004.tfr`, `val-???-001.tfr`.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import tensorflow as tf

from trainer.dataset.dataset import Dataset
from trainer.dataset.manifest import Split
from trainer.errors import DatasetError
from trainer.support.atomic_file import write_error

# Name and number of shards of each split. Fixed for every size: readers rely on the file name patterns.
SHARDS: dict[Split, tuple[str, int]] = {"train": ("train", 9), "test": ("test", 5), "validation": ("val", 2)}
VOCABULARY = "word_counts.txt"
_FILENAME = "image/filename"
_LABELS, _IDS, _MARKS = "image/annotation", "image/annotation_ids", "image/annotation_bin"


@dataclass(frozen=True, slots=True)
class Record:
    """One image: its labels, their indices in the vocabulary, and a 0 or 1 for each word of it."""

    filename: str
    labels: tuple[str, ...]
    ids: tuple[int, ...]
    marks: tuple[int, ...]


def write_shards(
    dataset: Dataset, folder: Path, progress: Callable[[int], None] = lambda _: None
) -> list[Path]:
    """Write one sequence example per image, and the vocabulary, the most frequent label first.

    Each shard is written atomically.

    Raises:
        DatasetError: the dataset has no splits, or the folder can't be written.
        StorageFull: the disk is full.
    """
    if dataset.splits is None:
        raise DatasetError(
            "The dataset has no splits: make a snapshot with `vignette-trainer dataset split`."
        )
    frequency = dataset.targets.sum(axis=0)
    # Stable: labels of equal frequency have the same order in every export.
    order = np.argsort(-frequency, kind="stable")
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{dataset.labels[i]} {frequency[i]}" for i in order]
        (folder / VOCABULARY).write_text("\n".join(lines), encoding="utf-8")
        for split, (name, count) in SHARDS.items():
            rows = np.flatnonzero(np.array(dataset.splits) == split)
            for number, part in enumerate(np.array_split(rows, count)):
                path = folder / f"{name}-{number:03d}-{count - 1:03d}.tfr"
                _write_shard(path, (_example(dataset, row, order) for row in part))
                progress(len(part))
                written.append(path)
    except OSError as error:
        raise write_error(folder, error) from error
    except tf.errors.OpError as error:
        raise DatasetError(f"{folder} can't be written: {error.message}.") from error
    return written


def read_shards(folder: Path, split: Split) -> Iterator[Record]:
    """Yield the records of one split, in the order of the shards.

    Raises:
        DatasetError: a shard is missing, truncated or damaged.
    """
    name, count = SHARDS[split]
    paths = [folder / f"{name}-{number:03d}-{count - 1:03d}.tfr" for number in range(count)]
    if missing := [path for path in paths if not path.is_file()]:
        raise DatasetError(f"{missing[0]} is missing: write the shards again.")
    try:
        for body in tf.data.TFRecordDataset([str(path) for path in paths]).as_numpy_iterator():
            yield _record(tf.train.SequenceExample.FromString(body))
    except tf.errors.OpError as error:
        raise DatasetError(f"A shard in {folder} is damaged: write the shards again.") from error


def _write_shard(path: Path, examples: Iterator[bytes]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with tf.io.TFRecordWriter(str(temporary)) as writer:
            for example in examples:
                writer.write(example)
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)


def _example(dataset: Dataset, row: int, order: "np.typing.NDArray[np.intp]") -> bytes:
    marks = dataset.targets[row, order].astype(int).tolist()
    ids = [number for number, mark in enumerate(marks) if mark]
    labels = [dataset.labels[order[number]].encode() for number in ids]
    filename = PurePosixPath(dataset.names[row]).name.encode()
    feature = tf.train.Feature
    example = tf.train.SequenceExample(
        context=tf.train.Features(
            feature={_FILENAME: feature(bytes_list=tf.train.BytesList(value=[filename]))}
        ),
        feature_lists=tf.train.FeatureLists(
            feature_list={
                _LABELS: _list([feature(bytes_list=tf.train.BytesList(value=[label])) for label in labels]),
                _IDS: _list([feature(int64_list=tf.train.Int64List(value=[number])) for number in ids]),
                _MARKS: _list([feature(int64_list=tf.train.Int64List(value=[mark])) for mark in marks]),
            }
        ),
    )
    body: bytes = example.SerializeToString()
    return body


def _list(features: "list[tf.train.Feature]") -> "tf.train.FeatureList":
    return tf.train.FeatureList(feature=features)


def _record(example: "tf.train.SequenceExample") -> Record:
    lists = example.feature_lists.feature_list
    return Record(
        example.context.feature[_FILENAME].bytes_list.value[0].decode(),
        tuple(each.bytes_list.value[0].decode() for each in lists[_LABELS].feature),
        tuple(each.int64_list.value[0] for each in lists[_IDS].feature),
        tuple(each.int64_list.value[0] for each in lists[_MARKS].feature),
    )
