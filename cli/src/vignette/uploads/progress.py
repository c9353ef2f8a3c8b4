"""How a run reports its progress: a bar on a terminal, failures on stderr in a pipe, or JSON lines."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from vignette.output import print_error, print_json
from vignette.uploads.uploader import Outcome

WIDE = 70
"""Columns of a terminal that also has room for the bytes."""
REPORT_WAIT_EVERY_S = 60
"""A long run at the rate limit waits every second; a log needs to know once a minute."""


class LogProgress:
    """For pipes and logs: failures on stderr as they happen."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def advanced(self, size: int) -> None:
        pass

    def finished(self, outcome: Outcome) -> None:
        if outcome.status == "failed":
            print_error(f"{outcome.file}: {outcome.detail} [{outcome.code}]")

    def waiting(self, seconds: float, reason: str) -> None:
        if time.monotonic() >= self._quiet_until:
            self._quiet_until = time.monotonic() + REPORT_WAIT_EVERY_S
            print_error(f"waiting {seconds:.0f} s for {reason}")


class JsonProgress(LogProgress):
    """For `--json`: one object per file as it finishes."""

    def finished(self, outcome: Outcome) -> None:
        print_json(outcome.as_json())


@dataclass
class BarProgress:
    """For terminals: one bar over all files."""

    bar: Progress
    task: TaskID
    files: int
    done: int = 0
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def advanced(self, size: int) -> None:
        self.bar.advance(self.task, size)

    def finished(self, outcome: Outcome) -> None:
        with self.lock:
            self.done += 1
            self.failed += outcome.status == "failed"
            if outcome.status in ("failed", "not_tried"):
                # These bytes will not be sent; the remaining time must not include them.
                task = self.bar.tasks[0]
                self.bar.update(self.task, total=max((task.total or 0) - outcome.bytes, task.completed))
            self._describe()

    def waiting(self, seconds: float, reason: str) -> None:
        with self.lock:
            self._describe(f", waiting {seconds:.0f} s for {reason}")

    def _describe(self, suffix: str = "") -> None:
        failed = f", {self.failed} failed" if self.failed else ""
        self.bar.update(self.task, description=f"{self.done}/{self.files}{failed}{suffix}")


@contextmanager
def show_progress(
    console: Console, files: int, size: int, *, as_json: bool
) -> Iterator[LogProgress | BarProgress]:
    """Choose the display for a run of `files` files and `size` bytes."""
    if as_json:
        yield JsonProgress()
        return
    if not console.is_terminal:
        yield LogProgress()
        return
    columns = [TextColumn("{task.description}"), BarColumn(bar_width=None)]
    if console.width >= WIDE:
        columns += [DownloadColumn()]
    columns += [TransferSpeedColumn(), TimeRemainingColumn(compact=True)]
    # Transient, because the summary replaces the bar.
    with Progress(*columns, console=console, transient=True, expand=True) as bar:
        yield BarProgress(bar, bar.add_task(f"0/{files}", total=size), files)
