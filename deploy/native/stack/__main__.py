"""`python -m stack up|down|status|logs|run`; the Makefile is its usual caller."""

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
StateOption = Annotated[Path, typer.Option(help="folder that holds all of the stack's state")]
PortOption = Annotated[int, typer.Option(help="port of the web site on 127.0.0.1", min=1, max=65535)]
DEFAULT_STATE = REPOSITORY / "var"
ENDINGS = (signal.SIGINT, signal.SIGTERM)


@app.command()
def up(state: StateOption = DEFAULT_STATE, port: PortOption = 8080) -> None:
    """Start the stack in the background and wait until it is ready."""
    address = lifecycle.start(Layout(state.resolve()), port)
    print(f"Vignette is up: {address}")


@app.command()
def down(state: StateOption = DEFAULT_STATE) -> None:
    """Stop every process of the stack."""
    stopped = lifecycle.stop(Layout(state.resolve()))
    print("Vignette is down." if stopped else "Nothing was running.")


@app.command()
def status(state: StateOption = DEFAULT_STATE) -> None:
    """Show the processes; exit status 1 unless all of them run."""
    layout = Layout(state.resolve())
    states = Supervisor(layout).states()
    if states is None:
        print("Vignette is down. Start it with: make up")
        raise typer.Exit(1)
    for item in states:
        facts = f"pid {item.pid}, up {_duration(item.since_s)}" if item.pid else item.reason
        print(f"{item.name:16}{item.state.lower():10}{facts}")
    ports = json.loads(layout.ports.read_text())
    print(f"{'address':16}http://127.0.0.1:{ports['gateway']}")
    raise typer.Exit(0 if all(item.state == RUNNING for item in states) else 1)


@app.command()
def logs(state: StateOption = DEFAULT_STATE) -> None:
    """Follow the logs of all processes until Ctrl-C."""
    _follow_logs(Layout(state.resolve()), _end_told_by_signal())


@app.command()
def run(state: StateOption = DEFAULT_STATE, port: PortOption = 8080) -> None:
    """Run the stack in the foreground until Ctrl-C."""
    layout = Layout(state.resolve())
    address = lifecycle.start(layout, port)
    try:
        ended = _end_told_by_signal()
        print(f"Vignette is up: {address} (Ctrl-C stops it)", flush=True)
        _follow_logs(layout, ended)
    finally:
        lifecycle.stop(layout)
        print("Vignette is down.")


@app.command()
def publish_starter(state: StateOption = DEFAULT_STATE) -> None:
    """Publish the shipped model where none is in production, or a damaged one."""
    print(lifecycle.publish_starter(Layout(state.resolve())))


def _end_told_by_signal() -> threading.Event:
    """From now on Ctrl-C and `kill` set the event; an exception could be lost where Python ignores them."""
    ended = threading.Event()
    for ending in ENDINGS:
        signal.signal(ending, lambda *_: ended.set())
    return ended


def _follow_logs(layout: Layout, ended: threading.Event) -> None:
    files = sorted(str(path) for path in layout.logs.glob("*.log"))
    if not files:
        raise StackError(f"There are no logs in {layout.logs} yet. Start the stack with: make up")
    # In a session of its own, so that Ctrl-C reaches us alone and we can end in good order.
    tail = subprocess.Popen(["tail", "-n", "5", "-F", *files], start_new_session=True)
    try:
        while not ended.wait(0.2) and tail.poll() is None:
            pass
    finally:
        tail.terminate()
        tail.wait()


def _duration(seconds: int) -> str:
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def main() -> int:
    # Ending by `kill` must stop the stack as Ctrl-C does; a shell may have started us with Ctrl-C ignored.
    for ending in ENDINGS:
        signal.signal(ending, signal.default_int_handler)
    try:
        app()
    except StackError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
