"""The commands that the Makefile calls to start and stop a stack."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.paths import REPOSITORY
from tests.support.patience import COMMAND_S

# Shorter patience than in production, so that a test sees in seconds what users see in minutes.
IMPATIENT = {
    "VIGNETTE_PHOTOS__RECONCILE_S": "2",
    "VIGNETTE_PHOTOS__PATIENCE_S": "8",
    "VIGNETTE_BROKER__VISIBILITY_TIMEOUT_S": "8",
    "VIGNETTE_STORAGE__MIN_FREE_BYTES": "1048576",
    # One machine asks for a crowd.
    "VIGNETTE_LIMITS__UPLOADS_PER_MINUTE": "0",
    "VIGNETTE_LIMITS__WRITES_PER_MINUTE": "0",
    "VIGNETTE_LIMITS__READS_PER_MINUTE": "0",
    "VIGNETTE_LIMITS__TRANSFERS_PER_MINUTE": "0",
    "VIGNETTE_LIMITS__LOGINS_PER_MINUTE": "0",
    "VIGNETTE_LIMITS__LOGINS_PER_ACCOUNT": "0",
    "VIGNETTE_LIMITS__REGISTRATIONS_PER_MINUTE": "0",
}


def run_stack(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `python -m stack`, as the Makefile does."""
    return subprocess.run(
        [sys.executable, "-m", "stack", *arguments],
        env=_environment(environment or {}),
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )


def start_in_foreground(port: int, state: Path) -> subprocess.Popen[str]:
    """Start `python -m stack run`; the caller ends it."""
    return subprocess.Popen(
        [sys.executable, "-m", "stack", "run", "--port", str(port), "--state", str(state)],
        env=_environment({}),
        stdout=subprocess.PIPE,
        text=True,
    )


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **IMPATIENT, **more, "PYTHONPATH": str(REPOSITORY / "deploy" / "native")}
