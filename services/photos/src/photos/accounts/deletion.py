"""Removing an account: gone for everyone in one transaction, then cleared away photo by photo.

What a crash leaves of it, or what is too much for one request, the reconciler takes up. Nobody can see any of
that meanwhile, so blobs may go before their rows here: whatever is interrupted is found again by its row.
"""

from dataclasses import dataclass
from pathlib import Path

from photos.accounts.accounts import incorrect_password
from photos.intake.partial import partial_path
from photos.intake.uploads import original_key
from photos.kernel.access import require_session
from photos.kernel.audit import record
from photos.kernel.clock import Clock
from photos.kernel.passwords import Passwords
from photos.kernel.staging import disk_errors
from photos.kernel.unit_of_work import Database
from photos.library.downloads import download_keys
from photos.pipeline.explaining import explanations_of
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import LastAdmin, ServiceUnavailable, StorageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.storage import BlobStore

log = get_logger(__name__)
AT_ONCE = 200
"""Photos removed while someone waits for the answer: each is a transaction and some files."""
SWEPT_AT_ONCE = 2_000
"""Photos a pass of the reconciler, which has other things to do as well."""


@dataclass(frozen=True, slots=True)
class DeletionParts:
    """What removing needs; `staging` is where unfinished uploads lie."""

    database: Database
    store: BlobStore
    passwords: Passwords
    clock: Clock
    staging: Path


def delete_account(parts: DeletionParts, caller: Identity, password: str) -> None:
    """Remove the caller's account and all that is theirs.

    Raises:
        AuthenticationRequired, Forbidden: not signed in, or by an API key.
        IncorrectPassword: nothing has happened.
        LastAdmin: someone must run the site.
    """
    user_id, now = require_session(caller), parts.clock()
    with parts.database.read() as db:
        seen = db.accounts.user(user_id)
    # Before the transaction: hashing takes a good while and would hold up every other writer.
    if seen is None or not parts.passwords.verify(seen.password_hash, password):
        raise incorrect_password()
    with parts.database.write() as uow:
        admins = uow.accounts.lock_admins()
        user = uow.accounts.lock(user_id)
        if user is None or user.password_hash != seen.password_hash:
            raise incorrect_password()
        if admins == [user_id]:
            raise LastAdmin("You are the only admin: make someone else one, then delete your account.")
        record(uow, now, user.username, "account.deleted", user.username)
        uow.social.forget_person(user_id)
        uow.accounts.end_sessions(user_id)
        uow.api_keys.remove_all(user_id)
        uploads = uow.departures.take_uploads(user_id)
        uow.departures.begin(user, now)
    try:
        with disk_errors():
            for upload_id in uploads:
                partial_path(parts.staging, upload_id).unlink(missing_ok=True)
        clear_account(parts.database, parts.store, user_id, AT_ONCE)
    except (StorageError, ServiceUnavailable) as error:
        log.warning("account_left_to_the_sweep", user_id=user_id, reason=error.detail)


def sweep_departed(database: Database, store: BlobStore) -> None:
    """Take up every account that is on its way out, for one pass each."""
    with database.read() as db:
        leaving = db.departures.pending()
    for user_id in leaving:
        clear_account(database, store, user_id, SWEPT_AT_ONCE)


def clear_account(database: Database, store: BlobStore, user_id: str, limit: int) -> bool:
    """Remove up to `limit` photos with their files, and then the row; False when more are left.

    Raises:
        StorageError, ServiceUnavailable: to be taken up later.
    """
    with database.read() as db:
        photos = db.departures.photos(user_id, limit)
    for photo_id, sha256 in photos:
        _clear_photo(database, store, photo_id, sha256)
    _drop_transient(store, {photo_id for photo_id, _ in photos})
    with database.write() as uow:
        # A request that was under way when the account went may have added something.
        if not uow.departures.lock(user_id):
            return True
        if uow.departures.photos(user_id, 1):
            return False
        uow.social.forget_person(user_id)
        uow.departures.remove(user_id)
        return True


def _clear_photo(database: Database, store: BlobStore, photo_id: str, sha256: str) -> None:
    with database.write() as uow:
        uow.photos.lock_original(sha256)
        # Under its lock, since a worker may be storing its renditions.
        if uow.photos.lock(photo_id) is None:
            return
        for folder in (f"renditions/{photo_id}", explanations_of(photo_id)):
            for key in store.list(folder):
                store.delete(key)
        uow.photos.remove(photo_id)
        if uow.photos.references(sha256) == 0:
            for key in (original_key(sha256), *download_keys(sha256)):
                store.delete(key)


def _drop_transient(store: BlobStore, photo_ids: set[str]) -> None:
    """Remove embeddings on their way from the tagger; one that comes later is dropped when it arrives."""
    for key in store.list("transient/embeddings") if photo_ids else ():
        if key.rsplit("/", 1)[-1][:36] in photo_ids:
            store.delete(key)
