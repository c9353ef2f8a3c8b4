"""The decoder processes, as the rest of the service sees them."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from photos.decoding.jobs import Inspection, Rendering, confine, inspect, render
from vignette_shared.errors import DecodeTimedOut, ImageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.settings import DecoderSettings

log = get_logger(__name__)
T = TypeVar("T")


class Decoder(Protocol):
    """Raises `ImageError` for what a picture does wrong, `DecodeTimedOut` among them."""

    def inspect(self, path: Path) -> Inspection:
        """Read the whole file once and tell its kind and size."""
        ...

    def render(self, path: Path, folder: Path) -> Rendering:
        """Write the renditions into `folder`."""
        ...


class DecoderPool:
    """A `Decoder` that works in limited processes; one that hangs or dies takes nothing with it."""

    def __init__(self, settings: DecoderSettings, max_pixels: int) -> None:
        # A fork server: children start in milliseconds and inherit neither threads nor database connections.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([inspect.__module__])
        self._pool = ProcessPool(
            settings.processes,
            initializer=confine,
            initargs=(settings.memory_bytes,),
            context=context,
        )
        self._timeout_s = settings.timeout_s
        self._max_pixels = max_pixels

    def warm_up(self) -> None:
        """Start the processes, so that the first upload does not wait for them."""
        self._pool.schedule(int)

    def inspect(self, path: Path) -> Inspection:
        return self._run(inspect, str(path), self._max_pixels)

    def render(self, path: Path, folder: Path) -> Rendering:
        return self._run(render, str(path), str(folder), self._max_pixels)

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _run(self, job: Callable[..., T], *args: str | int) -> T:
        future: ProcessFuture[T] = self._pool.schedule(job, args=args, timeout=self._timeout_s)
        try:
            return future.result()
        except TimeoutError as error:
            log.warning("decode_timed_out", job=job.__name__, limit_s=self._timeout_s)
            raise DecodeTimedOut(
                f"The image takes longer than {self._timeout_s:g} s to decode: save it anew and send that."
            ) from error
        except (ProcessExpired, MemoryError) as error:
            log.warning("decoder_died", job=job.__name__, reason=str(error))
            raise ImageError("The image needs more memory than is allowed: make it smaller.") from error
