"""`python -m photos.main`: the HTTP service."""

import sys

from vignette_shared.process import run

if __name__ == "__main__":
    # Each decoder process imports this file again; what only the parent needs is imported by the parent.
    from photos.server import serve

    sys.exit(run("photos", serve))
