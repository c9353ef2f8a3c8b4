"""Many files, each once, whatever happens on the way."""

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
from vignette.files import FileSource
from vignette.uploads.journal import Journal
from vignette.uploads.summary import exit_status
from vignette.uploads.transfer import CHUNK, MIB, Upload
from vignette.uploads.uploader import Uploader, open_uploader

Make = Callable[..., Upload]


def noise(size: int, seed: int = 0) -> bytes:
    block = hashlib.sha256(str(seed).encode()).digest()
    return (block * (size // len(block) + 1))[:size]


def test_small_files_travel_as_forms_with_what_is_known_of_them(
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


def test_names_that_are_no_utf_8(server: FakeSite, uploader: Uploader, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"gr\xfcn.jpg")
    path.write_bytes(b"one")
    (outcome,) = uploader.run([Upload(FileSource.of(path))])
    assert (outcome.status, Path(outcome.file).name) == ("uploaded", "gr?n.jpg")


def test_a_file_without_details_leaves_all_to_the_accounts_defaults(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    uploader.run([photo_of("a.jpg", b"one")])
    assert read_form(server.asked_for("POST", "/photos")[0])[0] == {}


def test_one_broken_file_holds_up_no_other(uploader: Uploader, photo_of: Make, server: FakeSite) -> None:
    uploads = [photo_of("a.jpg", b"one"), photo_of("b.jpg", b"broken"), photo_of("c.jpg", b"three")]
    outcomes = uploader.run(uploads)
    assert [outcome.status for outcome in outcomes] == ["uploaded", "failed", "uploaded"]
    assert (outcomes[1].code, outcomes[1].detail) == ("not_an_image", "The file is not an image.")
    assert exit_status(outcomes) == 1
    assert len(server.photos) == 2


def test_the_same_bytes_in_two_files_travel_once(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    outcomes = uploader.run([photo_of(f"{number}.jpg", b"same") for number in range(6)])
    assert sorted(outcome.status for outcome in outcomes) == ["skipped"] * 5 + ["uploaded"]
    assert len({outcome.photo_id for outcome in outcomes}) == 1
    assert len(server.asked_for("POST", "/photos")) == 1


def test_what_the_account_has_is_not_sent(
    server: FakeSite, api: Api, journal: Journal, photo_of: Make
) -> None:
    """Also what another machine uploaded: this journal knows nothing of it."""
    server.store(b"one", {})
    uploader = open_uploader(api, journal, Counting(), jobs=1)
    uploader.inventory.prepare(1, uploader.photos)
    (outcome,) = uploader.run([photo_of("a.jpg", b"one")])
    assert outcome.status == "skipped"
    assert outcome.photo_id in server.photos
    assert server.asked_for("POST", "/photos") == []


def test_a_photo_that_was_deleted_is_sent_again(
    server: FakeSite, api: Api, journal: Journal, photo_of: Make
) -> None:
    """The journal alone is never believed, neither for few files nor for a huge library."""
    upload = photo_of("a.jpg", b"one")
    for library in (1, 1_000_000):
        uploader = open_uploader(api, journal, Counting(), jobs=1)
        uploader.inventory.prepare(1, library)
        assert uploader.run([upload])[0].status == "uploaded"
        server.photos.clear()


def test_a_huge_library_is_not_listed_for_one_file(
    server: FakeSite, api: Api, journal: Journal, photo_of: Make
) -> None:
    upload = photo_of("a.jpg", b"one")
    for expected in ("uploaded", "skipped"):
        uploader = open_uploader(api, journal, Counting(), jobs=1)
        uploader.inventory.prepare(1, 1_000_000)
        assert uploader.run([upload])[0].status == expected
    assert all(asked.path != "/photos" for asked in server.asked_for("GET", "/photos"))


def test_albums_are_made_once_and_filled_also_with_what_was_there(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    there, _ = server.store(b"two", {})
    assert there is not None
    uploader.inventory.prepare(1, 1)
    uploader.jobs = 1  # the first to come names the album
    outcomes = uploader.run(
        [photo_of("a.jpg", b"one", albums=("Trip",)), photo_of("b.jpg", b"two", albums=("trip ", "Home"))]
    )
    albums = {album["title"]: server.members[album["id"]] for album in server.albums.values()}
    assert albums == {"Trip": {outcomes[0].photo_id, there["id"]}, "Home": {there["id"]}}


def test_an_album_id_that_is_not_there(uploader: Uploader, photo_of: Make) -> None:
    album = "00000000-0000-7000-8000-000000000000"
    (outcome,) = uploader.run([photo_of("a.jpg", b"one", albums=(album,))])
    assert (outcome.status, outcome.detail) == ("failed", "There is no such album.")


def test_a_full_disk_ends_the_run_after_the_files_in_hand(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    def full(asked: Asked) -> Answer | None:
        return refused(507, "storage_full", "The storage is full.") if asked.method == "POST" else None

    server.hook = full
    outcomes = uploader.run([photo_of(f"{number}.jpg", f"{number}".encode()) for number in range(20)])
    tried = [outcome for outcome in outcomes if outcome.status == "failed"]
    assert 1 <= len(tried) <= 2
    assert {outcome.detail for outcome in outcomes if outcome.status == "not_tried"} == {
        "The storage is full."
    }


def test_a_session_that_ends_in_the_middle(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    def ended(asked: Asked) -> Answer | None:
        return refused(401, "authentication_required") if asked.method == "POST" else None

    server.hook = ended
    with pytest.raises(NotSignedIn):
        uploader.run([photo_of("a.jpg", b"one")])


def test_a_file_that_changes_after_it_was_hashed(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    upload = photo_of("a.jpg", b"one")
    uploader.journal.note_hash(upload.source.fingerprint, "0" * 64)
    assert uploader.run([upload])[0].code == "checksum_mismatch"
    assert server.photos == {}


def test_a_file_that_goes_away(uploader: Uploader, photo_of: Make, tmp_path: Path) -> None:
    upload = photo_of("a.jpg", b"one")
    (tmp_path / "a.jpg").unlink()
    (outcome,) = uploader.run([upload])
    assert outcome.code == "file_trouble"
    assert "No such file" in str(outcome.detail)


def test_at_the_limit_files_go_one_at_a_time(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    """Four workers that come back at once would send three files in vain."""
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
        threading.Event().wait(0.02)  # long enough for another worker to come
        with lock:
            under_way -= 1
        return None

    uploader.run([photo_of("first.jpg", b"first")])
    server.hook = limit_once
    uploader.api.gate.close_for(0.01, "a limit")
    outcomes = uploader.run([photo_of(f"{number}.jpg", f"{number}".encode()) for number in range(8)])
    assert {outcome.status for outcome in outcomes} == {"uploaded"}
    assert under_way == 0
    assert most <= 1


def test_big_files_travel_in_parts(
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


def test_parts_go_on_where_an_earlier_run_broke_off(
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
    first = open_uploader(api, journal, Counting(), jobs=1)
    assert first.run([upload])[0].status == "not_tried"
    api.gate.stop.clear()
    server.hook = lambda _: None
    server.seen.clear()
    again = Counting()
    second = open_uploader(api, journal, again, jobs=1)
    assert second.run([upload])[0].status == "uploaded"
    assert [asked.headers["upload-offset"] for asked in server.asked_for("PATCH", "/uploads")] == [
        str(CHUNK),
        str(2 * CHUNK),
    ]
    assert [photo["sha256"] for photo in server.photos.values()] == [hashlib.sha256(data).hexdigest()]
    assert again.bytes == len(data)


def test_an_upload_that_the_server_forgot_begins_anew(
    server: FakeSite, uploader: Uploader, photo_of: Make
) -> None:
    upload = photo_of("big.tif", noise(2 * CHUNK))
    sha256 = hashlib.sha256(noise(2 * CHUNK)).hexdigest()
    uploader.journal.note_part(uploader.account, sha256, "http://site.test/api/v1/uploads/gone")
    assert uploader.run([upload])[0].status == "uploaded"
    assert uploader.journal.part_of(uploader.account, sha256) is None


@pytest.mark.parametrize(
    "trouble",
    [refused(460, "chunk_mismatch"), refused(409, "wrong_offset"), refused(502, "bad_gateway"), Answer(204)],
)
def test_a_part_that_goes_wrong_is_sent_again(
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


def test_a_lost_last_answer_is_asked_for(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
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


def test_a_server_without_resumable_uploads(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    server.tus = False
    data = noise(9 * MIB)
    assert uploader.run([photo_of("big.tif", data)])[0].status == "uploaded"
    assert next(iter(server.files.values())) == data


def test_the_token_stays_with_its_host(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    """A Location that names another host leads nowhere but to our own."""
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


def test_a_big_file_that_is_no_image(server: FakeSite, uploader: Uploader, photo_of: Make) -> None:
    (outcome,) = uploader.run([photo_of("big.tif", b"broken" + noise(9 * MIB))])
    assert (outcome.status, outcome.code) == ("failed", "not_an_image")
    assert uploader.journal.part_of(uploader.account, str(outcome.sha256)) is None
