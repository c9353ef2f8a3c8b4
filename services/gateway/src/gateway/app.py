"""The FastAPI app: the API alone for the document, and all of the gateway for serving."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from gateway.access.dependencies import Parts
from gateway.documentation.completion import complete
from gateway.documentation.docs_page import add_docs
from gateway.documentation.overview import DESCRIPTION, TAGS
from gateway.limits.body_limits import MULTIPART_ALLOWANCE, BodyLimits
from gateway.limits.body_pace import BodyPace
from gateway.middleware.compression import Compression
from gateway.middleware.methods import Addresses, HeadAsGet
from gateway.middleware.security_headers import SecurityHeaders
from gateway.middleware.tus import TusAnswers
from gateway.pages import share_pages
from gateway.pages.webapp import WebApp
from gateway.routes import (
    admin,
    albums,
    auth,
    comments,
    labels,
    library,
    me,
    operations,
    photos,
    sharing,
    similar,
    social,
    tagging,
    tags,
    uploads,
)
from vignette_shared.http.app import make_app
from vignette_shared.settings import LimitSettings

API = "/api/v1"


def make_api(registry: CollectorRegistry | None = None, **options: Any) -> FastAPI:
    """Make the app with every route and no parts: enough to describe itself."""
    api = make_app(
        "Vignette",
        registry=registry or CollectorRegistry(),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        **options,
    )
    for routes in (
        auth,
        me,
        admin,
        photos,
        labels,
        similar,
        tagging,
        library,
        albums,
        sharing,
        uploads,
        social,
        comments,
        tags,
    ):
        api.include_router(routes.router, prefix=API)
    api.include_router(operations.router)
    add_docs(api)
    api.openapi = _completed(api, api.openapi)  # type: ignore[method-assign]
    return api


def _completed(api: FastAPI, build: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            complete(build())
        return build()

    return openapi


def make_gateway(parts: Parts, web: WebApp, limits: LimitSettings, registry: CollectorRegistry) -> ASGIApp:
    """Make what is served: the API over `parts`, and the web app at every other address."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await to_thread.run_sync(web.load)
        yield
        await parts.aclose()

    upload = limits.upload_bytes + MULTIPART_ALLOWANCE
    body_limits = Middleware(
        BodyLimits,
        limits={
            ("POST", f"{API}/photos"): upload,
            ("POST", f"{API}/predict"): upload,
            ("PATCH", f"{API}/uploads/*"): limits.upload_bytes,
        },
        default=limits.body_bytes,
    )
    pace = Middleware(BodyPace, idle_s=limits.body_idle_s, bytes_per_s=limits.body_bytes_per_s)
    tus = Middleware(TusAnswers, path=f"{API}/uploads")

    def describe() -> dict[str, Any]:
        return api.openapi()

    addresses = Addresses(describe)
    heads = Middleware(HeadAsGet, addresses=addresses)
    # Outermost first.
    middleware = [heads, Middleware(Compression), tus, pace, body_limits]
    api = make_api(registry, lifespan=lifespan, middleware=middleware)
    api.add_exception_handler(405, addresses.refuse)
    api.state.parts = parts
    api.state.web = web
    api.include_router(share_pages.router)
    api.router.default = web
    # Outside the app, so that the answer to a bug of ours carries them too.
    return SecurityHeaders(api, https=parts.sessions.secure)
