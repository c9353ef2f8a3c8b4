"""The state folder: its permissions, secrets and ports."""

import json
import os
import socket
import stat
from pathlib import Path

import pytest

from stack.layout import SOCKET_PATH_LIMIT, Layout, StackError, choose_ports, free_port
from stack.processes import environment, write_redis_config, write_supervisor_config


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / "state with space")
    made.make()
    return made


def bound_port() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_secrets_are_readable_by_the_owner_only_and_kept(layout: Layout) -> None:
    first = layout.internal_key.read_text()
    layout.make()
    assert layout.internal_key.read_text() == first
    assert len(first) == 64
    assert stat.S_IMODE(layout.state.stat().st_mode) == 0o700
    for secret in (layout.internal_key, layout.redis_password):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert layout.internal_key.read_text() != layout.redis_password.read_text()


def test_state_folder_below_a_file_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StackError, match="STATE=/some/folder"):
        Layout(tmp_path / "file" / "state").make()


def test_unwritable_state_folder_is_rejected() -> None:
    """Not even root can create a folder in /sys."""
    with pytest.raises(StackError, match=r"Can't write to .* STATE=/some/folder"):
        Layout(Path("/sys/vignette")).make()


def test_port_in_use_is_rejected_and_another_suggested(layout: Layout) -> None:
    with bound_port() as listener:
        port = listener.getsockname()[1]
        with pytest.raises(StackError, match=f"Port {port} is in use"):
            choose_ports(layout, port)


def test_internal_ports_are_reused_while_free(layout: Layout) -> None:
    gateway = free_port()
    first = choose_ports(layout, gateway)
    assert choose_ports(layout, gateway).photos == first.photos
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first.photos))
        taken.listen()
        assert choose_ports(layout, gateway).photos != first.photos
    assert len(set(json.loads(layout.ports.read_text()).values())) == 3


def test_socket_of_a_long_state_path_is_in_the_temporary_folder(tmp_path: Path) -> None:
    deep = Layout(tmp_path / ("d" * 120))
    assert len(os.fsencode(deep.supervisor_socket)) <= SOCKET_PATH_LIMIT
    assert deep.supervisor_socket != Layout(tmp_path / ("e" * 120)).supervisor_socket


def test_existing_variables_take_precedence(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGNETTE_DATABASE__URL", "postgresql+psycopg://somewhere/db")
    ports = choose_ports(layout, free_port())
    variables = environment(layout, ports)
    assert variables["VIGNETTE_DATABASE__URL"] == "postgresql+psycopg://somewhere/db"
    assert variables["VIGNETTE_GATEWAY__PORT"] == str(ports.gateway)


def test_files_with_secrets_are_readable_by_the_owner_only(layout: Layout) -> None:
    ports = choose_ports(layout, free_port())
    write_redis_config(layout, ports)
    write_supervisor_config(layout, ())
    config = layout.redis / "redis.conf"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert layout.redis_password.read_text() in config.read_text()
    assert stat.S_IMODE(layout.supervisor_config.stat().st_mode) == 0o600
