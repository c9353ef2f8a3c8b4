"""Near-duplicates are shown to their owner; photos that only look alike are not near-duplicates."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import event, text
from tests.support.photos.service import PhotosService
from tests.support.photos.similar import embed
from tests.support.pictures import make_jpeg

from vignette_shared.contracts.identity import ANONYMOUS, Identity


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def copies(data: bytes) -> list[bytes]:
    """Return three copies: at half size, saved again, and cropped by 1 % on each side."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = image.size
    crop = image.crop((width // 100, height // 100, width - width // 100, height - height // 100))
    return [jpeg(image.resize((width // 2, height // 2))), jpeg(image, 40), jpeg(crop)]


def keep(
    service: PhotosService, owner: Identity, data: bytes, degrees: float | None = None, **fields: str
) -> str:
    """Upload and render; with an angle, as the network sees it, tag as well."""
    photo_id: str = service.post(owner, data, **fields)["id"]
    service.render(photo_id)
    if degrees is not None:
        embed(service, photo_id, degrees)
    return photo_id


def noted(service: PhotosService, caller: Identity, photo_id: str) -> Any:
    return service.get(caller, photo_id)["near_duplicates"]


@pytest.fixture
def real(shared_data: Path) -> list[bytes]:
    names = ("im1", "im10", "im12", "im20", "im30")
    return [(shared_data / "photos" / f"{name}.jpg").read_bytes() for name in names]


def test_near_duplicates_of_real_photos_are_found(
    service: PhotosService, anna: Identity, real: list[bytes]
) -> None:
    originals = [keep(service, anna, data) for data in real]
    for original, data in zip(originals, real, strict=True):
        assert noted(service, anna, original) == []
        half, saved, crop = (keep(service, anna, copy) for copy in copies(data))
        assert {half, saved} <= set(noted(service, anna, original))
        assert original in noted(service, anna, half)
        # Of a crop the hash alone is not sure: the network must see the same.
        for photo_id, degrees in ((original, 0.0), (crop, 12.0)):
            embed(service, photo_id, degrees)
        assert crop in noted(service, anna, original)
        assert set(noted(service, anna, original)) <= {half, saved, crop}


def test_embedding_decides_uncertain_hash_distances(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    bits = {"same": 0, "near": 6, "far": 15, "further": 24}
    ids = {name: keep(service, anna, make_jpeg(64, 48, i), 0) for i, name in enumerate(bits)}
    with service.services.database.engine.begin() as connection:
        for name, differing in bits.items():
            values = {"dhash": (1 << differing) - 1, "id": ids[name].replace("-", "")}
            connection.execute(text("UPDATE photos SET dhash = :dhash WHERE id = :id"), values)
    ask = ids["same"]

    def at(degrees: float) -> set[str]:
        """Return who is noted when the others are seen that far from the photo."""
        service.clock.forward(seconds=1)
        for name in ("near", "far", "further"):
            embed(service, ids[name], degrees, version=f"v{degrees}")
        return {name for name, photo_id in ids.items() if photo_id in noted(service, anna, ask)}

    assert at(5) == {"near", "far"}  # 0.996
    assert at(20) == {"near"}  # 0.94
    assert at(40) == set()  # 0.77


def test_near_duplicates_are_for_the_owner_only(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    mine, copy = keep(service, anna, jpeg), keep(service, anna, copies(jpeg)[0], visibility="private")
    theirs = keep(service, bert, copies(jpeg)[1])
    assert noted(service, anna, mine) == [copy]
    assert noted(service, bert, mine) is None
    assert noted(service, ANONYMOUS, mine) is None
    assert noted(service, bert, theirs) == []
    page = service.client(anna).get("/api/v1/photos", params={"user": "anna"}).json()
    assert [photo["near_duplicates"] for photo in page["items"]] == [None, None]
    service.client(anna).delete(f"/api/v1/photos/{copy}")
    assert noted(service, anna, mine) == []


def test_existing_photos_are_hashed_in_the_background(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    photo_id, copy = keep(service, anna, jpeg), keep(service, anna, copies(jpeg)[0])
    broken = keep(service, anna, make_jpeg(64, 48, 7))
    with service.services.database.engine.begin() as connection:
        connection.execute(text("UPDATE photos SET dhash = NULL"))
    with service.services.database.read() as db:
        unreadable = db.photos.find(broken)
    assert unreadable is not None
    service.services.store.delete(unreadable.renditions["thumb"]["key"])
    assert noted(service, anna, photo_id) == []
    service.reconcile()
    assert noted(service, anna, photo_id) == [copy]
    with service.services.database.read() as db:
        assert db.embeddings.unhashed(10) == []


def test_near_duplicates_use_an_index_only_scan(service: PhotosService, anna: Identity) -> None:
    photo_id = keep(service, anna, make_jpeg(64, 48))
    engine = service.services.database.engine
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: Any) -> None:
        if "differing_bits" in statement:
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    noted(service, anna, photo_id)
    event.remove(engine, "before_cursor_execute", note)
    ((statement, values),) = asked
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert any("COVERING INDEX ix_photos_lookalikes" in row[-1] for row in plan), plan
