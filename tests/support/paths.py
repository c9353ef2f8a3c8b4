"""Where the repository and the real test photos are."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED_DATA = Path(os.environ.get("VIGNETTE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
