"""Upload a file in one multipart form, counting its bytes on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from vignette.api.client import Api
from vignette.api.problems import Json, not_vignette, read_object
from vignette.errors import Stopped
from vignette.uploads.upload import ProgressCallback, StoredPhoto, Upload


@dataclass
class Meter:
    """Counts the bytes of one request, and subtracts them again when it has to be repeated."""

    on_progress: ProgressCallback
    count: int = 0

    def add(self, size: int) -> None:
        self.count += size
        self.on_progress(size)

    def restart(self) -> None:
        self.on_progress(-self.count)
        self.count = 0


@dataclass
class MeteredFile:
    """A file that meters its reads, and raises `Stopped` from them after Ctrl-C."""

    file: IO[bytes]
    meter: Meter
    is_stopped: Callable[[], bool] = field(default=lambda: False)

    def read(self, size: int = -1) -> bytes:
        if self.is_stopped():
            raise Stopped
        data = self.file.read(size)
        self.meter.add(len(data))
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def __iter__(self) -> "MeteredFile":
        # httpx accepts only iterables as content, and then calls `read`.
        return self


def upload_form(api: Api, upload: Upload, sha256: str, on_progress: ProgressCallback) -> StoredPhoto:
    """Upload the file in one request. Raises as `Api.send`, and `FileError`."""
    meter = Meter(on_progress)
    with upload.source.reading() as file:

        def prepare() -> Json:
            meter.restart()
            file.seek(0)
            body = MeteredFile(file, meter, api.gate.stop.is_set)
            # Multipart parsers treat a part without a file name as text.
            return {"files": {"file": (upload.source.name or "photo", body)}}

        # The server verifies the hash, and rejects a file that has changed since.
        try:
            response = api.send(
                "POST", "photos", data=upload.fields, headers={"X-Content-SHA256": sha256}, prepare=prepare
            )
        except BaseException:
            meter.restart()
            raise
    body = read_object(response)
    photo_id = body.get("id")
    if not isinstance(photo_id, str) or not photo_id:
        raise not_vignette(api.server)
    return StoredPhoto(photo_id, bool(body.get("duplicate")))
