"""Bad input over HTTP on the whole stack: each kind has its code and leaves nothing behind."""

import io
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from tests.support.pictures import make_jpeg
from tests.support.problems import problem
from tests.support.stack.site import PASSWORD, Account, Site, running_site

pytestmark = pytest.mark.e2e


def huge_png(side: int) -> bytes:
    """A PNG whose header declares side × side pixels, with almost no data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def truncated_jpeg() -> bytes:
    data = make_jpeg(1200, 900)
    return data[: len(data) * 2 // 3]


CASES = [
    pytest.param(b"", 422, "not_an_image", id="empty"),
    pytest.param(b"this is a letter, not a picture\n" * 20, 422, "not_an_image", id="text"),
    pytest.param(b"%PDF-1.7\n" + b"x" * 500, 415, "unsupported_media_type", id="pdf"),
    pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', 415, "unsupported_media_type", id="svg"),
    pytest.param(truncated_jpeg(), 422, "truncated_image", id="truncated"),
    pytest.param(huge_png(20_000), 422, "too_many_pixels", id="too many pixels"),
]


@pytest.mark.parametrize(("data", "status", "code"), CASES)
def test_bad_files_are_rejected_and_leave_nothing(
    site: Site, anna: Account, data: bytes, status: int, code: str
) -> None:
    before = anna.client.get("/me").json()["counts"]["photos"]
    found = problem(anna.upload(data, "x.jpg"))
    if code == "unsupported_media_type":
        assert found in [(415, "unsupported_media_type"), (422, "not_an_image")]
    else:
        assert found == (status, code)
    assert anna.client.get("/me").json()["counts"]["photos"] == before
    assert not list(site.layout.staging.glob("*"))


def test_unsupported_image_format_returns_415(anna: Account, shared_data: Path) -> None:
    raw = shared_data / "difficult" / "heif_avif" / "photoprism__canon_eos_6d.dng"
    assert problem(anna.upload(raw.read_bytes(), "raw.dng")) == (415, "unsupported_media_type")


def test_format_is_detected_from_content_not_from_the_name(anna: Account) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(buffer, "PNG")
    answer = anna.upload(buffer.getvalue(), "picture.jpg")
    assert answer.status_code == 201
    assert answer.json()["media_type"] == "image/png"


def test_path_in_a_file_name_is_not_followed(site: Site, anna: Account) -> None:
    answer = anna.upload(make_jpeg(300, 200, 21), "../../../etc/cron.d/evil.jpg")
    assert answer.status_code == 201
    assert ".." not in answer.json()["title"]
    assert "/" not in answer.json()["title"]
    anna.wait_until_done(answer.json()["id"])
    file = anna.client.get(f"/photos/{answer.json()['id']}/file", params={"size": "original"})
    assert ".." not in file.headers["content-disposition"]


def test_wrong_checksum_is_rejected(anna: Account, jpeg: bytes) -> None:
    answer = anna.client.post(
        "/photos", files={"file": ("x.jpg", jpeg)}, headers={"X-Content-SHA256": "0" * 64}
    )
    assert problem(answer) == (422, "checksum_mismatch")


def test_more_than_100_mib_is_rejected(anna: Account) -> None:
    def body() -> "object":
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n'
        yield head + make_jpeg(64, 64)
        for _ in range(102):
            yield b"\0" * (1024 * 1024)
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    try:
        answer = anna.client.post("/photos", content=body(), headers=headers)  # type: ignore[arg-type]
    except (httpx.WriteError, httpx.RemoteProtocolError):
        pytest.fail("the connection was cut before the refusal could be read")
    assert problem(answer) == (413, "too_large")


def test_wrong_password_and_unknown_user_are_indistinguishable(site: Site, anna: Account) -> None:
    with site.client() as client:
        wrong = client.post("/auth/login", json={"login": "anna", "password": "not " + PASSWORD})
        unknown = client.post("/auth/login", json={"login": "nobody", "password": PASSWORD})
    assert problem(wrong) == problem(unknown) == (401, "bad_credentials")
    assert wrong.json()["detail"] == unknown.json()["detail"]


def test_expired_or_forged_token_returns_401(site: Site) -> None:
    account = site.sign_up("carl")
    assert account.client.get("/me").status_code == 200
    assert account.client.post("/auth/logout").status_code == 204
    assert problem(account.client.get("/me")) == (401, "authentication_required")
    with site.client() as client:
        forged = client.get("/me", headers={"Authorization": "Bearer not-a-token"})
        assert problem(forged) == (401, "authentication_required")
        assert problem(client.post("/photos", files={"file": ("x", b"x")})) == (
            401,
            "authentication_required",
        )


@pytest.mark.parametrize("photo_id", ["0197f0aa-0000-7000-8000-000000000000", "nonsense", "..%2f..%2fetc"])
def test_unknown_id_returns_404(anna: Account, photo_id: str) -> None:
    assert problem(anna.client.get(f"/photos/{photo_id}")) == (404, "not_found")


def test_others_photos_can_be_viewed_but_not_deleted(anna: Account, ben: Account, site: Site) -> None:
    photo = anna.upload(make_jpeg(300, 200, 23)).json()
    anna.wait_until_done(photo["id"])
    assert problem(ben.client.delete(f"/photos/{photo['id']}")) == (403, "forbidden")
    with site.client() as nobody:
        assert problem(nobody.delete(f"/photos/{photo['id']}")) == (401, "authentication_required")


def test_cross_site_request_with_the_cookie_is_rejected(site: Site, anna: Account) -> None:
    with site.client() as browser:
        signed_in = browser.post("/auth/login", json={"login": "anna", "password": PASSWORD})
        assert "HttpOnly" in signed_in.headers["set-cookie"]
        assert "SameSite=lax" in signed_in.headers["set-cookie"].replace("Lax", "lax")
        foreign = browser.post("/auth/logout", headers={"Origin": "https://evil.example"})
        assert problem(foreign) == (403, "bad_origin")
        assert problem(browser.post("/auth/logout")) == (403, "bad_origin")
        assert browser.post("/auth/logout", headers={"Origin": site.address}).status_code == 204


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A 64 MiB disk; mounting it needs root."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=False)
    if mounted.returncode != 0:
        pytest.skip("needs root and a system that allows mounts")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_full_disk_returns_507_and_the_site_stays_up(small_disk: Path, tmp_path: Path) -> None:
    where = {"VIGNETTE_STORAGE__STAGING": str(small_disk / "staging")}
    with running_site(tmp_path / "state", where) as site:
        account = site.sign_up("dora")
        filler = small_disk / "filler"
        filler.write_bytes(b"\0" * (62 * 1024 * 1024))
        big = make_jpeg(64, 64) + b"\0" * (8 * 1024 * 1024)
        assert problem(account.upload(big)) == (507, "storage_full")
        assert account.client.get("/me").json()["counts"]["photos"] == 0
        filler.unlink()
        assert account.upload(make_jpeg(64, 64)).status_code == 201
