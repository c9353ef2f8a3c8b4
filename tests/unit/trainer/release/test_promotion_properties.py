"""After any sequence of promotions and rollbacks, production is the top of the stack of promotions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.trainer.versions import figures, measured_run, publish_backbone

from trainer.release.promotion import Override, promote, rollback
from trainer.release.publish import publish_run
from vignette_shared.errors import ModelMissing
from vignette_shared.promotions import HistoryEntry, active_promotions, history
from vignette_shared.registry import PRODUCTION, Registry
from vignette_shared.storage import open_store


@dataclass(frozen=True)
class Change:
    """`killed`: before the alias was written."""

    kind: Literal["promote", "rollback"]
    number: int = 0
    killed: bool = False


CHANGES = st.lists(
    st.builds(Change, st.sampled_from(["promote", "promote", "rollback"]), st.integers(0, 2), st.booleans()),
    max_size=12,
)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    made = Registry(open_store("memory://"))
    publish_backbone(made)
    folder: Path = tmp_path_factory.mktemp("runs")
    for number in range(3):
        publish_run(made, measured_run(folder / f"{number}", figures(), bias=number), by="test")
    return made


def forget_promotions(registry: Registry) -> None:
    for folder in ("models/history", "models/aliases"):
        for key in list(registry.store.list(folder)):
            registry.store.delete(key)


def leave_unfinished(registry: Registry, change: Change, version: str) -> None:
    """What a process killed between its two writes leaves, long enough ago not to be waited for."""
    last = next(history(registry), None)
    number = last.number + 1 if last else 1
    entry = HistoryEntry.model_validate(
        {
            "number": number,
            "kind": change.kind,
            "version": version,
            "at": "2026-01-01T00:00:00Z",
            "by": "test",
        }
    )
    registry.store.put(f"models/history/{number:08d}.json", entry.model_dump_json().encode())


TO_AND_FRO = [Change("promote", number) for number in (0, 1, 0, 1)]
BACK = [Change("rollback")] * 4


@given(changes=CHANGES)
@example(changes=TO_AND_FRO + BACK)
def test_production_follows_a_stack_of_promotions(registry: Registry, changes: list[Change]) -> None:
    forget_promotions(registry)
    versions = sorted(registry.versions())
    stack: list[str] = []
    for change in changes:
        version = versions[change.number]
        if change.killed:
            if stack and version == stack[-1]:
                continue  # nothing to change, so nothing to be killed in
            leave_unfinished(registry, change, version)
        elif change.kind == "promote":
            promote(registry, version, by="test", override=Override("test"))
            stack += [version] if stack[-1:] != [version] else []
        elif len(stack) > 1:
            stack.pop()
            assert rollback(registry, by="test").version == stack[-1]
        else:
            with pytest.raises(ModelMissing):
                rollback(registry, by="test")
        entry = registry.alias(PRODUCTION)
        assert (entry.version if entry else None) == (stack[-1] if stack else None)
        assert [promoted.version for promoted in active_promotions(registry)] == stack
