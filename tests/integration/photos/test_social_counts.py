"""Numbers on photos equal the rows behind them, whoever comes and goes; on SQLite and on Postgres."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.conftest import make_jpeg
from tests.support.photos import House

from photos.models import BlockRow, CommentRow, FollowRow, LikeRow, PhotoRow

pytestmark = pytest.mark.integration


def numbers(house: House, photo_id: str) -> tuple[int, int]:
    """Return the photo's like_count and comment_count; they equal the rows."""
    with Session(house.services.database.engine) as session:
        photo = session.get_one(PhotoRow, photo_id)
        likes = session.scalar(select(func.count()).where(LikeRow.photo_id == photo_id))
        comments = session.scalar(select(func.count()).where(CommentRow.photo_id == photo_id))
    assert (photo.like_count, photo.comment_count) == (likes, comments)
    return photo.like_count, photo.comment_count


def test_someone_who_is_forgotten_leaves_right_numbers(either: House) -> None:
    anna, bert, cleo = (either.join(name) for name in ("anna", "bert", "cleo"))
    first, second, third = (either.publish(anna, make_jpeg(64, 48, shift), sky=0.9) for shift in range(3))
    assert bert.user_id
    assert cleo.user_id
    assert anna.user_id
    now = either.clock()
    with either.services.database.write() as uow:
        for user_id in (bert.user_id, cleo.user_id):
            assert uow.social.hold_account(user_id)
            for photo_id in (first, second):
                uow.social.like(user_id, photo_id, now)
                uow.social.like(user_id, photo_id, now)
        uow.social.follow(bert.user_id, anna.user_id, now)
        uow.social.follow(anna.user_id, bert.user_id, now)
        uow.social.block(cleo.user_id, bert.user_id, now)
    with either.services.database.write() as uow:
        uow.social.forget_person(bert.user_id)
    assert [numbers(either, photo_id) for photo_id in (first, second, third)] == [(1, 0), (1, 0), (0, 0)]
    with Session(either.services.database.engine) as session:
        assert session.scalar(select(func.count()).select_from(FollowRow)) == 0
        assert session.scalar(select(func.count()).select_from(BlockRow)) == 0
