"""Links that open an album to people without an account."""

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
"""To one album."""
UNLOCKED_FOR = timedelta(days=30)
"""How long a browser need not ask for a password again, while the link lives."""


@dataclass(frozen=True, slots=True)
class Visit:
    """How someone comes to a link: its token, and a password or the proof that it was given before."""

    token: str
    password: str | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Unlocked:
    """`proof` stands for the password during `seconds`."""

    proof: str
    seconds: int


def create_link(services: Services, album_id: str, caller: Identity, asked: NewShareLink) -> ShareLink:
    """Make a link to the caller's album.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: as `find_owned_album`.
        ValidationFailed: the time of its end has passed.
        TooManyLinks.
    """
    now = services.clock()
    if asked.expires_at is not None and asked.expires_at <= now:
        raise ValidationFailed(
            "Check: expires_at. The time has passed.",
            errors=[{"field": "expires_at", "message": "The time has passed."}],
        )
    with services.database.read() as db:
        find_owned_album(db, album_id, caller)
    # Before the transaction: hashing takes a good while and would hold up every other writer.
    password_hash = services.passwords.hash(asked.password) if asked.password is not None else None
    with services.database.write() as uow:
        uow.albums.lock(album_id)
        find_owned_album(uow, album_id, caller)
        if uow.links.count(album_id) >= MAX_LINKS:
            raise TooManyLinks(f"The album has {MAX_LINKS} links: remove one first.")
        link = ShareLinkRow(
            id=new_id(now),
            album_id=album_id,
            password_hash=password_hash,
            created_at=now,
            expires_at=asked.expires_at,
        )
        uow.links.add(link)
    return _present_link(services, link)


def list_links(services: Services, album_id: str, caller: Identity) -> Page[ShareLink]:
    """Return the links to the caller's album, those that have expired too; raises as `find_owned_album`."""
    with services.database.read() as db:
        find_owned_album(db, album_id, caller)
        return Page(items=[_present_link(services, link) for link in db.links.of_album(album_id)])


def remove_link(services: Services, album_id: str, link_id: str, caller: Identity) -> None:
    """Revoke a link to the caller's album; raises `NotFound`, and as `find_owned_album`."""
    with services.database.write() as uow:
        find_owned_album(uow, album_id, caller)
        if not uow.links.remove(album_id, link_id):
            raise NotFound("The album has no such link.")


def get_shared_album(services: Services, visit: Visit) -> SharedAlbum:
    """Raises as `open_link`."""
    link = open_link(services, visit)
    album, seen = link.album, in_shared_album()
    with services.database.read() as db:
        counts, covers = db.albums.photo_counts([album.id], seen), db.albums.covers([album.id], seen)
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
    """Return the album's photos in its order; raises as `open_link`, and `BadCursor`."""
    after = read_place(cursor) if cursor else None
    link = open_link(services, visit)
    with services.database.read() as db:
        found = db.albums.page(link.album_id, in_shared_album(), after, limit + 1)
        shown = found[:limit]
        items = _present_photos(services, db, link, [photo for photo, _ in shown])
    more = len(found) > limit
    return Page(items=items, next_cursor=write_place(shown[-1][1], shown[-1][0].id) if more else None)


def unlock(services: Services, visit: Visit) -> Unlocked | None:
    """Return the proof that the password is right, None for a link without one; raises as `open_link`."""
    link = open_link(services, visit)
    if link.password_hash is None:
        return None
    now = services.clock()
    until = min(link.expires_at or now + UNLOCKED_FOR, now + UNLOCKED_FOR)
    proof = share_tokens_of(services).prove_password(link.id, link.password_hash, until)
    return Unlocked(proof, max(1, int((until - now).total_seconds())))


def share_tokens_of(services: Services) -> ShareTokens:
    return ShareTokens(services.internal_key)


def open_link(services: Services, visit: Visit) -> ShareLinkRow:
    """Return the link that a visitor may go through, with its album and owner.

    Raises:
        NotFound: no link of ours, or one that was revoked.
        LinkExpired.
        PasswordRequired: without password and proof, or with a proof that is no longer good.
        WrongPassword.
    """
    keys = share_tokens_of(services)
    link_id = keys.link_of(visit.token)
    with services.database.read() as db:
        link = db.links.find(link_id) if link_id is not None else None
    if link is None or not _owner_is_there(link):
        raise NotFound("There is no such link, or its owner has taken it back.")
    now = services.clock()
    if has_ended(link, now):
        raise LinkExpired("This link has expired: ask whoever sent it for another one.")
    if link.password_hash is None:
        return link
    if visit.proof is not None and keys.is_proof(visit.proof, link.id, link.password_hash, now):
        return link
    if visit.password is None:
        raise PasswordRequired("This link asks for its password: send it in the header X-Share-Password.")
    if not services.passwords.verify(link.password_hash, visit.password):
        raise WrongPassword("This is not the link's password: check it and try again.")
    return link


def grants_file(services: Services, db: Repositories, photo: PhotoRow, signature: str) -> bool:
    """Whether a signed file address opens a photo: while its link lives and the photo is in the album."""
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
    """Build photos as anyone sees them, with file addresses that work through the link."""
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
