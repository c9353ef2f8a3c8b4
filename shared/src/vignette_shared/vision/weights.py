"""The one weights file that every runtime reads: safetensors, in Keras' order of creation."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vignette_shared.errors import ModelDamaged
from vignette_shared.vision.inception_v3 import BATCH_NORM_EPSILON, kernel_shapes

_NORMS = ("beta", "moving_mean", "moving_variance")


@dataclass(frozen=True, slots=True)
class ConvWeights:
    """A convolution and the batch normalisation (without gamma) behind it.

    `kernel` is [height, width, in, out] in the file's dtype (float16 or float32); the rest float32[out].
    """

    kernel: NDArray[np.floating]
    beta: NDArray[np.float32]
    moving_mean: NDArray[np.float32]
    moving_variance: NDArray[np.float32]

    def folded(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the kernel and bias, float32, of the one convolution that equals both."""
        scale = 1.0 / np.sqrt(self.moving_variance + np.float32(BATCH_NORM_EPSILON))
        kernel = self.kernel.astype(np.float32) * scale
        return kernel, self.beta - self.moving_mean * scale


@dataclass(frozen=True, slots=True)
class InceptionWeights:
    """The 94 convolutions, checked for names and shapes."""

    layers: tuple[ConvWeights, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a weights file's bytes; raises `ModelDamaged` that names what is wrong."""
        try:
            tensors = load(data)
        except SafetensorError as error:
            raise ModelDamaged(f"The backbone's weights are no safetensors file: {error}") from error
        return cls(tuple(_layer(tensors, i, shape) for i, shape in enumerate(kernel_shapes())))

    def dump(self) -> bytes:
        """Return the file that `parse` reads, kernels in the dtype that they have here."""
        tensors: dict[str, NDArray[np.floating]] = {}
        for i, layer in enumerate(self.layers):
            tensors[f"conv2d_{i}.kernel"] = np.ascontiguousarray(layer.kernel)
            for name in _NORMS:
                values = np.ascontiguousarray(getattr(layer, name), np.float32)
                tensors[f"batch_normalization_{i}.{name}"] = values
        data: bytes = save(tensors)
        return data

    def halved(self) -> "InceptionWeights":
        """Return the same with kernels in float16, which half the file takes."""
        return InceptionWeights(
            tuple(replace(layer, kernel=layer.kernel.astype(np.float16)) for layer in self.layers)
        )

    def __iter__(self) -> Iterator[ConvWeights]:
        return iter(self.layers)


def _layer(
    tensors: dict[str, NDArray[np.floating]], index: int, shape: tuple[int, int, int, int]
) -> ConvWeights:
    kernel = _tensor(tensors, f"conv2d_{index}.kernel", shape)
    beta, mean, variance = (
        _tensor(tensors, f"batch_normalization_{index}.{name}", shape[3:]).astype(np.float32)
        for name in _NORMS
    )
    return ConvWeights(kernel, beta, mean, variance)


def _tensor(
    tensors: dict[str, NDArray[np.floating]], name: str, shape: tuple[int, ...]
) -> NDArray[np.floating]:
    found = tensors.get(name)
    if found is None:
        raise ModelDamaged(f"The backbone's weights lack {name}: it is no Inception-v3 of ours.")
    if found.shape != shape:
        raise ModelDamaged(f"The backbone's {name} has shape {found.shape}, not {shape}.")
    if not np.isfinite(found).all():
        raise ModelDamaged(f"The backbone's {name} holds values that are not finite.")
    return found
