"""All settings, in one immutable group per concern; each service composes the groups that it reads.

The environment variable `VIGNETTE_<GROUP>__<FIELD>` sets a field, such as `VIGNETTE_BROKER__URL`. Services
build their settings once, in the entrypoint. `make env-example` writes `.env.example` from this module.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

from vignette_shared.errors import SettingsError

PREFIX = "VIGNETTE_"
MIB = 1024 * 1024


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BrokerSettings(Group):
    """Redis, for the queue, events, heartbeats and rate limits."""

    url: str = Field(description="Redis URL: redis://host:port/db")
    password_file: Path | None = Field(
        default=None,
        description="File with the Redis password, which keeps it out of the environment",
    )
    # Longer than the time limit of every task but trainings, or running tasks would be delivered again.
    visibility_timeout_s: int = Field(
        default=60, description="Seconds after which an unacknowledged message is delivered again"
    )
    # Short: HTTP requests must not hang while Redis is down.
    connect_timeout_s: float = Field(default=2.0, description="Seconds to wait for a connection to Redis")

    @model_validator(mode="after")
    def _add_password(self) -> Self:
        """Add the password to `url`: Celery accepts it nowhere else."""
        if self.password_file is not None:
            # The group is frozen, but still under construction here.
            object.__setattr__(self, "url", _with_password(self.url, read_secret(self.password_file)))
        return self


class DatabaseSettings(Group):
    """The database of the photos service."""

    url: str = Field(
        description="Database URL: sqlite:////path/vignette.db or postgresql+psycopg://user@host/db"
    )
    password_file: Path | None = Field(
        default=None,
        description="File with the database password, which keeps it out of the environment",
    )
    pool_size: int = Field(default=10, description="Connections per process (Postgres only)")
    busy_timeout_s: float = Field(default=10.0, description="Seconds to wait for a lock (SQLite only)")


class StorageSettings(Group):
    """Storage of originals, renditions and transient blobs."""

    url: str = Field(description="Blob store URL: file:///folder, memory:// or s3://bucket/prefix")
    # Local even with S3: uploads are hashed and decoded before they are stored.
    staging: Path = Field(description="Local folder for incoming uploads")
    min_free_bytes: int = Field(
        default=256 * MIB,
        description="Bytes to keep free on the disk of the staging folder; uploads beyond get a 507",
    )


class RegistrySettings(Group):
    """The model registry."""

    url: str = Field(description="Model registry URL: file:///folder or s3://bucket/prefix")
    starter: Path | None = Field(
        default=None,
        description="Folder of the starter model, published if no model is in production",
    )
    poll_s: float = Field(default=2.0, description="Seconds between checks for a new version in production")


class SecuritySettings(Group):
    """Sessions and keys. Missing key files are created on the first start, with mode 0600."""

    internal_key_file: Path = Field(
        description="File with the key that signs the identities the gateway passes on"
    )
    session_days: int = Field(default=30, description="Days after its last use at which a session expires")


class LimitSettings(Group):
    """Limits on requests, uploads and accounts."""

    upload_bytes: int = Field(default=100 * MIB, description="Bytes per uploaded file")
    body_bytes: int = Field(default=1 * MIB, description="Bytes per request body, except uploads")
    quota_bytes: int = Field(
        default=20 * 1024 * MIB, description="Bytes of originals per user, including the trash"
    )
    pixels: int = Field(default=100_000_000, description="Pixels per image")
    predict_in_flight: int = Field(
        default=8, description="Concurrent predictions per gateway; requests beyond get a 503"
    )
    predict_timeout_s: float = Field(default=20.0, description="Seconds to wait for a prediction")
    event_streams: int = Field(
        default=200, description="Open event streams per gateway; requests beyond get a 503"
    )
    event_streams_per_user: int = Field(
        default=8, description="Open event streams per user; requests beyond get a 429"
    )
    uploads_per_minute: int = Field(
        default=60, description="Uploads per user and minute; 0 disables the limit"
    )
    writes_per_minute: int = Field(
        default=600, description="Other writes per user and minute; 0 disables the limit"
    )
    reads_per_minute: int = Field(
        default=1200, description="Reads per IP address and minute; 0 disables the limit"
    )
    transfers_per_minute: int = Field(
        default=6000,
        description="Downloads per IP address and upload chunks per user, per minute; 0 disables the limit",
    )
    logins_per_minute: int = Field(
        default=10, description="Login attempts per IP address and minute; 0 disables the limit"
    )
    # In addition to the limit per address, because attackers have many addresses.
    logins_per_account: int = Field(
        default=5,
        description="Logins per account and wrong passwords per share link, per minute; 0 disables the limit",
    )
    registrations_per_minute: int = Field(
        default=10, description="New accounts per IP address and minute; 0 disables the limit"
    )
    body_idle_s: float = Field(
        default=30.0, description="Seconds without a byte after which a request body is aborted"
    )
    body_bytes_per_s: int = Field(
        default=1024,
        description="Minimum bytes per second of a request body, after body_idle_s; 0 disables the limit",
    )


class DecoderSettings(Group):
    """The processes that decode untrusted images."""

    processes: int = Field(default=2, description="Decoder processes per service")
    # Enforced by the operating system: a crafted file can make a codec allocate without bound.
    memory_bytes: int = Field(default=2048 * MIB, description="Bytes of address space per decoder process")
    timeout_s: float = Field(default=20.0, description="Seconds to decode one image")


class GatewaySettings(Group):
    """The gateway."""

    host: str = Field(default="127.0.0.1", description="IP address to listen on")
    port: int = Field(default=8080, description="Port to listen on")
    photos_url: str = Field(description="URL of the photos service")
    web_dir: Path | None = Field(
        default=None, description="Folder of the built web app; unset serves the API alone"
    )
    origins: tuple[str, ...] = Field(
        default=(), description="Additional origins that may send the session cookie (JSON list)"
    )
    cookie_secure: bool = Field(
        default=False, description="Restrict the session cookie to HTTPS; set it to true behind TLS"
    )
    # Empty by default, because any client can send X-Forwarded-For.
    trusted_proxies: tuple[str, ...] = Field(
        default=(),
        description="IP addresses of proxies whose X-Forwarded headers are trusted (JSON list)",
    )
    metrics_networks: tuple[str, ...] = Field(
        default=(), description="Networks besides loopback that may read /metrics (JSON list)"
    )


class PhotosSettings(Group):
    """The photos service."""

    host: str = Field(default="127.0.0.1", description="IP address to listen on")
    port: int = Field(default=8081, description="Port to listen on")
    reconcile_s: float = Field(
        default=20.0, description="Seconds between runs of the reconciler, which re-enqueues lost work"
    )
    patience_s: float = Field(
        default=40.0,
        description="Seconds that a photo may take for one step before the reconciler re-enqueues it",
    )
    max_attempts: int = Field(default=5, description="Attempts at one step before the photo fails")
    trash_days: float = Field(
        default=30.0, ge=0, description="Days after which photos in the trash are deleted permanently"
    )


class TaggerSettings(Group):
    """The tagger worker."""

    runtime: Literal["openvino", "tensorflow"] = Field(
        default="openvino", description="Runtime of the backbone: openvino (CPU) or tensorflow (GPU)"
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description="Precision of the backbone; auto selects bfloat16 where the CPU supports it",
    )
    threads: int = Field(default=0, description="Threads of the backbone; 0 uses all cores")
    cache_dir: Path | None = Field(
        default=None,
        description="Folder for compiled models, which shortens the start; unset disables the cache",
    )


class TrainerSettings(Group):
    """The trainer."""

    work_dir: Path = Field(description="Folder for data sets, the bottleneck cache and training runs")


class LogSettings(Group):
    """Logging."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Minimum severity: DEBUG, INFO, WARNING or ERROR"
    )
    format: Literal["json", "console"] = Field(
        default="json", description="json (one object per line) or console"
    )


