"""The decoder processes, as the rest of the service sees them."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from photos.decoding.jobs import Inspection, Rendering, confine, hash_picture, inspect, render
from photos.decoding.stripping import Stripped, strip
from vignette_shared.errors import DecodeTimedOut, ImageError, ServiceUnavailable
from vignette_shared.observability.logs import get_logger
from vignette_shared.settings import DecoderSettings

log = get_logger(__name__)
T = TypeVar("T")
TRIES = 2
"""Pools for one job: the one at hand, and a new one when that turns out to be broken."""


class Decoder(Protocol):
    """Raises `ImageError` for what a picture does wrong, `DecodeTimedOut` among them."""

    def inspect(self, path: Path) -> Inspection:
        """Read the whole file once and tell its kind and size."""
        ...

    def render(self, path: Path, folder: Path) -> Rendering:
        """Write the renditions into `folder`."""
        ...

    def hash_picture(self, path: Path) -> int:
        """Return the picture's difference hash, a signed 64-bit number."""
        ...

    def strip(self, path: Path, folder: Path) -> Stripped:
        """Write a copy without location and maker notes into `folder`."""
        ...


class DecoderPool:
    """A `Decoder` that works in limited processes; one that hangs or dies takes nothing with it."""

    def __init__(self, settings: DecoderSettings, max_pixels: int) -> None:
        self._settings = settings
        self._max_pixels = max_pixels
        self._lock = threading.Lock()
        self._pool = self._open()

    def warm_up(self) -> None:
        """Start the processes, so that the first upload does not wait for them."""
        self._pool.schedule(int)

    def inspect(self, path: Path) -> Inspection:
        return self._run(inspect, str(path), self._max_pixels)

    def render(self, path: Path, folder: Path) -> Rendering:
        return self._run(render, str(path), str(folder), self._max_pixels)

    def hash_picture(self, path: Path) -> int:
        return self._run(hash_picture, str(path), self._max_pixels)

    def strip(self, path: Path, folder: Path) -> Stripped:
        return self._run(strip, str(path), str(folder), self._max_pixels)

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _open(self) -> ProcessPool:
        # A fork server: children start in milliseconds and inherit neither threads nor database connections.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([inspect.__module__])
        return ProcessPool(
            self._settings.processes,
            initializer=confine,
            initargs=(self._settings.memory_bytes,),
            context=context,
        )

    def _replace(self, broken: ProcessPool) -> None:
        """Pebble gives a pool up for good when a process dies between two jobs, killed by the system, say."""
        with self._lock:
            if self._pool is broken:
                log.warning("decoder_pool_replaced")
                self._pool = self._open()
                broken.stop()  # type: ignore[no-untyped-call]

    def _run(self, job: Callable[..., T], *args: str | int) -> T:
        for _ in range(TRIES):
            pool = self._pool
            try:
                future: ProcessFuture[T] = pool.schedule(job, args=args, timeout=self._settings.timeout_s)
            except RuntimeError:  # the pool is given up
                self._replace(pool)
                continue
            try:
                return self._result(job, future)
            except BrokenProcessPool:
                self._replace(pool)
        raise ServiceUnavailable("The image decoder is starting again; try again soon.", retry_after=5)

    def _result(self, job: Callable[..., T], future: "ProcessFuture[T]") -> T:
        try:
            return future.result()
        except TimeoutError as error:
            limit = self._settings.timeout_s
            log.warning("decode_timed_out", job=job.__name__, limit_s=limit)
            raise DecodeTimedOut(
                f"The image takes longer than {limit:g} s to decode: save it anew and send that."
            ) from error
        except (ProcessExpired, MemoryError) as error:
            log.warning("decoder_died", job=job.__name__, reason=str(error))
            raise ImageError("The image needs more memory than is allowed: make it smaller.") from error
