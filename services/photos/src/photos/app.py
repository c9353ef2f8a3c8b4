"""The FastAPI app over wired services."""

from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import Lifespan

from photos.accounts import routes as accounts
from photos.albums.routes import albums, share_links
from photos.intake.routes import photos as uploads
from photos.intake.routes import resumable
from photos.kernel.http import caller_of
from photos.kernel.services import Services
from photos.library.routes import bulk, files, photos
from photos.moderation import routes as moderation
from photos.operations.routes import health, queues
from photos.people.routes import comments, profiles, social
from photos.pipeline import routes as pipeline
from photos.search.routes import label_counts, photo_lists
from photos.similarity import routes as similarity
from photos.tags import routes as tags
from vignette_shared.http.app import make_app

PUBLIC = (
    accounts,
    profiles,
    moderation,
    queues,
    photo_lists,
    uploads,
    photos,
    bulk,
    files,
    similarity,
    pipeline,
    resumable,
    albums,
    share_links,
    label_counts,
    tags,
    social,
    comments,
)


def build_app(
    services: Services, metrics: CollectorRegistry, lifespan: Lifespan[FastAPI] | None = None
) -> FastAPI:
    app = make_app("Vignette photos", lifespan=lifespan, registry=metrics, openapi_url=None)
    app.state.services = services
    app.state.metrics = metrics
    add_public_routes(app)
    app.include_router(accounts.internal_router)
    app.include_router(health.router)
    return app


def add_public_routes(app: FastAPI) -> None:
    """Add the operations of the public API, each behind its declared access."""
    for module in PUBLIC:
        # On the router rather than on each route, so that none can lack the check.
        app.include_router(module.router, dependencies=[Depends(caller_of)])
