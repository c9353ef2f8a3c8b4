"""A client of the stack's supervisor, over its Unix socket."""

import http.client
import subprocess
import sys
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from .layout import Layout

# supervisord rather than systemd or honcho: see docs/decisions/0004.
RUNNING = "RUNNING"
# BACKOFF and EXITED count, too: `make up` reports a failed start instead of waiting for the retries.
FAILED = frozenset({"FATAL", "BACKOFF", "EXITED", "UNKNOWN"})


@dataclass(frozen=True, slots=True)
class State:
    """The state of one program; `pid` is 0 while it is not running."""

    name: str
    state: str
    pid: int
    since_s: int
    reason: str


class Supervisor:
    """A client; `states` and `pid` return None if no supervisor is running for this state folder."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._socket = layout.supervisor_socket

    def start(self, environment: Mapping[str, str]) -> None:
        """Start supervisord in the background, and with it all programs."""
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._layout.supervisor_config)]
        subprocess.run(command, env=dict(environment), check=True, stdin=subprocess.DEVNULL)

    def states(self) -> list[State] | None:
        try:
            answer = self._call("supervisor.getAllProcessInfo")
        # A socket that is missing, or left behind by a killed supervisor, means that none is running.
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return None
        states = [
            State(info["name"], info["statename"], info["pid"], info["now"] - info["start"], info["spawnerr"])
            for info in cast(list[dict[str, Any]], answer)
        ]
        return sorted(states, key=lambda state: state.name)

    def pid(self) -> int | None:
        try:
            return cast(int, self._call("supervisor.getPID"))
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return None

    def shutdown(self) -> None:
        """Make supervisord stop all programs and then itself; return immediately."""
        self._call("supervisor.shutdown")

    def _call(self, method: str) -> object:
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self._socket}")
        try:
            # `ServerProxy` requires a URL, but the transport connects to the socket.
            with xmlrpc.client.ServerProxy("http://localhost", transport=transport) as proxy:
                return getattr(proxy, method)()
        finally:
            transport.close()
