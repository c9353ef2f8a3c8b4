"""The pool of decoder processes."""

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
"""Attempts per job: a second one, with a new pool, if the first finds its pool broken."""


class Decoder(Protocol):
    """Decodes untrusted images; every method raises `ImageError`, `DecodeTimedOut` among them."""

    def inspect(self, path: Path) -> Inspection:
        """Decode the whole file once and return its media type and size."""
        ...

    def render(self, path: Path, folder: Path) -> Rendering:
        """Write the renditions into `folder`."""
        ...

    def hash_picture(self, path: Path) -> int:
        """Return the image's difference hash, a signed 64-bit integer."""
        ...

    def strip(self, path: Path, folder: Path) -> Stripped:
        """Write a copy without location and maker notes into `folder`."""
        ...


class DecoderPool:
    """A `Decoder` in processes with limits; one that hangs or crashes fails only its own job."""

    def __init__(self, settings: DecoderSettings, max_pixels: int) -> None:
        self._settings = settings
        self._max_pixels = max_pixels
        self._lock = threading.Lock()
        self._pool = self._open()

    def warm_up(self) -> None:
        """Start the processes in advance: the first upload need not wait for them."""
        # Any job starts the processes, and `int()` is the cheapest one.
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
        # A fork server starts children in milliseconds, without inherited threads or database connections.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([inspect.__module__])
        return ProcessPool(
            self._settings.processes,
            initializer=confine,
            initargs=(self._settings.memory_bytes,),
            context=context,
        )

    def _replace(self, broken: ProcessPool) -> None:
        """Replace a broken pool: Pebble closes it if a process dies between jobs, e.g. by the OOM killer."""
        with self._lock:
            if self._pool is broken:
                log.warning("decoder_pool_replaced")
                self._pool = self._open()
                broken.stop()  # type: ignore[no-untyped-call]

    def _run(self, job: Callable[..., T], *args: str | int) -> T:
        # Only the next job sees the broken pool; the job that broke it gets its own error.
        for _ in range(TRIES):
            pool = self._pool
            try:
                future: ProcessFuture[T] = pool.schedule(job, args=args, timeout=self._settings.timeout_s)
            except RuntimeError:  # the pool is broken
                self._replace(pool)
                continue
            try:
                return self._result(job, future)
            except BrokenProcessPool:
                self._replace(pool)
        raise ServiceUnavailable("The image decoder is restarting. Try again soon.", retry_after=5)

    def _result(self, job: Callable[..., T], future: "ProcessFuture[T]") -> T:
        try:
            return future.result()
        except TimeoutError as error:
            limit = self._settings.timeout_s
            log.warning("decode_timed_out", job=job.__name__, limit_s=limit)
            raise DecodeTimedOut(
                f"Decoding the image took longer than {limit:g} s. Save it again in another format."
            ) from error
        except (ProcessExpired, MemoryError) as error:
            log.warning("decoder_died", job=job.__name__, reason=str(error))
            raise ImageError("Decoding the image needs more memory than allowed. Make it smaller.") from error
