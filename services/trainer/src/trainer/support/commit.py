"""The Git commit of the running code."""

import subprocess
from pathlib import Path


def current_commit() -> str | None:
    """Return the commit of the checkout that this code runs from, or None outside a checkout."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
