"""`make up`, `make down` and their errors, through the commands that the Makefile calls."""

import re
import signal
import socket
import time
from pathlib import Path

import pytest
from tests.support.patience import WAIT_S, within
from tests.support.pictures import make_jpeg
from tests.support.ports import free_port
from tests.support.stack.commands import run_stack, start_in_foreground
from tests.support.stack.site import Site, running_site

from stack.layout import Layout
from stack.supervisor import Supervisor

pytestmark = pytest.mark.e2e


def test_status_lists_every_process(site: Site) -> None:
    done = run_stack("status", "--state", str(site.state))
    assert done.returncode == 0, done.stdout
    running = re.findall(r"^(\S+)\s+running", done.stdout, re.MULTILINE)
    assert running == ["gateway", "photos-api", "photos-worker", "redis", "tagger-worker", "trainer-worker"]
    assert site.address in done.stdout


def test_second_up_prints_the_address(site: Site) -> None:
    port = site.address.rsplit(":", 1)[1]
    before = site.pid("gateway")
    started = time.monotonic()
    done = run_stack("up", "--port", port, "--state", str(site.state))
    assert (done.returncode, time.monotonic() - started < within(15)) == (0, True)
    assert site.address in done.stdout
    assert site.pid("gateway") == before


def test_two_stacks_run_side_by_side(site: Site, tmp_path: Path) -> None:
    with running_site(tmp_path / "other") as other:
        account = other.sign_up("only-here")
        photo = account.upload(make_jpeg(320, 240, 31)).json()
        assert account.wait_until_done(photo["id"])["status"] == "tagged"
        with site.client() as client:
            assert client.get(f"/photos/{photo['id']}").status_code == 404
        assert site.pid("gateway") != other.pid("gateway")


def test_queued_work_and_photos_survive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running_site(state) as site:
        account = site.sign_up("anna")
        site.control("stop", "tagger-worker")
        ids = [account.upload(make_jpeg(320, 240, shift)).json()["id"] for shift in range(3)]
    with running_site(state) as site:
        account = site.sign_up("anna")
        assert {account.wait_until_done(photo_id)["status"] for photo_id in ids} == {"tagged"}


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_run_in_the_foreground_stops_every_process(tmp_path: Path, ending: signal.Signals) -> None:
    state = tmp_path / "state"
    running = start_in_foreground(free_port(), state)
    try:
        assert running.stdout is not None
        assert "Vignette is up" in running.stdout.readline()
        running.send_signal(ending)
        output, _ = running.communicate(timeout=WAIT_S)
    finally:
        running.kill()
        running.wait()
    assert output.endswith("Vignette is down.\n")
    assert Supervisor(Layout(state)).states() is None


def test_port_in_use_is_a_one_line_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_stack("up", "--port", str(port), "--state", str(tmp_path / "state"))
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert "Traceback" not in done.stderr
    assert Supervisor(Layout(tmp_path / "state")).states() is None


def test_unwritable_state_folder_is_a_one_line_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run_stack("up", "--port", str(free_port()), "--state", str(tmp_path / "file" / "state"))
    assert done.returncode == 1
    assert "STATE=/some/folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_failing_process_is_named_and_the_others_are_stopped(tmp_path: Path) -> None:
    """Only the tagger rejects this setting; the other processes would start."""
    wrong = {"VIGNETTE_TAGGER__RUNTIME": "abacus"}
    done = run_stack("up", "--port", str(free_port()), "--state", str(tmp_path / "state"), environment=wrong)
    assert done.returncode == 1
    assert "VIGNETTE_TAGGER__RUNTIME" in done.stderr
    assert Supervisor(Layout(tmp_path / "state")).states() is None


def test_damaged_model_is_refused_with_instructions(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running_site(state):
        pass
    weights = next((state / "registry" / "backbones").glob("*/weights.safetensors"))
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 0xFF
    weights.write_bytes(data)
    done = run_stack("up", "--port", str(free_port()), "--state", str(state))
    assert done.returncode == 1
    assert "tagger-worker" in done.stderr
    assert "weights.safetensors" in done.stderr
    assert "make publish-starter" in done.stderr
    assert Supervisor(Layout(state)).states() is None
    assert run_stack("publish-starter", "--state", str(state)).returncode == 0
    with running_site(state):
        pass


def test_missing_model_is_published_by_the_next_up(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running_site(state):
        pass
    (state / "registry" / "models" / "aliases" / "production.json").unlink()
    with running_site(state) as site:
        photo = site.sign_up("anna").upload(make_jpeg(320, 240)).json()
        assert site.sign_up("anna").wait_until_done(photo["id"])["status"] == "tagged"
