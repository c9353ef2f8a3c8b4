"""The predict command: on a terminal, into a file, with odd images and with invalid options."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.patience import COMMAND_S, WAIT_S
from tests.support.pictures import make_jpeg

pytestmark = pytest.mark.integration
STARTER = Path(__file__).resolve().parents[3] / "shared" / "starter"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(make_jpeg(320, 240, shift=number * 20))
    return folder


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "trainer.cli", "predict", *map(str, arguments), "--registry", str(STARTER)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False, timeout=COMMAND_S)


def on_a_terminal(*arguments: object) -> tuple[int, list[str]]:
    """Return the exit status and the lines that a terminal of 80 columns gets."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        command(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"}
    )
    os.close(theirs)
    said = b""
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        try:
            while part := terminal.read(4096):
                said += part
        except OSError:  # the other end is closed
            pass
    return process.wait(WAIT_S), said.decode().splitlines()


def test_terminal_output_has_no_progress_bar(photos: Path) -> None:
    status, lines = on_a_terminal(photos, "--top", 1)
    assert status == 0
    assert [line.partition(": ")[0] for line in lines] == [f"{photos}/{n}.jpg" for n in range(3)]


def test_output_to_a_file_has_only_lines_and_the_bar_is_on_stderr(photos: Path) -> None:
    done = run(photos, "--json", "--top", 2)
    assert done.returncode == 0
    assert [len(json.loads(line)["tags"]) for line in done.stdout.splitlines()] == [2] * 3
    assert "100%" in done.stderr


def test_odd_images_print_no_pillow_warnings(shared_data: Path) -> None:
    done = run(shared_data / "difficult", "--json", "--top", 1)
    assert done.returncode == 1
    assert "Warning" not in done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"error", "tags"} == {key for each in lines for key in ("error", "tags") if key in each}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--explain",), "--explain needs --out"),
        (("--label", "sea"), "need --explain"),
        (("--method", "gradcam"), "need --explain"),
        (("--explain", "--method", "gradcam", "--out", "{out}"), "Use the method windows"),
        (("--explain", "--label", "unicorn", "--out", "{out}"), "has no label 'unicorn'"),
    ],
)
def test_unexplainable_label_prints_one_line_and_exits_2(
    photos: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(photos / "0.jpg", *(each.format(out=tmp_path / "out.png") for each in arguments))
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.png").exists()
