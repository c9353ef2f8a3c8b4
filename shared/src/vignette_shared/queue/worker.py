"""Running a queue worker, the same way in every service."""

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
    """Consume messages until a signal stops the worker; return the exit status.

    Args:
        queues: in order of priority.
        heartbeat: runs while the worker consumes.
        threads: messages processed at a time.
    """
    if os.getuid() == 0:
        # Celery warns because root must not unpickle messages; these are JSON.
        warnings.simplefilter("ignore", SecurityWarning)
    throughput = Throughput()
    heartbeat.add_details(lambda: {"queues": list(queues), "finished": throughput.last_minute()})
    signals.task_success.connect(lambda sender, **_: throughput.count(sender.name), weak=False)
    signals.worker_ready.connect(lambda **_: heartbeat.start(), weak=False)
    worker = app.Worker(
        # Not the default fork: a child would inherit a loaded network or an open database without the
        # threads that serve them.
        pool="threads",
        concurrency=threads,
        queues=list(queues),
        # Workers need not know of each other; these three would only add traffic on Redis.
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
