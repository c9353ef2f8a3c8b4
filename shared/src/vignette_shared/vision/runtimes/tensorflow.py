"""Inception-v3 in Keras on TensorFlow: the runtime for GPUs, and the reference for OpenVINO."""

import os
import re
import threading

# Keras reads this when it is imported.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
from numpy.typing import NDArray

from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.weights import ConvWeights, InceptionWeights

BATCH = 32


def keras_inception(spec: BackboneSpec, weights: InceptionWeights) -> keras.Model:
    """Return Keras' Inception-v3 with these weights, from uint8 pixels to (embeddings, maps)."""
    side = spec.input_side
    net = keras.applications.InceptionV3(
        include_top=False, pooling="avg", weights=None, input_shape=(side, side, 3)
    )
    load_weights(net, weights)
    maps = keras.Model(net.input, [net.output, net.get_layer("mixed10").output])
    pixels = keras.Input((side, side, 3), dtype="uint8")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(pixels)
    # `training=False` makes batch normalisation use its moving averages.
    return keras.Model(pixels, maps(scaled, training=False))


def load_weights(net: keras.Model, weights: InceptionWeights) -> None:
    """Load weights into Keras' Inception-v3."""
    for layer, loaded in zip(layers_in_creation_order(net, "conv2d"), weights, strict=True):
        layer.set_weights([loaded.kernel.astype(np.float32)])
    for layer, loaded in zip(layers_in_creation_order(net, "batch_normalization"), weights, strict=True):
        layer.set_weights([loaded.beta, loaded.moving_mean, loaded.moving_variance])


def extract_weights(net: keras.Model) -> InceptionWeights:
    """Return the current weights of Keras' Inception-v3, float32."""
    pairs = zip(
        layers_in_creation_order(net, "conv2d"),
        layers_in_creation_order(net, "batch_normalization"),
        strict=True,
    )
    arrays = [
        [np.asarray(value, np.float32) for layer in pair for value in layer.get_weights()] for pair in pairs
    ]
    return InceptionWeights(tuple(ConvWeights(*each) for each in arrays))


def layers_in_creation_order(net: keras.Model, kind: str) -> list[keras.layers.Layer]:
    """Return the layers of a kind in order of creation.

    `net.layers` is in topological order; only the numbers in the names show the order of creation.
    """
    named = [(re.fullmatch(rf"{kind}(?:_(\d+))?", layer.name), layer) for layer in net.layers]
    return [layer for match, layer in sorted(named, key=_number) if match]


def _number(item: tuple[re.Match[str] | None, keras.layers.Layer]) -> int:
    return int(item[0][1] or 0) if item[0] else -1


class TensorFlowBackbone:
    """A `Backbone` on Keras, in float32 or in the precision of Keras' global policy.

    Raises:
        ModelDamaged: the weights do not match the architecture.
    """

    def __init__(self, spec: BackboneSpec, weights: bytes) -> None:
        self._spec = spec
        self._model = keras_inception(spec, InceptionWeights.parse(weights))
        self._lock = threading.Lock()

    @property
    def spec(self) -> BackboneSpec:
        return self._spec

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._predict(pixels)[0]

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self._predict(pixels)[1]

    def _predict(self, pixels: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        with self._lock:
            outputs = self._model.predict(pixels, batch_size=BATCH, verbose=0)
        return [np.asarray(output, np.float32) for output in outputs]
