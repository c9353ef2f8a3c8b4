"""Bars show images per second and the remaining time, without the work of earlier runs."""

import io
import re
import time

import pytest

from trainer.support.progress import phase_counter, print_phases, show_count, show_phases


def moves_on() -> None:
    """Wait until the clock has: a speed is of two moments."""
    before = time.monotonic()
    while time.monotonic() == before:
        pass


def test_only_a_phase_with_images_shows_a_rate(capsys: pytest.CaptureFixture[str]) -> None:
    with show_phases() as report:
        for done in (0.1, 0.5, 1.0):
            report("pretrain", done, 4000)
            report("report", done)
            moves_on()
    pretrain, other = (line for line in capsys.readouterr().err.splitlines() if "%" in line)
    assert re.search(r"pretrain .*100% +[\d,.]+ images/s +0:00:00", pretrain)
    assert "images/s" not in other


def test_end_of_a_phase_may_omit_its_images(capsys: pytest.CaptureFixture[str]) -> None:
    with show_phases() as report:
        report("train", 0.1, 4000)
        report("train", 1.0)
    assert re.search(r"train .*100%", capsys.readouterr().err)


def test_each_phase_prints_a_line_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with show_phases() as report:
        for done in (0.0, 0.5):
            report("bottlenecks", done, 4000)
        assert capsys.readouterr().err.splitlines() == ["bottlenecks ..."]


def test_work_of_an_earlier_run_does_not_count_as_speed(capsys: pytest.CaptureFixture[str]) -> None:
    begun = time.monotonic()
    with show_phases() as report:
        report("pretrain", 0.999, 10_000_000)
        moves_on()
        report("pretrain", 0.9991, 10_000_000)
        moves_on()
        report("pretrain", 0.9992, 10_000_000)
        took = time.monotonic() - begun
    found = re.search(r"([\d,]+) images/s", capsys.readouterr().err)
    if found:  # two steps of a thousand images each, in less than `took`
        assert int(found[1].replace(",", "")) * took < 9_990_000


def test_repeated_phase_restarts_its_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with show_phases() as report:
        report("probe", 1.0, 50)
        report("probe", 0.2, 50)
        moves_on()
        report("probe", 0.5, 50)
    assert re.search(r" 50% +[\d,.]+ images/s", capsys.readouterr().err)


def test_images_are_counted_with_their_rate(capsys: pytest.CaptureFixture[str]) -> None:
    with show_count("bottlenecks", 30) as progress:
        for _ in range(3):
            progress(10)
            moves_on()
    assert re.search(r"bottlenecks .*100% +[\d,.]+ images/s", capsys.readouterr().err)


def test_bursty_progress_shows_the_average_speed(capsys: pytest.CaptureFixture[str]) -> None:
    with show_count("images", 20) as progress:
        begun = time.monotonic()
        while (took := time.monotonic() - begun) < 0.05:
            pass
        for _ in range(20):
            progress(1)
    found = re.search(r"([\d,.]+) images/s", capsys.readouterr().err)
    assert found
    assert float(found[1].replace(",", "")) * took <= 21


def test_counter_reports_share_and_total() -> None:
    reports: list[tuple[str, float, int]] = []
    count = phase_counter(lambda phase, done, images=0, /: reports.append((phase, done, images)), "gate", 8)
    count(2)
    count(6)
    assert reports == [("gate", 0.25, 8), ("gate", 1.0, 8)]


def test_events_print_one_line_per_percent(capsys: pytest.CaptureFixture[str]) -> None:
    with print_phases() as report:
        for step in range(1000):
            report("pretrain", step / 1000, 5)
    assert len(io.StringIO(capsys.readouterr().out).readlines()) == 100
