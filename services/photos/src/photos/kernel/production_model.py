"""The input size of the model in production."""

import threading
from time import monotonic

from vignette_shared.errors import ModelError, ModelMissing, StorageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.registry import Registry

log = get_logger(__name__)


class ProductionModel:
    """Caches the input side of the production model's backbone; reads the registry every `poll_s` seconds."""

    def __init__(self, registry: Registry, poll_s: float) -> None:
        self._registry = registry
        self._poll_s = poll_s
        self._lock = threading.Lock()
        self._known: tuple[float, int | None] | None = None

    def input_side(self) -> int | None:
        """Return the side in pixels, or None while no usable model is in production."""
        # One thread reads the registry; the others wait for its result instead of reading it too.
        with self._lock:
            if self._known is None or monotonic() - self._known[0] > self._poll_s:
                self._known = (monotonic(), self._read())
            return self._known[1]

    def _read(self) -> int | None:
        try:
            model = self._registry.production()
            return self._registry.backbone(model.backbone).input_side
        # A site without a model is normal until the first training: photos stay queued, nothing is logged.
        except ModelMissing:
            return None
        except (ModelError, StorageError) as error:
            log.warning("model_unusable", reason=error.detail)
            return None
