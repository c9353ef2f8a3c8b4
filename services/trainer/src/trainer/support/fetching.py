"""A file over HTTP, however often the line breaks: resumed by range, checked, there whole or not at all."""

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
from trainer.support.progress import Transfer
from vignette_shared.errors import StorageFull
from vignette_shared.observability.logs import get_logger
from vignette_shared.storage import free_bytes

log = get_logger(__name__)

TIMEOUT_S = 30.0
"""Without a byte: the line is dead."""
ATTEMPTS = 6
"""In a row that bring nothing: about a minute with the pauses between."""
_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
_RESERVE = 64 * 1024 * 1024
"""Bytes that are left free on the disk."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a file beforehand: its bytes, its SHA-256 or MD5 in hex."""

    size: int | None = None
    sha256: str | None = None
    md5: str | None = None


def fetch(
    url: str,
    target: Path,
    *,
    expected: Expected | None = None,
    progress: Transfer = lambda _done, _total: None,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Download `url` to `target`; False when it is there already.

    What has come lies in `<target>.part` and is gone on with, by this call and by later ones, as long as the
    server's file stays the same.

    Raises:
        DownloadFailed: the server refuses, sends something else than it announces or than was expected, the
            line stays dead, or another process downloads the same file.
        StorageFull: there is no room for the file.
    """
    if target.is_file():
        return False
    known = expected or Expected()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target) as part:
            if target.is_file():  # another process was faster
                _part(target).unlink(missing_ok=True)
                return False
            _Download(url, part, known, progress, sleep).run()
            _check(part, known, url)
            part.flush()
            os.fsync(part.fileno())
            _part(target).rename(target)
            _validator(target).unlink(missing_ok=True)
    except OSError as error:
        raise _translated(error, target) from error
    return True


class _Download:
    """One file on its way; `part` holds what has come so far."""

    def __init__(
        self,
        url: str,
        part: BinaryIO,
        expected: Expected,
        progress: Transfer,
        sleep: Callable[[float], None],
    ) -> None:
        self._url = url
        self._part = part
        self._expected = expected
        self._progress = progress
        self._sleep = sleep
        self._validator = Path(part.name).with_suffix(".etag")

    def run(self) -> None:
        """Ask until the whole is there."""
        fruitless = most = 0
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=True) as client:
            while True:
                most = max(most, self._length())
                try:
                    if self._ask(client):
                        return
                    reason = "the file changed on the server"
                except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                    raise DownloadFailed(f"{self._url} is no address: {str(error).rstrip('.')}.") from error
                except (httpx.TransportError, httpx.StreamError, _Unavailable) as error:
                    reason = str(error) or type(error).__name__
                fruitless = 0 if self._length() > most else fruitless + 1
                if fruitless == ATTEMPTS:
                    raise DownloadFailed(
                        f"{self._url} can't be downloaded ({reason}): "
                        f"try again, {self._length():,} bytes are kept."
                    )
                log.info("download_resumed", url=self._url, bytes=self._length(), reason=reason)
                self._sleep(min(_PAUSE_S * 2**fruitless, _LONGEST_PAUSE_S) if fruitless else 0)

    def _ask(self, client: httpx.Client) -> bool:
        """Take what comes; False when all must be asked for again."""
        have = self._length()
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
            if validator := self._read_validator():
                headers["If-Range"] = validator
        with client.stream("GET", self._url, headers=headers) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                if have and have == _total_of(answer):
                    return True
                self._restart()
                return False
            self._refuse(answer)
            begins = 0
            if answer.status_code == httpx.codes.PARTIAL_CONTENT:
                if _start_of(answer) != have:
                    self._restart()
                    return False
                begins = have
            self._take(answer, begins, self._whole(answer, begins))
        return True

    def _refuse(self, answer: httpx.Response) -> None:
        if answer.status_code in (408, 429) or answer.status_code >= 500:
            raise _Unavailable(f"the server answers {answer.status_code}")
        if answer.status_code not in (200, 206):
            raise DownloadFailed(f"{self._url} answers {answer.status_code}: is the address right?")
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise DownloadFailed(f"{self._url} comes encoded, which was not asked for: use another server.")

    def _whole(self, answer: httpx.Response, begins: int) -> int | None:
        """Return the bytes of the whole where they are said; refuse a wrong number or one too large."""
        total, wanted = _total_of(answer), self._expected.size
        if wanted is not None and total is not None and total != wanted:
            raise DownloadFailed(f"{self._url} has {total:,} bytes, not {wanted:,}: it is another file.")
        if total is not None and total - begins > free_bytes(Path(self._part.name).parent) - _RESERVE:
            raise StorageFull(
                f"There is no room for the {total:,} bytes of {self._part.name}: free some space."
            )
        return total

    def _take(self, answer: httpx.Response, start: int, total: int | None) -> None:
        self._part.seek(start)
        self._part.truncate()
        self._validator.write_text(_validator_of(answer))
        done = start
        most = total if total is not None else self._expected.size
        for chunk in answer.iter_raw():
            done += len(chunk)
            if most is not None and done > most:
                self._restart()
                raise DownloadFailed(f"{self._url} sends more than the {most:,} bytes of the file.")
            self._part.write(chunk)
            self._part.flush()  # what has come survives a kill
            self._progress(done, total)
        if total is not None and done < total:
            raise _Unavailable(f"it ended {total - done:,} bytes early")

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
    """Worth another attempt."""


@contextmanager
def _locked(target: Path) -> Iterator[BinaryIO]:
    """Open the part for us alone; the system gives the lock back however the process ends."""
    with _part(target).open("ab") as created, _part(target).open("r+b") as part:
        created.close()
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DownloadFailed(f"{target} is being downloaded by another process: wait for it.") from error
        yield part


def _part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _validator(target: Path) -> Path:
    return target.with_name(f"{target.name}.etag")


def _check(part: BinaryIO, expected: Expected, url: str) -> None:
    """Refuse, and remove, a whole file that is not the expected one."""
    size = os.fstat(part.fileno()).st_size
    wrong = [] if expected.size in (None, size) else [f"it has {size:,} bytes, not {expected.size:,}"]
    for name, wanted in (("sha256", expected.sha256), ("md5", expected.md5)):
        if wanted is None:
            continue
        with Path(part.name).open("rb") as whole:
            found = hashlib.file_digest(whole, name).hexdigest()
        if found != wanted.lower():
            wrong.append(f"its {name.upper()} is {found}, not {wanted}")
    if wrong:
        part.truncate(0)
        raise DownloadFailed(f"{url} is another file than expected: {wrong[0]}. It was removed.")


def _total_of(answer: httpx.Response) -> int | None:
    """Return the bytes of the whole file that an answer tells, None if it doesn't."""
    if answer.status_code == 200:
        return _number(answer.headers.get("Content-Length", ""))
    return _number(answer.headers.get("Content-Range", "").rpartition("/")[2])


def _start_of(answer: httpx.Response) -> int | None:
    return _number(answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0])


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _validator_of(answer: httpx.Response) -> str:
    """Return what `If-Range` takes: a strong entity tag, else the date."""
    tag: str = answer.headers.get("ETag", "")
    date: str = answer.headers.get("Last-Modified", "")
    return tag if tag and not tag.startswith("W/") else date


def _translated(error: OSError, target: Path) -> DownloadFailed | StorageFull:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(f"The disk is full beside {target}: free some space, then try again.")
    return DownloadFailed(f"{target} can't be written: {error.strerror}.")
