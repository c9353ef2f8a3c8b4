"""Why a photo has no tags."""

from enum import StrEnum


class FailureCode(StrEnum):
    """A photo's `failure.code`, which the API promises."""

    DECODE_FAILED = "decode_failed"
    TOO_MANY_PIXELS = "too_many_pixels"
    TRUNCATED_IMAGE = "truncated_image"
    MODEL_ERROR = "model_error"
    TIMED_OUT = "timed_out"
