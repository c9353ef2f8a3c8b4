"""Starting and stopping the stack."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from vignette_shared.queue.connection import connect
from vignette_shared.queue.heartbeat import live_instances

from .layout import Layout, Ports, StackError, choose_ports
from .processes import (
    broker,
    environment,
    processes,
    write_redis_config,
    write_supervisor_config,
)
from .supervisor import FAILED, RUNNING, State, Supervisor

READY_TIMEOUT_S = 120
STOP_TIMEOUT_S = 60
LAST_LINES = 15


def start(layout: Layout, port: int) -> str:
    """Start the stack, unless it is running, and return its URL when it is ready.

    Raises:
        StackError: a process failed; the message shows the end of its log. No process is left running.
    """
    supervisor = Supervisor(layout)
    if (running := _running_ports(layout, supervisor)) is not None:
        if running.gateway == port:
            _wait_until_ready(layout, running, supervisor)
            return _address(port)
        stop(layout)
    layout.make()
    ports = choose_ports(layout, port)
    variables = environment(layout, ports)
    programs = processes(layout)
    write_redis_config(layout, ports)
    write_supervisor_config(layout, programs)
    _prepare(layout, variables)
    supervisor.start(variables)
    try:
        _wait_until_ready(layout, ports, supervisor)
    # Ctrl-C during the start, too, must leave no process running.
    except BaseException:
        stop(layout)
        raise
    return _address(port)


def stop(layout: Layout) -> bool:
    """Stop all processes. Return False if none was running.

    Raises:
        StackError: the supervisor does not stop.
    """
    supervisor = Supervisor(layout)
    pid = supervisor.pid()
    if pid is None:
        return False
    supervisor.shutdown()
    # `shutdown` only asks: supervisord exits after it has stopped its programs.
    for _ in _poll(STOP_TIMEOUT_S):
        if not Path(f"/proc/{pid}").exists():
            layout.supervisor_socket.unlink(missing_ok=True)
            return True
    raise StackError(f"The supervisor (pid {pid}) does not stop. See {layout.logs / 'supervisord.log'}.")


def last_lines(layout: Layout, name: str) -> str:
    path = layout.logs / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])


def publish_starter(layout: Layout) -> str:
    """Publish the starter model unless an intact model is in production; return what the command printed."""
    layout.make()
    variables = environment(layout, Ports(0, 0, 0))
    return _run_step(layout, variables, "tagger_worker.cli", "publish-starter", "--repair")


def _prepare(layout: Layout, variables: dict[str, str]) -> None:
    """Migrate the database and publish the starter model, each by a command of the service that owns it."""
    _run_step(layout, variables, "photos.cli", "migrate")
    _run_step(layout, variables, "tagger_worker.cli", "publish-starter")


def _run_step(layout: Layout, variables: dict[str, str], module: str, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *command],
        env=variables,
        cwd=layout.state,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        output = (done.stderr or done.stdout).strip().splitlines()[-LAST_LINES:]
        raise StackError(f"{module} {command[0]} failed:\n" + "\n".join(f"    {line}" for line in output))
    return done.stdout.strip()


def _wait_until_ready(layout: Layout, ports: Ports, supervisor: Supervisor) -> None:
    """Wait for /readyz and every worker's heartbeat; raise `StackError` as soon as a process dies."""
    first_pids: dict[str, int] = {}
    missing = "the supervisor"
    for _ in _poll(READY_TIMEOUT_S):
        states = supervisor.states() or []
        for state in states:
            if failed := _failure(state, first_pids):
                raise StackError(
                    f"{state.name} {failed}. The end of its log:\n{last_lines(layout, state.name)}"
                )
        if not states or any(state.state != RUNNING for state in states):
            continue
        missing = _still_missing(layout, ports) or ""
        if not missing:
            return
    raise StackError(
        f"Not ready after {READY_TIMEOUT_S} s; still waiting for {missing}. See the logs in {layout.logs}."
    )


def _failure(state: State, first_pids: dict[str, int]) -> str | None:
    """Return how a process failed, or None. One with a new pid has died, even if it is running again."""
    if state.state in FAILED:
        return f"stopped ({state.reason or state.state.lower()})"
    if state.pid and first_pids.setdefault(state.name, state.pid) != state.pid:
        return "stopped and was restarted"
    return None


def _still_missing(layout: Layout, ports: Ports) -> str | None:
    try:
        with urllib.request.urlopen(f"{_address(ports.gateway)}/readyz", timeout=5) as answer:  # noqa: S310
            json.load(answer)
    except urllib.error.HTTPError as error:
        checks = json.load(error).get("checks", {})
        failing = [f"{name}: {check.get('detail')}" for name, check in checks.items() if not check["ok"]]
        return "; ".join(failing) or "the gateway"
    except OSError:
        return "the gateway"
    with connect(broker(environment(layout, ports))) as client:
        for process in processes(layout):
            if process.heartbeat and not live_instances(client, process.name):
                return f"the first heartbeat of {process.name}"
    return None


def _running_ports(layout: Layout, supervisor: Supervisor) -> Ports | None:
    if not layout.ports.exists() or supervisor.states() is None:
        return None
    return Ports(**json.loads(layout.ports.read_text()))


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _poll(seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(0.2)
