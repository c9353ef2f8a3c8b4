"""Upload many files in parallel, each once and each with its own outcome."""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Literal, Protocol

from vignette.albums import Albums
from vignette.api.client import Api
from vignette.api.problems import Json
from vignette.errors import CommandError, NotSignedIn, Refused, Stopped, Unreachable
from vignette.files import hash_file
from vignette.uploads.form import upload_form
from vignette.uploads.inventory import Inventory
from vignette.uploads.journal import Journal
from vignette.uploads.resumable import RESUMABLE_FROM, upload_resumable
from vignette.uploads.upload import StoredPhoto, Upload

Status = Literal["uploaded", "duplicate", "skipped", "failed", "not_tried"]
FATAL_CODES = ("storage_full", "quota_exceeded", "account_suspended", "missing_scope")
"""Codes of the server after which it would reject every further file."""


@dataclass(frozen=True)
class Outcome:
    """`skipped`: known to be on the server, nothing sent; `duplicate`: sent, and the server had it."""

    file: str
    status: Status
    bytes: int
    photo_id: str | None = None
    sha256: str | None = None
    code: str | None = None
    detail: str | None = None

    def as_json(self) -> Json:
        return asdict(self)


class Progress(Protocol):
    """Receives the events of a run, from many threads."""

    def advanced(self, size: int) -> None: ...
    def finished(self, outcome: Outcome) -> None: ...


class NoProgress:
    def advanced(self, size: int) -> None:
        pass

    def finished(self, outcome: Outcome) -> None:
        pass


@dataclass
class Uploader:
    """Uploads files for one account. Once `fatal_error` is set, it tries no further file."""

    api: Api
    journal: Journal
    account: str
    inventory: Inventory
    albums: Albums
    progress: Progress
    jobs: int = 4
    photo_count: int = 0
    """photos that the account has, according to its profile"""
    resumable_from: int = RESUMABLE_FROM
    fatal_error: CommandError | None = None
    _in_progress: dict[str, "Future[str]"] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, uploads: Sequence[Upload]) -> list[Outcome]:
        """Upload all files, and return their outcomes in the same order.

        Once the gate's `stop` is set, running uploads end within one chunk and the rest are `not_tried`.

        Raises:
            NotSignedIn: the token expired during the run.
        """
        with ThreadPoolExecutor(self.jobs, thread_name_prefix="upload") as pool:
            outcomes: dict[int, Outcome] = {}
            # Of two files with the same bytes, the first becomes the photo: prefer one with metadata.
            for has_metadata in (True, False):
                wave = [i for i, upload in enumerate(uploads) if upload.has_metadata is has_metadata]
                outcomes |= zip(wave, pool.map(self._upload, [uploads[i] for i in wave]), strict=True)
        if isinstance(self.fatal_error, NotSignedIn):
            raise self.fatal_error
        return [outcomes[i] for i in range(len(uploads))]

    @property
    def is_stopped(self) -> bool:
        return self.api.gate.stop.is_set()

    def _upload(self, upload: Upload) -> Outcome:
        outcome = self._try(upload)
        self.progress.finished(outcome)
        return outcome

    def _try(self, upload: Upload) -> Outcome:
        source = upload.source
        if self.is_stopped or self.fatal_error:
            return _not_tried(upload, self.fatal_error)
        sha256: str | None = None
        try:
            sha256 = self._hash(upload)
            status, photo_id = self._send_once(upload, sha256)
            for album in upload.albums:
                self.albums.add(album, photo_id)
        except Stopped:
            return _not_tried(upload, self.fatal_error)
        except Refused as refusal:
            if refusal.problem_code in FATAL_CODES:
                self.fatal_error = refusal
            return _failed(upload, refusal.problem_code, refusal.detail, sha256)
        except (Unreachable, NotSignedIn) as error:
            self.fatal_error = error
            return _failed(upload, error.code, error.detail, sha256)
        except CommandError as error:
            return _failed(upload, error.code, error.detail, sha256)
        return Outcome(source.shown, status, source.size, photo_id, sha256)

    def _hash(self, upload: Upload) -> str:
        source = upload.source
        sha256 = self.journal.sha256_of(source.fingerprint)
        if sha256 is None:
            sha256 = hash_file(source, self.api.gate.stop.is_set)
            self.journal.record_sha256(source.fingerprint, sha256)
        return sha256

    def _send_once(self, upload: Upload, sha256: str) -> tuple[Status, str]:
        """Upload the bytes unless the server has them, or another file of this run has the same."""
        photo_id = self.inventory.photo_of(sha256)
        if photo_id is not None:
            self.progress.advanced(upload.source.size)
            return "skipped", photo_id
        # The first file with these bytes uploads them; others wait for its photo to add it to their albums.
        with self._lock:
            first = self._in_progress.get(sha256)
            if first is None:
                mine = self._in_progress[sha256] = Future()
        if first is not None:
            photo_id = first.result()
            self.progress.advanced(upload.source.size)
            return "skipped", photo_id
        try:
            stored = self._send(upload, sha256)
        except BaseException as error:
            mine.set_exception(error)
            # With --watch, a later run may try these bytes again.
            with self._lock:
                del self._in_progress[sha256]
            raise
        self.inventory.add(sha256, stored.photo_id)
        mine.set_result(stored.photo_id)
        return "duplicate" if stored.duplicate else "uploaded", stored.photo_id

    def _send(self, upload: Upload, sha256: str) -> StoredPhoto:
        if upload.source.size < self.resumable_from:
            return upload_form(self.api, upload, sha256, self.progress.advanced)
        return upload_resumable(self.api, self.journal, self.account, upload, sha256, self.progress.advanced)


def _failed(upload: Upload, code: str, detail: str, sha256: str | None) -> Outcome:
    return Outcome(upload.source.shown, "failed", upload.source.size, sha256=sha256, code=code, detail=detail)


def _not_tried(upload: Upload, error: CommandError | None) -> Outcome:
    detail = error.detail if error else "The run was stopped before this file."
    code = "not_tried" if error else "stopped"
    return Outcome(upload.source.shown, "not_tried", upload.source.size, code=code, detail=detail)


def connect_uploader(
    api: Api,
    journal: Journal,
    *,
    jobs: int,
    progress: Progress | None = None,
    album_visibility: str | None = None,
) -> Uploader:
    """Fetch the account's profile, and return an uploader for it. Raises as `Api.send`."""
    me = api.get("me")
    username = str(me["username"])
    account = f"{api.server} {username}"
    return Uploader(
        api=api,
        journal=journal,
        account=account,
        inventory=Inventory(api, journal, account, username),
        albums=Albums(api, username, album_visibility),
        progress=progress or NoProgress(),
        jobs=jobs,
        photo_count=int((me.get("counts") or {}).get("photos", 0)),
    )


def count_bytes(uploads: Iterable[Upload]) -> int:
    return sum(upload.source.size for upload in uploads)
