"""Child processes do not outlive the command that started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.patience import WAIT_S
from tests.support.waiting import wait_until

_COMMAND = """
import os, time
from trainer.support.process_pool import process_pool
if __name__ == "__main__":
    with process_pool(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600).result()
"""

_INTERRUPTED = """
import time
from trainer.support.process_pool import process_pool
if __name__ == "__main__":
    pool = process_pool(2)
    try:
        waiting = [pool.submit(time.sleep, 600) for _ in range(2)]
        print("begins", flush=True)
        waiting[0].result()
    except BaseException:
        raise SystemExit(130) from None
"""


def test_killed_command_leaves_no_process(tmp_path: Path) -> None:
    script = tmp_path / "command.py"
    script.write_text(_COMMAND)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        child = int(command.stdout.readline())
        try:
            command.send_signal(signal.SIGKILL)
            command.wait(WAIT_S)
            wait_until(lambda: not _is_running(child), "the child's end")
        finally:
            if _is_running(child):
                os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("after", [0.0, 0.2, 0.5, 1.0])
def test_ctrl_c_ends_the_processes_silently(tmp_path: Path, after: float) -> None:
    """A terminal interrupts every process, also one that is still importing."""
    script = tmp_path / "command.py"
    script.write_text(_INTERRUPTED)
    with subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "begins\n"
        time.sleep(after)
        os.killpg(command.pid, signal.SIGINT)
        assert command.wait(WAIT_S) == 130
        assert command.stderr is not None
        assert command.stderr.read() == ""


_TIED = "from trainer.support.process_pool import exit_with_parent; exit_with_parent(); {then}"


@pytest.mark.parametrize(("then", "status"), [("pass", 0), ("raise SystemExit(2)", 2)])
def test_process_with_a_parent_still_exits_by_itself(then: str, status: int) -> None:
    """While its standard input is still open, as the worker leaves it."""
    command = [sys.executable, "-c", _TIED.format(then=then)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.wait(WAIT_S) == status
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_process_exits_when_its_parent_is_gone() -> None:
    command = [sys.executable, "-c", _TIED.format(then="import threading; threading.Event().wait()")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(WAIT_S) == 130


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
