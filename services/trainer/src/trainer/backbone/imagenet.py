"""Import Keras' Inception-v3 with ImageNet weights (Szegedy et al. 2015)."""

import hashlib
from pathlib import Path

import h5py

from trainer.backbone.artifacts import BackboneFacts
from trainer.errors import DatasetError, DownloadFailed
from trainer.support.download import Expected, fetch
from trainer.support.progress import TransferCallback
from vignette_shared.errors import ModelDamaged
from vignette_shared.vision.inception_v3 import kernel_shapes
from vignette_shared.vision.weights import InceptionWeights

FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
URL = f"https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/{FILE}"
# As Keras publishes it next to the URL.
MD5 = "bcbd6486424b2319ff4ef7d526e38f63"
SOURCE = BackboneFacts(
    name="imagenet",
    source="Keras' Inception-v3, ImageNet weights without the classifier",
    input_side=299,
    geometry="squash",
    extra={},
)


def imagenet_file(
    folder: Path,
    file: Path | None,
    *,
    url: str = URL,
    md5: str = MD5,
    progress: TransferCallback = lambda _done, _total: None,
) -> Path:
    """Return the path of the weights, with their hash verified: `file`, or a download to `folder`.

    Args:
        md5: of the file, in hex; empty to skip the check, for custom weights.

    Raises:
        DatasetError: `file` can't be read or has another hash.
        DownloadFailed, StorageFull: see `fetch`.
    """
    path = file or folder / FILE
    if file is None:
        fetch(url, path, expected=Expected(md5=md5 or None), progress=progress)
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "md5").hexdigest()
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror}.") from error
    if md5 and digest != md5:
        kind = DatasetError if file else DownloadFailed
        raise kind(f"{path} has the MD5 {digest}, not {md5}: it is a different file, or damaged. Remove it.")
    return path


def read_imagenet(path: Path) -> InceptionWeights:
    """Read Keras' HDF5 file.

    Keras loads it, because only the order of Keras' layers assigns the arrays to layers.

    Raises:
        ModelDamaged: the file is not HDF5, or holds another network.
    """
    _check_names(path)
    # Keras takes seconds to import: a wrong file must fail without it.
    import keras  # noqa: PLC0415

    from vignette_shared.vision.runtimes.tensorflow import extract_weights  # noqa: PLC0415

    net = keras.applications.InceptionV3(include_top=False, weights=None, input_shape=(299, 299, 3))
    try:
        net.load_weights(path)
    except (ValueError, KeyError, OSError) as error:
        raise ModelDamaged(f"{path} does not fit Keras' Inception-v3: {error}") from error
    return InceptionWeights.parse(extract_weights(net).dump())


def _check_names(path: Path) -> None:
    """Check the layers and shapes before Keras does: its message about a wrong file is a page long."""
    try:
        with h5py.File(path, "r") as file:
            layers = {
                layer: [tuple(each.shape) for each in _arrays(group)]
                for layer, group in file.items()
                if layer.startswith(("conv2d", "batch_normalization"))
            }
    except OSError as error:
        raise ModelDamaged(f"{path} is not an HDF5 file: {error}") from error
    kernels = sorted(s for name, shapes in layers.items() if name.startswith("conv2d") for s in shapes)
    norms = [shapes for name, shapes in layers.items() if name.startswith("batch_normalization")]
    if kernels != sorted(kernel_shapes()):
        raise ModelDamaged(
            f"{path} holds {len(kernels)} convolutions that differ from Inception-v3's "
            f"{len(kernel_shapes())}: use the file without the classifier."
        )
    if len(norms) != len(kernels) or any(len(shapes) != 3 for shapes in norms):
        raise ModelDamaged(
            f"{path} lacks batch normalisations: {len(norms)} for {len(kernels)} convolutions."
        )


def _arrays(group: h5py.Group) -> list[h5py.Dataset]:
    arrays: list[h5py.Dataset] = []
    group.visititems(lambda _name, item: arrays.append(item) if isinstance(item, h5py.Dataset) else None)
    return arrays
