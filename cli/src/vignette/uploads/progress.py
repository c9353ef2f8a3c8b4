"""How a long run shows itself: a bar with rate and time left on a terminal, else hardly at all."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar

from vignette.output import complain, print_json
from vignette.uploads.uploader import Outcome

ROOMY = 70
"""Columns from which the bytes are shown as well."""


TOLD_EVERY_S = 60
"""Between two words about waiting in a log; a long run at the server's limit waits every second."""


class Quiet:
    """For pipes and logs: failures as they happen, on stderr."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def advanced(self, size: int) -> None:
        pass

    def finished(self, outcome: Outcome) -> None:
        if outcome.status == "failed":
            complain(f"{outcome.file}: {outcome.detail} [{outcome.code}]")

    def waiting(self, seconds: float, reason: str) -> None:
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + TOLD_EVERY_S
            complain(f"waiting {seconds:.0f} s for {reason}")


class Lines(Quiet):
    """`--json`: one object a file, as it ends."""

    def finished(self, outcome: Outcome) -> None:
        print_json(outcome.as_json())


@dataclass
class Shown:
    """A bar over all files."""

    bar: Bar
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
                # Its bytes will not go out any more: the time left must not wait for them.
                task = self.bar.tasks[0]
                self.bar.update(self.task, total=max((task.total or 0) - outcome.bytes, task.completed))
            self._describe()

    def waiting(self, seconds: float, reason: str) -> None:
        with self.lock:
            self._describe(f", waiting {seconds:.0f} s for {reason}")

    def _describe(self, more: str = "") -> None:
        failed = f", {self.failed} failed" if self.failed else ""
        self.bar.update(self.task, description=f"{self.done}/{self.files}{failed}{more}")


@contextmanager
def shown(console: Console, files: int, size: int, *, as_json: bool) -> Iterator[Quiet | Shown]:
    """Choose how to show a run of `files` with `size` bytes."""
    if as_json:
        yield Lines()
        return
    if not console.is_terminal:
        yield Quiet()
        return
    columns = [TextColumn("{task.description}"), BarColumn(bar_width=None)]
    if console.width >= ROOMY:
        columns += [DownloadColumn()]
    columns += [TransferSpeedColumn(), TimeRemainingColumn(compact=True)]
    with Bar(*columns, console=console, transient=True, expand=True) as bar:
        yield Shown(bar, bar.add_task(f"0/{files}", total=size), files)
