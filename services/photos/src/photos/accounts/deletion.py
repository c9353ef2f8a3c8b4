"""Account deletion: one transaction hides the account, then its photos are purged one by one.

The reconciler finishes what a crash or the limit of one request leaves. The photos are invisible by
then, so blobs are deleted before their rows: an interrupted purge finds its work again by the remaining rows.
"""

from photos.accounts.accounts import incorrect_password
from photos.kernel import blob_keys
from photos.kernel.access import require_session
from photos.kernel.audit import record
from photos.kernel.services import Services
from photos.kernel.staging import disk_errors, partial_path
from vignette_shared.contracts.blobs import EMBEDDINGS
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import LastAdmin, ServiceUnavailable, StorageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.storage import BlobStore

log = get_logger(__name__)
PURGED_IN_REQUEST = 200
"""Photos purged while the caller waits for the response: each costs a transaction and some files."""
PURGED_PER_PASS = 2_000
"""Photos purged per pass of the reconciler, which has other work to do."""


def delete_account(services: Services, caller: Identity, password: str) -> None:
    """Delete the caller's account with all its photos, albums, likes, comments, sessions and keys.

    Raises:
        AuthenticationRequired, Forbidden: the caller has no session.
        IncorrectPassword: the password is wrong; nothing was changed.
        LastAdmin: the site would have no admin left.
    """
    user_id, now = require_session(caller), services.clock()
    with services.database.read() as db:
        account = db.accounts.user(user_id)
    # Hash before the transaction: it takes a tenth of a second and would hold up every other writer.
    if account is None or not services.passwords.verify(account.password_hash, password):
        raise incorrect_password()
    with services.database.write() as uow:
        # Admins first: two admins who delete their accounts at once must not both see the other one.
        admins = uow.accounts.lock_admins()
        user = uow.accounts.lock_account(user_id)
        if user is None or user.password_hash != account.password_hash:
            raise incorrect_password()
        if admins == [user_id]:
            raise LastAdmin("You are the only admin. Make another user an admin first.")
        # Before the names are freed below.
        record(uow, now, user.username, "account.deleted", user.username)
        uow.social.forget_person(user_id)
        uow.accounts.end_sessions(user_id)
        uow.api_keys.remove_all(user_id)
        uploads = uow.account_deletions.take_uploads(user_id)
        uow.account_deletions.begin(user, now)
    try:
        with disk_errors():
            # After the commit: a deletion that was rolled back must not have lost any bytes.
            for upload_id in uploads:
                partial_path(services.staging, upload_id).unlink(missing_ok=True)
        purge_account(services, user_id, PURGED_IN_REQUEST)
    # The account is gone for everyone, so the request succeeds; the reconciler finishes the purge.
    except (StorageError, ServiceUnavailable) as error:
        log.warning("account_purge_postponed", user_id=user_id, reason=error.detail)


def sweep_deleted_accounts(services: Services) -> None:
    """Continue the purge of every deleted account, up to `PURGED_PER_PASS` photos each."""
    with services.database.read() as db:
        user_ids = db.account_deletions.pending()
    for user_id in user_ids:
        purge_account(services, user_id, PURGED_PER_PASS)


def purge_account(services: Services, user_id: str, limit: int) -> bool:
    """Purge up to `limit` photos with their blobs, then the account's row; return whether all is gone.

    Raises:
        StorageError, ServiceUnavailable: the reconciler will continue.
    """
    with services.database.read() as db:
        photos = db.account_deletions.photos(user_id, limit)
    # One by one: a single cascade would hold SQLite's only write lock throughout (docs/decisions/0013).
    for photo_id, sha256 in photos:
        _purge_photo(services, photo_id, sha256)
    _drop_transient_embeddings(services.store, {photo_id for photo_id, _ in photos})
    with services.database.write() as uow:
        # A request that was running during the deletion may have added something.
        if not uow.account_deletions.lock(user_id):
            return True
        if uow.account_deletions.photos(user_id, 1):
            return False
        uow.social.forget_person(user_id)
        uow.account_deletions.remove(user_id)
        return True


def _purge_photo(services: Services, photo_id: str, sha256: str) -> None:
    with services.database.write() as uow:
        uow.photos.lock_original(sha256)
        # The photo's lock keeps out a worker that is about to store renditions.
        if uow.photos.lock(photo_id) is None:
            return
        for folder in (blob_keys.renditions_of(photo_id), blob_keys.explanations_of(photo_id)):
            for key in services.store.list(folder):
                services.store.delete(key)
        uow.photos.remove(photo_id)
        if uow.photos.references(sha256) == 0:
            # Originals are shared by content: only the last photo of these bytes deletes them.
            for key in (blob_keys.original(sha256), *blob_keys.downloads_of(sha256)):
                services.store.delete(key)


def _drop_transient_embeddings(store: BlobStore, photo_ids: set[str]) -> None:
    """Delete embeddings that the tagger has written and photos has not recorded yet."""
    for key in store.list(EMBEDDINGS) if photo_ids else ():
        if blob_keys.photo_of_embedding(key) in photo_ids:
            store.delete(key)
