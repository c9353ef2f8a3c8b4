"""Gateways on real sockets, for streams and slow clients."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp
from tests.support.gateway.gateways import parts_over
from tests.support.patience import WAIT_S
from tests.support.ports import free_port
from tests.support.waiting import wait_until

from gateway.app import make_gateway
from gateway.main import Server, server_config
from gateway.pages.webapp import WebApp
from gateway.photos_client import open_transport
from vignette_shared.settings import GatewaySettings, LimitSettings


@contextmanager
def serving(
    app: ASGIApp, *, uds: str | None = None, make: Callable[[int], uvicorn.Server] | None = None
) -> Iterator[str]:
    """Serve an app in a thread, on a free port of loopback or a Unix socket; gives its address.

    `make` returns a custom server for a port.
    """
    port = free_port()
    plain = uvicorn.Config(app, port=port, uds=uds, log_config=None, timeout_graceful_shutdown=5)
    server = make(port) if make else uvicorn.Server(plain)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, "the server's start")
    try:
        yield f"unix:{uds}" if uds else f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        assert not thread.is_alive(), "the server did not stop"


@contextmanager
def serving_gateway(photos: ASGIApp | str, **options: Any) -> Iterator[str]:
    """Serve a gateway over a photos service, both on sockets; gives the gateway's address.

    `photos` may be an address without a server; `options` are those of `gateway_over`.
    """
    if isinstance(photos, str):
        with _serving_gateway_at(photos, **options) as url:
            yield url
    else:
        with serving(photos) as address, _serving_gateway_at(address, **options) as url:
            yield url


@contextmanager
def _serving_gateway_at(
    address: str,
    *,
    web_dir: Path | None = None,
    limits: LimitSettings | None = None,
    proxies: tuple[str, ...] = (),
    **options: Any,
) -> Iterator[str]:
    registry = CollectorRegistry()
    limits = limits or LimitSettings()
    parts = parts_over(*open_transport(address), limits=limits, registry=registry, **options)
    app = make_gateway(parts, WebApp(web_dir), limits, registry)

    def make(port: int) -> Server:
        settings = GatewaySettings(photos_url=address, port=port, trusted_proxies=proxies)
        return Server(server_config(app, settings, port=port), parts.events)

    with serving(app, make=make) as url:
        yield url
