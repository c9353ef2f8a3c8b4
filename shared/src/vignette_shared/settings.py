"""One frozen settings group per concern; each service composes the groups it reads.

Environment: `VIGNETTE_<GROUP>__<FIELD>`, e.g. `VIGNETTE_BROKER__URL`. Built once in a service's entrypoint
and passed down. `.env.example` lists every field; a test fails on one that it lacks or that nothing reads.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from vignette_shared.errors import SettingsError

PREFIX = "VIGNETTE_"
MIB = 1024 * 1024


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BrokerSettings(Group):
    """Redis: queue, event streams, heartbeats."""

    url: str = Field(description="redis://host:port/db")
    password_file: Path | None = Field(
        default=None,
        description="file that holds the password, so that it stays out of the environment",
    )
    visibility_timeout_s: int = Field(
        default=60, description="seconds until a message of a dead worker is delivered again"
    )
    connect_timeout_s: float = Field(default=2.0, description="seconds; a request must not hang on Redis")

    @model_validator(mode="after")
    def _complete_the_address(self) -> Self:
        """Put the password into `url`, the one thing that Celery and every client of Redis take."""
        if self.password_file is not None:
            # The group is frozen for its readers; this is its making.
            object.__setattr__(self, "url", _with_password(self.url, read_secret(self.password_file)))
        return self


class DatabaseSettings(Group):
    """The photos service's database."""

    url: str = Field(description="sqlite:////path/vignette.db or postgresql+psycopg://user@host/db")
    password_file: Path | None = Field(
        default=None,
        description="file that holds the password, so that it stays out of the environment",
    )
    pool_size: int = Field(default=10, description="connections per process (Postgres)")
    busy_timeout_s: float = Field(default=10.0, description="seconds to wait for SQLite's write lock")


class StorageSettings(Group):
    """Originals, renditions and transient blobs."""

    url: str = Field(description="file:///folder, memory:// or s3://bucket/prefix")
    staging: Path = Field(description="local folder for uploads on their way in")
    min_free_bytes: int = Field(
        default=256 * MIB, description="bytes that must stay free on the staging disk; less is 507"
    )


class RegistrySettings(Group):
    """Backbones and model versions."""

    url: str = Field(description="file:///folder or s3://bucket/prefix")
    starter: Path | None = Field(
        default=None,
        description="folder of the shipped starter model, published when the registry is empty",
    )
    poll_s: float = Field(default=2.0, description="seconds between looks at the production alias")


class SecuritySettings(Group):
    """Keys between services; made at first start, mode 0600."""

    internal_key_file: Path = Field(description="file with the key that signs identities")
    session_days: int = Field(default=30, description="days that a session lasts without use")


class LimitSettings(Group):
    upload_bytes: int = Field(default=100 * MIB, description="bytes of one uploaded file")
    body_bytes: int = Field(default=1 * MIB, description="bytes of any other request's body")
    quota_bytes: int = Field(
        default=20 * 1024 * MIB, description="bytes of one person's originals, trash included"
    )
    pixels: int = Field(default=100_000_000, description="pixels of one image, checked before decoding")
    predict_in_flight: int = Field(default=8, description="predictions at a time per gateway; more is 503")
    predict_timeout_s: float = Field(default=20.0, description="seconds to wait for the tagger's answer")
    event_streams: int = Field(default=200, description="open event streams per gateway; more is 503")
    event_streams_per_user: int = Field(default=8, description="open event streams of one user; more is 429")
    uploads_per_minute: int = Field(default=60, description="uploads of one user; 0: without limit")
    writes_per_minute: int = Field(default=600, description="other changes by one user; 0: without limit")
    reads_per_minute: int = Field(default=1200, description="reads from one address; 0: without limit")
    transfers_per_minute: int = Field(
        default=6000, description="files from one address, pieces of uploads by one user; 0: without limit"
    )
    logins_per_minute: int = Field(default=10, description="logins from one address; 0: without limit")
    logins_per_account: int = Field(
        default=5, description="logins a minute to one account, and wrong passwords to one link; 0: no limit"
    )
    registrations_per_minute: int = Field(
        default=10, description="new accounts from one address; 0: without limit"
    )
    header_timeout_s: float = Field(
        default=15.0, description="seconds that a request's head may take to arrive"
    )
    body_idle_s: float = Field(
        default=30.0, description="seconds without a byte, of a body or of a client that takes no answer"
    )
    body_bytes_per_s: int = Field(
        default=1024, description="least rate of a body, beyond the first body_idle_s; 0: any"
    )


