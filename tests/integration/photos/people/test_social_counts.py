"""Like and comment counts equal the rows, on SQLite and Postgres."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg

from photos.models import BlockRow, CommentRow, FollowRow, LikeRow, PhotoRow, ReportRow, TagDecisionRow
from vignette_shared.contracts.identity import Identity

pytestmark = pytest.mark.integration

PHOTOS = "/api/v1/photos"
THREADS = 16
ROUNDS = 12


def numbers(service: PhotosService, photo_id: str) -> tuple[int, int]:
    """Return the photo's like_count and comment_count; they equal the rows."""
    with Session(service.services.database.engine) as session:
        photo = session.get_one(PhotoRow, photo_id)
        likes = session.scalar(select(func.count()).where(LikeRow.photo_id == photo_id))
        comments = session.scalar(select(func.count()).where(CommentRow.photo_id == photo_id))
    assert (photo.like_count, photo.comment_count) == (likes, comments)
    return photo.like_count, photo.comment_count


def rows_of(service: PhotosService, table: Any) -> int:
    with Session(service.services.database.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def like(service: PhotosService, caller: Identity, photo_id: str) -> None:
    assert service.client(caller).put(f"{PHOTOS}/{photo_id}/like").status_code == 204


def comment(service: PhotosService, caller: Identity, photo_id: str) -> str:
    answer = service.client(caller).post(f"{PHOTOS}/{photo_id}/comments", json={"text": "What a light!"})
    assert answer.status_code == 201
    comment_id: str = answer.json()["id"]
    return comment_id


def test_counts_hold_under_concurrent_likes_and_comments(either: PhotosService) -> None:
    people = [either.join(f"person{number}") for number in range(THREADS // 2)]
    owner = either.join("owner")
    ids = [either.publish(owner, make_jpeg(64, 48, shift), sky=0.9) for shift in range(3)]
    start = Barrier(THREADS)

    def hammer(number: int) -> list[int]:
        # Two threads for each person, so that the same like is set and taken at once.
        client, dice = either.client(people[number % len(people)]), random.Random(number)  # noqa: S311
        statuses, written = [], []
        start.wait()
        for _ in range(ROUNDS):
            path = f"{PHOTOS}/{dice.choice(ids)}"
            answer = client.request(dice.choice(("PUT", "PUT", "DELETE")), f"{path}/like")
            statuses.append(answer.status_code)
            answer = client.post(f"{path}/comments", json={"text": f"by {number}"})
            statuses.append(answer.status_code)
            written.append(answer.json()["id"])
            if dice.random() < 0.7:
                answer = client.delete(f"/api/v1/comments/{written.pop(dice.randrange(len(written)))}")
                statuses.append(answer.status_code)
        return statuses

    with ThreadPoolExecutor(THREADS) as pool:
        answered = [status for statuses in pool.map(hammer, range(THREADS)) for status in statuses]
    assert set(answered) == {201, 204}
    totals = [numbers(either, photo_id) for photo_id in ids]
    assert sum(comments for _, comments in totals) > 0
    for person in people:
        for photo_id in ids:
            either.client(person).delete(f"{PHOTOS}/{photo_id}/like")
    assert [numbers(either, photo_id)[0] for photo_id in ids] == [0, 0, 0]


def test_concurrent_comment_deletions_count_once(either: PhotosService) -> None:
    owner, author = either.join("owner"), either.join("author")
    photo_id = either.publish(owner, make_jpeg(64, 48), sky=0.9)
    comment(either, author, photo_id)
    doomed = comment(either, author, photo_id)
    callers = [owner, author] * 4

    def delete(caller: Identity) -> int:
        return either.client(caller).delete(f"/api/v1/comments/{doomed}").status_code

    with ThreadPoolExecutor(len(callers)) as pool:
        statuses = list(pool.map(delete, callers))
    assert 204 in statuses
    assert set(statuses) <= {204, 404}
    assert numbers(either, photo_id) == (0, 1)


def test_follow_never_survives_a_concurrent_block(either: PhotosService) -> None:
    anna, fans = either.join("anna"), [either.join(f"fan{number}") for number in range(6)]

    def follow(fan: Identity) -> int:
        return either.client(fan).put("/api/v1/users/anna/follow").status_code

    def block(fan: Identity) -> int:
        return either.client(anna).put(f"/api/v1/users/{fan.username}/block").status_code

    with ThreadPoolExecutor(THREADS) as pool:
        work = [pool.submit(act, fan) for fan in fans for act in (follow, follow, block)]
        statuses = {done.result() for done in work}
    assert statuses <= {204, 403}
    assert rows_of(either, BlockRow) == len(fans)
    assert rows_of(either, FollowRow) == 0


def test_concurrent_reports_leave_one(either: PhotosService) -> None:
    owner, reporter = either.join("owner"), either.join("reporter")
    photo_id = either.publish(owner, make_jpeg(64, 48), sky=0.9)

    def report(number: int) -> int:
        body = {"reason": f"reason {number}"}
        return either.client(reporter).post(f"{PHOTOS}/{photo_id}/report", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(report, range(8))) == {202}
    assert rows_of(either, ReportRow) == 1


def test_concurrent_decisions_leave_one_row_and_its_history(either: PhotosService) -> None:
    owner = either.join("owner")
    photo_id = either.publish(owner, make_jpeg(64, 48), sky=0.9)

    def decide(number: int) -> int:
        state = ("accepted", "rejected")[number % 2]
        address = f"{PHOTOS}/{photo_id}/tags/{('sky', 'home')[number % 4 // 2]}"
        return either.client(owner).put(address, json={"state": state}).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(decide, range(THREADS * 2))) == {204}
    shown = either.get(owner, photo_id, include="rejected")["tags"]
    with Session(either.services.database.engine) as session:
        for label in ("sky", "home"):
            states = session.scalars(
                select(TagDecisionRow.state).where(TagDecisionRow.label == label).order_by(TagDecisionRow.id)
            ).all()
            assert all(one != next_ for one, next_ in pairwise(states))
            assert states[-1] == next(tag["state"] for tag in shown if tag["label"] == label)


def test_deleted_user_leaves_correct_counts(either: PhotosService) -> None:
    anna, bert, cleo = (either.join(name) for name in ("anna", "bert", "cleo"))
    first, second, third = (either.publish(anna, make_jpeg(64, 48, shift), sky=0.9) for shift in range(3))
    for person in (bert, cleo):
        for photo_id in (first, second):
            like(either, person, photo_id)
            comment(either, person, photo_id)
        comment(either, person, first)
    either.client(bert).put("/api/v1/users/anna/follow")
    either.client(anna).put("/api/v1/users/bert/follow")
    either.client(cleo).put("/api/v1/users/bert/block")
    with either.services.database.write() as uow:
        uow.social.forget_person(bert.user_id or "")
    assert [numbers(either, photo_id) for photo_id in (first, second, third)] == [(1, 2), (1, 1), (0, 0)]
    assert rows_of(either, FollowRow) == rows_of(either, BlockRow) == 0


def test_counts_hold_when_users_are_deleted_while_liking(either: PhotosService) -> None:
    owner, people = either.join("owner"), [either.join(f"person{number}") for number in range(4)]
    ids = [either.publish(owner, make_jpeg(64, 48, shift), sky=0.9) for shift in range(3)]

    def busy(number: int) -> set[int]:
        client, dice = either.client(people[number % len(people)]), random.Random(number)  # noqa: S311
        statuses = set()
        for _ in range(ROUNDS):
            path = f"{PHOTOS}/{dice.choice(ids)}"
            statuses.add(client.request(dice.choice(("PUT", "DELETE")), f"{path}/like").status_code)
            statuses.add(client.post(f"{path}/comments", json={"text": "hm"}).status_code)
        return statuses

    def forget(person: Identity) -> set[int]:
        for _ in range(4):
            with either.services.database.write() as uow:
                uow.social.forget_person(person.user_id or "")
        return set()

    with ThreadPoolExecutor(THREADS) as pool:
        work = [pool.submit(busy, number) for number in range(8)]
        work += [pool.submit(forget, person) for person in people]
        statuses = set().union(*(done.result() for done in work))
    assert statuses == {201, 204}
    for photo_id in ids:
        numbers(either, photo_id)


def test_likes_and_comments_are_deleted_with_the_photo(either: PhotosService) -> None:
    owner, fan = either.join("owner"), either.join("fan")
    photo_id = either.publish(owner, make_jpeg(64, 48), sky=0.9)
    like(either, fan, photo_id)
    comment(either, fan, photo_id)
    either.client(owner).put(f"{PHOTOS}/{photo_id}/tags/sky", json={"state": "accepted"})
    either.client(fan).post(f"{PHOTOS}/{photo_id}/report", json={"reason": "hm"})
    gone = either.client(owner).delete(f"{PHOTOS}/{photo_id}", params={"permanent": "true"})
    assert gone.status_code == 204
    assert [rows_of(either, table) for table in (LikeRow, CommentRow, TagDecisionRow)] == [0, 0, 0]
    with Session(either.services.database.engine) as session:
        assert session.scalars(select(ReportRow.photo_id)).all() == [None]  # a report outlives its photo
