"""Request bodies up to their limit, whether the length is announced or not."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.operations import OperationIndex
from vignette_shared.errors import BadRequest, TooLarge, VignetteError
from vignette_shared.http.operations import BodyLimit
from vignette_shared.http.problems import problem_response
from vignette_shared.settings import LimitSettings

MULTIPART_ALLOWANCE = 64 * 1024
"""bytes for the other fields of a form and the boundaries between them"""


def body_sizes(limits: LimitSettings) -> dict[BodyLimit, int]:
    """Return the bytes that each limit allows."""
    return {
        "default": limits.body_bytes,
        "form": limits.upload_bytes + MULTIPART_ALLOWANCE,
        "chunk": limits.upload_bytes,
    }


class BodyLimits:
    """ASGI middleware: refuses by Content-Length before routing, else counts the bytes that arrive."""

    def __init__(self, app: ASGIApp, *, index: OperationIndex, sizes: Mapping[BodyLimit, int]) -> None:
        self._app = app
        self._index = index
        self._sizes = sizes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        # HTTP/1.1 announces a body by one of these headers.
        if "content-length" not in headers and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["method"], scope["path"])
        if refusal := _refusal(headers.get("content-length", "0"), limit):
            await problem_response(refusal, scope["state"]["request_id"])(scope, receive, send)
            return
        counted = 0

        async def count() -> Message:
            nonlocal counted
            message = await receive()
            counted += len(message.get("body", b""))
            if counted > limit:
                # FastAPI replaces any other exception that is raised while it reads a body.
                raise HTTPException(413, _explain(limit))
            return message

        await self._app(scope, count, send)

    def _limit(self, method: str, path: str) -> int:
        operation = self._index.at(path).get(method)
        return self._sizes[operation.declaration.body_limit if operation else "default"]


def _refusal(announced: str, limit: int) -> VignetteError | None:
    if not announced.isdecimal():
        return BadRequest("Content-Length is not a number.")
    return TooLarge(_explain(limit)) if int(announced) > limit else None


def _explain(limit: int) -> str:
    size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 1024} KiB"
    return f"The request is larger than the limit of {size}."
