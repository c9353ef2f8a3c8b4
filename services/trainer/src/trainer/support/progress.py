"""Progress bars on standard error, and progress as NDJSON for a parent process."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

# The length of a bar whose number of images is unknown.
_STEPS = 1000
TransferCallback = Callable[[int, int | None], None]
"""Called with the bytes received so far and the total, or None if the total is unknown."""
CountCallback = Callable[[int], None]
"""Called with the number of items finished since the last call."""


class PhaseCallback(Protocol):
    """Called with a phase, the share of it that is done (0..1), and the images in that phase if known."""

    def __call__(self, phase: str, done: float, images: int = 0, /) -> None: ...


def no_progress(_phase: str, _done: float, _images: int = 0, /) -> None:
    """Discard the progress."""


def phase_counter(report: PhaseCallback, phase: str, images: int) -> CountCallback:
    """Return a counter of finished images that reports their share of the phase's `images`."""
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        report(phase, done / max(images, 1), images)

    return count


@contextmanager
def show_phases() -> Iterator[PhaseCallback]:
    """Draw one bar for each phase on standard error, with images per second where the number is known.

    Into a file, where bars can't be redrawn, each phase prints its name as it starts and its bar at the end.
    """
    progress = Progress(*_columns("images"), console=Console(stderr=True))
    bars: dict[str, TaskID] = {}
    totals: dict[str, int] = {}
    last: dict[str, float] = {}

    def report(phase: str, done: float, images: int = 0) -> None:
        if not bars:
            progress.start()
        # The call that ends a phase may omit the number of images: keep the one reported before.
        total = totals[phase] = images or totals.get(phase, _STEPS)
        completed = round(done * total)
        if phase not in bars:
            if not progress.console.is_terminal:
                progress.console.print(f"{phase} ...")
            # Work that an earlier run finished must not count as this run's speed: the bar starts there.
            bars[phase] = _begin(progress, phase, total, completed=completed, rated=images > 0)
        elif done < last[phase]:  # the phase runs again, as `probe` does after each epoch
            progress.reset(bars[phase], total=total, completed=completed)
            progress.advance(bars[phase], 0)
        else:
            progress.update(bars[phase], completed=completed)
        last[phase] = done

    try:
        yield report
    finally:
        if bars:  # stopping an unused display prints an empty line above the error
            progress.stop()


@contextmanager
def print_phases() -> Iterator[PhaseCallback]:
    """Print progress as NDJSON on standard output, one line for each whole percent."""
    last = ("", -1)

    def report(phase: str, done: float, _images: int = 0) -> None:
        nonlocal last
        now = (phase, int(done * 100))
        if now != last:
            last = now
            print(json.dumps({"phase": phase, "progress": round(done, 4)}), flush=True)  # noqa: T201

    yield report


@contextmanager
def show_transfer(name: str) -> Iterator[TransferCallback]:
    """Draw the bar of one download."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)


@contextmanager
def show_count(name: str, total: int, unit: str = "images") -> Iterator[CountCallback]:
    """Draw a bar of `total` items with the number finished per second."""
    with Progress(*_columns(unit), console=Console(stderr=True)) as progress:
        bar = _begin(progress, name, total, completed=0, rated=True)
        yield lambda count: progress.advance(bar, count)


def _begin(progress: Progress, name: str, total: int, *, completed: int, rated: bool) -> TaskID:
    bar = progress.add_task(name, total=total, completed=completed, rated=rated)
    # Rich computes speed between two samples. Without this first one, work that is reported in bursts shows
    # no speed, or an absurd one.
    progress.advance(bar, 0)
    return bar


def _columns(unit: str) -> tuple[ProgressColumn, ...]:
    """Return the columns; the time shown is the remaining time, then the elapsed time."""
    return (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        _RateColumn(unit),
        TimeRemainingColumn(elapsed_when_finished=True),
    )


class _RateColumn(ProgressColumn):
    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> str:
        speed = task.finished_speed or task.speed
        if not speed or not task.fields["rated"]:
            return ""
        return f"{speed:,.{0 if speed >= 10 else 1}f} {self._unit}/s"
