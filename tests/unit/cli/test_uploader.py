"""Runs of uploads: each file once, whatever fails on the way."""

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.cli.fake_server import Answer, Asked, FakeSite, read_form, refused
from tests.unit.cli.conftest import Counting

from vignette.api.client import Api
from vignette.errors import NotSignedIn
from vignette.files import MIB, FileSource
from vignette.uploads.journal import Journal
from vignette.uploads.resumable import CHUNK
from vignette.uploads.summary import exit_status
from vignette.uploads.upload import Upload
from vignette.uploads.uploader import Uploader, connect_uploader

Make = Callable[..., Upload]


def noise(size: int, seed: int = 0) -> bytes:
    block = hashlib.sha256(str(seed).encode()).digest()
    return (block * (size // len(block) + 1))[:size]


def test_small_file_is_sent_as_a_form_with_its_metadata(
    server: FakeSite, uploader: Uploader, progress: Counting, photo_of: Make
) -> None:
    upload = photo_of(
        'Ä b"c.jpg',
        b"one",
        title="Ein Tag",
        description="am See",
        tags=("lake", "two words"),
        visibility="private",
    )
    (outcome,) = uploader.run([upload])
    assert (outcome.status, outcome.bytes) == ("uploaded", 3)
    photo = server.photos[str(outcome.photo_id)]
    assert (photo["title"], photo["description"], photo["visibility"]) == ("Ein Tag", "am See", "private")
    assert [tag["label"] for tag in photo["tags"]] == ["lake", "two words"]
    assert progress.bytes == 3


def test_file_name_that_is_not_utf_8(server: FakeSite, uploader: Uploader, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"gr\xfcn.jpg")
    path.write_bytes(b"one")
    (outcome,) = uploader.run([Upload(FileSource.of(path))])
    assert (outcome.status, Path(outcome.file).name) == ("uploaded", "gr?n.jpg")


def test_upload_without_metadata_sends_no_fields(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    uploader.run([photo_of("a.jpg", b"one")])
    assert read_form(server.asked_for("POST", "/photos")[0])[0] == {}


def test_broken_file_does_not_stop_the_others(uploader: Uploader, photo_of: Make, server: FakeSite) -> None:
    uploads = [photo_of("a.jpg", b"one"), photo_of("b.jpg", b"broken"), photo_of("c.jpg", b"three")]
    outcomes = uploader.run(uploads)
    assert [outcome.status for outcome in outcomes] == ["uploaded", "failed", "uploaded"]
    assert (outcomes[1].code, outcomes[1].detail) == ("not_an_image", "The file is not an image.")
    assert exit_status(outcomes) == 1
    assert len(server.photos) == 2


def test_equal_files_are_sent_once(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    outcomes = uploader.run([photo_of(f"{number}.jpg", b"same") for number in range(6)])
    assert sorted(outcome.status for outcome in outcomes) == ["skipped"] * 5 + ["uploaded"]
    assert len({outcome.photo_id for outcome in outcomes}) == 1
    assert len(server.asked_for("POST", "/photos")) == 1


def test_photo_of_the_account_is_not_sent_again(
    server: FakeSite, api: Api, journal: Journal, photo_of: Make
) -> None:
    """Including one uploaded from another machine, which the journal does not contain."""
    server.store(b"one", {})
    uploader = connect_uploader(api, journal, progress=Counting(), jobs=1)
    uploader.inventory.prepare(1, uploader.photo_count)
    (outcome,) = uploader.run([photo_of("a.jpg", b"one")])
    assert outcome.status == "skipped"
    assert outcome.photo_id in server.photos
    assert server.asked_for("POST", "/photos") == []


def test_deleted_photo_is_sent_again(server: FakeSite, api: Api, journal: Journal, photo_of: Make) -> None:
    """The journal is checked against the server, for small and for huge libraries."""
    upload = photo_of("a.jpg", b"one")
    for library in (1, 1_000_000):
        uploader = connect_uploader(api, journal, progress=Counting(), jobs=1)
        uploader.inventory.prepare(1, library)
        assert uploader.run([upload])[0].status == "uploaded"
        server.photos.clear()


def test_huge_library_is_not_listed_for_one_file(
    server: FakeSite, api: Api, journal: Journal, photo_of: Make
) -> None:
    upload = photo_of("a.jpg", b"one")
    for expected in ("uploaded", "skipped"):
        uploader = connect_uploader(api, journal, progress=Counting(), jobs=1)
        uploader.inventory.prepare(1, 1_000_000)
        assert uploader.run([upload])[0].status == expected
    assert all(asked.path != "/photos" for asked in server.asked_for("GET", "/photos"))


def test_album_is_created_once_and_gets_present_photos_too(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    present, _ = server.store(b"two", {})
    assert present is not None
    uploader.inventory.prepare(1, 1)
    uploader.jobs = 1  # the first upload names the album
    outcomes = uploader.run(
        [photo_of("a.jpg", b"one", albums=("Trip",)), photo_of("b.jpg", b"two", albums=("trip ", "Home"))]
    )
    albums = {album["title"]: server.members[album["id"]] for album in server.albums.values()}
    assert albums == {"Trip": {outcomes[0].photo_id, present["id"]}, "Home": {present["id"]}}


def test_unknown_album_id_fails_the_file(uploader: Uploader, photo_of: Make) -> None:
    album = "00000000-0000-7000-8000-000000000000"
    (outcome,) = uploader.run([photo_of("a.jpg", b"one", albums=(album,))])
    assert (outcome.status, outcome.detail) == ("failed", "There is no such album.")


def test_full_storage_ends_the_run(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    def full(asked: Asked) -> Answer | None:
        return refused(507, "storage_full", "The storage is full.") if asked.method == "POST" else None

    server.hook = full
    outcomes = uploader.run([photo_of(f"{number}.jpg", f"{number}".encode()) for number in range(20)])
    tried = [outcome for outcome in outcomes if outcome.status == "failed"]
    assert 1 <= len(tried) <= 2
    assert {outcome.detail for outcome in outcomes if outcome.status == "not_tried"} == {
        "The storage is full."
    }


def test_expired_session_ends_the_run(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    def ended(asked: Asked) -> Answer | None:
        return refused(401, "authentication_required") if asked.method == "POST" else None

    server.hook = ended
    with pytest.raises(NotSignedIn):
        uploader.run([photo_of("a.jpg", b"one")])


def test_file_changed_since_its_hash_fails(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    upload = photo_of("a.jpg", b"one")
    uploader.journal.record_sha256(upload.source.fingerprint, "0" * 64)
    assert uploader.run([upload])[0].code == "checksum_mismatch"
    assert server.photos == {}


def test_deleted_file_fails(uploader: Uploader, photo_of: Make, tmp_path: Path) -> None:
    upload = photo_of("a.jpg", b"one")
    (tmp_path / "a.jpg").unlink()
    (outcome,) = uploader.run([upload])
    assert outcome.code == "file_trouble"
    assert "No such file" in str(outcome.detail)


def test_rate_limited_files_are_sent_one_at_a_time(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    """Four workers that returned at once would have three files rejected."""
    uploader.jobs = 4
    lock = threading.Lock()
    under_way, most, limited = 0, 0, False

    def limit_once(asked: Asked) -> Answer | None:
        nonlocal under_way, most, limited
        if asked.method != "POST":
            return None
        with lock:
            if not limited:
                limited = True
                return refused(429, "rate_limited", Retry_After="0.05")
            under_way += 1
            most = max(most, under_way)
        threading.Event().wait(0.02)  # long enough for another worker to arrive
        with lock:
            under_way -= 1
        return None

    uploader.run([photo_of("first.jpg", b"first")])
    server.hook = limit_once
    uploader.api.gate.close(0.01, "a limit")
    outcomes = uploader.run([photo_of(f"{number}.jpg", f"{number}".encode()) for number in range(8)])
    assert {outcome.status for outcome in outcomes} == {"uploaded"}
    assert under_way == 0
    assert most <= 1


def test_large_file_is_sent_in_chunks(
    server: FakeSite, uploader: Uploader, progress: Counting, photo_of: Make
) -> None:
    data = noise(2 * CHUNK + 5)
    (outcome,) = uploader.run([photo_of("big.tif", data, title="Groß", tags=("sea",))])
    assert outcome.status == "uploaded"
    assert server.files[str(outcome.photo_id)] == data
    assert server.photos[str(outcome.photo_id)]["title"] == "Groß"
    assert [asked.headers["upload-offset"] for asked in server.asked_for("PATCH", "/uploads")] == [
        "0",
        str(CHUNK),
        str(2 * CHUNK),
    ]
    assert progress.bytes == len(data)
    upload = next(iter(server.uploads.values()))
    assert upload["fields"]["sha256"] == outcome.sha256


def test_interrupted_upload_resumes_in_the_next_run(
    server: FakeSite, api: Api, journal: Journal, photo_of: Make
) -> None:
    data = noise(3 * CHUNK)
    upload = photo_of("big.tif", data)

    def stop_after_one(asked: Asked) -> Answer | None:
        if asked.method == "PATCH" and asked.headers["upload-offset"] != "0":
            api.gate.stop.set()
            return refused(503, "service_unavailable")
        return None

    server.hook = stop_after_one
    first = connect_uploader(api, journal, progress=Counting(), jobs=1)
    assert first.run([upload])[0].status == "not_tried"
    api.gate.stop.clear()
    server.hook = lambda _: None
    server.seen.clear()
    again = Counting()
    second = connect_uploader(api, journal, progress=again, jobs=1)
    assert second.run([upload])[0].status == "uploaded"
    assert [asked.headers["upload-offset"] for asked in server.asked_for("PATCH", "/uploads")] == [
        str(CHUNK),
        str(2 * CHUNK),
    ]
    assert [photo["sha256"] for photo in server.photos.values()] == [hashlib.sha256(data).hexdigest()]
    assert again.bytes == len(data)


def test_upload_unknown_to_the_server_starts_over(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    upload = photo_of("big.tif", noise(2 * CHUNK))
    sha256 = hashlib.sha256(noise(2 * CHUNK)).hexdigest()
    uploader.journal.record_upload_url(uploader.account, sha256, "http://site.test/api/v1/uploads/gone")
    assert uploader.run([upload])[0].status == "uploaded"
    assert uploader.journal.upload_url(uploader.account, sha256) is None


@pytest.mark.parametrize(
    "trouble",
    [refused(460, "chunk_mismatch"), refused(409, "wrong_offset"), refused(502, "bad_gateway"), Answer(204)],
)
def test_failed_chunk_is_sent_again(
    server: FakeSite, uploader: Uploader, progress: Counting, photo_of: Make, trouble: Answer
) -> None:
    once = threading.Event()

    def fail_once(asked: Asked) -> Answer | None:
        if asked.method == "PATCH" and asked.headers["upload-offset"] == str(CHUNK) and not once.is_set():
            once.set()
            return trouble
        return None

    server.hook = fail_once
    data = noise(9 * MIB)
    assert uploader.run([photo_of("big.tif", data)])[0].status == "uploaded"
    assert next(iter(server.files.values())) == data
    assert progress.bytes == len(data)


def test_lost_last_response_is_recovered(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    data = noise(2 * CHUNK)

    def lose_the_last(asked: Asked) -> Answer | None:
        if asked.method == "PATCH" and asked.headers["upload-offset"] == str(CHUNK):
            server.hook = lambda _: None
            server.answer(asked)
            return refused(504, "timeout")
        return None

    server.hook = lose_the_last
    (outcome,) = uploader.run([photo_of("big.tif", data)])
    assert outcome.status == "uploaded"
    assert list(server.photos) == [outcome.photo_id]


def test_server_without_tus_gets_a_form(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    server.tus = False
    data = noise(9 * MIB)
    assert uploader.run([photo_of("big.tif", data)])[0].status == "uploaded"
    assert next(iter(server.files.values())) == data


def test_token_is_sent_only_to_its_host(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    """Only the path of `Location` is used, whichever host it names."""
    hosts: set[str] = set()

    def elsewhere(asked: Asked) -> Answer | None:
        hosts.add(asked.headers["host"])
        if asked.method == "POST" and asked.path == "/uploads":
            server.hook = lambda asked: hosts.add(asked.headers["host"])
            answer = server.answer(asked)
            path = answer.headers["Location"]
            return Answer(201, b"", {"Location": f"http://evil.test{path}"})
        return None

    server.hook = elsewhere
    assert uploader.run([photo_of("big.tif", noise(9 * MIB))])[0].status == "uploaded"
    assert hosts == {"site.test"}


def test_rejected_large_file_starts_over(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    (outcome,) = uploader.run([photo_of("big.tif", b"broken" + noise(9 * MIB))])
    assert (outcome.status, outcome.code) == ("failed", "not_an_image")
    assert uploader.journal.upload_url(uploader.account, str(outcome.sha256)) is None
