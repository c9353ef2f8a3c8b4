"""The gateway imports no imaging, model or database library."""

import subprocess
import sys

HEAVY = ("tensorflow", "keras", "openvino", "numpy", "sqlalchemy", "PIL", "pillow_heif")


def test_gateway_imports_nothing_heavy() -> None:
    code = f"import sys, gateway.main; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
