"""Concurrent uploads on the whole stack: no error, no duplicate, exact counts, bounded memory."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.support.pictures import make_jpeg
from tests.support.stack.load import UNLIMITED, Memory, at_once, large_file, patch_file, post_file
from tests.support.stack.site import Account, Site, running_site

pytestmark = [pytest.mark.e2e, pytest.mark.reliability]

CLIENTS, EACH = 20, 50
PEOPLE = 5
"""four clients per account, so that they share a quota and lists"""
LARGE_CLIENTS = 8
GROWTH_MIB = 64


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("stack") / "state", UNLIMITED) as site:
        # A thousand photos are uploaded here, and tagged elsewhere.
        site.control("stop", "tagger-worker")
        yield site


def upload_small(account: Account, client: int) -> list[str]:
    """Upload 50 unique pictures and return their ids."""
    ids = []
    for number in range(EACH):
        # What stands behind the picture's end makes it another file.
        answer = account.upload(make_jpeg(64, 48, number) + f"{client}-{number}".encode())
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["id"])
    return ids


def all_photos(account: Account) -> list[str]:
    """Return every photo in the account's own list, page by page."""
    ids: list[str] = []
    query = {"user": account.username, "limit": "200"}
    while True:
        page = account.client.get("/photos", params=query).json()
        ids += [photo["id"] for photo in page["items"]]
        if page["next_cursor"] is None:
            return ids
        query["cursor"] = page["next_cursor"]


def test_twenty_clients_upload_fifty_photos_each(own_site: Site) -> None:
    people = [own_site.sign_up(f"user{number}") for number in range(PEOPLE)]
    # Each client has a connection of its own, four of them one account.
    clients = [own_site.sign_up(people[number % PEOPLE].username) for number in range(CLIENTS)]
    uploaded = at_once([partial(upload_small, account, number) for number, account in enumerate(clients)])
    every = [photo_id for ids in uploaded for photo_id in ids]
    assert len(set(every)) == CLIENTS * EACH
    for number, person in enumerate(people):
        own = {photo_id for ids in uploaded[number::PEOPLE] for photo_id in ids}
        assert Counter(all_photos(person)) == dict.fromkeys(own, 1)
        assert person.client.get("/me").json()["counts"]["photos"] == len(own) == CLIENTS * EACH // PEOPLE
    blobs = list((own_site.layout.state / "blobs" / "originals").glob("*/*/*"))
    assert len(blobs) == CLIENTS * EACH
    assert list(own_site.layout.staging.glob("partial-*")) == []


@pytest.mark.parametrize("way", [post_file, patch_file], ids=["form", "tus"])
def test_eight_clients_upload_100_mb_each(
    own_site: Site, tmp_path: Path, way: Callable[[Account, Path], None]
) -> None:
    clients = [own_site.sign_up(f"large{number}") for number in range(LARGE_CLIENTS)]
    offset = 0 if way is post_file else LARGE_CLIENTS
    files = [large_file(tmp_path, offset + number) for number in range(LARGE_CLIENTS + 1)]
    way(own_site.sign_up("warm"), files.pop())
    memories = {name: Memory(own_site.pid(name)) for name in ("gateway", "photos-api")}
    at_once([partial(way, account, file) for account, file in zip(clients, files, strict=True)])
    growth = {name: memory.growth_mib() for name, memory in memories.items()}
    assert max(growth.values()) < GROWTH_MIB, growth
