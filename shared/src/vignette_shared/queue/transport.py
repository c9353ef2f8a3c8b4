"""Kombu's Redis transport with one fix: a failed acknowledgement no longer stops a worker.

When Redis is gone at that moment, Kombu keeps counting the message as in progress. With a prefetch count of
one the worker then asks for no other message, and therefore never notices that Redis is back.
"""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis, virtual


class QoS(redis.QoS):
    def ack(self, delivery_tag: Any) -> None:
        """Acknowledge in Redis and locally; locally even if Redis fails.

        A message that Redis still lists as unacknowledged is delivered again after the visibility timeout,
        which is harmless: tasks are idempotent.
        """
        try:
            super().ack(delivery_tag)
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)
            raise


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel


def install() -> None:
    """Use this transport for broker addresses that begin with `redis://` or `rediss://`."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
