"""The lifetime of an account over HTTP, seen by its user and by an admin's API key."""

from pathlib import Path

import httpx
import pytest
from tests.support.pictures import make_jpeg
from tests.support.stack.site import PASSWORD, Site
from tests.support.waiting import until

pytestmark = pytest.mark.e2e


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_account_from_first_photo_to_deletion(site: Site) -> None:
    admin, cleo = site.sign_up("admin"), site.sign_up("cleo")
    before = files(site.layout.blobs)
    photo = cleo.upload(make_jpeg(640, 480, 41)).json()
    assert cleo.wait_until_done(photo["id"])["status"] == "tagged"
    asked = {"name": "watch", "scopes": ["read", "admin"]}
    key = admin.client.post("/me/api-keys", json=asked).json()["key"]
    with site.client() as watch:
        watch.headers["Authorization"] = f"Bearer {key}"
        for _ in until():  # a heartbeat comes every few seconds
            queues = {queue["name"]: queue for queue in watch.get("/admin/queues").json()["items"]}
            if queues["photos.record"]["rate_per_minute"] and queues["tagger.tag"]["rate_per_minute"]:
                break
        else:
            raise AssertionError(queues)
        assert {queue["workers"] for queue in queues.values()} == {1}
        account = watch.get("/admin/users", params={"q": "cleo"}).json()["items"][0]
        assert (account["photos"], account["bytes_used"]) == (1, photo["bytes"])
    assert admin.client.get("/me").json()["counts"]["followers"] == 0
    assert cleo.client.put("/users/admin/follow").status_code == 204
    assert admin.client.get("/me").json()["counts"]["followers"] == 1
    body = {"password": PASSWORD}
    assert cleo.client.request("DELETE", "/me", json=body).status_code == 204
    assert cleo.client.get("/me").status_code == 401
    assert admin.client.get(f"/photos/{photo['id']}").status_code == 404
    assert admin.client.get("/me").json()["counts"]["followers"] == 0
    assert files(site.layout.blobs) <= before
    again = httpx.post(f"{site.address}/api/v1/auth/login", json={"login": "cleo", **body})
    assert again.status_code == 401
