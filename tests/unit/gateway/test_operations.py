"""Health, readiness and access to the metrics."""

from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from tests.support.gateway.fake_photos import FakePhotos
from tests.support.gateway.gateways import gateway_over

NOT_READY = {
    "status": "not_ready",
    "checks": {
        "database": {"ok": True, "detail": None},
        "broker": {"ok": True, "detail": None},
        "storage": {"ok": True, "detail": None},
        "model": {"ok": False, "detail": "No model is published."},
    },
}


def test_healthz_ignores_outages() -> None:
    answer = gateway_over(broken).get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_readiness_combines_photos_and_own_redis_check() -> None:
    answer = gateway_over(FakePhotos(readiness=NOT_READY)).get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["model"] == {"ok": False, "detail": "No model is published."}
    assert checks["database"]["ok"] is True
    assert checks["broker"]["ok"] is False
    assert "Redis" in checks["broker"]["detail"]


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise httpx.ConnectError("refused")


async def senseless(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"<html>"})


@pytest.mark.parametrize("photos", [broken, senseless])
def test_checks_of_unreachable_photos_fail(photos: Any) -> None:
    answer = gateway_over(photos).get("/readyz")
    assert answer.status_code == 503
    for name in ("database", "storage", "model"):
        assert answer.json()["checks"][name] == {"ok": False, "detail": "The photos service does not answer."}


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.8.9.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("10.2.0.1", {}, 404),
        ("192.0.2.1", {}, 404),
        ("testclient", {}, 404),
        ("192.0.2.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        # An untrusted proxy on this machine forwards requests of strangers.
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.1"}, 404),
    ],
)
def test_metrics_are_limited_to_loopback_and_configured_networks(
    peer: str, headers: dict[str, str], status: int
) -> None:
    site = gateway_over(FakePhotos(), networks=("10.1.0.0/16",))
    answer = site.request("GET", "/metrics", peer=peer, headers=headers)
    assert answer.status_code == status
    assert ("vignette_http_requests_total" in answer.text) == (status == 200)


def test_metrics_work_without_redis() -> None:
    text = gateway_over(FakePhotos()).get("/metrics").text
    assert "vignette_broker_up 0.0" in text
    assert "vignette_queue_depth{" not in text
