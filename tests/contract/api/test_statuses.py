"""Every documented status of an operation is produced by a request."""

from collections.abc import Iterator

import pytest
from tests.contract.api.common_requests import way_to
from tests.contract.api.rules import RULES
from tests.contract.api.special_requests import NOT_HERE, SPECIAL
from tests.contract.api.world import World
from tests.support.contract.document import Document

DOCUMENT = Document()


def promises() -> Iterator[tuple[str, int]]:
    for name in sorted(RULES.keys() & DOCUMENT.operations.keys()):
        yield from ((name, status) for status in DOCUMENT.statuses(name))


@pytest.mark.parametrize(("name", "status"), [case for case in promises() if case not in NOT_HERE])
def test_documented_status_is_produced(world: World, name: str, status: int) -> None:
    way = SPECIAL.get((name, status)) or way_to(world, name, status)
    assert way is not None, f"nothing in special_requests.py brings {name} to {status}"
    answer = way(world, name)
    assert answer.status_code == status, answer.text
    if status == 429:
        assert 1 <= int(answer.headers["retry-after"]) <= 120
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"


def test_special_requests_cover_documented_statuses_only() -> None:
    known = set(promises())
    assert set(SPECIAL) <= known
    assert set(NOT_HERE) <= known
