"""How long tests wait. A wait that succeeds costs nothing, so the limits are generous.

TEST_PATIENCE=3 makes every wait three times as long: for a slow or loaded machine.
"""

import os

FACTOR = float(os.environ.get("TEST_PATIENCE", "1"))
WAIT_S = 60 * FACTOR
"""for one event in a process that runs: an answer, a message, a start, an end"""
COMMAND_S = 240 * FACTOR
"""for a whole command, such as one that imports TensorFlow and trains"""


def within(seconds: float) -> float:
    """Scale a duration that the product promises."""
    return seconds * FACTOR
