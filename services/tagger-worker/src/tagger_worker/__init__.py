"""Embeds photos and tags them: a queue consumer without a database."""

import os

# NumPy's BLAS reads this when it is first imported, hence here. More threads would keep spinning after the
# head's small products and take cores from the network: 30 ms of CPU per photo instead of 10.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
