"""`python -m photos.main`: the HTTP service."""

import sys

from vignette_shared.process import run

if __name__ == "__main__":
    # Decoder processes import this file again; importing the service inside the guard keeps them small.
    from photos.server import serve

    sys.exit(run("photos", serve))
