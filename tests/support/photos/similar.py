"""Photos whose embeddings lie at chosen angles, and requests for similar ones."""

import hashlib
import math
import struct
from typing import Any

from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg

from photos.pipeline.tagging import record_tags
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.contracts.tasks import RecordTags

FEATURES = 2048


def direction(degrees: float) -> bytes:
    """Return a vector in the plane of the first two features, turned from the first by `degrees`."""
    turned = math.radians(degrees)
    return struct.pack(f"<{FEATURES}e", math.cos(turned), math.sin(turned), *[0.0] * (FEATURES - 2))


def found_at(
    service: PhotosService, photo_id: str, degrees: float, version: str, backbone: str | None
) -> RecordTags:
    vector = direction(degrees)
    found = service.found(photo_id, version)
    service.services.store.put(found.embedding_key, vector, replace=True)
    changes = {"embedding_sha256": hashlib.sha256(vector).hexdigest()}
    return found.model_copy(update=changes | ({"backbone": backbone} if backbone else {}))


def place(
    service: PhotosService, owner: Identity, degrees: float, backbone: str | None = None, **fields: str
) -> str:
    """Upload a picture whose embedding lies at an angle; return the photo's id."""
    photo_id: str = service.post(owner, make_jpeg(64, 48, int(degrees * 10)), **fields)["id"]
    service.render(photo_id)
    embed(service, photo_id, degrees, backbone=backbone)
    return photo_id


def embed(
    service: PhotosService, photo_id: str, degrees: float, version: str = "v1", backbone: str | None = None
) -> None:
    message = found_at(service, photo_id, degrees, version, backbone)
    record_tags(service.services, message)


def similar(
    service: PhotosService, photo_id: str, caller: Identity = ANONYMOUS, **query: Any
) -> list[dict[str, Any]]:
    answer = service.client(caller).get(f"/api/v1/photos/{photo_id}/similar", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["photo"]["id"] for item in items]
