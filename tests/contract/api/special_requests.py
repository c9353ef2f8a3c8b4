"""Requests that produce statuses that only some operations have."""

import fcntl
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import httpx
from tests.contract.api.common_requests import ONE, Ask, ask
from tests.contract.api.world import World
from tests.support.contract.site import PREDICTED, JointSite
from tests.support.patience import WAIT_S
from tests.support.photos.fakes import Drawings
from tests.support.pictures import make_jpeg
from tests.support.waiting import wait_until

from photos.albums import albums
from photos.albums import share_links as sharing
from photos.app import build_app
from photos.kernel.staging import partial_path
from photos.operations.metrics import make_registry
from photos.people import social
from photos.tags import decisions
from vignette_shared.errors import StorageFull
from vignette_shared.storage import BlobStore

OLD_TUS = {"headers": {"Tus-Resumable": "0.2.2"}}
BROKEN_FORM = {
    "headers": {"Content-Type": "multipart/form-data; boundary=b"},
    "content": b"broken",
    "files": None,
}


def changed(**changes: Any) -> Ask:
    """The valid request with other options."""
    return lambda world, name: ask(world, name, **changes)


def at_most(module: ModuleType, limit: str, most: int, **changes: Any) -> Ask:
    """The valid request with a lower limit, instead of creating a thousand albums."""

    def way(world: World, name: str) -> httpx.Response:
        with patch.object(module, limit, most):
            return ask(world, name, **changes)

    return way


def into_a_full_album(world: World, name: str) -> httpx.Response:
    things = world.things["public"]
    body = {"ids": [things["second"]], "action": "add_to_album", "value": things["album"]}
    with patch.object(albums, "MAX_PHOTOS", 1):
        return ask(world, name, json=body)


def on_a_full_disk(world: World, name: str) -> httpx.Response:
    def full() -> JointSite:
        services = replace(world.service.services, min_free_bytes=2**62)
        app = build_app(services, make_registry(services.database))
        app.openapi()
        return world.builder.site(photos=app)

    return ask(world, name, site=world.spare("full", full))


class NoRoom:
    """A store that can be read but is full."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store

    def put(self, key: str, data: Any, *, replace: bool = False) -> bool:
        raise StorageFull("The disk is full.")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def with_no_room(world: World, name: str) -> httpx.Response:
    """Requests that store a blob: a stripped original, an image to predict, or an explanation."""

    def full() -> JointSite:
        store: Any = NoRoom(world.service.services.store)
        services = replace(world.service.services, store=store, explainer=Drawings(store=store))
        app = build_app(services, make_registry(services.database))
        app.openapi()
        return world.builder.site(photos=app, store=store)

    site = world.spare("no room", full)
    if name == "predict":
        return ask(world, name, site=site)
    if name == "explain_tag":  # of a label that nobody asked for before: what was drawn is kept
        return ask(world, name, site=site, params={"label": "clouds"})
    allowing: dict[str, Any] = {"token": world.tokens["owner"], "json": {"allow_downloads": True}}
    world.site.ask("PATCH", "/me", **allowing)
    try:
        return ask(world, name, site=site, who="other", params={"size": "original"})
    finally:
        world.restore()


def too_late(path: str | None = None) -> Ask:
    def way(world: World, name: str) -> httpx.Response:
        now = world.service.clock.now
        world.service.clock.forward(days=2)
        try:
            return ask(world, name, path=path)
        finally:
            world.service.clock.now = now

    return way


def while_another_writes(data: bytes) -> Ask:
    """Lock the upload's file, with `data` appended, as a PATCH in another process would."""

    def way(world: World, name: str) -> httpx.Response:
        with _staged(world).open("a+b") as file:
            file.write(data)
            file.flush()
            fcntl.flock(file, fcntl.LOCK_EX)
            return ask(world, name)

    return way


def _staged(world: World) -> Path:
    return partial_path(world.service.services.staging, world.things["public"]["upload"])


