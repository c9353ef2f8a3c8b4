"""The end of a run: how many files, which failed and why, and what to do next."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from vignette.output import clean, counted, format_bytes, out, say
from vignette.uploads.uploader import Outcome

MAX_FAILURES = 50
"""Lines on a terminal; `--json` lists all."""


def exit_status(outcomes: Sequence[Outcome]) -> int:
    return 1 if any(outcome.status in ("failed", "not_tried") for outcome in outcomes) else 0


def print_summary(outcomes: Sequence[Outcome], seconds: float) -> None:
    console = out()
    counts = Counter(outcome.status for outcome in outcomes)
    sent = sum(outcome.bytes for outcome in outcomes if outcome.status in ("uploaded", "duplicate"))
    parts = [f"{counted(counts['uploaded'], 'photo')} uploaded"]
    if sent:
        parts[0] += f" ({format_bytes(sent)} in {_duration(seconds)})"
    if present := counts["skipped"] + counts["duplicate"]:
        parts.append(f"{present:,} already on the server")
    if counts["failed"]:
        parts.append(f"{counts['failed']:,} failed")
    if counts["not_tried"]:
        parts.append(f"{counts['not_tried']:,} not tried")
    say(", ".join(parts) + ".", console, "bold")
    failures = [outcome for outcome in outcomes if outcome.status == "failed"]
    if failures:
        _print_failures(failures, console)
    reasons = {outcome.detail for outcome in outcomes if outcome.code == "not_tried"}
    for reason in sorted(filter(None, reasons)):
        say(f"The remaining files were not tried: {reason}", console)
    if counts["not_tried"]:
        say(f"Run the same command again{' once that is fixed' if reasons else ''} to resume.", console)


def _print_failures(failures: Sequence[Outcome], console: Console) -> None:
    if not console.is_terminal:
        return  # LogProgress has already printed each one
    for failure in failures[:MAX_FAILURES]:
        console.print(Text.assemble(("failed  ", "bold red"), clean(failure.file)))
        reason = Text(f"{clean(failure.detail)} [{failure.code}]")
        console.print(Padding(reason, (0, 0, 0, 2), expand=False))
    if (more := len(failures) - MAX_FAILURES) > 0:
        say(f"… and {more:,} more; --json lists all.", console)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"
