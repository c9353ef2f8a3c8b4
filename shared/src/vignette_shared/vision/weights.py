"""The weights file of a backbone, which every runtime reads: safetensors, in Keras' order of creation."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vignette_shared.errors import ModelDamaged
from vignette_shared.vision.inception_v3 import BATCH_NORM_EPSILON, kernel_shapes

# No gamma: Keras' Inception-v3 normalises without a scale.
_NORMS = ("beta", "moving_mean", "moving_variance")


@dataclass(frozen=True, slots=True)
class ConvWeights:
    """A convolution and the batch normalisation (without gamma) that follows it.

    `kernel` is float16 or float32[height, width, in, out], as in the file; the others are float32[out].
    """

    kernel: NDArray[np.floating]
    beta: NDArray[np.float32]
    moving_mean: NDArray[np.float32]
    moving_variance: NDArray[np.float32]

    def folded(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return float32 kernel and bias of the convolution that is equivalent to both."""
        scale = 1.0 / np.sqrt(self.moving_variance + np.float32(BATCH_NORM_EPSILON))
        # In float32, because float16 kernels would lose precision here.
        kernel = self.kernel.astype(np.float32) * scale
        return kernel, self.beta - self.moving_mean * scale


@dataclass(frozen=True, slots=True)
class InceptionWeights:
    """The 94 convolutions of an Inception-v3."""

    layers: tuple[ConvWeights, ...]

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a weights file; raises `ModelDamaged` if a tensor is missing, misshapen or not finite."""
        try:
            tensors = load(data)
        except SafetensorError as error:
            raise ModelDamaged(f"The backbone's weights are not a safetensors file: {error}") from error
        return cls(tuple(_layer(tensors, i, shape) for i, shape in enumerate(kernel_shapes())))

    def dump(self) -> bytes:
        """Return the content of a weights file; kernels keep their dtype."""
        tensors: dict[str, NDArray[np.floating]] = {}
        for i, layer in enumerate(self.layers):
            tensors[f"conv2d_{i}.kernel"] = np.ascontiguousarray(layer.kernel)
            for name in _NORMS:
                values = np.ascontiguousarray(getattr(layer, name), np.float32)
                tensors[f"batch_normalization_{i}.{name}"] = values
        data: bytes = save(tensors)
        return data

    def to_float16(self) -> "InceptionWeights":
        """Return the weights with float16 kernels, which halves the file."""
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
    tensor = tensors.get(name)
    if tensor is None:
        raise ModelDamaged(f"The backbone's weights lack {name}. This is not an Inception-v3.")
    if tensor.shape != shape:
        raise ModelDamaged(f"The backbone's {name} has the shape {tensor.shape} instead of {shape}.")
    # A NaN would pass through the network unnoticed, into every score.
    if not np.isfinite(tensor).all():
        raise ModelDamaged(f"The backbone's {name} contains values that are not finite.")
    return tensor
