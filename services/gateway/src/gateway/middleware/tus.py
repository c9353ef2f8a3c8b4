"""What tus asks of every answer under /uploads, those of the gateway itself among them."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

VERSION = "1.0.0"
OVERRIDING = frozenset({"PATCH", "DELETE", "HEAD"})
"""Methods that some proxies let nobody use; POST may stand for them."""


class TusAnswers:
    """ASGI middleware: names the version, and takes `X-HTTP-Method-Override` for the method.

    Args:
        path: of the uploads.
    """

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{self._path}/"):
            await self._app(scope, receive, send)
            return
        meant = Headers(scope=scope).get("x-http-method-override", "").upper()
        if scope["method"] == "POST" and meant in OVERRIDING:
            # Changed in place: what is logged and counted is what was done.
            scope["method"] = meant

        async def send_with_version(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Tus-Resumable"] = headers["Tus-Version"] = VERSION
            await send(message)

        await self._app(scope, receive, send_with_version)
