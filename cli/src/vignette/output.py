"""Output for people and programs: tables on a terminal, tab-separated lines in a pipe, JSON on request."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text


def out() -> Console:
    return Console(highlight=False, soft_wrap=False)


def err() -> Console:
    return Console(stderr=True, highlight=False)


def clean(text: object) -> str:
    """Replace control characters and line breaks, which untrusted text could use to forge terminal output."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in str(text))


def say(text: str, console: Console | None = None, style: str = "") -> None:
    """Print text without interpreting markup; wrap it on a terminal, but never in a pipe."""
    console = console or out()
    console.print(Text(text, style=style), soft_wrap=not console.is_terminal)


def print_error(text: str) -> None:
    """Print one line on stderr, unwrapped, so that programs can match it."""
    sys.stderr.write(f"vignette: {clean(text)}\n")


def print_json(value: Any) -> None:
    """Print one object per line, in UTF-8."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    # The reader of a pipe gets each object at once, not when a buffer is full.
    sys.stdout.flush()


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[int] = (),
    unbroken: Sequence[int] = (),
) -> None:
    """Print a table without empty columns on a terminal, or all columns separated by tabs in a pipe.

    Args:
        right: right-aligned columns.
        unbroken: columns that must not wrap, such as ids.
    """
    console = out()
    if not console.is_terminal:
        for row in rows:
            sys.stdout.write("\t".join(clean(cell) for cell in row) + "\n")
        return
    cells = [[clean(cell) for cell in row] for row in rows]
    shown = [index for index in range(len(headers)) if not cells or any(row[index] for row in cells)]
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for index in shown:
        grid.add_column(
            headers[index],
            justify="right" if index in right else "left",
            no_wrap=index in unbroken or index in right,
            overflow="fold",
        )
    for row in cells:
        grid.add_row(*(Text(row[index]) for index in shown))
    console.print(grid)


def card(name: str, title: str, details: str) -> None:
    """Print an id, a title and details in two lines that wrap on narrow terminals."""
    console = out()
    console.print(Text.assemble((clean(name), "dim"), "  ", (clean(title), "bold")))
    console.print(Padding(Text(clean(details)), (0, 0, 0, 2), expand=False))


def format_bytes(count: float) -> str:
    """Return a size such as "812 B" or "1.4 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        # 999.5 would round to 1000, which belongs to the next unit.
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 99.95 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, such as "1 photo" or "1,200 photos"."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"
