"""The floors of `make bench`."""

import json

import pytest
from bench.__main__ import RESULTS
from bench.floors import FLOORS, FLOORS_WITHOUT_BFLOAT16, at_least, at_most, floors_for, missed_floors


@pytest.mark.parametrize(("value", "missed"), [(3.9, True), (4.0, False), (9.0, False)])
def test_minimum_is_missed_below_its_limit(value: float, missed: bool) -> None:
    assert bool(missed_floors({"speed": value}, {"speed": at_least(4)})) is missed


@pytest.mark.parametrize(("value", "missed"), [(63.0, False), (64.0, False), (64.1, True)])
def test_maximum_is_missed_above_its_limit(value: float, missed: bool) -> None:
    assert bool(missed_floors({"memory": value}, {"memory": at_most(64, unit="MiB")})) is missed


def test_missed_floor_names_figure_and_limit() -> None:
    floors = {"memory": at_most(64, unit="MiB")}
    assert missed_floors({"memory": 100.0}, floors) == ["memory is 100, must be at most 64 MiB"]


def test_figures_that_were_not_measured_miss_nothing() -> None:
    assert missed_floors({"other": 1.0}, FLOORS) == []


def test_every_floor_has_a_measured_figure() -> None:
    assert set(FLOORS) <= set(json.loads(RESULTS.read_text())["figures"])


def test_processor_without_bfloat16_has_a_lower_floor_for_the_embedder() -> None:
    assert floors_for("flags : fpu avx2") == FLOORS_WITHOUT_BFLOAT16
    assert floors_for("flags : fpu avx512_bf16") == FLOORS
