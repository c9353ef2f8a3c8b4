"""Assessment of a head on a small test split, without TensorFlow."""

import csv
import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.trainer.conftest import SPEC, MeanColour

from trainer.dataset import Dataset, read_mirflickr
from trainer.dataset.snapshot import freeze
from trainer.embedding.bottlenecks import embed_dataset
from trainer.errors import DatasetError
from trainer.evaluation.assessment import Assessment, OtherHead, assess
from trainer.evaluation.calibration import fit_temperature, isotonic_scores, tempered
from trainer.evaluation.metrics import mean_calibration_error
from trainer.evaluation.mistakes import confusion_pairs, probable_label_errors, worst_errors
from trainer.evaluation.results import add_result
from trainer.head.fit import Epoch
from trainer.report import render_report
from vignette_shared.contracts.metrics import Difference, LabelMetrics, Metrics
from vignette_shared.vision.head import Dense, Head, sigmoid

LABELS = ("blue", "green", "red")


def colour_head(sharpness: float = 8.0) -> Head:
    """Scores a colour's share of the mean colour; MeanColour's channels are red, green, blue."""
    kernel = np.zeros((3, 3), np.float32)
    kernel[[2, 1, 0], [0, 1, 2]] = sharpness
    return Head((Dense(kernel, np.full(3, -sharpness / 2, np.float32)),), LABELS, np.full(3, 0.5, np.float32))


@pytest.fixture
def frozen(archives: Path) -> Dataset:
    dataset = read_mirflickr(archives)
    return freeze(dataset, seed=0).dataset(dataset)


@pytest.fixture
def assessed(frozen: Dataset, tmp_path: Path) -> Assessment:
    worse = OtherHead("worse", colour_head(-8.0), MeanColour())
    return assess(colour_head(), frozen, MeanColour(), tmp_path, against=worse, distorted_images=5)


class Darkness(MeanColour):
    """Another network: its features are the other's turned round."""

    spec = dataclasses.replace(SPEC, fingerprint="ef" * 8)

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return 1 - super().embed(pixels)


def test_heads_are_compared_over_their_own_backbones(frozen: Dataset, tmp_path: Path) -> None:
    same = OtherHead("same", colour_head(-8.0), Darkness())
    found = assess(colour_head(), frozen, MeanColour(), tmp_path, against=same, distorted_images=0)
    assert found.metrics.against == Difference(name="same", delta=0.0, low=0.0, high=0.0)
    stranger = OtherHead("stranger", dataclasses.replace(colour_head(), labels=("x", "y", "z")), Darkness())
    with pytest.raises(DatasetError, match="stranger has different labels"):
        assess(colour_head(), frozen, MeanColour(), tmp_path, against=stranger, distorted_images=0)


def test_only_the_test_split_is_measured(assessed: Assessment, frozen: Dataset) -> None:
    metrics = assessed.metrics
    assert frozen.splits is not None
    assert metrics.images == frozen.splits.count("test")
    assert metrics.mean_ap == metrics.pr_auc_mean == metrics.f1_micro == 1.0
    assert metrics.against
    assert metrics.against.delta >= metrics.against.low > 0
    assert set(metrics.as_json()["calibration"]) >= {"as_shipped", "temperature", "isotonic"}
    assert metrics.robustness
    plain, *distorted = metrics.robustness.levels
    assert plain.mean_ap == 1.0
    # A hue turned by a third makes red green: the head must be seen to fail.
    assert min(level.mean_ap for level in distorted if level.distortion.startswith("hue")) < 1.0
    body = json.dumps(metrics.as_json(), allow_nan=False).encode()
    assert Metrics.parse(body) == metrics


def test_report_is_self_contained_and_escapes_names(assessed: Assessment) -> None:
    history = [Epoch(0, n, 1 / n, 0.5, (math.nan, 0.5, 0.5)) for n in (1, 2)]
    page = render_report("<b>mine", assessed.metrics, assessed.pixels, {"seed": 0}, history)
    assert "&lt;b&gt;mine" in page
    assert "<b>mine" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<svg") > 10
    assert "data:image/jpeg;base64," in page
    assert "nan" not in page.lower().replace("nano", "")


