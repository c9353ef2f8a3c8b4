"""Reading Kombu's queues in Redis: the backlog for the reconciler, the load for admins."""

import binascii
import json
from base64 import b64decode
from collections import Counter
from typing import Any

import redis
from redis.exceptions import RedisError

from photos.kernel.ports import QueueLoad
from photos.operations.queues import QUEUES as WATCHED
from vignette_shared.contracts.tasks import RECORD_TAGS, RENDER_PHOTO, TAG_PHOTO
from vignette_shared.errors import BrokerUnavailable
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.heartbeat import live_instances

log = get_logger(__name__)
QUEUES = (RENDER_PHOTO.queue, TAG_PHOTO.queue, RECORD_TAGS.queue)
UNACKNOWLEDGED = "unacked"
"""Kombu's hash of messages that workers hold; Kombu requeues them if the worker dies."""

SEARCHED = 20_000
"""Messages to read at most, about 1 KiB each. With more in the queues, requeueing can wait anyway."""


class KombuBacklog:
    """A `Backlog` over Kombu's Redis keys: one list per queue, one hash of unacknowledged messages."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    def photo_ids(self) -> frozenset[str] | None:
        # One transaction: between two reads a message could move from its queue to a worker unseen.
        sizes = self._client.pipeline(transaction=True)
        look = self._client.pipeline(transaction=True)
        for queue in QUEUES:
            sizes.llen(queue)
            look.lrange(queue, 0, -1)
        look.hvals(UNACKNOWLEDGED)
        try:
            # Check the lengths first: reading a million messages would block Redis for everyone.
            if sum(sizes.execute()) > SEARCHED:
                return None
            *waiting, in_hand = look.execute()
        except RedisError as error:
            raise BrokerUnavailable("Redis does not answer.") from error
        messages = [message for queue in waiting for message in queue]
        held = [json.loads(entry)[0] for entry in in_hand]
        photo_ids = (_photo_id(message) for message in [*messages, *held])
        return frozenset(photo_id for photo_id in photo_ids if photo_id)


class KombuGauge:
    """A `QueueGauge` over the same keys, and the workers' heartbeats."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    def loads(self) -> dict[str, QueueLoad]:
        look = self._client.pipeline(transaction=True)
        for queue in WATCHED:
            look.llen(queue)
        look.hvals(UNACKNOWLEDGED)
        try:
            *waiting, in_hand = look.execute()
            workers = live_instances(self._client, "*")
        except RedisError as error:
            raise BrokerUnavailable("Redis does not answer, so the queues can't be read.") from error
        # Each entry holds the message, its exchange and its routing key, which is the queue's name.
        held = Counter(json.loads(entry)[2] for entry in in_hand)
        finished: Counter[str] = Counter()
        for worker in workers:
            finished.update(worker.get("finished", {}))
        return {
            queue: QueueLoad(
                depth=depth + held[queue],
                workers=sum(queue in worker.get("queues", ()) for worker in workers),
                finished=finished[queue],
            )
            for queue, depth in zip(WATCHED, waiting, strict=True)
        }


def _photo_id(message: bytes | dict[str, Any]) -> str | None:
    """Return the photo id in a message, or None if it has none or is not one of ours."""
    try:
        envelope = json.loads(message) if isinstance(message, bytes) else message
        arguments = json.loads(b64decode(envelope["body"]))[0]
        photo_id = arguments[0].get("photo_id")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, binascii.Error):
        log.warning("message_unreadable")
        return None
    return photo_id if isinstance(photo_id, str) else None
