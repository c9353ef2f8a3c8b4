"""The Redis password comes from a file and reaches Celery and all other clients."""

from pathlib import Path

import pytest

from vignette_shared.errors import SettingsError
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.connection import connect, connect_async
from vignette_shared.settings import BrokerSettings

PASSWORD = "p@ss/word:" + "0" * 32


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return path


def test_url_is_unchanged_without_a_password_file() -> None:
    assert BrokerSettings(url="redis://:inline@redis:6379/0").url == "redis://:inline@redis:6379/0"


@pytest.mark.parametrize(
    ("address", "user"), [("redis://redis:6379/2", None), ("rediss://worker@redis:6379/2", "worker")]
)
def test_password_file_is_added_to_the_url(address: str, user: str | None, password_file: Path) -> None:
    settings = BrokerSettings(url=address, password_file=password_file)
    known = connect(settings).connection_pool.connection_kwargs
    assert (known.get("username") or None, known["password"]) == (user, PASSWORD)
    assert (known["host"], known["port"], known["db"]) == ("redis", 6379, 2)


def test_celery_and_the_async_client_use_the_password(password_file: Path) -> None:
    settings = BrokerSettings(url="redis://redis:6379/0", password_file=password_file)
    assert make_celery("test", settings).connection_for_write().password == PASSWORD
    assert connect_async(settings).connection_pool.connection_kwargs["password"] == PASSWORD


def test_password_in_url_and_file_is_rejected(password_file: Path) -> None:
    with pytest.raises(SettingsError, match="already contains a password"):
        BrokerSettings(url="redis://:inline@redis/0", password_file=password_file)


def test_missing_password_file_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        BrokerSettings(url="redis://redis/0", password_file=tmp_path / "nowhere")
