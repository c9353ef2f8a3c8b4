"""What a 201 promises: the photo is stored byte for byte and is tagged exactly once."""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from tests.support.pictures import make_jpeg
from tests.support.stack.site import Account, Site, running_site
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.reliability]


@pytest.fixture
def own_site(tmp_path: Path) -> "object":
    with running_site(tmp_path / "state") as site:
        yield site


def upload_all(account: Account, pictures: list[bytes]) -> dict[str, bytes]:
    found = {}
    for picture in pictures:
        answer = account.upload(picture)
        assert answer.status_code == 201, answer.text
        found[answer.json()["id"]] = picture
    return found


def assert_promise(account: Account, uploaded: dict[str, bytes], *, every_event: bool = True) -> None:
    """Check that every photo is stored byte for byte, is tagged, and had one `photo.tagged` event.

    Args:
        every_event: False where the process that publishes events is killed. It commits before it publishes;
            a kill in between loses the event (the page also polls pending photos), never the tags.
    """
    for photo_id, picture in uploaded.items():
        assert account.wait_until_done(photo_id)["status"] == "tagged"
        original = account.client.get(f"/photos/{photo_id}/file", params={"size": "original"})
        assert original.content == picture
    events = Counter(
        event["data"]["photo_id"] for event in account.events() if event["event"] == "photo.tagged"
    )
    assert set(events.values()) <= {1}, "a photo was tagged twice"
    assert set(events) <= set(uploaded)
    assert not every_event or set(events) == set(uploaded)


def test_killed_tagger_loses_no_upload(own_site: Site) -> None:
    account = own_site.sign_up("anna")
    pictures = [make_jpeg(500, 375, shift) for shift in range(60)]
    half = upload_all(account, pictures[:30])
    victim = own_site.pid("tagger-worker")
    os.kill(victim, signal.SIGKILL)
    rest = upload_all(account, pictures[30:])
    for _ in until():
        if own_site.pid("tagger-worker") not in (0, victim):
            break
    assert own_site.pid("tagger-worker") not in (0, victim), "the supervisor did not start it again"
    assert_promise(account, half | rest)


def test_uploads_while_redis_is_down_are_tagged_later(own_site: Site) -> None:
    account = own_site.sign_up("anna")
    own_site.control("stop", "redis")
    uploaded = upload_all(account, [make_jpeg(400, 300, shift) for shift in range(3)])
    own_site.control("start", "redis")
    assert_promise(account, uploaded)


@pytest.mark.parametrize("process", ["photos-worker", "photos-api"])
def test_killed_photos_process_loses_no_upload(own_site: Site, process: str) -> None:
    account = own_site.sign_up("anna")
    uploaded = upload_all(account, [make_jpeg(400, 300, shift) for shift in range(6)])
    victim = own_site.pid(process)
    os.kill(victim, signal.SIGKILL)
    for _ in until():
        if own_site.pid(process) not in (0, victim) and account.client.get("/photos").status_code == 200:
            break
    assert_promise(account, uploaded, every_event=process != "photos-worker")
