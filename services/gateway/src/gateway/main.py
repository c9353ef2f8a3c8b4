"""`python -m gateway.main` serves the gateway until SIGTERM or SIGINT.

Exit status: 1 when the port can't be had, 2 when a setting is wrong.
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
from gateway.limits.body_pace import timed_protocol
from gateway.settings import Settings
from vignette_shared.errors import SettingsError, StorageError
from vignette_shared.observability.logs import configure_logging
from vignette_shared.settings import GatewaySettings, LimitSettings, load_settings

GRACE_S = 10
"""seconds that requests under way have to finish after SIGTERM"""


class Server(uvicorn.Server):
    """Ends the event streams before it waits for open requests: they would never end by themselves."""

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
        # What FastAPI spools goes where there is room for uploads, not to a small /tmp.
        settings.storage.staging.mkdir(parents=True, exist_ok=True)
        tempfile.tempdir = str(settings.storage.staging)
        registry = CollectorRegistry()
        parts = wire(settings, registry)
        app = make_app(settings, parts, registry)
    except (SettingsError, StorageError) as error:
        return _fail(error.detail, 2)
    except OSError as error:
        return _fail(f"The folder {settings.storage.staging} can't be made: {error.strerror}.", 2)
    try:
        listener = listen(settings.gateway)
    except OSError as error:
        address = f"{settings.gateway.host}:{settings.gateway.port}"
        return _fail(
            f"Can't listen on {address}: {error.strerror}. Choose another VIGNETTE_GATEWAY__PORT.", 1
        )
    with listener:
        config = server_config(app, settings.gateway, settings.limits)
        Server(config, parts.events).run([listener])
    return 0


def listen(settings: GatewaySettings) -> socket.socket:
    """Take the port before anything is started on it; raises `OSError`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


def server_config(
    app: ASGIApp, settings: GatewaySettings, limits: LimitSettings, **options: Any
) -> uvicorn.Config:
    """Return how uvicorn serves: our logs, our patience, forwarded addresses only from named proxies."""
    return uvicorn.Config(
        app,
        http=timed_protocol(limits),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        **options,
    )


def _fail(reason: str, status: int) -> int:
    sys.stderr.write(f"gateway: {reason}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
