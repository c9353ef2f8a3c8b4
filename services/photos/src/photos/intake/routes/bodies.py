"""Request bodies, streamed in pieces large enough to hand to a thread."""

from collections.abc import AsyncIterator

from anyio import CapacityLimiter
from fastapi import Request
from starlette.requests import ClientDisconnect

from vignette_shared.errors import BadRequest

PIECE = 256 * 1024
"""Bytes handed to a thread at a time: hashing them outweighs the cost of the switch."""

# Uploads wait for a decoder process and must not occupy the threads of other requests.
STORING = CapacityLimiter(8)


def announced_bytes(request: Request) -> int:
    """Return the body's Content-Length, or 0 without one."""
    announced = request.headers.get("content-length", "")
    return int(announced) if announced.isdecimal() else 0


# Small network chunks are joined: a thread switch per chunk costs more than hashing it.
async def pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the body; raises `BadRequest` if it is interrupted, after yielding what arrived."""
    piece = bytearray()
    try:
        async for chunk in request.stream():
            piece += chunk
            if len(piece) >= PIECE:
                yield bytes(piece)
                piece.clear()
    except ClientDisconnect as error:
        yield bytes(piece)
        raise BadRequest("The upload was interrupted. Send it again.") from error
    yield bytes(piece)
