"""Relay a request to photos and its response to the client, streaming both bodies."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.photos_client import PhotosClient, unavailable
from gateway.sessions import Caller
from vignette_shared.contracts.identity import IDENTITY_HEADER
from vignette_shared.errors import NotFound
from vignette_shared.observability.context import REQUEST_ID_HEADER
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)
Headers = Iterable[tuple[bytes, bytes]]

HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# Credentials stop here. Behind the gateway only the signed identity counts.
NOT_FORWARDED = HOP_BY_HOP | {
    "authorization",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "origin",
    REQUEST_ID_HEADER.lower(),
    IDENTITY_HEADER.lower(),
}
# The gateway's server writes its own date and server, and only the gateway sets cookies.
NOT_RETURNED = HOP_BY_HOP | {"date", "server", "set-cookie", REQUEST_ID_HEADER.lower()}


async def forward(request: Request, photos: PhotosClient, caller: Caller, extra: Headers = ()) -> Response:
    """Send the request to the same path of photos, with `extra` headers, and relay the response.

    Raises:
        ServiceUnavailable: photos does not answer.
        NotFound: the path contains `.` or `..` segments.
    """
    try:
        return Relay(await open_answer(request, photos, caller, extra))
    except ClientDisconnect:
        log.info("client_left", path=request.url.path)
        return Response(status_code=499)


async def fetch(request: Request, photos: PhotosClient, caller: Caller, extra: Headers = ()) -> Response:
    """Like `forward`, but read the whole body: for small responses that the gateway inspects."""
    try:
        upstream = await open_answer(request, photos, caller, extra)
    except ClientDisconnect:
        return Response(status_code=499)
    try:
        body = await upstream.aread()
    except httpx.TransportError as error:
        raise unavailable() from error
    finally:
        await upstream.aclose()
    answer = Response(body, upstream.status_code)
    # `aread` has decoded the body, so its coding and length no longer apply.
    decoded = NOT_RETURNED | {"content-encoding", "content-length"}
    answer.raw_headers += _without(upstream.headers.raw, decoded)
    return answer


async def open_answer(
    request: Request, photos: PhotosClient, caller: Caller, extra: Headers = ()
) -> httpx.Response:
    """Send the request and return the response, its body unread.

    Raises:
        ClientDisconnect: the client left before the response arrived.
    """
    raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    # Servers resolve dot segments differently; one that did could leave the public prefix.
    if any(segment in (b".", b"..") for segment in raw_path.split(b"/")):
        raise NotFound
    if query := request.scope["query_string"]:
        raw_path += b"?" + query
    body = RequestBody(request)
    headers = _without(request.headers.raw, NOT_FORWARDED | _named_by_connection(request))
    headers += extra
    content = body if _has_body(request) else None
    # photos may work for a minute before it answers; a client that leaves meanwhile must end that work.
    sending = asyncio.create_task(photos.send(request.method, raw_path, headers, content, caller.identity))
    leaving = asyncio.create_task(body.client_left(wait_for_body=content is not None))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not sending.done():
            raise ClientDisconnect
        return sending.result()
    finally:
        leaving.cancel()
        if not sending.done():
            sending.cancel()
            # The connection goes back to the pool only once the cancelled request has closed it.
            await asyncio.wait({sending})


class RequestBody:
    """The request body as a stream. ASGI reports a disconnect through the same channel."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._read = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._request.stream():
            if chunk:
                yield chunk
        self._read.set()

    async def client_left(self, *, wait_for_body: bool) -> None:
        """Return once the client has disconnected; with a body, only after the body was read."""
        if wait_for_body:
            await self._read.wait()
        while (await self._request.receive())["type"] != "http.disconnect":
            pass


class Relay(StreamingResponse):
    """A response of photos streamed to the client. A disconnect closes the request to photos too."""

    def __init__(self, upstream: httpx.Response) -> None:
        super().__init__(upstream.aiter_raw(), upstream.status_code)
        self._upstream = upstream
        self.raw_headers = _without(upstream.headers.raw, NOT_RETURNED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._upstream.aclose()

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except httpx.TransportError as error:
            # Too late for an error status. The server closes the connection, which clients detect.
            log.warning("response_cut_short", reason=str(error) or type(error).__name__)


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _named_by_connection(request: Request) -> frozenset[str]:
    """Return the headers that the client's `Connection` header limits to this hop."""
    return frozenset(name.strip().lower() for name in request.headers.get("connection", "").split(","))


def _without(headers: Iterable[tuple[bytes, bytes]], dropped: frozenset[str]) -> list[tuple[bytes, bytes]]:
    return [
        (name.lower(), value)
        for name, value in headers
        # Some servers treat `X_Vignette_Identity` as `X-Vignette-Identity`.
        if name.decode("latin-1").lower().replace("_", "-") not in dropped
    ]
