"""A search through the gateway: `q` arrives unchanged, and dates follow the contract."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.contract.site import JointSite, building_sites
from tests.support.photos.service import PhotosService, build_service
from tests.support.pictures import make_jpeg
from tests.support.redis_server import RedisServer

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


def test_search_passes_through_the_gateway(service: PhotosService, site: JointSite) -> None:
    anna = service.join("anna")
    titles = ("100% Größe & more", "東京 tower")
    for shift, title in enumerate(titles):
        service.publish(anna, make_jpeg(64, 48, shift), {"title": title, "tags": "red car"}, sky=0.9)

    def found(**query: Any) -> list[str]:
        answer = site.ask("GET", "/photos", params=query)
        assert answer.status_code == 200, answer.text
        return [photo["title"] for photo in answer.json()["items"]]

    assert found(q='"red car" -東京 (sky OR sea)') == [titles[0]]
    assert found(q="GRÖSSE more") == [titles[0]]
    assert found(sort="liked", q="東京") == [titles[1]]
    assert found(since="2026-03-01", until="2026-03-02") == list(reversed(titles))
    assert found(since="2026-03-02") == found(until="2026-03-01") == []
    assert found(until="2026-03-01T12:00:02Z") == [titles[0]]
    bad = site.ask("GET", "/photos", params={"q": 'sky "red'})
    assert (bad.status_code, bad.json()["code"], bad.json()["position"]) == (422, "bad_query", 4)
    for query in (
        {"until": "2026-03-01T12:00:00"},
        {"until": "yesterday"},
        {"sort": "old"},
        {"q": "x" * 501},
    ):
        assert site.ask("GET", "/photos", params=query).json()["code"] == "validation_failed"
    counts = site.ask("GET", "/tags", params={"q": "東京"}).json()["items"]
    assert [(tag["label"], tag["count"]) for tag in counts] == [("red car", 1), ("sky", 1)]
    suggested = site.ask("GET", "/tags/suggest", params={"prefix": "Red "}).json()["items"]
    assert suggested == [{"label": "red car", "count": 2}]
