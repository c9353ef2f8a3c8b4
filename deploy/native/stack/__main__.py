"""`python -m stack up|down|status|logs|run`, which the Makefile calls."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from . import lifecycle
from .layout import REPOSITORY, Layout, StackError
from .supervisor import RUNNING, Supervisor

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
StateOption = Annotated[Path, typer.Option(help="Folder for data, secrets and logs.")]
PortOption = Annotated[int, typer.Option(help="Port of the site on 127.0.0.1.", min=1, max=65535)]
DEFAULT_STATE = REPOSITORY / "var"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@app.command()
def up(state: StateOption = DEFAULT_STATE, port: PortOption = 8080) -> None:
    """Start the stack in the background and wait until it is ready."""
    address = lifecycle.start(Layout(state.resolve()), port)
    print(f"Vignette is up: {address}")


@app.command()
def down(state: StateOption = DEFAULT_STATE) -> None:
    """Stop all processes."""
    stopped = lifecycle.stop(Layout(state.resolve()))
    print("Vignette is down." if stopped else "Vignette is not running.")


@app.command()
def status(state: StateOption = DEFAULT_STATE) -> None:
    """List the processes and their states. Exits with 1 unless all are running."""
    layout = Layout(state.resolve())
    states = Supervisor(layout).states()
    if states is None:
        print("Vignette is not running. Start it with: make up")
        raise typer.Exit(1)
    for item in states:
        details = f"pid {item.pid}, up {_duration(item.since_s)}" if item.pid else item.reason
        print(f"{item.name:16}{item.state.lower():10}{details}")
    ports = json.loads(layout.ports.read_text())
    print(f"{'address':16}http://127.0.0.1:{ports['gateway']}")
    raise typer.Exit(0 if all(item.state == RUNNING for item in states) else 1)


@app.command()
def logs(state: StateOption = DEFAULT_STATE) -> None:
    """Follow the logs of all processes until Ctrl-C."""
    _follow_logs(Layout(state.resolve()), _stop_on_signal())


@app.command()
def run(state: StateOption = DEFAULT_STATE, port: PortOption = 8080) -> None:
    """Run the stack in the foreground until Ctrl-C."""
    layout = Layout(state.resolve())
    address = lifecycle.start(layout, port)
    try:
        stop = _stop_on_signal()
        print(f"Vignette is up: {address} (stop it with Ctrl-C)", flush=True)
        _follow_logs(layout, stop)
    finally:
        lifecycle.stop(layout)
        print("Vignette is down.")


@app.command()
def publish_starter(state: StateOption = DEFAULT_STATE) -> None:
    """Publish the starter model unless an intact model is in production."""
    print(lifecycle.publish_starter(Layout(state.resolve())))


def _stop_on_signal() -> threading.Event:
    """Return an event that Ctrl-C and `kill` set. An exception instead could be swallowed in a finaliser."""
    stop = threading.Event()
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: stop.set())
    return stop


def _follow_logs(layout: Layout, stop: threading.Event) -> None:
    files = sorted(str(path) for path in layout.logs.glob("*.log"))
    if not files:
        raise StackError(f"There are no logs in {layout.logs}. Start Vignette with: make up")
    # In a new session, or Ctrl-C would also stop `tail` and end the loop before the event does.
    tail = subprocess.Popen(["tail", "-n", "5", "-F", *files], start_new_session=True)
    try:
        while not stop.wait(0.2) and tail.poll() is None:
            pass
    finally:
        tail.terminate()
        tail.wait()


def _duration(seconds: int) -> str:
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def main() -> int:
    # `kill` must stop the stack as Ctrl-C does, and a shell starts background jobs with Ctrl-C ignored.
    for number in STOP_SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        app()
    except StackError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
