"""The FastAPI app: the API alone for the document, and all of the gateway for serving."""

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from gateway.docs_page import add_docs
from gateway.documentation import DESCRIPTION, TAGS
from gateway.routes import auth, operations, photos, tagging
from vignette_shared.http.app import make_app


def make_api(registry: CollectorRegistry | None = None) -> FastAPI:
    """Make the app with every route and no parts: enough to describe itself."""
    api = make_app(
        "Vignette",
        registry=registry or CollectorRegistry(),
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for routes in (auth, photos, tagging):
        api.include_router(routes.router, prefix="/api/v1")
    api.include_router(operations.router)
    add_docs(api)
    return api
