"""The trainer's errors."""

from vignette_shared.errors import VignetteError


class DatasetError(VignetteError):
    """The images or annotations can't be used; the message names the file and what to do."""

    code, status, title = "bad_dataset", 422, "The dataset can't be used"


class DownloadFailed(VignetteError):
    """The server didn't send the file, or sent a different one."""

    code, status, title = "download_failed", 502, "The download failed"


class TrainingFailed(VignetteError):
    """The training itself failed, for example because the loss is not a number."""

    code, status, title = "training_failed", 500, "The training failed"


class TrainingHeld(VignetteError):
    """Another worker holds the training's lease."""

    code, status, title = "training_held", 409, "Another worker runs this training"


class TrainingCancelled(VignetteError):
    """An admin cancelled the training."""

    code, status, title = "training_cancelled", 409, "The training was cancelled"


class GateRefused(VignetteError):
    """The version would be worse than the one in production; `reasons` are whole sentences."""

    code, status, title = "gate_failed", 409, "The gate rejected the version"

    def __init__(self, detail: str, reasons: tuple[str, ...]) -> None:
        super().__init__(detail, reasons=list(reasons))
        self.reasons = reasons
