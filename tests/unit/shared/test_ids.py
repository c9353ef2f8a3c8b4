"""Ids carry their creation time and sort by it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from vignette_shared.ids import id_timestamp, lowest_id, new_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 8 * 10**15).map(lambda number: EPOCH + timedelta(microseconds=number))


@given(MOMENTS)
def test_id_timestamp_is_exact_for_new_id_at(moment: datetime) -> None:
    identifier = new_id(moment)
    assert id_timestamp(identifier) == moment
    assert UUID(identifier).version == 7
    assert UUID(identifier).variant == UUID(new_id()).variant


@given(MOMENTS, st.integers(1, 3000))
def test_ids_sort_by_creation_time(moment: datetime, microseconds: int) -> None:
    assert new_id(moment) < new_id(moment + timedelta(microseconds=microseconds))


def test_ids_of_the_same_time_differ() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert len({new_id(moment) for _ in range(100)}) == 100


def test_id_timestamp_of_a_new_id_is_now() -> None:
    assert abs(id_timestamp(new_id()) - datetime.now(UTC)) < timedelta(seconds=5)


@given(MOMENTS)
def test_lowest_id_separates_earlier_from_later_ids(moment: datetime) -> None:
    earlier = new_id(max(moment - timedelta(microseconds=1), EPOCH))
    assert lowest_id(moment) <= new_id(moment)
    assert moment == EPOCH or earlier < lowest_id(moment)


def test_lowest_id_before_the_epoch_is_below_all_ids() -> None:
    assert lowest_id(datetime(1, 1, 1, tzinfo=UTC)) < new_id(EPOCH)


def test_any_uuid_has_a_timestamp() -> None:
    assert id_timestamp("ffffffff-ffff-ffff-ffff-ffffffffffff").year == 9999
    assert id_timestamp("00000000-0000-0000-0000-000000000000") == EPOCH
