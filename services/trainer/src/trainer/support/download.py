"""Download a file over HTTP: resume by range request, verify, and rename once complete."""

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from trainer.errors import DownloadFailed
from trainer.support.progress import TransferCallback
from vignette_shared.errors import StorageFull
from vignette_shared.observability.logs import get_logger
from vignette_shared.storage import free_bytes

log = get_logger(__name__)

# Seconds without a byte before an attempt fails.
TIMEOUT_S = 30.0
# Attempts in a row without a new byte: about a minute, including the pauses.
ATTEMPTS = 6
_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
# Bytes to leave free on the disk.
_RESERVE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Expected:
    """The known size in bytes, SHA-256 or MD5 (hex) of a file."""

    size: int | None = None
    sha256: str | None = None
    md5: str | None = None


def fetch(
    url: str,
    target: Path,
    *,
    expected: Expected | None = None,
    progress: TransferCallback = lambda _done, _total: None,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Download `url` to `target`; return False if `target` exists already.

    Received bytes are kept in `<target>.part`. This call and later ones resume there, as long as the server's
    file doesn't change.

    Raises:
        DownloadFailed: the server refuses, sends a different file than it announced or than `expected`, or
            stops sending; or another process is downloading the same file.
        StorageFull: the disk has no room for the file.
    """
    if target.is_file():
        return False
    expected = expected or Expected()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target) as part:
            if target.is_file():  # another process finished it meanwhile
                _part(target).unlink(missing_ok=True)
                return False
            _Download(url, part, expected, progress, sleep).run()
            _verify(part, expected, url)
            part.flush()
            os.fsync(part.fileno())
            _part(target).rename(target)
            _validator(target).unlink(missing_ok=True)
    except OSError as error:
        raise _storage_error(error, target) from error
    return True


class _Download:
    """One download; `part` holds the bytes received so far."""

    def __init__(
        self,
        url: str,
        part: BinaryIO,
        expected: Expected,
        progress: TransferCallback,
        sleep: Callable[[float], None],
    ) -> None:
        self._url = url
        self._part = part
        self._expected = expected
        self._progress = progress
        self._sleep = sleep
        self._validator = Path(part.name).with_suffix(".etag")

    def run(self) -> None:
        """Request the file until it is complete."""
        fruitless = longest = 0
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=True) as client:
            while True:
                # The longest so far, because a restart empties the file and must not pass for progress.
                longest = max(longest, self._length())
                try:
                    if self._request(client):
                        return
                    reason = "the file changed on the server"
                except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                    raise DownloadFailed(
                        f"{self._url} is not a valid URL: {str(error).rstrip('.')}."
                    ) from error
                except (httpx.TransportError, httpx.StreamError, _Unavailable) as error:
                    reason = str(error) or type(error).__name__
                # Only attempts without a new byte count: a poor connection may need hundreds.
                fruitless = 0 if self._length() > longest else fruitless + 1
                if fruitless == ATTEMPTS:
                    raise DownloadFailed(
                        f"{self._url} can't be downloaded ({reason}). "
                        f"Try again: the {self._length():,} bytes received so far are kept."
                    )
                log.info("download_resumed", url=self._url, bytes=self._length(), reason=reason)
                self._sleep(min(_PAUSE_S * 2**fruitless, _LONGEST_PAUSE_S) if fruitless else 0)

    def _request(self, client: httpx.Client) -> bool:
        """Receive the rest of the file; return False if the download must start over."""
        have = self._length()
        # Ranges count bytes of the encoded response, so a compressed one couldn't resume.
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
            if validator := self._read_validator():
                # The server then sends the whole file if it has changed.
                headers["If-Range"] = validator
        with client.stream("GET", self._url, headers=headers) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                # An earlier run received the whole file, but was killed before it renamed it.
                if have and have == _total_of(answer):
                    return True
                self._restart()
                return False
            self._check_status(answer)
            start = 0
            if answer.status_code == httpx.codes.PARTIAL_CONTENT:
                if _start_of(answer) != have:
                    self._restart()
                    return False
                start = have
            self._receive(answer, start, self._total(answer, start))
        return True

    def _check_status(self, answer: httpx.Response) -> None:
        if answer.status_code in (408, 429) or answer.status_code >= 500:
            raise _Unavailable(f"the server returned {answer.status_code}")
        if answer.status_code not in (200, 206):
            raise DownloadFailed(f"{self._url} returned {answer.status_code}: check the URL.")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise DownloadFailed(f"{self._url} is sent with an unrequested encoding: use another server.")

    def _total(self, answer: httpx.Response, start: int) -> int | None:
        """Return the file's size if the server states it; raise if it is wrong or exceeds the free space."""
        total, expected = _total_of(answer), self._expected.size
        if expected is not None and total is not None and total != expected:
            raise DownloadFailed(
                f"{self._url} has {total:,} bytes, not {expected:,}: it is a different file."
            )
        if total is not None and total - start > free_bytes(Path(self._part.name).parent) - _RESERVE:
            raise StorageFull(
                f"The disk has no room for the {total:,} bytes of {self._part.name}: free some space."
            )
        return total

    def _receive(self, answer: httpx.Response, start: int, total: int | None) -> None:
        self._part.seek(start)
        self._part.truncate()
        self._validator.write_text(_validator_of(answer))
        done = start
        most = total if total is not None else self._expected.size
        for chunk in answer.iter_raw():
            done += len(chunk)
            if most is not None and done > most:
                self._restart()
                raise DownloadFailed(f"{self._url} sends more than the file's {most:,} bytes.")
            self._part.write(chunk)
            self._part.flush()  # received bytes must survive a kill
            self._progress(done, total)
        if total is not None and done < total:
            raise _Unavailable(f"the connection closed {total - done:,} bytes early")

    def _restart(self) -> None:
        self._part.seek(0)
        self._part.truncate()
        self._validator.unlink(missing_ok=True)

    def _length(self) -> int:
        self._part.flush()
        return os.fstat(self._part.fileno()).st_size

    def _read_validator(self) -> str:
        return self._validator.read_text() if self._validator.is_file() else ""


class _Unavailable(Exception):
    """The request failed in a way that a retry may fix."""


@contextmanager
def _locked(target: Path) -> Iterator[BinaryIO]:
    """Open and lock the partial file; the system releases the lock however the process ends."""
    # `ab` creates the file without emptying it; `r+b` then writes at any position.
    with _part(target).open("ab") as created, _part(target).open("r+b") as part:
        created.close()
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DownloadFailed(
                f"Another process is downloading {target}: wait until it has finished."
            ) from error
        yield part


def _part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _validator(target: Path) -> Path:
    return target.with_name(f"{target.name}.etag")


def _verify(part: BinaryIO, expected: Expected, url: str) -> None:
    """Empty and reject a complete file that isn't the expected one."""
    size = os.fstat(part.fileno()).st_size
    wrong = [] if expected.size in (None, size) else [f"it has {size:,} bytes, not {expected.size:,}"]
    for name, digest in (("sha256", expected.sha256), ("md5", expected.md5)):
        if digest is None:
            continue
        # Hashed from the file: a resumed download holds bytes that an earlier process received.
        with Path(part.name).open("rb") as whole:
            actual = hashlib.file_digest(whole, name).hexdigest()
        if actual != digest.lower():
            wrong.append(f"its {name.upper()} is {actual}, not {digest}")
    if wrong:
        part.truncate(0)
        raise DownloadFailed(f"{url} is not the expected file: {wrong[0]}. It was removed.")


def _total_of(answer: httpx.Response) -> int | None:
    """Return the file's size in bytes, or None if the response doesn't state it."""
    if answer.status_code == 200:
        return _number(answer.headers.get("Content-Length", ""))
    return _number(answer.headers.get("Content-Range", "").rpartition("/")[2])


def _start_of(answer: httpx.Response) -> int | None:
    return _number(answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0])


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _validator_of(answer: httpx.Response) -> str:
    """Return a value for `If-Range`: a strong entity tag, else the date."""
    tag: str = answer.headers.get("ETag", "")
    date: str = answer.headers.get("Last-Modified", "")
    # `If-Range` must not contain a weak tag (RFC 9110, section 13.1.5).
    return tag if tag and not tag.startswith("W/") else date


def _storage_error(error: OSError, target: Path) -> DownloadFailed | StorageFull:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(f"The disk is full at {target}: free some space, then try again.")
    return DownloadFailed(f"{target} can't be written: {error.strerror}.")
