"""Kombu's transport over Redis, mended where an acknowledgement fails."""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis, virtual


class QoS(redis.QoS):
    """Counts a message as out of the worker's hands even when Redis could not be told.

    Otherwise the message keeps its place for good: with one message in hand the worker takes no other, and
    since it asks for none it does not notice either that Redis is back. What Redis still knows of an
    unacknowledged message is delivered again after the visibility timeout, and tasks can be done twice.
    """

    def ack(self, delivery_tag: Any) -> None:
        try:
            super().ack(delivery_tag)
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)
            raise


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel


def use() -> None:
    """Let addresses that begin with `redis://` and `rediss://` be served by this transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
