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
        """Have a tagger draw, and wait for it.

        Raises:
            TaggerBusy, TaggerUnavailable, BrokerUnavailable: try again soon.
            ImageError, ModelError, StorageError: as the tagger says.
        """
        ...


class NearestPhotos(Protocol):
    """Finds neighbours among what the viewer's lists may hold; safe in threads."""

    def nearest(self, db: Repositories, asked: Embedding, viewer_id: str | None, limit: int) -> Ranked:
        """Return up to `limit` other photos of the same backbone with their cosines, the nearest first.

        What the viewer may not see takes nobody's place: it is left out before the best are chosen.

        Raises:
            StorageError: the index can't be read.
        """
        ...

    def catch_up(self, database: Database) -> None:
        """Bring the index in line with the table of embeddings; called now and then by one process of all."""
        ...


class Backlog(Protocol):
    def photo_ids(self) -> AbstractSet[str] | None:
        """Return the photos named by waiting or unacknowledged messages.

        None when there are too many to look through: then nothing is known to be lost.

        Raises:
            BrokerUnavailable: the queues can't be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """One queue at the moment: messages that wait or are in hand, living workers, finished in a minute."""

    depth: int
    workers: int
    finished: int


class QueueGauge(Protocol):
    def loads(self) -> Mapping[str, QueueLoad]:
        """Return what goes on in each of `QUEUES`; raises `BrokerUnavailable`."""
        ...
