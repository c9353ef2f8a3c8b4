"""The version in production and the history of its changes.

A change first writes the next number of `models/history/`, which only one of several concurrent writers can
do in any store, then the alias, in one write that takes effect. If the process dies between the two, the old
version stays in production and the history entry is ignored.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from vignette_shared.errors import ProductionMoved, StorageError
from vignette_shared.registry import PRODUCTION, AliasEntry, Registry

_FOLDER = "models/history"
_UNFINISHED_S = 30
"""How long a history entry may wait for its alias. The two writes are milliseconds apart."""


class HistoryEntry(AliasEntry):
    """`replaced`: the version that was in production before."""

    number: int
    kind: Literal["promote", "rollback"]
    replaced: str | None = None


def history(registry: Registry) -> Iterator[HistoryEntry]:
    """Yield the changes of production, newest first, including those that never took effect."""
    for key in reversed(list(registry.store.list(_FOLDER))):
        yield HistoryEntry.model_validate_json(registry.store.get(key))


def active_promotions(registry: Registry) -> list[HistoryEntry]:
    """Return the promotions that were not rolled back, oldest first; the last one is in production.

    A change that never took effect is excluded: no later change replaces its version.
    """
    entry = registry.alias(PRODUCTION)
    expected = entry.version if entry else None
    changes = []
    for change in history(registry):
        if change.version == expected:
            changes.append(change)
            expected = change.replaced
    promotions: list[HistoryEntry] = []
    for change in reversed(changes):
        if change.kind == "promote":
            promotions.append(change)
        elif promotions:
            promotions.pop()
    return promotions


def switch(
    registry: Registry,
    version: str,
    *,
    expected: str | None,
    previous: str | None,
    kind: Literal["promote", "rollback"] = "promote",
    by: str = "system",
    reason: str = "",
) -> AliasEntry:
    """Put a complete version into production in place of `expected`.

    Args:
        expected: the version that the caller believes is in production, None for none.
        previous: the version that a rollback of this change restores.

    Raises:
        ProductionMoved: production has changed, or another change is in progress.
        ModelMissing: the version is incomplete.
        StorageError: the registry can't be written; the old version stays.
    """
    # Raises for an incomplete version before anything is written.
    registry.model(version)
    last = next(history(registry), None)
    entry = registry.alias(PRODUCTION)
    current = entry.version if entry else None
    if current != expected:
        raise ProductionMoved(f"{current} was promoted in the meantime: compare with it and try again.")
    now = datetime.now(UTC)
    if last and last.version != current and (now - last.at).total_seconds() < _UNFINISHED_S:
        raise ProductionMoved(f"{last.by} is promoting {last.version}: try again in a minute.")
    record = HistoryEntry(
        number=last.number + 1 if last else 1,
        kind=kind,
        version=version,
        replaced=current,
        previous=previous,
        at=now,
        by=by,
        reason=reason,
    )
    # Padded, because the store lists keys in alphabetical order.
    key = f"{_FOLDER}/{record.number:08d}.json"
    if not registry.store.put(key, record.model_dump_json(indent=1).encode()):
        raise ProductionMoved("Another version is being promoted right now: try again.")
    try:
        return registry.set_alias(PRODUCTION, version, previous=previous, by=by, reason=reason)
    except StorageError:
        # The unfinished entry would block the next change for `_UNFINISHED_S`.
        registry.store.delete(key)
        raise
