"""One file's way to the server: small ones as a form, big ones by tus, which can go on where it broke off."""

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import httpx

from vignette.api.client import Api, Json, body_of
from vignette.errors import FileTrouble, Refused, Stopped, Unreachable
from vignette.files import Source
from vignette.uploads.journal import Journal

MIB = 1024 * 1024
RESUMABLE_FROM = 8 * MIB
"""Bytes. Below, sending the whole again costs less than tus' three requests."""
CHUNK = 4 * MIB
"""Bytes of one PATCH, held in memory: what a broken connection costs at most."""
TUS = {"Tus-Resumable": "1.0.0"}

Advanced = Callable[[int], None]
"""Takes the bytes that went out; negative when they must go again."""


@dataclass(frozen=True)
class Upload:
    """A source and what is known of it. `albums` are titles or ids; no visibility: the account's default."""

    source: Source
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    visibility: str | None = None
    albums: tuple[str, ...] = ()

    @property
    def has_story(self) -> bool:
        return bool(self.title or self.description or self.tags)

    @property
    def fields(self) -> dict[str, str]:
        told = {
            "title": self.title,
            "description": self.description,
            "tags": ",".join(self.tags),
            "visibility": self.visibility or "",
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Sent:
    photo_id: str
    duplicate: bool


@dataclass(frozen=True)
class Reached:
    """How far a resumable upload is; `sent` once all of it is there and stored."""

    offset: int
    sent: Sent | None = None


@dataclass
class Meter:
    """Counts one request's bytes, and takes them back when it has to be made again."""

    advanced: Advanced
    count: int = 0

    def add(self, size: int) -> None:
        self.count += size
        self.advanced(size)

    def restart(self) -> None:
        self.advanced(-self.count)
        self.count = 0


@dataclass
class Metered:
    """A file that counts what is read of it and ends with Ctrl-C in the middle."""

    file: IO[bytes]
    meter: Meter
    stopped: Callable[[], bool] = field(default=lambda: False)

    def read(self, size: int = -1) -> bytes:
        if self.stopped():
            raise Stopped
        piece = self.file.read(size)
        self.meter.add(len(piece))
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def __iter__(self) -> "Metered":
        """httpx wants something iterable, and then uses `read`."""
        return self


def hash_file(source: Source, stopped: Callable[[], bool]) -> str:
    """Return the SHA-256 in hex. Raises `FileTrouble`, `Stopped`."""
    digest = hashlib.sha256()
    with source.reading() as file:
        while piece := file.read(MIB):
            if stopped():
                raise Stopped
            digest.update(piece)
    return digest.hexdigest()


def post_photo(api: Api, upload: Upload, sha256: str, advanced: Advanced) -> Sent:
    """Send the file in one form. Raises as `Api.send`, and `FileTrouble`."""
    meter = Meter(advanced)
    with upload.source.reading() as file:

        def make() -> Json:
            meter.restart()
            file.seek(0)
            body = Metered(file, meter, api.gate.stop.is_set)
            return {"files": {"file": (upload.source.name or "photo", body)}}

        try:
            answer = api.send(
                "POST", "photos", data=upload.fields, headers={"X-Content-SHA256": sha256}, make=make
            )
        except BaseException:
            meter.restart()
            raise
    body = body_of(answer)
    return Sent(_photo_id(body.get("id"), answer), bool(body.get("duplicate")))


def send_in_parts(
    api: Api, journal: Journal, account: str, upload: Upload, sha256: str, advanced: Advanced
) -> Sent:
    """Send the file by tus, from where an earlier run was broken off; as a form where a server has no tus."""
    url = journal.part_of(account, sha256)
    reached = _look(api, url) if url else None
    if url is None or reached is None:
        try:
            url, reached = _create(api, upload, sha256), Reached(0)
        except Refused as refusal:
            if refusal.http_status in (404, 405, 501):
                return post_photo(api, upload, sha256, advanced)
            raise
        journal.note_part(account, sha256, url)
    try:
        reached = _send_rest(api, url, reached, upload.source, advanced)
    except Refused:
        # What the server has judged, it will not judge differently: the next run begins anew.
        journal.forget_part(account, sha256)
        raise
    if reached.sent is None:
        raise Unreachable(f"{api.server} took the file but names no photo: is it Vignette?")
    return reached.sent


def _photo_id(value: Any, answer: httpx.Response) -> str:
    if not isinstance(value, str) or not value:
        raise Unreachable(f"{answer.request.url.host} took the file but names no photo: is it Vignette?")
    return value


def _create(api: Api, upload: Upload, sha256: str) -> str:
    metadata = {"filename": upload.source.name, **upload.fields, "sha256": sha256}
    encoded = ",".join(
        f"{name} {base64.b64encode(value.encode('utf-8', 'replace')).decode()}"
        for name, value in metadata.items()
        if value
    )
    headers = {**TUS, "Upload-Length": str(upload.source.size), "Upload-Metadata": encoded}
    answer = api.send("POST", "uploads", headers=headers)
    # Only the path is taken: the token must not go to another host, whatever a proxy writes here.
    path = urlsplit(urljoin(str(answer.request.url), answer.headers.get("Location", ""))).path
    url: str = urljoin(str(answer.request.url), path)
    return url


def _look(api: Api, url: str) -> Reached | None:
    """Ask how far an upload came; None when nothing can be made of it any more."""
    try:
        return _reached(api.send("HEAD", url, headers=TUS))
    except Refused as refusal:
        if refusal.http_status < 500:
            return None
        raise


def _reached(answer: httpx.Response) -> Reached:
    offset = answer.headers.get("Upload-Offset", "")
    if not offset.isdecimal():
        raise Unreachable(f"{answer.request.url.host} answers, but not as tus does: is it Vignette?")
    photo_id = answer.headers.get("Photo-Id")
    duplicate = answer.headers.get("Photo-Duplicate", "").lower() == "true"
    return Reached(int(offset), Sent(photo_id, duplicate) if photo_id else None)


def _send_rest(api: Api, url: str, reached: Reached, source: Source, advanced: Advanced) -> Reached:
    """PATCH until the end.

    Raises:
        FileTrouble: the file has changed since it was hashed.
        Unreachable: `api.patience.attempts` times in a row no byte got through.
    """
    advanced(reached.offset)
    failures = 0
    with source.reading() as file:
        while reached.offset < source.size:
            file.seek(reached.offset)
            chunk = file.read(min(CHUNK, source.size - reached.offset))
            if not chunk:
                raise FileTrouble(f"{source.shown} became shorter while it was being sent; send it again.")
            meter = Meter(advanced)
            try:
                reached = _patch(api, url, reached.offset, chunk, meter)
            except Unreachable:
                failures += 1
                meter.restart()
                if failures >= api.patience.attempts:
                    raise
                api.gate.rest(api.patience.pause(failures - 1))
                now = _look(api, url)
                if now is None:
                    raise Refused(410, "gone", "The server dropped the upload; run it again.") from None
                failures = 0 if now.offset > reached.offset else failures
                advanced(now.offset - reached.offset)
                reached = now
            else:
                failures = 0
    return reached


def _patch(api: Api, url: str, offset: int, chunk: bytes, meter: Meter) -> Reached:
    """Send one chunk. Raises `Unreachable` for whatever a look at the offset and a repeat may mend."""
    checksum = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
    headers = {
        **TUS,
        "Upload-Offset": str(offset),
        "Upload-Checksum": f"sha256 {checksum}",
        "Content-Type": "application/offset+octet-stream",
    }

    def make() -> Json:
        meter.restart()
        return {"content": Metered(io.BytesIO(chunk), meter, api.gate.stop.is_set)}

    try:
        return _reached(api.send("PATCH", url, headers=headers, make=make, repeatable=False))
    except Refused as refusal:
        if refusal.http_status in (409, 423, 460, 502, 503, 504):
            raise Unreachable(refusal.detail) from refusal
        raise
