"""HTTP client of the photos service: identities, readiness and forwarded requests."""

from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import httpx
from pydantic import ValidationError

from vignette_shared.contracts.api import Readiness
from vignette_shared.contracts.identity import ANONYMOUS, IDENTITY_HEADER, Identity, sign_identity
from vignette_shared.errors import ServiceUnavailable
from vignette_shared.observability.context import REQUEST_ID_HEADER, current_request_id

IDENTITY_PATH = "/internal/v1/identity"
READINESS_PATH = "/readyz"
# Longer than the 20 s that photos allows the decoding of an uploaded image.
TIMEOUT = httpx.Timeout(60.0, connect=2.0, pool=5.0)
PROBE_TIMEOUT = httpx.Timeout(3.0)


def open_transport(url: str) -> tuple[httpx.AsyncHTTPTransport, httpx.URL]:
    """Return a connection pool and base URL for photos at `http://host:port` or `unix:/path/to/socket`."""
    uds = url.removeprefix("unix:") if url.startswith("unix:") else None
    # photos closes connections idle for 5 s. Expire ours earlier, or a request could meet a closing one.
    limits = httpx.Limits(max_connections=512, max_keepalive_connections=64, keepalive_expiry=2.0)
    # `trust_env=False`: an HTTP proxy of the host must not sit between two internal services.
    transport = httpx.AsyncHTTPTransport(uds=uds, limits=limits, trust_env=False)
    return transport, httpx.URL("http://photos" if uds else url)


class PhotosClient:
    """Sends requests to photos, each with a freshly signed identity.

    Uses httpx's transport rather than its client: a client stores cookies, and one user's cookies must never
    be sent with another's request. Every method raises `ServiceUnavailable` if photos does not answer.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, base: httpx.URL, key: str) -> None:
        self._transport = transport
        self._base = base
        self._key = key

    async def identify(self, token: str) -> Identity | None:
        """Return the identity of a token, or None for an unknown or expired one."""
        url = self._base.copy_with(path=IDENTITY_PATH)
        answer = await self._ask(
            httpx.Request("POST", url, json={"token": token}, headers=self._own(ANONYMOUS))
        )
        if answer.status_code == 401:
            return None
        try:
            return Identity.model_validate_json(answer.content if answer.is_success else b"")
        except ValidationError as error:
            raise unavailable() from error

    async def readiness(self) -> Readiness:
        """Return the state of the database, the broker, the storage and the model."""
        url = self._base.copy_with(path=READINESS_PATH)
        answer = await self._ask(httpx.Request("GET", url, headers=self._own(ANONYMOUS)), PROBE_TIMEOUT)
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
        """Send a request and return the response; the caller reads and closes its body.

        Args:
            raw_path: path and query as the client encoded them.
            body: chunks to stream; exceptions that it raises pass through.
        """
        url = self._base.copy_with(raw_path=raw_path)
        own = [(name.encode(), value.encode()) for name, value in self._own(identity).items()]
        return await self._send(httpx.Request(method, url, headers=[*headers, *own], content=body), TIMEOUT)

    async def ask(
        self,
        method: str,
        target: str,
        identity: Identity,
        *,
        headers: Iterable[tuple[bytes, bytes]] = (),
        body: object = None,
    ) -> httpx.Response:
        """Send one of the gateway's own small requests and read the whole response.

        Args:
            target: path and query, percent-encoded.
            body: sent as JSON.
        """
        url = self._base.copy_with(raw_path=target.encode())
        own = [(name.encode(), value.encode()) for name, value in self._own(identity).items()]
        return await self._ask(httpx.Request(method, url, headers=[*headers, *own], json=body))

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _send(self, request: httpx.Request, timeout: httpx.Timeout) -> httpx.Response:
        request.extensions["timeout"] = timeout.as_dict()
        with _translated():
            return await self._transport.handle_async_request(request)

    async def _ask(self, request: httpx.Request, timeout: httpx.Timeout = TIMEOUT) -> httpx.Response:
        """Send a request and read the whole response."""
        answer = await self._send(request, timeout)
        try:
            with _translated():
                await answer.aread()
        finally:
            await answer.aclose()
        return answer

    def _own(self, identity: Identity) -> Mapping[str, str]:
        return {
            # See docs/decisions/0001-signed-identity.md.
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
    """Return the error for a photos service that can't be reached or understood."""
    return ServiceUnavailable("The photos service does not answer. Try again in a moment.", retry_after=5)
