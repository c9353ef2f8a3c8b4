"""The command line rejects invalid options in one line, before it imports anything slow."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tests.support.patience import COMMAND_S, WAIT_S

from trainer import cli


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trainer.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_S,
    )


@pytest.mark.parametrize(
    ("config", "said"), [("{", "not JSON"), ("[]", "not a JSON object"), ('{"x": 1}', "x:")]
)
def test_invalid_configuration_prints_one_line_and_exits_2(tmp_path: Path, config: str, said: str) -> None:
    done = run(
        "train",
        "--data",
        str(tmp_path),
        "--work",
        str(tmp_path),
        "--registry",
        "memory://",
        "--config",
        config,
    )
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_invalid_option_exits_2_with_a_plain_error() -> None:
    for arguments in (("train",), ("dataset", "split", "x", "--registry", "y", "--seed", "many")):
        done = run(*arguments)
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith("Error: ")


def test_help_names_the_commands() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert {"starter", "train", "evaluate"} <= set(done.stdout.replace("│", " ").split())


def test_full_disk_prints_one_line_and_exits_2() -> None:
    """Where no step has words of its own for it."""
    program = """
import errno, sys
from trainer import cli

def full():
    raise OSError(errno.ENOSPC, "No space left on device", "/data/x")

cli.app = full
cli.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=WAIT_S
    )
    assert done.returncode == 2
    assert done.stderr == "The disk is full at /data/x: free some space, then run the command again.\n"


def test_listed_help_is_each_command_s_own_first_line() -> None:
    group = typer.main.get_command(cli.app)
    assert isinstance(group, cli.Commands)
    for name, (_, help_text) in group.lazy.items():
        command = group.get_command(None, name)
        assert command.help.splitlines()[0] == help_text


def test_listing_commands_imports_none_of_them() -> None:
    program = "import sys, trainer.cli as c; c.app(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    modules = set(done.stdout.split())
    assert not modules & {"tensorflow", "openvino", "scipy", "cleanlab", "trainer.commands.train"}
