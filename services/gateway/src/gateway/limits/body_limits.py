"""No request body beyond its limit, announced or not."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vignette_shared.errors import BadRequest, TooLarge, VignetteError
from vignette_shared.http.problems import problem_response

MULTIPART_ALLOWANCE = 64 * 1024
"""bytes for the other fields of an upload and the lines between them"""


class BodyLimits:
    """ASGI middleware: refuses by Content-Length at once, else counts what comes.

    Args:
        limits: bytes by (method, path); a path may end in `/*` for any last part.
        default: bytes of any other body.
    """

    def __init__(self, app: ASGIApp, *, limits: Mapping[tuple[str, str], int], default: int) -> None:
        self._app = app
        self._limits = limits
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["method"], scope["path"])
        announced = Headers(scope=scope).get("content-length", "0")
        if refusal := _refusal(announced, limit):
            await problem_response(refusal, scope["state"]["request_id"])(scope, receive, send)
            return
        counted = 0

        async def count() -> Message:
            nonlocal counted
            message = await receive()
            counted += len(message.get("body", b""))
            if counted > limit:
                # FastAPI lets only this kind through from where it reads a body.
                raise HTTPException(413, _explain(limit))
            return message

        await self._app(scope, count, send)

    def _limit(self, method: str, path: str) -> int:
        any_last = f"{path.rpartition('/')[0]}/*"
        return self._limits.get((method, path), self._limits.get((method, any_last), self._default))


def _refusal(announced: str, limit: int) -> VignetteError | None:
    if not announced.isdecimal():
        return BadRequest("Content-Length is not a number.")
    return TooLarge(_explain(limit)) if int(announced) > limit else None


def _explain(limit: int) -> str:
    size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 1024} KiB"
    return f"The request is larger than {size}, the most that is taken here."
