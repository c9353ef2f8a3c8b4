"""Free ports on loopback."""

import itertools
import os
import socket

# Below Linux's ephemeral range (from 32768), where an outgoing connection could take the port between this
# check and the server's bind; each process starts elsewhere, so two test workers don't offer the same port.
_FIRST, _COUNT = 20_000, 12_000
_START = os.getpid() * 613 % _COUNT
_candidates = itertools.islice(itertools.cycle(range(_FIRST, _FIRST + _COUNT)), _START, None)


def free_port() -> int:
    """Return a port that nothing listens on; never the same one twice in a run."""
    for port in _candidates:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable: the candidates repeat")
