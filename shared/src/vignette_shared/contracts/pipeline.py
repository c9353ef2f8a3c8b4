"""A photo's way through the pipeline, as photos and the tagger name it."""

from typing import Literal, get_args

Step = Literal["render", "tag"]
"""What a photo waits for: its renditions, or its tags."""

FailureCode = Literal["decode_failed", "too_many_pixels", "truncated_image", "model_error", "timed_out"]
"""Why a photo failed; the codes of the errors that end its way, except for `model_error` and `timed_out`."""

FAILURE_CODES: frozenset[FailureCode] = frozenset(get_args(FailureCode))


def as_failure_code(code: str, default: FailureCode) -> FailureCode:
    """Return an error's code if a photo can fail with it, else `default`."""
    return next((known for known in FAILURE_CODES if known == code), default)
