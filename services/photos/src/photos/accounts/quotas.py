"""Storage quotas: the bytes of a user's originals, including those in the trash."""

from photos.kernel.unit_of_work import Repositories
from photos.models import UserRow
from vignette_shared.errors import QuotaExceeded


def quota_of(user: UserRow, site_bytes: int) -> int:
    """Return the user's own quota in bytes, else the site's default."""
    return site_bytes if user.bytes_quota is None else user.bytes_quota


def require_quota(db: Repositories, user: UserRow, more: int, site_bytes: int, *, promised: int = 0) -> None:
    """Raise `QuotaExceeded` if `more` bytes do not fit into the user's quota.

    Args:
        promised: bytes that unfinished resumable uploads will take.
    """
    quota = quota_of(user, site_bytes)
    # An admin may lower a quota below what is stored: then nothing is free, and nothing is deleted.
    free = max(0, quota - db.uploads.stored_bytes(user.id) - promised)
    if more > free:
        raise QuotaExceeded(
            f"The file has {_size(more)}, but only {_size(free)} of your {_size(quota)} are free. "
            "Delete photos permanently, including those in the trash, then try again.",
            quota_bytes=quota,
            free_bytes=free,
        )


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{count} bytes"
