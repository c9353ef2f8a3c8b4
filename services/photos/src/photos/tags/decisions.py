"""The owner's decisions on labels. They outlive every model, and their history trains the next one.

Functions that take a unit of work expect the photo to be locked in it and to belong to the caller.
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
"""Labels on one photo that no model suggested: far more than anyone types."""


def set_decision(services: Services, photo_id: str, label: str, state: Decision, caller: Identity) -> None:
    """Accept or reject a label on the caller's photo; `label` is normalised.

    Raises:
        NotFound, AuthenticationRequired, Forbidden: as `lock_owned`.
        TooManyTags: the photo has `MAX_OWN_TAGS` tags of its owner's.
    """
    with services.database.write() as uow:
        photo = lock_owned(uow, photo_id, caller)
        decide(uow, photo, label, state, services.clock())


def withdraw_decision(services: Services, photo_id: str, label: str, caller: Identity) -> None:
    """Withdraw a decision, if there is one; raises as `lock_owned`."""
    with services.database.write() as uow:
        photo = lock_owned(uow, photo_id, caller)
        withdraw(uow, photo, label, services.clock())


def lock_owned(uow: UnitOfWork, photo_id: str, caller: Identity) -> PhotoRow:
    """Lock one of the caller's photos until the transaction ends.

    Raises:
        NotFound: the photo does not exist, or the caller may not see it.
        AuthenticationRequired, MissingScope, Forbidden: the caller may see it but not change it.
    """
    photo = lock_visible(uow, photo_id, caller)
    require_owner(photo, caller)
    return photo


def decide(uow: UnitOfWork, photo: PhotoRow, label: str, state: Decision, now: datetime) -> None:
    """Accept or reject a label; one that is not on the photo yet becomes the owner's. Raises `TooManyTags`.

    A rejected label that no model suggested is stored too, to keep later models from suggesting it.
    """
    tag = uow.tags.find(photo.id, label)
    if tag is None:
        if uow.tags.own_count(photo.id) >= MAX_OWN_TAGS:
            raise TooManyTags(f"You can add at most {MAX_OWN_TAGS} tags to a photo. Remove one first.")
        _remember(uow, photo, label, None, state, now)
        uow.tags.add(photo.id, [_own_tag(label, state)])
    elif tag.state != state:
        _remember(uow, photo, label, tag, state, now)
        if tag.source == "model" and tag.newer_version is not None:
            _adopt_newer(tag)
        tag.state = state


def withdraw(uow: UnitOfWork, photo: PhotoRow, label: str, now: datetime) -> None:
    """Withdraw the decision on a label; the suggestion of the photo's current model comes back.

    A label that the current model does not know, such as one that the owner added, is removed.
    """
    tag = uow.tags.find(photo.id, label)
    # Nothing to withdraw; the history gets no entry for a request that changes nothing.
    if tag is None or tag.state == "suggested":
        return
    _remember(uow, photo, label, tag, None, now)
    # A later model has tagged the photo since the decision: its score is the one to go back to.
    if tag.newer_version is not None and tag.newer_version == photo.model_version:
        _adopt_newer(tag)
    elif tag.model_version is None or tag.model_version != photo.model_version:
        uow.tags.remove(tag)
        return
    tag.source, tag.state = "model", "suggested"


def add_initial_tags(uow: UnitOfWork, photo: PhotoRow, labels: Sequence[str], now: datetime) -> None:
    """Add the labels that were sent with an upload, as accepted decisions of the owner's."""
    for label in labels:
        _remember(uow, photo, label, None, "accepted", now)
    uow.tags.add(photo.id, [_own_tag(label, "accepted") for label in labels])


def add_tag(uow: UnitOfWork, photos: Sequence[PhotoRow], label: str, now: datetime) -> set[str]:
    """Accept a label on many photos with a few queries; return the ids of those with too many tags."""
    ids = [photo.id for photo in photos]
    existing = uow.tags.labelled(ids, label)
    # One count for all photos, where `decide` would query once per photo.
    counts = uow.tags.own_counts(ids)
    full = {each for each in ids if each not in existing and counts.get(each, 0) >= MAX_OWN_TAGS}
    new = [photo for photo in photos if photo.id not in existing and photo.id not in full]
    for photo in photos:
        if photo.id in existing:
            decide(uow, photo, label, "accepted", now)
    for photo in new:
        _remember(uow, photo, label, None, "accepted", now)
    uow.tags.add_to_all([photo.id for photo in new], _own_tag(label, "accepted"))
    return full


def remove_tag(uow: UnitOfWork, photos: Sequence[PhotoRow], label: str, now: datetime) -> None:
    """Remove a label from many photos: the owner's own tag is deleted, a suggestion is rejected."""
    # Kept referenced: `find` then gets the rows from the session's identity map instead of the database.
    existing = uow.tags.labelled([photo.id for photo in photos], label)
    for photo in photos:
        tag = existing.get(photo.id)
        if tag is None or not tag.shown:
            continue
        if tag.source == "user" and tag.newer_version is None:
            withdraw(uow, photo, label, now)
        else:
            decide(uow, photo, label, "rejected", now)


def accept_suggestions(uow: UnitOfWork, photos: Sequence[PhotoRow], now: datetime) -> None:
    """Accept all suggestions on many photos, except sensitive ones.

    An accepted sensitive label is shown to everyone, so each needs its own decision.
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
    """Add a decision to the history, with the model's score and version at that time."""
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
