"""Upload a large file in chunks with tus 1.0, from where an earlier run was interrupted.

See docs/decisions/0011-tus.md and https://tus.io/protocols/resumable-upload.
"""

import base64
import hashlib
import io
from dataclasses import dataclass
from typing import IO
from urllib.parse import urljoin, urlsplit

import httpx

from vignette.api.client import Api
from vignette.api.problems import Json, not_vignette
from vignette.errors import FileError, Refused, Unreachable
from vignette.files import MIB
from vignette.uploads.form import Meter, MeteredFile, upload_form
from vignette.uploads.journal import Journal
from vignette.uploads.upload import ProgressCallback, StoredPhoto, Upload

RESUMABLE_FROM = 8 * MIB
"""Bytes. Repeating a smaller file costs less than the three requests of tus."""
CHUNK = 4 * MIB
"""Bytes of one PATCH, held in memory: the most that a lost connection costs."""
TUS_HEADERS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class UploadState:
    """How much of a resumable upload the server has; `stored` once it has become a photo."""

    offset: int
    stored: StoredPhoto | None = None


class ChunkLost(Unreachable):
    """A chunk may or may not have arrived; only the server's offset shows which."""


def upload_resumable(
    api: Api, journal: Journal, account: str, upload: Upload, sha256: str, on_progress: ProgressCallback
) -> StoredPhoto:
    """Upload the file in chunks, or as a form if the server has no tus.

    Raises:
        FileError: the file can't be read, or has changed since it was hashed.
        Refused, NotSignedIn, Unreachable, Stopped: as `Api.send`.
    """
    url = journal.upload_url(account, sha256)
    state = _query_state(api, url) if url else None
    if url is None or state is None:
        try:
            url, state = _create(api, upload, sha256), UploadState(0)
        except Refused as refusal:
            if refusal.http_status in (404, 405, 501):
                return upload_form(api, upload, sha256, on_progress)
            raise
        journal.record_upload_url(account, sha256, url)
    try:
        with upload.source.reading() as file:
            stored = _Sender(api, url, upload, file, on_progress, state).run()
    except Refused:
        # The server would reject the same bytes again, so the next run starts over.
        journal.forget_upload_url(account, sha256)
        raise
    if stored is None:
        raise not_vignette(api.server)
    return stored


def _create(api: Api, upload: Upload, sha256: str) -> str:
    """Return the URL of a new upload."""
    metadata = {"filename": upload.source.name, **upload.fields, "sha256": sha256}
    # Replacement, because a file name may contain lone surrogates.
    encoded = ",".join(
        f"{name} {base64.b64encode(value.encode('utf-8', 'replace')).decode()}"
        for name, value in metadata.items()
        if value
    )
    headers = {**TUS_HEADERS, "Upload-Length": str(upload.source.size), "Upload-Metadata": encoded}
    response = api.send("POST", "uploads", headers=headers)
    # Only the path of `Location` is used: the token must not be sent to a host that a proxy writes there.
    created = str(response.request.url)
    path = urlsplit(urljoin(created, response.headers.get("Location", ""))).path
    url: str = urljoin(created, path)
    return url


def _query_state(api: Api, url: str) -> UploadState | None:
    """Ask the server how much it has; None when the upload can't be resumed."""
    try:
        return _read_state(api.send("HEAD", url, headers=TUS_HEADERS))
    except Refused as refusal:
        if refusal.http_status < 500:
            return None
        raise


def _read_state(response: httpx.Response) -> UploadState:
    offset = response.headers.get("Upload-Offset", "")
    if not offset.isdecimal():
        raise not_vignette(response.request.url.host)
    photo_id = response.headers.get("Photo-Id")
    duplicate = response.headers.get("Photo-Duplicate", "").lower() == "true"
    return UploadState(int(offset), StoredPhoto(photo_id, duplicate) if photo_id else None)


@dataclass
class _Sender:
    api: Api
    url: str
    upload: Upload
    file: IO[bytes]
    on_progress: ProgressCallback
    state: UploadState
    in_doubt: bool = False
    """whether the last chunk may have arrived in spite of its error"""

    def run(self) -> StoredPhoto | None:
        """Send chunks to the end. Only attempts without progress count towards the retry limit."""
        self.on_progress(self.state.offset)
        retrying = self.api.policy.retrying(self.api.gate.sleep, lambda error: isinstance(error, ChunkLost))
        while self.state.offset < self.upload.source.size:
            retrying(self._advance)
        return self.state.stored

    def _advance(self) -> None:
        """Send one chunk, unless the previous attempt turns out to have sent it."""
        if self.in_doubt:
            previous = self.state.offset
            self._resynchronise()
            if self.state.offset > previous:
                return
        self.in_doubt = True
        self.state = self._send_chunk()
        self.in_doubt = False

    def _resynchronise(self) -> None:
        state = _query_state(self.api, self.url)
        if state is None:
            raise Refused(410, "gone", "The server dropped the unfinished upload: upload the file again.")
        self.on_progress(state.offset - self.state.offset)
        self.state, self.in_doubt = state, False

    def _send_chunk(self) -> UploadState:
        source, offset = self.upload.source, self.state.offset
        self.file.seek(offset)
        chunk = self.file.read(min(CHUNK, source.size - offset))
        if not chunk:
            raise FileError(f"{source.shown} was truncated during the upload: upload it again.")
        # The 16-bit checksum of TCP misses errors at these volumes.
        checksum = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
        headers = {
            **TUS_HEADERS,
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {checksum}",
            "Content-Type": "application/offset+octet-stream",
        }
        meter = Meter(self.on_progress)

        def prepare() -> Json:
            meter.restart()
            return {"content": MeteredFile(io.BytesIO(chunk), meter, self.api.gate.stop.is_set)}

        try:
            response = self.api.send("PATCH", self.url, headers=headers, prepare=prepare, idempotent=False)
            return _read_state(response)
        except Unreachable as error:
            meter.restart()
            raise ChunkLost(error.detail) from error
        except Refused as refusal:
            if refusal.http_status in (409, 423, 460, 502, 503, 504):
                meter.restart()
                raise ChunkLost(refusal.detail) from refusal
            raise
