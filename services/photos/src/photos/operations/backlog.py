"""Which photos have a message that is still under way."""

from collections.abc import Set as AbstractSet
from typing import Protocol


class Backlog(Protocol):
    def photo_ids(self) -> AbstractSet[str] | None:
        """Return the photos named by waiting or unacknowledged messages.

        None when there are too many to look through: then nothing is known to be lost.

        Raises:
            BrokerUnavailable: the queues can't be read.
        """
        ...
