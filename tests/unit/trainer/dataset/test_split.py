"""Splits are seeded, complete and stratified."""

import numpy as np
import pytest

from trainer.dataset.split import stratified_split

RNG = np.random.default_rng(5)
TARGETS = RNG.random((1000, 6)) < np.array([0.5, 0.3, 0.1, 0.03, 0.01, 0.0])


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_every_label_is_stratified(share: float) -> None:
    learn, check = stratified_split(TARGETS, share, seed=0)
    assert sorted([*learn, *check]) == list(range(1000))
    assert len(check) == pytest.approx(1000 * share, abs=15)
    for label in range(6):
        positives = TARGETS[:, label].sum()
        assert TARGETS[check, label].sum() == pytest.approx(positives * share, abs=max(2, positives * 0.05))


def test_the_seed_decides() -> None:
    first, again, other = (stratified_split(TARGETS, 0.2, seed)[1] for seed in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_images_without_labels_are_split_too() -> None:
    learn, check = stratified_split(np.zeros((50, 3), bool), 0.2, seed=0)
    assert (len(learn), len(check)) == (40, 10)
