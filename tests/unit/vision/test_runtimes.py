"""Both runtimes compute the same embedding from one weights file."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vignette_shared.errors import ModelDamaged, ModelError
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.preprocess import load_pixels
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone, has_bfloat16

from .conftest import cosines

REFERENCE = Path(__file__).with_name("keras_embeddings.npy")
"""float16[4, 2048]: Keras' embeddings of `made_pixels`, which test_keras_agrees verifies."""

needs_bfloat16 = pytest.mark.skipif(not has_bfloat16(), reason="this processor has no bfloat16")


@pytest.fixture(scope="module")
def float32(spec: BackboneSpec, weights: bytes) -> OpenVinoBackbone:
    return OpenVinoBackbone(spec, weights, precision="float32")


@pytest.fixture(scope="module")
def reference() -> NDArray[np.float32]:
    stored: NDArray[np.float32] = np.load(REFERENCE).astype(np.float32)
    return stored


def test_openvino_agrees_with_keras_in_float32(
    float32: OpenVinoBackbone, made_pixels: NDArray[np.uint8], reference: NDArray[np.float32]
) -> None:
    embeddings = float32.embed(made_pixels)
    assert cosines(embeddings, reference).min() >= 0.999
    np.testing.assert_allclose(embeddings, reference, rtol=0.02, atol=2e-3)


@needs_bfloat16
def test_openvino_agrees_with_keras_in_bfloat16(
    spec: BackboneSpec, weights: bytes, made_pixels: NDArray[np.uint8], reference: NDArray[np.float32]
) -> None:
    backbone = OpenVinoBackbone(spec, weights, precision="bfloat16")
    assert cosines(backbone.embed(made_pixels), reference).min() >= 0.995


@needs_bfloat16
def test_bfloat16_stays_close_on_real_photos(
    shared_data: Path, spec: BackboneSpec, weights: bytes, float32: OpenVinoBackbone
) -> None:
    photos = np.stack([load_pixels(shared_data / "photos" / f"im{i}.jpg", spec) for i in range(1, 17)])
    backbone = OpenVinoBackbone(spec, weights, precision="bfloat16")
    assert cosines(backbone.embed(photos), float32.embed(photos)).min() >= 0.995


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
def test_keras_agrees(
    spec: BackboneSpec,
    weights: bytes,
    float32: OpenVinoBackbone,
    made_pixels: NDArray[np.uint8],
    reference: NDArray[np.float32],
    jpeg: bytes,
) -> None:
    from vignette_shared.vision.runtimes.tensorflow import TensorFlowBackbone  # noqa: PLC0415

    keras = TensorFlowBackbone(spec, weights)
    assert cosines(keras.embed(made_pixels), reference).min() >= 0.999
    real = np.concatenate([made_pixels, load_pixels(jpeg, spec)[None]])
    assert cosines(keras.embed(real), float32.embed(real)).min() >= 0.999
    np.testing.assert_allclose(keras.feature_maps(real), float32.feature_maps(real), atol=5e-3)


def test_batch_size_does_not_change_the_embeddings(
    float32: OpenVinoBackbone, made_pixels: NDArray[np.uint8]
) -> None:
    many = np.concatenate([made_pixels] * 10)
    together = float32.embed(many)
    alone = np.concatenate([float32.embed(one[None]) for one in made_pixels])
    assert together.shape == (40, 2048)
    np.testing.assert_allclose(together[:4], alone, atol=1e-4)
    np.testing.assert_allclose(together[36:], alone, atol=1e-4)
    assert float32.embed(many[:0]).shape == (0, 2048)


def test_embedding_is_the_mean_of_the_maps(float32: OpenVinoBackbone, made_pixels: NDArray[np.uint8]) -> None:
    maps = float32.feature_maps(made_pixels)
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), float32.embed(made_pixels), atol=1e-4)


def test_larger_input_has_a_larger_map(weights: bytes) -> None:
    big = OpenVinoBackbone(
        BackboneSpec("x", "inception_v3", 299, "squash", 2048), weights, precision="float32"
    )
    assert big.feature_maps(np.zeros((1, 299, 299, 3), np.uint8)).shape == (1, 8, 8, 2048)


@pytest.mark.parametrize("spoil", [b"", b"{}", b"\0" * 64])
def test_damaged_weights_are_rejected(spec: BackboneSpec, spoil: bytes) -> None:
    with pytest.raises(ModelDamaged):
        OpenVinoBackbone(spec, spoil)


def test_truncated_weights_are_rejected(spec: BackboneSpec, weights: bytes) -> None:
    with pytest.raises(ModelDamaged):
        OpenVinoBackbone(spec, weights[:-1000])


@pytest.mark.skipif(has_bfloat16(), reason="this processor has bfloat16")
def test_bfloat16_is_rejected_without_processor_support(spec: BackboneSpec, weights: bytes) -> None:
    with pytest.raises(ModelError, match="PRECISION"):
        OpenVinoBackbone(spec, weights, precision="bfloat16")