def test_head_with_other_labels_is_rejected(frozen: Dataset, archives: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="dataset split"):
        assess(colour_head(), read_mirflickr(archives), MeanColour(), tmp_path)
    other = Head(colour_head().layers, ("blue", "green", "purple"), np.zeros(3, np.float32))
    with pytest.raises(DatasetError, match="purple"):
        assess(other, frozen, MeanColour(), tmp_path)


def test_temperature_corrects_overconfidence_and_keeps_the_ranking(frozen: Dataset, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 2))
    truth = rng.random(logits.shape) < sigmoid(logits.astype(np.float32))
    assert fit_temperature(truth, logits) == pytest.approx(1.0, abs=0.1)
    assert fit_temperature(truth, logits * 3) == pytest.approx(3.0, abs=0.3)
    sharp = colour_head(24.0)
    x = embed_dataset(frozen, MeanColour(), tmp_path).embeddings
    np.testing.assert_allclose(tempered(sharp, 3.0).logits(x), sharp.logits(x) / 3, rtol=1e-4)
    overconfident = sigmoid((logits * 3).astype(np.float32))
    mended = isotonic_scores(truth, overconfident, overconfident)
    assert mean_calibration_error(truth, mended) < mean_calibration_error(truth, overconfident) / 4


def test_wrong_annotations_are_detected() -> None:
    rng = np.random.default_rng(1)
    truth = rng.random((300, 3)) < 0.3
    scores = np.clip(0.7 * truth + 0.3 * rng.random(truth.shape), 0.01, 0.99)
    said = truth.copy()
    planted = list(range(10, 22))
    said[planted, 1] = ~said[planted, 1]
    count, likeliest = probable_label_errors(said, scores, LABELS)
    assert count >= 6
    assert {(each.row, each.label) for each in likeliest} <= {(row, "green") for row in planted}
    worst = worst_errors(said, scores, LABELS)
    assert {(each.row, each.label) for each in worst} == {(row, "green") for row in planted}
    assert all(each.present == said[each.row, 1] for each in worst)


def test_label_without_positives_is_ignored() -> None:
    truth = np.zeros((20, 3), bool)
    truth[:10, 0] = True
    scores = np.random.default_rng(0).random((20, 3))
    count, _ = probable_label_errors(truth, scores, LABELS)
    assert count >= 0
    assert probable_label_errors(np.zeros((4, 3), bool), scores[:4], LABELS) == (0, [])


def test_confusions_count_images_with_one_label_missed_and_another_shown() -> None:
    truth = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]], bool)
    shown = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]], bool)
    [pair] = confusion_pairs(truth, shown, LABELS)
    assert (pair.missed, pair.instead, pair.images, pair.share) == ("blue", "green", 2, 1.0)


def test_results_hold_one_row_per_name(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    per_label = tuple(
        LabelMetrics(label=label, ap=0.5, ap_low=0.4, ap_high=0.6, pr_auc=pr_auc, support=9, ece=0.0)
        for label, pr_auc in (("sky", 0.4), ("a,b", 0.6))
    )
    metrics = Metrics(mean_ap=0.5, ece=0.0, pr_auc_mean=0.5, per_label=per_label)
    add_result(path, "first", metrics)
    add_result(path, "second", metrics)
    add_result(path, "first", metrics.model_copy(update={"pr_auc_mean": 0.7}))
    with path.open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["name", "mean", "sky", "a,b"]
    assert [row[:2] for row in rows[1:]] == [["second", "0.5"], ["first", "0.7"]]
    with pytest.raises(DatasetError, match="different labels"):
        add_result(path, "third", metrics.model_copy(update={"per_label": per_label[:1]}))
