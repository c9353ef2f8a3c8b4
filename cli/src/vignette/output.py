"""What people and programs read: tables that fit the terminal, plain lines in a pipe, JSON on demand."""

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
    """Make a foreign text safe for a terminal: no control characters, no line breaks."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in str(text))


def say(text: str, console: Console | None = None, style: str = "") -> None:
    """Print prose, never read as markup; wrapped at a terminal's width, and not at all in a pipe."""
    console = console or out()
    console.print(Text(text, style=style), soft_wrap=not console.is_terminal)


def complain(text: str) -> None:
    """One line on stderr, however narrow the terminal: people search for it, programs read it."""
    sys.stderr.write(f"vignette: {clean(text)}\n")


def print_json(value: Any) -> None:
    """One object a line, in full and in UTF-8."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Print a table on a terminal, without empty columns; in a pipe, all of them with tabs in between.

    Args:
        right: columns of numbers. whole: columns that must not be broken, such as ids.
    """
    console = out()
    if not console.is_terminal:
        for row in rows:
            sys.stdout.write("\t".join(clean(cell) for cell in row) + "\n")
        return
    cells = [[clean(cell) for cell in row] for row in rows]
    kept = [index for index in range(len(headers)) if not cells or any(row[index] for row in cells)]
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for index in kept:
        grid.add_column(
            headers[index],
            justify="right" if index in right else "left",
            no_wrap=index in whole or index in right,
            overflow="fold",
        )
    for row in cells:
        grid.add_row(*(Text(row[index]) for index in kept))
    console.print(grid)


def card(name: str, title: str, told: str) -> None:
    """Print an id, a title and what else is known, in two lines that may wrap: for terminals of any width."""
    console = out()
    console.print(Text.assemble((clean(name), "dim"), "  ", (clean(title), "bold")))
    console.print(Padding(Text(clean(told)), (0, 0, 0, 2), expand=False))


def size_of(count: float) -> str:
    """Bytes as people say them: 812 B, 1.4 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 99.95 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def amount(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
