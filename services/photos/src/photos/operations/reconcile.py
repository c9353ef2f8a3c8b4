"""What queues and crashes lost is asked for again; what is past its time goes.

A photo is sent again only when no message for it waits or is being worked on: sixty photos behind a dead
tagger cost no attempts and are tagged once each when it comes back.
"""

from dataclasses import dataclass
from datetime import timedelta

from photos.accounts.deletion import sweep_departed
from photos.kernel.clock import Clock
from photos.kernel.unit_of_work import Database, UnitOfWork
from photos.library.photos import erase
from photos.models import PhotoRow
from photos.operations.backlog import Backlog
from photos.operations.sweeping import Sweeper
from photos.pipeline.models import ProductionModel
from photos.pipeline.steps import ask_render, ask_tags, fail
from photos.similarity.near_duplicates import HashParts, hash_older_photos
from photos.similarity.similar import NearestPhotos
from vignette_shared.errors import BrokerUnavailable
from vignette_shared.observability.logs import get_logger
from vignette_shared.storage import BlobStore

log = get_logger(__name__)
BATCH = 500
"""Photos a pass: one transaction must not hold up uploads."""
LOOKED_AT = 50_000
"""Waiting photos a pass: more than the queues are searched for, so that none is hidden behind the others."""
TRANSIENT_KEPT = timedelta(days=1)
"""Embeddings on their way and pictures to predict are gone within seconds, unless a process was killed."""


@dataclass(frozen=True, slots=True)
class ReconcileParts:
    """What reconciling needs: how long a photo may wait in a step, and lie in the trash."""

    database: Database
    store: BlobStore
    backlog: Backlog
    model: ProductionModel
    clock: Clock
    patience: timedelta
    max_attempts: int
    trash_kept: timedelta
    sweeper: Sweeper
    hashing: HashParts
    nearest: NearestPhotos


def reconcile(parts: ReconcileParts) -> int:
    """Make one pass; returns how many photos were sent again or given up."""
    moved = resend_lost(parts)
    _sweep(parts)
    hash_older_photos(parts.hashing)
    parts.nearest.catch_up(parts.database)
    return moved


def resend_lost(parts: ReconcileParts) -> int:
    """Send photos again whose message was lost; after too many times the photo fails, with a reason."""
    late = parts.clock() - parts.patience
    with parts.database.read() as db:
        candidates = db.photos.waiting_since(late, LOOKED_AT)
    if not candidates:
        return 0
    try:
        under_way = parts.backlog.photo_ids()
    except BrokerUnavailable as error:
        # Nothing can be sent now, and nothing can be known to be lost.
        log.warning("reconcile_postponed", waiting=len(candidates), reason=error.detail)
        return 0
    if under_way is None:
        log.info("reconcile_postponed", waiting=len(candidates), reason="long queues")
        return 0
    lost = [photo_id for photo_id in candidates if photo_id not in under_way][:BATCH]
    input_side = parts.model.input_side()
    with parts.database.write() as uow:
        moved = sum(_resend(parts, uow, photo_id, input_side) for photo_id in lost)
    if moved:
        log.info("reconciled", photos=moved)
    return moved


def _resend(parts: ReconcileParts, uow: UnitOfWork, photo_id: str, input_side: int | None) -> bool:
    photo = uow.photos.lock(photo_id)
    now = parts.clock()
    if photo is None or photo.step_since is None or photo.step_since >= now - parts.patience:
        return False  # it moved on while we looked at the queues
    if photo.step == "tag" and input_side is None:
        return False  # no model is published: nobody can be asked
    if photo.attempts >= parts.max_attempts:
        fail(uow, photo, "timed_out", _story(photo), now)
        return True
    photo.attempts += 1
    if photo.step == "render":
        ask_render(uow, photo, now)
    else:
        ask_tags(uow, photo, now, input_side)
    return True


def _story(photo: PhotoRow) -> str:
    step = "its renditions" if photo.step == "render" else "its tags"
    return f"Asked {photo.attempts + 1} times for {step}, without an answer. Try again later."


def _sweep(parts: ReconcileParts) -> None:
    """Remove what lay in the trash for 30 days, ended sessions, leaving accounts, and what crashes left."""
    now = parts.clock()
    due = now - parts.trash_kept
    with parts.database.read() as db:
        photos = db.photos.trashed_before(due, BATCH)
    for photo in photos:
        erase(parts.database, parts.store, photo, trashed_before=due)
    with parts.database.write() as uow:
        uow.accounts.end_expired_sessions(now)
    sweep_departed(parts.database, parts.store)
    for key in parts.store.list_modified_before("transient", now - TRANSIENT_KEPT):
        parts.store.delete(key)
    parts.sweeper.make_pass()
