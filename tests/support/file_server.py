"""An HTTP server for one file that can break, stall and lie."""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class FileServer:
    """Serves `body` at every path.

    Attributes:
        breaks_after: for each request in turn, after how many bytes the line breaks; whole when it is empty.
        pause_after: after how many bytes of an answer nothing comes until `resumed` is set.
        announced: what Content-Length and Content-Range tell of the whole, when that is a lie.
        statuses: for each request in turn, an error status instead of the file; 0 for the file.
        ranges: whether `Range` is understood.
        asked: the `Range` header of every request.
    """

    body: bytes
    etag: str = '"first"'
    breaks_after: list[int] = field(default_factory=list)
    pause_after: int | None = None
    resumed: threading.Event = field(default_factory=threading.Event)
    announced: int | None = None
    statuses: list[int] = field(default_factory=list)
    ranges: bool = True
    url: str = ""
    asked: list[str | None] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range")
        self.asked.append(asked)
        status = self.statuses.pop(0) if self.statuses else 0
        if status:
            request.send_response(status)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        start = 0
        if asked and self.ranges and request.headers.get("If-Range", self.etag) == self.etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        self._send(request, start, asked_for_part=start > 0)

    def _send(self, request: BaseHTTPRequestHandler, start: int, *, asked_for_part: bool) -> None:
        total = len(self.body) if self.announced is None else self.announced
        if start >= total > 0:
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{total}")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        request.send_response(206 if asked_for_part else 200)
        request.send_header("ETag", self.etag)
        request.send_header("Content-Length", str(total - start))
        if asked_for_part:
            request.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        request.end_headers()
        most = self.breaks_after.pop(0) if self.breaks_after else len(self.body)
        end = start + most
        if self.pause_after is not None:
            request.wfile.write(self.body[start : start + self.pause_after])
            request.wfile.flush()
            self.resumed.wait()
            start += self.pause_after
        # Who has hung up meanwhile needs nothing more.
        with contextlib.suppress(OSError):
            request.wfile.write(self.body[start:end])
        request.close_connection = True


@contextmanager
def serving(server: FileServer) -> Iterator[FileServer]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{listener.server_port}/file.zip"
    try:
        yield server
    finally:
        server.resumed.set()
        listener.shutdown()
        thread.join()
        listener.server_close()
