"""The FastAPI app that both HTTP services start from."""

from time import perf_counter
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from vignette_shared.http.problems import install_problem_handlers
from vignette_shared.observability.context import REQUEST_ID_HEADER, bind_request
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)
# Polled every few seconds, so they would drown the other requests in the log.
_QUIET = ("/healthz", "/readyz", "/metrics")


class HttpMetrics:
    """Count and duration of requests, by method, route template and status."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("method", "route", "status")
        self.requests = Counter("vignette_http_requests_total", "HTTP requests", labels, registry=registry)
        self.seconds = Histogram(
            "vignette_http_request_seconds",
            "Seconds until the response is sent",
            labels,
            registry=registry,
        )


class RequestContext:
    """ASGI middleware: propagates the request ID, and logs and counts each request.

    Plain ASGI, because Starlette's BaseHTTPMiddleware would buffer streams and lose disconnects.
    """

    def __init__(self, app: ASGIApp, metrics: HttpMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        given = headers.get(REQUEST_ID_HEADER.lower().encode(), b"").decode("latin-1")
        request_id = bind_request(given)
        scope.setdefault("state", {})["request_id"] = request_id
        # 500 unless a response starts: a crash is answered outside of this middleware.
        started, status = perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [
                    pair
                    for pair in message.get("headers", [])
                    if pair[0].lower() != REQUEST_ID_HEADER.lower().encode()
                ]
                message["headers"] = [*kept, (REQUEST_ID_HEADER.encode(), request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._record(scope, status, perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        # The template, not the path: each photo id would become a time series of its own.
        route = getattr(scope.get("route"), "path", "unmatched")
        values = (scope["method"], route, str(status))
        self._metrics.requests.labels(*values).inc()
        self._metrics.seconds.labels(*values).observe(seconds)
        if scope["path"] not in _QUIET:
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(seconds * 1000, 1),
            )


def make_app(
    title: str,
    *,
    lifespan: Lifespan[FastAPI] | None = None,
    registry: CollectorRegistry,
    **options: Any,
) -> FastAPI:
    """Make an app with request ids, problem documents and metrics; `options` go to FastAPI."""
    app = FastAPI(title=title, version="1.0.0", lifespan=lifespan, **options)
    install_problem_handlers(app)
    app.add_middleware(RequestContext, metrics=HttpMetrics(registry))
    return app
