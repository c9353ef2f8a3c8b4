"""The API over HTTP: problems become errors, and what passes by itself is waited out."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from vignette.errors import CommandError, NotSignedIn, Refused, Stopped, Unreachable
from vignette.version import version

Json = dict[str, Any]
PASSING = (502, 503, 504)
"""Statuses of a server that restarts or has its hands full."""

# A big photo must be decoded before the server answers; 30 s are its own limit for that.
TIMEOUT = httpx.Timeout(10, read=120, write=60)


NARROW_S = 10
"""Seconds after a limit in which requests go one at a time."""


@dataclass(frozen=True)
class Patience:
    """How often a request is tried, and the longest wait in between in seconds."""

    attempts: int
    longest_s: float = 30.0
    first_s: float = 0.5

    def pause(self, attempt: int) -> float:
        """Doubling with jitter, so that many clients do not come back at the same moment."""
        return min(self.longest_s, self.first_s * 2.0**attempt) * random.uniform(0.5, 1)  # noqa: S311


AT_THE_DESK = Patience(attempts=3, longest_s=3)
"""Someone waits for the answer."""
OVERNIGHT = Patience(attempts=8)
"""A long run: a minute and a half for a server that restarts."""


@dataclass
class Gate:
    """Holds every worker back when the server asks one of them to wait."""

    stop: threading.Event = field(default_factory=threading.Event)
    on_wait: Callable[[float, str], None] = lambda *_: None
    _until: float = 0.0
    _narrow_until: float = 0.0
    _turnstile: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def close_for(self, seconds: float, reason: str) -> None:
        with self._lock:
            told = time.monotonic() + seconds
            new = told > self._until + 0.5
            self._until = max(self._until, told)
            self._narrow_until = self._until + NARROW_S
        if new:
            self.on_wait(seconds, reason)

    def pass_through(self) -> None:
        """Wait while the gate is closed. Raises `Stopped`."""
        while (left := self._until - time.monotonic()) > 0:
            self.rest(left)
        if self.stop.is_set():
            raise Stopped

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Pass through; after the server asked to wait, one at a time for a while.

        Otherwise all workers would send their files again at once, and all but one in vain.
        """
        if time.monotonic() >= self._narrow_until:
            self.pass_through()
            yield
            return
        while not self._turnstile.acquire(timeout=0.2):
            if self.stop.is_set():
                raise Stopped
        try:
            self.pass_through()
            yield
        finally:
            self._turnstile.release()

    def rest(self, seconds: float) -> None:
        """Sleep, but wake up for Ctrl-C. Raises `Stopped`."""
        if self.stop.wait(seconds):
            raise Stopped


class Api:
    """One account at one server; usable from many threads."""

    def __init__(
        self,
        server: str,
        token: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        gate: Gate | None = None,
        patience: Patience = AT_THE_DESK,
    ) -> None:
        self.server = server
        self.gate = gate or Gate()
        self.patience = patience
        headers = {"User-Agent": f"vignette-cli/{version()}", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            self.client = httpx.Client(
                base_url=f"{server}/api/v1/",
                headers=headers,
                timeout=TIMEOUT,
                transport=transport,
                limits=httpx.Limits(max_connections=32),
                # A proxy of the environment can't see this machine's own addresses.
                trust_env=urlsplit(server).hostname not in ("127.0.0.1", "localhost", "::1"),
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise CommandError(f"The token or address can't be used: {error}.") from error

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def get(self, path: str, **params: Any) -> Json:
        return body_of(self.send("GET", path, params=_given(params)))

    def post(self, path: str, body: Json) -> Json:
        return body_of(self.send("POST", path, json=body, repeatable=False))

    def send(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool = True,
        make: Callable[[], Json] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Send a request and wait out what passes: limits, restarts, networks that break off.

        Args:
            repeatable: false where a second request would do the thing twice: tried again only
                where the first can't have arrived.
            make: makes further options anew for every attempt, such as an opened file.

        Raises:
            Refused: the server says no. NotSignedIn: it does not know the token.
            Unreachable: nothing answered, at the last attempt either. Stopped: Ctrl-C.
        """
        attempt = 0
        while True:
            try:
                with self.gate.turn():
                    response = self.client.request(method, path, **options, **(make() if make else {}))
            except httpx.TransportError as error:
                attempt += 1
                arrived = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if attempt >= self.patience.attempts or (arrived and not repeatable):
                    raise Unreachable(_no_answer(self.server, error)) from error
                self.gate.rest(self.patience.pause(attempt - 1))
                continue
            if response.status_code == 429:
                # The limit frees itself; that costs none of the attempts.
                self.gate.close_for(_retry_after(response, 5.0), "the server's limit")
                continue
            if response.status_code in PASSING and (repeatable or _retry_after(response, 0)):
                attempt += 1
                if attempt < self.patience.attempts:
                    wait = max(_retry_after(response, 0), self.patience.pause(attempt - 1))
                    self.gate.rest(min(wait, 60))
                    continue
            if response.status_code >= 400:
                raise problem_of(response)
            return response

    def stream(self, path: str, headers: dict[str, str], **params: Any) -> Any:
        """Open a download; a context manager over the response, of whatever status."""
        self.gate.pass_through()
        return self.client.stream("GET", path, headers=headers, params=_given(params))

    def pages(self, path: str, *, limit: int | None = None, **params: Any) -> Iterator[Json]:
        """Yield the items of a list, page by page, `limit` at most."""
        cursor: str | None = None
        left = limit
        while left is None or left > 0:
            size = 200 if left is None else min(200, left)
            page = self.get(path, limit=size, cursor=cursor, **params)
            items = page.get("items", [])
            yield from items if left is None else items[:left]
            left = None if left is None else left - len(items)
            cursor = page.get("next_cursor")
            if not cursor:
                return


def _given(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def body_of(response: httpx.Response) -> Json:
    """Return the answer's JSON object; {} when it has none. Raises `Unreachable`."""
    if not response.content:
        return {}
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        url = response.request.url
        raise Unreachable(f"{url.host} answers, but not as Vignette does: is the address right?")
    return body


def problem_of(response: httpx.Response) -> CommandError:
    """Turn a refusal into an error that says what the server said."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or "detail" not in problem:
        text = f"The server answered {response.status_code} {response.reason_phrase}".rstrip()
        return Refused(response.status_code, f"http_{response.status_code}", f"{text}.")
    code, detail = str(problem.get("code", response.status_code)), str(problem["detail"])
    fields = problem.get("errors") or []
    named = "; ".join(
        f"{item.get('field')}: {item.get('message')}" for item in fields if isinstance(item, dict)
    )
    detail = f"{detail.rstrip('. ')}: {named}" if named else detail
    if code == "authentication_required":
        return NotSignedIn("The server no longer knows this session or key: run `vignette login`.")
    position = problem.get("position")
    return Refused(
        response.status_code, code, detail, position=position if isinstance(position, int) else None
    )


def _retry_after(response: httpx.Response, otherwise: float) -> float:
    """Return `Retry-After` in seconds, an hour at most; a date counts as none."""
    value = response.headers.get("retry-after", "")
    return min(float(value), 3600.0) if re.fullmatch(r"\d{1,9}(\.\d+)?", value) else otherwise


def _no_answer(server: str, error: httpx.TransportError) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return (
            f"Nothing answers at {server}: start it (`make up`), "
            "or name another with `vignette login --server URL`."
        )
    if isinstance(error, httpx.TimeoutException):
        return f"{server} took too long to answer; try again."
    return f"The connection to {server} broke off ({error or type(error).__name__}); try again."
