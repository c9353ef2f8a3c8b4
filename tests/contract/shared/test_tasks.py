"""The message catalogue matches its snapshot, which shows the consumers that a change affects.

Adding an optional field: update the snapshot. Anything else needs a new version of the message.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from vignette_shared.contracts.tasks import CATALOGUE, TAG_PHOTO, TRAIN_MODEL, TagPhoto
from vignette_shared.settings import BrokerSettings

SNAPSHOT = Path(__file__).parent / "tasks.json"


def described() -> dict[str, Any]:
    return {
        spec.name: {
            "queue": spec.queue,
            "fields": {
                name: {"type": str(field.annotation), "required": field.is_required()}
                for name, field in spec.payload.model_fields.items()
            },
        }
        for spec in CATALOGUE
    }


def test_catalogue_matches_the_snapshot() -> None:
    assert described() == json.loads(SNAPSHOT.read_text()), f"see the docstring, then rewrite {SNAPSHOT.name}"


def test_task_names_follow_owner_verb_object_version() -> None:
    for spec in CATALOGUE:
        owner, verb_object, version = spec.name.split(".")
        assert spec.queue.split(".")[0] == owner
        assert "_" in verb_object
        assert version.startswith("v")


def test_time_limits_are_below_the_visibility_timeout() -> None:
    """Except for trainings, which hold a lease instead."""
    visible_again = BrokerSettings(url="redis://").visibility_timeout_s
    too_long = {spec.name for spec in CATALOGUE if spec.time_limit >= visible_again}
    assert too_long == {TRAIN_MODEL.name}


def test_task_names_are_unique() -> None:
    assert len({spec.name for spec in CATALOGUE}) == len(CATALOGUE)


def test_unknown_field_is_ignored() -> None:
    assert TAG_PHOTO.parse({"photo_id": "1", "rendition_key": "k", "new": 1}) == TagPhoto(
        photo_id="1", rendition_key="k"
    )


def test_missing_field_is_rejected() -> None:
    with pytest.raises(ValidationError, match="rendition_key"):
        TAG_PHOTO.parse({"photo_id": "1"})
