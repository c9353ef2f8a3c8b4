"""A share link to an album over HTTP: created, opened with its password, revoked."""

import io

import httpx
import pytest
from PIL import Image
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site

pytestmark = pytest.mark.e2e


def located_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 12.0), 3: "E", 4: (8.0, 33.0, 0.0)})
    buffer = io.BytesIO()
    Image.open(io.BytesIO(make_jpeg(1200, 900, 77))).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def test_link_opens_an_album_until_revoked(site: Site, anna: Account) -> None:
    photo_id = anna.upload(located_jpeg(), "lake.jpg", visibility="private").json()["id"]
    anna.wait_until_done(photo_id)
    client = anna.client
    assert client.patch("/me", json={"allow_downloads": True}).status_code == 200
    album_id = client.post("/albums", json={"title": "For grandma"}).json()["id"]
    assert client.put(f"/albums/{album_id}/photos/{photo_id}").status_code == 204
    link = client.post(f"/albums/{album_id}/share-links", json={"password": "by the lake"}).json()

    with site.client() as visitor:
        page = f"/s/{link['token']}"
        assert visitor.get(page).json()["code"] == "password_required"
        assert visitor.post(f"{page}/unlock", json={"password": "by the sea"}).status_code == 401
        assert visitor.post(f"{page}/unlock", json={"password": "by the lake"}).status_code == 204
        assert visitor.get(page).json()["title"] == "For grandma"
        photo = visitor.get(f"{page}/photos").json()["items"][0]
        assert photo["id"] == photo_id
        with httpx.Client(base_url=str(visitor.base_url).removesuffix("/api/v1/")) as guest:
            for size in ("thumb", "preview", "original"):
                answer = guest.get(photo["urls"][size])
                assert answer.status_code == 200, size
                with Image.open(io.BytesIO(answer.content)) as image:
                    assert not image.getexif().get_ifd(0x8825)
            assert client.delete(f"/albums/{album_id}/share-links/{link['id']}").status_code == 204
            assert guest.get(photo["urls"]["thumb"]).status_code == 404
        assert visitor.get(page).status_code == 404
    client.patch("/me", json={"allow_downloads": False})
