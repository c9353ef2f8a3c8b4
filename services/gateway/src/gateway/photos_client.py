"""The photos service over HTTP: who holds a token, is it ready, and requests passed on as they are."""

from collections.abc import AsyncIterable, Iterator, Mapping
from contextlib import contextmanager

import httpx
from pydantic import ValidationError

from vignette_shared.contracts.api import Readiness
from vignette_shared.contracts.identity import ANONYMOUS, IDENTITY_HEADER, Identity, sign_identity
from vignette_shared.errors import ServiceUnavailable
from vignette_shared.observability.context import REQUEST_ID_HEADER, current_request_id

IDENTITY_PATH = "/internal/v1/identity"
READINESS_PATH = "/readyz"
READINESS_TIMEOUT_S = 3.0


def open_client(url: str) -> httpx.AsyncClient:
    """Open the connection pool to photos at `http://host:port` or `unix:/path/to/socket`."""
    uds = url.removeprefix("unix:") if url.startswith("unix:") else None
    # Photos drops connections idle for 5 s; ours go first, or a request could meet a closing one.
    limits = httpx.Limits(max_connections=512, max_keepalive_connections=64, keepalive_expiry=2.0)
    return httpx.AsyncClient(
        base_url="http://photos" if uds else url,
        transport=httpx.AsyncHTTPTransport(uds=uds, limits=limits, trust_env=False),
        # Reading waits for the inspection of an upload, which photos itself gives 20 s an image.
        timeout=httpx.Timeout(60.0, connect=2.0, pool=5.0),
        trust_env=False,
    )


class PhotosClient:
    """Requests to photos, each with a freshly signed identity.

    Every method raises `ServiceUnavailable` when photos does not answer.
    """

    def __init__(self, client: httpx.AsyncClient, key: str) -> None:
        self._client = client
        self._key = key

    async def identify(self, token: str) -> Identity | None:
        """Return whom a token stands for, or None for an unknown or expired one."""
        with _translated():
            answer = await self._client.post(
                IDENTITY_PATH, json={"token": token}, headers=self._own(ANONYMOUS)
            )
        if answer.status_code == 401:
            return None
        try:
            return Identity.model_validate_json(answer.raise_for_status().content)
        except (httpx.HTTPStatusError, ValidationError) as error:
            raise unavailable() from error

    async def readiness(self) -> Readiness:
        """Return what photos says of the database, the broker, the storage and the model."""
        with _translated():
            answer = await self._client.get(
                READINESS_PATH, headers=self._own(ANONYMOUS), timeout=READINESS_TIMEOUT_S
            )
        try:
            return Readiness.model_validate_json(answer.content)
        except ValidationError as error:
            raise unavailable() from error

    async def send(
        self,
        method: str,
        raw_path: bytes,
        headers: list[tuple[bytes, bytes]],
        body: AsyncIterable[bytes] | None,
        identity: Identity,
    ) -> httpx.Response:
        """Send a request; the answer's body is still to be read, and closed, by the caller.

        Args:
            raw_path: path and query as the client escaped them.
            body: chunks, sent as they come; what it raises passes through.
        """
        url = self._client.base_url.copy_with(raw_path=raw_path)
        own = [(name.encode(), value.encode()) for name, value in self._own(identity).items()]
        request = self._client.build_request(method, url, headers=[*headers, *own], content=body)
        with _translated():
            return await self._client.send(request, stream=True)

    async def aclose(self) -> None:
        await self._client.aclose()

    def _own(self, identity: Identity) -> Mapping[str, str]:
        return {
            IDENTITY_HEADER: sign_identity(identity, self._key),
            REQUEST_ID_HEADER: current_request_id() or "",
        }


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        raise unavailable() from error


def unavailable() -> ServiceUnavailable:
    """Return the error to raise when photos can't be reached or understood."""
    return ServiceUnavailable("The photos service does not answer; try again in a moment.", retry_after=5)
