"""The throughput that a worker reports."""

from vignette_shared.contracts.tasks import RENDER_PHOTO, TAG_PHOTO
from vignette_shared.queue.throughput import Throughput


def test_messages_of_the_last_minute_are_counted_by_queue() -> None:
    now = 0.0
    throughput = Throughput(lambda: now)
    assert throughput.last_minute() == {}
    throughput.count(RENDER_PHOTO.name)
    now = 30.0
    throughput.count(RENDER_PHOTO.name)
    throughput.count(TAG_PHOTO.name)
    assert throughput.last_minute() == {RENDER_PHOTO.queue: 2, TAG_PHOTO.queue: 1}
    now = 60.0
    assert throughput.last_minute() == {RENDER_PHOTO.queue: 1, TAG_PHOTO.queue: 1}
    now = 90.0
    assert throughput.last_minute() == {}
