"""tus 1.0.0 requests to the photos service."""

import hashlib
from base64 import b64encode
from pathlib import Path

import httpx
from tests.support.photos.service import PhotosService

from vignette_shared.contracts.identity import Identity

PATH = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}
UNKNOWN = f"{PATH}/019ab1f0-0000-7000-8000-000000000001"


def described(**fields: str) -> dict[str, str]:
    pairs = (f"{name} {b64encode(value.encode()).decode()}" for name, value in fields.items())
    return {"Upload-Metadata": ",".join(pairs)}


def begin(service: PhotosService, caller: Identity, length: int, **fields: str) -> str:
    answer = service.client(caller).post(
        PATH, headers=TUS | described(**fields) | {"Upload-Length": str(length)}
    )
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def patch(
    service: PhotosService, caller: Identity, url: str, offset: int, data: bytes, **headers: str
) -> httpx.Response:
    sent = TUS | BYTES | {"Upload-Offset": str(offset)}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return service.client(caller).patch(url, content=data, headers=sent)


def head(service: PhotosService, caller: Identity, url: str) -> httpx.Response:
    return service.client(caller).head(url, headers=TUS)


def checksum(data: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = hashlib.new(algorithm, data).digest()
    return {"Upload_Checksum": f"{algorithm} {b64encode(digest).decode()}"}


def kept(service: PhotosService) -> list[Path]:
    return list(service.services.staging.iterdir())


def count(service: PhotosService, table: str) -> int:
    with service.services.database.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)  # noqa: S608
