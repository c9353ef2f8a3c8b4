"""The gate's verdict on a version."""

from pydantic import BaseModel, ConfigDict


class GateVerdict(BaseModel):
    """Whether a version may replace the one in production; one sentence for each rule that it breaks."""

    model_config = ConfigDict(frozen=True)

    passed: bool
    reasons: tuple[str, ...] = ()