def died_at_the_end(data: bytes) -> Ask:
    """Send HEAD when all bytes are on disk but the last PATCH was killed before it created the photo."""

    def way(world: World, name: str) -> httpx.Response:
        _staged(world).write_bytes(data)
        return ask(world, name)

    return way


def of_a_missing_picture(world: World, name: str) -> httpx.Response:
    token, things = world.tokens["owner"], world.things["public"]
    path = f"/photos/{things['photo']}"
    world.site.ask("DELETE", path, params={"permanent": "true"}, token=token)
    return ask(world, name, json={"action": "hide_photo"})


def same_bytes_again(world: World, name: str) -> httpx.Response:
    return ask(world, name, files={"file": ("again.jpg", make_jpeg(96, 64, 1))})


def what_one_has(world: World, name: str) -> httpx.Response:
    etag = ask(world, name).headers["etag"]
    return ask(world, name, headers={"If-None-Match": etag})


def told_by_the_tagger(code: str) -> Ask:
    def way(world: World, name: str) -> httpx.Response:
        world.site.tagger.answer = {"error": {"code": code, "detail": "as it is"}}
        try:
            return ask(world, name)
        finally:
            world.site.tagger.answer = dict(PREDICTED)

    return way


def until_signed_out(world: World, name: str) -> httpx.Response:
    """Open a stream and end it by logging out."""
    token = world.log_in("leaver")
    opened = world.builder.streams()
    stream = world.builder.portal.start_task_soon(world.site.send, "GET", "/events", token)
    wait_until(lambda: world.builder.streams() > opened, "the stream's start")
    world.site.ask("POST", "/auth/logout", token=token)
    world.restore()
    return stream.result(WAIT_S)


def after_another_read(world: World, name: str) -> httpx.Response:
    site = world.spare("strict", lambda: world.builder.site(ONE))
    world.forget_counts()
    ask(world, "get_me", site=site)
    return ask(world, name, site=site)


def query(**params: str) -> Ask:
    return changed(params=params)


def metadata(**fields: str) -> dict[str, str]:
    return {"Upload-Metadata": ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in fields.items())}


