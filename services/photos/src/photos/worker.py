"""`python -m photos.worker`: the queue's consumer and the reconciler."""

import sys

from vignette_shared.process import run

if __name__ == "__main__":
    # Each decoder process imports this file again; what only the parent needs is imported by the parent.
    from photos.consumer import work

    sys.exit(run("photos-worker", work))
