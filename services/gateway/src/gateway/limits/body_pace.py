"""Request bodies that arrive too slowly end in 408."""

import asyncio
from time import monotonic

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyPace:
    """ASGI middleware: answers 408 when a body stalls or trickles.

    Only the time spent waiting for the client counts, not the time that photos takes to read the bytes. Slow
    heads and slow readers are left to the proxy in front: see docs/deployment.md.

    Args:
        idle_s: seconds of the longest pause; also added to the time that the minimum rate allows a body.
        bytes_per_s: the minimum rate; 0 for none.
    """

    def __init__(self, app: ASGIApp, *, idle_s: float, bytes_per_s: int) -> None:
        self._app = app
        self._idle_s = idle_s
        self._bytes_per_s = bytes_per_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        waited, arrived, complete, late = 0.0, 0, False, False

        async def receive_in_time() -> Message:
            nonlocal waited, arrived, complete, late
            if complete:
                # The body is complete; the next message says that the client has left.
                return await receive()
            began = monotonic()
            try:
                async with asyncio.timeout(self._patience(waited, arrived)):
                    message = await receive()
            except TimeoutError:
                late = True
                # FastAPI replaces any other exception that is raised while it reads a body.
                raise HTTPException(408, "The request body arrived too slowly. Send it again.") from None
            waited += monotonic() - began
            arrived += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            return message

        async def send_and_close(message: Message) -> None:
            if late and message["type"] == "http.response.start":
                # The rest of the body may still arrive and must not be read as the next request.
                message["headers"] = [*message.get("headers", []), (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive_in_time, send_and_close)

    def _patience(self, waited: float, arrived: int) -> float:
        if not self._bytes_per_s:
            return self._idle_s
        return max(min(self._idle_s, self._idle_s + arrived / self._bytes_per_s - waited), 0.0)
