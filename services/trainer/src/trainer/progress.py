"""Progress on the terminal, with rate and remaining time; silent where nobody looks."""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:  # TensorFlow comes with it, and a download needs none
    from trainer.train import Report

_STEPS = 1000
_ENDED = 130
"""Exit status, as after Ctrl-C."""
Transfer = Callable[[int, int | None], None]
"""Called with the bytes that are there and, where known, the bytes of the whole."""
Count = Callable[[int], None]
"""Called with how many more are done."""


@contextmanager
def shown_progress() -> "Iterator[Report]":
    """Yield a `Report` that draws one bar a phase on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bars: dict[str, TaskID] = {}

        def report(phase: str, done: float) -> None:
            if phase not in bars:
                bars[phase] = progress.add_task(phase, total=_STEPS)
            progress.update(bars[phase], completed=round(done * _STEPS))

        yield report


def end_with_parent() -> None:
    """End this process when its standard input does: what started it is gone, and nobody waits for it."""

    def wait() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        os._exit(_ENDED)

    threading.Thread(target=wait, name="parent", daemon=True).start()


@contextmanager
def told_progress() -> "Iterator[Report]":
    """Yield a `Report` that prints JSON lines on standard output, one for each whole percent."""
    last = ("", -1)

    def report(phase: str, done: float) -> None:
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
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(bar, completed=done, total=total)


@contextmanager
def shown_count(name: str, total: int, unit: str = "images") -> Iterator[Count]:
    """Yield what draws a bar of so many things, with how many are done a second."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        _RateColumn(unit),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task(name, total=total)
        yield lambda count: progress.advance(bar, count)


class _RateColumn(ProgressColumn):
    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> str:
        speed = task.finished_speed or task.speed
        return f"{speed:,.0f} {self._unit}/s" if speed else ""
