"""The metrics of /metrics, and who may read them."""

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable

import redis.asyncio
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from redis.exceptions import RedisError
from starlette.requests import Request

from vignette_shared.contracts.tasks import CATALOGUE

LOOPBACK = ("127.0.0.0/8", "::1/128", "::ffff:127.0.0.0/104")
QUEUES = tuple(sorted({spec.queue for spec in CATALOGUE}))


class Metrics:
    """Metrics of this process, and of the queues as Redis reports them at the time of the request.

    Args:
        registry: also holds the metrics of the HTTP middleware.
        networks: networks that may read, besides loopback.
        proxied: whether trusted proxies are configured, which makes the peer address the client's.
        open_streams: returns the number of open event streams.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        broker: "redis.asyncio.Redis",
        *,
        networks: Iterable[str],
        proxied: bool,
        open_streams: Callable[[], int],
    ) -> None:
        self._registry = registry
        self._broker = broker
        self._networks = [ipaddress.ip_network(network) for network in (*LOOPBACK, *networks)]
        self._proxied = proxied
        self._depth = Gauge("vignette_queue_depth", "Queued tasks", ("queue",), registry=registry)
        self._workers = Gauge("vignette_workers_alive", "Running workers", ("service",), registry=registry)
        self._broker_up = Gauge("vignette_broker_up", "1 if Redis answers", registry=registry)
        streams = Gauge("vignette_event_streams", "Open event streams", registry=registry)
        streams.set_function(open_streams)

    def may_read(self, request: Request) -> bool:
        """Whether the client is on loopback or a configured network."""
        if request.client is None:
            return False
        # Behind an unconfigured proxy on this host, every client would appear as loopback.
        if not self._proxied and ("x-forwarded-for" in request.headers or "forwarded" in request.headers):
            return False
        try:
            address = ipaddress.ip_address(request.client.host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    async def render(self) -> bytes:
        """Return the Prometheus text, without the queue gauges while Redis is unavailable."""
        self._depth.clear()
        self._workers.clear()
        try:
            depths = {queue: await self._broker.llen(queue) for queue in QUEUES}
            running = await self._running()
        except RedisError:
            self._broker_up.set(0)
            return generate_latest(self._registry)
        self._broker_up.set(1)
        for queue, depth in depths.items():
            self._depth.labels(queue).set(depth)
        for service, count in running.items():
            self._workers.labels(service).set(count)
        return generate_latest(self._registry)

    async def _running(self) -> Counter[str]:
        """Count heartbeat keys, `heartbeat:<service>:<host>:<pid>`, by service."""
        keys = [key async for key in self._broker.scan_iter(match="heartbeat:*", count=1000)]
        return Counter(key.decode().split(":")[1] for key in keys)
