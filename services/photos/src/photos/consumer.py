"""The queue consumer, with the reconciler in a thread beside it."""

import threading
from datetime import timedelta

import redis
from redis.exceptions import LockError, RedisError

from photos.bootstrap import wire
from photos.operations.reconcile import Reconciler
from photos.settings import PhotosServiceSettings
from photos.tasks import register_tasks
from vignette_shared.contracts.tasks import RECORD_TAGS, RENDER_PHOTO
from vignette_shared.errors import VignetteError
from vignette_shared.observability.logs import configure_logging, get_logger
from vignette_shared.queue.connection import connect
from vignette_shared.queue.heartbeat import Heartbeat
from vignette_shared.queue.worker import run_worker
from vignette_shared.settings import load_settings

log = get_logger(__name__)
THREADS = 4
"""Concurrent messages: they wait for decoder processes, disk and database, hardly ever for the GIL."""

LOCK = "lock:photos-reconciler"
LOCK_S = 300
"""Seconds after which the lock of a dead worker expires."""


class ReconcilerThread(threading.Thread):
    """Runs the reconciler every `period_s` seconds; a Redis lock keeps it to one worker at a time."""

    def __init__(self, reconciler: Reconciler, client: "redis.Redis", period_s: float) -> None:
        super().__init__(name="reconciler", daemon=True)
        self._reconciler = reconciler
        self._client = client
        self._period_s = period_s
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(self._period_s):
            try:
                self.make_pass()
            except VignetteError as error:
                log.warning("reconcile_failed", code=error.code, reason=error.detail)
            # The thread must survive any bug in a pass: the next pass may well succeed.
            except Exception as error:
                log.error("reconcile_failed", exc_info=error)

    def stop(self) -> None:
        self._stopped.set()

    def make_pass(self) -> None:
        """Make a pass now, unless another worker holds the lock or Redis is down."""
        try:
            with self._client.lock(LOCK, timeout=LOCK_S, blocking=False):
                self._reconciler.make_pass()
        except (LockError, RedisError) as error:
            # Debug only: another worker makes the pass, or Redis is down, which the heartbeat reports.
            log.debug("reconcile_skipped", reason=str(error))


def work() -> int:
    """Consume until stopped by a signal; raises `VignetteError` if a setting or the database is unusable."""
    settings = load_settings(PhotosServiceSettings)
    configure_logging("photos-worker", settings.log)
    services, celery, pool = wire(settings)
    register_tasks(celery, services)
    pool.warm_up()
    client = connect(settings.broker)
    limits = settings.photos
    reconciler = Reconciler(
        services,
        patience=timedelta(seconds=limits.patience_s),
        max_attempts=limits.max_attempts,
        trash_kept=timedelta(days=limits.trash_days),
    )
    thread = ReconcilerThread(reconciler, client, limits.reconcile_s)
    heartbeat = Heartbeat("photos-worker", client)
    thread.start()
    queues = (RECORD_TAGS.queue, RENDER_PHOTO.queue)
    try:
        return run_worker(celery, queues, heartbeat, threads=THREADS, log_level=settings.log.level)
    finally:
        thread.stop()
        pool.close()
        services.database.engine.dispose()
