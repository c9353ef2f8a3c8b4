"""The Celery app, the same for producers and consumers."""

import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from celery import Celery, signals
from celery.app.task import Task
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
"""Exit status of a worker whose task hung (`EX_SOFTWARE` of sysexits.h)."""

RETRYABLE_ERRORS: tuple[type[Exception], ...] = (StorageError, BrokerUnavailable)


def make_celery(service: str, settings: BrokerSettings) -> Celery:
    """Make the app. Acknowledged late, one message in hand: what a dead worker held comes back."""
    transport.use()
    app = Celery(service, broker=settings.url, set_as_current=False)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": settings.visibility_timeout_s,
            # Sending tries once: without this, Kombu tries for as long as a request can wait. Consumers have
            # their own, endless, retries (`broker_connection_max_retries`).
            "max_retries": 0,
            # Kombu looks for a dead worker's messages every 100 s unless told to look more often.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "unacked_mutex_expire": 10,
            "socket_connect_timeout": settings.connect_timeout_s,
            "socket_timeout": 30,
            "socket_keepalive": True,
            "health_check_interval": 10,
            # Queues are served in the order they are named: someone waits on a prediction.
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
        retry_on: errors worth another try: 3 of them, exponential backoff with jitter.
        on_failure: called with the payload and the error when the last try failed, or at once for any
            other error; it records the dead letter. Without it the error is logged.
    """

    def run(task: Task, body: dict[str, Any]) -> None:
        bind_task(task.request.id, spec.name, task.request.headers or {})
        try:
            payload = spec.parse(body)
        except ValidationError as error:
            log.error("message_refused", task=spec.name, reason=str(error))
            return
        try:
            with _hard_limit(spec):
                handle(payload)
        except retry_on as error:
            if task.request.retries < task.max_retries:
                delay = 2.0**task.request.retries
                raise task.retry(exc=error, countdown=_jitter(delay)) from error
            _give_up(spec, payload, error, on_failure)
        except Exception as error:  # noqa: BLE001 - the process's edge: a bug must not lose the message's story
            _give_up(spec, payload, error, on_failure)

    # Not shared: each app in a process, as in tests, has its own consumers.
    app.task(run, name=spec.name, bind=True, max_retries=3, shared=False)
    # Where a retry is sent; producers name the queue themselves.
    app.conf.task_routes = {**(app.conf.task_routes or {}), spec.name: {"queue": spec.queue}}


@contextmanager
def _hard_limit(spec: TaskSpec[Any]) -> Iterator[None]:
    """End the process when a task overruns its limit.

    A thread can't be stopped from outside, and one that hangs would hold up its queue for good. The
    supervisor starts the worker again, and the broker delivers what it held once more.
    """
    timer = threading.Timer(spec.time_limit, _end_process, (spec,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end_process(spec: TaskSpec[Any]) -> None:
    log.critical("task_overran", task=spec.name, limit_s=spec.time_limit)
    os._exit(EXIT_OVERRUN)


def _give_up(
    spec: TaskSpec[P],
    payload: P,
    error: Exception,
    on_failure: Callable[[P, Exception], None] | None,
) -> None:
    log.error("task_failed", task=spec.name, payload=payload.model_dump(mode="json"), exc_info=error)
    if on_failure is not None:
        on_failure(payload, error)


def _jitter(delay: float) -> float:
    return delay * random.uniform(0.5, 1.0)  # noqa: S311 - spreading retries needs no secrecy


@signals.setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Tell Celery that logging is set up already."""
