"""Running a queue consumer, the same way in every service."""

import os
import warnings
from collections.abc import Sequence

from celery import Celery, signals
from celery.platforms import SecurityWarning

from vignette_shared.queue.heartbeat import Heartbeat
from vignette_shared.queue.throughput import Throughput


def run_worker(
    app: Celery, queues: Sequence[str], heartbeat: Heartbeat, *, threads: int, log_level: str
) -> int:
    """Consume until told to stop; returns the exit status.

    Threads, never a fork: a forked child would copy a loaded network or an open database without the
    threads that they live by.

    Args:
        queues: in the order that they are served.
        heartbeat: started once the worker consumes and can be told to stop, stopped at its end.
        threads: messages at a time.
    """
    if os.getuid() == 0:
        # In a container or on a lone machine root is a choice; our messages are JSON, not pickles.
        warnings.simplefilter("ignore", SecurityWarning)
    throughput = Throughput()
    heartbeat.add_details(lambda: {"queues": list(queues), "finished": throughput.last_minute()})
    signals.task_success.connect(lambda sender, **_: throughput.count(sender.name), weak=False)
    signals.worker_ready.connect(lambda **_: heartbeat.start(), weak=False)
    worker = app.Worker(
        pool="threads",
        concurrency=threads,
        queues=list(queues),
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
        loglevel=log_level,
    )
    try:
        worker.start()
        return int(worker.exitcode or 0)
    finally:
        heartbeat.stop()
