"""Publishing messages by `TaskSpec`."""

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
        """Publish one message to the spec's queue; raises `BrokerUnavailable` within seconds."""
        ...


class CeleryPublisher:
    """A `Publisher` over a Celery app."""

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
                # The reconciler re-enqueues lost work, so a caller need not wait for retries.
                retry=False,
            )
        except (OperationalError, RedisError, OSError) as error:
            raise BrokerUnavailable(
                "Redis does not answer. The work is saved and will be queued later."
            ) from error
