"""Retries, rate limits, and problem documents as errors."""

import threading
import time

import httpx
import pytest
from tests.support.cli.fake_server import TOKEN, Answer, Asked, FakeSite, answered, refused
from tests.unit.cli.conftest import NO_PAUSE

from vignette.api.client import Api
from vignette.api.retries import Gate
from vignette.errors import NotSignedIn, Refused, Stopped, Unreachable


def failing(times: int, answer: Answer, path: str = "/me") -> "Failing":
    return Failing(times, answer, path)


class Failing:
    """A hook that rejects the first requests of a path."""

    def __init__(self, times: int, answer: Answer, path: str) -> None:
        self.left, self.answer, self.path = times, answer, path

    def __call__(self, asked: Asked) -> Answer | None:
        if not asked.path.startswith(self.path) or self.left == 0:
            return None
        self.left -= 1
        return self.answer


def test_request_is_retried_while_the_server_restarts(server: FakeSite, api: Api) -> None:
    server.hook = failing(2, refused(503, "service_unavailable"))
    assert api.get("me")["username"] == "anna"
    assert len(server.asked_for("GET", "/me")) == 3


def test_rate_limit_costs_no_attempt_and_closes_the_gate(server: FakeSite, api: Api) -> None:
    waits: list[tuple[float, str]] = []
    api.gate.on_wait = lambda seconds, reason: waits.append((seconds, reason))
    server.hook = failing(NO_PAUSE.attempts + 2, refused(429, "rate_limited", Retry_After="0.02"))
    assert api.get("me")["username"] == "anna"
    assert waits[0] == (0.02, "the server's rate limit")


def test_retry_after_is_honoured(server: FakeSite, api: Api) -> None:
    server.hook = failing(1, refused(429, "rate_limited", Retry_After="0.3"))
    started = time.monotonic()
    api.get("me")
    assert time.monotonic() - started >= 0.3


def test_ctrl_c_interrupts_a_wait(server: FakeSite, api: Api) -> None:
    server.hook = failing(1, refused(429, "rate_limited", Retry_After="3000"))
    timer = threading.Timer(0.05, api.gate.stop.set)
    timer.start()
    with pytest.raises(Stopped):
        api.get("me")
    timer.join()


def test_post_is_not_retried_after_a_lost_connection() -> None:
    asked: list[str] = []

    def broken(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        raise httpx.ReadError("gone", request=request)

    with Api("http://site.test", TOKEN, transport=httpx.MockTransport(broken), policy=NO_PAUSE) as api:
        with pytest.raises(Unreachable, match="was interrupted"):
            api.post("albums", {"title": "x"})
        with pytest.raises(Unreachable, match="was interrupted"):
            api.get("me")
    assert asked == ["POST"] + ["GET"] * NO_PAUSE.attempts


def test_unreachable_server_is_named() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with (
        Api("http://site.test", transport=httpx.MockTransport(refuse), policy=NO_PAUSE) as api,
        pytest.raises(Unreachable, match=r"Can't connect to http://site\.test: check that it is running"),
    ):
        api.get("me")


def test_problem_names_its_invalid_fields(server: FakeSite, api: Api) -> None:
    body = {"detail": "Some fields are not right.", "code": "validation_failed"}
    server.hook = failing(
        1, answered(422, {**body, "errors": [{"field": "title", "message": "too long"}], "position": 4})
    )
    with pytest.raises(Refused) as caught:
        api.get("me")
    assert caught.value.line == "Some fields are not right: title: too long [validation_failed]"
    assert caught.value.position == 4


@pytest.mark.parametrize("page", [b"<html>", b"[]", b"null"])
def test_body_that_is_not_an_object_is_not_vignette(server: FakeSite, api: Api, page: bytes) -> None:
    server.hook = lambda _: Answer(200, page)
    with pytest.raises(Unreachable, match="does not answer like a Vignette server"):
        api.get("me")


def test_error_without_problem_document_shows_its_status(server: FakeSite, api: Api) -> None:
    server.hook = lambda _: Answer(418, b"<html>")
    with pytest.raises(Refused, match="The server answered 418"):
        api.get("me")


def test_rejected_token_asks_to_sign_in(server: FakeSite) -> None:
    with (
        Api("http://site.test", "other", transport=server.transport()) as api,
        pytest.raises(NotSignedIn, match="vignette login"),
    ):
        api.get("me")


def test_pages_stop_at_the_limit(server: FakeSite, api: Api) -> None:
    for number in range(450):
        server.store(f"photo {number}".encode(), {})
    assert len(list(api.pages("photos"))) == 450
    assert len({photo["id"] for photo in api.pages("photos", limit=230)}) == 230
    assert [asked.query["limit"] for asked in server.seen[-2:]] == [["200"], ["30"]]


def test_open_gate_does_not_wait() -> None:
    Gate().wait()
