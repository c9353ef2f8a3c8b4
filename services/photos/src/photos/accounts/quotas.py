"""How much room a person has: their originals, those in the trash too, within their quota."""

from photos.kernel.unit_of_work import Repositories
from photos.models import UserRow
from vignette_shared.errors import QuotaExceeded


def quota_of(user: UserRow, site_bytes: int) -> int:
    """Return the bytes that a person's originals may take: their own quota, else the site's."""
    return site_bytes if user.bytes_quota is None else user.bytes_quota


def require_quota(db: Repositories, user: UserRow, more: int, site_bytes: int, *, promised: int = 0) -> None:
    """Raise `QuotaExceeded` when `more` bytes are too many.

    Args:
        promised: bytes of uploads under way that count as if they were there.
    """
    quota = quota_of(user, site_bytes)
    free = max(0, quota - db.uploads.stored_bytes(user.id) - promised)
    if more > free:
        raise QuotaExceeded(
            f"This one has {_size(more)}, and of the {_size(quota)} that your photos may take {_size(free)} "
            "are free: remove some for good, also from the trash, then send it again.",
            quota_bytes=quota,
            free_bytes=free,
        )


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{count} bytes"
