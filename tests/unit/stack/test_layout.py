"""The state folder: made once, private where it must be, refused where it can't be written."""

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


def test_secrets_are_the_owners_alone_and_stay(layout: Layout) -> None:
    first = layout.internal_key.read_text()
    layout.make()
    assert layout.internal_key.read_text() == first
    assert len(first) == 64
    assert stat.S_IMODE(layout.state.stat().st_mode) == 0o700
    for secret in (layout.internal_key, layout.redis_password):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert layout.internal_key.read_text() != layout.redis_password.read_text()


def test_a_state_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StackError, match="STATE=/some/folder"):
        Layout(tmp_path / "file" / "state").make()


def test_a_state_folder_without_write_permission_is_refused() -> None:
    """Nobody may make a folder in /sys, root neither."""
    with pytest.raises(StackError, match=r"can't be written .* STATE=/some/folder"):
        Layout(Path("/sys/vignette")).make()


def test_a_port_in_use_is_refused_with_another_to_try(layout: Layout) -> None:
    with bound_port() as listener:
        port = listener.getsockname()[1]
        with pytest.raises(StackError, match=f"Port {port} is in use"):
            choose_ports(layout, port)


def test_inner_ports_are_kept_while_they_are_free(layout: Layout) -> None:
    gateway = free_port()
    first = choose_ports(layout, gateway)
    assert choose_ports(layout, gateway).photos == first.photos
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first.photos))
        taken.listen()
        assert choose_ports(layout, gateway).photos != first.photos
    assert len(set(json.loads(layout.ports.read_text()).values())) == 3


def test_a_long_state_path_gets_a_socket_elsewhere(tmp_path: Path) -> None:
    deep = Layout(tmp_path / ("d" * 120))
    assert len(os.fsencode(deep.supervisor_socket)) <= SOCKET_PATH_LIMIT
    assert deep.supervisor_socket != Layout(tmp_path / ("e" * 120)).supervisor_socket


def test_what_the_caller_sets_wins(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGNETTE_DATABASE__URL", "postgresql+psycopg://somewhere/db")
    ports = choose_ports(layout, free_port())
    variables = environment(layout, ports)
    assert variables["VIGNETTE_DATABASE__URL"] == "postgresql+psycopg://somewhere/db"
    assert variables["VIGNETTE_GATEWAY__PORT"] == str(ports.gateway)


def test_files_with_secrets_are_private(layout: Layout) -> None:
    ports = choose_ports(layout, free_port())
    write_redis_config(layout, ports)
    write_supervisor_config(layout, ())
    config = layout.redis / "redis.conf"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert layout.redis_password.read_text() in config.read_text()
    assert stat.S_IMODE(layout.supervisor_config.stat().st_mode) == 0o600
