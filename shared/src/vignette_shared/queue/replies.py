"""Replies to requests that a caller waits for, such as predictions: a short-lived Redis list for each.

The queue itself carries no results (`task_ignore_result`): only these tasks have a waiting caller.
"""

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


def send_reply(client: "redis.Redis", reply_key: str, body: dict[str, Any]) -> None:
    """Send a reply: the result, or `{"error": {"code", "detail"}}`.

    Raises:
        BrokerUnavailable: Redis does not answer.
    """
    pipe = client.pipeline()
    pipe.rpush(reply_key, json.dumps(body))
    # Callers that timed out never read theirs.
    pipe.expire(reply_key, LIFETIME_S)
    try:
        pipe.execute()
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error


def wait_for_reply(client: "redis.Redis", reply_key: str, timeout_s: float) -> dict[str, Any]:
    """Block until the reply arrives; for threads. Raises as `wait_for_reply_async` does.

    The client's socket timeout must be longer than `timeout_s`.
    """
    try:
        popped: Any = client.blpop([reply_key], timeout=timeout_s)
    except RedisTimeoutError:
        popped = None
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error
    return _parse(popped)


async def wait_for_reply_async(
    client: "redis.asyncio.Redis", reply_key: str, timeout_s: float
) -> dict[str, Any]:
    """Wait for the reply.

    Raises:
        TaggerUnavailable: none arrived within `timeout_s` seconds.
        BrokerUnavailable: Redis does not answer.
    """
    try:
        popped = await client.blpop([reply_key], timeout=timeout_s)
    except RedisTimeoutError:
        popped = None
    except RedisError as error:
        raise BrokerUnavailable("Redis does not answer.") from error
    return _parse(popped)


def _parse(popped: Any) -> dict[str, Any]:
    if popped is None:
        raise TaggerUnavailable("The tagger did not answer in time. Try again.", retry_after=5)
    body: dict[str, Any] = json.loads(popped[1])
    return body
