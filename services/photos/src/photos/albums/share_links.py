"""Share links, which open an album to guests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from photos.albums.albums import find_owned_album
from photos.albums.share_tokens import ShareTokens
from photos.kernel.cursors import read_place, write_place
from photos.kernel.presenting import present_all, present_person
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories
from photos.kernel.visibility import in_shared_album
from photos.models import PhotoRow, ShareLinkRow
from vignette_shared.contracts.api import NewShareLink, Page, Photo, SharedAlbum, ShareLink
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import (
    LinkExpired,
    NotFound,
    PasswordRequired,
    TooManyLinks,
    ValidationFailed,
    WrongPassword,
)
from vignette_shared.ids import new_id

MAX_LINKS = 100
"""Share links per album."""
UNLOCKED_FOR = timedelta(days=30)
"""How long a browser may skip the password after entering it once, while the link is valid."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A guest's request: the link's token, and the password or a proof that it was given before."""

    token: str
    password: str | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A proof that replaces the password for `seconds`."""

    proof: str
    seconds: int


def create_link(services: Services, album_id: str, caller: Identity, new_link: NewShareLink) -> ShareLink:
    """Create a share link to the caller's album.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: as `find_owned_album`.
        ValidationFailed: the expiry is in the past.
        TooManyLinks: the album has `MAX_LINKS` links.
    """
    now = services.clock()
    if new_link.expires_at is not None and new_link.expires_at <= now:
        raise ValidationFailed(
            "Check: expires_at. The expiry must be in the future.",
            errors=[{"field": "expires_at", "message": "The expiry must be in the future."}],
        )
    with services.database.read() as db:
        # Before hashing, too: a caller without the right must not cost a password hash.
        find_owned_album(db, album_id, caller)
    # Hash before the transaction: it takes a tenth of a second and would hold up every other writer.
    password_hash = services.passwords.hash(new_link.password) if new_link.password is not None else None
    with services.database.write() as uow:
        uow.albums.lock(album_id)
        find_owned_album(uow, album_id, caller)
        if uow.links.count(album_id) >= MAX_LINKS:
            raise TooManyLinks(f"The album has {MAX_LINKS} share links, the maximum. Delete one first.")
        link = ShareLinkRow(
            id=new_id(now),
            album_id=album_id,
            password_hash=password_hash,
            created_at=now,
            expires_at=new_link.expires_at,
        )
        uow.links.add(link)
    return _present_link(services, link)


def list_links(services: Services, album_id: str, caller: Identity) -> Page[ShareLink]:
    """Return the links to the caller's album, expired ones included; raises as `find_owned_album`."""
    with services.database.read() as db:
        find_owned_album(db, album_id, caller)
        return Page(items=[_present_link(services, link) for link in db.links.of_album(album_id)])


def remove_link(services: Services, album_id: str, link_id: str, caller: Identity) -> None:
    """Revoke a link to the caller's album; raises `NotFound`, and as `find_owned_album`."""
    with services.database.write() as uow:
        find_owned_album(uow, album_id, caller)
        if not uow.links.remove(album_id, link_id):
            raise NotFound("The album has no such share link.")


def get_shared_album(services: Services, visit: Visit) -> SharedAlbum:
    """Return the album behind a share link; raises as `open_link`."""
    link = open_link(services, visit)
    album, visible = link.album, in_shared_album()
    with services.database.read() as db:
        counts, covers = db.albums.photo_counts([album.id], visible), db.albums.covers([album.id], visible)
        cover = _present_photos(services, db, link, list(db.feed.by_id(list(covers.values())).values()))
    return SharedAlbum(
        id=album.id,
        title=album.title,
        description=album.description,
        owner=present_person(album.owner),
        photo_count=counts.get(album.id, 0),
        cover=cover[0] if cover else None,
        created_at=album.created_at,
        expires_at=link.expires_at,
    )


