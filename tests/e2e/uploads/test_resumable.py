"""Resumable uploads on the whole stack: no byte is lost over hundreds of breaks and killed servers."""

import io
import os
import random
import signal
import socket
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image
from tests.support.patience import WAIT_S
from tests.support.stack.load import TUS, UNLIMITED
from tests.support.stack.site import Account, Site, running_site
from tests.support.waiting import until
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from tusclient.uploader.uploader import Uploader

pytestmark = [pytest.mark.e2e, pytest.mark.reliability]

PICTURES = 8
BREAKS = 25
"""per upload: 200 in total"""
KILLS = ("gateway", "photos-api")
IMPATIENT = {"VIGNETTE_LIMITS__BODY_IDLE_S": "2"}


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("stack") / "state", UNLIMITED | IMPATIENT) as site:
        # Nothing here waits for tags, and these tests have work for all cores.
        site.control("stop", "tagger-worker")
        yield site


@pytest.fixture(scope="module")
def account(own_site: Site) -> Account:
    return own_site.sign_up("anna")


def seeded(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 - the same breaks in every run


def noise(number: int) -> bytes:
    """An incompressible JPEG of some megabytes."""
    image = Image.frombytes("RGB", (2000, 1400), seeded(number).randbytes(2000 * 1400 * 3))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@dataclass
class BrokenLine:
    """A client whose connections break in the middle of a body."""

    account: Account
    url: str
    data: bytes
    chance: random.Random
    offsets: list[int] = field(default_factory=list)

    def offset(self) -> int:
        """Return the offset, once the server is back and has finished the previous request."""
        for _ in until(pause_s=0.05):
            try:
                answer = self.account.client.head(self.url, headers=TUS)
            except httpx.TransportError:
                continue
            if answer.status_code not in (423, 502, 503):
                assert answer.status_code == 200, answer.headers
                return int(answer.headers["upload-offset"])
        raise AssertionError("the upload's offset is not to be had")

    def send_and_break(self, count: int, *, then: signal.Signals | None = None, pid: int = 0) -> None:
        """Declare the whole rest, send `count` bytes, then disconnect or kill the server."""
        try:
            with self.connect(count) as line:
                if then is not None:
                    os.kill(pid, then)
                elif self.chance.random() < 0.5:
                    # Reset the connection, which drops buffered bytes, instead of closing it in order.
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        except OSError:
            assert then is None, "the server could not be reached"

    def connect(self, count: int) -> socket.socket:
        """Declare the whole rest and send `count` bytes of it."""
        offset = self.offset()
        self.offsets.append(offset)
        address = urlsplit(self.url)
        headers = {
            **TUS,
            "Host": address.netloc,
            "Authorization": self.account.client.headers["Authorization"],
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(self.data) - offset),
            "Upload-Offset": str(offset),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"PATCH {address.path} HTTP/1.1\r\n{lines}\r\n".encode()
        line = socket.create_connection((address.hostname or "", address.port or 80), timeout=WAIT_S)
        line.sendall(head + self.data[offset : offset + count])
        return line


def tus(account: Account) -> TusClient:
    authorization = {"Authorization": account.client.headers["Authorization"]}
    return TusClient(f"{account.client.base_url}uploads", headers=authorization)


def begin(account: Account, data: bytes, title: str) -> str:
    uploader: Uploader = tus(account).uploader(file_stream=io.BytesIO(data), metadata={"title": title})
    url: str = uploader.create_url()
    return url


def complete(account: Account, url: str, data: bytes, chunk: int) -> str:
    """Upload the rest with an independent client and return the photo's id."""
    for _ in until(pause_s=0.05):
        try:
            uploader = tus(account).uploader(
                file_stream=io.BytesIO(data), url=url, chunk_size=chunk, retries=10, retry_delay=1
            )
        except TusCommunicationError as error:
            # The server may take in a broken line's last bytes just then; tuspy's first look tries once.
            if error.status_code != 423:
                raise
        else:
            uploader.upload()
            return photo_of(account, url)
    raise AssertionError("the upload stays locked")


def photo_of(account: Account, url: str) -> str:
    for _ in until(pause_s=0.05):
        answer = account.client.head(url, headers=TUS)
        if answer.status_code != 423:
            assert answer.status_code == 200
            return answer.headers["photo-id"]
    raise AssertionError("the upload stays locked")


def wait_for(site: Site, account: Account, process: str, victim: int) -> None:
    for _ in until():
        try:
            if site.pid(process) not in (0, victim) and account.client.get("/me").status_code == 200:
                return
        except httpx.TransportError:
            continue
    raise AssertionError(f"{process} did not come back")


def assert_same_bytes(account: Account, photo_id: str, data: bytes) -> None:
    answer = account.client.get(f"/photos/{photo_id}/file", params={"size": "original"})
    assert answer.content == data


@pytest.mark.parametrize("number", range(PICTURES))
def test_upload_survives_breaks_at_any_byte(own_site: Site, account: Account, number: int) -> None:
    """25 breaks each; in half of the uploads the gateway or photos is killed in the middle of a body."""
    chance = seeded(number)
    data = noise(number)
    line = BrokenLine(account, begin(account, data, f"Noise {number}"), data, chance)
    kill_at = chance.randrange(BREAKS) if number % 2 else None
    for attempt in range(BREAKS):
        # From a byte to megabytes; some are left until the end.
        count = 1 + chance.randrange((len(data) - line.offset()) // 4)
        if attempt == kill_at:
            process = KILLS[number // 2 % 2]
            victim = own_site.pid(process)
            line.send_and_break(count, then=signal.SIGKILL, pid=victim)
            wait_for(own_site, account, process, victim)
        else:
            line.send_and_break(count)
    assert line.offsets == sorted(line.offsets), "bytes that had arrived were lost"
    assert line.offsets[-1] > len(data) // 4, "hardly anything of what arrived was kept"
    assert len(set(line.offsets)) > BREAKS // 4
    photo_id = complete(account, line.url, data, chunk=chance.randrange(10_000, 400_000))
    assert_same_bytes(account, photo_id, data)
    assert account.photo(photo_id)["title"] == f"Noise {number}"


@pytest.mark.parametrize("process", [None, *KILLS])
def test_upload_survives_a_break_after_the_last_byte(
    own_site: Site, account: Account, process: str | None
) -> None:
    """The client missed the response; the next offset request names the photo."""
    data = noise(100 + len(process or ""))
    line = BrokenLine(account, begin(account, data, "Last byte"), data, seeded(0))
    line.send_and_break(len(data) // 2)
    if process is None:
        line.send_and_break(len(data))
    else:
        victim = own_site.pid(process)
        line.send_and_break(len(data), then=signal.SIGKILL, pid=victim)
        wait_for(own_site, account, process, victim)
    if line.offset() < len(data):
        photo_id = complete(account, line.url, data, chunk=1_000_000)
    else:
        photo_id = photo_of(account, line.url)
    assert_same_bytes(account, photo_id, data)


def test_reference_tus_client_uploads(account: Account, shared_photo: bytes) -> None:
    """tuspy uploads in small chunks, stops, and resumes by URL."""
    stream = io.BytesIO(shared_photo)
    uploader = tus(account).uploader(file_stream=stream, chunk_size=7_919, metadata={"filename": "im4.jpg"})
    url: str = uploader.create_url()
    uploader.set_url(url)
    uploader.upload(stop_at=len(shared_photo) // 2)
    again = tus(account).uploader(file_stream=stream, url=url, chunk_size=100_000)
    assert again.offset == uploader.offset
    again.upload()
    photo_id = photo_of(account, url)
    assert_same_bytes(account, photo_id, shared_photo)
    assert account.photo(photo_id)["title"] == "im4"


def test_stalled_connection_keeps_received_bytes(account: Account) -> None:
    """A stalled connection stays open and must not block the next one."""
    data = noise(300)
    line = BrokenLine(account, begin(account, data, "Silent"), data, seeded(0))
    with line.connect(len(data) // 2) as silent:
        answer = silent.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408")
    assert line.offset() == len(data) // 2
    assert_same_bytes(account, complete(account, line.url, data, chunk=1_000_000), data)


def test_method_override_replaces_patch(account: Account) -> None:
    data = noise(200)
    url = begin(account, data, "Override")
    headers = {
        **TUS,
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "X-HTTP-Method-Override": "PATCH",
        "Upload-Checksum": f"sha256 {b64encode(b'x' * 32).decode()}",
    }
    wrong = account.client.post(url, headers=headers, content=data)
    assert (wrong.status_code, wrong.headers["tus-resumable"]) == (460, "1.0.0")
    del headers["Upload-Checksum"]
    answer = account.client.post(url, headers=headers, content=data)
    assert (answer.status_code, answer.headers["tus-resumable"]) == (204, "1.0.0")
    assert_same_bytes(account, answer.headers["photo-id"], data)


def test_staging_folder_is_empty_afterwards(own_site: Site) -> None:
    """Runs last: interrupted and resumed uploads leave no bytes behind."""
    for _ in until(10):
        left: list[Path] = list(own_site.layout.staging.glob("*"))
        if not left:
            return
    raise AssertionError(left)