class DecoderSettings(Group):
    """The processes that touch untrusted pixels."""

    processes: int = Field(default=2, description="decoder processes per service")
    memory_bytes: int = Field(default=2048 * MIB, description="address space of one decoder process")
    timeout_s: float = Field(default=20.0, description="seconds for one image")


class GatewaySettings(Group):
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8080, description="port to listen on")
    photos_url: str = Field(description="address of the photos service")
    web_dir: Path | None = Field(default=None, description="folder of the built web app")
    origins: tuple[str, ...] = Field(
        default=(), description="further origins that may use the session cookie, as a JSON list"
    )
    cookie_secure: bool = Field(default=False, description="true behind https")
    trusted_proxies: tuple[str, ...] = Field(
        default=(), description="addresses whose X-Forwarded-For and -Proto count, as a JSON list"
    )
    metrics_networks: tuple[str, ...] = Field(
        default=(), description="networks besides loopback that may read /metrics, as a JSON list"
    )


class PhotosSettings(Group):
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8081, description="port to listen on")
    reconcile_s: float = Field(default=20.0, description="seconds between looks for photos left behind")
    patience_s: float = Field(
        default=40.0,
        description="seconds that a photo may wait in one step before it is sent again",
    )
    max_attempts: int = Field(default=5, description="times that one step is sent before the photo fails")
    trash_days: float = Field(
        default=30.0, ge=0, description="days that photos stay in the trash before they are removed for good"
    )


class TaggerSettings(Group):
    runtime: Literal["openvino", "tensorflow"] = Field(default="openvino", description="who runs the network")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto", description="auto: bfloat16 where the processor has it"
    )
    threads: int = Field(default=0, description="threads of the network; 0: all cores")
    cache_dir: Path | None = Field(default=None, description="folder for compiled networks; unset: none")


class TrainerSettings(Group):
    work_dir: Path = Field(description="folder for datasets and bottlenecks in the making")


class LogSettings(Group):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="least severe")
    format: Literal["json", "console"] = Field(default="json", description="one JSON object a line, or prose")


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
    """Base of a service's settings: subclass it with the groups that the service reads."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="ignore"
    )

    log: LogSettings = LogSettings()


S = TypeVar("S", bound=ServiceSettings)


def load_settings(kind: type[S], environ: Mapping[str, str] | None = None) -> S:
    """Read `kind` from the environment.

    Raises:
        SettingsError: a missing or malformed value, or a `VIGNETTE_` name that no group has.
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
"""Where `vignette-trainer` finds what it downloads: options of its commands, which no service reads."""


def reject_unknown(environ: Mapping[str, str]) -> None:
    """Refuse misspelt settings: a setting that nothing reads is a mistake of its author."""
    known = {
        f"{PREFIX}{group.upper()}__{field.upper()}"
        for group, model in GROUPS.items()
        for field in model.model_fields
    } | TRAINER_COMMAND_VARIABLES
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"Unknown setting {unknown[0]}. See .env.example for those that exist.")


def read_secret(path: Path) -> str:
    """Read a key file; raises `SettingsError` that names the file when it is absent or empty."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"The key file {path} can't be read: {error.strerror}.") from error
    if len(secret) < 32:
        raise SettingsError(f"The key file {path} is too short; remove it and start again.")
    return secret


def _with_password(address: str, password: str) -> str:
    parts = urlsplit(address)
    if parts.password is not None:
        raise SettingsError("VIGNETTE_BROKER__URL holds a password; remove it or the password file.")
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()
