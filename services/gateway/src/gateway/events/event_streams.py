"""Server-sent events: a user's event log as a resumable stream.

See docs/decisions/0003-events-are-redis-streams.md.
"""

import json
import re
from collections.abc import AsyncIterator
from time import monotonic

import redis.asyncio
from anyio import CancelScope
from starlette.responses import StreamingResponse
from starlette.types import Send

from gateway.sessions import Caller, Sessions
from vignette_shared.errors import BadRequest, BrokerUnavailable, RateLimited, ServiceUnavailable
from vignette_shared.events import Event, follow, has_gap_after, latest_event_id
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

HEARTBEAT_S = 15.0
RECHECK_S = 60.0
RETRY_MS = 3000
RETRY_S = 30
KEEP_ALIVE = b": keep-alive\n\n"
MISSED = b"event: events.missed\ndata: {}\n\n"
"""Tells the client to reload. It has no id, which keeps the last id that the browser has."""
_EVENT_ID = re.compile(r"^\d{1,19}-\d{1,19}$")


class EventStreams:
    """All open streams of this process, counted and closed together at shutdown.

    Args:
        client: each stream holds one of its connections.
        limit: maximum number of open streams.
        limit_per_user: maximum per user; a browser shares one stream among its tabs.
        heartbeat_s: seconds without an event after which a comment is sent.
        recheck_s: seconds between checks that the session is still valid.
    """

    def __init__(
        self,
        client: "redis.asyncio.Redis",
        sessions: Sessions,
        *,
        limit: int,
        limit_per_user: int,
        heartbeat_s: float = HEARTBEAT_S,
        recheck_s: float = RECHECK_S,
    ) -> None:
        self._client = client
        self._sessions = sessions
        self._limit = limit
        self._limit_per_user = limit_per_user
        self._heartbeat_s = heartbeat_s
        self._recheck_s = recheck_s
        self._open: dict[CancelScope, str] = {}
        self._closing = False

    @property
    def open_now(self) -> int:
        """Number of open streams."""
        return len(self._open)

    async def open(self, caller: Caller, last_id: str | None) -> "EventStream":
        """Open a signed-in caller's stream, after event `last_id` or from now on.

        Raises:
            BadRequest: `last_id` is not an event id.
            BrokerUnavailable: Redis does not answer.
            RateLimited: the user has too many streams open.
            ServiceUnavailable: too many streams are open, or the gateway is stopping.
        """
        if self._closing or len(self._open) >= self._limit:
            raise ServiceUnavailable("Too many event streams are open. Try again later.", retry_after=RETRY_S)
        user_id, token = caller.identity.user_id, caller.token
        assert user_id is not None
        assert token is not None
        if last_id is not None and not _EVENT_ID.fullmatch(last_id):
            raise BadRequest("Last-Event-ID is not an event ID. Omit it to start from now.")
        if list(self._open.values()).count(user_id) >= self._limit_per_user:
            raise RateLimited(
                f"You have {self._limit_per_user} event streams open. Close one first.", retry_after=RETRY_S
            )
        # Read before the first byte is sent: events after that moment must be in the stream.
        position = last_id or await latest_event_id(self._client, user_id)
        missed = last_id is not None and await has_gap_after(self._client, user_id, last_id)
        return EventStream(self._frames(user_id, token, position, missed=missed), self._open, user_id)

    def close(self) -> None:
        """Close all streams. Browsers reconnect by themselves, to the next process."""
        self._closing = True
        for scope in list(self._open):
            scope.cancel()

    async def aclose(self) -> None:
        self.close()
        await self._client.aclose()

    async def _frames(self, user_id: str, token: str, position: str, *, missed: bool) -> AsyncIterator[bytes]:
        yield f"retry: {RETRY_MS}\n\n".encode()
        if missed:
            yield MISSED
        checked = monotonic()
        try:
            async for event in follow(self._client, user_id, position, heartbeat_s=self._heartbeat_s):
                if monotonic() - checked >= self._recheck_s:
                    if not await self._still_signed_in(token):
                        return
                    checked = monotonic()
                yield _frame(event) if event else KEEP_ALIVE
        except BrokerUnavailable as error:
            log.warning("event_stream_ended", reason=error.detail)

    async def _still_signed_in(self, token: str) -> bool:
        try:
            return await self._sessions.still_valid(token)
        except ServiceUnavailable:
            # An outage of photos must not close every stream.
            return True


class EventStream(StreamingResponse):
    """A stream, registered while it is open and closed by cancelling its scope."""

    media_type = "text/event-stream"

    def __init__(self, frames: AsyncIterator[bytes], registry: dict[CancelScope, str], user_id: str) -> None:
        # nginx buffers responses unless this header forbids it.
        super().__init__(frames, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._registry = registry
        self._user_id = user_id

    async def stream_response(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        with CancelScope() as scope:
            self._registry[scope] = self._user_id
            try:
                async for frame in self.body_iterator:
                    await send({"type": "http.response.body", "body": frame, "more_body": True})
            finally:
                self._registry.pop(scope, None)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _frame(event: Event) -> bytes:
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {event.id}\nevent: {event.type}\ndata: {data}\n\n".encode()
