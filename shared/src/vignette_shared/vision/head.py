"""The head: a small MLP that maps embeddings to scores, in NumPy alone.

Workers thereby need no training framework.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vignette_shared.errors import ModelDamaged

HEAD_FILE = "head.safetensors"
# A tensor instead of a metadata entry, which `safetensors.numpy.load` does not return.
_UNIT = "input.unit_length"
_SHORTEST = 1e-12
"""Lower bound of the norm that embeddings are divided by; an embedding of zeros stays zero."""


@dataclass(frozen=True, slots=True)
class Dense:
    """A dense layer: `kernel` float32[in, out], `bias` float32[out]."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        out: NDArray[np.float32] = x @ self.kernel + self.bias
        return out

    def standardised(self, mean: NDArray[np.float32], std: NDArray[np.float32]) -> "Dense":
        """Return a layer that maps x as this one maps (x - mean) / std."""
        kernel = self.kernel / std[:, None]
        return Dense(kernel.astype(np.float32), (self.bias - mean @ kernel).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Head:
    """Dense layers with ReLU between them and a sigmoid at the end, and a threshold per label.

    Attributes:
        to_unit: whether embeddings are scaled to unit length before the first layer.
    """

    layers: tuple[Dense, ...]
    labels: tuple[str, ...]
    thresholds: NDArray[np.float32]
    to_unit: bool = False

    @classmethod
    def parse(cls, data: bytes, *, features: int, labels: Sequence[str], thresholds: Sequence[float]) -> Self:
        """Read a head file; raises `ModelDamaged` if it does not match the backbone or the labels."""
        try:
            tensors = load(data)
        except SafetensorError as error:
            raise ModelDamaged(f"{HEAD_FILE} is not a safetensors file: {error}") from error
        to_unit = bool(tensors.pop(_UNIT, np.zeros(1)).any())
        count = sum(name.endswith(".kernel") for name in tensors)
        layers = tuple(_layer(tensors, i) for i in range(count))
        widths = [layer.kernel.shape for layer in layers]
        joins = zip([features, *(out for _, out in widths)], [i for i, _ in widths], strict=False)
        if not layers or any(a != b for a, b in joins) or widths[-1][1] != len(labels):
            raise ModelDamaged(
                f"{HEAD_FILE} has layers of shape {widths}, which do not map {features} features "
                f"to {len(labels)} labels. It belongs to another backbone."
            )
        if len(thresholds) != len(labels):
            raise ModelDamaged(f"There are {len(thresholds)} thresholds for {len(labels)} labels.")
        return cls(layers, tuple(labels), np.asarray(thresholds, np.float32), to_unit)

    def dump(self) -> bytes:
        """Return the content of a head file: kernels as float16, biases as float32."""
        tensors: dict[str, NDArray[np.floating]] = {}
        for i, layer in enumerate(self.layers):
            # Half the file; the biases are few, so they stay exact.
            tensors[f"dense_{i}.kernel"] = np.ascontiguousarray(layer.kernel, np.float16)
            tensors[f"dense_{i}.bias"] = np.ascontiguousarray(layer.bias, np.float32)
        if self.to_unit:
            tensors[_UNIT] = np.ones(1, np.float32)
        data: bytes = save(tensors)
        return data

    def scores(self, embeddings: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return float32[n, labels] in 0..1 for embeddings [n, features] of any float type."""
        return sigmoid(self.logits(embeddings))

    def logits(self, embeddings: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return float32[n, labels] before the sigmoid."""
        x = np.asarray(embeddings, np.float32)
        if self.to_unit:
            x = unit_length(x)
        for layer in self.layers[:-1]:
            x = np.maximum(layer(x), 0)
        return self.layers[-1](x)

    def gradient(self, embedding: NDArray[np.floating], column: int) -> NDArray[np.float32]:
        """Return the gradient of a label's logit with respect to the embedding, float32[features].

        Args:
            embedding: [features], the point of the gradient.
            column: index of the label.
        """
        x = np.asarray(embedding, np.float32)[None]
        unit = unit_length(x) if self.to_unit else x
        inner = [unit]
        for layer in self.layers[:-1]:
            inner.append(np.maximum(layer(inner[-1]), 0))
        slope = self.layers[-1].kernel[:, column]
        for layer, out in zip(self.layers[-2::-1], inner[:0:-1], strict=True):
            slope = layer.kernel @ np.where(out[0] > 0, slope, 0)
        if self.to_unit:  # the length is normalised away, so the gradient along the embedding is 0
            length = np.maximum(np.linalg.norm(x), np.float32(_SHORTEST))
            slope = (slope - unit[0] * (unit[0] @ slope)) / length
        return np.asarray(slope, np.float32)

    def over_threshold(self, scores: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return which scores reach the threshold of their label, bool[n, labels]."""
        return np.asarray(scores >= self.thresholds)


def merge_layers(members: Sequence[tuple[Dense, ...]]) -> tuple[Dense, ...]:
    """Return the layers of one head whose logits are the mean of the members' logits.

    Members are linear or have one hidden layer; in the latter case the result's hidden layer is as wide as
    those of all members together.
    """
    first, *rest = members
    if not rest:
        return first
    if len(first) == 1:
        return (Dense(_mean([m[0].kernel for m in members]), _mean([m[0].bias for m in members])),)
    hidden, out = zip(*members, strict=True)
    last = np.asarray(np.concatenate([d.kernel for d in out]) / len(members), np.float32)
    return (
        Dense(np.concatenate([d.kernel for d in hidden], axis=1), np.concatenate([d.bias for d in hidden])),
        Dense(last, _mean([d.bias for d in out])),
    )


def _mean(arrays: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.asarray(np.mean(np.stack(arrays), axis=0), np.float32)


def unit_length(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring each row to Euclidean length 1; a row of zeros stays."""
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.maximum(length, np.float32(_SHORTEST)), np.float32)


def sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logistic function, computed with tanh, which can't overflow."""
    out: NDArray[np.float32] = 0.5 * (1 + np.tanh(0.5 * x))
    return out


def _layer(tensors: dict[str, NDArray[np.floating]], index: int) -> Dense:
    kernel, bias = tensors.get(f"dense_{index}.kernel"), tensors.get(f"dense_{index}.bias")
    if kernel is None or bias is None:
        raise ModelDamaged(f"{HEAD_FILE} lacks dense_{index}. It is incomplete.")
    if kernel.ndim != 2 or bias.shape != kernel.shape[1:]:
        raise ModelDamaged(f"{HEAD_FILE}: dense_{index} has shapes {kernel.shape} and {bias.shape}.")
    if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
        raise ModelDamaged(f"{HEAD_FILE}: dense_{index} contains values that are not finite.")
    # Computed in float32: NumPy has no fast matrix product for float16.
    return Dense(kernel.astype(np.float32), bias.astype(np.float32))
