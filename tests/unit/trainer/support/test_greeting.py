"""TensorFlow's greeting is left out, and nothing else that is said while it is loaded."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = r"""
import os, sys
os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n")
os.write(2, b"I0000 00:00:17 1 port.cc:153] custom operations are on\n")
os.write(2, b"W0000 00:00:17 1 port.cc:9] a warning\n")
os.write(2, b"E0000 00:00:17 1 port.cc:9] an error\n")
sys.stderr.write("from Python\n")
if "DIES" in os.environ:
    os.write(2, b"F0000 00:00:17 1 guard.cc:9] this processor can't\n")
    os.abort()
"""
COMMAND = """
import importlib.util, os
import trainer.cli
importlib.util.find_spec("tensorflow")  # somebody looks whether it is there
import tensorflow
os.write(2, b"I0001 after\\n")
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text(LIBRARY)
    return tmp_path


def run(library: Path, **more: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(library), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-c", COMMAND],
        env={**os.environ, "PYTHONPATH": paths, **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_only_the_greeting_is_left_out(library: Path) -> None:
    done = run(library)
    assert done.returncode == 0
    said = [line.split("]")[-1].strip() for line in done.stderr.splitlines()]
    assert sorted(said) == ["I0001 after", "a warning", "an error", "from Python"]


def test_what_is_said_before_an_abort_comes_through(library: Path) -> None:
    done = run(library, DIES="1")
    assert done.returncode == -signal.SIGABRT
    assert "this processor can't" in done.stderr
