"""What may stand in a list: the one home of that rule, for feeds, search, tags and similar photos."""

from sqlalchemy import ColumnElement, and_, or_, select

from photos.models import BlockRow, PhotoRow, UserRow


def listed(photo: type[PhotoRow] = PhotoRow) -> ColumnElement[bool]:
    """What everyone's lists hold: public, tagged, neither in the trash nor hidden; `photo` may be aliased."""
    return and_(
        photo.deleted_at.is_(None),
        photo.hidden_at.is_(None),
        photo.visibility == "public",
        photo.status == "tagged",
    )


def listed_for(viewer_id: str | None, photo: type[PhotoRow] = PhotoRow) -> ColumnElement[bool]:
    """As `listed`, without the photos of people whom the viewer has blocked."""
    if viewer_id is None:
        return listed(photo)
    blocked = select(BlockRow.blocked_id).where(BlockRow.blocker_id == viewer_id)
    return and_(listed(photo), photo.owner_id.not_in(blocked))


def visible_to(viewer_id: str | None, *, admin: bool = False) -> ColumnElement[bool]:
    """What the viewer can see by its id: also what is unlisted, and all of one's own outside the trash.

    The same rule for one photo is `service.access.may_see`.
    """
    others = PhotoRow.visibility != "private"
    if not admin:
        others = and_(others, PhotoRow.hidden_at.is_(None))
    own = PhotoRow.owner_id == viewer_id if viewer_id is not None else None
    return and_(PhotoRow.deleted_at.is_(None), others if own is None else or_(own, others))


def standing() -> ColumnElement[bool]:
    """Which accounts are there for others: neither suspended nor on their way out."""
    return and_(UserRow.suspended_at.is_(None), UserRow.deleted_at.is_(None))


def in_album_for(viewer_id: str | None) -> ColumnElement[bool]:
    """What the viewer finds in an album: one's own as they are, of others what is tagged, unlisted or not."""
    others = and_(visible_to(viewer_id), PhotoRow.status == "tagged")
    if viewer_id is None:
        return others
    return or_(others, and_(PhotoRow.owner_id == viewer_id, PhotoRow.deleted_at.is_(None)))


def in_shared_album() -> ColumnElement[bool]:
    """What the holder of a link to the album finds in it: what is private too, once it can be shown."""
    return and_(PhotoRow.deleted_at.is_(None), PhotoRow.hidden_at.is_(None), PhotoRow.thumbhash.is_not(None))
