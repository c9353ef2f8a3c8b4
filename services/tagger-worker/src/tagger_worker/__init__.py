"""Embeds photos and tags them: a queue consumer without a database."""

import os

# Read by NumPy's BLAS when it is first imported, hence here. Its threads keep spinning after the head's
# small products and take the cores from the network: a photo costs 10 ms of CPU so, 30 otherwise.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
