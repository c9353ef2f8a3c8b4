"""What a photo's owner decides about its labels: it outlives every model, and its history trains the next.

The functions over a unit of work want the photo locked in it, and its owner to be who asks.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from photos.kernel.access import lock_visible, require_owner
from photos.kernel.services import Services
from photos.kernel.unit_of_work import UnitOfWork
from photos.models import PhotoRow, PhotoTagRow, TagDecisionRow
from photos.tags.repository import NewTag
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import TooManyTags
from vignette_shared.ids import new_id

Decision = Literal["accepted", "rejected"]
MAX_OWN_TAGS = 200
"""Labels of one photo that no model suggested: far beyond what a page shows or a person types."""


def set_decision(services: Services, photo_id: str, label: str, state: Decision, caller: Identity) -> None:
    """Accept or reject a label of one's own photo; `label` is in its one spelling.

    Raises:
        NotFound, AuthenticationRequired, Forbidden: as for every change of a photo.
        TooManyTags: a label too many.
    """
    with services.database.write() as uow:
        photo = lock_owned(uow, photo_id, caller)
        decide(uow, photo, label, state, services.clock())


def withdraw_decision(services: Services, photo_id: str, label: str, caller: Identity) -> None:
    """Take a decision back, if there is one; raises as `set_decision`."""
    with services.database.write() as uow:
        photo = lock_owned(uow, photo_id, caller)
        withdraw(uow, photo, label, services.clock())


def lock_owned(uow: UnitOfWork, photo_id: str, caller: Identity) -> PhotoRow:
    """Return a photo of the caller's that nobody else changes before this transaction ends.

    Raises:
        NotFound, AuthenticationRequired, Forbidden: as for every change of a photo.
    """
    photo = lock_visible(uow, photo_id, caller)
    require_owner(photo, caller)
    return photo


def decide(uow: UnitOfWork, photo: PhotoRow, label: str, state: Decision, now: datetime) -> None:
    """Accept or reject a label; one that nobody has brought up becomes the owner's. Raises `TooManyTags`.

    Rejecting a label that no model gave is kept too: a later model will not suggest it.
    """
    tag = uow.tags.find(photo.id, label)
    if tag is None:
        if uow.tags.own_count(photo.id) >= MAX_OWN_TAGS:
            raise TooManyTags(f"A photo has at most {MAX_OWN_TAGS} tags of one's own: take one away first.")
        _remember(uow, photo, label, None, state, now)
        uow.tags.add(photo.id, [_own_tag(label, state)])
    elif tag.state != state:
        _remember(uow, photo, label, tag, state, now)
        if tag.source == "model" and tag.newer_version is not None:
            _adopt_newer(tag)
        tag.state = state


def withdraw(uow: UnitOfWork, photo: PhotoRow, label: str, now: datetime) -> None:
    """Leave a label to the model again: its suggestion comes back as the model in use made it.

    What that model doesn't know, such as a tag of the owner's own, goes.
    """
    tag = uow.tags.find(photo.id, label)
    if tag is None or tag.state == "suggested":
        return
    _remember(uow, photo, label, tag, None, now)
    if tag.newer_version is not None and tag.newer_version == photo.model_version:
        _adopt_newer(tag)
    elif tag.model_version is None or tag.model_version != photo.model_version:
        uow.tags.remove(tag)
        return
    tag.source, tag.state = "model", "suggested"


def add_initial_tags(uow: UnitOfWork, photo: PhotoRow, labels: Sequence[str], now: datetime) -> None:
    """Add the labels that a new photo comes with: its owner has decided on them too."""
    for label in labels:
        _remember(uow, photo, label, None, "accepted", now)
    uow.tags.add(photo.id, [_own_tag(label, "accepted") for label in labels])


def add_tag(uow: UnitOfWork, photos: Sequence[PhotoRow], label: str, now: datetime) -> set[str]:
    """Accept a label of many photos, with a few queries; returns those that have too many tags for it."""
    ids = [photo.id for photo in photos]
    known = uow.tags.labelled(ids, label)
    counts = uow.tags.own_counts(ids)
    full = {each for each in ids if each not in known and counts.get(each, 0) >= MAX_OWN_TAGS}
    new = [photo for photo in photos if photo.id not in known and photo.id not in full]
    for photo in photos:
        if photo.id in known:
            decide(uow, photo, label, "accepted", now)
    for photo in new:
        _remember(uow, photo, label, None, "accepted", now)
    uow.tags.add_to_all([photo.id for photo in new], _own_tag(label, "accepted"))
    return full


def remove_tag(uow: UnitOfWork, photos: Sequence[PhotoRow], label: str, now: datetime) -> None:
    """Take a label off many photos: the owner's own goes, the model's is rejected."""
    # Held until the end: `find` then meets the rows in the session, and asks the database no more.
    known = uow.tags.labelled([photo.id for photo in photos], label)
    for photo in photos:
        tag = known.get(photo.id)
        if tag is None or not tag.shown:
            continue
        if tag.source == "user" and tag.newer_version is None:
            withdraw(uow, photo, label, now)
        else:
            decide(uow, photo, label, "rejected", now)


def accept_suggestions(uow: UnitOfWork, photos: Sequence[PhotoRow], now: datetime) -> None:
    """Accept all that the model suggests of many photos, except sensitive labels.

    Accepting one of those shows it to everyone: that wants a decision for each.
    """
    shown = uow.tags.shown(photo.id for photo in photos)
    for photo in photos:
        for tag in shown.get(photo.id, []):
            if tag.state == "suggested" and not tag.sensitive:
                decide(uow, photo, tag.label, "accepted", now)


def _own_tag(label: str, state: Decision) -> NewTag:
    return NewTag(label, None, "user", state, model_version=None, over_threshold=False, sensitive=False)


def _remember(
    uow: UnitOfWork,
    photo: PhotoRow,
    label: str,
    tag: PhotoTagRow | None,
    state: Decision | None,
    now: datetime,
) -> None:
    """Add to the history what was decided, and what the model said of it by then."""
    score, version = None, None
    if tag is not None:
        newer = tag.newer_version is not None
        score = tag.newer_score if newer else tag.score
        version = tag.newer_version if newer else tag.model_version
    uow.tags.add_decision(
        TagDecisionRow(
            id=new_id(),
            photo_id=photo.id,
            user_id=photo.owner_id,
            label=label,
            state=state,
            score=score,
            model_version=version,
            decided_at=now,
        )
    )


def _adopt_newer(tag: PhotoTagRow) -> None:
    tag.score, tag.model_version = tag.newer_score, tag.newer_version
    tag.over_threshold = tag.newer_over_threshold
    tag.newer_score, tag.newer_version, tag.newer_over_threshold = None, None, False
