"""tus headers on every response under /uploads, including the gateway's own errors."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

VERSION = "1.0.0"
OVERRIDING = frozenset({"PATCH", "DELETE", "HEAD"})
"""Methods that some proxies block, and that POST may override."""


class TusAnswers:
    """ASGI middleware: adds the tus version and applies `X-HTTP-Method-Override`.

    Args:
        path: prefix of the upload operations.
    """

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{self._path}/"):
            await self._app(scope, receive, send)
            return
        method = Headers(scope=scope).get("x-http-method-override", "").upper()
        if scope["method"] == "POST" and method in OVERRIDING:
            # Changed in place: logs and metrics must show the effective method.
            scope["method"] = method

        async def send_with_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Tus-Resumable"] = headers["Tus-Version"] = VERSION
            await send(message)

        await self._app(scope, receive, send_with_version)
