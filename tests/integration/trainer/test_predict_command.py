"""`predict` as somebody types it: on a terminal, into a file, over odd images, and wrongly."""

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


def test_on_a_terminal_no_bar_runs_through_the_lines(photos: Path) -> None:
    status, lines = on_a_terminal(photos, "--top", 1)
    assert status == 0
    assert [line.partition(": ")[0] for line in lines] == [f"{photos}/{n}.jpg" for n in range(3)]


def test_into_a_file_go_the_lines_alone_and_the_bar_beside(photos: Path) -> None:
    done = run(photos, "--json", "--top", 2)
    assert done.returncode == 0
    assert [len(json.loads(line)["tags"]) for line in done.stdout.splitlines()] == [2] * 3
    assert "100%" in done.stderr


def test_odd_images_are_told_of_in_our_words_alone(shared_data: Path) -> None:
    done = run(shared_data / "difficult", "--json", "--top", 1)
    assert done.returncode == 1
    assert "Warning" not in done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"error", "tags"} == {key for each in told for key in ("error", "tags") if key in each}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--explain",), "say where with --out"),
        (("--label", "sea"), "give --explain, too"),
        (("--method", "gradcam"), "give --explain, too"),
        (("--explain", "--method", "gradcam", "--out", "{out}"), "Use the method windows"),
        (("--explain", "--label", "unicorn", "--out", "{out}"), "has no label 'unicorn'"),
    ],
)
def test_what_can_t_be_explained_is_one_line_and_status_2(
    photos: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(photos / "0.jpg", *(each.format(out=tmp_path / "out.png") for each in arguments))
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.png").exists()
