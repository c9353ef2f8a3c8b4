"""Rate limits in a real Redis, and in memory without one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import redis
from tests.support.gateway.fake_photos import TOKEN, FakePhotos
from tests.support.gateway.gateways import NOWHERE, bearer, gateway_over
from tests.support.gateway.serving import serving_gateway

from gateway.limits.rate_limits import RateLimits, account_key, address_key
from gateway.operations import forwarded_operations
from vignette_shared.errors import RateLimited
from vignette_shared.queue.connection import connect_async
from vignette_shared.settings import BrokerSettings, LimitSettings

pytestmark = pytest.mark.integration


def counting(url: str, steps: Callable[[RateLimits], Awaitable[None]], **limits: int) -> None:
    """Run `steps` with the limits of one gateway."""

    async def run() -> None:
        rates = RateLimits(connect_async(BrokerSettings(url=url)), LimitSettings(**limits))
        try:
            await steps(rates)
        finally:
            await rates.aclose()

    asyncio.run(run())


async def taken(rates: RateLimits, rate: Any, client: str, asked: int) -> tuple[int, int | None]:
    """Ask until refused; returns how many were let through, and the seconds that the refusal names."""
    for number in range(asked):
        try:
            await rates.spend(rate, client)
        except RateLimited as error:
            return number, error.retry_after
    return asked, None


@pytest.fixture(params=["redis", "without"])
def broker(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("redis_url") if request.param == "redis" else NOWHERE


def test_request_over_the_limit_names_the_wait(broker: str) -> None:
    async def steps(rates: RateLimits) -> None:
        allowed, retry_after = await taken(rates, "uploads", "anna", 10)
        assert allowed == 4
        assert retry_after is not None
        # The rest of the window, which in memory began with the minute, and a quarter: then one has faded.
        assert 15 <= retry_after <= 76
        assert await taken(rates, "uploads", "bert", 2) == (2, None)
        assert await taken(rates, "writes", "anna", 2) == (2, None)

    counting(broker, steps, uploads_per_minute=4)


def test_zero_disables_the_limit(broker: str) -> None:
    async def steps(rates: RateLimits) -> None:
        assert await taken(rates, "uploads", "anna", 100) == (100, None)

    counting(broker, steps, uploads_per_minute=0)


def test_refuse_spent_does_not_count(broker: str) -> None:
    async def steps(rates: RateLimits) -> None:
        for _ in range(5):
            await rates.refuse_spent("account", "anna")
        await rates.spend("account", "anna")
        with pytest.raises(RateLimited):
            await rates.refuse_spent("account", "anna")

    counting(broker, steps, logins_per_account=1)


def test_gateways_share_counts(redis_url: str) -> None:
    async def steps(rates: RateLimits) -> None:
        assert await taken(rates, "reads", "::1", 3) == (3, None)

    async def more(rates: RateLimits) -> None:
        assert (await taken(rates, "reads", "::1", 3))[0] == 2

    counting(redis_url, steps, reads_per_minute=5)
    counting(redis_url, more, reads_per_minute=5)


def test_counts_expire(redis_url: str) -> None:
    async def steps(rates: RateLimits) -> None:
        await rates.spend("account", account_key("Anna@example.org"))

    counting(redis_url, steps)
    with redis.Redis.from_url(redis_url) as client:
        keys = client.keys("*")
        assert keys
        assert all(0 < client.ttl(key) <= 120 for key in keys)
        assert not any(b"example" in key for key in keys)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
    ],
)
def test_address_key_is_per_subscriber(one: str, other: str, *, same: bool) -> None:
    assert (address_key(one) == address_key(other)) == same


def test_account_key_ignores_case_and_spaces() -> None:
    assert account_key(" Anna") == account_key("anna")
    assert account_key("anna") != account_key("bert")


def test_operations_declare_their_rate_class() -> None:
    declared = {
        operation.id: operation.declaration.rate
        for operation in forwarded_operations()
        if operation.declaration.rate
    }
    assert declared == {
        "create_photo": "uploads",
        "begin_upload": "uploads",
        "append_to_upload": "transfers",
        "get_photo_file": "transfers",
    }


# --- at the door ----------------------------------------------------------------------------------


def refusal(answer: httpx.Response) -> tuple[int, str, bool]:
    return answer.status_code, answer.json()["code"], 1 <= int(answer.headers["retry-after"]) <= 120


REFUSED = (429, "rate_limited", True)
LOGIN = "/api/v1/auth/login"


def test_logins_are_limited_by_account_and_address(redis_url: str) -> None:
    limits = LimitSettings(logins_per_minute=6, logins_per_account=2)
    with serving_gateway(FakePhotos(), redis_url=redis_url, limits=limits) as url:

        def log_in(who: str) -> httpx.Response:
            return httpx.post(url + LOGIN, json={"login": who, "password": "x"})

        assert [log_in("anna").status_code for _ in range(2)] == [200, 200]
        assert refusal(log_in("ANNA")) == REFUSED
        assert [log_in(name).status_code for name in ("b", "c", "d")] == [200, 200, 200]
        assert refusal(log_in("e")) == REFUSED
        # Someone who is signed in is not locked out.
        assert httpx.get(url + "/api/v1/me", headers=bearer()).status_code == 200


def test_rate_classes_are_counted_separately(redis_url: str) -> None:
    limits = LimitSettings(uploads_per_minute=1, writes_per_minute=1, reads_per_minute=2)
    with serving_gateway(FakePhotos(), redis_url=redis_url, limits=limits) as url:
        client = httpx.Client(base_url=url + "/api/v1", headers=bearer())
        assert client.post("/photos", content=b"x").status_code == 201
        assert refusal(client.post("/photos", content=b"x")) == REFUSED
        assert client.delete("/photos/1").status_code == 204
        assert refusal(client.delete("/photos/1")) == REFUSED
        assert client.get("/photos").status_code == 200
        assert client.get("/photos/1").status_code == 200
        assert refusal(client.get("/photos")) == REFUSED
        # Pictures go on loading, and health is asked as often as one likes.
        assert client.get("/photos/1/file").status_code == 200
        assert httpx.get(url + "/healthz").status_code == 200
        client.close()


def test_invalid_tokens_are_counted_by_address(redis_url: str) -> None:
    with serving_gateway(FakePhotos(), redis_url=redis_url, limits=LimitSettings(reads_per_minute=2)) as url:
        guess = bearer("a guess")
        codes = [
            httpx.post(url + "/api/v1/photos", content=b"x", headers=guess).status_code for _ in range(3)
        ]
        assert codes == [401, 401, 429]


def test_untrusted_forwarded_address_is_ignored(redis_url: str) -> None:
    with serving_gateway(FakePhotos(), redis_url=redis_url, limits=LimitSettings(reads_per_minute=1)) as url:
        codes = [
            httpx.get(url + "/api/v1/photos", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
            for number in range(2)
        ]
        assert codes == [200, 429]


def test_trusted_proxy_forwards_client_addresses(redis_url: str) -> None:
    limits = LimitSettings(reads_per_minute=1)
    behind: dict[str, Any] = {"redis_url": redis_url, "limits": limits, "proxies": ("127.0.0.1",)}
    with serving_gateway(FakePhotos(), **behind) as url:
        # The last one that is no proxy counts: what stands before it, the client may have made up.
        forwarded = ["10.0.0.1", "10.0.0.2", "10.0.0.9, 10.0.0.1"]
        codes = [
            httpx.get(url + "/api/v1/photos", headers={"X-Forwarded-For": address}).status_code
            for address in forwarded
        ]
        assert codes == [200, 200, 429]


def test_limits_hold_in_memory_without_redis() -> None:
    site = gateway_over(FakePhotos(), limits=LimitSettings(reads_per_minute=3))
    codes = [site.get("/api/v1/photos", headers=bearer(TOKEN)).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
