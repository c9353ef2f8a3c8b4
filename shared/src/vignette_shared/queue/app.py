"""The Celery app and how tasks are consumed, the same in every service."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from celery import Celery, signals
from celery.app.task import Task
from celery.utils.time import get_exponential_backoff_interval
from pydantic import ValidationError

from vignette_shared.contracts.tasks import Payload, TaskSpec
from vignette_shared.errors import BrokerUnavailable, StorageError
from vignette_shared.observability.context import bind_task
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue import transport
from vignette_shared.settings import BrokerSettings

log = get_logger(__name__)

P = TypeVar("P", bound=Payload)
EXIT_OVERRUN = 70
"""Exit status of a worker whose task overran its time limit (`EX_SOFTWARE` of sysexits.h)."""

RETRYABLE_ERRORS: tuple[type[Exception], ...] = (StorageError, BrokerUnavailable)
# Four attempts take at most 14 s, and a caller waits 20 s for a prediction (docs/decisions/0035).
MAX_RETRIES = 3
BACKOFF_S = 2
"""The n-th retry, counted from 0, waits a random time of at most `BACKOFF_S * 2**n` seconds."""


def make_celery(service: str, settings: BrokerSettings) -> Celery:
    """Return an app that acknowledges a message after its task and reserves one message per thread.

    A worker that dies therefore loses nothing: Redis delivers its messages again.
    """
    transport.install()
    app = Celery(service, broker=settings.url, set_as_current=False)
    app.conf.update(
        # JSON alone: unpickling a message would let whoever writes to Redis run code.
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        # Remote control is unauthenticated; heartbeats and the process supervisor do its work.
        worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": settings.visibility_timeout_s,
            # Publish once: Kombu would otherwise retry for as long as an HTTP request may take. Consumers
            # reconnect forever all the same (`broker_connection_max_retries`).
            "max_retries": 0,
            # Kombu restores a dead worker's messages only every 100 s by default.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "unacked_mutex_expire": 10,
            "socket_connect_timeout": settings.connect_timeout_s,
            "socket_timeout": 30,
            "socket_keepalive": True,
            "health_check_interval": 10,
            # Serve queues in the order given instead of round robin: users wait for predictions.
            "queue_order_strategy": "priority",
        },
        timezone="UTC",
        enable_utc=True,
    )
    return app


def consume(
    app: Celery,
    spec: TaskSpec[P],
    handle: Callable[[P], None],
    *,
    retry_on: tuple[type[Exception], ...] = RETRYABLE_ERRORS,
    on_failure: Callable[[P, Exception], None] | None = None,
) -> None:
    """Register `handle` as the consumer of `spec`.

    Args:
        retry_on: errors that are retried, at most `MAX_RETRIES` times, with exponential backoff and jitter.
        on_failure: called with the payload and the error when the last retry has failed, and at once for any
            other error. Failures are logged in any case.
    """

    # Not `autoretry_for`: Celery's own failure handler receives a pickled copy of the error, which may have
    # lost its type, and `on_failure` decides by the type.
    def run(task: Task, body: dict[str, Any]) -> None:
        bind_task(task.request.id, spec.name, task.request.headers or {})
        try:
            payload = spec.parse(body)
        except ValidationError as error:
            log.error("message_invalid", task=spec.name, reason=str(error))
            return
        try:
            with _time_limit(spec):
                handle(payload)
        except retry_on as error:
            if task.request.retries < task.max_retries:
                raise task.retry(exc=error, countdown=_backoff_s(task.request.retries)) from error
            _fail(spec, payload, error, on_failure)
        except Exception as error:  # noqa: BLE001 - the edge of the process: a bug must become a dead letter
            _fail(spec, payload, error, on_failure)

    # `shared=False`: a process with several apps, such as a test, keeps their consumers apart.
    app.task(run, name=spec.name, bind=True, max_retries=MAX_RETRIES, shared=False)
    # The queue of retries; publishers name the queue themselves.
    app.conf.task_routes = {**(app.conf.task_routes or {}), spec.name: {"queue": spec.queue}}


@contextmanager
def _time_limit(spec: TaskSpec[Any]) -> Iterator[None]:
    """Exit the process if a task overruns its time limit.

    Celery's own limits need its process pool: a thread can't be killed, and one that hangs would block its
    queue forever. The supervisor restarts the worker, and Redis delivers its messages again.
    """
    timer = threading.Timer(spec.time_limit, _exit_process, (spec,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _exit_process(spec: TaskSpec[Any]) -> None:
    log.critical("task_overran", task=spec.name, limit_s=spec.time_limit)
    # Not `sys.exit`, which would end only this thread, and would wait for the one that hangs.
    os._exit(EXIT_OVERRUN)


def _fail(
    spec: TaskSpec[P],
    payload: P,
    error: Exception,
    on_failure: Callable[[P, Exception], None] | None,
) -> None:
    log.error("task_failed", task=spec.name, payload=payload.model_dump(mode="json"), exc_info=error)
    if on_failure is not None:
        on_failure(payload, error)


def _backoff_s(retries: int) -> int:
    longest = BACKOFF_S * 2**MAX_RETRIES
    return int(get_exponential_backoff_interval(BACKOFF_S, retries, longest, full_jitter=True))


@signals.setup_logging.connect
def _keep_logging_configuration(**_: Any) -> None:
    """Celery configures logging itself unless this signal has a receiver."""
