"""Settings: each is listed, each is read, a wrong one is refused by name."""

import re
from pathlib import Path

import pytest

from vignette_shared.errors import SettingsError
from vignette_shared.settings import (
    GROUPS,
    PREFIX,
    BrokerSettings,
    ServiceSettings,
    load_settings,
    read_secret,
    reject_unknown,
)

REPOSITORY = Path(__file__).resolve().parents[3]


class Example(ServiceSettings):
    broker: BrokerSettings


def all_names() -> set[str]:
    return {
        f"{PREFIX}{group.upper()}__{field.upper()}"
        for group, model in GROUPS.items()
        for field in model.model_fields
    }


def test_env_example_lists_every_setting_and_no_other() -> None:
    listed = set(re.findall(r"^#?(VIGNETTE_\w+)=", (REPOSITORY / ".env.example").read_text(), re.MULTILINE))
    assert listed == all_names()


def test_every_setting_has_a_description() -> None:
    nameless = [
        name
        for model in GROUPS.values()
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert nameless == []


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_every_setting_is_read_somewhere(group: str) -> None:
    sources = [*REPOSITORY.glob("services/*/src/**/*.py"), *REPOSITORY.glob("shared/src/**/*.py")]
    code = "\n".join(path.read_text() for path in sources)
    unread = [name for name in GROUPS[group].model_fields if not re.search(rf"\.{name}\b", code)]
    assert unread == []


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIGNETTE_BROKER__URL", raising=False)
    with pytest.raises(SettingsError, match="VIGNETTE_BROKER"):
        load_settings(Example, {})


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGNETTE_BROKER__URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("VIGNETTE_LOG__LEVEL", "WARNING")
    settings = load_settings(Example)
    assert settings.broker.url == "redis://127.0.0.1:1/0"
    assert settings.log.level == "WARNING"


def test_a_misspelt_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="VIGNETTE_BROKER__ULR"):
        reject_unknown({"VIGNETTE_BROKER__ULR": "redis://"})


def test_the_addresses_of_the_trainers_downloads_bother_no_service() -> None:
    reject_unknown({"VIGNETTE_BACKBONE_FILE": "weights.h5", "VIGNETTE_IMAGES_URL": "http://example.org"})


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"internal\.key"):
        read_secret(tmp_path / "internal.key")


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "internal.key"
    key.write_text("short")
    with pytest.raises(SettingsError, match="too short"):
        read_secret(key)
