"""Mirror averaging: equal on both runtimes, and selected by the manifest."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from vignette_shared.registry import Registry
from vignette_shared.storage import open_store
from vignette_shared.vision.backbone import WEIGHTS_FILE, Backbone, BackboneSpec
from vignette_shared.vision.loading import RuntimeOptions, fingerprint_of, load_backbone
from vignette_shared.vision.mirror import apply_views
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone

from .conftest import cosines


@pytest.fixture(scope="module")
def twice(spec: BackboneSpec, weights: bytes) -> Backbone:
    return apply_views(OpenVinoBackbone(dataclasses.replace(spec, views=2), weights, precision="float32"))


def test_one_view_returns_the_network_unchanged(spec: BackboneSpec, weights: bytes) -> None:
    network = OpenVinoBackbone(spec, weights, precision="float32")
    assert apply_views(network) is network


def test_image_and_mirror_image_have_the_same_embedding(
    twice: Backbone, spec: BackboneSpec, weights: bytes, made_pixels: NDArray[np.uint8]
) -> None:
    once = OpenVinoBackbone(spec, weights, precision="float32").embed(made_pixels)
    found, turned = twice.embed(made_pixels), twice.embed(np.ascontiguousarray(made_pixels[:, :, ::-1]))
    np.testing.assert_allclose(found, turned, atol=1e-5)
    assert np.abs(found - once).max() > 0.01  # stripes and gradients have a left and a right
    np.testing.assert_allclose(found[3], once[3], atol=1e-5)  # flat grey has none


def test_averaged_maps_keep_their_places_and_average_to_the_embedding(
    spec: BackboneSpec, weights: bytes, made_pixels: NDArray[np.uint8]
) -> None:
    wide = dataclasses.replace(spec, input_side=192, views=2)
    twice = apply_views(OpenVinoBackbone(wide, weights, precision="float32"))
    pixels = made_pixels.repeat(2, axis=1).repeat(2, axis=2)
    maps = twice.feature_maps(pixels)
    assert maps.shape[2] > 1
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), twice.embed(pixels), atol=1e-4)
    turned = twice.feature_maps(np.ascontiguousarray(pixels[:, :, ::-1]))
    np.testing.assert_allclose(turned[:, :, ::-1], maps, atol=1e-4)


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
def test_keras_gives_the_same_two_view_embedding(
    twice: Backbone, spec: BackboneSpec, weights: bytes, made_pixels: NDArray[np.uint8]
) -> None:
    from vignette_shared.vision.runtimes.tensorflow import TensorFlowBackbone  # noqa: PLC0415

    keras = apply_views(TensorFlowBackbone(dataclasses.replace(spec, views=2), weights))
    assert cosines(keras.embed(made_pixels), twice.embed(made_pixels)).min() > 0.999


def test_manifest_sets_the_number_of_views(
    starter: Registry, spec: BackboneSpec, weights: bytes, made_pixels: NDArray[np.uint8], twice: Backbone
) -> None:
    registry = Registry(open_store("memory://"))
    plain = starter.backbone(spec.fingerprint)
    name = fingerprint_of(plain.files[WEIGHTS_FILE], plain.input_side, plain.geometry, views=2)
    files = {WEIGHTS_FILE: plain.files[WEIGHTS_FILE]}
    manifest = plain.model_copy(update={"fingerprint": name, "views": 2, "files": files})
    registry.publish_backbone(manifest, {WEIGHTS_FILE: weights})
    loaded = load_backbone(registry, name, RuntimeOptions(precision="float32"))
    assert (loaded.spec.fingerprint, loaded.spec.views) == (name, 2)
    np.testing.assert_allclose(loaded.embed(made_pixels), twice.embed(made_pixels), atol=1e-5)
