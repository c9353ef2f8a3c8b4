"""Which photos a list may hold: the one place for this rule, for feeds, search, tags and similar photos."""

from sqlalchemy import ColumnElement, and_, or_, select

from photos.models import BlockRow, PhotoRow, UserRow


def listed(photo: type[PhotoRow] = PhotoRow) -> ColumnElement[bool]:
    """Photos that appear in everyone's lists: public, tagged, not in the trash, not hidden.

    `photo` may be an alias of `PhotoRow`.
    """
    return and_(
        photo.deleted_at.is_(None),
        photo.hidden_at.is_(None),
        photo.visibility == "public",
        photo.status == "tagged",
    )


def listed_for(viewer_id: str | None, photo: type[PhotoRow] = PhotoRow) -> ColumnElement[bool]:
    """As `listed`, without photos of users that the viewer has blocked."""
    if viewer_id is None:
        return listed(photo)
    # One direction only: a blocked user still sees the lists of the blocker (docs/decisions/0010).
    blocked = select(BlockRow.blocked_id).where(BlockRow.blocker_id == viewer_id)
    return and_(listed(photo), photo.owner_id.not_in(blocked))


def visible_to(viewer_id: str | None, *, admin: bool = False) -> ColumnElement[bool]:
    """Photos that the viewer may open by id: unlisted ones too, and all of their own outside the trash.

    `kernel.access.may_see` is the same rule for one photo.
    """
    others = PhotoRow.visibility != "private"
    if not admin:
        others = and_(others, PhotoRow.hidden_at.is_(None))
    own = PhotoRow.owner_id == viewer_id if viewer_id is not None else None
    return and_(PhotoRow.deleted_at.is_(None), others if own is None else or_(own, others))


def standing() -> ColumnElement[bool]:
    """Accounts that others can see: neither suspended nor deleted."""
    return and_(UserRow.suspended_at.is_(None), UserRow.deleted_at.is_(None))


def in_album_for(viewer_id: str | None) -> ColumnElement[bool]:
    """Photos that the viewer finds in an album: all of their own, and others' tagged, non-private ones."""
    others = and_(visible_to(viewer_id), PhotoRow.status == "tagged")
    if viewer_id is None:
        return others
    return or_(others, and_(PhotoRow.owner_id == viewer_id, PhotoRow.deleted_at.is_(None)))


def in_shared_album() -> ColumnElement[bool]:
    """Photos that a guest finds in a shared album: private ones too, once they are rendered."""
    # Rendered rather than tagged: the owner chose to share the album, so no model has to have seen it.
    return and_(PhotoRow.deleted_at.is_(None), PhotoRow.hidden_at.is_(None), PhotoRow.thumbhash.is_not(None))
