"""Fuzzing with schemathesis: no 5xx and no undocumented response."""

from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from tests.contract.api.rules import RULES, Who
from tests.contract.api.world import World
from tests.support.contract.document import Document
from tests.support.contract.site import ORIGIN

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
DOCUMENT = Document()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT.content)
# A stream of events has no end.
NAMES = sorted(RULES.keys() & DOCUMENT.operations.keys() - {"stream_events"})
EXAMPLES = 12
REQUEST = ("method", "url", "headers", "params", "data", "json", "files", "cookies")
PARAMETERS = {
    "photo_id": "photo",
    "album_id": "album",
    "upload_id": "upload",
    "comment_id": "comment",
    "key_id": "api_key",
    "link_id": "link",
    "token": "share",
    "version": "model",
    "report_id": "report",
    "letter_id": "dead_letter",
}


def cases(name: str) -> st.SearchStrategy[tuple[Case[Any], bool]]:
    """Give cases of an operation, and whether it is to be about things that are there."""
    method, path, _ = DOCUMENT.operations[name]
    operation = SCHEMA[path][method]
    modes = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    return st.tuples(st.one_of(*modes), st.booleans())


def send(world: World, name: str, case: Case[Any], *, existing: bool) -> httpx.Response:
    if existing:
        things = world.things["public"] | {"username": "other", "label": "lake"}
        for parameter in case.path_parameters or {}:
            case.path_parameters[parameter] = things[PARAMETERS.get(parameter, parameter)]
    options: dict[str, Any] = case.as_transport_kwargs(base_url=ORIGIN)
    who = "admin" if RULES[name].who is Who.ADMINS else "owner"
    options["headers"] = {**(options["headers"] or {}), "Authorization": f"Bearer {world.tokens[who]}"}
    try:
        made = requests.Request(
            **{key: value for key, value in options.items() if key in REQUEST and value is not None}
        ).prepare()
    except (ValueError, TypeError, requests.RequestException):
        # Headers that no client can send.
        reject()
    body = made.body.encode() if isinstance(made.body, str) else made.body
    return world.site.ask(str(made.method), str(made.url), headers=dict(made.headers), content=body)


@pytest.mark.parametrize("name", NAMES)
def test_fuzzed_requests_never_return_5xx(world: World, name: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(name))
    def run(made: tuple[Case[Any], bool]) -> None:
        case, existing = made
        try:
            answer = send(world, name, case, existing=existing)
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        finally:
            if case.method.upper() not in ("GET", "OPTIONS"):
                world.restore()

    run()
