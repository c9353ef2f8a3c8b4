"""The queues of the pipeline, as admins see them."""

from photos.kernel.access import require_admin
from photos.kernel.services import Services
from vignette_shared.contracts.api import QueueState, QueueStates
from vignette_shared.contracts.identity import Identity
from vignette_shared.contracts.tasks import (
    EXPLAIN_PHOTO,
    PREDICT_IMAGE,
    RECORD_TAGS,
    RENDER_PHOTO,
    TAG_PHOTO,
)

QUEUES = (
    RENDER_PHOTO.queue,
    TAG_PHOTO.queue,
    RECORD_TAGS.queue,
    PREDICT_IMAGE.queue,
    EXPLAIN_PHOTO.queue,
)
"""In the order that a photo passes them, followed by those with a caller waiting for the reply."""

STEPS = {RENDER_PHOTO.queue: "render", TAG_PHOTO.queue: "tag"}
"""The steps behind the queues; a photo whose result waits in `photos.record` is still in the step `tag`."""


def list_queues(services: Services, caller: Identity) -> QueueStates:
    """Return the state of every queue; raises `BrokerUnavailable`, and as `require_admin`."""
    require_admin(caller)
    loads, now = services.queue_gauge.loads(), services.clock()
    with services.database.read() as db:
        oldest, failures = db.operations.oldest(), db.operations.failures()
    items = []
    for queue in QUEUES:
        load, step = loads[queue], STEPS.get(queue, "")
        since = oldest.get(step)
        items.append(
            QueueState(
                name=queue,
                depth=load.depth,
                oldest_age_s=None if since is None else max(0.0, (now - since).total_seconds()),
                # Without a worker, the number of finished tasks is unknown, not zero.
                rate_per_minute=load.finished if load.workers else None,
                failures=failures.get(step, 0),
                workers=load.workers,
            )
        )
    return QueueStates(items=items)
