"""What /metrics tells, and whom."""

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
    """The process's own metrics, and the queues' as Redis has them at the moment of asking.

    Args:
        registry: also holds what the HTTP middleware counts.
        networks: who may read, besides loopback.
        proxied: whether trusted proxies are set, so that the peer's address is the client's.
        open_streams: tells how many event streams are open.
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
        self._depth = Gauge("vignette_queue_depth", "Messages waiting", ("queue",), registry=registry)
        self._workers = Gauge("vignette_workers_alive", "Living workers", ("service",), registry=registry)
        self._broker_up = Gauge("vignette_broker_up", "1 when Redis answers", registry=registry)
        streams = Gauge("vignette_event_streams", "Open event streams", registry=registry)
        streams.set_function(open_streams)

    def may_read(self, request: Request) -> bool:
        """Whether the peer is on loopback or a named network."""
        if request.client is None:
            return False
        # A proxy on this machine would pass strangers off as loopback.
        if not self._proxied and ("x-forwarded-for" in request.headers or "forwarded" in request.headers):
            return False
        try:
            address = ipaddress.ip_address(request.client.host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    async def render(self) -> bytes:
        """Return the Prometheus text; with Redis down, the gauges that need it are left out."""
        self._depth.clear()
        self._workers.clear()
        try:
            depths = {queue: await self._broker.llen(queue) for queue in QUEUES}
            living = await self._living()
        except RedisError:
            self._broker_up.set(0)
            return generate_latest(self._registry)
        self._broker_up.set(1)
        for queue, depth in depths.items():
            self._depth.labels(queue).set(depth)
        for service, count in living.items():
            self._workers.labels(service).set(count)
        return generate_latest(self._registry)

    async def _living(self) -> Counter[str]:
        """Count heartbeat keys, `heartbeat:<service>:<host>:<pid>`, by service."""
        keys = [key async for key in self._broker.scan_iter(match="heartbeat:*", count=1000)]
        return Counter(key.decode().split(":")[1] for key in keys)
