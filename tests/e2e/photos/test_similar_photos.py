"""Similar photos, near-duplicates and explanations on the whole stack."""

import io

import pytest
from PIL import Image
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site
from tests.support.waiting import until

pytestmark = pytest.mark.e2e


def tagged(account: Account, data: bytes) -> str:
    """Upload a photo, wait until it is tagged, and return its id."""
    photo_id: str = account.upload(data).json()["id"]
    for _ in until(pause_s=0.05):
        if account.photo(photo_id)["status"] == "tagged":
            break
    return photo_id


def test_near_duplicate_is_found_and_tag_explained(site: Site) -> None:
    account = site.sign_up("similar")
    picture = make_jpeg(800, 600, 17)
    original, other = tagged(account, picture), tagged(account, make_jpeg(300, 500, 171))
    buffer = io.BytesIO()
    Image.open(io.BytesIO(picture)).resize((400, 300)).save(buffer, "JPEG", quality=60)
    copy = tagged(account, buffer.getvalue())

    # Other tests' pictures are on this site as well.
    items = account.client.get(f"/photos/{original}/similar", params={"limit": 100}).json()["items"]
    similarity = {item["photo"]["id"]: item["similarity"] for item in items}
    assert list(similarity.values()) == sorted(similarity.values(), reverse=True)
    assert similarity[copy] > 0.9 > similarity.get(other, 0)
    assert copy in account.photo(original)["near_duplicates"]

    answer = account.client.get(f"/photos/{original}/explain", params={"label": "sky"})
    assert answer.status_code == 200, answer.text
    drawn = Image.open(io.BytesIO(answer.content))
    assert (drawn.format, drawn.size) == ("PNG", (400, 300))
    assert account.client.get(f"/photos/{original}/explain", params={"label": "dragon"}).status_code == 404
