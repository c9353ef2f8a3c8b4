"""Decoder processes: a harmful picture affects only its own process."""

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from tests.support.pictures import make_jpeg
from tests.support.waiting import wait_until

from photos.decoding.pool import DecoderPool
from vignette_shared.errors import DecodeTimedOut, ImageError, TooManyPixels, TruncatedImage
from vignette_shared.settings import DecoderSettings

pytestmark = pytest.mark.integration
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    opened = DecoderPool(DecoderSettings(processes=1, memory_bytes=512 * MIB), max_pixels=200_000_000)
    opened.warm_up()
    yield opened
    opened.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo"
    path.write_bytes(make_jpeg(640, 480))
    return path


def test_inspection_returns_the_facts(pool: DecoderPool, photo: Path, tmp_path: Path) -> None:
    found = pool.inspect(photo)
    assert (found.width, found.height, found.media_type) == (640, 480, "image/jpeg")
    rendering = pool.render(photo, tmp_path)
    assert {rendition.name for rendition in rendering.renditions} == {"thumb", "preview"}
    assert (tmp_path / "thumb.jpg").exists()


def test_errors_cross_the_process_boundary(pool: DecoderPool, photo: Path) -> None:
    photo.write_bytes(photo.read_bytes()[:-2000])
    with pytest.raises(TruncatedImage, match="incomplete"):
        pool.inspect(photo)


def test_image_over_the_memory_limit_fails_alone(pool: DecoderPool, photo: Path, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (13_000, 13_000)).save(buffer, "PNG")
    large = tmp_path / "large"
    large.write_bytes(buffer.getvalue())
    with pytest.raises(ImageError):
        pool.inspect(large)
    assert pool.inspect(photo).width == 640


def test_killed_decoder_process_is_replaced(pool: DecoderPool, photo: Path) -> None:
    pool.inspect(photo)
    process = pool._pool.schedule(os.getpid).result()
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: not pool._pool.active, "the pool's notice of the kill")
    assert pool.inspect(photo).width == 640


def test_pixel_limit_applies_before_decoding(photo: Path) -> None:
    pool = DecoderPool(DecoderSettings(processes=1), max_pixels=1000)
    try:
        with pytest.raises(TooManyPixels):
            pool.inspect(photo)
    finally:
        pool.close()


def test_slow_image_times_out_and_the_next_succeeds(photo: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    Image.effect_noise((6000, 6000), 80).convert("RGB").save(slow, "PNG", compress_level=1)
    pool = DecoderPool(DecoderSettings(processes=1, timeout_s=0.2), max_pixels=100_000_000)
    try:
        with pytest.raises(DecodeTimedOut):
            pool.render(slow, tmp_path)
        assert pool.inspect(photo).width == 640
    finally:
        pool.close()
