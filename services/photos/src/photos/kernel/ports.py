"""What the use cases need from the outside, as protocols; bootstrap wires the adapters, tests pass fakes."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from photos.kernel.embedding import Embedding
from photos.kernel.unit_of_work import Database, Repositories
from vignette_shared.contracts.tasks import ExplainPhoto

Ranked = list[tuple[str, float]]
"""Photo ids with their cosines, nearest first."""


class Explainer(Protocol):
    def draw(self, job: ExplainPhoto) -> None:
        """Have a tagger draw the heatmap, and wait for it.

        Raises:
            TaggerBusy, TaggerUnavailable, BrokerUnavailable: temporary; retry soon.
            ImageError, ModelError, StorageError: the tagger replied with this error.
        """
        ...


class NearestPhotos(Protocol):
    """Finds nearest neighbours among the photos that the viewer's lists may hold; thread-safe."""

    def nearest(self, db: Repositories, query: Embedding, viewer_id: str | None, limit: int) -> Ranked:
        """Return up to `limit` other photos of the same backbone with their cosines, nearest first.

        Photos that the viewer may not see are filtered out before the nearest are chosen, so they never
        shorten the result.

        Raises:
            StorageError: the index can't be read.
        """
        ...

    def catch_up(self, database: Database) -> None:
        """Synchronise the index with the table of embeddings; one process calls this periodically."""
        ...


class Backlog(Protocol):
    def photo_ids(self) -> AbstractSet[str] | None:
        """Return the ids of photos with a waiting or unacknowledged message.

        None if there are too many messages to read: then no message can be considered lost.

        Raises:
            BrokerUnavailable: the queues can't be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """The load of a queue: waiting and unacknowledged messages, live workers, tasks finished in a minute."""

    depth: int
    workers: int
    finished: int


class QueueGauge(Protocol):
    def loads(self) -> Mapping[str, QueueLoad]:
        """Return the load of each queue; raises `BrokerUnavailable`."""
        ...
