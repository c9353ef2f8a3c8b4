"""The processes of the stack, their environment, and the configuration of Redis and the supervisor."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vignette_shared.settings import BrokerSettings

from .layout import REPOSITORY, Layout, Ports
from .redis_binary import find_redis


@dataclass(frozen=True, slots=True)
class Process:
    """One supervised program; those with a lower `priority` start first. Workers send a `heartbeat`."""

    name: str
    command: tuple[str, ...]
    priority: int
    heartbeat: bool = False


def processes(layout: Layout) -> tuple[Process, ...]:
    """Return the programs in the order in which they start."""
    python = sys.executable
    return (
        Process("redis", (find_redis(), str(layout.redis / "redis.conf")), 10),
        Process("photos-api", (python, "-m", "photos.main"), 20),
        Process("photos-worker", (python, "-m", "photos.worker"), 20, heartbeat=True),
        Process("tagger-worker", (python, "-m", "tagger_worker.worker"), 20, heartbeat=True),
        Process("trainer-worker", (python, "-m", "trainer.worker"), 30, heartbeat=True),
        Process("gateway", (python, "-m", "gateway.main"), 30),
    )


def environment(layout: Layout, ports: Ports) -> dict[str, str]:
    """Return the services' environment; variables that are set already take precedence over the defaults."""
    defaults = {
        "VIGNETTE_DATABASE__URL": f"sqlite:///{layout.database}",
        "VIGNETTE_STORAGE__URL": layout.blobs.as_uri(),
        "VIGNETTE_STORAGE__STAGING": str(layout.staging),
        "VIGNETTE_REGISTRY__URL": layout.registry.as_uri(),
        "VIGNETTE_REGISTRY__STARTER": str(REPOSITORY / "shared" / "starter"),
        "VIGNETTE_SECURITY__INTERNAL_KEY_FILE": str(layout.internal_key),
        "VIGNETTE_GATEWAY__PHOTOS_URL": f"http://127.0.0.1:{ports.photos}",
        "VIGNETTE_GATEWAY__WEB_DIR": str(REPOSITORY / "web" / "dist"),
        "VIGNETTE_TRAINER__WORK_DIR": str(layout.trainer),
    }
    # Not overridable: the ports are checked, and buffered logs would arrive in blocks.
    fixed = {
        "VIGNETTE_GATEWAY__PORT": str(ports.gateway),
        "VIGNETTE_PHOTOS__PORT": str(ports.photos),
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **_broker_defaults(layout, ports), **os.environ, **fixed}


def broker(variables: Mapping[str, str]) -> BrokerSettings:
    """Return the broker settings of an environment."""
    password_file = variables.get("VIGNETTE_BROKER__PASSWORD_FILE")
    return BrokerSettings(
        url=variables["VIGNETTE_BROKER__URL"], password_file=Path(password_file) if password_file else None
    )


def _broker_defaults(layout: Layout, ports: Ports) -> dict[str, str]:
    """Return the settings of the stack's own Redis; none if the user names another Redis."""
    if "VIGNETTE_BROKER__URL" in os.environ:
        # The password of the stack's Redis must not be sent to another server.
        return {}
    return {
        "VIGNETTE_BROKER__URL": f"redis://127.0.0.1:{ports.redis}/0",
        "VIGNETTE_BROKER__PASSWORD_FILE": str(layout.redis_password),
    }


def write_redis_config(layout: Layout, ports: Ports) -> None:
    """Write the configuration of Redis: loopback only, a password, an append-only file."""
    lines = (
        "bind 127.0.0.1",
        f"port {ports.redis}",
        f"requirepass {layout.redis_password.read_text().strip()}",
        f'dir "{layout.redis}"',
        "appendonly yes",
        # A power failure can lose a second of queued work, which the reconciler re-enqueues.
        "appendfsync everysec",
        # No snapshots: the append-only file is enough.
        'save ""',
        "daemonize no",
        # A full Redis must refuse new work rather than drop queued work.
        "maxmemory-policy noeviction",
    )
    _write_private(layout.redis / "redis.conf", "\n".join(lines) + "\n")


def write_supervisor_config(layout: Layout, programs: tuple[Process, ...]) -> None:
    """Write the configuration of the supervisor, whose environment the programs inherit."""
    head = f"""
[unix_http_server]
file={layout.supervisor_socket}
chmod=0600

[supervisord]
logfile={layout.logs / "supervisord.log"}
pidfile={layout.run / "supervisord.pid"}
directory={layout.state}
childlogdir={layout.logs}
{"user=root" if os.getuid() == 0 else ""}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{layout.supervisor_socket}
"""
    sections = [_program(layout, program) for program in programs]
    _write_private(layout.supervisor_config, _escape(head + "".join(sections)))


def _program(layout: Layout, program: Process) -> str:
    # `stopasgroup`: a worker's child processes, such as a training, must end with it.
    command = " ".join(f'"{part}"' for part in program.command)
    return f"""
[program:{program.name}]
command={command}
priority={program.priority}
startsecs=2
startretries=2
autorestart=true
stopwaitsecs=20
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={layout.logs / program.name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


def _escape(text: str) -> str:
    """Escape percent signs in paths: Supervisor expands `%(name)s`."""
    return text.replace("%", "%%")


def _write_private(path: Path, text: str) -> None:
    # Created with its final mode: before a later `chmod`, others could read it.
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
