"""Progress on the terminal, with rate and remaining time; silent where nobody looks."""

import json
import os
import sys
import threading
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

_STEPS = 1000
_ENDED = 130
"""Exit status, as after Ctrl-C."""
Transfer = Callable[[int, int | None], None]
"""Called with the bytes that are there and, where known, the bytes of the whole."""
Count = Callable[[int], None]
"""Called with how many more are done."""


class Phases(Protocol):
    """Called with a phase, how much of it is done (0..1), and how many images that phase goes through."""

    def __call__(self, phase: str, done: float, images: int = 0, /) -> None: ...


def silent(_phase: str, _done: float, _images: int = 0, /) -> None:
    """Report to nobody."""


def counted(report: Phases, phase: str, images: int) -> Count:
    """Return a counter of images done that reports their share of all `images` of a phase."""
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        report(phase, done / max(images, 1), images)

    return count


@contextmanager
def shown_progress() -> Iterator[Phases]:
    """Yield what draws one bar a phase on standard error, with images a second where their number is told.

    Into a file, where bars can't be redrawn, a line says which phase begins, and the bars follow at the end.
    """
    progress = Progress(*_columns("images"), console=Console(stderr=True))
    bars: dict[str, TaskID] = {}
    totals: dict[str, int] = {}
    last: dict[str, float] = {}

    def report(phase: str, done: float, images: int = 0) -> None:
        if not bars:
            progress.start()
        # The end of a phase may be told of by one who does not know how many images it went through.
        total = totals[phase] = images or totals.get(phase, _STEPS)
        completed = round(done * total)
        if phase not in bars:
            if not progress.console.is_terminal:
                progress.console.print(f"{phase} ...")
            # What an earlier run had done is no speed of this one: the bar begins there.
            bars[phase] = _begin(progress, phase, total, completed=completed, rated=images > 0)
        elif done < last[phase]:  # the phase comes once more
            progress.reset(bars[phase], total=total, completed=completed)
            progress.advance(bars[phase], 0)
        else:
            progress.update(bars[phase], completed=completed)
        last[phase] = done

    try:
        yield report
    finally:
        if bars:  # without any it would print an empty line before what went wrong
            progress.stop()


def end_with_parent() -> None:
    """End this process when its standard input does: what started it is gone, and nobody waits for it."""

    def wait() -> None:
        # Not by way of `sys.stdin`: Python aborts at its end while a thread waits in that one's buffer.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        os._exit(_ENDED)

    threading.Thread(target=wait, name="parent", daemon=True).start()


@contextmanager
def told_progress() -> Iterator[Phases]:
    """Yield what prints JSON lines on standard output, one for each whole percent."""
    last = ("", -1)

    def report(phase: str, done: float, _images: int = 0) -> None:
        nonlocal last
        now = (phase, int(done * 100))
        if now != last:
            last = now
            print(json.dumps({"phase": phase, "progress": round(done, 4)}), flush=True)  # noqa: T201

    yield report


@contextmanager
def shown_transfer(name: str) -> Iterator[Transfer]:
    """Yield what draws the bar of one download."""
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
def shown_count(name: str, total: int, unit: str = "images") -> Iterator[Count]:
    """Yield what draws a bar of so many things, with how many are done a second."""
    with Progress(*_columns(unit), console=Console(stderr=True)) as progress:
        bar = _begin(progress, name, total, completed=0, rated=True)
        yield lambda count: progress.advance(bar, count)


def _begin(progress: Progress, name: str, total: int, *, completed: int, rated: bool) -> TaskID:
    bar = progress.add_task(name, total=total, completed=completed, rated=rated)
    # A speed is of two moments: without this first one, work that is told of in bursts would have none, or a
    # mad one.
    progress.advance(bar, 0)
    return bar


def _columns(unit: str) -> tuple[ProgressColumn, ...]:
    """The time is what is left, and what it took once all is done."""
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
