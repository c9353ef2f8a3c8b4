"""The HTTP server, from settings to shutdown."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from photos.app import build_app
from photos.bootstrap import wire
from photos.operations.metrics import make_registry
from photos.settings import PhotosServiceSettings
from vignette_shared.errors import SettingsError
from vignette_shared.observability.logs import configure_logging
from vignette_shared.settings import PhotosSettings, load_settings

GRACE_S = 10
"""Seconds that running requests have to finish at shutdown."""


def serve() -> None:
    """Serve until stopped by a signal; raises `VignetteError` if a setting or the database is unusable."""
    settings = load_settings(PhotosServiceSettings)
    configure_logging("photos", settings.log)
    services, _celery, pool = wire(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        pool.warm_up()
        yield
        pool.close()
        services.database.engine.dispose()

    app = build_app(services, make_registry(services.database), lifespan)
    # Our own socket: uvicorn reports a port in use only after the app has started.
    with listen(settings.photos) as listener:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        uvicorn.Server(config).run([listener])


def listen(settings: PhotosSettings) -> socket.socket:
    """Bind the port before the app starts, to fail early; raises `SettingsError`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise SettingsError(
            f"Can't listen on {settings.host}:{settings.port}: {error.strerror}. "
            "Choose another VIGNETTE_PHOTOS__PORT."
        ) from error
