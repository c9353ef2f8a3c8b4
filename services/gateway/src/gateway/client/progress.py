"""How a long run shows itself: a bar with rate and time left on a terminal, else hardly at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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
from rich.text import Text

from gateway.client.output import clean, complain, print_json
from gateway.client.uploading import Outcome

ROOMY = 70
"""Columns from which the bytes are shown as well."""


class Quiet:
    """For pipes and logs: failures as they happen, on stderr."""

    def advanced(self, size: int) -> None:
        pass

    def finished(self, outcome: Outcome) -> None:
        if outcome.status == "failed":
            complain(f"{outcome.file}: {outcome.detail} [{outcome.code}]")

    def waiting(self, seconds: float, reason: str) -> None:
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

    def advanced(self, size: int) -> None:
        self.bar.advance(self.task, size)

    def finished(self, outcome: Outcome) -> None:
        # Rich counts under its own lock; this number is only looked at.
        self.done += 1
        if outcome.status == "failed":
            line = Text.assemble(("failed ", "bold red"), f"{clean(outcome.file)}: {clean(outcome.detail)}")
            self.bar.console.print(line)
        if outcome.status in ("failed", "not_tried"):
            # Its bytes will not go out any more: the time left must not wait for them.
            total = self.bar.tasks[0].total or 0
            self.bar.update(self.task, total=max(total - outcome.bytes, self.bar.tasks[0].completed))
        self.bar.update(self.task, description=f"{self.done}/{self.files}")

    def waiting(self, seconds: float, reason: str) -> None:
        self.bar.console.print(Text(f"waiting {seconds:.0f} s for {reason}", style="dim"))


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
