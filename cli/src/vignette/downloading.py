"""Photos to files: resumed, checked, and never over another file."""

import hashlib
import os
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import httpx

from vignette.api.client import Api, Json, problem_of
from vignette.errors import CommandError, FileTrouble, Stopped, Unreachable

MIB = 1024 * 1024
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/avif": ".avif",
}
# Names that Windows keeps for devices: a folder may be shared with one.
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


@dataclass(frozen=True)
class Download:
    photo_id: str
    status: Literal["downloaded", "there", "failed"]
    path: str | None = None
    bytes: int = 0
    detail: str | None = None

    def as_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True)
class Downloader:
    """Fetches photos in one size into one folder."""

    api: Api
    folder: Path
    size: str
    username: str
    force: bool = False

    def fetch(self, photo: Json) -> Download:
        """Download one photo.

        Raises:
            FileTrouble: another file has its name, the disk does not take it, or other bytes arrive.
            CommandError: there is no such file. Refused, Unreachable, Stopped: as `Api.send`.
        """
        photo_id = str(photo["id"])
        if self.size == "original" and not (photo.get("urls") or {}).get("original"):
            raise CommandError("its owner does not give the original away: use --size preview.")
        # Others get the original without its location: other bytes, of which the photo tells no hash.
        mine = (photo.get("owner") or {}).get("username") == self.username
        sha256 = str(photo["sha256"]) if self.size == "original" and mine else None
        ending = ENDINGS.get(str(photo.get("media_type")), ".bin") if self.size == "original" else None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = self.folder / f".{photo_id}-{self.size}.part"
            if ending and sha256:
                target = self.folder / f"{file_stem(photo)}{ending}"
                if self._is_there(target, sha256):
                    return Download(photo_id, "there", str(target))
            elif not self.force and (there := self._earlier(photo)):
                return Download(photo_id, "there", str(there))
            media_type = self._load(photo_id, part, sha256)
            target = (
                self.folder / f"{file_stem(photo)}{self._mark}{ending or ENDINGS.get(media_type, '.bin')}"
            )
            _place(part, target, force=self.force)
        except OSError as error:
            raise FileTrouble(f"{error.filename or self.folder}: {error.strerror}.") from error
        return Download(photo_id, "downloaded", str(target), target.stat().st_size)

    @property
    def _mark(self) -> str:
        return "" if self.size == "original" else f"_{self.size}"

    def _earlier(self, photo: Json) -> Path | None:
        """Return the file of an earlier run: its name holds the photo's id."""
        stem = f"{file_stem(photo)}{self._mark}"
        return next(
            (path for end in ENDINGS.values() if (path := self.folder / f"{stem}{end}").exists()), None
        )

    def _is_there(self, target: Path, sha256: str) -> bool:
        if not target.exists():
            return False
        if _hash(target) == sha256:
            return True
        if not self.force:
            raise FileTrouble(f"{target} is there with other bytes: move it away, or use --force.")
        return False

    def _load(self, photo_id: str, part: Path, sha256: str | None) -> str:
        """Fill `part`, from where an earlier run left it when its bytes can be checked at the end."""
        for attempt in range(self.api.patience.attempts):
            if sha256 is None:
                part.unlink(missing_ok=True)
            try:
                media_type = self._receive(photo_id, part, sha256)
            except httpx.TransportError as error:
                if attempt + 1 >= self.api.patience.attempts:
                    raise Unreachable(
                        f"The download broke off ({error}); the same command goes on from here."
                    ) from error
                self.api.gate.rest(self.api.patience.pause(attempt))
                continue
            if sha256 is None or _hash(part) == sha256:
                return media_type
            part.unlink()
        raise FileTrouble("the bytes that arrive are not those of the photo; try again later.")

    def _receive(self, photo_id: str, part: Path, sha256: str | None) -> str:
        begun = part.stat().st_size if part.exists() else 0
        # `If-Range` is the ETag, which is the hash: bytes of another version are not glued to these.
        headers = {"Range": f"bytes={begun}-", "If-Range": f'"{sha256}"'} if begun else {}
        with self.api.stream(
            f"photos/{photo_id}/file", {**headers, "Accept": "*/*"}, size=self.size
        ) as response:
            if response.status_code == 416:
                # All of it is there, or more than there is: the hash tells which.
                return str(response.headers.get("content-type", ""))
            if response.status_code not in (200, 206):
                response.read()
                raise problem_of(response)
            with part.open("ab" if response.status_code == 206 else "wb") as file:
                for piece in response.iter_bytes(MIB):
                    if self.api.gate.stop.is_set():
                        raise Stopped("Stopped; the same command goes on from here.")
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            return str(response.headers.get("content-type", "")).split(";")[0]


def _place(part: Path, target: Path, *, force: bool) -> None:
    """Give the finished file its name, without a moment in which another's could be lost."""
    if force:
        part.replace(target)
        return
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise FileTrouble(f"{target} is there already: move it away, or use --force.") from error
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileTrouble(f"{target} is there already: move it away, or use --force.") from None
        part.replace(target)
        return
    part.unlink()


def file_stem(photo: Json) -> str:
    """Return a name without ending: day, title, and enough of the id to be nobody else's.

    Nothing of a title can leave the folder, hide the file or upset another system.
    """
    day = str(photo.get("taken_at") or photo.get("created_at") or "")[:10]
    text = unicodedata.normalize("NFC", str(photo.get("title") or ""))
    kept = "".join(c if c == "_" or unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    title = re.sub(r"-{2,}", "-", kept).strip("-_")
    # 255 bytes is what file systems take; day, id and ending need some 50 of them.
    title = title.encode()[:120].decode("utf-8", "ignore")
    if _DEVICES.match(title):
        title = f"{title}-"
    day = day if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else ""
    # A UUIDv7 begins with the time; its end is what tells two of one moment apart.
    return "_".join(filter(None, (day, title, re.sub(r"\W", "", str(photo["id"]))[-12:])))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(MIB):
            digest.update(piece)
    return digest.hexdigest()