def list_shared_photos(services: Services, visit: Visit, cursor: str | None, limit: int) -> Page[Photo]:
    """Return a page of the shared album's photos in its order; raises as `open_link`, and `BadCursor`."""
    after = read_place(cursor) if cursor else None
    link = open_link(services, visit)
    with services.database.read() as db:
        rows = db.albums.page(link.album_id, in_shared_album(), after, limit + 1)
        shown = rows[:limit]
        items = _present_photos(services, db, link, [photo for photo, _ in shown])
    more = len(rows) > limit
    return Page(items=items, next_cursor=write_place(shown[-1][1], shown[-1][0].id) if more else None)


def unlock(services: Services, visit: Visit) -> Unlocked | None:
    """Check the link's password and return a proof of it, or None if it has none; raises as `open_link`."""
    link = open_link(services, visit)
    if link.password_hash is None:
        return None
    now = services.clock()
    # A proof never outlives its link.
    until = min(link.expires_at or now + UNLOCKED_FOR, now + UNLOCKED_FOR)
    proof = share_tokens_of(services).prove_password(link.id, link.password_hash, until)
    return Unlocked(proof, max(1, int((until - now).total_seconds())))


def share_tokens_of(services: Services) -> ShareTokens:
    return ShareTokens(services.internal_key)


def open_link(services: Services, visit: Visit) -> ShareLinkRow:
    """Return the link that a guest opens, with its album and owner.

    Raises:
        NotFound: the token is not valid, or the link was revoked.
        LinkExpired: the link's expiry has passed.
        PasswordRequired: no password was given, and no valid proof of it.
        WrongPassword: the password does not match.
    """
    keys = share_tokens_of(services)
    # The MAC is checked first: a guessed token costs no query.
    link_id = keys.link_of(visit.token)
    with services.database.read() as db:
        link = db.links.find(link_id) if link_id is not None else None
    # The links of suspended owners answer as unknown ones, to guests and in signed file URLs alike.
    if link is None or not _owner_is_there(link):
        raise NotFound("There is no such link, or its owner has revoked it.")
    now = services.clock()
    if has_ended(link, now):
        raise LinkExpired("This link has expired. Ask its sender for a new one.")
    if link.password_hash is None:
        return link
    if visit.proof is not None and keys.is_proof(visit.proof, link.id, link.password_hash, now):
        return link
    if visit.password is None:
        raise PasswordRequired("This link needs a password: send it in the header X-Share-Password.")
    if not services.passwords.verify(link.password_hash, visit.password):
        raise WrongPassword("The password is not correct.")
    return link


def grants_file(services: Services, db: Repositories, photo: PhotoRow, signature: str) -> bool:
    """Whether a signed file URL grants the photo: its link is valid and the photo is in the album."""
    now = services.clock()
    link_id = share_tokens_of(services).link_of_file(signature, photo.id, now)
    if link_id is None or photo.deleted_at is not None or photo.hidden_at is not None:
        return False
    link = db.links.find_over(link_id, photo.id)
    return link is not None and _owner_is_there(link) and not has_ended(link, now)


def has_ended(link: ShareLinkRow, now: datetime) -> bool:
    return link.expires_at is not None and link.expires_at <= now


def _owner_is_there(link: ShareLinkRow) -> bool:
    owner = link.album.owner
    return owner.suspended_at is None and owner.deleted_at is None


def _present_link(services: Services, link: ShareLinkRow) -> ShareLink:
    token = share_tokens_of(services).token(link.id)
    return ShareLink(
        id=link.id,
        token=token,
        url=f"/s/{token}",
        expires_at=link.expires_at,
        has_password=link.password_hash is not None,
        created_at=link.created_at,
    )


def _present_photos(
    services: Services, db: Repositories, link: ShareLinkRow, photos: Sequence[PhotoRow]
) -> list[Photo]:
    """Build photos as anonymous viewers see them, with file URLs that are signed for the link."""
    now = services.clock()
    keys = share_tokens_of(services)
    return [_with_signed_files(keys, link.id, photo, now) for photo in present_all(db, photos, None)]


def _with_signed_files(keys: ShareTokens, link_id: str, photo: Photo, now: datetime) -> Photo:
    signature = keys.sign_file(link_id, photo.id, now)
    urls = {
        size: f"{url}&share={signature}" if url is not None else None
        for size, url in photo.urls.model_dump().items()
    }
    return photo.model_copy(update={"urls": photo.urls.model_copy(update=urls)})
