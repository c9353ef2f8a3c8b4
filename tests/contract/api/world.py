"""Test data behind the joint site: users, and one of everything that has an owner."""

import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import redis
from tests.support.contract.site import JointSite, SiteBuilder
from tests.support.photos.service import PASSWORD, PhotosService
from tests.support.pictures import make_jpeg

from photos.accounts.accounts import identify
from photos.pipeline.tagging import record_failure
from vignette_shared.contracts.tasks import RecordFailure

Visibility = Literal["public", "private"]
BLOBS = ("originals", "renditions", "transient")
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class World:
    """The user `owner` has one of everything in each visibility; `tokens` and `things` are keyed by name."""

    service: PhotosService
    builder: SiteBuilder
    site: JointSite
    tokens: dict[str, str]
    things: dict[str, dict[str, str]]
    _spares: dict[str, JointSite] = field(default_factory=dict)

    def named(self, template: str, visibility: str = "public") -> str:
        """Fill the ids of things into a path template."""
        return template.format(**self.things[visibility])

    def keep(self) -> None:
        """Save the state for `restore`."""
        self._database = sqlite3.connect(":memory:")
        with sqlite3.connect(self._path) as present:
            present.backup(self._database)
        present.close()
        store = self.service.services.store
        self._blobs = {key: store.get(key) for prefix in BLOBS for key in store.list(prefix)}
        staging = self.service.services.staging
        self._kept = staging.with_name("kept")
        shutil.copytree(staging, self._kept)

    def restore(self) -> None:
        """Restore the state saved by `keep`."""
        present = sqlite3.connect(self._path)
        self._database.backup(present)
        present.close()
        for key, data in self._blobs.items():
            self.service.services.store.put(key, data)
        staging = self.service.services.staging
        for path in [path for path in staging.rglob("*") if path.is_file()]:
            path.unlink()
        shutil.copytree(self._kept, staging, dirs_exist_ok=True)

    def spare(self, name: str, make: Callable[[], JointSite]) -> JointSite:
        """Return another gateway over the same services, created once."""
        if name not in self._spares:
            self._spares[name] = make()
        return self._spares[name]

    def forget_counts(self) -> None:
        """Empty Redis, including the counts of rate limits."""
        with redis.Redis.from_url(self.builder.redis_url) as client:
            client.flushall()

    def forget(self) -> None:
        self._database.close()

    @property
    def _path(self) -> str:
        return str(self.service.services.database.engine.url.database)

    # --- what it is made of -----------------------------------------------------------------------

    def sign_up(self, name: str) -> None:
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        self.site.ask("POST", "/auth/register", json=body)
        self.tokens[name] = self.log_in(name)

    def log_in(self, name: str, password: str = PASSWORD) -> str:
        answer = self.site.ask("POST", "/auth/login", json={"login": name, "password": password})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    def make(self, method: str, path: str, who: str = "owner", **options: Any) -> dict[str, Any]:
        """Send a request that must succeed and return its body."""
        answer = self.site.ask(method, path, token=self.tokens[who], **options)
        assert answer.is_success, (method, path, answer.text)
        body: dict[str, Any] = answer.json() if answer.content else {}
        return body

    def inside(self, method: str, path: str, who: str, **options: Any) -> dict[str, Any]:
        """Send a request that must succeed directly to photos and return its body."""
        identity = identify(self.service.services, self.tokens[who])
        with self.service.client(identity) as client:
            answer = client.request(method, f"/api/v1{path}", **options)
        assert answer.is_success, (method, path, answer.text)
        body: dict[str, Any] = answer.json() if answer.content else {}
        return body

    def upload(self, shift: int, who: str = "owner", **fields: str) -> str:
        """Upload a photo, render it and tag it."""
        self.service.clock.forward(seconds=1)
        picture = {"file": ("lake.jpg", make_jpeg(96, 64, shift))}
        photo_id: str = self.make("POST", "/photos", who, files=picture, data=fields)["id"]
        self.service.render(photo_id)
        self.service.tag(photo_id, lake=0.9, sky=0.7, female=0.6)
        return photo_id

    def begin_upload(self, length: int, **metadata: str) -> str:
        pairs = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in metadata.items())
        headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": pairs}
        answer = self.site.ask("POST", "/uploads", token=self.tokens["owner"], headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].rpartition("/")[2]


def build_world(service: PhotosService, builder: SiteBuilder) -> World:
    world = World(service, builder, builder.site(), {}, {"public": {}, "private": {}})
    for name in ("admin", "owner", "other", "leaver"):
        # The first account becomes the admin.
        world.sign_up(name)
    world.tokens["stale"] = "no-token-of-ours"
    for number, visibility in enumerate(("public", "private")):
        _fill(world, visibility, number * 10)
    _make_keys(world)
    _make_work_for_admins(world)
    world.keep()
    return world


def _fill(world: World, visibility: str, shift: int) -> None:
    things = world.things[visibility]
    things["photo"] = world.upload(shift + 1, visibility=visibility)
    things["second"] = world.upload(shift + 2, visibility=visibility)
    things["trashed"] = world.upload(shift + 3, visibility=visibility)
    world.make("DELETE", f"/photos/{things['trashed']}")
    text = {"text": "What a lake"}
    things["comment"] = world.make("POST", f"/photos/{things['photo']}/comments", json=text)["id"]
    album = {"title": "Lakes", "visibility": visibility}
    things["album"] = world.make("POST", "/albums", json=album)["id"]
    world.make("PUT", f"/albums/{things['album']}/photos/{things['photo']}")
    links = f"/albums/{things['album']}/share-links"
    link = world.make("POST", links, json={})
    things["link"], things["share"] = link["id"], link["token"]
    things["locked"] = world.make("POST", links, json={"password": "by the lake"})["token"]
    soon = (world.service.clock.now + timedelta(hours=1)).isoformat()
    things["passing"] = world.make("POST", links, json={"expires_at": soon})["token"]
    things["upload"] = world.begin_upload(8)
    things["model"] = world.make("GET", "/models")["items"][0]["version"]


def _make_keys(world: World) -> None:
    """Create API keys, named by owner and scopes."""
    for holder, scopes in (
        ("owner", ["read"]),
        ("owner", ["write"]),
        ("admin", ["read", "write"]),
        ("admin", ["read", "write", "admin"]),
    ):
        made = world.inside("POST", "/me/api-keys", holder, json={"name": "A program", "scopes": scopes})
        world.tokens[" ".join([holder, *scopes])] = made["key"]
        if holder == "owner":
            world.things["public"]["api_key"] = world.things["private"]["api_key"] = made["id"]


def _make_work_for_admins(world: World) -> None:
    things = world.things["public"]
    photo = things["photo"]
    world.make("POST", f"/photos/{photo}/report", "other", json={"reason": "Not a lake"})
    things["report"] = world.inside("GET", "/admin/reports", "admin")["items"][0]["id"]
    failed = world.make("POST", "/photos", files={"file": ("odd.jpg", make_jpeg(96, 64, 50))})["id"]
    failure = RecordFailure(photo_id=failed, code="model_error", detail="No model could.")
    record_failure(world.service.services, failure)
    things["dead_letter"] = world.inside("GET", "/admin/dead-letters", "admin")["items"][0]["id"]
    world.sign_up("suspended")
    world.inside("PATCH", "/admin/users/suspended", "admin", json={"suspended": True})
