"""Child processes that end with their parent, even if the parent is killed."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import Any

_ORPHANED = 1
# Exit status, as after Ctrl-C.
_INTERRUPTED = 130
_INTERRUPT = {signal.SIGINT}


def process_pool(processes: int, initializer: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """Return a pool whose processes end with this one; `initializer` runs first in each.

    Processes are spawned. A fork would copy the locks of OpenVINO and TensorFlow without the threads that
    release them. Ctrl-C, which a terminal sends to every process, ends them silently.
    """
    return _Pool(
        processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_initialize,
        initargs=(initializer,),
    )


def exit_with_parent() -> None:
    """Exit this process when its standard input closes, because the process that started it is gone."""

    def wait_for_end() -> None:
        # Not `sys.stdin.read`: Python aborts at exit while a thread waits in that buffer.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        os._exit(_INTERRUPTED)

    threading.Thread(target=wait_for_end, name="parent", daemon=True).start()


class _Pool(ProcessPoolExecutor):
    def submit(self, *args: Any, **kwargs: Any) -> "Future[Any]":
        # `submit` starts the processes, which inherit the blocked signal until `_initialize` unblocks it:
        # Ctrl-C during their imports would print a traceback each. Starting the resource tracker unblocks
        # signals, hence it is started first.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
        try:
            return super().submit(*args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _initialize(initializer: Callable[[], None] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPT)
    threading.Thread(target=_exit_with_pool, name="parent", daemon=True).start()
    if initializer is not None:
        initializer()


def _exit_with_pool() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(_ORPHANED)
