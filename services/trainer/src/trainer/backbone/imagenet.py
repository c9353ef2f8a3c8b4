"""Keras' Inception-v3 with ImageNet weights (Szegedy et al. 2015), brought into this project's own format."""

import hashlib
import os
from pathlib import Path

import h5py

from trainer.backbone.artifacts import BackboneFacts
from trainer.errors import DatasetError, DownloadFailed
from trainer.support.fetching import Expected, fetch
from trainer.support.progress import Transfer
from vignette_shared.errors import ModelDamaged
from vignette_shared.vision.inception_v3 import kernel_shapes
from vignette_shared.vision.weights import InceptionWeights

FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
URL = f"https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/{FILE}"
MD5 = "bcbd6486424b2319ff4ef7d526e38f63"
"""As Keras publishes it beside the address."""
FACTS = BackboneFacts(
    name="imagenet",
    source="Keras' Inception-v3, ImageNet weights without the classifier",
    input_side=299,
    geometry="squash",
    story={},
)


def imagenet_file(
    folder: Path,
    file: Path | None,
    *,
    url: str = URL,
    md5: str = MD5,
    progress: Transfer = lambda _done, _total: None,
) -> Path:
    """Return where the weights lie: `file`, or what was downloaded to `folder`; either with its hash checked.

    Args:
        md5: of the file, in hex; empty for weights of one's own.

    Raises:
        DatasetError: `file` can't be read or is another.
        DownloadFailed, StorageFull: as `fetch` says.
    """
    path = file or folder / FILE
    if file is None:
        fetch(url, path, expected=Expected(md5=md5 or None), progress=progress)
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "md5").hexdigest()
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror}.") from error
    if md5 and found != md5:
        kind = DatasetError if file else DownloadFailed
        raise kind(f"{path} has the MD5 {found}, not {md5}: it is another file, or damaged; remove it.")
    return path


def read_imagenet(path: Path) -> InceptionWeights:
    """Read Keras' own HDF5 file.

    Keras itself loads it, since only its order of layers says which array is whose.

    Raises:
        ModelDamaged: it is no such file, or its names or shapes are another network's.
    """
    _check_names(path)
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras  # noqa: PLC0415 - slow

    from vignette_shared.vision.runtimes.tensorflow import extract_weights  # noqa: PLC0415

    net = keras.applications.InceptionV3(include_top=False, weights=None, input_shape=(299, 299, 3))
    try:
        net.load_weights(path)
    except (ValueError, KeyError, OSError) as error:
        raise ModelDamaged(f"{path} does not fit Keras' Inception-v3: {error}") from error
    return InceptionWeights.parse(extract_weights(net).dump())


def _check_names(path: Path) -> None:
    """Count layers and shapes before Keras is asked: its own message about a wrong file is a page long."""
    try:
        with h5py.File(path, "r") as file:
            found = {
                layer: [tuple(each.shape) for each in _arrays(group)]
                for layer, group in file.items()
                if layer.startswith(("conv2d", "batch_normalization"))
            }
    except OSError as error:
        raise ModelDamaged(f"{path} is no HDF5 file: {error}") from error
    kernels = sorted(s for name, shapes in found.items() if name.startswith("conv2d") for s in shapes)
    norms = [shapes for name, shapes in found.items() if name.startswith("batch_normalization")]
    if kernels != sorted(kernel_shapes()):
        raise ModelDamaged(
            f"{path} holds {len(kernels)} convolutions of other shapes than Inception-v3's "
            f"{len(kernel_shapes())}: the file without the classifier is needed."
        )
    if len(norms) != len(kernels) or any(len(shapes) != 3 for shapes in norms):
        raise ModelDamaged(
            f"{path} lacks batch normalisations: {len(norms)} for {len(kernels)} convolutions."
        )


def _arrays(group: h5py.Group) -> list[h5py.Dataset]:
    found: list[h5py.Dataset] = []
    group.visititems(lambda _name, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
    return found
