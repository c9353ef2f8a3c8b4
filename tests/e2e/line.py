"""A line between browser and gateway that can be slow, and can break.

Chromium's own emulation of slow networks won't do: it holds back the news of what was sent, while the bytes
reach the server at full speed.
"""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

PIECE = 16 * 1024
BUFFER = 64 * 1024
"""bytes that lie between the browser and the server: it must not believe to have sent what is only here"""
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""`struct linger`: closing sends RST. After a mere FIN, Chromium may wait for ever to send what is left"""


class Line:
    """A TCP relay to `target`; `address` is where the browser finds it."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._door = socket.socket()
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._door.bind(("127.0.0.1", 0))
        self._door.listen(64)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._broken = False
        self._audible = threading.Event()
        self._audible.set()
        self.upload_bytes_per_s: int | None = None
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones until `mend`."""
        self._broken = True
        with self._lock:
            for end in self._open:
                # Wakes the pumps, which close it. No FIN may go before the RST.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                _shut(end, socket.SHUT_RD)

    def mend(self) -> None:
        self._broken = False

    def fall_silent(self) -> None:
        """Bring nothing to the server any more, without a word to either end, until `speak`."""
        self._audible.clear()

    def speak(self) -> None:
        self._audible.set()

    def close(self) -> None:
        self.speak()
        self.cut()
        _shut(self._door)
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            with self._lock:
                if self._broken:
                    near.close()
                    far.close()
                    continue
                self._open |= {near, far}
            threading.Thread(target=self._pump, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, False), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, upwards: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if upwards:
                    self._audible.wait()
                sink.sendall(piece)
                if upwards and self.upload_bytes_per_s:
                    time.sleep(len(piece) / self.upload_bytes_per_s)
        # The other direction's pump wakes by this, and then either may close what both have left.
        how = socket.SHUT_RD if self._broken else socket.SHUT_RDWR
        _shut(source, how)
        _shut(sink, how)
        with self._lock:
            first = source in self._open and sink in self._open
            self._open.discard(source)
        if not first:
            source.close()
            sink.close()


def _shut(end: socket.socket, how: int = socket.SHUT_RDWR) -> None:
    with suppress(OSError):
        end.shutdown(how)


@contextmanager
def line_to(target: str) -> Iterator[Line]:
    line = Line(target)
    try:
        yield line
    finally:
        line.close()
