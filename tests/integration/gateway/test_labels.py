"""Labels in a path reach photos unchanged: encoded, with spaces, in any script."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.support.contract.site import JointSite, building_sites
from tests.support.photos.service import PASSWORD, PhotosService, build_service
from tests.support.redis_server import RedisServer

from vignette_shared.contracts.identity import Identity

pytestmark = pytest.mark.integration


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PhotosService]:
    built = build_service(tmp_path)
    yield built
    built.services.database.engine.dispose()


@pytest.fixture
def site(service: PhotosService, redis_server: RedisServer) -> Iterator[JointSite]:
    with building_sites(service, redis_server.url) as builder:
        yield builder.site()


def test_labels_in_any_script(service: PhotosService, site: JointSite, jpeg: bytes) -> None:
    anna: Identity = service.join("anna")
    photo_id = service.publish(anna, jpeg, sky=0.9)
    body = {"login": "anna", "password": PASSWORD}
    token = site.ask("POST", "/auth/login", json=body, headers={"Origin": "http://vignette.test"}).json()[
        "access_token"
    ]

    def ask(method: str, escaped: str) -> tuple[int, str]:
        body = {"json": {"state": "accepted"}} if method == "PUT" else {}
        answer = site.ask(method, f"/photos/{photo_id}/tags/{escaped}", token=token, **body)
        return answer.status_code, answer.json()["code"] if answer.content else ""

    wanted = ["am see", "東京", "زهرة", "plant_life", "ä-b"]
    for label in wanted:
        assert ask("PUT", quote(label)) == (204, "")
    shown = [tag["label"] for tag in service.get(anna, photo_id)["tags"]]
    assert sorted(shown) == sorted([*wanted, "sky"])
    for bad in ("a%2Cb", "%20", "%00", "a%25b", "%F0%9F%8C%99", "x" * 65, "%FF"):
        assert ask("PUT", bad) == (422, "bad_label")
        assert ask("DELETE", bad) == (422, "bad_label")
    assert ask("PUT", "a%2Fb") == (404, "not_found")
    for label in wanted:
        assert ask("DELETE", quote(label)) == (204, "")
    assert [tag["label"] for tag in service.get(anna, photo_id)["tags"]] == ["sky"]
