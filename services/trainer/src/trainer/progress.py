"""Progress on the terminal, with rate and remaining time; silent where nobody looks."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from trainer.train import Report

_STEPS = 1000


@contextmanager
def shown_progress() -> Iterator[Report]:
    """Yield a `Report` that draws one bar a phase on standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bars: dict[str, TaskID] = {}

        def report(phase: str, done: float) -> None:
            if phase not in bars:
                bars[phase] = progress.add_task(phase, total=_STEPS)
            progress.update(bars[phase], completed=round(done * _STEPS))

        yield report
