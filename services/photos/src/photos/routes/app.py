"""The FastAPI app over wired services."""

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import Lifespan

from photos.bootstrap import Services
from photos.routes import (
    accounts,
    admin,
    albums,
    comments,
    files,
    health,
    labels,
    library,
    models,
    photos,
    sharing,
    similar,
    social,
    tags,
    uploads,
)
from vignette_shared.http.app import make_app


def build_app(
    services: Services, metrics: CollectorRegistry, lifespan: Lifespan[FastAPI] | None = None
) -> FastAPI:
    app = make_app("Vignette photos", lifespan=lifespan, registry=metrics, docs_url=None, redoc_url=None)
    app.state.services = services
    app.state.metrics = metrics
    for module in (
        accounts,
        admin,
        photos,
        similar,
        files,
        models,
        health,
        uploads,
        albums,
        labels,
        library,
        sharing,
        social,
        comments,
        tags,
    ):
        app.include_router(module.router)
    return app
