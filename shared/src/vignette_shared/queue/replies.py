"""A short-lived mailbox in Redis, for questions that someone waits on: a prediction, an explanation."""

import json
from typing import Any

import redis
import redis.asyncio
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from vignette_shared.errors import BrokerUnavailable, TaggerUnavailable
from vignette_shared.ids import new_id

LIFETIME_S = 60


def new_reply_key() -> str:
    return f"reply:{new_id()}"


def answer(client: "redis.Redis", reply_key: str, body: dict[str, Any]) -> None:
    """Put the answer in the mailbox: either a result or `{"error": {"code", "detail"}}`."""
    pipe = client.pipeline()
    pipe.rpush(reply_key, json.dumps(body))
    pipe.expire(reply_key, LIFETIME_S)
    try:
        pipe.execute()
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error


def block_for_answer(client: "redis.Redis", reply_key: str, timeout_s: float) -> dict[str, Any]:
    """Wait as `wait_for_answer` does, in a thread; the client's own timeout must lie beyond `timeout_s`."""
    try:
        found: Any = client.blpop([reply_key], timeout=timeout_s)
    except RedisTimeoutError:
        found = None
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error
    return _read(found)


async def wait_for_answer(client: "redis.asyncio.Redis", reply_key: str, timeout_s: float) -> dict[str, Any]:
    """Wait for the answer.

    Raises:
        TaggerUnavailable: none came in `timeout_s` seconds.
        BrokerUnavailable: Redis does not answer.
    """
    try:
        found = await client.blpop([reply_key], timeout=timeout_s)
    except RedisTimeoutError:
        found = None
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error
    return _read(found)


def _read(found: Any) -> dict[str, Any]:
    if found is None:
        raise TaggerUnavailable("The tagger did not answer in time; try again.", retry_after=5)
    body: dict[str, Any] = json.loads(found[1])
    return body
