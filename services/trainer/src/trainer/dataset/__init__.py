"""Annotated images: read from any supported format, split, and frozen as snapshots."""

from trainer.dataset.dataset import Dataset
from trainer.dataset.files import IMAGES_ZIP
from trainer.dataset.loading import open_dataset
from trainer.dataset.readers.annotated import ANNOTATIONS_JSON, read_annotated, write_annotations
from trainer.dataset.readers.coco import read_coco
from trainer.dataset.readers.exported import MANIFEST, read_exported
from trainer.dataset.readers.mirflickr import ANNOTATIONS_ZIP, image_number, read_mirflickr
from trainer.dataset.readers.tables import read_table

__all__ = [
    "ANNOTATIONS_JSON",
    "ANNOTATIONS_ZIP",
    "IMAGES_ZIP",
    "MANIFEST",
    "Dataset",
    "image_number",
    "open_dataset",
    "read_annotated",
    "read_coco",
    "read_exported",
    "read_mirflickr",
    "read_table",
    "write_annotations",
]
