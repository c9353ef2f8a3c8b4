"""The processes of a stack, their environment and their supervisor's configuration."""

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
    """One supervised program; `heartbeat`: whether it announces itself in Redis."""

    name: str
    command: tuple[str, ...]
    priority: int
    heartbeat: bool = False


def processes(layout: Layout) -> tuple[Process, ...]:
    """Return the stack's programs in the order of their start."""
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
    """Return the services' environment; what the caller has set wins over our defaults."""
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
    fixed = {
        "VIGNETTE_GATEWAY__PORT": str(ports.gateway),
        "VIGNETTE_PHOTOS__PORT": str(ports.photos),
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **_own_broker(layout, ports), **os.environ, **fixed}


def broker(variables: Mapping[str, str]) -> BrokerSettings:
    """Return the broker that the services of this environment use."""
    password_file = variables.get("VIGNETTE_BROKER__PASSWORD_FILE")
    return BrokerSettings(
        url=variables["VIGNETTE_BROKER__URL"], password_file=Path(password_file) if password_file else None
    )


def _own_broker(layout: Layout, ports: Ports) -> dict[str, str]:
    """Our own Redis, unless the caller names another: then our password must not go there."""
    if "VIGNETTE_BROKER__URL" in os.environ:
        return {}
    return {
        "VIGNETTE_BROKER__URL": f"redis://127.0.0.1:{ports.redis}/0",
        "VIGNETTE_BROKER__PASSWORD_FILE": str(layout.redis_password),
    }


def write_redis_config(layout: Layout, ports: Ports) -> None:
    """Write Redis' configuration: loopback, a password, and an append-only file for queued work."""
    lines = (
        "bind 127.0.0.1",
        f"port {ports.redis}",
        f"requirepass {layout.redis_password.read_text().strip()}",
        f'dir "{layout.redis}"',
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "daemonize no",
        "maxmemory-policy noeviction",
    )
    _write_private(layout.redis / "redis.conf", "\n".join(lines) + "\n")


def write_supervisor_config(layout: Layout, programs: tuple[Process, ...]) -> None:
    """Write the supervisor's configuration; the programs inherit its environment."""
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
    """Supervisor expands `%(name)s` in its configuration; a path may hold a percent sign."""
    return text.replace("%", "%%")


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
