"""What TensorFlow's libraries say while they are loaded, before they look at any log level."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_LINES = (r"^WARNING: All log messages before absl::InitializeLog\(\) is called are written", r"^I[0-9]{4} ")
"""absl's own note, and its informational lines. Warnings and errors begin with W, E or F."""
_PATIENCE_S = 5


def leave_out_greeting() -> None:
    """Keep those lines from standard error, once TensorFlow is imported; all else that is said comes through.

    It says them twice, a page of them, for any command that uses TensorFlow.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def __init__(self) -> None:
        self._asks_others = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname != "tensorflow" or self._asks_others:
            return None
        self._asks_others = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._asks_others = False
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                with _filtered():
                    run(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


@contextmanager
def _filtered() -> Iterator[None]:
    """Send the file descriptor of standard error through grep.

    A process of its own: what a library says before it aborts still comes through.
    """
    command = ["grep", "--line-buffered", "-a", "-v", "-E", "|".join(_LINES)]
    try:
        real = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    try:
        # In a session of its own, so that Ctrl-C ends the reader after the writer.
        reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=real, start_new_session=True)
    except OSError:  # there is no grep
        os.close(real)
        yield
        return
    assert reader.stdin is not None
    sys.stderr.flush()
    os.dup2(reader.stdin.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(real, 2)
        os.close(real)
        reader.stdin.close()
        # A child that was started meanwhile may still hold the other end.
        with suppress(subprocess.TimeoutExpired):
            reader.wait(_PATIENCE_S)
