"""Processes that a command starts to share its work: spawned, and gone when it is."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import Any

_ORPHANED = 1
_INTERRUPT = {signal.SIGINT}


def process_pool(processes: int, begin: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """Return a pool whose processes end with this one, even if it is killed; `begin` runs first in each.

    Spawned, not forked: a fork copies the locks of OpenVINO and TensorFlow without the threads that would
    open them. Ctrl-C, which a terminal sends to all of them, ends them without a word.
    """
    return _Pool(
        processes,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(begin,),
    )


class _Pool(ProcessPoolExecutor):
    def submit(self, *args: Any, **kwargs: Any) -> "Future[Any]":
        # It is here that a process starts. What is blocked stays so in it, until `_begin`: an interruption
        # amid its imports would be a traceback. The tracker unblocks when it is started, so that comes first.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
        try:
            return super().submit(*args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(begin: Callable[[], None] | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPT)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    if begin is not None:
        begin()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(_ORPHANED)
