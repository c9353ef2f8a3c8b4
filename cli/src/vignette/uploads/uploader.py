"""Many files to the server: in parallel, each once, each with its own outcome."""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Literal, Protocol

from vignette.albums import Albums
from vignette.api.client import Api, Json
from vignette.errors import CommandError, NotSignedIn, Refused, Stopped, Unreachable
from vignette.uploads.inventory import Inventory
from vignette.uploads.journal import Journal
from vignette.uploads.transfer import RESUMABLE_FROM, Sent, Upload, hash_file, post_photo, send_in_parts

Status = Literal["uploaded", "duplicate", "skipped", "failed", "not_tried"]
HOPELESS = ("storage_full", "quota_exceeded", "account_suspended", "missing_scope")
"""Codes after which no further file would be taken."""


@dataclass(frozen=True)
class Outcome:
    """`skipped`: known to be there, nothing sent; `duplicate`: sent, and the server had it."""

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
    """Hears of a run as it happens, from many threads."""

    def advanced(self, size: int) -> None: ...
    def finished(self, outcome: Outcome) -> None: ...


@dataclass
class Uploader:
    """Sends files for one account. After `hopeless` is set, the rest is not tried."""

    api: Api
    journal: Journal
    account: str
    inventory: Inventory
    albums: Albums
    progress: Progress
    jobs: int = 4
    photos: int = 0
    """that the account says it has"""
    resumable_from: int = RESUMABLE_FROM
    hopeless: CommandError | None = None
    _claims: dict[str, "Future[str]"] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, uploads: Sequence[Upload]) -> list[Outcome]:
        """Send all of them; the outcomes are in the same order. Once the gate's `stop` is set, the rest
        is `not_tried`; a file in hand ends within a piece of it.

        Raises:
            NotSignedIn: the token ended on the way.
        """
        with ThreadPoolExecutor(self.jobs, thread_name_prefix="upload") as pool:
            outcomes: dict[int, Outcome] = {}
            # Of the same bytes in two places, the first to arrive names the photo: those with a story first.
            for has_story in (True, False):
                wave = [index for index, upload in enumerate(uploads) if upload.has_story is has_story]
                outcomes |= zip(wave, pool.map(self._one, [uploads[index] for index in wave]), strict=True)
        if isinstance(self.hopeless, NotSignedIn):
            raise self.hopeless
        return [outcomes[index] for index in range(len(uploads))]

    @property
    def stopped(self) -> bool:
        return self.api.gate.stop.is_set()

    def _one(self, upload: Upload) -> Outcome:
        outcome = self._try(upload)
        self.progress.finished(outcome)
        return outcome

    def _try(self, upload: Upload) -> Outcome:
        source = upload.source
        if self.stopped or self.hopeless:
            return _not_tried(upload, self.hopeless)
        sha256: str | None = None
        try:
            sha256 = self._hash(upload)
            status, photo_id = self._send_once(upload, sha256)
            for album in upload.albums:
                self.albums.add(album, photo_id)
        except Stopped:
            return _not_tried(upload, self.hopeless)
        except Refused as refusal:
            if refusal.problem_code in HOPELESS:
                self.hopeless = refusal
            return _failed(upload, refusal.problem_code, refusal.detail, sha256)
        except (Unreachable, NotSignedIn) as trouble:
            self.hopeless = trouble
            return _failed(upload, trouble.code, trouble.detail, sha256)
        except CommandError as trouble:
            return _failed(upload, trouble.code, trouble.detail, sha256)
        return Outcome(source.shown, status, source.size, photo_id, sha256)

    def _hash(self, upload: Upload) -> str:
        source = upload.source
        known = self.journal.hash_of(source.fingerprint)
        if known is None:
            known = hash_file(source, self.api.gate.stop.is_set)
            self.journal.note_hash(source.fingerprint, known)
        return known

    def _send_once(self, upload: Upload, sha256: str) -> tuple[Status, str]:
        """Send the bytes unless they are there, or another file of this run has the same."""
        photo_id = self.inventory.photo_of(sha256)
        if photo_id is not None:
            self.progress.advanced(upload.source.size)
            return "skipped", photo_id
        with self._lock:
            first = self._claims.get(sha256)
            if first is None:
                mine = self._claims[sha256] = Future()
        if first is not None:
            photo_id = first.result()
            self.progress.advanced(upload.source.size)
            return "skipped", photo_id
        try:
            sent = self._send(upload, sha256)
        except BaseException as error:
            mine.set_exception(error)
            # The next run of a watch may try these bytes again.
            with self._lock:
                del self._claims[sha256]
            raise
        self.inventory.note(sha256, sent.photo_id)
        mine.set_result(sent.photo_id)
        return "duplicate" if sent.duplicate else "uploaded", sent.photo_id

    def _send(self, upload: Upload, sha256: str) -> Sent:
        if upload.source.size < self.resumable_from:
            return post_photo(self.api, upload, sha256, self.progress.advanced)
        return send_in_parts(self.api, self.journal, self.account, upload, sha256, self.progress.advanced)


def _failed(upload: Upload, code: str, detail: str, sha256: str | None) -> Outcome:
    return Outcome(upload.source.shown, "failed", upload.source.size, sha256=sha256, code=code, detail=detail)


def _not_tried(upload: Upload, reason: CommandError | None) -> Outcome:
    detail = reason.detail if reason else "Stopped before its turn."
    code = "not_tried" if reason else "stopped"
    return Outcome(upload.source.shown, "not_tried", upload.source.size, code=code, detail=detail)


def open_uploader(
    api: Api, journal: Journal, progress: Progress, *, jobs: int, album_visibility: str | None = None
) -> Uploader:
    """Ask who one is, and wire what a run needs. Raises as `Api.send`."""
    me = api.get("me")
    username = str(me["username"])
    account = f"{api.server} {username}"
    inventory = Inventory(api, journal, account, username)
    return Uploader(
        api=api,
        journal=journal,
        account=account,
        inventory=inventory,
        albums=Albums(api, username, album_visibility),
        progress=progress,
        jobs=jobs,
        photos=int((me.get("counts") or {}).get("photos", 0)),
    )


def count_bytes(uploads: Iterable[Upload]) -> int:
    return sum(upload.source.size for upload in uploads)
