"""Every setting is documented and read; errors name the variable."""

import re
from pathlib import Path

import pytest

from vignette_shared.errors import SettingsError
from vignette_shared.settings import (
    GROUPS,
    BrokerSettings,
    ServiceSettings,
    load_settings,
    read_secret,
    reject_unknown,
    render_example,
)

REPOSITORY = Path(__file__).resolve().parents[3]


class Example(ServiceSettings):
    broker: BrokerSettings


def test_env_example_is_generated_from_the_settings() -> None:
    assert (REPOSITORY / ".env.example").read_text() == render_example(), "run `make env-example`"


def test_env_example_states_description_and_default() -> None:
    assert "# Port to listen on\n#VIGNETTE_GATEWAY__PORT=8080\n" in render_example()
    assert "#VIGNETTE_BROKER__URL=\n" in render_example()


def test_every_setting_has_a_description() -> None:
    undocumented = [
        name
        for model in GROUPS.values()
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert undocumented == []


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_every_setting_is_read_somewhere(group: str) -> None:
    sources = [*REPOSITORY.glob("services/*/src/**/*.py"), *REPOSITORY.glob("shared/src/**/*.py")]
    code = "\n".join(path.read_text() for path in sources)
    unread = [name for name in GROUPS[group].model_fields if not re.search(rf"\.{name}\b", code)]
    assert unread == []


def test_missing_setting_is_named_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIGNETTE_BROKER__URL", raising=False)
    with pytest.raises(SettingsError, match="VIGNETTE_BROKER"):
        load_settings(Example, {})


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGNETTE_BROKER__URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("VIGNETTE_LOG__LEVEL", "WARNING")
    settings = load_settings(Example)
    assert settings.broker.url == "redis://127.0.0.1:1/0"
    assert settings.log.level == "WARNING"


def test_misspelt_setting_is_named_in_the_error() -> None:
    with pytest.raises(SettingsError, match="VIGNETTE_BROKER__ULR"):
        reject_unknown({"VIGNETTE_BROKER__ULR": "redis://"})


def test_options_of_the_trainers_commands_are_not_unknown_settings() -> None:
    reject_unknown({"VIGNETTE_BACKBONE_FILE": "weights.h5", "VIGNETTE_IMAGES_URL": "http://example.org"})


def test_missing_key_file_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"internal\.key"):
        read_secret(tmp_path / "internal.key")


def test_key_that_is_too_short_is_rejected(tmp_path: Path) -> None:
    key = tmp_path / "internal.key"
    key.write_text("short")
    with pytest.raises(SettingsError, match="too short"):
        read_secret(key)
