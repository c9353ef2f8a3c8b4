"""The reconciler: requeues lost work and removes expired data.

A photo is requeued only if no message for it is waiting or unacknowledged (docs/decisions/0007): sixty photos
behind a dead tagger use up no attempts, and each is tagged once when the tagger is back.
"""

from datetime import timedelta

from photos.accounts.deletion import sweep_deleted_accounts
from photos.kernel.services import Services
from photos.kernel.unit_of_work import UnitOfWork
from photos.library.photos import erase
from photos.models import PhotoRow
from photos.operations.sweeping import Sweeper
from photos.pipeline.steps import fail, queue_render, queue_tagging
from photos.similarity.near_duplicates import hash_older_photos
from vignette_shared.contracts.blobs import TRANSIENT
from vignette_shared.errors import BrokerUnavailable
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)
BATCH = 500
"""Photos requeued or deleted per pass: a long transaction would hold up uploads."""
MAX_CANDIDATES = 50_000
"""Waiting photos read per pass: more than the backlog reads messages, so that no lost photo is overlooked."""
TRANSIENT_KEPT = timedelta(days=1)
"""Age of transient blobs to delete; normally they exist for seconds, unless a process was killed."""


class Reconciler:
    """Requeues lost work and removes expired data, one pass at a time.

    Args:
        patience: how long a photo may wait in a step before it is requeued.
        max_attempts: how often it is requeued before it fails.
        trash_kept: how long a photo stays in the trash.
    """

    def __init__(
        self, services: Services, *, patience: timedelta, max_attempts: int, trash_kept: timedelta
    ) -> None:
        self._services = services
        self._patience = patience
        self._max_attempts = max_attempts
        self._trash_kept = trash_kept
        self._sweeper = Sweeper(services)

    def make_pass(self) -> int:
        """Requeue lost work and remove what has expired; return how many photos were requeued or failed."""
        moved = self._requeue_lost()
        self._remove_expired()
        hash_older_photos(self._services)
        self._services.nearest.catch_up(self._services.database)
        return moved

    def _requeue_lost(self) -> int:
        services = self._services
        with services.database.read() as db:
            candidates = db.photos.waiting_since(services.clock() - self._patience, MAX_CANDIDATES)
        if not candidates:
            return 0
        try:
            queued = services.backlog.photo_ids()
        except BrokerUnavailable as error:
            # While the queues can't be read, a lost message looks like a waiting one.
            log.warning("reconcile_postponed", waiting=len(candidates), reason=error.detail)
            return 0
        if queued is None:
            log.info("reconcile_postponed", waiting=len(candidates), reason="long queues")
            return 0
        # The queues were read after the candidates: a message sent in between is found, none is missed.
        lost = [photo_id for photo_id in candidates if photo_id not in queued][:BATCH]
        input_side = services.model.input_side()
        with services.database.write() as uow:
            moved = sum(self._requeue(uow, photo_id, input_side) for photo_id in lost)
        if moved:
            log.info("reconciled", photos=moved)
        return moved

    def _requeue(self, uow: UnitOfWork, photo_id: str, input_side: int | None) -> bool:
        photo, now = uow.photos.lock(photo_id), self._services.clock()
        if photo is None or photo.step_since is None or photo.step_since >= now - self._patience:
            return False  # it finished its step while the queues were read
        if photo.step == "tag" and input_side is None:
            return False  # no model is published, so no tagger can answer
        # A photo that crashes its worker each time would be requeued forever.
        if photo.attempts >= self._max_attempts:
            fail(uow, photo, "timed_out", _timeout_detail(photo), now)
            return True
        photo.attempts += 1
        if photo.step == "render":
            queue_render(uow, photo, now)
        else:
            queue_tagging(uow, photo, now, input_side)
        return True

    def _remove_expired(self) -> None:
        """Remove expired trash, sessions and transient blobs, deleted accounts, and orphaned files."""
        services, now = self._services, self._services.clock()
        due = now - self._trash_kept
        with services.database.read() as db:
            photos = db.photos.trashed_before(due, BATCH)
        for photo in photos:
            # One transaction per photo: a full trash must not hold the write lock for minutes.
            erase(services, photo, trashed_before=due)
        with services.database.write() as uow:
            uow.accounts.end_expired_sessions(now)
        sweep_deleted_accounts(services)
        for key in services.store.list_modified_before(TRANSIENT, now - TRANSIENT_KEPT):
            services.store.delete(key)
        self._sweeper.make_pass()


def _timeout_detail(photo: PhotoRow) -> str:
    step = "its renditions" if photo.step == "render" else "its tags"
    return f"Requested {step} {photo.attempts + 1} times without a result. Try again later."
