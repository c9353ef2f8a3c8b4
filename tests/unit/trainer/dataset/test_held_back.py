"""The images that a version without a snapshot validated on are found by redrawing its split."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from trainer.dataset.manifest import Row, Split
from trainer.dataset.provenance import dataset_fingerprint
from trainer.dataset.snapshot import Snapshot
from trainer.dataset.split import stratified_split
from trainer.release.comparison import _held_back

LABELS = ("sea", "sky")
TARGETS = np.random.default_rng(0).random((100, 2)) < (0.2, 0.5)


def rows(test: set[int]) -> tuple[Row, ...]:
    present = [{label: 1.0 for label, is_on in zip(LABELS, row, strict=True) if is_on} for row in TARGETS]
    sides: list[Split] = ["test" if i in test else "train" for i in range(100)]
    return tuple(Row(f"{i}.jpg", f"{i:064x}", present[i], "x", sides[i]) for i in range(100))


def production(**changed: Any) -> Any:
    drawn = set(stratified_split(TARGETS, 0.2, seed=7)[1].tolist())
    sides = ["validation" if i in drawn else "train" for i in range(100)]
    story = dataset_fingerprint(
        (f"{i:064x}", sorted(row.labels), sides[i]) for i, row in enumerate(rows(set()))
    )
    config = {"seed": 7, "validation_share": 0.2, **changed}
    return SimpleNamespace(config=config, labels=list(LABELS), dataset={"sha256": story})


def test_split_of_a_version_is_redrawn_independently_of_the_snapshot() -> None:
    drawn = stratified_split(TARGETS, 0.2, seed=7)[1].tolist()
    others = {*drawn[:-2], next(i for i in range(100) if i not in drawn)}
    assert _held_back(production(), Snapshot("", rows(others))) == {f"{i:064x}" for i in drawn}


def test_held_back_images_are_unknown_if_the_fingerprint_differs() -> None:
    frozen = Snapshot("", rows({1, 2}))
    assert _held_back(production(seed=8), frozen) is None
    assert _held_back(production(seed=None), frozen) is None
    assert _held_back(production(), Snapshot("", frozen.rows[1:])) is None
