"""The photos service imports no network or array library."""

import subprocess
import sys

HEAVY = ("tensorflow", "keras", "openvino", "numpy", "vignette_shared.vision")


def test_the_photos_service_imports_nothing_heavy() -> None:
    modules = "photos.server, photos.consumer, photos.cli, photos.decoding.jobs"
    code = f"import sys, {modules}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
