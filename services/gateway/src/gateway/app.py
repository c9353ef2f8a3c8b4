"""The FastAPI app: the API alone for the document, and all of the gateway for serving."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from gateway.documentation.docs_page import add_docs
from gateway.documentation.document import build_document
from gateway.forwarding.endpoints import forwarding_routes
from gateway.limits.body_limits import BodyLimits, body_sizes
from gateway.limits.body_pace import BodyPace
from gateway.middleware.compression import Compression
from gateway.middleware.methods import HeadAsGet, MethodNotAllowedHandler
from gateway.middleware.security_headers import SecurityHeaders
from gateway.middleware.tus import TusAnswers
from gateway.operations import Operation, OperationIndex, forwarded_operations
from gateway.pages import share_pages
from gateway.pages.webapp import WebApp
from gateway.routes import events, health, prediction
from gateway.services import Services
from vignette_shared.http.app import make_app
from vignette_shared.http.operations import OperationRoute
from vignette_shared.settings import LimitSettings

API = "/api/v1"
OWN_ROUTES = (prediction, events, health)


def make_api(registry: CollectorRegistry | None = None, **options: Any) -> FastAPI:
    """Make the app with every operation and no services: enough to describe itself."""
    api = make_app(
        "Vignette",
        registry=registry or CollectorRegistry(),
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        **options,
    )
    for module in OWN_ROUTES:
        api.include_router(module.router)
    api.router.routes.extend(forwarding_routes())
    add_docs(api)

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = build_document(api)
        return api.openapi_schema

    # FastAPI's documented way to extend the document.
    api.openapi = openapi  # type: ignore[method-assign]
    return api


def all_operations() -> OperationIndex:
    """Return the operations of photos and of the gateway."""
    own = [
        Operation(str(route.operation_id), method, route.path, route.declaration)
        for module in OWN_ROUTES
        for route in module.router.routes
        if isinstance(route, OperationRoute)
        for method in route.methods or ()
    ]
    return OperationIndex([*own, *forwarded_operations()])


def make_gateway(
    services: Services, web: WebApp, limits: LimitSettings, registry: CollectorRegistry
) -> ASGIApp:
    """Make what is served: the API over `services`, and the web app at every other address."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await to_thread.run_sync(web.load)
        yield
        await services.aclose()

    index = all_operations()
    # Outermost first.
    middleware = [
        Middleware(HeadAsGet, index=index),
        Middleware(Compression),
        Middleware(TusAnswers, path=f"{API}/uploads"),
        Middleware(BodyPace, idle_s=limits.body_idle_s, bytes_per_s=limits.body_bytes_per_s),
        Middleware(BodyLimits, index=index, sizes=body_sizes(limits)),
    ]
    api = make_api(registry, lifespan=lifespan, middleware=middleware)
    api.add_exception_handler(405, MethodNotAllowedHandler(index))
    api.state.services = services
    api.state.web = web
    api.include_router(share_pages.router)
    # Every address that is not a route belongs to the web app, whose router runs in the browser.
    api.router.default = web
    # Outside the app: the answer to an unhandled error needs the headers too.
    return SecurityHeaders(api, https=services.sessions.secure)