SPECIAL: dict[tuple[str, int], Ask] = {
    # --- accounts
    ("login", 401): changed(json={"login": "owner", "password": "a wrong password"}),
    ("login", 403): changed(headers={"Origin": "https://evil.example"}),
    ("register", 403): changed(headers={"Origin": "https://evil.example"}),
    ("register", 409): changed(
        json={"username": "owner", "email": "new@example.org", "password": "a walk along the lake"}
    ),
    ("change_me", 409): changed(json={"username": "other"}),
    ("delete_me", 409): changed(who="admin"),
    ("change_account", 409): changed(path="/admin/users/admin", json={"role": "user"}),
    ("resolve_report", 409): of_a_missing_picture,
    # --- photos
    ("create_photo", 200): same_bytes_again,
    ("create_photo", 400): changed(**BROKEN_FORM),
    ("create_photo", 415): changed(files={"file": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}),
    ("create_photo", 422): changed(data={"visibility": "odd"}),
    ("create_photo", 507): on_a_full_disk,
    ("change_photo", 412): changed(headers={"If-Match": '"old"'}),
    ("delete_photo", 422): query(permanent="perhaps"),
    ("get_photo", 304): what_one_has,
    ("get_photo", 422): query(include="odd"),
    ("get_photo_file", 206): changed(headers={"Range": "bytes=0-9"}),
    ("head_photo_file", 206): changed(headers={"Range": "bytes=0-9"}),
    ("get_photo_file", 304): what_one_has,
    ("head_photo_file", 304): what_one_has,
    ("get_photo_file", 416): changed(headers={"Range": "bytes=99999999-"}),
    ("head_photo_file", 416): changed(headers={"Range": "bytes=99999999-"}),
    ("get_photo_file", 422): query(size="huge"),
    ("head_photo_file", 422): query(size="huge"),
    ("list_photos", 404): query(album="no-album"),
    ("explain_tag", 422): query(label=""),
    ("change_photos", 409): into_a_full_album,
    ("decide_tag", 409): at_most(decisions, "MAX_OWN_TAGS", 0, path="/photos/{photo}/tags/dawn"),
    # --- people and albums
    ("follow_user", 409): at_most(social, "MAX_FOLLOWS", 0),
    ("follow_user", 422): changed(path="/users/owner/follow"),
    ("block_user", 422): changed(path="/users/owner/block"),
    ("create_album", 409): at_most(albums, "MAX_ALBUMS", 1),
    ("add_to_album", 409): at_most(albums, "MAX_PHOTOS", 1),
    ("create_share_link", 409): at_most(sharing, "MAX_LINKS", 3),
    ("get_shared_album", 410): too_late("/s/{passing}"),
    ("list_shared_photos", 410): too_late("/s/{passing}/photos"),
    ("unlock_shared_album", 410): too_late("/s/{passing}/unlock"),
    # --- uploads
    ("begin_upload", 400): changed(headers={"Upload-Length": "many"}),
    ("begin_upload", 412): changed(**OLD_TUS),
    ("begin_upload", 415): changed(content=b"bytes"),
    ("begin_upload", 422): changed(headers=metadata(visibility="odd")),
    ("begin_upload", 507): on_a_full_disk,
    ("append_to_upload", 400): changed(headers={"Upload-Offset": "x"}),
    ("append_to_upload", 409): changed(headers={"Upload-Offset": "5"}),
    ("append_to_upload", 410): too_late(),
    ("append_to_upload", 412): changed(**OLD_TUS),
    ("append_to_upload", 415): changed(headers={"Content-Type": "text/plain"}),
    ("append_to_upload", 422): changed(content=b"no image"),
    ("append_to_upload", 423): while_another_writes(b""),
    ("append_to_upload", 460): changed(
        headers={"Upload-Checksum": f"sha256 {b64encode(bytes(32)).decode()}"}
    ),
    ("append_to_upload", 507): on_a_full_disk,
    ("list_share_links", 403): changed(who="owner read"),
    ("look_at_upload", 403): changed(who="owner read"),
    ("look_at_upload", 410): too_late(),
    ("look_at_upload", 412): changed(**OLD_TUS),
    ("look_at_upload", 415): died_at_the_end(b"%PDF-1.7"),
    ("look_at_upload", 422): died_at_the_end(b"no image"),
    ("look_at_upload", 423): while_another_writes(b"no image"),
    ("cancel_upload", 410): too_late(),
    ("cancel_upload", 412): changed(**OLD_TUS),
    ("cancel_upload", 423): while_another_writes(b""),
    # --- tagging
    ("list_models", 400): query(cursor="ü"),
    ("withdraw_tag_decision", 422): changed(path="/photos/{photo}/tags/%21"),
    ("compare_models", 404): query(a="20250101T000000Z-00000000", b="20250101T000000Z-00000000"),
    ("compare_models", 422): query(a=""),
    ("predict", 400): changed(**BROKEN_FORM),
    ("predict", 415): told_by_the_tagger("unsupported_media_type"),
    ("predict", 422): told_by_the_tagger("not_an_image"),
    ("stream_events", 200): until_signed_out,
    ("stream_events", 400): changed(headers={"Last-Event-ID": "x"}),
    ("stream_events", 429): after_another_read,
    ("predict", 507): with_no_room,
    ("explain_tag", 507): with_no_room,
    ("get_photo_file", 507): with_no_room,
    ("head_photo_file", 507): with_no_room,
    # --- operations
    ("metrics", 404): changed(peer="203.0.113.9"),
}
NOT_HERE: dict[tuple[str, int], str] = {
    ("look_at_upload", 507): "tests/contract/photos/intake/test_resumable_broken.py",
}
"""Statuses that are produced elsewhere, and where."""
