"""Sending by `TaskSpec`."""

from typing import Protocol, TypeVar

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from vignette_shared.contracts.tasks import Payload, TaskSpec
from vignette_shared.errors import BrokerUnavailable
from vignette_shared.observability.context import current_request_id

P = TypeVar("P", bound=Payload)


class Publisher(Protocol):
    def send(self, spec: TaskSpec[P], payload: P) -> None:
        """Put one message on the spec's queue; raises `BrokerUnavailable`, within seconds."""
        ...


class CeleryPublisher:
    """A `Publisher` over a Celery app. It tries once: the reconciler is the one that repeats."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def send(self, spec: TaskSpec[P], payload: P) -> None:
        headers = {"request_id": request_id} if (request_id := current_request_id()) else {}
        try:
            self._app.send_task(
                spec.name,
                args=[payload.model_dump(mode="json")],
                queue=spec.queue,
                headers=headers,
                retry=False,
            )
        except (OperationalError, RedisError, OSError) as error:
            raise BrokerUnavailable("Redis does not answer; the work is kept and sent later.") from error
