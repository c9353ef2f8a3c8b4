"""`python -m gateway.main` serves the gateway until SIGTERM or SIGINT.

Exit status: 1 when the port is taken, 2 when a setting is wrong.
"""

import socket
import sys
import tempfile
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from gateway.bootstrap import make_app, wire
from gateway.events.event_streams import EventStreams
from gateway.settings import Settings
from vignette_shared.errors import SettingsError, StorageError
from vignette_shared.observability.logs import configure_logging
from vignette_shared.settings import GatewaySettings, load_settings

GRACE_S = 10
"""seconds for requests in progress to finish after SIGTERM"""


class Server(uvicorn.Server):
    """Closes the event streams before it waits for open requests: streams never end by themselves."""

    def __init__(self, config: uvicorn.Config, streams: EventStreams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        await super().shutdown(sockets)


def main() -> int:
    try:
        settings = load_settings(Settings)
        configure_logging("gateway", settings.log)
        # FastAPI spools forms to the staging folder, which has room for uploads; /tmp may be small.
        settings.storage.staging.mkdir(parents=True, exist_ok=True)
        tempfile.tempdir = str(settings.storage.staging)
        registry = CollectorRegistry()
        services = wire(settings, registry)
        app = make_app(settings, services, registry)
    except (SettingsError, StorageError) as error:
        return _fail(error.detail, 2)
    except OSError as error:
        return _fail(f"Can't create the folder {settings.storage.staging}: {error.strerror}.", 2)
    try:
        listener = listen(settings.gateway)
    except OSError as error:
        address = f"{settings.gateway.host}:{settings.gateway.port}"
        return _fail(
            f"Can't listen on {address}: {error.strerror}. Choose another VIGNETTE_GATEWAY__PORT.", 1
        )
    with listener:
        config = server_config(app, settings.gateway)
        Server(config, services.events).run([listener])
    return 0


def listen(settings: GatewaySettings) -> socket.socket:
    """Bind the port before anything starts on it; raises `OSError`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


def server_config(app: ASGIApp, settings: GatewaySettings, **options: Any) -> uvicorn.Config:
    """Return uvicorn's configuration: our logs, and forwarded addresses only from the trusted proxies."""
    return uvicorn.Config(
        app,
        log_config=None,
        # The HTTP middleware logs each request with its ID.
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        # Longer than people pause between two pages, so that a visit needs few connections.
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        **options,
    )


def _fail(reason: str, status: int) -> int:
    sys.stderr.write(f"gateway: {reason}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
