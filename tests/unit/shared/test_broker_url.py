"""The broker's password comes from a file and reaches both Celery and our own connections."""

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


def test_without_a_file_the_address_stays_as_it_is() -> None:
    assert BrokerSettings(url="redis://:inline@redis:6379/0").url == "redis://:inline@redis:6379/0"


@pytest.mark.parametrize(
    ("address", "user"), [("redis://redis:6379/2", None), ("rediss://worker@redis:6379/2", "worker")]
)
def test_the_password_is_read_from_its_file(address: str, user: str | None, password_file: Path) -> None:
    settings = BrokerSettings(url=address, password_file=password_file)
    known = connect(settings).connection_pool.connection_kwargs
    assert (known.get("username") or None, known["password"]) == (user, PASSWORD)
    assert (known["host"], known["port"], known["db"]) == ("redis", 6379, 2)


def test_celery_and_the_asynchronous_client_use_it_too(password_file: Path) -> None:
    settings = BrokerSettings(url="redis://redis:6379/0", password_file=password_file)
    assert make_celery("test", settings).connection_for_write().password == PASSWORD
    assert connect_async(settings).connection_pool.connection_kwargs["password"] == PASSWORD


def test_two_passwords_are_refused(password_file: Path) -> None:
    with pytest.raises(SettingsError, match="already contains a password"):
        BrokerSettings(url="redis://:inline@redis/0", password_file=password_file)


def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        BrokerSettings(url="redis://redis/0", password_file=tmp_path / "nowhere")
