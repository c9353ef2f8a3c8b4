"""What passes is waited out, what does not is said in the server's words."""

import threading
import time

import httpx
import pytest
from tests.support.cli.fake_server import TOKEN, Answer, Asked, FakeSite, answered, refused
from tests.unit.cli.conftest import NO_PAUSE

from vignette.api.client import Api, Gate
from vignette.errors import NotSignedIn, Refused, Stopped, Unreachable


def failing(times: int, answer: Answer, path: str = "/me") -> "Failing":
    return Failing(times, answer, path)


class Failing:
    """Answers so many requests of a path with a refusal."""

    def __init__(self, times: int, answer: Answer, path: str) -> None:
        self.left, self.answer, self.path = times, answer, path

    def __call__(self, asked: Asked) -> Answer | None:
        if not asked.path.startswith(self.path) or self.left == 0:
            return None
        self.left -= 1
        return self.answer


def test_a_restarting_server_is_waited_for(server: FakeSite, api: Api) -> None:
    server.hook = failing(2, refused(503, "service_unavailable"))
    assert api.get("me")["username"] == "anna"
    assert len(server.asked_for("GET", "/me")) == 3


def test_a_limit_costs_no_attempt_and_holds_back_every_worker(server: FakeSite, api: Api) -> None:
    told: list[tuple[float, str]] = []
    api.gate.on_wait = lambda seconds, reason: told.append((seconds, reason))
    server.hook = failing(NO_PAUSE.attempts + 2, refused(429, "rate_limited", Retry_After="0.02"))
    assert api.get("me")["username"] == "anna"
    assert told[0] == (0.02, "the server's limit")


def test_retry_after_is_obeyed(server: FakeSite, api: Api) -> None:
    server.hook = failing(1, refused(429, "rate_limited", Retry_After="0.3"))
    begun = time.monotonic()
    api.get("me")
    assert time.monotonic() - begun >= 0.3


def test_ctrl_c_ends_a_wait(server: FakeSite, api: Api) -> None:
    server.hook = failing(1, refused(429, "rate_limited", Retry_After="3000"))
    timer = threading.Timer(0.05, api.gate.stop.set)
    timer.start()
    with pytest.raises(Stopped):
        api.get("me")
    timer.join()


def test_what_must_not_happen_twice_is_not_repeated_when_the_connection_breaks() -> None:
    asked: list[str] = []

    def broken(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        raise httpx.ReadError("gone", request=request)

    with Api("http://site.test", TOKEN, transport=httpx.MockTransport(broken), patience=NO_PAUSE) as api:
        with pytest.raises(Unreachable, match="broke off"):
            api.post("albums", {"title": "x"})
        with pytest.raises(Unreachable, match="broke off"):
            api.get("me")
    assert asked == ["POST"] + ["GET"] * NO_PAUSE.attempts


def test_nobody_at_the_address() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with (
        Api("http://site.test", transport=httpx.MockTransport(refuse), patience=NO_PAUSE) as api,
        pytest.raises(Unreachable, match=r"Nothing answers at http://site\.test: start it"),
    ):
        api.get("me")


def test_a_problem_speaks_with_its_fields(server: FakeSite, api: Api) -> None:
    body = {"detail": "Some fields are not right.", "code": "validation_failed"}
    server.hook = failing(
        1, answered(422, {**body, "errors": [{"field": "title", "message": "too long"}], "position": 4})
    )
    with pytest.raises(Refused) as caught:
        api.get("me")
    assert caught.value.line == "Some fields are not right: title: too long [validation_failed]"
    assert caught.value.position == 4


@pytest.mark.parametrize("page", [b"<html>", b"[]", b"null"])
def test_a_page_that_is_no_vignette(server: FakeSite, api: Api, page: bytes) -> None:
    server.hook = lambda _: Answer(200, page)
    with pytest.raises(Unreachable, match="not as Vignette does"):
        api.get("me")


def test_a_proxy_that_answers_in_html(server: FakeSite, api: Api) -> None:
    server.hook = lambda _: Answer(418, b"<html>")
    with pytest.raises(Refused, match="The server answered 418"):
        api.get("me")


def test_an_ended_session(server: FakeSite) -> None:
    with (
        Api("http://site.test", "other", transport=server.transport()) as api,
        pytest.raises(NotSignedIn, match="vignette login"),
    ):
        api.get("me")


def test_pages_go_on_to_the_limit(server: FakeSite, api: Api) -> None:
    for number in range(450):
        server.store(f"photo {number}".encode(), {})
    assert len(list(api.pages("photos"))) == 450
    assert len({photo["id"] for photo in api.pages("photos", limit=230)}) == 230
    assert [asked.query["limit"] for asked in server.seen[-2:]] == [["200"], ["30"]]


def test_a_gate_that_is_open_lets_pass() -> None:
    Gate().pass_through()
