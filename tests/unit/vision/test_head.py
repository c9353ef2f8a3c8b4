"""Head files and the arithmetic of the head."""

import numpy as np
import pytest

from vignette_shared.errors import ModelDamaged
from vignette_shared.vision.head import Dense, Head, sigmoid

RNG = np.random.default_rng(7)


def make_head(features: int = 12, hidden: int = 5, labels: tuple[str, ...] = ("sky", "sea", "dog")) -> Head:
    def dense(rows: int, columns: int) -> Dense:
        kernel = RNG.normal(size=(rows, columns)).astype(np.float16).astype(np.float32)
        return Dense(kernel, RNG.normal(size=columns).astype(np.float32))

    layers = (dense(features, hidden), dense(hidden, len(labels)))
    return Head(layers, labels, np.full(len(labels), 0.5, np.float32))


def test_head_file_round_trips() -> None:
    head = make_head()
    x = RNG.normal(size=(4, 12)).astype(np.float32)
    read = Head.parse(head.dump(), features=12, labels=head.labels, thresholds=[0.5, 0.5, 0.5])
    np.testing.assert_array_equal(read.scores(x), head.scores(x))


def test_scores_match_a_written_out_mlp() -> None:
    head = make_head()
    x = RNG.normal(size=(1, 12)).astype(np.float32)
    hidden = np.maximum(x @ head.layers[0].kernel + head.layers[0].bias, 0)
    logits = hidden @ head.layers[1].kernel + head.layers[1].bias
    np.testing.assert_allclose(head.scores(x), 1 / (1 + np.exp(-logits)), rtol=1e-4, atol=1e-6)


def test_standardisation_folds_into_the_first_layer() -> None:
    layer = make_head().layers[0]
    mean = RNG.normal(size=12).astype(np.float32)
    std = RNG.uniform(0.1, 3, size=12).astype(np.float32)
    x = RNG.normal(size=(6, 12)).astype(np.float32)
    np.testing.assert_allclose(
        layer.standardised(mean, std)(x), layer((x - mean) / std), rtol=1e-3, atol=1e-4
    )


def test_thresholds_apply_per_label() -> None:
    head = Head(make_head().layers, ("a", "b", "c"), np.array([0.2, 0.9, 1.0], np.float32))
    scores = np.array([[0.2, 0.8999, 0.99999]], np.float32)
    assert head.over_threshold(scores).tolist() == [[True, False, False]]


def test_sigmoid_stays_in_range_without_overflow() -> None:
    with np.errstate(all="raise"):
        out = sigmoid(np.array([-1e4, 0, 1e4], np.float32))
    assert out.tolist() == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("features", "labels", "thresholds"),
    [
        (13, ("sky", "sea", "dog"), [0.5] * 3),
        (12, ("sky", "sea"), [0.5] * 2),
        (12, ("sky", "sea", "dog"), [0.5] * 2),
    ],
)
def test_head_of_another_model_is_rejected(
    features: int, labels: tuple[str, ...], thresholds: list[float]
) -> None:
    with pytest.raises(ModelDamaged):
        Head.parse(make_head().dump(), features=features, labels=labels, thresholds=thresholds)


def test_damaged_head_is_rejected() -> None:
    whole = make_head().dump()
    for spoilt in (b"", whole[:-4], b"x" * 100):
        with pytest.raises(ModelDamaged):
            Head.parse(spoilt, features=12, labels=("sky", "sea", "dog"), thresholds=[0.5] * 3)


def test_head_with_non_finite_values_is_rejected() -> None:
    head = make_head()
    head.layers[1].kernel[0, 0] = np.nan
    with pytest.raises(ModelDamaged, match="not finite"):
        Head.parse(head.dump(), features=12, labels=head.labels, thresholds=[0.5] * 3)
