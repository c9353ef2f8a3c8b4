"""Comments on photos, listed oldest first."""

from photos.kernel.access import find_visible, lock_visible, may_see, require_user
from photos.kernel.cursors import write_position
from photos.kernel.presenting import present_person
from photos.kernel.services import Services
from photos.models import CommentRow
from photos.people.repository.following import After
from photos.people.social import require_not_blocked
from vignette_shared.contracts.api import Comment, Page
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import AuthenticationRequired, Forbidden, NotFound
from vignette_shared.ids import new_id


def list_comments(
    services: Services, photo_id: str, caller: Identity, after: After, limit: int
) -> Page[Comment]:
    """List a photo's comments, oldest first; raises `NotFound`."""
    with services.database.read() as db:
        photo = find_visible(db, photo_id, caller.user_id, admin=caller.is_admin)
        found = db.comments.page(photo, caller.user_id, after, limit + 1)
        items = [present_comment(comment) for comment in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return Page(items=items, next_cursor=write_position(last.created_at, last.id) if last else None)


def add_comment(services: Services, photo_id: str, text: str, caller: Identity) -> Comment:
    """Comment on a photo; raises `NotFound`, or `Forbidden` if its owner has blocked the caller."""
    user_id = require_user(caller, "write")
    with services.database.write() as uow:
        photo = lock_visible(uow, photo_id, caller)
        # After the lock: a concurrent block must either be seen here or wait for this comment.
        require_not_blocked(uow, photo, user_id, "You can't comment on this photo.")
        author, now = uow.accounts.user(user_id), services.clock()
        if author is None:
            raise AuthenticationRequired("This account was deleted.")
        comment = CommentRow(id=new_id(now), photo_id=photo.id, author=author, text=text, created_at=now)
        uow.comments.add(comment)
        return present_comment(comment)


def delete_comment(services: Services, comment_id: str, caller: Identity) -> None:
    """Delete a comment, as its author, the photo's owner or an admin.

    Raises:
        NotFound: the comment does not exist, or the caller may not see its photo.
        Forbidden: the caller is none of the three.
    """
    user_id = require_user(caller, "write")
    with services.database.write() as uow:
        comment = uow.comments.find(comment_id)
        if comment is None:
            raise NotFound("There is no such comment, or you may not see it.")
        # The lock serialises the change of the comment count on the photo.
        photo = uow.photos.lock(comment.photo_id)
        if photo is None or not may_see(photo, user_id, admin=caller.is_admin):
            raise NotFound("There is no such comment, or you may not see it.")
        if user_id not in (comment.author_id, photo.owner_id) and not caller.is_admin:
            raise Forbidden("Only the author, the photo's owner or an admin may delete a comment.")
        uow.comments.remove(comment)


def present_comment(comment: CommentRow) -> Comment:
    return Comment(
        id=comment.id,
        author=present_person(comment.author),
        text=comment.text,
        created_at=comment.created_at,
    )
