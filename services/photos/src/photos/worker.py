"""`python -m photos.worker`: the queue's consumer and the reconciler."""

import sys

from vignette_shared.process import run

if __name__ == "__main__":
    # Decoder processes import this file again; importing the service inside the guard keeps them small.
    from photos.consumer import work

    sys.exit(run("photos-worker", work))