GROUPS: dict[str, type[Group]] = {
    "broker": BrokerSettings,
    "database": DatabaseSettings,
    "storage": StorageSettings,
    "registry": RegistrySettings,
    "security": SecuritySettings,
    "limits": LimitSettings,
    "decoder": DecoderSettings,
    "gateway": GatewaySettings,
    "photos": PhotosSettings,
    "tagger": TaggerSettings,
    "trainer": TrainerSettings,
    "log": LogSettings,
}


class ServiceSettings(BaseSettings):
    """Base class of a service's settings; a subclass adds the groups that the service reads."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="ignore"
    )

    log: LogSettings = LogSettings()


S = TypeVar("S", bound=ServiceSettings)


def load_settings(kind: type[S], environ: Mapping[str, str] | None = None) -> S:
    """Read `kind` from the environment.

    Raises:
        SettingsError: a value is missing or malformed, or a `VIGNETTE_` variable is unknown.
    """
    reject_unknown(os.environ if environ is None else environ)
    try:
        return kind()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "__".join(str(part).upper() for part in first["loc"])
        raise SettingsError(f"{name}: {first['msg']}. See .env.example.") from error


TRAINER_COMMAND_VARIABLES = frozenset(
    PREFIX + name for name in ("ANNOTATIONS_URL", "BACKBONE_FILE", "IMAGENET_URL", "IMAGES_URL")
)
"""Options of `vignette-trainer` that can be set by environment variables; no service reads them."""


def reject_unknown(environ: Mapping[str, str]) -> None:
    """Raise `SettingsError` for a `VIGNETTE_` variable that no setting has: it is misspelt."""
    # Each service reads only its groups, so pydantic-settings itself has to ignore unknown variables.
    known = TRAINER_COMMAND_VARIABLES | {
        variable(group, field) for group, model in GROUPS.items() for field in model.model_fields
    }
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"Unknown setting {unknown[0]}. See .env.example for the list of settings.")


def read_secret(path: Path) -> str:
    """Return the content of a key file; raises `SettingsError` if it is missing or too short."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"Can't read the key file {path}: {error.strerror}.") from error
    # A truncated file must not become a weak key.
    if len(secret) < 32:
        raise SettingsError(f"The key file {path} is too short. Delete it and restart to create a new one.")
    return secret


def _with_password(address: str, password: str) -> str:
    parts = urlsplit(address)
    if parts.password is not None:
        raise SettingsError(
            "VIGNETTE_BROKER__URL already contains a password. Remove it, or unset the password file."
        )
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def variable(group: str, field: str) -> str:
    """Return the name of the environment variable that sets a field."""
    return f"{PREFIX}{group.upper()}__{field.upper()}"


def render_example() -> str:
    """Return the content of `.env.example`: every setting with its description and default."""
    lines = [
        "# Every setting with its description and default. Uncomment and change what you need, in `.env` for",
        "# Docker Compose or in the environment for `make up`; both set the values that have no default.",
    ]
    for group, model in GROUPS.items():
        lines += ["", f"# --- {group}: {(model.__doc__ or '').splitlines()[0]}"]
        for field, info in model.model_fields.items():
            lines += [f"# {info.description}", f"#{variable(group, field)}={_format_default(info.default)}"]
    return "\n".join(lines) + "\n"


def _format_default(value: object) -> str:
    if value is None or value is PydanticUndefined:
        return ""
    return str(value) if isinstance(value, str) else json.dumps(value)


if __name__ == "__main__":
    sys.stdout.write(render_example())
