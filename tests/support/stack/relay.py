"""A TCP relay between browser and gateway that can be slow, stall and break.

Chromium's own emulation of slow networks won't do: it delays the progress events, while the bytes reach the
server at full speed.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tests.support.patience import WAIT_S

PIECE = 16 * 1024
BUFFER = 64 * 1024
"""small, so that the browser does not count bytes as sent that are only in the relay"""
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""`struct linger`: closing sends RST; after a mere FIN, Chromium may wait forever to send the rest"""
Answer = TypeVar("Answer")


class Relay:
    """A TCP relay to `target` on its own thread; `address` is its URL."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._open: set[asyncio.StreamWriter] = set()
        self._broken = False
        self._forwarding = asyncio.Event()
        self._forwarding.set()
        self.upload_bytes_per_s: int | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        listener.bind(("127.0.0.1", 0))
        self._server = self._call(asyncio.start_server(self._relay, sock=listener, limit=BUFFER))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def cut(self) -> None:
        """Reset every connection, whatever its buffers hold, and refuse new ones until `restore`."""
        self._call(self._break())

    def restore(self) -> None:
        self._broken = False

    def stall(self) -> None:
        """Stop forwarding to the server, unnoticed by either end, until `resume`."""
        self._loop.call_soon_threadsafe(self._forwarding.clear)

    def resume(self) -> None:
        self._loop.call_soon_threadsafe(self._forwarding.set)

    def close(self) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_S)
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_S)

    async def _break(self) -> None:
        self._broken = True
        for end in self._open:
            _reset(end)

    async def _end(self) -> None:
        self._server.close()
        await self._break()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _relay(self, from_browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        if self._broken:
            _reset(to_browser)
            return
        from_server, to_server = await asyncio.open_connection(*self._target, limit=BUFFER)
        ends = {to_browser, to_server}
        self._open |= ends
        try:
            directions = [
                asyncio.create_task(self._pump(from_browser, to_server, upwards=True)),
                asyncio.create_task(self._pump(from_server, to_browser, upwards=False)),
            ]
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            for direction in directions:
                direction.cancel()
        finally:
            self._open -= ends
            for end in ends:
                end.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, upwards: bool) -> None:
        sink.transport.set_write_buffer_limits(high=BUFFER)
        with suppress(OSError):
            while piece := await source.read(PIECE):
                if upwards:
                    await self._forwarding.wait()
                sink.write(piece)
                await sink.drain()
                if upwards and self.upload_bytes_per_s:
                    await asyncio.sleep(len(piece) / self.upload_bytes_per_s)


def _reset(end: asyncio.StreamWriter) -> None:
    # No FIN may go before the RST.
    with suppress(OSError):
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    end.transport.abort()


@contextmanager
def relay_to(target: str) -> Iterator[Relay]:
    relay = Relay(target)
    try:
        yield relay
    finally:
        relay.close()
