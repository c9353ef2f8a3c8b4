"""Near-duplicates: an owner's photos that show the same picture in other sizes, formats or slight crops."""

from photos.kernel.services import Services
from photos.kernel.staging import local_copy
from photos.kernel.unit_of_work import Repositories
from photos.models import PhotoRow
from photos.similarity.cosines import cosine_distances, has_direction
from vignette_shared.errors import BlobMissing, ImageError
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)
ALIKE = ((3, 0.4), (8, 0.85), (20, 0.97))
"""Pairs of the largest hash distance, in bits, and the cosine that it requires (docs/decisions/0014).

Neither is enough alone: photos of a bare sky have similar hashes, and sunsets have similar embeddings.
"""
SURE = 3
"""The largest hash distance, in bits, for photos without an embedding."""
MAX_CANDIDATES = 100
"""Candidates whose embeddings are compared, 4 KiB each."""
HASHED_PER_PASS = 50


def find_near_duplicates(db: Repositories, photo: PhotoRow) -> list[str]:
    """Return the ids of near-duplicates among the owner's photos outside the trash, nearest first."""
    candidates = db.embeddings.lookalikes(photo, ALIKE[-1][0], MAX_CANDIDATES)
    own = db.embeddings.newest(photo.id) if candidates else None
    cosines: dict[str, float] = {}
    if own is not None and has_direction(own.vector):
        features = len(own.vector) // 2
        embeddings = db.embeddings.read(own.backbone, [photo_id for photo_id, _ in candidates])
        rows = {each.photo_id: each.vector for each in embeddings if has_direction(each.vector)}
        distances = cosine_distances(own.vector, b"".join(rows.values()), features)
        cosines = {photo_id: 1 - distance for photo_id, distance in zip(rows, distances, strict=True)}
    return [photo_id for photo_id, bits in candidates if _alike(bits, cosines.get(photo_id))]


def _alike(bits: int, cosine: float | None) -> bool:
    # Not tagged yet, so there is no embedding: then only a nearly identical hash counts.
    if cosine is None:
        return bits <= SURE
    return any(bits <= most and cosine >= least for most, least in ALIKE)


def hash_older_photos(services: Services) -> int:
    """Hash a batch of photos that were rendered by a release without hashes; return how many."""
    with services.database.read() as db:
        photos = db.embeddings.unhashed(HASHED_PER_PASS)
    for photo in photos:
        dhash = _hash(services, photo)
        with services.database.write() as uow:
            locked = uow.photos.lock(photo.id)
            # A concurrent rendering may have hashed it; its hash is of the newer thumb.
            if locked is not None and locked.dhash is None:
                locked.dhash = dhash
    return len(photos)


def _hash(services: Services, photo: PhotoRow) -> int:
    """Hash the thumb; an unreadable one gets an arbitrary hash, to prevent endless retries."""
    try:
        with local_copy(services.store, photo.renditions["thumb"]["key"], services.staging) as (source, _):
            return services.decoder.hash_picture(source)
    except (ImageError, BlobMissing) as error:
        log.warning("thumb_unreadable", photo_id=photo.id, reason=error.detail)
        return int(photo.sha256[:15], 16)
