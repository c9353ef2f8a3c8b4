"""Bulk changes: one action on many photos, in one transaction with a few queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from uuid import UUID

from photos.albums.albums import add_to_album, find_owned_album
from photos.kernel.services import Services
from photos.kernel.unit_of_work import UnitOfWork
from photos.models import PhotoRow
from photos.pipeline.steps import requeue
from photos.tags.decisions import accept_suggestions, add_tag, remove_tag
from photos.tags.labels import normalise_label
from vignette_shared.contracts.api import (
    BulkAction,
    BulkChange,
    BulkOutcome,
    BulkOutcomes,
    Visibility,
)
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import Forbidden, NotFound, TooManyTags, ValidationFailed


@dataclass(frozen=True, slots=True)
class _Work:
    """The arguments of an action; `value` is checked and normalised for it."""

    uow: UnitOfWork
    caller: Identity
    value: str
    now: datetime
    input_side: int | None


Refused = set[str]
"""Ids of photos that the action could not be applied to."""


def change_photos(services: Services, caller: Identity, change: BulkChange) -> BulkOutcomes:
    """Apply an action to the caller's photos; return an outcome per id, in the given order.

    Photos in the trash count as missing, except for `delete`.

    Raises:
        ValidationFailed, BadLabel: the value is not valid for the action.
        AlbumFull: the album is full; nothing was changed.
    """
    value = _check_value(change.action, change.value)
    ids = [_as_uuid(photo_id) for photo_id in change.ids]
    input_side = services.model.input_side() if change.action == "retag" else None
    with services.database.write() as uow:
        # Photos of other users count as missing: their existence is not revealed.
        owned = uow.photos.lock_owned(caller.user_id or "", [each for each in ids if each is not None])
        targets = _targets(owned, ids, in_trash=change.action == "delete")
        work = _Work(uow, caller, value, services.clock(), input_side)
        refused = ACTIONS[change.action](work, list(targets.values()))
    return BulkOutcomes(
        items=[
            _outcome(given_id, exists=photo_id in targets, refused=photo_id in refused)
            for given_id, photo_id in zip(change.ids, ids, strict=True)
        ]
    )


def _targets(
    owned: Mapping[str, PhotoRow], ids: Sequence[str | None], *, in_trash: bool
) -> dict[str, PhotoRow]:
    """Return the photos that the action applies to, each once, in the given order."""
    photos = {each: owned[each] for each in ids if each is not None and each in owned}
    return {each: photo for each, photo in photos.items() if in_trash or photo.deleted_at is None}


def _outcome(given_id: str, *, exists: bool, refused: bool) -> BulkOutcome:
    if not exists:
        return BulkOutcome(id=given_id, status="error", code=NotFound.code)
    if refused:
        return BulkOutcome(id=given_id, status="error", code=TooManyTags.code)
    return BulkOutcome(id=given_id, status="ok")


def _check_value(action: BulkAction, value: str | None) -> str:
    """Return the action's value, normalised; raises `ValidationFailed` or `BadLabel`."""
    # Check the value before the transaction: an error must not leave half of the photos changed.
    if action in ("add_tag", "remove_tag"):
        return normalise_label(_required(value, "a label"))
    if action == "set_visibility":
        if value is None or value not in get_args(Visibility):
            raise _bad_value(f"Use one of {', '.join(get_args(Visibility))}.")
        return value
    if action == "add_to_album":
        album_id = _as_uuid(_required(value, "an album's id"))
        if album_id is None:
            raise _bad_value("You have no such album.")
        return album_id
    if value is not None:
        raise _bad_value(f"The action {action} takes no value.")
    return ""


def _required(value: str | None, what: str) -> str:
    if value is None:
        raise _bad_value(f"This action requires {what}.")
    return value


def _bad_value(message: str) -> ValidationFailed:
    return ValidationFailed(f"Check: value. {message}", errors=[{"field": "value", "message": message}])


def _as_uuid(raw: str) -> str | None:
    """Return a UUID in canonical form, or None if the text is not a UUID."""
    try:
        return str(UUID(raw))
    except ValueError:
        return None


def _add_tag(work: _Work, photos: Sequence[PhotoRow]) -> Refused:
    return add_tag(work.uow, photos, work.value, work.now)


def _remove_tag(work: _Work, photos: Sequence[PhotoRow]) -> Refused:
    remove_tag(work.uow, photos, work.value, work.now)
    return set()


def _accept_tags(work: _Work, photos: Sequence[PhotoRow]) -> Refused:
    accept_suggestions(work.uow, photos, work.now)
    return set()


def _set_visibility(work: _Work, photos: Sequence[PhotoRow]) -> Refused:
    for photo in photos:
        photo.visibility = work.value  # type: ignore[assignment]  # checked to be one
    if work.value == "private":
        _withdraw_avatar(work, photos)
    return set()


def _add_to_album(work: _Work, photos: Sequence[PhotoRow]) -> Refused:
    try:
        album = find_owned_album(work.uow, work.value, work.caller)
    except (NotFound, Forbidden) as error:
        raise _bad_value("You have no such album.") from error
    # The last photo added comes first in the album, so add them in reverse to keep the given order.
    add_to_album(work.uow, album, [photo.id for photo in reversed(photos)], work.now)
    return set()


def _delete(work: _Work, photos: Sequence[PhotoRow]) -> Refused:
    for photo in photos:
        photo.deleted_at = photo.deleted_at or work.now
    _withdraw_avatar(work, photos)
    return set()


def _withdraw_avatar(work: _Work, photos: Sequence[PhotoRow]) -> None:
    work.uow.accounts.clear_avatar(work.caller.user_id or "", [photo.id for photo in photos])


def _retag(work: _Work, photos: Sequence[PhotoRow]) -> Refused:
    for photo in photos:
        requeue(work.uow, photo, work.now, work.input_side)
    return set()


ACTIONS: Mapping[BulkAction, Callable[[_Work, Sequence[PhotoRow]], Refused]] = {
    "add_tag": _add_tag,
    "remove_tag": _remove_tag,
    "accept_tags": _accept_tags,
    "set_visibility": _set_visibility,
    "add_to_album": _add_to_album,
    "delete": _delete,
    "retag": _retag,
}
