"""Which version is in production, one at a time, and the history of it.

Whoever changes `production` first writes the next number of `models/history/`, which only one of several can,
in any store; then the alias, in one write, which is what counts. Killed between the two, the old version
stays in production and the entry is passed over.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from vignette_shared.errors import ProductionMoved, StorageError
from vignette_shared.registry import PRODUCTION, AliasEntry, Registry

_FOLDER = "models/history"
_UNFINISHED_S = 30
"""How long an entry without its alias may still be followed by it: the writes are milliseconds apart."""


class HistoryEntry(AliasEntry):
    """`replaced`: what was in production before."""

    number: int
    kind: Literal["promote", "rollback"]
    replaced: str | None = None


def history(registry: Registry) -> Iterator[HistoryEntry]:
    """Yield who put what into production, newest first; changes that never came about are among them."""
    for key in reversed(list(registry.store.list(_FOLDER))):
        yield HistoryEntry.model_validate_json(registry.store.get(key))


def standing(registry: Registry) -> list[HistoryEntry]:
    """Return the promotions that were not gone back from, oldest first; the last one is in production.

    Changes that never came about are not among them: nothing followed on what they would have put there.
    """
    entry = registry.alias(PRODUCTION)
    expected = entry.version if entry else None
    changes = []
    for change in history(registry):
        if change.version == expected:
            changes.append(change)
            expected = change.replaced
    promoted: list[HistoryEntry] = []
    for change in reversed(changes):
        if change.kind == "promote":
            promoted.append(change)
        elif promoted:
            promoted.pop()
    return promoted


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
        expected: the version that is in production as far as the caller knows, None for none.
        previous: what a rollback of this goes back to.

    Raises:
        ProductionMoved: another was faster, or is about to write.
        ModelMissing: the version is not complete.
        StorageError: the registry can't be written; the old version stays.
    """
    registry.model(version)
    last = next(history(registry), None)
    entry = registry.alias(PRODUCTION)
    current = entry.version if entry else None
    if current != expected:
        raise ProductionMoved(f"{current} came into production meanwhile: compare with it and try again.")
    now = datetime.now(UTC)
    if last and last.version != current and (now - last.at).total_seconds() < _UNFINISHED_S:
        raise ProductionMoved(
            f"{last.version} is being put into production by {last.by}: try again in a minute."
        )
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
    key = f"{_FOLDER}/{record.number:08d}.json"
    if not registry.store.put(key, record.model_dump_json(indent=1).encode()):
        raise ProductionMoved("Another version is being put into production at this moment: try again.")
    try:
        return registry.set_alias(PRODUCTION, version, previous=previous, by=by, reason=reason)
    except StorageError:
        registry.store.delete(key)
        raise
