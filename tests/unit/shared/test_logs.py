"""Logged tracebacks show the place of an error but no variable values."""

import subprocess
import sys

import pytest
from tests.support.patience import WAIT_S

PROGRAM = """
import sys
from vignette_shared.observability.logs import configure_logging, get_logger
from vignette_shared.settings import LogSettings

def check(password):
    raise KeyError("no such user")

configure_logging("tester", LogSettings(format=sys.argv[1]))
try:
    check("correct horse " + "battery")
except KeyError as error:
    get_logger("test").error("failed", exc_info=error)
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_traceback_contains_no_variable_values(form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, form], capture_output=True, text=True, check=True, timeout=WAIT_S
    )
    output = done.stdout + done.stderr
    assert "no such user" in output
    assert "in check" in output
    assert "battery" not in output
