"""The FastAPI app over wired services."""

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import Lifespan

from photos.accounts import routes as accounts
from photos.albums.routes import albums, share_links
from photos.intake.routes import photos as uploads
from photos.intake.routes import resumable
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

ROUTES = (
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
    health,
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
    app = make_app("Vignette photos", lifespan=lifespan, registry=metrics, docs_url=None, redoc_url=None)
    app.state.services = services
    app.state.metrics = metrics
    for module in ROUTES:
        app.include_router(module.router)
    return app
