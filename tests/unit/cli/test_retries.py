"""The waits between attempts."""

import pytest

from vignette.api.retries import MAX_WAIT_S, RetryPolicy
from vignette.errors import Refused, Stopped

POLICY = RetryPolicy(attempts=4, longest_s=3.0, first_s=1.0)


def waits_of(error: Refused) -> list[float]:
    """Return the waits of a function that fails until its attempts run out."""
    waits: list[float] = []

    def fail() -> None:
        raise error

    with pytest.raises(Refused):
        POLICY.retrying(waits.append, lambda _: True)(fail)
    return waits


def test_waits_double_up_to_the_longest_with_jitter() -> None:
    waits = waits_of(Refused(503, "service_unavailable", "restarting"))
    assert len(waits) == POLICY.attempts - 1
    for wait, longest in zip(waits, (1.0, 2.0, 3.0), strict=True):
        assert longest / 2 <= wait <= longest


@pytest.mark.parametrize(("retry_after", "wait"), [(7.0, 7.0), (3600.0, MAX_WAIT_S)])
def test_wait_is_at_least_retry_after_and_at_most_a_minute(retry_after: float, wait: float) -> None:
    assert waits_of(Refused(503, "busy", "busy", retry_after_s=retry_after)) == [wait] * 3


def test_error_that_may_not_be_retried_ends_at_once() -> None:
    attempts: list[int] = []

    def fail() -> None:
        attempts.append(1)
        raise Refused(422, "bad", "bad")

    with pytest.raises(Refused):
        POLICY.retrying(lambda _: None, lambda _: False)(fail)
    assert len(attempts) == 1


def test_ctrl_c_ends_a_wait() -> None:
    def sleep(_seconds: float) -> None:
        raise Stopped

    def fail() -> None:
        raise Refused(503, "busy", "busy")

    with pytest.raises(Stopped):
        POLICY.retrying(sleep, lambda _: True)(fail)
