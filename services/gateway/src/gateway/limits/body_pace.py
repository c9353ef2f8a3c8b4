"""No client holds a connection by being slow: heads, bodies and answers each have their time."""

import asyncio
from asyncio.events import TimerHandle
from time import monotonic
from typing import Any, ClassVar

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vignette_shared.observability.logs import get_logger
from vignette_shared.settings import LimitSettings

log = get_logger(__name__)

DRAIN_S = 60.0
"""seconds that a body may go on arriving after its answer, for clients that read only then"""
HEAD_BYTES = 64 * 1024
"""bytes of a request line with its headers; browsers send a few KiB"""
_LATE = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BodyPace:
    """ASGI middleware: a body that stops, or comes at a trickle, ends in 408.

    Only the time that the client is waited for counts, not what photos takes to swallow the bytes.

    Args:
        idle_s: seconds without a byte, and what any body may take besides its bytes at the least rate.
        bytes_per_s: the least rate; 0 for any.
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
                # What is still to come is the news that the client has left.
                return await receive()
            began = monotonic()
            try:
                async with asyncio.timeout(self._patience(waited, arrived)):
                    message = await receive()
            except TimeoutError:
                late = True
                # FastAPI lets only this kind through from where it reads a body.
                raise HTTPException(408, "The body came too slowly; send it again.") from None
            waited += monotonic() - began
            arrived += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            return message

        async def send_and_close(message: Message) -> None:
            if late and message["type"] == "http.response.start":
                # The rest of the body may still come; it must not be read as the next request.
                message["headers"] = [*message.get("headers", []), (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive_in_time, send_and_close)

    def _patience(self, waited: float, arrived: int) -> float:
        if not self._bytes_per_s:
            return self._idle_s
        return max(min(self._idle_s, self._idle_s + arrived / self._bytes_per_s - waited), 0.0)


class TimedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for a head, and for a reader of the answer, for ever."""

    header_timeout_s: ClassVar[float]
    idle_s: ClassVar[float]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._in_head = True
        self._in_body = False
        self._timer: TimerHandle | None = None
        self._answer_timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer(self.header_timeout_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._stop_answer_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        if self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._start_timer(DRAIN_S if self._in_body else self.header_timeout_s)
        super().data_received(data)
        # Whole bodies may have come with the head; only one that is still open is too long.
        if self._in_head and self._head_bytes > HEAD_BYTES:
            self._refuse(_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        self._in_head, self._in_body = False, True
        self._head_bytes = 0
        self._stop_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        self._stop_timer()
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._answer_timer = self.loop.call_later(self.idle_s, self._give_up_on_reader)

    def resume_writing(self) -> None:
        self._stop_answer_timer()
        super().resume_writing()

    def _start_timer(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._give_up_on_writer)

    def _give_up_on_writer(self) -> None:
        # Nothing was asked yet on a connection that is only open.
        self._refuse(_LATE if self._in_head and self._head_bytes else b"")

    def _refuse(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()

    def _give_up_on_reader(self) -> None:
        log.info("reader_too_slow", client=self.client[0] if self.client else None)
        # Closing would first wait for the reader to take what lies in the buffer.
        self.transport.abort()

    def _stop_answer_timer(self) -> None:
        if self._answer_timer is not None:
            self._answer_timer.cancel()
            self._answer_timer = None

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def timed_protocol(limits: LimitSettings) -> type[TimedProtocol]:
    """Return the protocol class for uvicorn, which passes no arguments of ours."""
    times = {"header_timeout_s": limits.header_timeout_s, "idle_s": limits.body_idle_s}
    return type("TimedProtocol", (TimedProtocol,), times)
